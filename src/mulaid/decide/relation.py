"""Decide whether a sponsorship may be made: every refusal in the order of `terms.reasons.RelationRefusal`.

Counts, kinship, opening balance and changes take the rules of the sponsor's region; sponsors per beneficiary and the
beneficiary's pause those of the beneficiary's; mechanism, wallet, territory and role exclusivity must suit both.
"""

import datetime
from collections.abc import Sequence
from functools import partial

import msgspec

from mulaid.decide import terms
from mulaid.decide.agreement import agreed
from mulaid.decide.judge import within_reach
from mulaid.decide.kinship import contradicted
from mulaid.decide.looked import Looked
from mulaid.decide.objections import Objections
from mulaid.policy.law import AidRules, Law
from mulaid.policy.rules import Excluded
from mulaid.policy.ruling import Ruling
from mulaid.policy.shapes import UNLIMITED
from mulaid.terms.codes import WALLET_MECHANISMS, Category, Cover, Kinship, Mechanism, Scheme, Sex
from mulaid.terms.outcome import ENGINE_RULE, PATIENT, Objection, RelationOutcome, Step
from mulaid.terms.reasons import RelationRefusal as Refusal
from mulaid.terms.sponsorship_case import Evidence, Party, Relation, SponsorshipCase

_EXCLUDED = {
    Category.PUBLIC_EXPENSE: Excluded.PUBLIC_EXPENSE,
    Category.RETIRED_CADRE: Excluded.RETIRED_CADRE,
    Category.CIVIL_SERVANT: Excluded.CIVIL_SERVANT,
}
_PARENTS = {Sex.MALE: "father", Sex.FEMALE: "mother"}


def decide_relation(case: SponsorshipCase, law: Law) -> RelationOutcome:
    """Whether this relation may be made on its day. A refusal is an outcome, never an exception.

    Where a rule nobody knows stands in the way, every value it could have is tried; if all come to the same, it holds.
    """
    first = _decide_once(case, law)
    outcome, missing = first
    if missing and not law.book.strict:
        outcome, missing = agreed(partial(_decide_once, case), law, first, alike=lambda each: each.refused)
    named = [ruling.rule for ruling in missing if ruling.rule >= 0]
    if outcome.refused is Refusal.POLICY_UNKNOWN and named:
        steps = tuple(Step(str(outcome.refused), None, PATIENT, rule) for rule in dict.fromkeys(named))
        outcome = msgspec.structs.replace(outcome, steps=steps, used=tuple(sorted({*outcome.used, *named})))
    return outcome


def _decide_once(case: SponsorshipCase, law: Law) -> tuple[RelationOutcome, Sequence[Ruling]]:
    inquiry = _Inquiry(case, law)
    objection = inquiry.first()
    return inquiry.outcome(objection), inquiry.used.missing


def relation_objections(case: SponsorshipCase, law: Law) -> tuple[Objection[Refusal], ...]:
    """Everything that stands against this relation on its day, in order of precedence; empty: it may be made.

    A rule nobody knows is among them only where its candidates do not agree.
    """
    outcome, found = decide_relation(case, law), _Inquiry(case, law).every()
    if outcome.refused is None:
        return ()
    if found and found[0].reason is outcome.refused and outcome.refused is not Refusal.POLICY_UNKNOWN:
        return found
    return tuple(Objection(outcome.refused, step.rule) for step in outcome.steps)


