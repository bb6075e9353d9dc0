"""Bind and end a sponsorship that draws at the till.

Both take the purse locks of both people, so that no bill is decided while a relation changes.
Wallet relations move money when they begin and end; they come with the wallet's own procedures.
"""

import datetime

import asyncpg
import msgspec

from mulaid.decide.ending import decide_end
from mulaid.decide.relation import decide_relation
from mulaid.procedures.bureau import Bureau
from mulaid.procedures.faults import Fault
from mulaid.store import people, registry, relations, rows
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.relations import Place
from mulaid.store.rows import Insured, Purse, Sponsorship
from mulaid.terms.bill_case import BOTH_USES, NO_CAPS, Caps
from mulaid.terms.calendar import age_on
from mulaid.terms.codes import Kinship, Mechanism, RelationState, Scheme, Sex, SponsorUse
from mulaid.terms.outcome import EndOutcome, RelationOutcome
from mulaid.terms.reasons import EndRefusal
from mulaid.terms.sponsorship_case import Asker, EndCase, Party, Relation, SponsorshipCase

_A_DAY = datetime.timedelta(days=1)
_BOUND = frozenset({RelationState.ACTIVE, RelationState.SUSPENDED})
_PENDING = frozenset({RelationState.PROPOSED, RelationState.NOT_SUBMITTED})
_COUNTING = _BOUND | {RelationState.PROPOSED}
"""What counts against limits: not what was never submitted, and not 亲情账户, which moves no money."""
_SIDES = ("sponsor", "beneficiary")


class BindRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Who would sponsor whom, and on what terms."""

    sponsor: Key
    beneficiary: Key
    kinship: Kinship
    """What the beneficiary is to the sponsor."""
    confirmed: bool = True
    documents: bool = False
    """A clerk has seen papers that prove the kinship."""
    rank: int = 1
    until: datetime.date | None = None
    caps: Caps = NO_CAPS
    uses: frozenset[SponsorUse] = BOTH_USES


class EndRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Whose relation to end, and who asks: a clerk acts for one of them."""

    sponsor: Key
    beneficiary: Key
    by: Asker


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a request about a relation."""

    refused: str | None = None
    """A name of `terms.reasons` or of `Fault`; None: it was carried out."""
    outcome: RelationOutcome | EndOutcome | None = None
    """What the rules said; None where they were not asked."""
    day: datetime.date | None = None
    """The first day on which a new relation may be used (None: nobody knows), or an ended one no longer."""
    wish_kept: bool = False
    """Nothing ended, but the wish now waits for the other side's."""


class _Known(msgspec.Struct, frozen=True):
    """A person as insured today, with the purse, locked."""

    key: Key
    insured: Insured
    purse: Purse


async def bind(connection: Connection, bureau: Bureau, request: BindRequest, moment: datetime.datetime) -> Answer:
    """Make a relation, if the policy of its day allows it."""
    if request.sponsor == request.beneficiary:
        return Answer(refused=Fault.SAME_PERSON)
    try:
        async with connection.transaction():
            return await _bind(connection, bureau, request, moment)
    except asyncpg.LockNotAvailableError:
        return Answer(refused=Fault.BUSY)


async def end(connection: Connection, bureau: Bureau, request: EndRequest, moment: datetime.datetime) -> Answer:
    """End the relation between these two, if who asks may; what it has paid can still be refunded to the sponsor."""
    try:
        async with connection.transaction():
            return await _end(connection, bureau, request, moment.date())
    except asyncpg.LockNotAvailableError:
        return Answer(refused=Fault.BUSY)


