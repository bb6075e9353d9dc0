"""What sponsors' money has paid against its caps, and what benefit years hold, summed up again from the records.

Usage is exact: it begins at nothing, so it equals the sum over the cases that nobody undid, as of the day it says.
Settlements that were found to bear a wrong clock's day do not count.

A benefit year may hold an opening amount from before mulaid counted, and no row says how much. What the row holds
beyond its cases is taken for that opening when a case of that year has seen exactly it, which the first one did; the
audit then notes it, and all that a year without cases holds. Less than the sum, or more than any case has seen, is
damage.
"""

import datetime
import sqlite3
from collections.abc import Container, Iterator
from typing import Any

import asyncpg

from mulaid.audit.findings import Check, Finding, Report, finding
from mulaid.audit.moments import day_ahead, micros, of_micros
from mulaid.audit.pages import Page, misdated
from mulaid.audit.quotas import keep_spent
from mulaid.audit.reading import Counted, Record, Unreadable, read_bill
from mulaid.audit.scratch import Connection, batches, beside, by_place, groups, keep
from mulaid.terms.money import Fen, yuan

UNLIMITED: Fen = 2**62
INPATIENT = frozenset({"inpatient", "day_surgery", "maternity"})

PERIODS = {"day": 10, "month": 7, "year": 4}
"""How many characters of a day two days of one period share."""

RELATIONS = """
select sponsor, beneficiary, bound_at, used_day_fen, used_month_fen, used_year_fen, used_on
from sponsorship where region = $1 order by sponsor, beneficiary, bound_at
"""

PURSES = """
select person, used_day_fen, used_month_fen, used_year_fen, used_on from purse
where region = $1 and (used_on is not null or used_day_fen + used_month_fen + used_year_fen > 0) order by person
"""

YEARS = """
select person, benefit_year, care_group, deductible_fen, in_scope_fen, funds_fen, admissions
from accumulator where region = $1 order by person, benefit_year, care_group collate "C"
"""

# Cases of the region's sponsors for relatives who are insured elsewhere are kept with those relatives.
RELATIVES_ELSEWHERE = """
select distinct beneficiary_region, beneficiary from sponsorship
where region = $1 and beneficiary_region <> $1 order by 1, 2
"""

CASES_OF = "select case_id, record from cases where region = $1 and person = any($2::bigint[]) and mutual_fen <> 0"

DRAWS_BY_RELATION = """
select sponsor, beneficiary, bound_at, day, sum(amount), max(cap_day), max(cap_month), max(cap_year)
from draw group by 1, 2, 3, 4 order by 1, 2, 3, 4
"""

DRAWS_BY_SPONSOR = "select sponsor, day, sum(amount) from draw group by 1, 2 order by 1, 2"

CASES_BY_YEAR = "select * from year order by person, benefit_year, care_group"

Used = tuple[Fen, Fen, Fen]


def check_page(page: Page, scratch: sqlite3.Connection) -> Iterator[Finding]:
    """Put aside what the cases of a page used and counted; what each paid must fit the caps it recorded."""
    years: list[tuple[object, ...]] = []
    draws: list[tuple[object, ...]] = []
    for case in page.cases:
        record = page.read.get(case["case_id"])
        if record is None:
            continue
        years.append(_year(case["person"], record))
        draws += _draws(page.region, case["case_id"], record, page.misdated)
        keep_spent(scratch, page.region, record)
        if record.undone is None:
            yield from _over_recorded_caps(page.region, case["case_id"], record)
    keep(scratch, "year", years, 11)
    keep(scratch, "draw", draws, 8)


