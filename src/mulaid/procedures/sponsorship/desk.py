"""The desk for relations: two people, everything either sponsors, and what lies beside their relations.

Every act on it holds the purse locks of both people (and of a pool with all who paid into it), so that no bill is
decided while a relation changes.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from mulaid.decide import consent
from mulaid.decide.ruled import Ruled
from mulaid.ledger.journal import Transfer
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.desk import Desk, Reach
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.households import CLOCKS_APART
from mulaid.procedures.act.matter import Matter
from mulaid.store import consents, people, pools, powers, regions, registry, relations, rows
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.pools import Contribution
from mulaid.store.powers import Power
from mulaid.store.relations import Place
from mulaid.store.rows import Insured, Sponsorship
from mulaid.terms.actor import PEOPLE, Actor, Channel, Origin, Role
from mulaid.terms.calendar import age_on
from mulaid.terms.codes import Kinship, Mechanism, RelationState, Scheme
from mulaid.terms.identity import IdentityProof, fresh, signed_text
from mulaid.terms.money import Fen
from mulaid.terms.outcome import ENGINE_RULE, PATIENT, EndOutcome, RelationOutcome, Step
from mulaid.terms.sponsorship_case import Asker, EndCase, SponsorshipCase

BOUND = frozenset({RelationState.ACTIVE, RelationState.SUSPENDED})
PENDING = frozenset({RelationState.PROPOSED, RelationState.NOT_SUBMITTED})
COUNTING = BOUND | {RelationState.PROPOSED}
"""What counts against limits: not what was never submitted, and not 亲情账户, which moves no money."""
HELD = BOUND | PENDING
IN_PERSON = frozenset({Channel.COUNTER, Channel.COMMAND, Channel.TIMER})
"""Ways on which nobody's identity is checked from afar."""


