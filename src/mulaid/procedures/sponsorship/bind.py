"""Bind and end a sponsorship that draws at the till.

Both hold the purse locks of both people, so that no bill is decided while a relation changes.
Wallet relations move money when they begin and end; they come with the wallet's own procedures.
"""

import datetime
from collections.abc import Sequence

import msgspec

from mulaid.decide.ending import decide_end
from mulaid.decide.relation import decide_relation
from mulaid.procedures.act.answers import Done, Refused
from mulaid.procedures.act.desk import Desk, Reach
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.store import people, regions, registry, relations, rows
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.relations import Place
from mulaid.store.rows import Insured, Sponsorship, sponsorship_row
from mulaid.terms.actor import PEOPLE
from mulaid.terms.bill_case import BOTH_USES, NO_CAPS, Caps
from mulaid.terms.calendar import age_on
from mulaid.terms.codes import Kinship, Mechanism, RelationState, Scheme, SponsorUse
from mulaid.terms.outcome import EndOutcome, RelationOutcome
from mulaid.terms.reasons import EndRefusal
from mulaid.terms.sponsorship_case import Asker, EndCase, Party, Relation, SponsorshipCase

_A_DAY = datetime.timedelta(days=1)
_BOUND = frozenset({RelationState.ACTIVE, RelationState.SUSPENDED})
_PENDING = frozenset({RelationState.PROPOSED, RelationState.NOT_SUBMITTED})
_COUNTING = _BOUND | {RelationState.PROPOSED}
"""What counts against limits: not what was never submitted, and not 亲情账户, which moves no money."""
_SPONSOR, _BENEFICIARY = "sponsor", "beneficiary"


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


class Bound(Done, frozen=True, kw_only=True, tag=True):
    """A relation was made."""

    outcome: RelationOutcome
    """What the rules said."""
    day: datetime.date | None = None
    """The first day on which it may be used; None: nobody knows."""


class Ended(Done, frozen=True, kw_only=True, tag=True):
    """A relation was ended."""

    outcome: EndOutcome | None
    """What the rules said; None where they were not asked: it had not begun."""
    day: datetime.date
    """The first day on which it may be used no longer."""


