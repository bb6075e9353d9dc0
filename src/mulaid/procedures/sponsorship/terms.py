"""Change the terms of a relation: order, limits, uses, last day, and the size of its quota."""

import datetime
from typing import Any

import msgspec

from mulaid.decide import terms as rules
from mulaid.decide.ruled import Ruled
from mulaid.ledger.journal import Transfer, set_apart, set_free
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.sponsorship import question
from mulaid.procedures.sponsorship.desk import RelationDesk, asker, by_rule
from mulaid.procedures.sponsorship.requests import ChangeRequest, Related
from mulaid.store import regions, relations
from mulaid.store.rows import Sponsorship
from mulaid.terms.codes import Mechanism, RelationState
from mulaid.terms.money import Fen, yuan
from mulaid.terms.outcome import ENGINE_RULE
from mulaid.terms.reasons import ChangeRefusal
from mulaid.terms.sponsorship_case import Asker, Terms


def change(desk: RelationDesk, matter: Matter) -> Answer:
    """Change what the sponsor may change, and the order where the beneficiary sets it."""
    request: ChangeRequest = matter.request
    if (nobody := desk.nobody()) is not None:
        return nobody
    held = desk.held(request.mechanism)
    if not held:
        return Refused(code=Fault.NOT_BOUND)
    relation = held[-1]
    if relation.state is not RelationState.ACTIVE:
        return Refused(code=ChangeRefusal.NOT_ACTIVE)
    asked = Ruled(desk.law.book.strict)
    if (refused := _not_allowed(desk, matter, relation, asked)) is not None:
        return refused
    place, changes = desk.place(relation), _changes(request)
    transfers: list[Transfer] = []
    if request.quota is not None:
        # A quota from before its size was kept began as what is left of it.
        size = desk.quotas.get(place, relation.quota)
        new = _requota(desk, relation, size, request.quota, asked)
        if isinstance(new, Refused):
            return new
        changes["quota"], changes["quota_prior"], transfers = new
        desk.write(relations.SET_QUOTA, *relations.row(place), request.quota)
    desk.rewrite(relation, **changes)
    desk.record(matter, transfers, asked=asked)
    return Related(case_id=matter.number, day=desk.house.today, state=relation.state)


def _not_allowed(desk: RelationDesk, matter: Matter, relation: Sponsorship, asked: Ruled) -> Refused | None:
    request: ChangeRequest = matter.request
    theirs = desk.law.aid(desk.sponsor[0], desk.house.today)
    by = asker(request, matter.origin.actor)
    others = (request.caps, request.uses, request.quota)
    beyond_order = any(each is not None for each in others) or request.until is not msgspec.UNSET
    order_by = asked.asks_more("order_set_by", theirs.order_set_by)
    may_order = order_by in (None, "sponsor" if by is Asker.SPONSOR else "beneficiary")
    if (request.rank is not None and not may_order) or (beyond_order and by is not Asker.SPONSOR):
        return by_rule(asked, ChangeRefusal.ORDER_NOT_YOURS, theirs.order_set_by.rule)
    new = Terms(
        rank=relation.rank if request.rank is None else request.rank,
        caps=question.caps_of(relation) if request.caps is None else request.caps,
        uses=relation.uses if request.uses is None else request.uses,
        until=relation.until if request.until is msgspec.UNSET else request.until,
    )
    # Whoever has been told that it ends tomorrow is not told otherwise by a change of its terms.
    ending = relation.until is not None and relation.until <= desk.house.today + datetime.timedelta(days=1)
    if ending and new.until != relation.until:
        return by_rule(asked, ChangeRefusal.TERMS_NOT_ALLOWED)
    rule = rules.forbidden_by(new, theirs, desk.house.today, asked.asks_more)
    sized = request.quota is not None
    if rule is not None or (sized and (relation.mechanism is not Mechanism.WALLET_QUOTA or request.quota == 0)):
        return by_rule(asked, ChangeRefusal.TERMS_NOT_ALLOWED, ENGINE_RULE if rule is None else rule)
    return None


def _changes(request: ChangeRequest) -> dict[str, Any]:
    """The columns that become another."""
    changes: dict[str, Any] = {}
    if request.rank is not None:
        changes["rank"] = request.rank
    if request.uses is not None:
        changes["uses"] = request.uses
    if request.until is not msgspec.UNSET:
        changes["until"] = request.until
    if request.caps is not None:
        for name in ("payment", "day", "month", "year", "scope"):
            changes[f"cap_{name}"] = getattr(request.caps, name)
    return changes


def _requota(
    desk: RelationDesk, relation: Sponsorship, size: Fen, wanted: Fen, asked: Ruled
) -> tuple[Fen, Fen, list[Transfer]] | Refused:
    """What is then left of the quota, its 历年 part, and the money that is set apart or given back."""
    used, region = size - relation.quota, regions.number(desk.sponsor[0])
    if wanted < used:
        return by_rule(asked, ChangeRefusal.QUOTA_BELOW_USED, detail={"amount": yuan(used)})
    more = wanted - size
    if more < 0:
        prior = rules.freed_prior_part(-more, relation.quota, relation.quota_prior)
        freed = set_free(region, desk.sponsor[1], -more, prior)
        return relation.quota + more, relation.quota_prior - prior, freed
    money, theirs = desk.house.money[desk.sponsor], desk.law.aid(desk.sponsor[0], desk.house.today)
    most, rule = rules.shareable(money.free, money.prior, theirs, asked.needs)
    if more > most:
        return by_rule(asked, ChangeRefusal.BALANCE_TOO_LOW, rule)
    if asked.unknown is not None and more:
        return by_rule(asked, ChangeRefusal.POLICY_UNKNOWN, asked.unknown)
    prior = rules.prior_part(more, money.prior)
    return relation.quota + more, relation.quota_prior + prior, set_apart(region, desk.sponsor[1], more, prior)
