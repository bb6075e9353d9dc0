"""Decide whether a sponsorship may be made: every refusal in the order of `terms.reasons.RelationRefusal`.

Counts, kinship, opening balance and changes take the rules of the sponsor's region; sponsors per beneficiary and the
beneficiary's pause those of the beneficiary's; mechanism, wallet, territory and role exclusivity must suit both.
"""

import datetime

from mulaid.decide import terms
from mulaid.decide.judge import within_reach
from mulaid.decide.kinship import contradicted
from mulaid.decide.ruled import Ruled
from mulaid.policy.law import AidRules, Law
from mulaid.policy.rules import Excluded, Pause
from mulaid.policy.ruling import Ruling
from mulaid.policy.shapes import UNLIMITED
from mulaid.terms.codes import WALLET_MECHANISMS, Category, Cover, Kinship, Mechanism, Scheme, Sex
from mulaid.terms.outcome import ENGINE_RULE, PATIENT, RelationOutcome, Step
from mulaid.terms.reasons import RelationRefusal as Refusal
from mulaid.terms.sponsorship_case import Evidence, Party, Relation, SponsorshipCase

_EXCLUDED = {
    Category.PUBLIC_EXPENSE: Excluded.PUBLIC_EXPENSE,
    Category.RETIRED_CADRE: Excluded.RETIRED_CADRE,
    Category.CIVIL_SERVANT: Excluded.CIVIL_SERVANT,
}
_PARENTS = {Sex.MALE: "father", Sex.FEMALE: "mother"}


class _Stop(Exception):
    def __init__(self, refusal: Refusal, rule: int) -> None:
        self.refusal, self.rule = refusal, rule


def decide_relation(case: SponsorshipCase, law: Law) -> RelationOutcome:
    """Whether this relation may be made on its day. A refusal is an outcome, never an exception."""
    inquiry = _Inquiry(case, law)
    try:
        inquiry.may_sponsor()
        inquiry.may_be_related()
        inquiry.numbers()
        inquiry.what_is_asked_for()
        inquiry.last_conditions()
    except _Stop as stop:
        return inquiry.outcome(stop.refusal, stop.rule)
    if inquiry.unknown is not None:
        return inquiry.outcome(Refusal.POLICY_UNKNOWN, inquiry.unknown)
    return inquiry.outcome(None, inquiry.theirs.relations_allowed.rule)