class RelationDesk(Desk):
    """Two people as insured today, everything either sponsors, and who sponsors them."""

    reach = Reach.NAMED

    async def owners(self, connection: Connection, matters: Sequence[Matter]) -> set[Key]:
        [matter] = matters
        self.sponsor: Key = matter.request.sponsor
        self.beneficiary: Key = matter.request.beneficiary
        return {self.sponsor, self.beneficiary}

    async def load(self, connection: Connection, matters: Sequence[Matter]) -> None:
        self.insured: dict[Key, Insured] = {}
        self.sponsoring: dict[Key, list[Sponsorship]] = {}
        self.sponsors: dict[Key, set[Key]] = {}
        """Everybody whose sponsorship of a person still holds."""
        for key in (self.sponsor, self.beneficiary):
            self.insured |= await self._people(connection, [key])
            if key == self.sponsor and key in self.insured and not self.insured[key].account:
                await self._by_account(connection, key)
            self.sponsoring[key] = await people.sponsorships(connection, *key)
            self.sponsors[key] = await self._sponsors_of(connection, key)
        existing = self.sponsoring[self.sponsor]
        self.relatives = await self._people(
            connection, [(each.beneficiary_region, each.beneficiary) for each in existing]
        )
        """Everybody the sponsor sponsors or has sponsored: fathers and mothers may be counted apart."""
        self.wishes = await relations.wishes(connection, [self.place(each) for each in existing])

    def outsider(self, matter: Matter) -> Refused | None:
        actor, request = matter.origin.actor, matter.request
        if actor.role not in PEOPLE:
            return None
        allowed = {_SPONSOR: self.sponsor, _BENEFICIARY: self.beneficiary}
        side = side_of(request.by) if isinstance(request, EndRequest) else _SPONSOR
        who = actor.behalf or actor.person
        return None if who == allowed[side] else Refused(code=Fault.NOT_PERMITTED)

    @property
    def unknown(self) -> bool:
        """Whether one of the two is not registered."""
        return any(key not in self.insured or key not in self.house.money for key in (self.sponsor, self.beneficiary))

    def place(self, relation: Sponsorship) -> Place:
        """Where a relation of this sponsor is kept."""
        return self.sponsor[0], relation.sponsor, relation.beneficiary, relation.bound_at

    def between(self) -> list[Sponsorship]:
        """Every relation there is or was from the one to the other, in the order bound."""
        return [
            each
            for each in self.sponsoring[self.sponsor]
            if (each.beneficiary_region, each.beneficiary) == self.beneficiary
            and each.mechanism is Mechanism.INSTANT_DRAW
        ]

    def record(
        self,
        matter: Matter,
        question: SponsorshipCase | EndCase | None,
        outcome: RelationOutcome | EndOutcome | None,
    ) -> None:
        """Post the case of what was done; it is kept with the sponsor. None, where the rules were not asked."""
        steps, used = ((), ()) if outcome is None else (outcome.steps, outcome.used)
        act = "end" if isinstance(matter.request, EndRequest) else "bind"
        made = matter.record(act, steps=steps, used=used, question=question)
        region, sponsor = self.sponsor
        self.posting.add_act(matter.number, region, sponsor, matter.origin, made, [], self.law.book.digest)

    async def _people(self, connection: Connection, keys: Sequence[Key]) -> dict[Key, Insured]:
        found: dict[Key, Insured] = {}
        for region in {region for region, _ in keys}:
            numbers = {number for place, number in keys if place == region}
            insured = await registry.people(connection, region, numbers, self.house.today)
            found |= {(region, number): each for number, each in insured.items()}
        return found

    async def _by_account(self, connection: Connection, key: Key) -> None:
        """Of a sponsor with two covers the one with the account counts, not the one that began last."""
        asked = (*key, self.house.today, Scheme.EMPLOYEE)
        held = (await registry.covers(connection, [asked])).get(asked)
        if held is not None:
            self.insured[key] = rows.covered(self.insured[key], held)

    async def _sponsors_of(self, connection: Connection, person: Key) -> set[Key]:
        pointers = await registry.pointers(connection, [person])
        pairs = {(pointer.sponsor_region, pointer.sponsor, pointer.beneficiary) for pointer in pointers}
        today = self.house.today
        found = await registry.sponsors(connection, list(pairs), today) if pairs else []
        return {
            (place, row.sponsor)
            for place, row, _ in found
            if _counts(row, today) and row.beneficiary_region == person[0]
        }


def bind(desk: RelationDesk, matter: Matter) -> Answer:
    """Make a relation, if the policy of its day allows it."""
    request: BindRequest = matter.request
    today = desk.house.today
    if request.sponsor == request.beneficiary:
        return Refused(code=Fault.SAME_PERSON)
    if desk.unknown:
        return Refused(code=Fault.UNKNOWN_PERSON)
    if any(desk.insured[key].moved_to is not None for key in (desk.sponsor, desk.beneficiary)):
        return Refused(code=Fault.PERSON_MOVED)
    if any(_counts(each, today) for each in desk.between()):
        return Refused(code=Fault.ALREADY_BOUND)
    question = _case(desk, request)
    outcome = decide_relation(question, desk.law)
    if outcome.refused is not None:
        return Refused(code=outcome.refused, steps=outcome.steps, used=outcome.used)
    timing = desk.law.aid(request.sponsor[0], today).effective_timing
    effective_on = today + _A_DAY if timing.value == "next_day" else today
    made = _relation(request, desk.moment, effective_on, desk.between())
    desk.write(relations.INSERT, *sponsorship_row(request.sponsor[0], made))
    desk.write(relations.POINT, *_pointer(desk, made))
    desk.record(matter, question, outcome)
    return Bound(case_id=matter.number, outcome=outcome, day=effective_on if timing.known else None)