class RelationDesk(Desk):
    """Two people as insured today, everything either sponsors, and who sponsors them."""

    reach = Reach.NAMED

    async def owners(self, connection: Connection, matters: Sequence[Matter]) -> set[Key]:
        [matter] = matters
        self.sponsor, self.beneficiary = pair_of(matter.request)
        self.pools = await self._pools(connection)
        owners = {self.sponsor, self.beneficiary, *self.pools}
        for region, pool in self.pools:
            paid = await pools.contributions(connection, region, pool)
            owners |= {(each.payer_region, each.payer) for each in paid}
        return owners

    async def load(self, connection: Connection, matters: Sequence[Matter]) -> None:
        [matter] = matters
        self.insured: dict[Key, Insured] = {}
        self.sponsoring: dict[Key, list[Sponsorship]] = {}
        self.incoming: dict[Key, list[tuple[Key, Sponsorship]]] = {}
        """Whose sponsorship of a person still holds."""
        for key in (self.sponsor, self.beneficiary):
            self.insured |= await self._people(connection, [key])
            if key == self.sponsor and key in self.insured and not self.insured[key].account:
                await self._by_account(connection, key)
            self.sponsoring[key] = await people.sponsorships(connection, *key)
            self.incoming[key] = await self._incoming(connection, key)
        existing = self.sponsoring[self.sponsor]
        self.relatives = await self._people(
            connection, [(each.beneficiary_region, each.beneficiary) for each in existing]
        )
        """Everybody the sponsor sponsors or has sponsored: fathers and mothers may be counted apart."""
        places = [self.place(each) for each in self.between()]
        self.wishes = await relations.wishes(connection, [self.place(each) for each in existing])
        self.suspended = await relations.suspensions(connection, places)
        self.quotas = await relations.quotas(connection, places)
        self.consents = await consents.sides(connection, places)
        self.evidence = await consents.evidence(connection, places)
        self.paid_in: dict[Key, list[Contribution]] = {
            key: await pools.contributions(connection, *key) for key in self.pools
        }
        """What has been paid into the pools of these two, in the order paid."""
        acting = matter.origin.actor.role in (Role.GUARDIAN, Role.DELEGATE)
        self.powers: list[Power] = await powers.powers(connection, [self.sponsor, self.beneficiary]) if acting else []

    @property
    def unknown(self) -> bool:
        """Whether one of the two is not registered."""
        return any(key not in self.insured or key not in self.house.money for key in (self.sponsor, self.beneficiary))

    def nobody(self) -> Refused | None:
        """The refusal when one of the two is not registered here, or no longer."""
        if self.unknown:
            return Refused(code=Fault.UNKNOWN_PERSON)
        if any(self.insured[key].moved_to is not None for key in (self.sponsor, self.beneficiary)):
            return Refused(code=Fault.PERSON_MOVED)
        if self.house.ahead:
            return Refused(code=Fault.USED_IN_FUTURE, detail={"day": str(max(self.house.ahead.values()))})
        return None

    def outsider(self, matter: Matter) -> Refused | None:
        return None if self._belongs(matter.origin.actor, matter.request) else Refused(code=Fault.NOT_PERMITTED)

    def _belongs(self, actor: Actor, request: Any) -> bool:
        """Whether the actor may speak for the side that asks. Somebody of an agency does so where one of both lives."""
        if actor.role not in PEOPLE:
            return actor.role is Role.TIMER or actor.region in (self.sponsor[0], self.beneficiary[0])
        side = side_of(asker(request, actor))
        who = self.sponsor if side == SPONSOR else self.beneficiary
        if actor.role is Role.INSURED:
            return actor.person == who
        if actor.behalf != who or actor.person is None:
            return False
        kind = "guardian" if actor.role is Role.GUARDIAN else "delegate"
        today = self.house.today
        needed = "money" if getattr(request, "quota", None) or getattr(request, "amount", None) else "relations"
        given = any(
            each.person == who
            and each.holder == actor.person
            and each.kind == kind
            and each.holds(today)
            and (kind == "guardian" or needed in each.scope)
            for each in self.powers
        )
        # A parent is a minor's guardian by law (Civil Code art. 27), and the relation itself says who is the parent.
        parent = kind == "guardian" and actor.person == self.sponsor and self._child_of_sponsor()
        return given or parent

    def _child_of_sponsor(self) -> bool:
        held = [each for each in self.between() if each.state in HELD]
        return bool(held) and held[-1].kinship is Kinship.CHILD and self.age(self.beneficiary) < consent.ADULT

    def age(self, key: Key) -> int:
        return age_on(self.insured[key].born, self.house.today) if key in self.insured else 0

    def identified(self, origin: Origin, proof: IdentityProof | None) -> bool:
        """Whether it is certain who asks: seen in person, or checked by a verifier a short while ago."""
        if origin.channel in IN_PERSON:
            return True
        return (
            proof is not None
            and proof.person == origin.actor.person
            and fresh(proof, self.moment, CLOCKS_APART)
            and self.bureau.seal.signed(signed_text(proof), proof.signature)
        )

    def place(self, relation: Sponsorship) -> Place:
        """Where a relation of this sponsor is kept."""
        return self.sponsor[0], relation.sponsor, relation.beneficiary, relation.bound_at

    def between(self, mechanism: Mechanism | None = None) -> list[Sponsorship]:
        """Every relation there is or was from the one to the other (by one mechanism), in the order bound."""
        return [
            each
            for each in self.sponsoring[self.sponsor]
            if (each.beneficiary_region, each.beneficiary) == self.beneficiary and mechanism in (None, each.mechanism)
        ]

    def held(self, mechanism: Mechanism | None) -> list[Sponsorship]:
        """Those that have not ended, of one mechanism: the one named, else that of the newest."""
        found = [each for each in self.between(mechanism) if each.state in HELD and not over(each, self.house.today)]
        return [each for each in found if each.mechanism is found[-1].mechanism]

    def rewrite(self, relation: Sponsorship, **changes: Any) -> Sponsorship:
        """Change a relation; what the bills have used of it is theirs."""
        new = msgspec.structs.replace(relation, **changes)
        caps = new.cap_payment, new.cap_day, new.cap_month, new.cap_year, new.cap_scope
        terms = new.state, new.bound_on, new.effective_on, new.until, new.rank, *caps, rows.uses_text(new.uses)
        self.write(relations.REWRITE, *relations.row(self.place(relation)), *terms, new.quota, new.quota_prior)
        if relation.state is RelationState.SUSPENDED and new.state is not RelationState.SUSPENDED:
            self.write(relations.RESUME, *relations.row(self.place(relation)))
        at = self.sponsoring[self.sponsor].index(relation)
        self.sponsoring[self.sponsor][at] = new
        return new

    def record(
        self,
        matter: Matter,
        transfers: Iterable[Transfer] = (),
        *,
        question: SponsorshipCase | EndCase | None = None,
        outcome: RelationOutcome | EndOutcome | None = None,
        asked: Ruled | None = None,
        about: Key | None = None,
    ) -> None:
        """Move the money and post the case of what was done; it is kept with the sponsor unless told otherwise.

        `question` and `outcome`: what the rules were asked and said. `asked`: the rules that were looked at by
        themselves.
        """
        steps, used = ((), ()) if outcome is None else (outcome.steps, outcome.used)
        if asked is not None:
            used = asked.entries()
        act, moved = matter.request.act, tuple(transfers)
        balances = [self.house.move(each) for each in moved]
        made = matter.record(act, steps=steps, used=used, transfers=moved, question=question)
        region, person = about or self.sponsor
        self.posting.add_act(matter.number, region, person, matter.origin, made, balances, self.law.book.digest)

    def money_in(self, pool: Key) -> Fen:
        """What a pool holds."""
        return self.house.money[pool].current if pool in self.house.money else 0

    async def _pools(self, connection: Connection) -> set[Key]:
        """The pools that the sponsor holds and those that either is a member of."""
        found = {
            (self.sponsor[0], each.pool)
            for each in await people.sponsorships(connection, *self.sponsor)
            if each.pool is not None
        }
        pointers = await registry.pointers(connection, [self.sponsor, self.beneficiary])
        return found | {(each.sponsor_region, each.pool) for each in pointers if each.pool is not None}

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

    async def _incoming(self, connection: Connection, person: Key) -> list[tuple[Key, Sponsorship]]:
        pointers = await registry.pointers(connection, [person])
        pairs = {(pointer.sponsor_region, pointer.sponsor, pointer.beneficiary) for pointer in pointers}
        today = self.house.today
        found = await registry.sponsors(connection, list(pairs), today) if pairs else []
        return [
            ((place, row.sponsor), row)
            for place, row, _ in found
            if counts(row, today) and row.beneficiary_region == person[0]
        ]


