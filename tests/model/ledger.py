"""A second ledger, written for comparison and sharing nothing with the first: plain numbers in plain dictionaries.

One patient a family, sponsors in the order of rank or by the larger balance, caps of a day, month and year. The plan is
given, or pays 55 % up to the year's ceiling.
"""

import datetime
from typing import Any

CAPS = ("day", "month", "year")
CEILING = 1_047_840
"""What the plan that is not given pays in a year: an employee in work, first tier, outpatient."""


class Sponsor:
    """A sponsor's free money, what it has paid by day, and what it may pay at most."""

    def __init__(self, current: int, prior: int, caps: dict[str, int | None]) -> None:
        self.current, self.prior, self.caps = current, prior, caps
        self.paid: list[list[Any]] = []

    @property
    def balance(self) -> int:
        return self.current + self.prior

    def used(self, today: datetime.date) -> dict[str, int]:
        """What was paid today, this month and this year, undone payments left out."""
        used = dict.fromkeys(CAPS, 0)
        for day, amount in self.paid:
            same_year, same_month = day.year == today.year, day.month == today.month
            used["year"] += amount * same_year
            used["month"] += amount * (same_year and same_month)
            used["day"] += amount * (day == today)
        return used

    def most(self, today: datetime.date) -> int:
        used = self.used(today)
        left = [cap - used[name] for name, cap in self.caps.items() if cap is not None]
        return max(0, min([self.balance, *left]))

    def pay(self, amount: int, today: datetime.date) -> list[int]:
        """Older money first; returns [from prior years, from this year]."""
        prior = min(self.prior, amount)
        self.prior -= prior
        self.current -= amount - prior
        self.paid.append([today, amount])
        return [prior, amount - prior]


class Bill:
    """What one settled bill took from whom."""

    def __init__(self, day: datetime.date, total: int, funds: int) -> None:
        self.day, self.total, self.funds, self.undone = day, total, funds, False
        self.own = [0, 0]
        self.sponsors: dict[int, list[int]] = {}
        self.cash = 0

    @property
    def mutual(self) -> int:
        return sum(map(sum, self.sponsors.values()))


class Family:
    """A patient, the sponsors, and every bill so far."""

    def __init__(self, own: list[int], sponsors: list[Sponsor], *, by_balance: bool, own_bars: bool) -> None:
        self.own, self.sponsors, self.by_balance, self.own_bars = own, sponsors, by_balance, own_bars
        self.bills: list[Bill] = []

    def plan(self, total: int, today: datetime.date) -> int:
        """55 % half up, as far as the ceiling of the year leaves room."""
        before = sum(bill.funds for bill in self.living(today.year))
        return min((total * 55 + 50) // 100, max(0, CEILING - before))

    def living(self, year: int) -> list[Bill]:
        return [bill for bill in self.bills if not bill.undone and bill.day.year == year]

    def settle(self, total: int, funds: int, today: datetime.date) -> Bill:
        """Own money, then sponsors; where own money bars sponsors, they pay only when there was none."""
        bill = Bill(today, total, funds)
        left, barred = total - funds, self.own_bars and sum(self.own) > 0
        own = min(left, sum(self.own))
        bill.own = [min(self.own[1], own), own - min(self.own[1], own)]
        self.own = [self.own[0] - bill.own[1], self.own[1] - bill.own[0]]
        left -= own
        for at in [] if barred else self.order(today):
            amount = min(left, self.sponsors[at].most(today))
            if amount:
                bill.sponsors[at] = self.sponsors[at].pay(amount, today)
                left -= amount
        bill.cash = left
        self.bills.append(bill)
        return bill

    def order(self, today: datetime.date) -> list[int]:
        """Who may pay, in order. Two of the same balance pay as the family ranked them: no rule says otherwise."""
        able = [at for at, sponsor in enumerate(self.sponsors) if sponsor.most(today) > 0]
        return sorted(able, key=lambda at: -self.sponsors[at].balance) if self.by_balance else able

    def undo(self, bill: Bill) -> None:
        """Everything back to where it came from; the payment never happened, on whatever day it is undone."""
        bill.undone = True
        self.own = [self.own[0] + bill.own[1], self.own[1] + bill.own[0]]
        for at, (prior, current) in bill.sponsors.items():
            sponsor = self.sponsors[at]
            sponsor.prior += prior
            sponsor.current += current
            sponsor.paid.remove([bill.day, prior + current])

    def year(self, year: int) -> tuple[int, int]:
        """(in scope, funds) of the benefit year."""
        bills = self.living(year)
        return sum(bill.total for bill in bills), sum(bill.funds for bill in bills)
