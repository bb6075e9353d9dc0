"""May this sponsor pay this bill, and how much at most? Every check in the order of `terms.reasons.Skip`.

Relations, source money, caps and the sponsor's pause take the rules of the sponsor's region; the beneficiary's pause,
cost classes, own account and choice those of the patient's; mechanism, territory, uses and wallet must suit both.
A definite reason always wins over an unknown rule, so an unknown one is only remembered until the end.
"""

from typing import Any

from mulaid.policy.law import AidRules
from mulaid.policy.rules import Confirm, Excluded, Order, Pause, Territory
from mulaid.policy.ruling import Ruling
from mulaid.terms.bill_case import NO_CAPS, BillCase, Sponsor
from mulaid.terms.codes import (
    WALLET_MECHANISMS,
    Accounts,
    Category,
    Cover,
    Filing,
    Kinship,
    LimitScope,
    Mechanism,
    RelationState,
    Scheme,
    SponsorUse,
)
from mulaid.terms.money import Fen
from mulaid.terms.outcome import ENGINE_RULE
from mulaid.terms.reasons import Skip

# Every sponsor is compared with these: bound here, because Python 3.11 takes as long to find a member as to call.
_COVER_ENDED, _COVERED = Cover.ENDED, Cover.ACTIVE
_EMPLOYEE = Scheme.EMPLOYEE
_NO_KIN = Kinship.OTHER
_RELATION_ENDED, _SUSPENDED = RelationState.ENDED, RelationState.SUSPENDED
_FOR_CARE = SponsorUse.CARE
_INSTANT_DRAW = Mechanism.INSTANT_DRAW
_NO_ACCOUNT_TIER = Excluded.NO_ACCOUNT_TIER
_RESWIPE = Confirm.RESWIPE
_MANUAL = Order.MANUAL
_DECLINED = frozenset({Accounts.OWN, Accounts.NONE})
_CHOICES = frozenset({Confirm.RESCAN, Confirm.CASHIER_CHOICE})
_STATES = {
    RelationState.DISPLAY_ONLY: Skip.ONLY_CODE_DISPLAY_LINK,
    RelationState.NOT_SUBMITTED: Skip.BOUND_NOT_SUBMITTED,
    RelationState.PROPOSED: Skip.NOT_CONFIRMED_BY_MEMBER,
}
_PATIENT_PAUSED = {Cover.WAITING: Skip.BENEFICIARY_WAITING, Cover.PAUSED: Skip.BENEFICIARY_PAUSED}
_EXCLUDED = {
    Category.PUBLIC_EXPENSE: Excluded.PUBLIC_EXPENSE,
    Category.RETIRED_CADRE: Excluded.RETIRED_CADRE,
    Category.CIVIL_SERVANT: Excluded.CIVIL_SERVANT,
}


class Passed(Exception):
    """This sponsor cannot pay: the reason and the entry behind it. Never leaves this module."""

    def __init__(self, skip: Skip, rule: int) -> None:
        self.skip, self.rule = skip, rule


