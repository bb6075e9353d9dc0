"""`mulaid decide FILE…`: decide every worked case and say whether what it expects holds."""

import datetime
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from mulaid.cli.asking import Policies
from mulaid.cli.cannot import cannot
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.usage import Commands
from mulaid.decide.alternatives import Assumption, bill_assumptions, relation_assumptions
from mulaid.decide.bill import decide
from mulaid.decide.ending import decide_end
from mulaid.decide.relation import decide_relation
from mulaid.explain.citing import Cited, cite, indifferent_rules, step_data, unverified_rules
from mulaid.intake.cases import WrittenBill, WrittenRelation, read_all_cases
from mulaid.located import Fault
from mulaid.policy.book import Book, shipped_folder
from mulaid.policy.law import Law
from mulaid.terms.money import yuan
from mulaid.terms.outcome import PATIENT, EndOutcome, Outcome, RelationOutcome
from mulaid.terms.reasons import Skip
from mulaid.terms.sponsorship_case import EndCase
from mulaid.wording import commands
from mulaid.wording.files import fault_sentence
from mulaid.wording.outcome import (
    ask_text,
    decide_report,
    end_report,
    relation_report,
    rule_names,
    tally_line,
    weak_lines,
)
from mulaid.wording.rules import RULE_UNITS, rule_name
from mulaid.wording.values import shown

app = Commands()

Differences = list[tuple[str, Any, Any]]
AMOUNTS = ("funds", "own", "mutual", "cash", "institution")


class Decided(msgspec.Struct, frozen=True):
    """One decided case: what goes into the JSON array, and the lines of the report."""

    result: dict[str, Any]
    report: list[str]


@app.command(help=commands.DECIDE)
def command(
    files: Annotated[list[Path], typer.Argument(help=commands.FILES, show_default=False)],
    policies: Policies = None,
    strict: Annotated[bool, typer.Option("--strict", help=commands.STRICT)] = False,
    as_json: Annotated[bool, typer.Option("--json", help=commands.AS_JSON)] = False,
) -> None:
    """Exit 0 when every expectation holds, 1 when one does not, 2 when a file is not valid or there is no case."""
    try:
        decided = list(decide_all(files, policies or [], strict=strict))
    except Fault as fault:
        cannot(fault_sentence(fault))
    failed = sum(not each.result["ok"] for each in decided)
    silent = sum(not each.result["expects"] for each in decided)
    if as_json:
        print_json([each.result for each in decided])
    else:
        print_lines(line for each in decided for line in each.report)
        print_lines([tally_line(len(decided), failed, silent)])
    raise typer.Exit(1 if failed else 0)


def decide_all(files: Iterable[Path], folders: list[Path], *, strict: bool = False) -> Iterator[Decided]:
    """Decide every case of these files: all bills, then all relations. Raises `located.Fault` before the first."""
    laws: dict[tuple[Path, ...], Law] = {}

    def law_with(extra: tuple[Path, ...]) -> Law:
        if extra not in laws:
            laws[extra] = Law(Book.load([*(folders or [shipped_folder()]), *extra], strict=strict))
        return laws[extra]

    read = read_all_cases(files, lambda extra: law_with(extra).book.divisions.resolve)
    for each in read:
        yield from (decide_bill(bill, law_with(each.policies)) for bill in each.bills)
    for each in read:
        yield from (decide_sponsorship(relation, law_with(each.policies)) for relation in each.relations)


def decide_bill(written: WrittenBill, law: Law) -> Decided:
    case, outcome = written.case, decide(written.case, law)
    names = [sponsor.name for sponsor in case.sponsors]
    steps = cite(law.book, outcome.steps, names)
    amounts = _amounts(outcome)
    found = {
        **{name: None if outcome.refused else yuan(amount) for name, amount in amounts.items()},
        "by": {names[draw.sponsor]: yuan(draw.amount) for draw in outcome.draws},
        "skipped": {names[position]: skip.value for position, skip in outcome.skipped},
    }
    assumptions = bill_assumptions(case, law, outcome)
    weak = _weak(law.book, outcome, assumptions)
    unverified = bool(weak["unverified"])
    checked = {**found, "refused": outcome.refused, "unverified": unverified, "assumed": weak["assumed"]}
    differences = _differences(written.expect, checked)
    if written.expect is not None and written.expect.refused is None and outcome.refused and not differences:
        differences = [("refused", None, outcome.refused)]
    result = {
        "kind": "bill",
        "name": written.name,
        "ok": not differences,
        "expects": _expects(written.expect),
        "outcome": "refused" if outcome.refused else "settled",
        "refused": outcome.refused,
        **found,
        **weak,
        "assumptions": [_assumption_data(law.book, each) for each in assumptions],
        "policy": f"{law.book.digest[:16]} {case.region} {case.day} {case.settled_on}",
        "steps": [step_data(cited) for cited in steps],
    }
    report = decide_report(
        name=written.name,
        ok=not differences if _expects(written.expect) else None,
        refused=outcome.refused or "",
        unknown=_unknown(steps, PATIENT),
        amounts=amounts,
        payers=[(names[draw.sponsor], draw.amount) for draw in outcome.draws],
        skipped=[(names[at], skip.value, _unknown(steps, at)) for at, skip in outcome.skipped],
        steps=_told(steps),
        weak=_weak_lines(law.book, weak, assumptions),
        differences=differences,
    )
    return Decided(result, report)


