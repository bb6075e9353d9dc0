"""Bills for the own plan: a patient and a place for every row, and amounts on either side of every number."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from mulaid.policy.book import Book
from mulaid.policy.entry import Entry
from mulaid.policy.rows import Row
from mulaid.terms.bill_case import Bill, BillCase, Institution, Patient, YearSoFar
from mulaid.terms.codes import Assistance, Category, Filing, InstitutionKind, Scheme, Use, care_group
from mulaid.terms.money import fen
from tests.policy.aid_probes import A_DAY, Made, numbers

A_LITTLE = fen("10.00")
MUCH = fen("3000.00")
AMOUNTS = tuple(map(fen, ("40.00", "1000.00", "5000.00", "20000.00", "100000.00", "1000000.00")))
LATER_IN_THE_YEAR = YearSoFar(
    deductible_met=fen("100.00"), in_scope=fen("4000.00"), funds_paid=fen("900.00"), admissions=1
)
MONEY_MAX = fen("10000000.00")


def own_plan_probes(book: Book, entry: Entry, made: Made) -> Iterator[BillCase]:
    """Bills that ask for this entry; those of its own rows come first."""
    place = made.place
    named = dict(zip(("scheme", "group"), entry.qualifier, strict=False))
    schemes = [Scheme(named["scheme"])] if "scheme" in named else list(Scheme)
    for scheme in schemes:
        uses = _uses(book, entry, made)
        stated = [book.entry(place, key, made.day, (scheme, *rest)) for key, rest in _companions(uses)]
        amounts, years = _amounts([entry, *stated])
        rows = entry.value if isinstance(entry.value, tuple) else ()
        others = [row for other in stated if other and isinstance(other.value, tuple) for row in other.value]
        for person, where, filing, admissions in _situations([*rows, *others], made):
            for use, amount, year in itertools.product(uses, amounts, years):
                patient = Patient(scheme=scheme, account=False, **person)
                so_far = msgspec.structs.replace(year, admissions=admissions or year.admissions)
                for prescription in (True, False) if use is Use.PHARMACY else (False,):
                    yield BillCase(
                        region=place,
                        day=made.day,
                        settled_on=made.day,
                        use=use,
                        patient=patient,
                        institution=Institution(**{"region": place, **where}),
                        filing=filing,
                        bill=Bill(total=amount, in_scope=amount),
                        year=so_far,
                        prescription=prescription,
                    )


def cost_class_probes(made: Made) -> Iterator[BillCase]:
    """Bills with a deductible and a ceiling in them, for the classes only the own plan brings about."""
    for scheme, use, amount in itertools.product(Scheme, (Use.OUTPATIENT, Use.INPATIENT), AMOUNTS):
        for level in (1, 3):
            yield made.bill(
                made.sponsor(),
                patient={"scheme": scheme},
                place={"level": level},
                use=use,
                bill=Bill(total=amount, in_scope=amount),
                funds_given=None,
            )


def _uses(book: Book, entry: Entry, made: Made) -> list[Use]:
    """The uses that ask for this entry: those it names, and those that borrow its schedule."""
    if entry.key == "fund_ratio":
        care = Use(entry.qualifier[1])
        borrowed = book.ruling(made.place, "schedule_for", made.day)
        lent = {use for use, of in borrowed.value.items() if of is care} if borrowed.known else set()
        own = {care} - set(borrowed.value if borrowed.known else ())
        return sorted(own | lent)
    if "group" in dict(zip(("scheme", "group"), entry.qualifier, strict=False)):
        wanted = [use for use in Use if care_group(use) == entry.qualifier[1]]
        return [use for use in wanted if use in (Use.OUTPATIENT, Use.INPATIENT, Use.CHRONIC)]
    return [Use.PHARMACY] if entry.key == "prescription_needed" else list(Use)


def _companions(uses: Iterable[Use]) -> list[tuple[str, tuple[str, ...]]]:
    """The other rules the same bills ask for."""
    asked: dict[tuple[str, tuple[str, ...]], None] = {}
    for use in uses:
        asked["fund_ratio", (str(use),)] = None
        for key in ("deductible", "fund_ceiling"):
            asked[key, (str(care_group(use)),)] = None
    return list(asked)


def _amounts(entries: Iterable[Entry | None]) -> tuple[list[int], list[YearSoFar]]:
    """Amounts in scope, and years so far, on either side of what these entries state."""
    stated = {
        number
        for entry in entries
        if entry is not None and isinstance(entry.value, tuple)
        for row in entry.value
        for number in (*numbers(getattr(row, "amount", None)), *numbers(getattr(row, "above", None)), *_ends(row))
        if number < MONEY_MAX
    }
    amounts = sorted({*AMOUNTS, *(number + A_LITTLE for number in stated), *(number + MUCH for number in stated)})
    nearly = [YearSoFar(in_scope=number, funds_paid=max(0, number - A_LITTLE)) for number in sorted(stated)]
    return amounts, [YearSoFar(), YearSoFar(deductible_met=A_LITTLE), LATER_IN_THE_YEAR, *nearly[-3:]]


def _ends(row: Any) -> list[int]:
    return [band.upto for band in getattr(row, "bands", ()) if band.upto is not None]


Situation = tuple[dict[str, Any], dict[str, Any], Filing, int]


def _situations(rows: Iterable[Row], made: Made) -> list[Situation]:
    """Patients and places for each row, one at a time; those every region could have come last."""
    found: list[Situation] = []
    for row in rows:
        found += [each for each in _fitting(row, made) if each not in found]
    for retired in (False, True):
        for level in (3, 2, 1, 0):
            situation: Situation = ({"retired": retired}, {"level": level}, Filing.NONE, 0)
            found += [situation] if situation not in found else []
    return found


def _fitting(row: Row, made: Made) -> Iterator[Situation]:
    ages = {40}
    if row.age_from is not None or row.age_below is not None:
        edges = {age for age in (row.age_from, row.age_below) if age is not None}
        ages = {age + more for age in edges for more in (-1, 0)} - {-1}
    retired_on = [None] if row.retired_by is None else [row.retired_by, row.retired_by + A_DAY]
    filed = row.filing is not None or type(row).__name__ == "AwayRow"
    place = {
        "kind": row.kind or InstitutionKind.HOSPITAL,
        "signed": bool(row.signed),
        "referred": bool(row.referred),
        "region": made.far if filed else made.place,
    }
    person = {"category": row.category or Category.ORDINARY, "assistance": row.assistance or Assistance.NONE}
    for age, level, tier, left in itertools.product(sorted(ages), row.level or (3,), row.tier or (1,), retired_on):
        retired = bool(row.retired) or left is not None
        yield (
            person | {"age": age, "tier": tier, "retired": retired, "retired_on": left},
            place | {"level": level},
            row.filing or Filing.NONE,
            int(row.admission == "later"),
        )
