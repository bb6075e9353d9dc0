"""算一算谁付多少: a bill that nobody has, decided by the rules: bar, list, steps, and what would change it."""

import datetime
from typing import Any

import msgspec

from mulaid.decide.alternatives import bill_assumptions
from mulaid.decide.bill import decide
from mulaid.explain.citing import Cited, cite, unverified_rules
from mulaid.policy.law import Law
from mulaid.terms.bill_case import Bill, BillCase, Caps, Institution, Patient, Sponsor
from mulaid.terms.codes import InstitutionKind, Kinship, Scheme, Use
from mulaid.terms.money import Fen
from mulaid.terms.outcome import PATIENT, Outcome
from mulaid.terms.reasons import BillRefusal, Skip
from mulaid.web import render
from mulaid.web.asked import Form
from mulaid.web.book import telling
from mulaid.web.book.telling import Part
from mulaid.web.people.question import place_name
from mulaid.web.visit import Answer, Visit
from mulaid.wording.kinship import payer_is
from mulaid.wording.outcome import weak_lines
from mulaid.wording.pages import asked as asked_words
from mulaid.wording.pages import can as can_words
from mulaid.wording.pages import trial as words
from mulaid.wording.refusals import refusal_sentence
from mulaid.wording.rules import RULE_UNITS, rule_name
from mulaid.wording.values import shown

PAYERS_MAX = 3
AGE_MAX = 120
BOUND_BEFORE = datetime.timedelta(days=400)
_FILLS = (("a", 1), ("b", 2))
"""A third payer is drawn as the first is."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One payer of the bill in the list."""

    part: Part
    note: str
    amount: Fen


def show(visit: Visit) -> Answer:
    """The form; with a bill in the address, what it costs whom."""
    form = Form(visit)
    case = _read(form)
    if case is None:
        asking = "elder/try_ask.html" if visit.look.elder else "people/try.html"
        return render.page(visit, asking, _form(form), 422 if form.faults else 200)
    law = visit.library.law
    outcome, swiped = _decided(case, law)
    told = _form(form) | _told(law, case, outcome) | {"swipe": words.SWIPE_AGAIN if swiped else ""}
    template = "elder/try.html" if visit.look.elder else "people/try_answer.html"
    return render.page(visit, template, told)


def _decided(case: BillCase, law: Law) -> tuple[Outcome, bool]:
    """What comes out, at a till that is told of a second swipe where one is needed; and whether one is."""
    outcome = decide(case, law)
    if outcome.refused is not BillRefusal.SECOND_SWIPE_NEEDED:
        return outcome, False
    return decide(msgspec.structs.replace(case, second_swipe_minutes=0), law), True


def _read(form: Form) -> BillCase | None:
    """The bill of an address; None where none was asked for, or something in it is wrong."""
    if not form.visit.ask("total"):
        return None
    place = form.region("place")
    if not place and "place" not in form.faults:
        form.faults["place"] = asked_words.wanted(words.PLACE)
    total, excluded = form.yuan("total", 0) or 0, form.yuan("excluded", 0) or 0
    funds, own = form.yuan("funds"), form.yuan("own", 0) or 0
    if excluded + (funds or 0) > total and not form.faults:
        form.faults["total"] = words.TOO_LITTLE
    use, scheme = (
        Use(form.word("use", words.USES, "outpatient")),
        Scheme(form.word("scheme", can_words.SCHEMES, "resident")),
    )
    age = form.number("age", 0, AGE_MAX)
    sponsors = tuple(each for at in range(1, PAYERS_MAX + 1) if (each := _sponsor(form, at, place)) is not None)
    if form.faults:
        return None
    return BillCase(
        region=place,
        day=form.visit.day,
        settled_on=form.visit.day,
        use=use,
        prescription=True,
        chosen=tuple(range(len(sponsors))) or None,
        funds_given=funds,
        patient=Patient(scheme=scheme, account=own > 0 or scheme is Scheme.EMPLOYEE, own_balance=own, age=age or 40),
        institution=Institution(
            region=place,
            kind=InstitutionKind.PHARMACY if use is Use.PHARMACY else InstitutionKind.HOSPITAL,
            level=int(form.word("level", words.LEVELS, "3")),
        ),
        bill=Bill(total=total, in_scope=total - excluded, excluded=excluded),
        sponsors=sponsors,
    )


def _sponsor(form: Form, at: int, place: str) -> Sponsor | None:
    kinship = form.visit.ask(f"kin{at}")
    if kinship not in words.KIN or kinship == "":
        return None
    balance = form.yuan(f"bal{at}", 0) or 0
    bound = form.visit.day - BOUND_BEFORE
    return Sponsor(
        name=words.payer(at, payer_is(kinship)),
        kinship=Kinship(kinship),
        region=form.region(f"at{at}", place),
        balance=balance,
        prior_years=balance,
        bound_on=bound,
        effective_on=bound,
        rank=at,
        caps=Caps(payment=form.yuan(f"cap{at}")),
    )


