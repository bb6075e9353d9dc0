"""Deciding every settlement, and every relation made or ended, again at the policy it recorded.

The engine is handed in: this room does not know it. What a replay finds says that the engine, the policy and the record
do not agree; it says nothing independent of the engine. That the stored policy is the one its digest names is checked
here, by the audit's own hash.
"""

import hashlib
import zlib
from collections.abc import Callable, Sequence

from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.pages import Page
from mulaid.audit.scratch import Connection

BODIES = "select digest, body from policy_version where digest = any($1::text[])"

DIGESTS = "select digest from policy_version order by digest"

Differences = Sequence[tuple[str, str, str]]
"""(field of the outcome, as recorded, as decided again)."""

Replay = Callable[[bytes, bytes, str], Differences]
"""Decide a record again: (record, policy body, policy digest) to what came out otherwise."""

Policies = dict[str, bytes | None]
"""Bodies by digest; None is a policy that cannot be used, which has been reported."""


async def check_page(
    connection: Connection, page: Page, policies: Policies, replay: Replay | None, report: Report
) -> None:
    """The policies that the cases of a page name, and everything rules were asked about decided again."""
    report.take(await _policies(connection, page, policies))
    if replay is None:
        return
    for case in page.cases:
        number, body = case["case_id"], policies[case["policy"]]
        record = page.read.get(number)
        decided_here = record is not None and record.undone is None and case["kind"] == "settlement"
        if body is None or not (decided_here or (number in page.acts and page.acts[number].asked)):
            continue
        report.count("replays")
        for field, recorded, decided in replay(case["record"], body, case["policy"]):
            report.take([finding(Check.REPLAY, page.region, {"case": number, "field": field}, decided, recorded)])


async def check_policies(connection: Connection, policies: Policies, report: Report) -> None:
    """The policies that no case has named: what is kept must be the one its digest names, too."""
    for digest in [row[0] for row in await connection.fetch(DIGESTS)]:
        report.count("policies")
        if digest not in policies:
            report.take(await _kept(connection, None, [digest], {}))


async def _policies(connection: Connection, page: Page, policies: Policies) -> list[Finding]:
    """Fetch the policies not seen yet, each checked once."""
    return await _kept(
        connection, page.region, sorted({case["policy"] for case in page.cases} - policies.keys()), policies
    )


async def _kept(
    connection: Connection, region: int | None, digests: Sequence[str], policies: Policies
) -> list[Finding]:
    """Fetch policies by their digests."""
    found = []
    bodies: dict[str, bytes] = {}
    if digests:
        bodies = {row[0]: row[1] for row in await connection.fetch(BODIES, digests)}
    for digest in digests:
        policies[digest] = None
        where = {"policy": digest}
        if digest not in bodies:
            found.append(finding(Check.POLICY_MISSING, region, where))
        elif (hashed := _digest(bodies[digest])) != digest:
            found.append(finding(Check.POLICY_CHANGED, region, where, digest, hashed))
        else:
            policies[digest] = bodies[digest]
    return found


def _digest(body: bytes) -> str:
    """The digest of a stored policy; empty when the body cannot be unpacked."""
    try:
        return hashlib.sha256(zlib.decompress(body)).hexdigest()
    except zlib.error:
        return ""
