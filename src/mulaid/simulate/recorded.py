"""Recorded settlements under a draft of the book. Reads as the audit reads, page by page, and writes nothing."""

from collections.abc import Callable

import msgspec

from mulaid.audit.pages import pages
from mulaid.audit.scratch import Connection
from mulaid.audit.walk import COUNT, Progress, known_regions
from mulaid.simulate.rehearse import Rehearsal
from mulaid.simulate.totals import Comparison
from mulaid.terms.bill_case import BillCase

Read = Callable[[bytes], BillCase]
"""From a stored record to the case as it was decided. Raises `msgspec.DecodeError`."""


async def rehearse_records(connection: Connection, rehearsal: Rehearsal, read: Read, progress: Progress) -> Comparison:
    """Every settlement that nobody undid, decided by both books.

    Each is decided with what it saw when it was settled: what an earlier one would have left is not carried on.
    The caller holds a read-only transaction.
    """
    found = Comparison()
    for region in await known_regions(connection):
        done, total = 0, await connection.fetchval(COUNT, region)
        async for page in pages(connection, region):
            found.unreadable += len(page.unreadable)
            for row, _ in page.settled():
                try:
                    case = read(row["record"])
                except msgspec.DecodeError:
                    found.unreadable += 1
                    continue
                number, patient = f"{region:06d}{row['case_id']}", f"{region:06d}{row['person']}"
                found.take(rehearsal.bill(number, case, patient))
            done += len(page.cases)
            progress(f"{region:06d}", done, total)
    return found
