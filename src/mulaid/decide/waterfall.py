"""One bill on its way down: the own account, the sponsors in their order, and what is left as cash.

The funds' part is given. The outcome conserves money to the fen: total = funds + own + mutual + cash + institution.
"""

from mulaid.decide.funds import FundShares, RuleNeeded
from mulaid.decide.judge import Judge, room_for_all
from mulaid.decide.looked import Looked
from mulaid.decide.order import Usable, queue
from mulaid.policy.law import AidRules, Law
from mulaid.policy.rules import Confirm, OwnAccount
from mulaid.policy.ruling import Ruling
from mulaid.terms.bill_case import BillCase, Sponsor
from mulaid.terms.codes import Accounts, CostClass, Mechanism
from mulaid.terms.money import Fen
from mulaid.terms.outcome import ENGINE_RULE, NO_FUNDS, PATIENT, Draw, Objection, Outcome, Step
from mulaid.terms.reasons import BillRefusal, Skip

# Bound here, because Python 3.11 takes as long to find a member as to call.
_FIRST = OwnAccount.FIRST
_SHARED_FIRST = OwnAccount.SHARED_FIRST
_ONLY_IF_ZERO = OwnAccount.ONLY_IF_ZERO
_RESWIPE = Confirm.RESWIPE
_INSTANT_DRAW = Mechanism.INSTANT_DRAW
_NONE = Accounts.NONE
_OWN = Accounts.OWN
_SPONSORS = Accounts.SPONSORS

_OWN_MAY_PAY = (Accounts.ALL, _OWN)
_ALL_CLASSES = frozenset(CostClass)
_OUTSIDE_IN = (
    CostClass.EXCLUDED,
    CostClass.OVER_PRICE_LIMIT,
    CostClass.UPFRONT_SHARE,
    CostClass.OVER_CEILING,
    CostClass.DEDUCTIBLE,
    CostClass.COPAY,
)
"""From the farthest out of scope inwards."""