async def keep_draws_from_elsewhere(connection: Connection, region: int, scratch: sqlite3.Connection) -> None:
    """Put aside what this region's sponsors paid for relatives who are insured in other regions."""
    async for rows in batches(connection, RELATIVES_ELSEWHERE, region):
        for place, relatives in by_place(rows, "beneficiary_region").items():
            people = [row["beneficiary"] for row in relatives]
            async for cases in batches(connection, CASES_OF, place, people):
                known = {case["case_id"]: _read_or_none(case["record"]) for case in cases}
                there = {number: record for number, record in known.items() if record is not None}
                left_out = await misdated(connection, place, there)
                draws = (draw for each in there.items() for draw in _draws(region, *each, left_out))
                keep(scratch, "draw", draws, 8)
                for record in there.values():
                    keep_spent(scratch, region, record)


async def check_usage(
    connection: Connection, region: int, scratch: sqlite3.Connection, now: datetime.datetime, report: Report
) -> None:
    """Usage of every relation and of every purse, as of the day each says; and member caps over whole periods."""
    draws = groups(scratch, DRAWS_BY_RELATION, 3)
    async for key, row, days in beside(connection, RELATIONS, region, _relation_key, draws):
        report.count("sponsorships")
        where: dict[str, object] = {"sponsor": key[0], "beneficiary": key[1], "bound_at": of_micros(key[2])}
        if row is not None:
            report.take(day_ahead(region, where, "used_on", row["used_on"], now))
        report.take(_usage(Check.USAGE_SPONSORSHIP, region, where, row, [(day[0], day[1]) for day in days]))
        report.take(_over_caps(region, where, days))
    by_sponsor = groups(scratch, DRAWS_BY_SPONSOR, 1)
    async for key, row, paid in beside(connection, PURSES, region, lambda row: (row[0],), by_sponsor):
        where = {"person": key[0]}
        if row is not None:
            report.take(day_ahead(region, where, "used_on", row["used_on"], now))
        report.take(_usage(Check.USAGE_PURSE, region, where, row, [(day[0], day[1]) for day in paid]))


async def check_accumulators(
    connection: Connection, region: int, scratch: sqlite3.Connection, now: datetime.datetime, report: Report
) -> None:
    """Every benefit year against the cases counted in it. When a year begins is the region's to say."""
    cases = groups(scratch, CASES_BY_YEAR, 3)
    async for key, row, counted in beside(connection, YEARS, region, lambda row: tuple(row)[:3], cases):
        report.count("accumulators")
        report.take(_year_holds(region, key, row, counted))
        if key[1] > now.year + 1:
            where = {"person": key[0], "benefit_year": key[1], "care_group": key[2]}
            report.take([finding(Check.FUTURE, region, where, now.year, key[1])])


def _read_or_none(data: bytes) -> Record | None:
    """A record, unless it cannot be read, which is reported where it is kept."""
    try:
        return read_bill(data)
    except Unreadable:
        return None


def _draws(region: int, number: int, record: Record, misdated: Container[int]) -> Iterator[tuple[object, ...]]:
    """What this region's sponsors paid for a case, or were given back, unless the settlement does not count."""
    undo = record.undone is not None
    if (record.undone if undo else number) in misdated:
        return
    for draw in record.outcome.draws:
        key = record.sponsors[draw.sponsor]
        if key.region != region:
            continue
        caps = record.case.sponsors[draw.sponsor].caps
        each = (None, None, None) if caps.scope == "all" else (caps.day, caps.month, caps.year)
        limits = (0, 0, 0) if undo else tuple(UNLIMITED if cap is None else cap for cap in each)
        amount = -draw.amount if undo else draw.amount
        day = record.case.settled_on.isoformat()
        yield (key.sponsor, key.beneficiary, micros(key.bound_at), day, amount, *limits)


def _year(person: int, record: Record) -> tuple[object, ...]:
    outcome, use, before = record.outcome, record.case.use, record.case.year
    sign = 1 if record.undone is None else -1
    group = "inpatient" if use in INPATIENT else "outpatient"
    added = (outcome.deductible, record.case.bill.in_scope, sum(outcome.funds), int(group == "inpatient"))
    seen = (None,) * 4 if sign < 0 else (before.deductible, before.in_scope, before.funds, before.admissions)
    return (person, record.benefit_year, group, *(sign * number for number in added), *seen)


