"""The chain of batches, worked out again: every hash, every number in the row, and every case in its place."""

import datetime
import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.moments import BACK, ahead
from mulaid.audit.pages import Page
from mulaid.audit.scratch import PREFETCH, Connection

LINKS_OF = """
select c.lane, c.seq, c.hash, c.previous, c.first_case, c.n, c.moment
from unnest($2::smallint[], $3::bigint[]) as asked (lane, seq)
join chain c on c.region = $1 and c.lane = asked.lane and c.seq = asked.seq
"""

LINKS = "select lane, seq, hash, previous, moment from chain where region = $1 order by lane, seq"

# A link whose first case is gone may have no case at all, and then no case leads to it.
HEADLESS = """
select lane, seq, first_case from chain h
where region = $1 and not exists (select from cases c where c.region = $1 and c.case_id = h.first_case)
order by lane, seq
"""

Place = tuple[int, int]
"""(lane, seq)."""


class Link(msgspec.Struct):
    """A link while its cases pass by in the order of their numbers."""

    hash: bytes
    first_case: int
    n: int
    moment: datetime.datetime
    digest: Any
    first_seen: int | None = None
    seen: int = 0


_NEVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)

Open = dict[Place, Link]
"""Links of which some cases have passed and some have not: as many as there are lanes, unless cases are missing."""


async def check_page(connection: Connection, page: Page, links: Open) -> list[Finding]:
    """Hash the cases of a page into their links; a link that is complete is compared and forgotten."""
    found: list[Finding] = []
    new = {(case["lane"], case["seq"]) for case in page.cases} - links.keys()
    lanes, seqs = [lane for lane, _ in new], [seq for _, seq in new]
    for lane, seq, hash, previous, first_case, n, moment in await connection.fetch(LINKS_OF, page.region, lanes, seqs):
        links[lane, seq] = Link(hash, first_case, n, moment, hashlib.sha256(previous))
    for case in page.cases:
        place = case["lane"], case["seq"]
        link = links.get(place)
        if link is None:
            where = {"case": case["case_id"], "lane": place[0], "seq": place[1]}
            found.append(finding(Check.CASE_UNCHAINED, page.region, where))
            continue
        if case["moment"] != link.moment:
            where = {"case": case["case_id"], "lane": place[0], "seq": place[1]}
            found.append(finding(Check.MOMENT, page.region, where, link.moment, case["moment"]))
        if link.first_seen is None:
            link.first_seen = case["case_id"]
        link.seen += 1
        link.digest.update(len(case["record"]).to_bytes(4, "big"))
        link.digest.update(case["record"])
    complete = [place for place, link in links.items() if link.seen == link.n]
    for place in complete:
        found += _compare(page.region, place, links.pop(place))
    return found


async def check_links(connection: Connection, region: int, links: Open, now: datetime.datetime, report: Report) -> None:
    """What is left after the last page, and the row of links itself."""
    report.take(_incomplete(region, place, links[place]) for place in sorted(links))
    async for lane, seq, first_case in connection.cursor(HEADLESS, region, prefetch=PREFETCH):
        if (lane, seq) not in links:
            report.take([finding(Check.CHAIN_CASES, region, {"lane": lane, "seq": seq}, first_case)])
    before, hash_before, latest = (-1, 0), b"", _NEVER
    async for lane, seq, hash, previous, moment in connection.cursor(LINKS, region, prefetch=PREFETCH):
        report.count("links")
        if lane != before[0]:
            before, hash_before, latest = (lane, 0), b"", _NEVER
        where: dict[str, object] = {"lane": lane, "seq": seq}
        if seq != before[1] + 1:
            report.take([finding(Check.CHAIN_GAP, region, where, before[1] + 1, seq)])
        elif previous != hash_before:
            report.take([finding(Check.CHAIN_PREVIOUS, region, where, hash_before.hex(), previous.hex())])
        if latest - moment > BACK:
            report.take([finding(Check.MOMENT_BACKWARDS, region, where, latest, moment)])
        report.take(ahead(region, where, moment, now))
        before, hash_before, latest = (lane, seq), hash, moment


def _compare(region: int, place: Place, link: Link) -> Iterator[Finding]:
    where = {"lane": place[0], "seq": place[1]}
    if link.first_seen != link.first_case:
        yield finding(Check.CHAIN_CASES, region, where, link.first_case, link.first_seen)
    digest = link.digest.hexdigest()
    if digest != link.hash.hex():
        yield finding(Check.CHAIN_HASH, region, where, link.hash.hex(), digest)


def _incomplete(region: int, place: Place, link: Link) -> Finding:
    where = {"lane": place[0], "seq": place[1], "first_case": link.first_case}
    return finding(Check.CHAIN_CASES, region, where, link.n, link.seen)