def by_rule(asked: Ruled, code: StrEnum, rule: int = ENGINE_RULE, detail: Mapping[str, str] = {}) -> Refused:
    """A refusal with the entry behind it."""
    return Refused(
        code=code.value, steps=(Step(code.value, None, PATIENT, rule),), used=asked.entries(), detail=dict(detail)
    )


SPONSOR, BENEFICIARY = "sponsor", "beneficiary"


def pair_of(request: Any) -> tuple[Key, Key]:
    """The two people a request is about: the sponsor, or holder of a pool, first."""
    if hasattr(request, "sponsor"):
        return request.sponsor, request.beneficiary
    return request.holder, request.person


def side_of(by: Asker) -> str:
    """Whose wish it is: a guardian speaks for the beneficiary."""
    return SPONSOR if by is Asker.SPONSOR else BENEFICIARY


def asker(request: Any, actor: Actor) -> Asker:
    """Who asks, by what the request says or by what kind of request it is."""
    by = getattr(request, "by", None)
    if by is not None:
        return Asker(by)
    side = getattr(request, "side", SPONSOR)
    if side == SPONSOR:
        return Asker.SPONSOR
    return Asker.GUARDIAN if actor.role is Role.GUARDIAN else Asker.BENEFICIARY


def counts(relation: Sponsorship, today: datetime.date) -> bool:
    """Whether it takes a place: it holds, or a proposal still waits."""
    if relation.state is RelationState.PROPOSED and consent.lapses_on(relation.bound_on) <= today:
        return False
    return relation.state in COUNTING and not over(relation, today)


def over(relation: Sponsorship, today: datetime.date) -> bool:
    """Whether its period has run out, whatever its state says."""
    return relation.until is not None and relation.until <= today


def ended_on(relation: Sponsorship) -> datetime.date | None:
    """The first day on which it no longer holds, ended by somebody or by its period. Ended on a day nobody wrote down,
    it has surely ended.
    """
    if relation.state is RelationState.ENDED and relation.until is None:
        return relation.bound_on
    return relation.until


def pointer_row(desk: RelationDesk, made: Sponsorship) -> tuple[object, ...]:
    """Where the beneficiary's side finds the relation."""
    (region, _), name = desk.sponsor, desk.insured[desk.sponsor].masked_name
    place = regions.number(made.beneficiary_region), made.beneficiary, made.sponsor, made.bound_at
    return *place, regions.number(region), name, made.pool
