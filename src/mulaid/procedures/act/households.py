"""The households of one batch: everybody's money, relations and year so far, read once and changed in memory.

Two bills of one family in one batch see each other through this overlay, whichever regions they live in.
An act locks in the order that all keep: purses by region and person first, then everything else is read.
"""

import datetime
import enum
from collections.abc import Iterable, Iterator, Sequence

from mulaid.ledger.journal import AccountKind, Transfer
from mulaid.procedures.act.records import SponsorKey
from mulaid.settings import CLOCKS_APART_MAX
from mulaid.store import regions, registry, rows
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.registry import CoverKey, PatientKey
from mulaid.store.rows import NEW_YEAR, Insured, Pointer, Purse, SponsorCover, Sponsorship
from mulaid.terms.bill_case import NO_CAPS, NOTHING_USED, Caps, Sponsor, Used, YearSoFar
from mulaid.terms.codes import CareGroup, Cover, Mechanism, Scheme
from mulaid.terms.money import Fen

YearKey = tuple[str, int, int, CareGroup]
"""(patient's region, patient, benefit year, care group)."""

RelationKey = tuple[str, int, int, datetime.datetime]
"""(sponsor's region, sponsor, beneficiary, bound at)."""

CLOCKS_APART = datetime.timedelta(seconds=CLOCKS_APART_MAX)
_QUOTAS = frozenset({Mechanism.WALLET_QUOTA, Mechanism.WALLET_TRANSFER})
# Every relation and transfer asks for these: bound here, because Python 3.11 takes as long to find a member as to call.
_INSTANT_DRAW = Mechanism.INSTANT_DRAW
_ENDED = Cover.ENDED
_PRIOR, _FROZEN, _WALLET, _FUND = AccountKind.PRIOR_YEARS, AccountKind.FROZEN, AccountKind.WALLET, AccountKind.FUND


class Locking(enum.Enum):
    """How purses are read."""

    NONE = "for a quote: without a lock"
    WAIT = "locked, however long somebody else holds one"
    FREE = "locked where nobody else holds them"


class DayPassed(RuntimeError):
    """Somebody's money was already used on a day that begins soon: the moment of this batch is stale, take it again."""


class Link:
    """One relation while the batch runs: as stored in the sponsor's region, with its quota and what it has paid."""

    __slots__ = ("cover", "name", "quota", "quota_prior", "region", "row", "used_day", "used_month", "used_year")

    def __init__(self, region: str, row: Sponsorship, cover: SponsorCover, name: str, today: datetime.date) -> None:
        self.region, self.row, self.cover, self.name = region, row, cover, name
        self.quota, self.quota_prior = row.quota, row.quota_prior
        self.used_day, self.used_month, self.used_year = still_counting(row, today)

    @property
    def key(self) -> RelationKey:
        return self.region, self.row.sponsor, self.row.beneficiary, self.row.bound_at


def still_counting(row: Purse | Sponsorship, today: datetime.date) -> tuple[Fen, Fen, Fen]:
    """What usage of an earlier day still counts today, this month and this year."""
    last = row.used_on
    if last is None or last.year != today.year:
        return 0, 0, 0
    if last.month != today.month:
        return 0, 0, row.used_year
    return (row.used_day if last == today else 0), row.used_month, row.used_year