class Waterfall:
    """One bill on its way down: what is still owed, and who has paid so far."""

    def __init__(
        self,
        case: BillCase,
        law: Law,
        rules: AidRules,
        shares: FundShares,
        own_rule: OwnAccount | None,
        steps: list[Step],
        used: Looked,
    ) -> None:
        self.case, self.law, self.rules, self.shares = case, law, rules, shares
        self.own_rule, self.steps, self.used = own_rule, steps, used
        self.left = case.bill.total - sum(shares.funds)
        self.account_money = max(0, self.left - case.bill.barred)
        self.payable = self._payable(rules.eligible_cost_classes.value)
        self.own = 0
        self.draws: list[Draw] = []
        self.skipped: list[tuple[int, Skip]] = []

    def run(self) -> Outcome:
        self.steps.append(Step("PERSONAL_SHARE", self.left, PATIENT, ENGINE_RULE))
        own_pays = self.own_rule is not None and self.case.accounts in _OWN_MAY_PAY
        own_last = own_pays and self.own_rule is _SHARED_FIRST
        usable = self._judge(own_first=own_pays and not own_last)
        if own_pays and not own_last:
            self._pay_own()
        self._pay_sponsors(usable)
        if self.draws and self._needs_second_swipe():
            return refused(
                self.case, self.law, BillRefusal.SECOND_SWIPE_NEEDED, self.rules.confirm_mode.rule, self.used
            )
        if own_last:
            self._pay_own()
        return self._outcome()

    def _judge(self, *, own_first: bool) -> list[Usable]:
        """Judge every sponsor before money moves; those who may pay come back in the order they were bound."""
        if not self.case.sponsors:
            return []
        judge = self._judge_of_this_bill()
        if own_first:
            judge.owed = min(judge.owed, max(0, self.account_money - self.case.patient.own_balance))
        usable = []
        for position, sponsor in enumerate(self.case.sponsors):
            theirs = self._theirs(sponsor)
            against = judge.judge(position, sponsor, theirs)
            if against is None:
                usable.append(Usable(position, sponsor, judge.most, theirs.relations_allowed.rule))
            else:
                self._skip(position, against.reason, against.rule)
        return usable

    def reasons(self, position: int) -> tuple[tuple[Objection[Skip], ...], Fen]:
        """Everything that stands in this sponsor's way before any money has moved, and the most they could pay."""
        judge, sponsor = self._judge_of_this_bill(), self.case.sponsors[position]
        return judge.all_reasons(position, sponsor, self._theirs(sponsor)), judge.most

    def _judge_of_this_bill(self) -> Judge:
        judge = Judge(self.case, self.rules, self.used)
        self._classes_against(judge)
        judge.own_money = self._own_money_first()
        judge.owed = self.payable
        return judge

    def _theirs(self, sponsor: Sponsor) -> AidRules:
        same = sponsor.region == self.case.region
        return self.rules if same else self.law.aid(sponsor.region, self.case.settled_on, self.case.assuming)

    def _classes_against(self, judge: Judge) -> None:
        """What the cost classes of this bill say against every sponsor. A class that is not certain is not paid."""
        ruling = self.rules.eligible_cost_classes
        self.used.add(ruling.rule)
        possible = self._payable(ruling.value | ruling.maybe) if ruling.maybe else self.payable
        if self.left and not possible:
            judge.cost_class = ruling.rule
        elif not ruling.known or (possible and not self.payable):
            judge.unknown_class = ruling

    def _payable(self, classes: object) -> Fen:
        """What is left of these cost classes, barred items taken out from the far end."""
        if classes == _ALL_CLASSES or not isinstance(classes, frozenset):
            return self.account_money
        bill, shares, left, barred = self.case.bill, self.shares, self.left, self.case.bill.barred
        amounts = bill.excluded, bill.over_price_limit, bill.upfront_share, shares.over_ceiling, shares.deductible, left
        payable = 0
        for cost_class, amount in zip(_OUTSIDE_IN, amounts, strict=True):
            borne = min(amount, left)
            taken = min(borne, barred)
            left -= borne
            barred -= taken
            payable += borne - taken if cost_class in classes else 0
        return payable

    def _own_money_first(self) -> int | None:
        """The entry by which the patient's own money bars every sponsor, if it does."""
        if self.own_rule is None:
            return None
        strict_first = self.own_rule is _ONLY_IF_ZERO
        left_out = self.own_rule is _FIRST and self.case.accounts is _SPONSORS
        return self.rules.own_account_rule.rule if strict_first or left_out else None

    def _pay_own(self) -> None:
        """Pay from the own account; it is taken to pay the classes sponsors may not pay first."""
        self.own = min(self.case.patient.own_balance, self.account_money)
        self.payable -= max(0, self.own - (self.account_money - self.payable))
        self.account_money -= self.own
        self.left -= self.own
        self.steps.append(Step("OWN_ACCOUNT", self.own, PATIENT, self.rules.own_account_rule.rule))

    def _pay_sponsors(self, usable: list[Usable]) -> None:
        owed = self.payable
        line = queue(self.case, usable, self.rules, self.used)
        asked = ENGINE_RULE if line.rule is None else line.rule
        for each in line.unordered:
            self._skip(each.position, Skip.POLICY_UNKNOWN, asked)
        for each in line.paying:
            if owed <= 0:
                break
            amount = min(self._most(each), owed)
            if amount <= 0:
                self._skip(each.position, Skip.OVER_LIMIT, self._limits(each.sponsor).rule)
                continue
            owed -= amount
            self.draws.append(Draw(each.position, amount, _prior_years(each.sponsor, amount)))
            self.steps.append(Step("SPONSOR", amount, each.position, each.rule if line.rule is None else line.rule))
        self.left -= self.payable - owed
        self.account_money -= self.payable - owed
        if owed > 0:
            for each in line.not_chosen:
                self._skip(each.position, Skip.SPONSOR_NOT_CHOSEN, asked)

    def _most(self, each: Usable) -> Fen:
        """The most a sponsor can pay now: caps over all members count what the same person pays by other mechanisms."""
        sponsors, first = self.case.sponsors, each.sponsor.same_as
        first = each.position if first is None else first
        paid = sum([draw.amount for draw in self.draws if first in (draw.sponsor, sponsors[draw.sponsor].same_as)])
        if not paid:
            return each.most
        limits = self._limits(each.sponsor)
        room = room_for_all(each.sponsor, limits.value if limits.known else None)
        return each.most if room is None else min(each.most, room - paid)

    def _limits(self, sponsor: Sponsor) -> Ruling:
        return self.law.aid(sponsor.region, self.case.settled_on, self.case.assuming).limits

    def _needs_second_swipe(self) -> bool:
        if self.rules.confirm_mode.value is not _RESWIPE:
            return False
        minutes, within = self.case.second_swipe_minutes, self.rules.reswipe_minutes
        self.used.add(within.rule)
        return minutes is None or not within.known or minutes > within.value

    def _skip(self, position: int, skip: Skip, rule: int) -> None:
        self.skipped.append((position, skip))
        self.used.add(rule)
        self.steps.append(Step(str(skip), None, position, rule))

    def _outcome(self) -> Outcome:
        total, shares = self.case.bill.total, self.shares
        mutual = sum([draw.amount for draw in self.draws])
        self.steps.append(Step("CASH", self.left, PATIENT, ENGINE_RULE))
        assert total == sum(shares.funds) + self.own + mutual + self.left
        return Outcome(
            refused=None,
            total=total,
            funds=tuple(shares.funds),
            own=self.own,
            own_prior_years=min(self.own, self.case.patient.own_prior_years),
            mutual=mutual,
            cash=self.left,
            institution=0,
            draws=tuple(self.draws),
            skipped=tuple(sorted(self.skipped)),
            deductible_applied=shares.deductible,
            over_ceiling=shares.over_ceiling,
            pooled_ratio=shares.pooled_ratio,
            steps=tuple(self.steps),
            used=_entries(self.used),
            assumed=self.law.assumed(self.used, self.case.assuming),
        )


