"""能不能用: whether one relative's money may pay for another, all reasons against it, who could pay instead.

Every answer is the rules' own. A further reason is found by asking again as though the first were put right.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from mulaid.decide.bill import decide
from mulaid.decide.relation import decide_relation
from mulaid.explain.citing import unverified_rules
from mulaid.policy.law import Law
from mulaid.terms.bill_case import BillCase
from mulaid.terms.codes import Category, Cover, Kinship, Mechanism, RelationState, Scheme
from mulaid.terms.outcome import RelationOutcome
from mulaid.terms.reasons import BillRefusal, RelationRefusal, Skip
from mulaid.terms.sponsorship_case import SponsorshipCase
from mulaid.web import render
from mulaid.web.asked import Form
from mulaid.web.book import addresses, telling
from mulaid.web.people.question import Question, bill, place_name, read, relation
from mulaid.web.visit import Answer, Visit
from mulaid.wording.pages import asked as asked_words
from mulaid.wording.pages import can as words
from mulaid.wording.refusals import refusal_sentence, relation_sentence
from mulaid.wording.rules import rule_name

WAYS = (Mechanism.INSTANT_DRAW, Mechanism.POOL, Mechanism.WALLET_QUOTA)
"""Tried in this order; the first that is open is the answer."""
REASONS_MAX = 9
_OTHERS = tuple(Kinship(word) for word in words.KIN if word != Kinship.OTHER)


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """One reason against it."""

    code: str
    title: str
    told: str
    basis: telling.Basis | None
    unknown: bool


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """One mechanism: what stands against it, and what the answer rests on that nobody vouches for."""

    mechanism: Mechanism
    reasons: tuple[Why, ...]
    unverified: tuple[str, ...]
    assumed: tuple[str, ...]

    @property
    def open(self) -> bool:
        return not self.reasons

    @property
    def unknown(self) -> bool:
        """Nothing certain stands against it, only a rule nobody knows."""
        return bool(self.reasons) and all(why.unknown for why in self.reasons)


def show(visit: Visit) -> Answer:
    """The question, or with everything asked its answer."""
    form = Form(visit)
    question = read(form)
    if question is None:
        return _ask(visit, form)
    ways = [_way(visit, question, mechanism) for mechanism in WAYS]
    chosen = min(ways, key=lambda way: (not way.open, not way.unknown, _nearness(way, question)))
    told = _told(visit, question, chosen, ways)
    return render.page(visit, "elder/can.html" if visit.look.elder else "people/can_answer.html", told)


def _ask(visit: Visit, form: Form) -> Answer:
    book = visit.library.book
    asked = {name: visit.ask(name, default) for name, default in words.DEFAULTS.items()}
    asked |= {name: form.place(name) for name in words.PLACES}
    told = {
        "words": words,
        "asked": asked,
        "faults": form.faults,
        "faults_title": asked_words.faults_title(len(form.faults)),
        "names": sorted(book.regions[each].name for each in visit.library.regions),
        "more_open": any(visit.ask(name) for name in ("age", "myage", "state", "cover", "mycover")),
    }
    template = "elder/can_ask.html" if visit.look.elder else "people/can.html"
    return render.page(visit, template, told, 422 if form.faults else 200)


def _nearness(way: Way, question: Question) -> int:
    """Of ways that are all shut, the one whose reasons help most: the draw at home, the wallet from afar."""
    afar = question.mine[:2] != question.where[:2]
    return (way.mechanism is not Mechanism.WALLET_QUOTA) if afar else WAYS.index(way.mechanism)


def _way(visit: Visit, question: Question, mechanism: Mechanism) -> Way:
    """Everything against one mechanism: against the relation, then against a bill that it would pay."""
    law, used, assumed = visit.library.law, set[int](), set[str]()
    found: dict[str, Why] = {}
    if question.state is None:
        for refusal, rule in _against_relation(question, mechanism, law, used, assumed):
            found.setdefault(refusal, _why(visit, refusal, rule, of_relation=True))
    for refusal, rule in _against_bill(question, mechanism, law, used, assumed):
        found.setdefault(refusal, _why(visit, refusal, rule, of_relation=False))
    certain = [why for why in found.values() if not why.unknown]
    return Way(
        mechanism=mechanism,
        reasons=tuple(certain or found.values()),
        unverified=tuple(map(rule_name, unverified_rules(law.book, used))),
        assumed=tuple(map(rule_name, sorted(assumed))),
    )


def _against_relation(
    question: Question, mechanism: Mechanism, law: Law, used: set[int], assumed: set[str]
) -> list[tuple[str, int]]:
    """Every reason against making the relation, the first first."""
    case = relation(question, mechanism, elder_payer=True)
    outcome = decide_relation(case, law)
    if outcome.refused is RelationRefusal.KINSHIP_IMPLAUSIBLE:
        case = relation(question, mechanism, elder_payer=False)
        outcome = decide_relation(case, law)
    found: list[tuple[str, int]] = []
    while outcome.refused is not None and len(found) < REASONS_MAX:
        used.update(outcome.used)
        found.append((outcome.refused.value, outcome.steps[0].rule))
        mended = _MENDS.get(outcome.refused)
        if mended is None:
            break
        case = mended(case)
        outcome = decide_relation(case, law)
    used.update(outcome.used)
    assumed.update(outcome.assumed)
    return found


def _against_bill(
    question: Question, mechanism: Mechanism, law: Law, used: set[int], assumed: set[str]
) -> list[tuple[str, int]]:
    """Every reason why the payer would not pay a bill, the first first."""
    case, found = bill(question, mechanism), list[tuple[str, int]]()
    while len(found) < REASONS_MAX:
        outcome = decide(case, law)
        used.update(outcome.used)
        assumed.update(outcome.assumed)
        stops: list[Skip | BillRefusal] = [skip for _, skip in outcome.skipped]
        if outcome.refused is not None:
            stops.append(outcome.refused)
        if not stops:
            break
        found.append((stops[0].value, next(step.rule for step in outcome.steps if step.code == stops[0])))
        changed = _BILL_MENDS.get(stops[0].value)
        if changed is None:
            break
        case = _pays(case, **changed(case))
    return found


def _why(visit: Visit, code: str, rule: int, *, of_relation: bool) -> Why:
    book = visit.library.book
    entry = book.entries[rule] if rule >= 0 else None
    detail = {"rule_name": rule_name(entry.key)} if entry else {}
    unknown = code in (RelationRefusal.POLICY_UNKNOWN, BillRefusal.POLICY_UNKNOWN, Skip.POLICY_UNKNOWN)
    sentence = relation_sentence if of_relation else refusal_sentence
    return Why(
        code=code,
        title=words.title(code, detail.get("rule_name", "")),
        told=sentence(code, detail if of_relation else detail | {"payer": words.PAYER}),
        basis=telling.basis(book, entry, opened=visit.printed) if entry else None,
        unknown=unknown,
    )


def _told(visit: Visit, question: Question, chosen: Way, ways: list[Way]) -> dict[str, Any]:
    state = "ok" if chosen.open else "unk" if chosen.unknown else "no"
    others = _others(visit, question) if state != "ok" else []
    book = visit.library.book
    return {
        "words": words,
        "state": state,
        "heading": words.heading(state),
        "asked_line": words.asked_line(
            question.kinship, question.use, place_name(book, question.where), place_name(book, question.mine)
        ),
        "count": words.count_line(state, len(chosen.reasons), chosen.mechanism),
        "reasons": chosen.reasons,
        "way": words.way_line(chosen.mechanism) if chosen.open else "",
        "elder_way": words.ELDER_WAYS[chosen.mechanism],
        "others": others,
        "first_other": words.elder_other(_able(visit, question)) if others else "",
        "other_ways": [words.other_way(way.mechanism) for way in ways if way.open and way is not chosen],
        "weak": words.weak_lines(chosen.unverified, chosen.assumed),
        "guide": f"/guide?region={question.mine}",
        "try_it": f"/try?place={question.where}&kin1={question.kinship}",
        "of_region": addresses.of_region(question.mine) if question.mine in book.regions else "/book",
    }


def _others(visit: Visit, question: Question) -> list[str]:
    """Who could pay instead: other relatives of the patient from the same place, or this one insured where they are."""
    law, clear, able = visit.library.law, _clear(question), _able(visit, question)
    told = [words.others_line(able)] if able else []
    if question.mine != question.where:
        near = [kin for kin in _OTHERS if _accepted(clear, law, kinship=kin, mine=question.where)]
        if near and set(near) != set(able):
            told.append(words.near_line(near, place_name(visit.library.book, question.where)))
    return told


def _clear(question: Question) -> Question:
    """The same question with nothing against the payer but who and where they are."""
    return msgspec.structs.replace(question, state=None, account=True, my_cover=Cover.ACTIVE, my_age=None, age=None)


def _able(visit: Visit, question: Question) -> list[Kinship]:
    """Other relatives of the patient who could pay, insured where the payer is."""
    law, clear = visit.library.law, _clear(question)
    return [kin for kin in _OTHERS if kin is not question.kinship and _accepted(clear, law, kinship=kin)]


def _accepted(question: Question, law: Law, **changed: Any) -> bool:
    asked = msgspec.structs.replace(question, **changed)
    for mechanism in WAYS:
        outcome: RelationOutcome = decide_relation(relation(asked, mechanism, elder_payer=True), law)
        if outcome.refused is None:
            paid = decide(bill(asked, mechanism), law)
            if paid.refused is None and not paid.skipped:
                return True
    return False


def _both(case: SponsorshipCase, **changed: Any) -> SponsorshipCase:
    replaced = msgspec.structs.replace
    return replaced(case, sponsor=replaced(case.sponsor, **changed), beneficiary=replaced(case.beneficiary, **changed))


def _payer(case: SponsorshipCase, **changed: Any) -> SponsorshipCase:
    return msgspec.structs.replace(case, sponsor=msgspec.structs.replace(case.sponsor, **changed))


def _patient(case: SponsorshipCase, **changed: Any) -> SponsorshipCase:
    return msgspec.structs.replace(case, beneficiary=msgspec.structs.replace(case.beneficiary, **changed))


def _pays(case: BillCase, **changed: Any) -> BillCase:
    """The bill with its one payer changed, and the patient where the change is theirs."""
    patient = {name: value for name, value in changed.items() if name == "cover"}
    payer = {name: value for name, value in changed.items() if name != "cover"}
    return msgspec.structs.replace(
        case,
        patient=msgspec.structs.replace(case.patient, status=patient.get("cover", case.patient.status)),
        sponsors=(msgspec.structs.replace(case.sponsors[0], **payer),),
    )


_READY = {"state": RelationState.ACTIVE}
_BILL_MENDS: Mapping[str, Callable[[BillCase], dict[str, Any]]] = {
    Skip.SPONSOR_NO_ACCOUNT: lambda case: {"account": True, "scheme": Scheme.EMPLOYEE},
    Skip.RELATION_NOT_ALLOWED: lambda case: {"kinship": Kinship.SPOUSE},
    Skip.SPONSOR_PAUSED: lambda case: {"status": Cover.ACTIVE},
    Skip.NOT_INSURED: lambda case: {"cover": Cover.ACTIVE},
    Skip.BENEFICIARY_PAUSED: lambda case: {"cover": Cover.ACTIVE},
    Skip.BENEFICIARY_WAITING: lambda case: {"cover": Cover.ACTIVE},
    Skip.OUT_OF_TERRITORY: lambda case: {"region": case.region},
    Skip.ONLY_CODE_DISPLAY_LINK: lambda case: _READY,
    Skip.BOUND_NOT_SUBMITTED: lambda case: _READY,
    Skip.NOT_CONFIRMED_BY_MEMBER: lambda case: _READY,
    Skip.ACCOUNT_FROZEN: lambda case: _READY,
    Skip.EXPIRED: lambda case: _READY,
}
"""What is different of a payer, or of the patient's cover, once a reason is put right."""
_MENDS: Mapping[RelationRefusal, Callable[[SponsorshipCase], SponsorshipCase]] = {
    RelationRefusal.SPONSOR_NO_ACCOUNT: lambda case: _payer(case, account=True, scheme=Scheme.EMPLOYEE),
    RelationRefusal.SPONSOR_EXCLUDED: lambda case: _both(case, category=Category.ORDINARY),
    RelationRefusal.SPONSOR_PAUSED: lambda case: _payer(case, status=Cover.ACTIVE),
    RelationRefusal.NOT_INSURED: lambda case: _both(case, status=Cover.ACTIVE),
    RelationRefusal.BENEFICIARY_PAUSED: lambda case: _patient(case, status=Cover.ACTIVE),
    RelationRefusal.RELATION_NOT_ALLOWED: lambda case: msgspec.structs.replace(
        case, kinship=Kinship.SPOUSE, documents=True
    ),
    RelationRefusal.KINSHIP_IMPLAUSIBLE: lambda case: msgspec.structs.replace(case, documents=True),
    RelationRefusal.OUT_OF_TERRITORY: lambda case: _patient(case, region=case.sponsor.region),
}
"""What a case looks like once a reason is put right; a reason that cannot be stands at the end."""