async def _bind(connection: Connection, bureau: Bureau, request: BindRequest, moment: datetime.datetime) -> Answer:
    today = moment.date()
    known = await _both(connection, request.sponsor, request.beneficiary, today)
    if known is None:
        return Answer(refused=Fault.UNKNOWN_PERSON)
    sponsor, beneficiary = known
    if sponsor.insured.moved_to is not None or beneficiary.insured.moved_to is not None:
        return Answer(refused=Fault.PERSON_MOVED)
    others = await people.sponsorships(connection, *request.sponsor)
    if any(_between(each, request.beneficiary) and _counts(each, today) for each in others):
        return Answer(refused=Fault.ALREADY_BOUND)
    case = await _case(connection, request, sponsor, beneficiary, others, today)
    outcome = decide_relation(case, bureau.law)
    if outcome.refused is not None:
        return Answer(refused=outcome.refused, outcome=outcome)
    timing = bureau.law.aid(request.sponsor[0], today).effective_timing
    effective_on = today + _A_DAY if timing.value == "next_day" else today
    made = _relation(request, moment, effective_on)
    await relations.insert(connection, request.sponsor[0], made, sponsor.insured.masked_name)
    return Answer(outcome=outcome, day=effective_on if timing.known else None)


def _relation(request: BindRequest, moment: datetime.datetime, effective_on: datetime.date) -> Sponsorship:
    return Sponsorship(
        sponsor=request.sponsor[1],
        beneficiary=request.beneficiary[1],
        bound_at=moment,
        beneficiary_region=request.beneficiary[0],
        kinship=request.kinship,
        mechanism=Mechanism.INSTANT_DRAW,
        state=RelationState.ACTIVE,
        bound_on=moment.date(),
        effective_on=effective_on,
        until=request.until,
        rank=request.rank,
        cap_payment=request.caps.payment,
        cap_day=request.caps.day,
        cap_month=request.caps.month,
        cap_year=request.caps.year,
        cap_scope=request.caps.scope,
        uses=request.uses,
        quota=0,
        used_day=0,
        used_month=0,
        used_year=0,
        used_on=None,
        wallet_open=True,
        pool=None,
    )


async def _end(connection: Connection, bureau: Bureau, request: EndRequest, today: datetime.date) -> Answer:
    if await _both(connection, request.sponsor, request.beneficiary, today) is None:
        return Answer(refused=Fault.UNKNOWN_PERSON)
    held = [
        each
        for each in await people.sponsorships(connection, *request.sponsor)
        if _between(each, request.beneficiary) and each.state in _BOUND | _PENDING and not _over(each, today)
    ]
    if not held:
        return Answer(refused=Fault.NOT_BOUND)
    newest, region = held[-1], request.sponsor[0]
    outcome, ends_on = None, today
    if newest.state in _BOUND:
        place = _place(region, newest)
        outcome = decide_end(await _end_case(connection, request, newest, today), bureau.law)
        if outcome.refused is EndRefusal.OTHER_SIDE_MUST_AGREE:
            await relations.wish_to_end(connection, place, _side(request.by), today)
            return Answer(refused=outcome.refused, outcome=outcome, wish_kept=True)
        if outcome.refused is not None or outcome.ends_on is None:
            return Answer(refused=outcome.refused, outcome=outcome)
        ends_on = outcome.ends_on
    for each in held:
        await relations.end(connection, _place(region, each), ends_on, at_once=ends_on == today)
    return Answer(outcome=outcome, day=ends_on)


async def _end_case(
    connection: Connection, request: EndRequest, relation: Sponsorship, today: datetime.date
) -> EndCase:
    """The question the rules answer about the end of this relation."""
    other = next(side for side in _SIDES if side != _side(request.by))
    region = request.sponsor[0]
    return EndCase(
        day=today,
        region=region,
        bound_on=relation.bound_on,
        by=request.by,
        other_asked_on=await relations.wished_to_end(connection, _place(region, relation), other),
    )


def _side(asker: Asker) -> str:
    """Whose wish it is: a guardian speaks for the beneficiary."""
    return "sponsor" if asker is Asker.SPONSOR else "beneficiary"


def _place(region: str, relation: Sponsorship) -> Place:
    return region, relation.sponsor, relation.beneficiary, relation.bound_at


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
        if key == sponsor and not insured.account:
            insured = await _with_account(connection, key, insured, today)
        found.append(_Known(key, insured, purses[key]))
    return found[0], found[1]


