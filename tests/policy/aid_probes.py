"""Bills and relations for the rules about accounts, relations and who pays; the own plan is kept out of them."""

import datetime
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from mulaid.policy.book import Book, speaks_for
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.entry import Entry
from mulaid.policy.rows import NO_CEILING
from mulaid.policy.rules import PayerGroup
from mulaid.policy.shapes import UNLIMITED
from mulaid.terms import codes
from mulaid.terms.bill_case import Bill, BillCase, Institution, Patient, Sponsor, Used
from mulaid.terms.codes import Accounts, Category, Cover, Kinship, Mechanism, Scheme, Use
from mulaid.terms.money import fen
from mulaid.terms.sponsorship_case import Asker, EndCase, Party, Relation, SponsorshipCase

PLENTY = fen("5000000.00")
TOTAL = fen("100.00")
A_DAY = datetime.timedelta(days=1)
A_YEAR = datetime.timedelta(days=365)
Fields = dict[str, Any]
NOTHING: Fields = {}
MECHANISM_OF = {PayerGroup.POOL: Mechanism.POOL, PayerGroup.WALLET: Mechanism.WALLET_TRANSFER}


def silent_region(book: Book, besides: str = NATIONAL) -> str:
    """The province-level area that takes least from any file below the nation's, in another province than `besides`."""
    return _quietest(book, besides[:2])


@cache
def _quietest(book: Book, besides: str) -> str:
    def taken(area: str) -> int:
        places = (area, f"{area[:2]}0000")
        return sum(entry.region in places and speaks_for(entry, area) for entry in book.entries)

    numbers = sorted(set(book.divisions.provinces) - set(book.divisions.whole) - {besides})
    return min((f"{number}9900" for number in numbers), key=taken)


def numbers(value: Any) -> list[int]:
    """Every number in a value, whatever its shape."""
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int):
        return [] if value in (UNLIMITED, NO_CEILING) else [value]
    if isinstance(value, msgspec.Struct):
        return numbers(list(msgspec.structs.asdict(value).values()))
    if isinstance(value, dict):
        return numbers(list(value.values()))
    if isinstance(value, list | tuple | frozenset):
        return sorted({number for item in value for number in numbers(item)})
    return []


def around(value: Any) -> list[int]:
    """Every number of a value with its neighbours."""
    return sorted({number + more for number in numbers(value) for more in (-2, -1, 0, 1, 2) if number + more >= 0})


