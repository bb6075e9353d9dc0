"""May this sponsor pay this bill, and how much at most? Every check in the order of `terms.reasons.Skip`.

Relations, source money, caps and the sponsor's pause take the rules of the sponsor's region; the beneficiary's pause,
cost classes, own account and choice those of the patient's; mechanism, territory, uses and wallet must suit both.
A definite reason always wins over an unknown rule, so an unknown one is only remembered until the end.
"""

from typing import Any

from mulaid.decide.looked import Looked
from mulaid.decide.objections import Objections
from mulaid.policy.law import AidRules
from mulaid.policy.rules import Confirm, Excluded, Order, Territory
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
from mulaid.terms.outcome import ENGINE_RULE, Objection
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


class Judge(Objections[Skip]):
    """Judges the sponsors of one bill. What the bill says against all of them is set before the first is judged."""

    not_known = Skip.POLICY_UNKNOWN

    def __init__(self, case: BillCase, rules: AidRules, used: Looked) -> None:
        self.case, self.rules, self.used = case, rules, used
        self.cost_class: int | None = None
        """The entry by which no class of what is left may be paid."""
        self.unknown_class: Ruling | None = None
        """The rule that leaves open whether a class may be paid."""
        self.own_money: int | None = None
        """The entry by which the patient's own money has to go first."""
        self.owed: Fen = 0
        """What accounts could be asked for at most: what a sponsor holds beyond it changes nothing."""
        self.both: tuple[AidRules, ...] = (rules,)
        """The rules of the patient's region, and of the sponsor's where that is another."""
        self.most: Fen = 0
        """What the sponsor judged last can pay at most; of no meaning where a rule was asked in vain."""

    def judge(self, position: int, sponsor: Sponsor, theirs: AidRules) -> Objection[Skip] | None:
        """Why this sponsor cannot pay; None: they may, and `most` says how much."""
        self.position, self.sponsor, self.theirs = position, sponsor, theirs
        return self.first()

    def all_reasons(self, position: int, sponsor: Sponsor, theirs: AidRules) -> tuple[Objection[Skip], ...]:
        """Everything that stands in this sponsor's way."""
        self.position, self.sponsor, self.theirs, self.most = position, sponsor, theirs, 0
        return self.every()

    def checks(self) -> None:
        sponsor, theirs = self.sponsor, self.theirs
        self.both = (self.rules,) if theirs is self.rules else (self.rules, theirs)
        self._relation(sponsor, theirs)
        self._cover(sponsor, theirs)
        self._place_and_use(sponsor, theirs)
        self._this_bill()
        self.most = self._money(sponsor, theirs)

    def _relation(self, sponsor: Sponsor, theirs: AidRules) -> None:
        if self.case.accounts in _DECLINED:
            self.refuse(Skip.AID_DECLINED, ENGINE_RULE)
        for rules in self.both:
            if self.lacks(rules.mechanisms, sponsor.mechanism):
                self.refuse(Skip.NOT_OFFERED, rules.mechanisms.rule)
        if self.case.patient.status is _COVER_ENDED:
            self.refuse(Skip.NOT_INSURED, self.rules.relations_allowed.rule)
        if not sponsor.account or sponsor.scheme is not _EMPLOYEE:
            self.refuse(Skip.SPONSOR_NO_ACCOUNT, theirs.mechanisms.rule)
        self._excluded(sponsor, theirs)
        if sponsor.kinship is _NO_KIN or self.lacks(theirs.relations_allowed, sponsor.kinship):
            self.refuse(Skip.RELATION_NOT_ALLOWED, theirs.relations_allowed.rule)
        if sponsor.state in _STATES:
            self.refuse(_STATES[sponsor.state], theirs.consent_mode.rule)

    def _cover(self, sponsor: Sponsor, theirs: AidRules) -> None:
        today, patient = self.case.settled_on, self.case.patient
        if sponsor.bound_on >= today and self.needs(theirs.effective_timing) == "next_day":
            self.refuse(Skip.NOT_YET_EFFECTIVE, theirs.effective_timing.rule)
        if sponsor.effective_on > today:
            self.refuse(Skip.NOT_YET_EFFECTIVE, theirs.effective_timing.rule)
        if sponsor.state is _RELATION_ENDED or (sponsor.until is not None and sponsor.until <= today):
            self.refuse(Skip.EXPIRED, theirs.authorisation_period.rule)
        if sponsor.status is _COVER_ENDED and self.holds(theirs.auto_end_events, "sponsor_end"):
            self.refuse(Skip.EXPIRED, theirs.auto_end_events.rule)
        if patient.status in _PATIENT_PAUSED:
            self.pause(self.rules.on_beneficiary_pause, _PATIENT_PAUSED[patient.status])
        if sponsor.status is not _COVERED:
            self.pause(theirs.on_sponsor_pause, Skip.SPONSOR_PAUSED)
        if sponsor.state is _SUSPENDED:
            self.refuse(Skip.ACCOUNT_FROZEN, theirs.on_sponsor_pause.rule)
        if not patient.activated and self.needs(self.rules.e_voucher_required) in ("beneficiary", "both"):
            self.refuse(Skip.E_VOUCHER_NOT_ACTIVATED, self.rules.e_voucher_required.rule)
        if not sponsor.activated and self.needs(theirs.e_voucher_required) == "both":
            self.refuse(Skip.E_VOUCHER_NOT_ACTIVATED, theirs.e_voucher_required.rule)

    def _place_and_use(self, sponsor: Sponsor, theirs: AidRules) -> None:
        case, mechanism = self.case, sponsor.mechanism
        if sponsor.region != case.region:
            for rules in self.both:
                reach = self.needs(rules.territory)
                if reach is not None and not within_reach(reach.get(mechanism), sponsor.region, case.region):
                    self.refuse(Skip.OUT_OF_TERRITORY, rules.territory.rule)
        if mechanism in WALLET_MECHANISMS:
            self._wallet(sponsor)
        if _FOR_CARE not in sponsor.uses:
            self.refuse(Skip.USE_NOT_ALLOWED, theirs.uses.rule)
        for rules in self.both:
            if self.lacks(rules.uses, case.use):
                self.refuse(Skip.USE_NOT_ALLOWED, rules.uses.rule)

    def _wallet(self, sponsor: Sponsor) -> None:
        case = self.case
        for rules in self.both:
            if self.needs(rules.wallet_open) is False or not sponsor.wallet_open:
                self.refuse(Skip.WALLET_NOT_OPEN, rules.wallet_open.rule)
        if not case.institution.wallet_ready:
            self.refuse(Skip.INSTITUTION_NOT_WALLET_READY, self.rules.wallet_open.rule)
        hours = self.needs(self.rules.wallet_hours)
        if hours is not None:
            begin, end = hours
            closed = begin <= case.settled_at < end if begin < end else not end <= case.settled_at < begin
            if closed:
                self.refuse(Skip.WALLET_CLOSED_HOURS, self.rules.wallet_hours.rule)

    def _this_bill(self) -> None:
        if self.cost_class is not None:
            self.refuse(Skip.COST_CLASS_NOT_ALLOWED, self.cost_class)
        if self.own_money is not None:
            self.refuse(Skip.OWN_BALANCE_NOT_USED_UP, self.own_money)
        if self.unknown_class is not None:
            self.remember(self.unknown_class)
        if self.needs(self.rules.confirm_mode) is _RESWIPE:
            self.needs(self.rules.reswipe_minutes)
        chosen, rules, position = self.case.chosen, self.rules, self.position
        if wants_choice(rules):
            if chosen is None or position not in chosen:
                self.refuse(Skip.SPONSOR_NOT_CHOSEN, rules.sponsor_order_rule.rule)
        elif chosen is not None and position not in chosen and rules.sponsors_per_settlement.value == "one":
            self.refuse(Skip.SPONSOR_NOT_CHOSEN, rules.sponsors_per_settlement.rule)

    def _money(self, sponsor: Sponsor, theirs: AidRules) -> Fen:
        """The most this sponsor can pay: source money, floor or quota, then caps."""
        if sponsor.mechanism is _INSTANT_DRAW:
            most = self._shareable(sponsor, theirs)
        elif sponsor.mechanism is Mechanism.WALLET_QUOTA:
            if sponsor.balance <= 0:
                self.refuse(Skip.ZERO_BALANCE, theirs.mechanisms.rule)
            elif sponsor.quota <= 0:
                self.refuse(Skip.QUOTA_USED_UP, theirs.mechanisms.rule)
            most = min(sponsor.balance, sponsor.quota)
        else:
            if sponsor.quota <= 0:
                self.refuse(Skip.ZERO_BALANCE, theirs.mechanisms.rule)
            most = sponsor.quota
        limits = self.needs(theirs.limits)
        if limits or sponsor.caps != NO_CAPS:
            room = _room(sponsor, limits)
            if room and min(room) <= 0:
                self.refuse(Skip.OVER_LIMIT, theirs.limits.rule)
            most = min([most, *room])
        return most

    def _shareable(self, sponsor: Sponsor, theirs: AidRules) -> Fen:
        free = sponsor.balance - sponsor.quota
        if free <= 0:
            self.refuse(Skip.ZERO_BALANCE, theirs.source_funds.rule)
            return 0
        source = free
        if sponsor.prior_years < free and self._only_prior_years(theirs.source_funds, sponsor.prior_years):
            source = sponsor.prior_years
            if source <= 0:
                self.refuse(Skip.CURRENT_YEAR_MONEY_ONLY, theirs.source_funds.rule)
        floor = self._floor(theirs.floor, free)
        if free <= floor:
            self.refuse(Skip.BELOW_FLOOR, theirs.floor.rule)
        most: Fen = min(source, free - floor)
        return most

    def _only_prior_years(self, ruling: Ruling, prior_years: Fen) -> bool:
        """Whether the year's own money may not be shared; unknown it is no matter where 历年 money is enough."""
        self.used.add(ruling.rule)
        if ruling.known:
            return ruling.value == "prior_years"  # type: ignore[no-any-return]
        enough = prior_years >= max(self.owed, 1)
        if not enough:
            self.remember(ruling)
        return enough

    def _floor(self, ruling: Ruling, free: Fen) -> Fen:
        """The reserve; where nobody knows it, the largest one anybody names is no matter to a balance far above it."""
        self.used.add(ruling.rule)
        if ruling.known:
            return ruling.value  # type: ignore[no-any-return]
        largest: Fen = max(ruling.candidates, default=free)
        if free - largest < max(self.owed, 1):
            self.remember(ruling)
            return 0
        return largest

    def _excluded(self, sponsor: Sponsor, theirs: AidRules) -> None:
        """公费医疗, 离休 and the like, on either side; tiers without an account; people filed for living away."""
        case, ruling = self.case, theirs.excluded_people
        if sponsor.category in _EXCLUDED and self.holds(ruling, _EXCLUDED[sponsor.category]):
            self.refuse(Skip.SPONSOR_EXCLUDED, ruling.rule)
        tiers = theirs.account_tiers
        if not tiers.known or sponsor.tier not in tiers.value:
            self.used.add(tiers.rule)
            if self.holds(ruling, _NO_ACCOUNT_TIER) and self.lacks(tiers, sponsor.tier):
                self.refuse(Skip.SPONSOR_EXCLUDED, tiers.rule)
        ours, category = self.rules.excluded_people, case.patient.category
        away = case.institution.region != case.region and case.filing is Filing.LONG_TERM
        if (away and self.holds(ours, Excluded.LIVING_AWAY_FILED)) or (
            category in _EXCLUDED and self.holds(ours, _EXCLUDED[category])
        ):
            self.refuse(Skip.SPONSOR_EXCLUDED, ours.rule)


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
