"""Whether a case adds up: in its own columns, with its record, and with the transfers that were posted for it."""

import string
from collections.abc import Iterator, Sequence

import asyncpg

from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.pages import Page, Posted, movement_of, strays
from mulaid.audit.reading import Movement, Record, Unreadable, read
from mulaid.audit.scratch import Connection
from mulaid.terms.money import yuan

# The numbers of mulaid's accounts, written down a second time.
CURRENT_YEAR, PRIOR_YEARS = 1, 2
FUND, INSTITUTION, CLEARING, CONTRA = 10, 20, 30, 70

DIGITS = string.digits + string.ascii_uppercase
BASE = len(DIGITS)

PARTS = ("funds_fen", "own_fen", "mutual_fen", "cash_fen", "institution_fen")

RECORDS = "select case_id, record from cases where region = $1 and case_id = any($2::bigint[])"


def check_page(page: Page) -> Iterator[Finding]:
    """All sums of the cases of a page."""
    for case in page.cases:
        number = case["case_id"]
        posted = page.posted[number]
        yield from _one_purse(number, posted)
        yield from _contra(number, posted)
        if case["total_fen"] is not None:
            yield from _parts(page.region, case)
        if number in page.unreadable:
            where = {"case": number}
            yield finding(Check.RECORD_UNREADABLE, page.region, where, found=page.unreadable[number])
        elif number in page.read:
            yield from _bill(page.region, case, page.read[number], posted)
        else:
            yield from _act(page.region, number, page.acts[number].transfers, posted)


async def check_strays(connection: Connection, region: int, report: Report) -> None:
    """Transfers whose case is in another region, where its record must name them, or nowhere at all.

    What the other region's case says of their amounts is compared with that region's cases.
    """
    async for rows in strays(connection, region):
        by_home: dict[int, list[asyncpg.Record]] = {}
        for row in rows:
            by_home.setdefault(_home(movement_of(region, row)), []).append(row)
        for home, guests in by_home.items():
            records: dict[int, bytes] = {}
            if home != region:
                numbers = sorted({row["case_id"] for row in guests})
                records = {row[0]: row[1] for row in await connection.fetch(RECORDS, home, numbers)}
            report.take(found for row in guests for found in _stray(region, row, records))


def _bill(region: int, case: asyncpg.Record, record: Record, posted: Posted) -> Iterator[Finding]:
    """The columns and transfers of a bill or its reversal."""
    if None in (case["total_fen"], *(case[part] for part in PARTS)):
        yield finding(Check.CASE_RECORD, region, {"case": case["case_id"], "field": "kind"}, "settlement", case["kind"])
        return
    yield from _columns(region, case, record)
    if not posted and any(case[part] for part in PARTS[:3]):
        paid = yuan(sum(case[part] for part in PARTS[:3]))
        yield finding(Check.CASE_WITHOUT_TRANSFERS, region, {"case": case["case_id"]}, paid, yuan(0))
        return
    yield from _transfers_of_record(region, case["case_id"], record.transfers, posted)
    yield from _transfers_of_parts(region, case, posted)


def _act(region: int, number: int, transfers: Sequence[Movement], posted: Posted) -> Iterator[Finding]:
    """The transfers of any other act."""
    if transfers and not posted:
        moved = yuan(sum(movement.amount for movement in transfers))
        yield finding(Check.CASE_WITHOUT_TRANSFERS, region, {"case": number}, moved, yuan(0))
        return
    yield from _transfers_of_record(region, number, transfers, posted)


def _one_purse(number: int, posted: Posted) -> Iterator[Finding]:
    """A transfer moves one balance of one purse at most, which is the one of the person it names."""
    for (place, n), movement in posted.items():
        moved = [account for account in (movement.debit, movement.credit) if account.kind < FUND]
        if len(moved) > 1:
            yield finding(Check.TRANSFER_PURSES, place, {"case": number, "transfer": n}, found=yuan(movement.amount))


def _contra(number: int, posted: Posted) -> Iterator[Finding]:
    """What goes from one balance to another of a region has passed through the contra account."""
    left: dict[int, int] = {}
    for (place, _), movement in posted.items():
        for account, amount in ((movement.debit, -movement.amount), (movement.credit, movement.amount)):
            if account.kind == CONTRA:
                left[place] = left.get(place, 0) + amount
    for place, amount in left.items():
        if amount:
            yield finding(Check.CONTRA, place, {"case": number}, yuan(0), yuan(amount))


def _stray(region: int, row: asyncpg.Record, records: dict[int, bytes]) -> Iterator[Finding]:
    where, amount = {"case": row["case_id"], "transfer": row["n"]}, yuan(row["amount_fen"])
    if row["case_id"] not in records:
        yield finding(Check.TRANSFER_WITHOUT_CASE, region, where, found=amount)
    elif not _names(records[row["case_id"]], region, row["n"]):
        yield finding(Check.TRANSFER_RECORD, region, where, found=amount)