class _Inquiry(Objections[Refusal]):
    """One relation on its way through the refusals."""

    not_known = Refusal.POLICY_UNKNOWN

    def __init__(self, case: SponsorshipCase, law: Law) -> None:
        self.case, self.law, self.used = case, law, Looked()
        self.strict, self.softened = law.book.strict, set[str]()
        self.theirs = law.aid(case.sponsor.region, case.day, case.assuming)
        near = case.beneficiary.region == case.sponsor.region
        self.ours = self.theirs if near else law.aid(case.beneficiary.region, case.day, case.assuming)
        self.both: tuple[AidRules, ...] = (self.theirs,) if near else (self.theirs, self.ours)
        self.others = [each for each in case.existing if not _ended(each, case.day) and not self._same(each)]

    def outcome(self, objection: Objection[Refusal] | None) -> RelationOutcome:
        """The answer with its one step: what refused it, or the rule that allows the kinship."""
        refusal, code, rule = None, "ACCEPTED", self.theirs.relations_allowed.rule
        if objection is not None:
            refusal, code, rule = objection.reason, objection.reason.value, objection.rule
        self.used.add(rule)
        used = tuple(sorted(index for index in self.used if index >= 0))
        assumed = self.law.assumed(used, self.case.assuming)
        if refusal is None:
            assumed = tuple(sorted({*assumed, *self.softened}))
        return RelationOutcome(refusal, (Step(code, None, PATIENT, rule),), used, assumed)

    def checks(self) -> None:
        self._may_sponsor()
        self._may_be_related()
        self._numbers()
        self._what_is_asked_for()
        self._last_conditions()

    def _may_sponsor(self) -> None:
        case, sponsor, theirs = self.case, self.case.sponsor, self.theirs
        for rules in self.both:
            self._offered(rules)
        if not sponsor.account or sponsor.scheme is not Scheme.EMPLOYEE:
            self.refuse(Refusal.SPONSOR_NO_ACCOUNT, theirs.mechanisms.rule)
        self._excluded(theirs, sponsor)
        self._excluded(self.ours, case.beneficiary)
        if sponsor.status in (Cover.PAUSED, Cover.WAITING):
            self.pause(theirs.on_sponsor_pause, Refusal.SPONSOR_PAUSED)
        if Cover.ENDED in (sponsor.status, case.beneficiary.status):
            self.refuse(Refusal.NOT_INSURED, theirs.relations_allowed.rule)
        if case.beneficiary.status is not Cover.ACTIVE:
            self.pause(self.ours.on_beneficiary_pause, Refusal.BENEFICIARY_PAUSED)

    def _may_be_related(self) -> None:
        case, theirs = self.case, self.theirs
        if case.kinship is Kinship.OTHER or self.lacks(theirs.relations_allowed, case.kinship):
            self.refuse(Refusal.RELATION_NOT_ALLOWED, theirs.relations_allowed.rule)
        if not case.documents and contradicted(case.kinship, case.sponsor, case.beneficiary, case.day):
            self.refuse(Refusal.KINSHIP_IMPLAUSIBLE, ENGINE_RULE)
        for rules in self.both:
            reach = self.needs(rules.territory) if len(self.both) > 1 else None
            if reach is not None:
                wanted = reach.get(case.mechanism)
                if not within_reach(wanted, case.sponsor.region, case.beneficiary.region):
                    self.refuse(Refusal.OUT_OF_TERRITORY, rules.territory.rule)
        if case.mechanism in WALLET_MECHANISMS:
            for rules in self.both:
                if self.needs(rules.wallet_open) is False:
                    self.refuse(Refusal.WALLET_NOT_OPEN, rules.wallet_open.rule)
        if not case.beneficiary.activated and self.needs(self.ours.e_voucher_required) in ("beneficiary", "both"):
            self.refuse(Refusal.E_VOUCHER_NOT_ACTIVATED, self.ours.e_voucher_required.rule)
        if not case.sponsor.activated and self.needs(theirs.e_voucher_required) == "both":
            self.refuse(Refusal.E_VOUCHER_NOT_ACTIVATED, theirs.e_voucher_required.rule)

    def _numbers(self) -> None:
        case, theirs = self.case, self.theirs
        if case.beneficiary_is_sponsor or case.sponsor_is_beneficiary:
            for rules in self.both:
                if self.needs(rules.role_exclusive) is True:
                    self.refuse(Refusal.ROLE_CONFLICT, rules.role_exclusive.rule)
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

    def _what_is_asked_for(self) -> None:
        """The terms, what was brought to prove the kinship, and who asks."""
        case, theirs = self.case, self.theirs
        if case.terms is not None:
            rule = terms.forbidden_by(case.terms, theirs, case.day, self.asks_more)
            if rule is not None:
                self.refuse(Refusal.TERMS_NOT_ALLOWED, rule)
        if case.evidence is not None:
            mode = self.asks_more("evidence_mode", theirs.evidence_mode)
            wanted = {"documents": (Evidence.DOCUMENTS,), "data_check": tuple(Evidence)}
            if case.evidence not in wanted.get(mode, (Evidence.COMMITMENT, Evidence.DOCUMENTS)):
                self.refuse(Refusal.EVIDENCE_MISSING, theirs.evidence_mode.rule)
        if not case.identified:
            self.refuse(Refusal.IDENTITY_NOT_VERIFIED, ENGINE_RULE)

    def _last_conditions(self) -> None:
        case, theirs = self.case, self.theirs
        opening = self.needs(theirs.opening_balance)
        if opening is not None and case.sponsor.balance < opening:
            self.refuse(Refusal.BELOW_OPENING_BALANCE, theirs.opening_balance.rule)
        if case.quota:
            most, rule = terms.shareable(case.free, case.prior_years, theirs, self.needs)
            if case.quota > most:
                self.refuse(Refusal.BALANCE_TOO_LOW, rule)
        if not case.confirmed:
            mode = self.needs(theirs.consent_mode)
            if mode == "both" or (mode == "minor_exempt" and self._of_age()):
                self.refuse(Refusal.NOT_CONFIRMED_BY_MEMBER, theirs.consent_mode.rule)

    def _of_age(self) -> bool:
        """Old enough to confirm for themselves; below that age a guardian does."""
        age = self.needs(self.theirs.consent_age)
        return age is not None and self.case.beneficiary.age >= age

    def _offered(self, rules: AidRules) -> None:
        """Binding is open here, and by this mechanism. Before any mechanism is, families bind ahead for the draw."""
        if self.needs(rules.binding_open) is False:
            self.refuse(Refusal.NOT_OFFERED, rules.binding_open.rule)
        offered = rules.mechanisms
        none_yet = offered.known and not offered.value and not offered.maybe
        ahead = none_yet and self.case.mechanism is Mechanism.INSTANT_DRAW
        if not ahead and self.lacks(offered, self.case.mechanism):
            self.refuse(Refusal.NOT_OFFERED, offered.rule)

    def _excluded(self, rules: AidRules, party: Party) -> None:
        ruling, category = rules.excluded_people, _EXCLUDED.get(party.category)
        if category is not None and self.holds(ruling, category):
            self.refuse(Refusal.SPONSOR_EXCLUDED, ruling.rule)
        tiers = rules.account_tiers
        if party is self.case.sponsor and not (tiers.known and party.tier in tiers.value):
            self.used.add(tiers.rule)
            if self.holds(ruling, Excluded.NO_ACCOUNT_TIER) and self.lacks(tiers, party.tier):
                self.refuse(Refusal.SPONSOR_EXCLUDED, tiers.rule)

    def _composition(self) -> None:
        """各关系人数: a limit on the kinship itself, or on father and mother apart where the sex is known."""
        ruling, rule = self.theirs.per_relation_max, self.theirs.per_relation_max.rule
        alike = [each for each in self.others if each.kinship is self.case.kinship]
        # Whatever the number is, it allows the first of a kind.
        limits = self.needs(ruling) if ruling.known or alike else None
        if not limits:
            return
        if self.case.kinship in limits and len(alike) >= limits[self.case.kinship]:
            self.refuse(Refusal.RELATION_LIMIT, rule)
        sex = self.case.beneficiary.sex
        parent = _PARENTS.get(sex) if sex is not None and self.case.kinship is Kinship.PARENT else None
        if parent in limits and sum(each.sex is sex for each in alike) >= limits[parent]:
            self.refuse(Refusal.RELATION_LIMIT, rule)

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
            self.refuse(Refusal.CHANGE_LIMIT, theirs.rebind_cooldown_days.rule)

    def _limit(self, ruling: Ruling, number: int, refusal: Refusal) -> None:
        """An unknown limit matters only beyond what it certainly allows; the first is always allowed."""
        self.used.add(ruling.rule)
        if ruling.known:
            if number > ruling.value:
                self.refuse(refusal, ruling.rule)
        elif number > max(1, ruling.least):
            self.remember(ruling)

    def _same(self, relation: Relation) -> bool:
        return bool(relation.person) and relation.person == self.case.beneficiary.person


def _ended(relation: Relation, day: datetime.date) -> bool:
    return relation.ended_on is not None and relation.ended_on <= day
