"""家庭共济金: pay into a family pool, and leave it with what is left of what one paid in.

A pool has a purse of its own number in its holder's region. Its members are the holder's relations by this mechanism;
it closes with the last of them. What was paid in first is spent first.
"""

from mulaid.decide.ruled import Ruled
from mulaid.decide.terms import prior_part, shareable
from mulaid.ledger.journal import Account, AccountKind, carry
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.sponsorship.activation import in_other_pool
from mulaid.procedures.sponsorship.conclusion import conclude, given_back
from mulaid.procedures.sponsorship.desk import BOUND, RelationDesk, by_rule, over
from mulaid.procedures.sponsorship.requests import ContributeRequest, Ended, LeaveRequest, Related
from mulaid.store import pools, regions
from mulaid.store.rows import Sponsorship
from mulaid.terms.codes import Mechanism, RelationState
from mulaid.terms.money import yuan
from mulaid.terms.reasons import PoolRefusal


def contribute(desk: RelationDesk, matter: Matter) -> Answer:
    """Move money of a member, or of the holder, into the pool."""
    request: ContributeRequest = matter.request
    if (nobody := desk.nobody()) is not None:
        return nobody
    asked = Ruled(desk.law.book.strict)
    today = desk.house.today
    for region in (desk.sponsor[0], desk.beneficiary[0]):
        offered = desk.law.aid(region, today).mechanisms
        if offered.known and Mechanism.POOL not in offered.value | offered.maybe:
            return by_rule(asked, PoolRefusal.NOT_OFFERED, offered.rule)
        if not offered.known or Mechanism.POOL in offered.maybe:
            asked.unknown = offered.rule
    members = _members(desk, request)
    if not members:
        return Refused(code=Fault.NOT_BOUND)
    if request.person != request.holder and in_other_pool(desk) is not None:
        return by_rule(asked, PoolRefusal.IN_OTHER_POOL)
    if all(each.state is RelationState.SUSPENDED for each in members):
        return by_rule(asked, PoolRefusal.ACCOUNT_FROZEN)
    money, theirs = desk.house.money[desk.beneficiary], desk.law.aid(desk.beneficiary[0], today)
    free = money.free if desk.insured[desk.beneficiary].account else 0
    most, rule = shareable(free, money.prior, theirs, asked.needs)
    if theirs.floor.known and free <= theirs.floor.value > 0:
        return by_rule(asked, PoolRefusal.BELOW_FLOOR, theirs.floor.rule, {"amount": yuan(theirs.floor.value)})
    if request.amount <= 0 or request.amount > most:
        return by_rule(asked, PoolRefusal.BALANCE_TOO_LOW, rule)
    if asked.unknown is not None:
        return by_rule(asked, PoolRefusal.POLICY_UNKNOWN, asked.unknown)
    pool = members[-1].pool
    assert pool is not None
    here, there = regions.number(desk.sponsor[0]), regions.number(desk.beneficiary[0])
    prior = prior_part(request.amount, money.prior)
    transfers = []
    for kind, amount in ((AccountKind.PRIOR_YEARS, prior), (AccountKind.CURRENT_YEAR, request.amount - prior)):
        giver = Account(kind, desk.beneficiary[1])
        transfers += carry(there, giver, here, Account(AccountKind.POOL, pool), amount)
    paid = there, desk.beneficiary[1], request.amount, prior, matter.number
    desk.write(pools.PAY_IN, here, pool, desk.moment, *paid)
    desk.record(matter, transfers, asked=asked)
    return Related(case_id=matter.number, day=today, state=members[-1].state)


def leave(desk: RelationDesk, matter: Matter) -> Answer:
    """A member leaves; with the holder, or with the last member, the pool closes."""
    request: LeaveRequest = matter.request
    if (nobody := desk.nobody()) is not None:
        return nobody
    members = _members(desk, request)
    if not members:
        return Refused(code=Fault.NOT_BOUND)
    transfers = conclude(desk, members, desk.house.today)
    back = given_back(transfers)
    desk.record(matter, transfers)
    return Ended(case_id=matter.number, outcome=None, day=desk.house.today, returned=back)


def _members(desk: RelationDesk, request: ContributeRequest | LeaveRequest) -> list[Sponsorship]:
    """The relations that make somebody a member of the pool: their own, or for the holder everybody's."""
    mine = desk.sponsoring[desk.sponsor] if request.person == request.holder else desk.between()
    return [
        each
        for each in mine
        if each.mechanism is Mechanism.POOL and each.state in BOUND and not over(each, desk.house.today)
    ]