def own_account_rule(case: BillCase, rules: AidRules, shares: FundShares, used: Looked) -> OwnAccount | None:
    """How the own account stands to the sponsors; None when it holds no money. Raises `RuleNeeded`.

    Where nobody else could pay, every value of the rule gives the same result, and an unknown one is not missed.
    """
    if not case.patient.account or case.patient.own_balance <= 0 or case.accounts is _NONE:
        return None
    ruling = rules.own_account_rule
    if ruling.known:
        used.add(ruling.rule)
        value: OwnAccount = ruling.value
        return value
    if not case.sponsors or case.accounts is _OWN or sum(shares.funds) == case.bill.total:
        return _FIRST
    raise RuleNeeded(ruling)


def refused(case: BillCase, law: Law, refusal: BillRefusal, rule: int, used: Looked) -> Outcome:
    steps = (Step(str(refusal), None, PATIENT, rule),)
    used.add(rule)
    assumed = law.assumed(used, case.assuming)
    return Outcome(refusal, 0, NO_FUNDS, 0, 0, 0, 0, 0, (), (), 0, 0, 0, steps, _entries(used), assumed)


def _entries(used: Looked) -> tuple[int, ...]:
    used.discard(ENGINE_RULE)
    return tuple(sorted(used))


def _prior_years(sponsor: Sponsor, amount: Fen) -> Fen:
    """Prior-years money goes first; a pool or a wallet holds none of its own."""
    if sponsor.mechanism is Mechanism.WALLET_QUOTA:
        return min(amount, sponsor.quota_prior_years)
    return min(amount, sponsor.prior_years) if sponsor.mechanism is _INSTANT_DRAW else 0
