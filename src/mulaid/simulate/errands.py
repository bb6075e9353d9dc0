"""One family's errand in one region, done the region's own way.

It binds first, pays into the pool where there is one, chooses who pays where that is asked, and swipes twice where that
is asked. Every decision is the engine's own.
"""

import datetime
from collections.abc import Iterable
from enum import StrEnum

import msgspec

from mulaid.decide.bill import decide
from mulaid.decide.ending import decide_end
from mulaid.decide.judge import wants_choice
from mulaid.decide.relation import decide_relation
from mulaid.intake.case_form import CaseForm, SponsorForm
from mulaid.intake.cases import bill_of
from mulaid.intake.families import Ending, Families, Family, Payer, Result
from mulaid.policy.assumed import assumed_rules
from mulaid.policy.book import Book
from mulaid.policy.divisions import same_province
from mulaid.policy.law import AidRules, Law
from mulaid.policy.ruling import Ruling
from mulaid.terms.bill_case import BillCase
from mulaid.terms.codes import Mechanism, RelationState
from mulaid.terms.money import Fen
from mulaid.terms.outcome import Outcome
from mulaid.terms.reasons import BillRefusal, EndRefusal, RelationRefusal, Skip
from mulaid.terms.sponsorship_case import EndCase, Party, Relation, SponsorshipCase

SECOND_SWIPE = 3
"""Minutes after the first swipe: sooner than any region's limit."""
_A_DAY = datetime.timedelta(days=1)
_BOUND_HERE = (RelationState.ACTIVE,)
"""A relation in any other state is taken as it stands: nobody binds it anew."""
_BY_PREFERENCE = (Mechanism.INSTANT_DRAW, Mechanism.POOL)


class Way(StrEnum):
    """What the region's own way asked of the family."""

    POOLED = "pooled"
    CHOSE = "chose"
    SWIPED_TWICE = "swiped_twice"


