"""A relation comes into force: from which day, what is set apart for it, which pool it joins."""

import datetime
from enum import StrEnum

import msgspec

from mulaid.decide.terms import prior_part
from mulaid.ledger.journal import Transfer, set_apart
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Matter
from mulaid.procedures.sponsorship.desk import RelationDesk, counts, pointer_row
from mulaid.procedures.sponsorship.requests import BindRequest, Commitment, ProposeRequest
from mulaid.store import consents, pools, regions, relations
from mulaid.store.arrays import Key
from mulaid.store.rows import Sponsorship, sponsorship_row
from mulaid.terms.actor import PEOPLE
from mulaid.terms.codes import Mechanism, RelationState
from mulaid.terms.money import Fen
from mulaid.terms.reasons import PoolRefusal
from mulaid.terms.sponsorship_case import Evidence
from mulaid.wording import commitment


class Side(StrEnum):
    """Who consents."""

    SPONSOR = "sponsor"
    BENEFICIARY = "beneficiary"
    GUARDIAN = "guardian"


_A_DAY = datetime.timedelta(days=1)
MADE_HERE = frozenset({Mechanism.INSTANT_DRAW, Mechanism.WALLET_QUOTA, Mechanism.POOL})
"""Money sent to a wallet is an act of its own and no relation."""


def cannot_be_offered(desk: RelationDesk, request: BindRequest | ProposeRequest) -> Refused | None:
    """Why a relation cannot be asked for as it stands, before the rules are asked."""
    if request.sponsor == request.beneficiary:
        return Refused(code=Fault.SAME_PERSON)
    if (nobody := desk.nobody()) is not None:
        return nobody
    if any(counts(each, desk.house.today) for each in desk.between(request.mechanism)):
        return Refused(code=Fault.ALREADY_BOUND)
    if request.mechanism not in MADE_HERE or (request.mechanism is Mechanism.WALLET_QUOTA) is not (request.quota > 0):
        return Refused(code=Fault.NOT_A_RELATION)
    return in_other_pool(desk) if request.mechanism is Mechanism.POOL else None


def in_other_pool(desk: RelationDesk) -> Refused | None:
    """One family at a time: nobody holds or joins a second pool."""
    today = desk.house.today
    joined = [
        *(row for key, row in desk.incoming[desk.beneficiary] if key != desk.sponsor),
        *(row for row in desk.sponsoring[desk.beneficiary] if counts(row, today)),
        *(row for _, row in desk.incoming[desk.sponsor]),
    ]
    return Refused(code=PoolRefusal.IN_OTHER_POOL) if any(each.mechanism is Mechanism.POOL for each in joined) else None


def effective_on(desk: RelationDesk) -> tuple[datetime.date, bool]:
    """The first day on which a relation that comes into force today may be used, and whether a rule says so."""
    timing, today = desk.law.aid(desk.sponsor[0], desk.house.today).effective_timing, desk.house.today
    return (today + _A_DAY if timing.value == "next_day" else today), timing.known


def drafted(
    desk: RelationDesk, request: BindRequest | ProposeRequest, state: RelationState, number: int
) -> Sponsorship:
    """The relation that is asked for, with nothing set apart for it yet.

    What earlier ones between the same people used of the running day, month and year goes on. `number` is that of a
    new pool, should the sponsor hold none.
    """
    before = next(iter(desk.between(request.mechanism)[::-1]), None)
    caps, today = request.caps, desk.house.today
    return Sponsorship(
        sponsor=request.sponsor[1],
        beneficiary=request.beneficiary[1],
        bound_at=desk.moment,
        beneficiary_region=request.beneficiary[0],
        kinship=request.kinship,
        mechanism=request.mechanism,
        state=state,
        bound_on=today,
        effective_on=today,
        until=request.until,
        rank=request.rank,
        cap_payment=caps.payment,
        cap_day=caps.day,
        cap_month=caps.month,
        cap_year=caps.year,
        cap_scope=caps.scope,
        uses=request.uses,
        quota=0,
        quota_prior=0,
        used_day=before.used_day if before else 0,
        used_month=before.used_month if before else 0,
        used_year=before.used_year if before else 0,
        used_on=before.used_on if before else None,
        wallet_open=True,
        pool=_pool(desk, number) if request.mechanism is Mechanism.POOL else None,
    )


def _pool(desk: RelationDesk, number: int) -> int:
    """The pool that the sponsor holds or has held, else a new one with a purse of its own."""
    held = [each.pool for each in desk.sponsoring[desk.sponsor] if each.pool is not None]
    if held:
        return held[-1]
    desk.write(pools.OPEN, regions.number(desk.sponsor[0]), number)
    return number


def activated(desk: RelationDesk, relation: Sponsorship, size: Fen) -> tuple[Sponsorship, list[Transfer]]:
    """A relation as it comes into force today, and how its quota is set apart: 历年 money goes first."""
    prior = prior_part(size, desk.house.money[desk.sponsor].prior)
    active = msgspec.structs.replace(
        relation,
        state=RelationState.ACTIVE,
        bound_on=desk.house.today,
        effective_on=effective_on(desk)[0],
        quota=size,
        quota_prior=prior,
    )
    return active, set_apart(regions.number(desk.sponsor[0]), desk.sponsor[1], size, prior)


def force(desk: RelationDesk, proposed: Sponsorship) -> tuple[Sponsorship, list[Transfer]]:
    """Bring what was proposed into force, its quota set apart; the money still has to be moved."""
    active, transfers = activated(desk, proposed, desk.quotas.get(desk.place(proposed), 0))
    changed = ("state", "bound_on", "effective_on", "quota", "quota_prior")
    return desk.rewrite(proposed, **{name: getattr(active, name) for name in changed}), transfers


def put(desk: RelationDesk, matter: Matter, made: Sponsorship) -> None:
    """Write a new relation down with its pointer, the size of its quota and what proves the kinship."""
    request, region = matter.request, desk.sponsor[0]
    desk.write(relations.INSERT, *sponsorship_row(region, made))
    desk.write(relations.POINT, *pointer_row(desk, made))
    desk.sponsoring[desk.sponsor].append(made)
    if request.quota:
        desk.write(relations.SET_QUOTA, *relations.row(desk.place(made)), request.quota)
    bring(desk, matter, made, request.brought(), request.commitment)


def bring(
    desk: RelationDesk, matter: Matter, relation: Sponsorship, evidence: Evidence, text: Commitment | None
) -> None:
    """Keep what proves the kinship: the papers that were seen, or the text that was signed."""
    if evidence is Evidence.NONE:
        return
    signed: tuple[str | None, bytes | None] = None, None
    if evidence is Evidence.COMMITMENT:
        signed = (commitment.VERSION, commitment.DIGEST) if text is None else (text.version, text.digest)
    key, (region, sponsor) = relations.row(desk.place(relation)), desk.sponsor
    signer = regions.number(region), sponsor, desk.moment, matter.number
    desk.write(consents.BRING, *key, evidence.value, *signed, *signer)


def consented(desk: RelationDesk, matter: Matter, relation: Sponsorship, side: Side, who: Key) -> None:
    """Keep that somebody consented: signed in by themselves, or at the counter before a clerk."""
    actor = matter.origin.actor
    in_person = actor.role not in PEOPLE
    how, clerk = ("counter", matter.origin.sender) if in_person else ("signed_in", None)
    key = relations.row(desk.place(relation))
    by = regions.number(who[0]), who[1]
    desk.write(consents.CONSENT, *key, side.value, *by, how, clerk, desk.moment, matter.number)