class Households:
    """Everything a batch reads about people, and everything it changes."""

    def __init__(self, moment: datetime.datetime) -> None:
        self.today = moment.date()
        self._soon = (moment + CLOCKS_APART).date()
        self.money: dict[Key, Purse] = {}
        self.links: dict[Key, list[Link]] = {}
        """By the beneficiary."""
        self.people: dict[tuple[str, int, datetime.date], Insured] = {}
        self.covers: dict[CoverKey, Insured | None] = {}
        """Patients whose bills go by another cover than the one in `people`; None: they do not have it."""
        self.years: dict[YearKey, YearSoFar] = {}
        self.moved: dict[Key, str] = {}
        """Who has moved, and where to."""
        self.ahead: dict[Key, datetime.date] = {}
        """Whose money was used on a day that no right clock can have shown, and which: it cannot be used before."""
        self._held: set[Key] = set()
        """Whose purse somebody else holds: it was neither locked nor read."""
        self._touched_money: dict[Key, Purse] = {}
        self._touched_links: dict[RelationKey, Link] = {}
        self._touched_years: set[YearKey] = set()

    def sponsors_of(self, patient: Key) -> tuple[list[Link], tuple[Sponsor, ...], tuple[SponsorKey, ...]]:
        """The patient's sponsors in the order bound, as a decision sees them at this moment of the batch."""
        links = self.links.get(patient)
        if not links:
            return [], (), ()
        pools: set[Key] = set()
        same = _same_people(links)
        sponsors, keys = zip(*[self._sponsor(*each, pools) for each in zip(links, same, strict=True)], strict=True)
        return links, sponsors, keys

    def _sponsor(self, link: Link, same_as: int | None, pools: set[Key]) -> tuple[Sponsor, SponsorKey]:
        row, cover, region, person = link.row, link.cover, link.region, link.row.sponsor
        money = self.money.get((region, person))
        quota, purse_region, purse = self._quota(link, money, pools)
        caps = NO_CAPS
        if (
            row.cap_payment is not None
            or row.cap_day is not None
            or row.cap_month is not None
            or row.cap_year is not None
        ):
            caps = Caps(
                payment=row.cap_payment, day=row.cap_day, month=row.cap_month, year=row.cap_year, scope=row.cap_scope
            )
        sponsor = Sponsor(
            name=link.name,
            kinship=row.kinship,
            region=region,
            balance=money.free + money.frozen if money else 0,
            prior_years=money.prior if money else 0,
            bound_on=row.bound_on,
            effective_on=row.effective_on,
            until=row.until,
            scheme=cover.scheme,
            account=cover.account,
            status=cover.status,
            category=cover.category,
            tier=cover.tier,
            activated=money is not None and money.activated,
            state=row.state,
            rank=row.rank,
            caps=caps,
            used=Used(
                day=link.used_day,
                month=link.used_month,
                year=link.used_year,
                all_day=money.used_day,
                all_month=money.used_month,
                all_year=money.used_year,
            )
            if money
            else NOTHING_USED,
            uses=row.uses,
            mechanism=row.mechanism,
            quota=quota,
            quota_prior_years=link.quota_prior,
            wallet_open=row.wallet_open,
            same_as=same_as,
        )
        key = SponsorKey(int(region), person, row.beneficiary, row.bound_at, int(purse_region), purse)
        return sponsor, key

    def _quota(self, link: Link, money: Purse | None, pools: set[Key]) -> tuple[Fen, str, int]:
        """The sponsor's quota by mechanism, and which purse would pay. A pool's money is offered once a bill."""
        row, region = link.row, link.region
        if row.mechanism is _INSTANT_DRAW:
            return (money.frozen if money else 0), region, row.sponsor
        if row.mechanism is Mechanism.WALLET_QUOTA:
            return link.quota, region, row.sponsor
        if row.mechanism is Mechanism.WALLET_TRANSFER:
            return link.quota, row.beneficiary_region, row.beneficiary
        pool = (region, row.pool or 0)
        kept = self.money.get(pool)
        first = pool not in pools
        pools.add(pool)
        return (kept.current if kept and first else 0), *pool

    def move(self, transfer: Transfer) -> tuple[int | None, Fen | None]:
        """Carry out one transfer in memory: (whose purse it moved, what is left of the balance it moved)."""
        if transfer.person is None:
            return None, None
        key = (regions.text(transfer.region), transfer.person)
        money = self.money[key]
        self._touched_money[key] = money
        given, taken = transfer.debit.kind < _FUND, transfer.credit.kind < _FUND
        assert given is not taken, "a transfer moves one balance"
        if given:
            return transfer.person, _moved(money, transfer.debit.kind, -transfer.amount)
        return transfer.person, _moved(money, transfer.credit.kind, transfer.amount)

    def use(self, link: Link, amount: Fen, prior_years: Fen, day: datetime.date | None) -> None:
        """Take money a relation pays (negative: gives back) from its quota, and count it."""
        if link.row.mechanism in _QUOTAS:
            link.quota -= amount
            link.quota_prior -= prior_years
        self.count(link, amount, day)

    def count(self, link: Link, amount: Fen, day: datetime.date | None) -> None:
        """Count money paid between two people (negative: given back) against caps, as far as `day` still counts.

        None is a day that never counted.
        """
        money = self.money[link.region, link.row.sponsor]
        if day is not None and day.year == self.today.year:
            same_day, same_month = day == self.today, day.month == self.today.month
            for counted in (link, money):
                counted.used_day += amount if same_day else 0
                counted.used_month += amount if same_month else 0
                counted.used_year += amount
        self._touched_links[link.key] = link
        self._touched_money[link.region, link.row.sponsor] = money

    def add_to_year(self, key: YearKey, added: YearSoFar) -> None:
        """Add a bill to (or, with negative numbers, take it from) the patient's benefit year."""
        before = self.years.get(key, NEW_YEAR)
        self.years[key] = YearSoFar(
            deductible_met=before.deductible_met + added.deductible_met,
            in_scope=before.in_scope + added.in_scope,
            funds_paid=before.funds_paid + added.funds_paid,
            admissions=before.admissions + added.admissions,
        )
        self._touched_years.add(key)

    @property
    def anybody_held(self) -> bool:
        """Whether somebody else holds a purse that was to be locked."""
        return bool(self._held)

    def must_wait(self, patient: Key) -> bool:
        """Whether somebody else holds a purse that a bill of this patient may need."""
        return bool(self._held) and any(key in self._held for key in self._purses_of(patient))

    def ahead_of(self, patient: Key) -> datetime.date | None:
        """The latest day that has not come on which a purse was used that a bill of this patient may need."""
        if not self.ahead:
            return None
        return max((self.ahead[key] for key in self._purses_of(patient) if key in self.ahead), default=None)

    def _purses_of(self, patient: Key) -> Iterator[tuple[str, int | None]]:
        yield patient
        for link in self.links.get(patient, ()):
            yield link.region, link.row.sponsor
            yield link.region, link.row.pool

    async def read_money(self, connection: Connection, owners: set[Key], locking: Locking) -> None:
        """Read purses; they are locked in the order in which every procedure locks."""
        if locking is Locking.FREE:
            purses, self._held = await registry.lock_free_purses(connection, owners)
        else:
            read = registry.read_purses if locking is Locking.NONE else registry.lock_purses
            purses = await read(connection, owners)
        self.money |= purses
        for key, purse in purses.items():
            if purse.moved_to is not None:
                self.moved[key] = purse.moved_to
            if purse.used_on is None or purse.used_on == self.today:
                continue
            if purse.used_on > self._soon:
                self.ahead[key] = purse.used_on
                continue
            if purse.used_on > self.today and locking is not Locking.NONE:
                # Usage never runs backwards: a batch that waited over midnight is settled as of the new day.
                raise DayPassed(f"{purse.used_on} > {self.today}")
            purse.used_day, purse.used_month, purse.used_year = still_counting(purse, self.today)

    async def read_links(self, connection: Connection, pointers: Sequence[Pointer]) -> None:
        """Read the relations pointed to; of several between two people by one mechanism only the newest counts."""
        names: dict[RelationKey, str] = {
            (each.sponsor_region, each.sponsor, each.beneficiary, each.bound_at): each.masked_name for each in pointers
        }
        pairs = list({key[:3] for key in names})
        newest: dict[tuple[Key, Key, Mechanism], Link] = {}
        for region, row, cover in await registry.sponsors(connection, pairs, self.today):
            name = names.get((region, row.sponsor, row.beneficiary, row.bound_at))
            if name is not None:
                key = (row.beneficiary_region, row.beneficiary), (region, row.sponsor), row.mechanism
                newest[key] = Link(region, row, cover, name, self.today)
        without = [link for link in newest.values() if not link.cover.account]
        if without:
            await self._read_accounts(connection, without)
        for link in sorted(newest.values(), key=lambda each: (each.row.bound_at, each.row.sponsor)):
            self.links.setdefault((link.row.beneficiary_region, link.row.beneficiary), []).append(link)

    async def _read_accounts(self, connection: Connection, links: Sequence[Link]) -> None:
        """Of a sponsor with two covers the one with the account counts, not the one that began last."""
        keys = [(link.region, link.row.sponsor, self.today, Scheme.EMPLOYEE) for link in links]
        found = await registry.covers(connection, list(set(keys)))
        for link, key in zip(links, keys, strict=True):
            held = found.get(key)
            if held is not None:
                link.cover = SponsorCover(held.scheme, held.status, held.tier, held.category, held.account)

    async def read_patients(self, connection: Connection, keys: Sequence[PatientKey]) -> None:
        """Read patients as insured on their days of care, and what their benefit years hold so far."""
        for (region, person, day, year, group), found in (
            await registry.patients(connection, keys, self.today)
        ).items():
            self.people[region, person, day], self.years[region, person, year, group] = found

    def goes_by(self, region: str, patient: int, day: datetime.date, scheme: Scheme) -> bool:
        """Whether a patient was read by this scheme. Whoever has no cover that day was read as ended."""
        last = self.people.get((region, patient, day))
        return last is None or (last.scheme is scheme and last.status is not _ENDED)

    async def read_covers(self, connection: Connection, keys: Iterable[CoverKey]) -> None:
        """Read patients once more, by the covers their bills go by."""
        self.covers = dict.fromkeys(keys)
        for key, held in (await registry.covers(connection, list(self.covers))).items():
            self.covers[key] = rows.covered(self.people[key[:3]], held)

    def purses_written(self) -> list[tuple[object, ...]]:
        """The purses that changed, as `store.ledger.Bookings` takes them."""
        return [
            (regions.number(region), person, money.current, money.prior, money.frozen, money.wallet, *_used(money))
            for (region, person), money in self._touched_money.items()
        ]

    def relations_written(self) -> list[tuple[object, ...]]:
        """The relations that changed, in the same way."""
        return [
            (regions.number(region), *key, link.quota, link.quota_prior, *_used(link))
            for (region, *key), link in self._touched_links.items()
        ]

    def years_written(self) -> list[tuple[object, ...]]:
        """The benefit years that changed, in the same way."""
        return [
            (regions.number(region), *key, year.deductible_met, year.in_scope, year.funds_paid, year.admissions)
            for region, *key, year in ((*key, self.years[key]) for key in self._touched_years)
        ]


def _same_people(links: list[Link]) -> list[int | None]:
    """For each relation the position of the first one of the same sponsor, None for the first one itself."""
    people = [(link.region, link.row.sponsor) for link in links]
    if len(set(people)) == len(people):
        return [None] * len(people)
    return [None if (first := people.index(key)) == at else first for at, key in enumerate(people)]


def _moved(purse: Purse, kind: AccountKind, amount: Fen) -> Fen:
    """Add to (or take from) one of the balances; what is then left of it."""
    if kind is _PRIOR:
        purse.prior += amount
        return purse.prior
    if kind is _FROZEN:
        purse.frozen += amount
        return purse.frozen
    if kind is _WALLET:
        purse.wallet += amount
        return purse.wallet
    purse.current += amount
    return purse.current


def _used(counted: Purse | Link) -> tuple[Fen, Fen, Fen]:
    return counted.used_day, counted.used_month, counted.used_year