async def _with_account(connection: Connection, key: Key, insured: Insured, today: datetime.date) -> Insured:
    """Of a sponsor with two covers the one with the account counts, not the one that began last."""
    asked = (*key, today, Scheme.EMPLOYEE)
    held = (await registry.covers(connection, [asked])).get(asked)
    return insured if held is None else rows.covered(insured, held)


async def _case(
    connection: Connection,
    request: BindRequest,
    sponsor: _Known,
    beneficiary: _Known,
    others: list[Sponsorship],
    today: datetime.date,
) -> SponsorshipCase:
    """The question the rules answer about this relation."""
    sponsoring = await people.sponsorships(connection, *request.beneficiary)
    already = await _sponsors_of(connection, request.beneficiary, today)
    counting = [each for each in others if each.state in _COUNTING or each.state is RelationState.ENDED]
    sexes = await _sexes(connection, counting, today)
    return SponsorshipCase(
        day=today,
        kinship=request.kinship,
        sponsor=_party(sponsor, today),
        beneficiary=_party(beneficiary, today),
        existing=tuple(
            Relation(
                kinship=each.kinship,
                person=f"{each.beneficiary_region}{each.beneficiary}",
                sex=sexes.get((each.beneficiary_region, each.beneficiary)),
                ended_on=_ended_on(each),
            )
            for each in counting
        ),
        beneficiary_sponsors=len(already - {request.sponsor}),
        beneficiary_is_sponsor=any(_counts(each, today) for each in sponsoring),
        sponsor_is_beneficiary=bool(await _sponsors_of(connection, request.sponsor, today)),
        confirmed=request.confirmed,
        documents=request.documents,
    )


async def _sponsors_of(connection: Connection, person: Key, today: datetime.date) -> set[Key]:
    """Everybody whose sponsorship of this person still holds."""
    found: set[Key] = set()
    pointers = await registry.pointers(connection, [person])
    pairs = {(pointer.sponsor_region, pointer.sponsor, pointer.beneficiary) for pointer in pointers}
    if pairs:
        for place, row, _ in await registry.sponsors(connection, list(pairs), today):
            if _counts(row, today) and row.beneficiary_region == person[0]:
                found.add((place, row.sponsor))
    return found


async def _sexes(connection: Connection, others: list[Sponsorship], today: datetime.date) -> dict[Key, Sex | None]:
    """Who of the people already sponsored is a man or a woman: fathers and mothers may be counted apart."""
    found: dict[Key, Sex | None] = {}
    for region in {each.beneficiary_region for each in others}:
        numbers = {each.beneficiary for each in others if each.beneficiary_region == region}
        insured = await registry.people(connection, region, numbers, today)
        found |= {(region, number): each.sex for number, each in insured.items()}
    return found


def _party(known: _Known, today: datetime.date) -> Party:
    (region, number), insured, purse = known.key, known.insured, known.purse
    return Party(
        scheme=insured.scheme,
        account=insured.account,
        region=region,
        person=f"{region}{number}",
        status=insured.status,
        age=age_on(insured.born, today),
        born=insured.born,
        sex=insured.sex,
        category=insured.category,
        tier=insured.tier,
        balance=purse.balance,
        activated=purse.activated,
    )


def _between(relation: Sponsorship, beneficiary: Key) -> bool:
    other = (relation.beneficiary_region, relation.beneficiary)
    return other == beneficiary and relation.mechanism is Mechanism.INSTANT_DRAW


def _counts(relation: Sponsorship, today: datetime.date) -> bool:
    return relation.state in _COUNTING and not _over(relation, today)


def _over(relation: Sponsorship, today: datetime.date) -> bool:
    """Whether its period has run out, whatever its state says."""
    return relation.until is not None and relation.until <= today


def _ended_on(relation: Sponsorship) -> datetime.date | None:
    """The first day on which it no longer holds, ended by somebody or by its period. Ended on a day nobody wrote down,
    it has surely ended.
    """
    if relation.state is RelationState.ENDED and relation.until is None:
        return relation.bound_on
    return relation.until