class Judge:
    """Judges the sponsors of one bill. What the bill says against all of them is set before the first is judged."""

    def __init__(self, case: BillCase, rules: AidRules, used: set[int]) -> None:
        self.case, self.rules, self.used = case, rules, used
        self.cost_class: int | None = None
        """The entry by which no class of what is left may be paid."""
        self.unknown_class: int | None = None
        """The entry that leaves open whether a class may be paid."""
        self.own_money: int | None = None
        """The entry by which the patient's own money has to go first."""
        self.unknown: int | None = None
        self.both: tuple[AidRules, ...] = (rules,)
        """The rules of the patient's region, and of the sponsor's where that is another."""

    def judge(self, position: int, sponsor: Sponsor, theirs: AidRules) -> tuple[Skip | None, int, Fen]:
        """(None, the entry that lets them, most they can pay) for a sponsor who may pay, else (reason, entry, 0)."""
        self._start(theirs)
        try:
            self._relation(sponsor, theirs)
            self._cover(sponsor, theirs)
            self._place_and_use(sponsor, theirs)
            self._this_bill(position)
            most = self._money(sponsor, theirs)
        except Passed as passed:
            return passed.skip, passed.rule, 0
        if self.unknown is not None:
            return Skip.POLICY_UNKNOWN, self.unknown, 0
        return None, theirs.relations_allowed.rule, most

    def _start(self, theirs: AidRules) -> None:
        self.unknown = None
        self.both = (self.rules,) if theirs is self.rules else (self.rules, theirs)

    def _relation(self, sponsor: Sponsor, theirs: AidRules) -> None:
        if self.case.accounts in _DECLINED:
            raise Passed(Skip.AID_DECLINED, ENGINE_RULE)
        for rules in self.both:
            if self._lacks(rules.mechanisms, sponsor.mechanism):
                raise Passed(Skip.NOT_OFFERED, rules.mechanisms.rule)
        if self.case.patient.status is _COVER_ENDED:
            raise Passed(Skip.NOT_INSURED, self.rules.relations_allowed.rule)
        if not sponsor.account or sponsor.scheme is not _EMPLOYEE:
            raise Passed(Skip.SPONSOR_NO_ACCOUNT, theirs.mechanisms.rule)
        self._excluded(sponsor, theirs)
        if sponsor.kinship is _NO_KIN:
            raise Passed(Skip.RELATION_NOT_ALLOWED, theirs.relations_allowed.rule)
        if self._lacks(theirs.relations_allowed, sponsor.kinship):
            raise Passed(Skip.RELATION_NOT_ALLOWED, theirs.relations_allowed.rule)
        if sponsor.state in _STATES:
            raise Passed(_STATES[sponsor.state], theirs.consent_mode.rule)

    def _cover(self, sponsor: Sponsor, theirs: AidRules) -> None:
        today, patient = self.case.settled_on, self.case.patient
        if sponsor.bound_on >= today and self._needs(theirs.effective_timing) == "next_day":
            raise Passed(Skip.NOT_YET_EFFECTIVE, theirs.effective_timing.rule)
        if sponsor.effective_on > today:
            raise Passed(Skip.NOT_YET_EFFECTIVE, theirs.effective_timing.rule)
        if sponsor.state is _RELATION_ENDED or (sponsor.until is not None and sponsor.until <= today):
            raise Passed(Skip.EXPIRED, theirs.authorisation_period.rule)
        if sponsor.status is _COVER_ENDED and self._holds(theirs.auto_end_events, "sponsor_end"):
            raise Passed(Skip.EXPIRED, theirs.auto_end_events.rule)
        if patient.status in _PATIENT_PAUSED:
            self._pause(self.rules.on_beneficiary_pause, _PATIENT_PAUSED[patient.status])
        if sponsor.status is not _COVERED:
            self._pause(theirs.on_sponsor_pause, Skip.SPONSOR_PAUSED)
        if sponsor.state is _SUSPENDED:
            raise Passed(Skip.ACCOUNT_FROZEN, theirs.on_sponsor_pause.rule)
        if not patient.activated and self._needs(self.rules.e_voucher_required) in ("beneficiary", "both"):
            raise Passed(Skip.E_VOUCHER_NOT_ACTIVATED, self.rules.e_voucher_required.rule)
        if not sponsor.activated and self._needs(theirs.e_voucher_required) == "both":
            raise Passed(Skip.E_VOUCHER_NOT_ACTIVATED, theirs.e_voucher_required.rule)

    def _place_and_use(self, sponsor: Sponsor, theirs: AidRules) -> None:
        case, mechanism = self.case, sponsor.mechanism
        if sponsor.region != case.region:
            for rules in self.both:
                reach = self._needs(rules.territory)
                if reach is not None and not within_reach(reach.get(mechanism), sponsor.region, case.region):
                    raise Passed(Skip.OUT_OF_TERRITORY, rules.territory.rule)
        if mechanism in WALLET_MECHANISMS:
            self._wallet(sponsor)
        if _FOR_CARE not in sponsor.uses:
            raise Passed(Skip.USE_NOT_ALLOWED, theirs.uses.rule)
        for rules in self.both:
            if self._lacks(rules.uses, case.use):
                raise Passed(Skip.USE_NOT_ALLOWED, rules.uses.rule)

    def _wallet(self, sponsor: Sponsor) -> None:
        case = self.case
        for rules in self.both:
            if self._needs(rules.wallet_open) is False or not sponsor.wallet_open:
                raise Passed(Skip.WALLET_NOT_OPEN, rules.wallet_open.rule)
        if not case.institution.wallet_ready:
            raise Passed(Skip.INSTITUTION_NOT_WALLET_READY, self.rules.wallet_open.rule)
        hours = self._needs(self.rules.wallet_hours)
        if hours is not None:
            begin, end = hours
            closed = begin <= case.settled_at < end if begin < end else not end <= case.settled_at < begin
            if closed:
                raise Passed(Skip.WALLET_CLOSED_HOURS, self.rules.wallet_hours.rule)

    def _this_bill(self, position: int) -> None:
        if self.cost_class is not None:
            raise Passed(Skip.COST_CLASS_NOT_ALLOWED, self.cost_class)
        if self.own_money is not None:
            raise Passed(Skip.OWN_BALANCE_NOT_USED_UP, self.own_money)
        if self.unknown_class is not None:
            self._remember(self.unknown_class)
        if self._needs(self.rules.confirm_mode) is _RESWIPE:
            self._needs(self.rules.reswipe_minutes)
        chosen, rules = self.case.chosen, self.rules
        if wants_choice(rules):
            if chosen is None or position not in chosen:
                raise Passed(Skip.SPONSOR_NOT_CHOSEN, rules.sponsor_order_rule.rule)
        elif chosen is not None and position not in chosen and rules.sponsors_per_settlement.value == "one":
            raise Passed(Skip.SPONSOR_NOT_CHOSEN, rules.sponsors_per_settlement.rule)

    def _money(self, sponsor: Sponsor, theirs: AidRules) -> Fen:
        """The most this sponsor can pay: source money, floor or quota, then caps."""
        if sponsor.mechanism is _INSTANT_DRAW:
            most = self._shareable(sponsor, theirs)
        elif sponsor.mechanism is Mechanism.WALLET_QUOTA:
            if sponsor.balance <= 0:
                raise Passed(Skip.ZERO_BALANCE, theirs.mechanisms.rule)
            if sponsor.quota <= 0:
                raise Passed(Skip.QUOTA_USED_UP, theirs.mechanisms.rule)
            most = min(sponsor.balance, sponsor.quota)
        else:
            if sponsor.quota <= 0:
                raise Passed(Skip.ZERO_BALANCE, theirs.mechanisms.rule)
            most = sponsor.quota
        limits = self._needs(theirs.limits)
        if limits or sponsor.caps != NO_CAPS:
            most = min([most, *_room(sponsor, limits)])
            if most <= 0:
                raise Passed(Skip.OVER_LIMIT, theirs.limits.rule)
        return most

    def _shareable(self, sponsor: Sponsor, theirs: AidRules) -> Fen:
        free = sponsor.balance - sponsor.quota
        if free <= 0:
            raise Passed(Skip.ZERO_BALANCE, theirs.source_funds.rule)
        source = free
        if sponsor.prior_years < free and self._needs(theirs.source_funds) == "prior_years":
            source = sponsor.prior_years
            if source <= 0:
                raise Passed(Skip.CURRENT_YEAR_MONEY_ONLY, theirs.source_funds.rule)
        floor = self._needs(theirs.floor)
        if floor is None:
            return source
        if free <= floor:
            raise Passed(Skip.BELOW_FLOOR, theirs.floor.rule)
        most: Fen = min(source, free - floor)
        return most

    def _excluded(self, sponsor: Sponsor, theirs: AidRules) -> None:
        """公费医疗, 离休 and the like, on either side; tiers without an account; people filed for living away."""
        case, ruling = self.case, theirs.excluded_people
        if sponsor.category in _EXCLUDED and self._holds(ruling, _EXCLUDED[sponsor.category]):
            raise Passed(Skip.SPONSOR_EXCLUDED, ruling.rule)
        if self._holds(ruling, _NO_ACCOUNT_TIER):
            tiers = self._needs(theirs.account_tiers)
            if tiers is not None and sponsor.tier not in tiers:
                raise Passed(Skip.SPONSOR_EXCLUDED, theirs.account_tiers.rule)
        ours, category = self.rules.excluded_people, case.patient.category
        away = case.institution.region != case.region and case.filing is Filing.LONG_TERM
        if (away and self._holds(ours, Excluded.LIVING_AWAY_FILED)) or (
            category in _EXCLUDED and self._holds(ours, _EXCLUDED[category])
        ):
            raise Passed(Skip.SPONSOR_EXCLUDED, ours.rule)

    def _pause(self, ruling: Ruling, skip: Skip) -> None:
        word = self._needs(ruling)
        if word is not None and word is not Pause.IGNORE:
            raise Passed(skip, ruling.rule)

    def _lacks(self, ruling: Ruling, item: str) -> bool:
        """Whether `item` certainly does not belong to the set; where that is unknown, it is remembered."""
        self.used.add(ruling.rule)
        if ruling.known and item not in ruling.maybe:
            return item not in ruling.value
        self._remember(ruling.rule)
        return False

    def _holds(self, ruling: Ruling, item: str) -> bool:
        """Whether `item` certainly belongs to the set; where that is unknown, it is remembered."""
        self.used.add(ruling.rule)
        if ruling.known and item not in ruling.maybe:
            return item in ruling.value
        self._remember(ruling.rule)
        return False

    def _needs(self, ruling: Ruling) -> Any:
        """The value, or None with the unknown remembered."""
        self.used.add(ruling.rule)
        if ruling.known:
            return ruling.value
        self._remember(ruling.rule)
        return None

    def _remember(self, rule: int) -> None:
        if self.unknown is None:
            self.unknown = rule


