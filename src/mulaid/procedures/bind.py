"""Bind and end a sponsorship that draws at the till.

Both take the purse locks of both people, so that no bill is decided while a relation changes.
Wallet relations move money when they begin and end; they come with the wallet's own procedures.
"""

import datetime

import msgspec

from mulaid.decide.relation import decide_relation
from mulaid.procedures.bureau import Bureau
from mulaid.procedures.faults import Fault
from mulaid.procedures.requests import Done, Refused
from mulaid.store import people, registry, relations
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.rows import Insured, Purse, Sponsorship
from mulaid.terms.bill_case import BOTH_USES, NO_CAPS, Caps
from mulaid.terms.calendar import age_on
from mulaid.terms.codes import Kinship, Mechanism, RelationState, SponsorUse
from mulaid.terms.sponsorship_case import Party, Relation, SponsorshipCase

_Known = tuple[Insured, Purse]
"""A person as insured today, with the purse, locked."""


class BindRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Who would sponsor whom, and on what terms."""

    sponsor: Key
    beneficiary: Key
    kinship: Kinship
    """What the beneficiary is to the sponsor."""
    confirmed: bool = True
    rank: int = 1
    until: datetime.date | None = None
    caps: Caps = NO_CAPS
    uses: frozenset[SponsorUse] = BOTH_USES


async def bind(
    connection: Connection, bureau: Bureau, request: BindRequest, moment: datetime.datetime
) -> Done | Refused:
    """Make a relation, if the policy of its day allows it."""
    async with connection.transaction():
        known = await _both(connection, request.sponsor, request.beneficiary, moment.date())
        if known is None:
            return Refused(code=Fault.UNKNOWN_PERSON)
        sponsor, beneficiary = known
        others = await people.sponsorships(connection, *request.sponsor)
        already = [each for each in others if _same(each, request) and each.state is not RelationState.ENDED]
        if already:
            return Refused(code=Fault.ALREADY_BOUND)
        case = await _case(connection, request, sponsor, beneficiary, others, moment)
        outcome = decide_relation(case, bureau.law)
        if outcome.refused is not None:
            entry = bureau.law.book.entries[outcome.steps[0].rule] if outcome.steps[0].rule >= 0 else None
            detail = {"rule": entry.says, "key": entry.key} if entry else {}
            return Refused(code=outcome.refused.value, field="relation", detail=detail)
        made = Sponsorship(
            sponsor=request.sponsor[1],
            beneficiary=request.beneficiary[1],
            bound_at=moment,
            beneficiary_region=request.beneficiary[0],
            kinship=request.kinship,
            mechanism=Mechanism.INSTANT_DRAW,
            state=RelationState.ACTIVE,
            bound_on=moment.date(),
            effective_on=moment.date(),
            until=request.until,
            rank=request.rank,
            cap_payment=request.caps.payment,
            cap_day=request.caps.day,
            cap_month=request.caps.month,
            cap_year=request.caps.year,
            cap_scope=request.caps.scope,
            uses=request.uses,
            quota=0,
            quota_prior=0,
            used_day=0,
            used_month=0,
            used_year=0,
            used_on=None,
            wallet_open=True,
            pool=None,
        )
        await relations.insert(connection, request.sponsor[0], made, sponsor[0].masked_name)
    return Done()


async def end(connection: Connection, sponsor: Key, beneficiary: Key, moment: datetime.datetime) -> Done | Refused:
    """End the relation between these two, from today on; what it has paid can still be refunded to the sponsor."""
    async with connection.transaction():
        if await _both(connection, sponsor, beneficiary, moment.date()) is None:
            return Refused(code=Fault.UNKNOWN_PERSON)
        held = [
            each
            for each in await people.sponsorships(connection, *sponsor)
            if (each.beneficiary_region, each.beneficiary) == beneficiary
            and each.state is not RelationState.ENDED
            and each.mechanism is Mechanism.INSTANT_DRAW
        ]
        if not held:
            return Refused(code=Fault.NOT_BOUND)
        for each in held:
            await relations.end(connection, sponsor[0], each.sponsor, each.beneficiary, each.bound_at, moment.date())
    return Done()


async def _both(
    connection: Connection, sponsor: Key, beneficiary: Key, today: datetime.date
) -> tuple[_Known, _Known] | None:
    """Both people with their purses locked; None when one of them is not registered."""
    purses = await registry.lock_purses(connection, {sponsor, beneficiary})
    found = []
    for key in (sponsor, beneficiary):
        insured = (await registry.people(connection, key[0], [key[1]], today)).get(key[1])
        if insured is None or key not in purses:
            return None
        found.append((insured, purses[key]))
    return found[0], found[1]


async def _case(
    connection: Connection,
    request: BindRequest,
    sponsor: _Known,
    beneficiary: _Known,
    others: list[Sponsorship],
    moment: datetime.datetime,
) -> SponsorshipCase:
    """The question the rules answer about this relation."""
    today = moment.date()
    sponsoring = await people.sponsorships(connection, *request.beneficiary)
    already = await _sponsors_of(connection, request.beneficiary, today)
    return SponsorshipCase(
        day=today,
        kinship=request.kinship,
        sponsor=_party(sponsor, request.sponsor, today),
        beneficiary=_party(beneficiary, request.beneficiary, today),
        existing=tuple(
            Relation(
                kinship=each.kinship,
                person=f"{each.beneficiary_region}{each.beneficiary}",
                ended_on=each.until if each.state is RelationState.ENDED else None,
            )
            for each in others
        ),
        beneficiary_sponsors=len(already - {request.sponsor}),
        beneficiary_is_sponsor=any(each.state is not RelationState.ENDED for each in sponsoring),
        sponsor_is_beneficiary=bool(await _sponsors_of(connection, request.sponsor, today)),
        confirmed=request.confirmed,
    )


async def _sponsors_of(connection: Connection, person: Key, today: datetime.date) -> set[Key]:
    """Everybody whose sponsorship of this person still holds."""
    found: set[Key] = set()
    pointers = await registry.pointers(connection, [person])
    pairs = {(pointer.sponsor_region, pointer.sponsor, pointer.beneficiary) for pointer in pointers}
    if pairs:
        for place, row, _ in await registry.sponsors(connection, list(pairs), today):
            if row.state is not RelationState.ENDED and row.beneficiary_region == person[0]:
                found.add((place, row.sponsor))
    return found


def _party(known: _Known, key: Key, today: datetime.date) -> Party:
    insured, purse = known
    return Party(
        scheme=insured.scheme,
        account=insured.account,
        region=key[0],
        person=f"{key[0]}{key[1]}",
        status=insured.status,
        age=age_on(insured.born, today),
        sex=insured.sex,
        category=insured.category,
        tier=insured.tier,
        balance=purse.balance,
        activated=purse.activated,
    )


def _same(relation: Sponsorship, request: BindRequest) -> bool:
    other = (relation.beneficiary_region, relation.beneficiary)
    return other == request.beneficiary and relation.mechanism is Mechanism.INSTANT_DRAW