class Made(msgspec.Struct, frozen=True):
    """Bills and relations in one region on one day; `near` lies in the same province, `far` in another."""

    place: str
    near: str
    far: str
    day: datetime.date

    def sponsor(self, **fields: Any) -> Sponsor:
        usual: Fields = {
            "name": "one",
            "kinship": Kinship.CHILD,
            "region": self.place,
            "balance": PLENTY,
            "prior_years": PLENTY,
            "bound_on": self.day - A_YEAR,
            "effective_on": self.day - A_YEAR,
        }
        return Sponsor(**(usual | fields))

    def bill(self, *sponsors: Sponsor, patient: Fields = NOTHING, place: Fields = NOTHING, **fields: Any) -> BillCase:
        """One bill of 100.00; the funds' part is given, so that nothing of the own plan is asked."""
        usual: Fields = {
            "region": self.place,
            "day": self.day,
            "settled_on": self.day,
            "patient": Patient(**{"scheme": Scheme.RESIDENT, "account": False, **patient}),
            "institution": Institution(**{"region": self.place, "wallet_ready": True, **place}),
            "bill": Bill(total=TOTAL, in_scope=TOTAL),
            "funds_given": 0,
            "sponsors": sponsors,
        }
        return BillCase(**(usual | fields))

    def bills(self, entry: Entry) -> Iterator[BillCase]:
        yield from self._one_sponsor()
        yield from self._places()
        yield from self._covers()
        yield from self._money(entry)
        yield from self._orders(entry)

    def _one_sponsor(self) -> Iterator[BillCase]:
        usual = self.sponsor()
        yield from (self.bill(self.sponsor(kinship=kinship)) for kinship in Kinship)
        yield from (self.bill(usual, use=use) for use in Use)
        for category in Category:
            yield self.bill(self.sponsor(category=category))
            yield self.bill(usual, patient={"category": category})
        yield from (self.bill(self.sponsor(tier=tier)) for tier in range(6))
        yield self.bill(usual, filing=codes.Filing.LONG_TERM, place={"region": self.far})
        for part in ("in_scope", "upfront_share", "over_price_limit", "excluded"):
            yield self.bill(usual, bill=Bill(**({"total": TOTAL, "in_scope": 0} | {part: TOTAL})))
        for accounts in (Accounts.ALL, Accounts.SPONSORS):
            rich = {"scheme": Scheme.EMPLOYEE, "account": True, "own_balance": TOTAL // 2}
            yield self.bill(usual, patient=rich, accounts=accounts)
        yield self.bill(usual, place={"designated": False})
        yield self.bill(usual, patient={"suspended": True})
        yield self.bill(usual, agent_papers=False)

    def _places(self) -> Iterator[BillCase]:
        for mechanism in Mechanism:
            for region in (self.place, self.near, self.far):
                quota = 0 if mechanism is Mechanism.INSTANT_DRAW else TOTAL
                payer = self.sponsor(mechanism=mechanism, region=region, quota=quota)
                yield self.bill(payer)
                if region == self.far:
                    yield msgspec.structs.replace(self.bill(payer), region=self.far, sponsors=(self.sponsor(),))

    def _covers(self) -> Iterator[BillCase]:
        yield from (self.bill(self.sponsor(status=status)) for status in Cover)
        yield from (self.bill(self.sponsor(), patient={"status": status}) for status in Cover)
        yield self.bill(self.sponsor(activated=False))
        yield self.bill(self.sponsor(), patient={"activated": False})
        yield self.bill(self.sponsor(bound_on=self.day, effective_on=self.day))

    def _money(self, entry: Entry) -> Iterator[BillCase]:
        stated = around(entry.value)
        large = Bill(total=PLENTY, in_scope=PLENTY)
        yield self.bill(self.sponsor(prior_years=TOTAL // 4))
        yield self.bill(self.sponsor(prior_years=0))
        for amount in stated:
            yield self.bill(self.sponsor(balance=amount, prior_years=amount), bill=large)
            for used in (Used(), *(Used(**{name: amount}) for name in Used.__struct_fields__)):
                yield self.bill(self.sponsor(used=used), bill=large)
        if entry.key == "wallet_hours":
            wallet = self.sponsor(mechanism=Mechanism.WALLET_TRANSFER, quota=TOTAL)
            yield from (self.bill(wallet, settled_at=minute % (24 * 60)) for minute in stated)
        wallet = self.sponsor(mechanism=Mechanism.WALLET_TRANSFER, quota=TOTAL, region=self.far)
        yield self.bill(wallet, settled_at=23 * 60)

    def _orders(self, entry: Entry) -> Iterator[BillCase]:
        """Every order has another first payer: by rank, by the day bound, by balance, by name."""
        days = [self.day - A_YEAR + A_DAY * more for more in range(4)]
        fields = [
            {"name": "d", "rank": 2, "bound_on": days[0], "balance": TOTAL},
            {"name": "c", "rank": 1, "bound_on": days[1], "balance": TOTAL * 2},
            {"name": "b", "rank": 4, "bound_on": days[2], "balance": TOTAL * 4},
            {"name": "a", "rank": 3, "bound_on": days[3], "balance": TOTAL * 3},
        ]
        several = [self.sponsor(**(each | {"prior_years": each["balance"]})) for each in fields]
        alike = [msgspec.structs.replace(each, rank=1, balance=TOTAL, prior_years=TOTAL) for each in several]
        swipes = {None, 0, *around(entry.value if entry.key == "reswipe_minutes" else None)}
        for payers in (several, alike, list(reversed(alike))):
            half = Bill(total=TOTAL + TOTAL // 2, in_scope=TOTAL + TOTAL // 2)
            for chosen in (None, (0,), (1,), (3, 0), (1, 0, 2)):
                for minutes in swipes:
                    yield self.bill(*payers, chosen=chosen, second_swipe_minutes=minutes, bill=half)
        one_a_group = [
            self.sponsor(
                name=group,
                mechanism=MECHANISM_OF.get(group, Mechanism.INSTANT_DRAW),
                region=self.near if group is PayerGroup.CROSS_AREA else self.place,
                balance=TOTAL,
                quota=TOTAL if group in MECHANISM_OF else 0,
            )
            for group in PayerGroup
        ]
        for first in range(len(one_a_group)):
            for second in range(first):
                yield self.bill(one_a_group[second], one_a_group[first])
                far = msgspec.structs.replace(one_a_group[second], region=self.far)
                yield self.bill(far, one_a_group[first])

    def relation(
        self, *existing: Relation, sponsor: Fields = NOTHING, other: Fields = NOTHING, **fields: Any
    ) -> SponsorshipCase:
        """One relation to make, of a mother to her child's account."""
        giver: Fields = {
            "scheme": Scheme.EMPLOYEE,
            "account": True,
            "region": self.place,
            "balance": PLENTY,
            "person": "giver",
        }
        taker: Fields = {"scheme": Scheme.RESIDENT, "account": False, "region": self.place, "person": "taker"}
        usual: Fields = {"day": self.day, "kinship": Kinship.CHILD, "existing": existing}
        return SponsorshipCase(
            sponsor=Party(**(giver | sponsor)), beneficiary=Party(**(taker | other)), **(usual | fields)
        )

    def relations(self, entry: Entry) -> Iterator[SponsorshipCase]:
        yield from (self.relation(kinship=kinship) for kinship in Kinship)
        for category in Category:
            yield self.relation(sponsor={"category": category})
            yield self.relation(other={"category": category})
        yield from (self.relation(sponsor={"tier": tier}) for tier in range(6))
        for status in Cover:
            yield self.relation(sponsor={"status": status})
            yield self.relation(other={"status": status})
        yield self.relation(sponsor={"activated": False})
        yield self.relation(other={"activated": False})
        yield self.relation(beneficiary_is_sponsor=True)
        yield self.relation(sponsor_is_beneficiary=True)
        yield from (self.relation(confirmed=False, other={"age": age}) for age in (0, 15, 16, 40))
        for mechanism in Mechanism:
            yield from (self.relation(mechanism=mechanism, other={"region": there}) for there in (self.near, self.far))
            yield from (
                self.relation(mechanism=mechanism, sponsor={"region": there}) for there in (self.near, self.far)
            )
        yield from self._counts(entry)

    def _counts(self, entry: Entry) -> Iterator[SponsorshipCase]:
        counts = {0, 1, 2, *(number for number in around(entry.value) if number < 200)}
        for number in counts:
            yield self.relation(beneficiary_sponsors=number)
            for kinship in (Kinship.CHILD, Kinship.PARENT, Kinship.SPOUSE, Kinship.SIBLING):
                for sex in codes.Sex:
                    others = [Relation(kinship=kinship, person=f"p{at}", sex=sex) for at in range(number)]
                    yield self.relation(*others, kinship=kinship, other={"sex": sex})
            gone = [Relation(kinship=Kinship.CHILD, person=f"p{at}", ended_on=self.day - A_DAY) for at in range(number)]
            yield self.relation(*gone)
            old = [msgspec.structs.replace(each, ended_on=self.day - 2 * A_YEAR) for each in gone]
            yield self.relation(*old)
        for number in around(entry.value):
            yield self.relation(sponsor={"balance": number})
            if number < 10_000:
                ended = self.day - A_DAY * number
                yield self.relation(Relation(kinship=Kinship.CHILD, person="taker", ended_on=ended))

    def ends(self, entry: Entry) -> Iterator[EndCase]:
        days = {0, *(around(entry.value) if entry.key == "min_bound_days" else ())}
        for number in days:
            for by in Asker:
                yield EndCase(day=self.day, region=self.place, bound_on=self.day - A_DAY * number, by=by)
