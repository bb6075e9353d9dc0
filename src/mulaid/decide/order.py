"""In which order the sponsors who may pay are asked: P17 within a group, the groups in the region's sequence."""

import msgspec

from mulaid.decide.judge import wants_choice
from mulaid.decide.looked import Looked
from mulaid.policy.law import AidRules
from mulaid.policy.rules import Order, PayerGroup, TieBreak
from mulaid.policy.ruling import Ruling
from mulaid.terms.bill_case import BillCase, Sponsor
from mulaid.terms.codes import WALLET_MECHANISMS, Mechanism
from mulaid.terms.money import Fen

# Bound here, because Python 3.11 takes as long to find a member as to call.
_POOL = Mechanism.POOL


class Usable(msgspec.Struct, frozen=True, gc=False):
    """A sponsor who may pay, and the most they can."""

    position: int
    sponsor: Sponsor
    most: Fen
    rule: int
    """The entry that lets them pay."""


class Queue(msgspec.Struct, gc=False):
    """Who pays in which order, those whose order is unknown, and those the policy passes over for the first."""

    paying: list[Usable]
    unordered: list[Usable]
    not_chosen: list[Usable]
    rule: int | None = None
    """The entry that put them in this order, or that would have had to; None when no order was asked."""


def queue(case: BillCase, usable: list[Usable], rules: AidRules, used: Looked) -> Queue:
    """Put the usable sponsors of a bill in the policy's order. With one usable sponsor no rule is asked."""
    if len(usable) < 2:
        return Queue(usable, [], [])
    used.add(rules.sponsors_per_settlement.rule)
    if not rules.sponsors_per_settlement.known:
        used.missing.append(rules.sponsors_per_settlement)
        return Queue([], usable, [], rules.sponsors_per_settlement.rule)
    only_one = rules.sponsors_per_settlement.value == "one"
    if case.chosen is not None and (only_one or wants_choice(rules)):
        used.add(rules.sponsor_order_rule.rule)
        paying = sorted(usable, key=lambda each: case.chosen.index(each.position))  # type: ignore[union-attr]
        unordered: list[Usable] = []
        rule: int | None = rules.sponsor_order_rule.rule
    else:
        paying, unordered, rule = _by_policy(case, usable, rules, used)
    if only_one and unordered and not _certainly_first(case, paying, unordered, rules):
        return Queue([], usable, [], rule)
    if only_one and paying:
        return Queue(paying[:1], [], [*paying[1:], *unordered], rules.sponsors_per_settlement.rule)
    return Queue(paying, unordered, [], rule)


def _certainly_first(case: BillCase, paying: list[Usable], unordered: list[Usable], rules: AidRules) -> bool:
    """Whether the first who pays stands in a group before all whose order is unknown."""
    groups = rules.payer_groups.value
    if not paying or not rules.payer_groups.known:
        return False
    first = groups.index(_group(case, paying[0].sponsor))
    return bool(first < min(groups.index(_group(case, each.sponsor)) for each in unordered))


def _by_policy(
    case: BillCase, usable: list[Usable], rules: AidRules, used: Looked
) -> tuple[list[Usable], list[Usable], int | None]:
    groups: dict[PayerGroup, list[Usable]] = {}
    for each in usable:
        groups.setdefault(_group(case, each.sponsor), []).append(each)
    rule: int | None = None
    if len(groups) > 1:
        used.add(rules.payer_groups.rule)
        rule = rules.payer_groups.rule
        if not rules.payer_groups.known:
            used.missing.append(rules.payer_groups)
            return [], usable, rule
    paying: list[Usable] = []
    unordered: list[Usable] = []
    for group in rules.payer_groups.value if len(groups) > 1 else groups:
        members = groups.get(group, [])
        if len(members) > 1:
            used.add(rules.sponsor_order_rule.rule)
            rule = rules.sponsor_order_rule.rule
            if not _sort(members, rules.sponsor_order_rule, rules.tie_break, used):
                unordered += members
                continue
        paying += members
    return paying, unordered, rule


def _group(case: BillCase, sponsor: Sponsor) -> PayerGroup:
    if sponsor.mechanism is _POOL:
        return PayerGroup.POOL
    if sponsor.mechanism in WALLET_MECHANISMS:
        return PayerGroup.WALLET
    return PayerGroup.SAME_AREA if sponsor.region == case.region else PayerGroup.CROSS_AREA


def _sort(members: list[Usable], order: Ruling, tie_break: Ruling, used: Looked) -> bool:
    """Sort in place; False when the order, or a tie-break that is needed, is unknown."""
    if not order.known:
        used.missing.append(order)
        return False
    if order.value is Order.BIND_ASC or order.value is Order.BIND_DESC:
        members.sort(key=_bound, reverse=order.value is Order.BIND_DESC)
        return True
    keys = {each.position: _key(order.value, each.sponsor) for each in members}
    if len(set(keys.values())) < len(members):
        used.add(tie_break.rule)
        if not tie_break.known:
            used.missing.append(tie_break)
            return False
        _break_ties(members, tie_break.value)
    members.sort(key=lambda each: keys[each.position])
    return True


def _key(order: Order, sponsor: Sponsor) -> int:
    return -sponsor.balance if order is Order.BALANCE_DESC else sponsor.rank


def _break_ties(members: list[Usable], tie_break: TieBreak) -> None:
    if tie_break is TieBreak.NAME:
        members.sort(key=lambda each: each.sponsor.name)
    elif tie_break is TieBreak.RANK:
        members.sort(key=lambda each: each.sponsor.rank)
    else:
        members.sort(key=_bound, reverse=tie_break is TieBreak.BIND_DESC)


def _bound(each: Usable) -> tuple[object, int]:
    """Relations stand in the order they were bound, so the position settles what the day leaves open."""
    return each.sponsor.bound_on, each.position