def _room(sponsor: Sponsor, limits: dict[str, Any] | None) -> list[Fen]:
    """What each cap leaves, the sponsor's own and the region's."""
    caps, used, member = sponsor.caps, sponsor.used, LimitScope.MEMBER
    mine, all_members = (0, used.day, used.month, used.year), (0, used.all_day, used.all_month, used.all_year)
    own_caps, spent = (caps.payment, caps.day, caps.month, caps.year), mine if caps.scope is member else all_members
    room = [cap - gone for cap, gone in zip(own_caps, spent, strict=True) if cap is not None]
    if limits:
        spent = mine if limits.get("scope", member) == member else all_members
        words = ("payment", "day", "month", "year")
        room += [limits[word] - gone for word, gone in zip(words, spent, strict=True) if word in limits]
    return room


def room_for_all(sponsor: Sponsor, limits: dict[str, Any] | None) -> Fen | None:
    """What the caps over all members leave this person before the bill; None without such caps."""
    caps, used = sponsor.caps, sponsor.used
    own = (caps.day, caps.month, caps.year) if caps.scope is LimitScope.ALL else ()
    regions = () if not limits or limits.get("scope") != LimitScope.ALL else map(limits.get, ("day", "month", "year"))
    spent = used.all_day, used.all_month, used.all_year
    return min(
        (cap - gone for each in (own, regions) for cap, gone in zip(each, spent, strict=False) if cap is not None),
        default=None,
    )


def wants_choice(rules: AidRules) -> bool:
    """The patient has to say who pays: by the order rule, or by how the till confirms."""
    return rules.sponsor_order_rule.value is _MANUAL or rules.confirm_mode.value in _CHOICES


def within_reach(reach: Territory | None, one: str, other: str) -> bool:
    """Whether two pooling regions lie close enough; None: this mechanism reaches nobody elsewhere."""
    if reach is Territory.NATION or one == other:
        return True
    return reach is Territory.PROVINCE and one[:2] == other[:2]
