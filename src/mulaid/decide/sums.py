"""Sums that people ask for, by what the book says: the monthly credit of an account, a resident's premium.

Pure, and no decision depends on them. What a fund pays of a bill is `bill.decide`.
"""

import datetime

import msgspec

from mulaid.decide.schedule import fitting
from mulaid.policy.book import Book, speaks_for
from mulaid.policy.entry import Entry
from mulaid.policy.history import span_on
from mulaid.policy.notices import CreditRow, Premium
from mulaid.policy.reckoning import NotGiven, Reckoned, monthly_credit
from mulaid.terms.bill_case import Bill, BillCase, Institution, Patient
from mulaid.terms.money import Fen


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A sum with the entry it rests on, or why there is none."""

    entry: Entry | None
    reckoned: Reckoned | None = None
    row: CreditRow | None = None
    """The row of account credit that fits this person."""
    premium: Premium | None = None
    unknown: str = ""
    """Why nobody knows; empty where no file speaks of it at all, or where something was not given."""
    wanted: str = ""
    """The base that was not given."""


def credit(
    book: Book, region: str, day: datetime.date, person: Patient, own_base: Fen | None, average_pension: Fen | None
) -> Told:
    """What is paid into this person's account each month, by the first row that fits them."""
    span = span_on(book, region, "account_credit", day)
    if span is None or not span.ruling.known:
        return Told(entry=span.entry if span else None, unknown=span.entry.unknown if span else "")
    row = fitting(span.ruling.value, _situation(region, day, person))
    if row is None or row.unknown is not None:
        return Told(entry=span.entry, unknown=row.unknown or "" if row else "", row=row)
    try:
        return Told(entry=span.entry, row=row, reckoned=monthly_credit(row, own_base, average_pension))
    except NotGiven as missing:
        return Told(entry=span.entry, row=row, wanted=str(missing))


def premium(book: Book, region: str, day: datetime.date, year: int | None = None) -> Told:
    """What a resident pays for a year, as known on a day; of no year asked about, for the year last made known.

    An amount names its own year, so that a later one for the next year leaves it as it is.
    """
    for place in book.divisions.chain(region):
        begun = [each for each in book.timeline(place, "premium_amount") if each.first_day <= day]
        said = [each for each in begun if speaks_for(each, region) and (year is None or _of_year(each, year))]
        if said:
            entry = said[-1]
            if entry.wholly_unknown or (book.strict and entry.weak):
                return Told(entry=entry, unknown=entry.unknown)
            value: Premium = entry.value
            return Told(entry=entry, premium=value, reckoned=Reckoned(value.amount, ""))
    return Told(entry=None)


def _of_year(entry: Entry, year: int) -> bool:
    return isinstance(entry.value, Premium) and entry.value.year == year


def _situation(region: str, day: datetime.date, person: Patient) -> BillCase:
    """A person outside any bill: rows of account credit ask for nothing else."""
    institution, bill = Institution(region=region), Bill(total=0, in_scope=0)
    return BillCase(region=region, day=day, settled_on=day, patient=person, institution=institution, bill=bill)