def _over_recorded_caps(region: int, number: int, record: Record) -> Iterator[Finding]:
    """A sponsor's payment with what was used before must fit every cap; `all` counts the sponsor's other draws too."""
    paid: dict[tuple[object, ...], Fen] = {}
    for draw in record.outcome.draws:
        sponsor, key = record.case.sponsors[draw.sponsor], record.sponsors[draw.sponsor]
        caps, used = sponsor.caps, sponsor.used
        counted: tuple[object, ...] = key.region, key.sponsor, key.beneficiary, key.bound_at
        before = used.day, used.month, used.year
        if caps.scope == "all":
            counted, before = counted[:2], (used.all_day, used.all_month, used.all_year)
        paid[counted] = paid.get(counted, 0) + draw.amount
        spent = (draw.amount, *(each + paid[counted] for each in before))
        for name, cap, now in zip(
            ("payment", *PERIODS), (caps.payment, caps.day, caps.month, caps.year), spent, strict=True
        ):
            if cap is not None and now > cap:
                where = {"case": number, "sponsor": key.sponsor, "cap": name}
                yield finding(Check.OVER_CAP, region, where, yuan(cap), yuan(now))


def _over_caps(region: int, where: dict[str, object], days: list[tuple[Any, ...]]) -> Iterator[Finding]:
    """What a relation paid in a period, all its cases together, under the highest cap any of them recorded."""
    for position, (name, width) in enumerate(PERIODS.items()):
        periods: dict[str, tuple[Fen, Fen]] = {}
        for day, amount, *caps in days:
            spent, cap = periods.get(day[:width], (0, 0))
            periods[day[:width]] = spent + amount, max(cap, caps[position])
        for period, (spent, cap) in periods.items():
            if spent > cap:
                yield finding(Check.OVER_CAP, region, {**where, "cap": name, "period": period}, yuan(cap), yuan(spent))


def _usage(
    check: Check, region: int, where: dict[str, object], row: asyncpg.Record | None, days: list[tuple[str, Fen]]
) -> Iterator[Finding]:
    """Usage as stored against the sums of the day, month and year it is of."""
    last = max((day for day, amount in days if amount), default="")
    if row is None:
        if last:
            yield finding(check, region, where, last)
        return
    as_of = "" if row["used_on"] is None else row["used_on"].isoformat()
    if as_of < last:
        yield finding(check, region, {**where, "field": "used_on"}, last, as_of)
        return
    for name, width in PERIODS.items():
        due = sum(amount for day, amount in days if day[:width] == as_of[:width])
        held = row[f"used_{name}_fen"]
        if held != due:
            yield finding(check, region, {**where, "field": name, "used_on": as_of}, yuan(due), yuan(held))


def _year_holds(
    region: int, key: tuple[Any, ...], row: asyncpg.Record | None, counted: list[tuple[Any, ...]]
) -> Iterator[Finding]:
    person, year, group = key
    where = {"person": person, "benefit_year": year, "care_group": group}
    summed = tuple(sum(case[position] for case in counted) for position in range(4))
    held = (0,) * 4 if row is None else tuple(row)[3:]
    beyond = tuple(has - due for has, due in zip(held, summed, strict=True))
    if any(beyond):
        opening = min(beyond) >= 0 and (not counted or any(case[4:] == beyond for case in counted))
        check = Check.ACCUMULATOR_OPENING if opening else Check.ACCUMULATOR
        yield finding(check, region, where, _holds(summed), _holds(held))


def _holds(numbers: tuple[int, ...]) -> str:
    counted = Counted(*numbers)
    return " ".join([*map(yuan, (counted.deductible, counted.in_scope, counted.funds)), str(counted.admissions)])


def _relation_key(row: asyncpg.Record) -> tuple[int, int, int]:
    return row[0], row[1], micros(row[2])