def _parts(region: int, case: asyncpg.Record) -> Iterator[Finding]:
    """The database's own rule, once more: the parts make the total, and only an undo has negative ones."""
    amounts = [case[part] for part in PARTS]
    sign = {"settlement": 1, "reversal": -1}.get(case["kind"], 0)
    if None in amounts:
        yield finding(Check.CASE_PARTS, region, {"case": case["case_id"]})
    elif sum(amounts) != case["total_fen"] or any(amount * sign < 0 or not sign for amount in (*amounts, sum(amounts))):
        yield finding(Check.CASE_PARTS, region, {"case": case["case_id"]}, yuan(case["total_fen"]), yuan(sum(amounts)))


def _columns(region: int, case: asyncpg.Record, record: Record) -> Iterator[Finding]:
    """The columns of a case against its record, one finding a field."""
    outcome, sign = record.outcome, 1 if record.undone is None else -1
    said: list[tuple[str, object, object]] = [
        ("kind", "settlement" if sign > 0 else "reversal", case["kind"]),
        ("region", record.case.region, f"{region:06d}"),
        ("day", record.case.day, case["day"]),
        ("settled_on", record.case.settled_on if sign > 0 else case["settled_on"], case["settled_on"]),
        ("use", record.case.use, case["use"]),
        ("institution_region", record.case.institution.region, f"{case['institution_region']:06d}"),
        *(("institution_code", earner, case["institution"]) for earner in _earners(record, case["institution"])),
    ]
    amounts = [
        ("total", outcome.total, case["total_fen"]),
        ("funds", sum(outcome.funds), case["funds_fen"]),
        ("own", outcome.own, case["own_fen"]),
        ("mutual", outcome.mutual, case["mutual_fen"]),
        ("cash", outcome.cash, case["cash_fen"]),
        ("institution", outcome.institution, case["institution_fen"]),
        ("draws", sum(draw.amount for draw in outcome.draws), sign * outcome.mutual),
    ]
    said += [(field, yuan(sign * due), yuan(has)) for field, due, has in amounts if sign * due != has]
    for field, expected, found in said:
        if expected != found:
            yield finding(Check.CASE_RECORD, region, {"case": case["case_id"], "field": field}, expected, found)


def _earners(record: Record, code: str) -> set[str]:
    """The institutions that a record's transfers pay, or take back from: this one, or the code of another's account."""
    numbers = set()
    for movement in record.transfers:
        for account in (movement.debit, movement.credit):
            if account.kind == INSTITUTION:
                numbers.add(account.number)
    return {
        code if code.isascii() and code.isalnum() and int(code, BASE) == number else _code(number) for number in numbers
    }


def _code(number: int) -> str:
    """An institution's code: the number of its account in base 36, without the zeros it may begin with."""
    digits = ""
    while number:
        number, digit = divmod(number, BASE)
        digits = DIGITS[digit] + digits
    return digits


def _transfers_of_record(region: int, number: int, transfers: Sequence[Movement], posted: Posted) -> Iterator[Finding]:
    """Row by row. Rows in other regions that no record names are found from there, by `check_strays`."""
    recorded = {(movement.region, n): movement for n, movement in enumerate(transfers)}
    for place, n in sorted(recorded.keys() | {key for key in posted if key[0] == region}):
        told, row = recorded.get((place, n)), posted.get((place, n))
        if told != row:
            where = {"case": number, "transfer": n}
            yield finding(Check.TRANSFER_RECORD, place, where, _shown(told), _shown(row))


def _transfers_of_parts(region: int, case: asyncpg.Record, posted: Posted) -> Iterator[Finding]:
    """What funds, the patient's own account and sponsors paid, and what the institution earned, by the transfers.

    The patient's own part leaves the patient's current-year and prior-years money; all other purses are sponsors'.
    """
    paid = {"funds": 0, "own": 0, "mutual": 0, "earned": 0}
    for movement in posted.values():
        for account, amount in ((movement.debit, movement.amount), (movement.credit, -movement.amount)):
            if account.kind == FUND:
                paid["funds"] += amount
            elif account.kind == INSTITUTION:
                paid["earned"] -= amount
            elif account.kind < FUND:
                own = movement.region == region and account.number == case["person"]
                own = own and account.kind in (CURRENT_YEAR, PRIOR_YEARS)
                paid["own" if own else "mutual"] += amount
    due = {"funds": case["funds_fen"], "own": case["own_fen"], "mutual": case["mutual_fen"]}
    due["earned"] = sum(due.values())
    for part, amount in due.items():
        if paid[part] != amount:
            where = {"case": case["case_id"], "part": part}
            yield finding(Check.CASE_TRANSFERS, region, where, yuan(amount), yuan(paid[part]))


def _home(movement: Movement) -> int:
    """The region of the case: a sponsor's purse pays, or is paid back, through clearing with the patient's region."""
    if movement.person is not None:
        for account in (movement.debit, movement.credit):
            if account.kind == CLEARING:
                return account.number
    return movement.region


def _names(data: bytes, region: int, n: int) -> bool:
    """Whether a record has its transfer `n` in this region. One that cannot be read is reported where it is kept."""
    try:
        transfers = read(data).transfers
    except Unreadable:
        return True
    return n < len(transfers) and transfers[n].region == region


def _shown(movement: Movement | None) -> str:
    if movement is None:
        return ""
    debit, credit = movement.debit, movement.credit
    return f"{debit.kind}:{debit.number} > {credit.kind}:{credit.number} {yuan(movement.amount)}"