def decide_sponsorship(written: WrittenRelation, law: Law) -> Decided:
    case = written.case
    outcome: EndOutcome | RelationOutcome
    if isinstance(case, EndCase):
        outcome = ended = decide_end(case, law)
        assumptions = tuple(Assumption(key=key, region=case.region, rule=rule) for key, rule in _by_key(law, ended))
    else:
        outcome = made = decide_relation(case, law)
        assumptions = relation_assumptions(case, law, made)
    steps = cite(law.book, outcome.steps, [])
    weak = _weak(law.book, outcome, assumptions)
    found: dict[str, Any] = {"accepted": outcome.refused is None, "refused": outcome.refused}
    if isinstance(outcome, EndOutcome):
        found |= {"ends_on": outcome.ends_on, "possible_on": outcome.possible_on}
    differences = _differences(written.expect, {**found, "unverified": bool(weak["unverified"])})
    result = {
        "kind": "sponsorship",
        "name": written.name,
        "ok": not differences,
        "expects": _expects(written.expect),
        **found,
        **weak,
        "assumptions": [_assumption_data(law.book, each) for each in assumptions],
        "steps": [step_data(cited) for cited in steps],
    }
    told: dict[str, Any] = {
        "name": written.name,
        "ok": not differences if _expects(written.expect) else None,
        "refused": outcome.refused or "",
        "steps": _told(steps),
        "weak": _weak_lines(law.book, weak, assumptions),
        "differences": differences,
    }
    if isinstance(outcome, EndOutcome):
        return Decided(result, end_report(**told, ends_on=outcome.ends_on, possible_on=outcome.possible_on))
    return Decided(result, relation_report(**told, unknown=_unknown(steps, PATIENT)))


def _expects(expect: msgspec.Struct | None) -> bool:
    """Whether a case says what shall come out: an empty table says nothing."""
    return expect is not None and any(value is not None for value in msgspec.structs.asdict(expect).values())


def _differences(expect: msgspec.Struct | None, found: dict[str, Any]) -> Differences:
    """Every expected key that came out otherwise: (key, expected, found)."""
    expected = {} if expect is None else msgspec.structs.asdict(expect)
    given = {key: _shown(value) for key, value in expected.items() if value is not None}
    return [(key, value, found[key]) for key, value in given.items() if value != found[key]]


def _shown(value: Any) -> Any:
    """An expected value as the outcome shows it; payers of nothing are left out."""
    if isinstance(value, dict):
        return {name: _shown(item) for name, item in value.items() if item != 0}
    if isinstance(value, tuple):
        return sorted(value)
    return value if isinstance(value, bool | str | datetime.date) else yuan(value)


def _amounts(outcome: Outcome) -> dict[str, int]:
    paid = (outcome.funds_paid, outcome.own, outcome.mutual, outcome.cash, outcome.institution)
    return dict(zip(AMOUNTS, paid, strict=True))


def _weak(
    book: Book, outcome: Outcome | RelationOutcome | EndOutcome, assumptions: Iterable[Assumption]
) -> dict[str, list[str]]:
    """The rules that nobody vouches for, by how little is known of them."""
    assumed = sorted({each.key for each in assumptions})
    return {
        "unverified": unverified_rules(book, outcome.used),
        "assumed": assumed,
        "indifferent": indifferent_rules(book, outcome.used, outcome.steps, assumed),
    }


def _weak_lines(book: Book, weak: dict[str, list[str]], assumptions: Iterable[Assumption]) -> list[str]:
    told = []
    for each in assumptions:
        entry = book.entries[each.rule]
        value = shown(each.key, entry.assume, RULE_UNITS[each.key])
        told.append((rule_name(each.key), book.name(each.region), value, each.worst, entry.risk))
    unverified, indifferent = (map(rule_name, weak[name]) for name in ("unverified", "indifferent"))
    return weak_lines(unverified, told, indifferent)


def _assumption_data(book: Book, each: Assumption) -> dict[str, Any]:
    """One rule that was assumed: whose, as what, and what could be otherwise."""
    entry = book.entries[each.rule]
    return {
        "rule": each.key,
        "region": each.region,
        "value": entry.assume_written,
        "because": entry.because,
        "risk": entry.risk,
        "worst": None if each.worst is None else yuan(each.worst),
        "ask": ask_text(book.name(each.region)),
    }


def _by_key(law: Law, outcome: EndOutcome) -> list[tuple[str, int]]:
    entries = [law.book.entries[index] for index in outcome.used]
    return [(entry.key, entry.index) for entry in entries if entry.key in outcome.assumed]


def _unknown(steps: Iterable[Cited], who: int) -> str:
    """The names of the rules that nobody knows, where that is why the bill, or this sponsor, is refused."""
    named = (step.rule_name for step in steps if step.code == Skip.POLICY_UNKNOWN and step.who == who)
    return rule_names(dict.fromkeys(filter(None, named)))


def _told(steps: list[Cited]) -> list[tuple[str, str, str]]:
    return [(cited.text, cited.title, cited.tier) for cited in steps]
