"""The chain of batches, worked out again: every hash, every number in the row, and every case in its place."""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from mulaid.audit.findings import Check, Finding, finding
from mulaid.audit.pages import Page
from mulaid.audit.scratch import PREFETCH, Connection

LINKS_OF = """
select c.lane, c.seq, c.hash, c.previous, c.first_case, c.n
from unnest($2::smallint[], $3::bigint[]) as asked (lane, seq)
join chain c on c.region = $1 and c.lane = asked.lane and c.seq = asked.seq
"""

LINKS = "select lane, seq, hash, previous from chain where region = $1 order by lane, seq"

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
    digest: Any
    first_seen: int | None = None
    seen: int = 0


Open = dict[Place, Link]
"""Links of which some cases have passed and some have not: as many as there are lanes, unless cases are missing."""


async def check_page(connection: Connection, page: Page, links: Open) -> list[Finding]:
    """Hash the cases of a page into their links; a link that is complete is compared and forgotten."""
    found: list[Finding] = []
    new = {(case["lane"], case["seq"]) for case in page.cases} - links.keys()
    lanes, seqs = [lane for lane, _ in new], [seq for _, seq in new]
    for lane, seq, hash, previous, first_case, n in await connection.fetch(LINKS_OF, page.region, lanes, seqs):
        links[lane, seq] = Link(hash, first_case, n, hashlib.sha256(previous))
    for case in page.cases:
        place = case["lane"], case["seq"]
        link = links.get(place)
        if link is None:
            where = {"case": case["case_id"], "lane": place[0], "seq": place[1]}
            found.append(finding(Check.CASE_UNCHAINED, page.region, where))
            continue
        if link.first_seen is None:
            link.first_seen = case["case_id"]
        link.seen += 1
        link.digest.update(len(case["record"]).to_bytes(4, "big"))
        link.digest.update(case["record"])
    complete = [place for place, link in links.items() if link.seen == link.n]
    for place in complete:
        found += _compare(page.region, place, links.pop(place))
    return found


async def check_links(connection: Connection, region: int, links: Open) -> tuple[int, list[Finding]]:
    """What is left after the last page, and the row of links itself: (links looked at, findings)."""
    found = [_incomplete(region, place, links[place]) for place in sorted(links)]
    for lane, seq, first_case in await connection.fetch(HEADLESS, region):
        if (lane, seq) not in links:
            where = {"lane": lane, "seq": seq}
            found.append(finding(Check.CHAIN_CASES, region, where, first_case))
    count, before, hash_before = 0, (-1, 0), b""
    async for lane, seq, hash, previous in connection.cursor(LINKS, region, prefetch=PREFETCH):
        count += 1
        if lane != before[0]:
            before, hash_before = (lane, 0), b""
        where = {"lane": lane, "seq": seq}
        if seq != before[1] + 1:
            found.append(finding(Check.CHAIN_GAP, region, where, before[1] + 1, seq))
        elif previous != hash_before:
            found.append(finding(Check.CHAIN_PREVIOUS, region, where, hash_before.hex(), previous.hex()))
        before, hash_before = (lane, seq), hash
    return count, found


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