class _Inquiry(Ruled):
    """One relation on its way through the refusals; unknown rules wait until a definite reason can no longer come."""

    def __init__(self, case: SponsorshipCase, law: Law) -> None:
        super().__init__(law.book.strict)
        self.case = case
        self.theirs = law.aid(case.sponsor.region, case.day)
        near = case.beneficiary.region == case.sponsor.region
        self.ours = self.theirs if near else law.aid(case.beneficiary.region, case.day)
        self.both: tuple[AidRules, ...] = (self.theirs,) if near else (self.theirs, self.ours)
        self.others = [each for each in case.existing if not _ended(each, case.day) and not self._same(each)]

    def outcome(self, refusal: Refusal | None, rule: int) -> RelationOutcome:
        """The answer with its one step: what refused it, or the rule that allows the kinship."""
        self.used.add(rule)
        step = Step(refusal.value if refusal else "ACCEPTED", None, PATIENT, rule)
        return RelationOutcome(refusal, (step,), self.entries(), () if refusal else tuple(sorted(self.assumed)))

    def may_sponsor(self) -> None:
        case, sponsor, theirs = self.case, self.case.sponsor, self.theirs
        for rules in self.both:
            self._offered(rules)
        if not sponsor.account or sponsor.scheme is not Scheme.EMPLOYEE:
            raise _Stop(Refusal.SPONSOR_NO_ACCOUNT, theirs.mechanisms.rule)
        self._excluded(theirs, sponsor)
        self._excluded(self.ours, case.beneficiary)
        if sponsor.status in (Cover.PAUSED, Cover.WAITING):
            self._pause(theirs.on_sponsor_pause, Refusal.SPONSOR_PAUSED)
        if Cover.ENDED in (sponsor.status, case.beneficiary.status):
            raise _Stop(Refusal.NOT_INSURED, theirs.relations_allowed.rule)
        if case.beneficiary.status is not Cover.ACTIVE:
            self._pause(self.ours.on_beneficiary_pause, Refusal.BENEFICIARY_PAUSED)

    def may_be_related(self) -> None:
        case, theirs = self.case, self.theirs
        if case.kinship is Kinship.OTHER:
            raise _Stop(Refusal.RELATION_NOT_ALLOWED, theirs.relations_allowed.rule)
        allowed = theirs.relations_allowed
        if self._lacks(allowed, case.kinship):
            raise _Stop(Refusal.RELATION_NOT_ALLOWED, allowed.rule)
        if not case.documents and contradicted(case.kinship, case.sponsor, case.beneficiary, case.day):
            raise _Stop(Refusal.KINSHIP_IMPLAUSIBLE, ENGINE_RULE)
        for rules in self.both:
            reach = self.needs(rules.territory) if len(self.both) > 1 else None
            if reach is not None:
                wanted = reach.get(case.mechanism)
                if not within_reach(wanted, case.sponsor.region, case.beneficiary.region):
                    raise _Stop(Refusal.OUT_OF_TERRITORY, rules.territory.rule)
        if case.mechanism in WALLET_MECHANISMS:
            for rules in self.both:
                if self.needs(rules.wallet_open) is False:
                    raise _Stop(Refusal.WALLET_NOT_OPEN, rules.wallet_open.rule)
        if not case.beneficiary.activated and self.needs(self.ours.e_voucher_required) in ("beneficiary", "both"):
            raise _Stop(Refusal.E_VOUCHER_NOT_ACTIVATED, self.ours.e_voucher_required.rule)
        if not case.sponsor.activated and self.needs(theirs.e_voucher_required) == "both":
            raise _Stop(Refusal.E_VOUCHER_NOT_ACTIVATED, theirs.e_voucher_required.rule)

    def numbers(self) -> None:
        case, theirs = self.case, self.theirs
        if case.beneficiary_is_sponsor or case.sponsor_is_beneficiary:
            for rules in self.both:
                if self.needs(rules.role_exclusive) is True:
                    raise _Stop(Refusal.ROLE_CONFLICT, rules.role_exclusive.rule)
        at_once = case.beneficiary_sponsors + 1
        self._limit(self.ours.max_sponsors_per_beneficiary, at_once, Refusal.ALREADY_BOUND_BY_OTHER)
        self._composition()
        members = len({each.person for each in self.others}) + 1
        if theirs.max_members.known and theirs.max_members.value != UNLIMITED:
            members += self.needs(theirs.counts_self) is True
        self._limit(theirs.max_members, members, Refusal.MEMBER_LIMIT)
        lifetime = len({each.person for each in case.existing} | {case.beneficiary.person})
        self._limit(theirs.max_members_lifetime, lifetime, Refusal.LIFETIME_LIMIT)
        self._changes()

    def what_is_asked_for(self) -> None:
        """The terms, what was brought to prove the kinship, and who asks."""
        case, theirs = self.case, self.theirs
        if case.terms is not None:
            rule = terms.forbidden_by(case.terms, theirs, case.day, self.asks_more)
            if rule is not None:
                raise _Stop(Refusal.TERMS_NOT_ALLOWED, rule)
        if case.evidence is not None:
            mode = self.asks_more("evidence_mode", theirs.evidence_mode)
            wanted = {"documents": (Evidence.DOCUMENTS,), "data_check": tuple(Evidence)}
            if case.evidence not in wanted.get(mode, (Evidence.COMMITMENT, Evidence.DOCUMENTS)):
                raise _Stop(Refusal.EVIDENCE_MISSING, theirs.evidence_mode.rule)
        if not case.identified:
            raise _Stop(Refusal.IDENTITY_NOT_VERIFIED, ENGINE_RULE)

    def last_conditions(self) -> None:
        case, theirs = self.case, self.theirs
        opening = self.needs(theirs.opening_balance)
        if opening is not None and case.sponsor.balance < opening:
            raise _Stop(Refusal.BELOW_OPENING_BALANCE, theirs.opening_balance.rule)
        if case.quota:
            most, rule = terms.shareable(case.free, case.prior_years, theirs, self.needs)
            if case.quota > most:
                raise _Stop(Refusal.BALANCE_TOO_LOW, rule)
        if not case.confirmed:
            mode = self.needs(theirs.consent_mode)
            if mode == "both" or (mode == "minor_exempt" and self._of_age()):
                raise _Stop(Refusal.NOT_CONFIRMED_BY_MEMBER, theirs.consent_mode.rule)

    def _of_age(self) -> bool:
        """Old enough to confirm for themselves; below that age a guardian does."""
        age = self.needs(self.theirs.consent_age)
        return age is not None and self.case.beneficiary.age >= age

    def _offered(self, rules: AidRules) -> None:
        """Binding is open here, and by this mechanism. Before any mechanism is, families bind ahead for the draw."""
        if self.needs(rules.binding_open) is False:
            raise _Stop(Refusal.NOT_OFFERED, rules.binding_open.rule)
        offered = rules.mechanisms
        none_yet = offered.known and not offered.value and not offered.maybe
        ahead = none_yet and self.case.mechanism is Mechanism.INSTANT_DRAW
        if not ahead and self._lacks(offered, self.case.mechanism):
            raise _Stop(Refusal.NOT_OFFERED, offered.rule)

    def _excluded(self, rules: AidRules, party: Party) -> None:
        excluded = self.needs(rules.excluded_people)
        if not excluded:
            return
        if _EXCLUDED.get(party.category) in excluded:
            raise _Stop(Refusal.SPONSOR_EXCLUDED, rules.excluded_people.rule)
        if party is self.case.sponsor and Excluded.NO_ACCOUNT_TIER in excluded:
            tiers = self.needs(rules.account_tiers)
            if tiers is not None and party.tier not in tiers:
                raise _Stop(Refusal.SPONSOR_EXCLUDED, rules.account_tiers.rule)

    def _composition(self) -> None:
        """各关系人数: a limit on the kinship itself, or on father and mother apart where the sex is known."""
        ruling, rule = self.theirs.per_relation_max, self.theirs.per_relation_max.rule
        alike = [each for each in self.others if each.kinship is self.case.kinship]
        # Whatever the number is, it allows the first of a kind.
        limits = self.needs(ruling) if ruling.known or alike else None
        if not limits:
            return
        if self.case.kinship in limits and len(alike) >= limits[self.case.kinship]:
            raise _Stop(Refusal.RELATION_LIMIT, rule)
        sex = self.case.beneficiary.sex
        parent = _PARENTS.get(sex) if sex is not None and self.case.kinship is Kinship.PARENT else None
        if parent in limits and sum(each.sex is sex for each in alike) >= limits[parent]:
            raise _Stop(Refusal.RELATION_LIMIT, rule)

    def _changes(self) -> None:
        """解绑后再绑: so many changes a calendar year, and a pause before the same person is bound again."""
        case, theirs = self.case, self.theirs
        ended = [
            (each.ended_on, self._same(each))
            for each in case.existing
            if each.ended_on is not None and each.ended_on <= case.day
        ]
        this_year = sum(day.year == case.day.year for day, _ in ended)
        if this_year:
            self._limit(theirs.max_changes_per_year, this_year + 1, Refusal.CHANGE_LIMIT)
        again = [day for day, same in ended if same]
        wait = self.needs(theirs.rebind_cooldown_days) if again else 0
        if wait and case.day < max(again) + datetime.timedelta(days=wait):
            raise _Stop(Refusal.CHANGE_LIMIT, theirs.rebind_cooldown_days.rule)

    def _limit(self, ruling: Ruling, number: int, refusal: Refusal) -> None:
        """An unknown limit matters only beyond what it certainly allows; the first is always allowed."""
        self.used.add(ruling.rule)
        if ruling.known:
            if number > ruling.value:
                raise _Stop(refusal, ruling.rule)
        elif number > max(1, ruling.least):
            self.remember(ruling)

    def _pause(self, ruling: Ruling, refusal: Refusal) -> None:
        word = self.needs(ruling)
        if word is not None and word is not Pause.IGNORE:
            raise _Stop(refusal, ruling.rule)

    def _lacks(self, ruling: Ruling, item: str) -> bool:
        """Whether `item` certainly does not belong to the set; where that is unknown, it is remembered."""
        self.used.add(ruling.rule)
        if ruling.known and item not in ruling.maybe:
            return item not in ruling.value
        self.remember(ruling)
        return False

    def _same(self, relation: Relation) -> bool:
        return bool(relation.person) and relation.person == self.case.beneficiary.person


def _ended(relation: Relation, day: datetime.date) -> bool:
    return relation.ended_on is not None and relation.ended_on <= day
