"""An invented population for measuring: people over the book's regions, their purses, relations and institutions.

Everything is drawn from one seeded generator. Identity numbers have an area code that does not exist and a valid check
digit; they are made only where people are looked up by them.
"""

import datetime
import random
from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from mulaid.decide.bill import decide
from mulaid.gateway import hospital
from mulaid.policy.law import Law
from mulaid.policy.rules import Confirm, Order
from mulaid.store import loading
from mulaid.store.connect import Connection
from mulaid.store.seal import Seal
from mulaid.terms.bill_case import Bill, BillCase, Institution, Patient
from mulaid.terms.calendar import age_on
from mulaid.terms.codes import Cover, Scheme

PEOPLE = 200_000
CROSS_REGION_SHARE = 0.05
INSTITUTIONS_PER_REGION = 20
CAP_PAYMENT = 10_000
"""What a sponsor lets a relative spend at a time, so that larger bills need a second sponsor."""
QUOTA = 5_000_000
FROZEN = 100_000_000
"""Enough for every quota a sponsor may have given."""
SPONSORS = (0, 1, 1, 2, 2, 3)
"""How many sponsors a person has, each value equally often: 0 to 3."""
ONE_SPONSOR = (0, 1, 1, 1, 1, 1)
"""The same where the order of several is unknown: as many have none."""
EARNERS_EVERY = 3
"""Every third person has savings in their account; the others have little or nothing, and sponsors."""
BILLS_OF_EARNERS = 0.1

_WEIGHTS = tuple(2 ** (17 - at) % 11 for at in range(17))
_CHECK_DIGITS = "10X98765432"
"""GB 11643."""

_KINSHIPS = ("spouse", "parent", "child")
_BOUND_ON = datetime.date(2026, 2, 1)
_ENROLLED = datetime.date(2020, 1, 1)
_BORN = datetime.date(1970, 5, 1)
_LEVEL = 3
"""Of every hospital."""
_TOTALS = 100, 10_000_000
"""Less, and more, than any bill here and any ceiling."""


Option = TypeVar("Option")


class Resident(msgspec.Struct, frozen=True, gc=False):
    """A person bills are made for."""

    region: str
    person: int
    sponsors: int
    plan_known: bool
    """Whether the book can compute the own plan; otherwise the bill gives the funds' part."""
    must_choose: bool
    """Whether the region asks the patient to say who pays."""
    swipes_twice: bool
    """Whether the till asks for a second swipe before a sponsor pays."""


class Population(msgspec.Struct, frozen=True):
    """Who falls ill and where they go. `earners` pay for themselves, `others` mostly need somebody."""

    earners: list[Resident]
    others: list[Resident]
    institutions: dict[str, list[str]]

    def patient(self, chance: random.Random) -> Resident:
        """Whose bill comes next."""
        return any_of(self.earners if chance.random() < BILLS_OF_EARNERS else self.others, chance)


def at_first_swipe(population: Population, chance: random.Random) -> Resident:
    """Somebody whose bill settles at the first swipe."""
    while True:
        resident = population.patient(chance)
        if not resident.swipes_twice:
            return resident


def patient_at(institution: str, who: Resident) -> hospital.Patient:
    """Somebody at an institution of their region, with an identity card and with every sponsor chosen who must be."""
    return hospital.Patient(
        institution=institution,
        region=who.region,
        person=who.person,
        identity=identity_number(who.person),
        chosen=tuple(range(1, who.sponsors + 1)) if who.must_choose else (),
    )


def any_of(options: Sequence[Option], chance: random.Random) -> Option:
    """One of them. `Random.choice` is fairer to the last bit and takes five times as long."""
    return options[int(chance.random() * len(options))]


def regions_of(law: Law) -> list[str]:
    """The pooling regions bills are made in: those with a file of their own that are not whole provinces."""
    own = [region for region in law.book.regions if region[2:] != "0000"]
    whole = [f"{digits}0000" for digits in law.book.divisions.whole if f"{digits}0000" in law.book.regions]
    return sorted(own + whole)


async def fill(
    connection: Connection,
    law: Law,
    seal: Seal,
    today: datetime.date,
    people: int = PEOPLE,
    *,
    identities: bool = False,
) -> Population:
    """Fill an empty database. The same number of people gives the same population; `identities` makes them findable."""
    chance = random.Random(people)
    regions = regions_of(law)
    places = [regions[person % len(regions)] for person in range(people)]
    earners: list[Resident] = []
    others: list[Resident] = []
    relations: list[tuple[str, int, str, int, int]] = []
    known = {region: _plan_known(law, region, today) for region in regions}
    orders = {region: law.aid(region, today).sponsor_order_rule for region in regions}
    reswipe = {region: law.aid(region, today).confirm_mode.value is Confirm.RESWIPE for region in regions}
    for person, region in enumerate(places):
        # Where nobody knows who of two pays first, neither does: one sponsor is all that is of use there.
        count = chance.choice(SPONSORS if orders[region].known else ONE_SPONSOR)
        for _ in range(count):
            near = chance.random() >= CROSS_REGION_SHARE
            sponsor = _sponsor(chance, person, people, len(regions), near=near)
            relations.append((region, person + 1, places[sponsor], sponsor + 1, len(relations)))
        earns = _earns(person, len(regions))
        manual = orders[region].value is Order.MANUAL
        resident = Resident(region, person + 1, count, known[region], manual, reswipe[region])
        (earners if earns else others).append(resident)
    await _copy_people(connection, seal, places, identities=identities)
    quotas = {sponsor for region, _, place, sponsor, _ in relations if place != region}
    await _copy_purses(connection, chance, places, quotas, len(regions))
    await _copy_relations(connection, relations)
    institutions = {region: [f"H{region}{n:05d}" for n in range(INSTITUTIONS_PER_REGION)] for region in regions}
    await loading.copy(
        connection,
        "institution",
        ("region", "institution", "name", "kind", "level", "designated", "wallet_ready", "funds_given"),
        (
            (int(region), code, code, "hospital", _LEVEL, True, True, "core")
            for region, codes in institutions.items()
            for code in codes
        ),
    )
    return Population(earners, others, institutions)