def end(desk: RelationDesk, matter: Matter) -> Answer:
    """End the relation between these two, if who asks may; what it has paid can still be refunded to the sponsor.

    Where both sides must agree, the refusal keeps the wish of the one for the other's.
    """
    request: EndRequest = matter.request
    today = desk.house.today
    if desk.unknown:
        return Refused(code=Fault.UNKNOWN_PERSON)
    held = [each for each in desk.between() if each.state in _BOUND | _PENDING and not _over(each, today)]
    if not held:
        return Refused(code=Fault.NOT_BOUND)
    newest = held[-1]
    question, outcome, ends_on = None, None, today
    if newest.state in _BOUND:
        question = _end_case(desk, request, newest)
        outcome = decide_end(question, desk.law)
        if outcome.refused is EndRefusal.OTHER_SIDE_MUST_AGREE:
            desk.write(relations.WISH, *relations.row(desk.place(newest)), side_of(request.by), today)
        if outcome.refused is not None:
            return Refused(code=outcome.refused, steps=outcome.steps, used=outcome.used, day=outcome.possible_on)
        assert outcome.ends_on is not None
        ends_on = outcome.ends_on
    for each in held:
        key = relations.row(desk.place(each))
        desk.write(relations.END, *key, ends_on, ends_on == today)
        desk.write(relations.FORGET_WISHES, *key)
    desk.record(matter, question, outcome)
    return Ended(case_id=matter.number, outcome=outcome, day=ends_on)


def side_of(asker: Asker) -> str:
    """Whose wish it is: a guardian speaks for the beneficiary."""
    return _SPONSOR if asker is Asker.SPONSOR else _BENEFICIARY


def _relation(
    request: BindRequest, moment: datetime.datetime, effective_on: datetime.date, earlier: Sequence[Sponsorship]
) -> Sponsorship:
    """The new relation. What earlier ones between the same people used of the running day, month and year goes on."""
    before = earlier[-1] if earlier else None
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
        quota_prior=0,
        used_day=before.used_day if before else 0,
        used_month=before.used_month if before else 0,
        used_year=before.used_year if before else 0,
        used_on=before.used_on if before else None,
        wallet_open=True,
        pool=None,
    )


def _pointer(desk: RelationDesk, made: Sponsorship) -> tuple[object, ...]:
    """Where the beneficiary's side finds the relation."""
    (region, _), name = desk.sponsor, desk.insured[desk.sponsor].masked_name
    place = regions.number(made.beneficiary_region), made.beneficiary, made.sponsor, made.bound_at
    return *place, regions.number(region), name, made.pool


def _end_case(desk: RelationDesk, request: EndRequest, relation: Sponsorship) -> EndCase:
    """The question the rules answer about the end of this relation."""
    other = _BENEFICIARY if side_of(request.by) == _SPONSOR else _SPONSOR
    return EndCase(
        day=desk.house.today,
        region=desk.sponsor[0],
        bound_on=relation.bound_on,
        by=request.by,
        other_asked_on=desk.wishes.get((desk.place(relation), other)),
        assuming=desk.law.assuming,
    )


def _case(desk: RelationDesk, request: BindRequest) -> SponsorshipCase:
    """The question the rules answer about this relation."""
    today = desk.house.today
    existing = []
    for each in desk.sponsoring[desk.sponsor]:
        if each.state in _COUNTING or each.state is RelationState.ENDED:
            key = each.beneficiary_region, each.beneficiary
            sex = desk.relatives[key].sex if key in desk.relatives else None
            existing.append(
                Relation(kinship=each.kinship, person=f"{key[0]}{key[1]}", sex=sex, ended_on=_ended_on(each))
            )
    return SponsorshipCase(
        day=today,
        kinship=request.kinship,
        sponsor=_party(desk, desk.sponsor),
        beneficiary=_party(desk, desk.beneficiary),
        existing=tuple(existing),
        beneficiary_sponsors=len(desk.sponsors[desk.beneficiary] - {desk.sponsor}),
        beneficiary_is_sponsor=any(_counts(each, today) for each in desk.sponsoring[desk.beneficiary]),
        sponsor_is_beneficiary=bool(desk.sponsors[desk.sponsor]),
        confirmed=request.confirmed,
        documents=request.documents,
        assuming=desk.law.assuming,
    )


def _party(desk: RelationDesk, key: Key) -> Party:
    insured, purse = desk.insured[key], desk.house.money[key]
    return Party(
        scheme=insured.scheme,
        account=insured.account,
        region=key[0],
        person=f"{key[0]}{key[1]}",
        status=insured.status,
        age=age_on(insured.born, desk.house.today),
        born=insured.born,
        sex=insured.sex,
        category=insured.category,
        tier=insured.tier,
        balance=purse.balance,
        activated=purse.activated,
    )


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