def _form(form: Form) -> dict[str, Any]:
    visit = form.visit
    book = visit.library.book
    payers = range(1, PAYERS_MAX + 1)
    names = [*words.DEFAULTS, *(f"{name}{at}" for at in payers for name in ("kin", "bal", "cap", "at"))]
    return {
        "words": words,
        "schemes": can_words.SCHEMES,
        "asked": {name: visit.ask(name, words.DEFAULTS.get(name, "")) for name in names}
        | {name: form.place(name) for name in ("place", *(f"at{at}" for at in payers))},
        "payers": payers,
        "faults": form.faults,
        "faults_title": asked_words.faults_title(len(form.faults)),
        "names": sorted(book.regions[each].name for each in visit.library.regions),
    }


def _told(law: Law, case: BillCase, outcome: Outcome) -> dict[str, Any]:
    names = [each.name for each in case.sponsors]
    steps = cite(law.book, outcome.steps, names)
    lines = [] if outcome.refused else _lines(case, outcome)
    refused = ""
    if outcome.refused is not None:
        rule = next((each.rule_name for each in steps if each.who == PATIENT and each.rule_name), "")
        refused = refusal_sentence(outcome.refused, {"rule_name": rule})
    return {
        "refused": refused,
        "needs_funds": outcome.refused is BillRefusal.POLICY_UNKNOWN and case.funds_given is None,
        "heading": words.heading(outcome.cash) if not outcome.refused else words.CANNOT,
        "cash": outcome.cash,
        "lead": words.lead(place_name(law.book, case.region), case.use, case.bill.total),
        "lines": lines,
        "parts": telling.laid_out(each.part for each in lines),
        "bar_text": words.bar_label((each.part.name, each.amount) for each in lines if each.amount),
        "total": case.bill.total,
        "skipped": [_skipped(names[at], skip, steps, at) for at, skip in outcome.skipped],
        "steps": [_step(law, each) for each in steps],
        "weak": _weak(law, case, outcome),
        "changes": [] if outcome.refused else _changes(case, outcome, law),
    }


def _weak(law: Law, case: BillCase, outcome: Outcome) -> list[str]:
    """What the answer rests on that nobody vouches for, each assumption with the worst that could be instead."""
    told = []
    for each in bill_assumptions(case, law, outcome):
        entry = law.book.entries[each.rule]
        value = shown(each.key, entry.assume, RULE_UNITS[each.key])
        told.append((rule_name(each.key), law.book.name(each.region), value, each.worst, entry.risk))
    return weak_lines(map(rule_name, unverified_rules(law.book, outcome.used)), told)


def _lines(case: BillCase, outcome: Outcome) -> list[Line]:
    """Fund, own account, relatives in order, cash: every fen has its payer."""
    found = [_line("fund", 0, words.FUND, outcome.funds_paid, words.fund_note(given=case.funds_given is not None))]
    found.append(_line("own", 3, words.OWN, outcome.own, words.own_note(case.patient.own_balance)))
    paid = {draw.sponsor: draw.amount for draw in outcome.draws}
    for at, sponsor in enumerate(case.sponsors):
        fill, hatch = _FILLS[at % len(_FILLS)]
        note = words.payer_note(sponsor.balance, sponsor.caps.payment)
        found.append(_line(fill, hatch, sponsor.name, paid.get(at, 0), note))
    found.append(_line("cash", 4, words.CASH, outcome.cash, ""))
    return found


def _line(fill: str, hatch: int, name: str, amount: Fen, note: str) -> Line:
    return Line(part=Part(fill=fill, hatch=hatch, name=name, count=amount), note=note, amount=amount)


def _skipped(name: str, skip: Skip, steps: list[Cited], at: int) -> tuple[str, str]:
    rule = next((each.rule_name for each in steps if each.who == at and each.code == skip), "")
    return name, refusal_sentence(skip, {"payer": name, "rule_name": rule})


def _step(law: Law, cited: Cited) -> dict[str, Any]:
    return {"told": cited.told, "says": cited.says, "title": cited.title, "tier": cited.tier}


def _changes(case: BillCase, outcome: Outcome, law: Law) -> list[tuple[str, str]]:
    """What would leave less to pay in cash, each tried by the rules themselves."""
    if not outcome.cash:
        return []
    tried: list[tuple[str, BillCase]] = []
    for at, sponsor in enumerate(case.sponsors):
        if sponsor.caps.payment is not None:
            tried.append((words.without_cap(sponsor.name), _with(case, at, caps=Caps())))
        richer = sponsor.balance + outcome.cash + sponsor.balance
        tried.append((words.with_more(sponsor.name), _with(case, at, balance=richer, prior_years=richer, caps=Caps())))
    if not case.patient.own_balance:
        own = msgspec.structs.replace(case.patient, account=True, own_balance=outcome.cash)
        tried.append((words.WITH_OWN, msgspec.structs.replace(case, patient=own)))
    found = []
    for name, changed in tried:
        then, _ = _decided(changed, law)
        if then.refused is None and then.cash < outcome.cash:
            found.append((name, words.then_cash(then.cash)))
    return found


def _with(case: BillCase, at: int, **changed: Any) -> BillCase:
    sponsors = list(case.sponsors)
    sponsors[at] = msgspec.structs.replace(sponsors[at], **changed)
    return msgspec.structs.replace(case, sponsors=tuple(sponsors))