def _sponsor(chance: random.Random, person: int, people: int, regions: int, *, near: bool) -> int:
    """An earner other than this person, of the same region (people are dealt to regions in turn) or of another."""
    while True:
        other = chance.randrange(people // regions) * regions + (person if near else chance.randrange(people)) % regions
        if other != person and _earns(other, regions) and ((other - person) % regions == 0) is near:
            return other


def _earns(person: int, regions: int) -> bool:
    return person // regions % EARNERS_EVERY == 0


def _plan_known(law: Law, region: str, today: datetime.date) -> bool:
    """Whether the region's own plan computes the funds' part of small and large bills alike."""
    patient = Patient(scheme=Scheme.EMPLOYEE, status=Cover.ACTIVE, age=age_on(_BORN, today), account=True)
    place = Institution(region=region, level=_LEVEL, wallet_ready=True)
    cases = (
        BillCase(region=region, day=today, settled_on=today, patient=patient, institution=place, bill=bill)
        for bill in (Bill(total=total, in_scope=total) for total in _TOTALS)
    )
    return all(decide(case, law).refused is None for case in cases)


async def _copy_people(connection: Connection, seal: Seal, places: list[str], *, identities: bool) -> None:
    """People and their cover; without identities everybody has the same sealed text, which nobody reads."""
    nobody = seal.seal("-")

    def sealed(at: int) -> bytes:
        return seal.seal(identity_number(at + 1)) if identities else nobody

    columns = ("region", "person", "sealed_number", "sealed_name", "masked_name", "sex", "born")
    await loading.copy(
        connection,
        "person",
        columns,
        ((int(region), at + 1, sealed(at), nobody, f"*{at}", "f", _BORN) for at, region in enumerate(places)),
    )
    await loading.copy(
        connection,
        "enrolment",
        ("region", "person", "from_day", "scheme", "status", "account"),
        ((int(region), at + 1, _ENROLLED, "employee", "active", True) for at, region in enumerate(places)),
    )
    if identities:
        blind = ((seal.blind_index(identity_number(at + 1)), int(region), at + 1) for at, region in enumerate(places))
        await loading.copy(connection, "identity", ("blind_index", "region", "person"), blind)


def identity_number(person: int) -> str:
    """An invented identity number of an area that does not exist, unique for up to a million people."""
    district, serial = divmod(person, 1000)
    body = f"99{district:04d}{_BORN:%Y%m%d}{serial:03d}"
    weighted = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + _CHECK_DIGITS[weighted % 11]


async def _copy_purses(
    connection: Connection, chance: random.Random, places: list[str], quotas: set[int], regions: int
) -> None:
    def rows() -> Iterator[tuple[int, int, int, int, int]]:
        for at, region in enumerate(places):
            earns = _earns(at, regions)
            current = chance.randrange(20_000) if earns else chance.choice((0, chance.randrange(3_000)))
            prior = chance.randrange(500_000, 5_000_000) if earns else 0
            yield int(region), at + 1, current, prior, FROZEN if at + 1 in quotas else 0

    await loading.copy(connection, "purse", ("region", "person", "current_fen", "prior_fen", "frozen_fen"), rows())


async def _copy_relations(connection: Connection, relations: list[tuple[str, int, str, int, int]]) -> None:
    midnight = datetime.datetime.combine(_BOUND_ON, datetime.time(), datetime.UTC)

    def bound(at: int) -> datetime.datetime:
        return midnight + datetime.timedelta(microseconds=at)

    await loading.copy(
        connection,
        "sponsored_by",
        ("region", "beneficiary", "sponsor", "bound_at", "sponsor_region", "masked_name"),
        (
            (int(r), person, sponsor, bound(at), int(place), f"*{sponsor}")
            for r, person, place, sponsor, at in relations
        ),
    )
    columns = ("region", "sponsor", "beneficiary", "bound_at", "beneficiary_region", "kinship", "mechanism", "state")
    await loading.copy(
        connection,
        "sponsorship",
        (*columns, "bound_on", "effective_on", "rank", "cap_payment_fen", "quota_fen"),
        (
            (
                int(place),
                sponsor,
                person,
                bound(at),
                int(r),
                _KINSHIPS[at % 3],
                *_mechanism(r, place),
                at % 3 + 1,
                CAP_PAYMENT,
                _quota(r, place),
            )
            for r, person, place, sponsor, at in relations
        ),
    )


def _mechanism(region: str, place: str) -> tuple[str, str, datetime.date, datetime.date]:
    mechanism = "instant_draw" if region == place else "wallet_quota"
    return mechanism, "active", _BOUND_ON, _BOUND_ON


def _quota(region: str, place: str) -> int:
    return 0 if region == place else QUOTA