class Missing(msgspec.Struct, frozen=True, order=True):
    """A rule that nobody knows, where it would have to stand."""

    region: str
    key: str
    qualifier: tuple[str, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a family is told. `reason` is why it is refused; `missing` what nobody knows."""

    result: Result
    reason: str = ""
    mutual: Fen = 0
    cash: Fen = 0
    missing: tuple[Missing, ...] = ()
    assumed: frozenset[str] = frozenset()
    """The rules that were taken as mulaid assumes them."""
    ways: tuple[Way, ...] = ()
    mechanism: Mechanism = Mechanism.INSTANT_DRAW


class _Tried(msgspec.Struct):
    """What became of one payer before the bill."""

    refused: str = ""
    missing: Missing | None = None
    sponsor: SponsorForm | None = None


def regions_of(book: Book, family: Family, region: str) -> tuple[str, ...] | None:
    """Where each payer is insured; None where the country has no such place: a city that is a province of its own."""
    found = []
    for payer in family.payers:
        place = _place(book, payer, region)
        if place is None:
            return None
        found.append(place)
    return tuple(found)


def errand(families: Families, at: int, law: Law, region: str, day: datetime.date) -> Answer:
    """What the family at place `at` of its file is told in this region on this day."""
    return _Errand(families, at, law, region, day).run()


def _place(book: Book, payer: Payer, region: str) -> str | None:
    if payer.lives == "here":
        return region
    if payer.lives == "other_province":
        return next(
            (each for each in sorted(book.regions) if each[2:] != "0000" and not same_province(each, region)), None
        )
    province = region[:2]
    near = (book.divisions.resolve(f"{province}{city:02}00") for city in range(1, 4))
    return next((each for each in near if each != region and same_province(each, region)), None)


class _Errand:
    """One family on its way through one region."""

    def __init__(self, families: Families, at: int, law: Law, region: str, day: datetime.date) -> None:
        self.families, self.at, self.law, self.region, self.day = families, at, law, region, day
        self.family = families.form.family[at]
        self.rules = law.aid(region, day)
        self.used: set[int] = set()
        self.ways: list[Way] = []
        places = regions_of(law.book, self.family, region)
        assert places is not None, "asked only where there are such places"
        self.places = places
        self.mechanism = self._mechanism()

    def run(self) -> Answer:
        if self.family.ends is not None:
            return self._end(self.family.ends)
        tried: list[_Tried] = []
        for payer, place in zip(self.family.payers, self.places, strict=True):
            bound = sum(each.sponsor is not None for each in tried)
            tried.append(self._bind(payer, place, bound))
        if self.family.bill is None:
            return self._bound(tried[-1])
        sponsors = [each.sponsor for each in tried if each.sponsor is not None]
        outcome = self._pay(sponsors)
        self.used.update(outcome.used)
        return self._answer(tried, sponsors, outcome)

    def _mechanism(self) -> Mechanism:
        """How this family's money reaches the till: the first way that every region named offers, or may."""
        every = [self.rules, *(self.law.aid(place, self.day) for place in self.places)]
        for sure in (True, False):
            for each in _BY_PREFERENCE:
                if all(_offers(rules.mechanisms, each, sure) for rules in every):
                    return each
        return Mechanism.INSTANT_DRAW

    def _bind(self, payer: Payer, place: str, bound: int) -> _Tried:
        """Bind one payer by the rules of the day; pay into the pool where that is the way."""
        theirs = self.law.aid(place, self.day)
        form = self._sponsor_form(payer, place)
        if payer.state not in _BOUND_HERE:
            return _Tried(sponsor=form)
        outcome = decide_relation(self._relation(payer, place, bound), self.law)
        self.used.update(outcome.used)
        if outcome.refused is RelationRefusal.POLICY_UNKNOWN:
            return _Tried(missing=self._named(place, outcome.steps[0].rule))
        if outcome.refused is not None:
            return _Tried(refused=outcome.refused)
        return self._pool(form, place, theirs) if self.mechanism is Mechanism.POOL else _Tried(sponsor=form)

    def _pool(self, form: SponsorForm, place: str, theirs: AidRules) -> _Tried:
        """Pay into the family's pool what may be shared: it is the pool's money that pays at the till."""
        self.ways.append(Way.POOLED)
        free, source = int(form.balance), int(form.balance)
        if free <= 0:
            return _Tried(refused=Skip.ZERO_BALANCE)
        prior = free if form.prior_years is None else int(form.prior_years)
        if prior < free:
            if not theirs.source_funds.known:
                return _Tried(missing=self._named(place, theirs.source_funds.rule, "source_funds"))
            self.used.add(theirs.source_funds.rule)
            source = prior if theirs.source_funds.value == "prior_years" else free
        if source <= 0:
            return _Tried(refused=Skip.CURRENT_YEAR_MONEY_ONLY)
        if not theirs.floor.known:
            return _Tried(missing=self._named(place, theirs.floor.rule, "floor"))
        self.used.add(theirs.floor.rule)
        most = min(source, free - theirs.floor.value)
        if most <= 0:
            return _Tried(refused=Skip.BELOW_FLOOR)
        return _Tried(sponsor=msgspec.structs.replace(form, quota=type(form.quota)(most)))

    def _relation(self, payer: Payer, place: str, bound: int) -> SponsorshipCase:
        patient, day = self.family.patient, self.day
        others = tuple(Relation(kinship=kind, person=f"other {at}") for at, kind in enumerate(payer.others))
        sponsor = Party(
            scheme=payer.scheme,
            account=payer.has_account(),
            region=place,
            person="payer",
            status=payer.status,
            age=payer.age,
            born=_born(day, payer.age),
            sex=payer.sex,
            category=payer.category,
            tier=payer.tier,
            balance=int(payer.balance),
            activated=payer.activated,
        )
        beneficiary = Party(
            scheme=patient.scheme,
            account=patient.has_account(),
            region=self.region,
            person="patient",
            status=patient.status,
            age=patient.age,
            born=_born(day, patient.age),
            sex=patient.sex,
            category=patient.category,
            tier=patient.tier,
            activated=patient.activated,
        )
        return SponsorshipCase(
            day=day,
            kinship=payer.kinship,
            sponsor=sponsor,
            beneficiary=beneficiary,
            mechanism=self.mechanism,
            existing=others,
            beneficiary_sponsors=self.family.sponsors_before + bound,
            sponsor_is_beneficiary=payer.is_sponsored,
            confirmed=payer.confirmed,
        )

    def _sponsor_form(self, payer: Payer, place: str) -> SponsorForm:
        fields = {name: getattr(payer, name) for name in SponsorForm.__struct_fields__}
        return SponsorForm(**fields | {"region": place, "mechanism": self.mechanism, "bound_on": self.day - _A_DAY})

    def _pay(self, sponsors: Iterable[SponsorForm]) -> Outcome:
        """The bill, settled as often as the region's way asks: choosing who pays, swiping again."""
        case = self._case(tuple(sponsors))
        if case.sponsors and wants_choice(self.rules):
            only = case.sponsors[:1] if self.rules.sponsors_per_settlement.value == "one" else case.sponsors
            case = msgspec.structs.replace(case, chosen=tuple(range(len(only))))
            self.ways.append(Way.CHOSE)
        outcome = decide(case, self.law)
        if outcome.refused is BillRefusal.SECOND_SWIPE_NEEDED:
            self.ways.append(Way.SWIPED_TWICE)
            outcome = decide(msgspec.structs.replace(case, second_swipe_minutes=SECOND_SWIPE), self.law)
        return outcome

    def _case(self, sponsors: tuple[SponsorForm, ...]) -> BillCase:
        family = self.family
        assert family.bill is not None
        form = CaseForm(
            name=family.name,
            region=self.region,
            day=self.day,
            patient=family.patient,
            bill=family.bill,
            use=family.use,
            prescription=family.prescription,
            institution=family.institution,
            agent=family.agent,
            funds=family.funds,
            sponsors=sponsors,
        )
        return bill_of(self.families.document, ("family", self.at), form, self.law.book.divisions.resolve)

    def _end(self, ends: Ending) -> Answer:
        """End the relation to the first payer."""
        place, bound_on = self.places[0], self.day - ends.bound_days * _A_DAY
        outcome = decide_end(EndCase(day=self.day, region=place, bound_on=bound_on, by=ends.by), self.law)
        self.used.update(outcome.used)
        if outcome.refused is EndRefusal.POLICY_UNKNOWN:
            return self._told(Result.UNKNOWN, missing=(self._named(place, outcome.steps[0].rule),))
        if outcome.refused is not None:
            return self._told(Result.REFUSED, outcome.refused)
        told = self._told(Result.ENDED)
        return msgspec.structs.replace(told, assumed=told.assumed | set(outcome.assumed))

    def _bound(self, tried: _Tried) -> Answer:
        if tried.missing is not None:
            return self._told(Result.UNKNOWN, missing=(tried.missing,))
        return self._told(Result.REFUSED, tried.refused) if tried.refused else self._told(Result.BOUND)

    def _answer(self, tried: list[_Tried], sponsors: list[SponsorForm], outcome: Outcome) -> Answer:
        """What the family is told. Where somebody might have paid, had a rule been known, the rest is not refused."""
        if outcome.refused is BillRefusal.POLICY_UNKNOWN:
            return self._told(Result.UNKNOWN, missing=(self._named(self.region, outcome.steps[-1].rule),))
        if outcome.refused is not None:
            return self._told(Result.REFUSED, outcome.refused)
        unbound = any(each.missing is not None for each in tried)
        if not outcome.cash and not (self.family.all_bind and unbound):
            return self._told(Result.PAID, outcome=outcome)
        missing = [each.missing for each in tried if each.missing is not None]
        for step in outcome.steps:
            if step.code == Skip.POLICY_UNKNOWN and step.who >= 0:
                missing.append(self._named(sponsors[step.who].region or self.region, step.rule))
        if missing:
            return self._told(Result.UNKNOWN, missing=tuple(dict.fromkeys(missing)), outcome=outcome)
        if outcome.mutual:
            return self._told(Result.PARTLY, outcome=outcome)
        reasons = [each.refused for each in tried if each.refused] + [str(skip) for _, skip in outcome.skipped]
        return self._told(Result.REFUSED, reasons[0], outcome=outcome)

    def _told(
        self,
        result: Result,
        reason: str = "",
        *,
        outcome: Outcome | None = None,
        missing: tuple[Missing, ...] = (),
    ) -> Answer:
        known = (index for index in self.used if index >= 0)
        return Answer(
            result=result,
            reason=reason,
            mutual=outcome.mutual if outcome else 0,
            cash=outcome.cash if outcome else 0,
            missing=missing,
            assumed=assumed_rules(self.law.book, known),
            ways=tuple(dict.fromkeys(self.ways)),
            mechanism=self.mechanism,
        )

    def _named(self, region: str, rule: int, key: str = "") -> Missing:
        """The rule behind a step, where it would have to be written; by its key where no entry speaks of it."""
        if rule < 0:
            return Missing(region, key, ())
        entry = self.law.book.entries[rule]
        return Missing(region, entry.key, entry.qualifier)


def _offers(mechanisms: Ruling, mechanism: Mechanism, sure: bool) -> bool:
    if not mechanisms.known:
        return not sure
    return mechanism in mechanisms.value or (not sure and mechanism in mechanisms.maybe)


def _born(day: datetime.date, age: int) -> datetime.date:
    """Whoever is so old has their birthday today; on 29 February the day before."""
    try:
        return day.replace(year=day.year - age)
    except ValueError:
        return day.replace(year=day.year - age, day=28)
