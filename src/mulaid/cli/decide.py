"""`mulaid decide FILE…`: decide every worked case and say whether what it expects holds."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from mulaid.cli.asking import Policies
from mulaid.cli.citing import Cited, cite, weak_rules
from mulaid.decide.bill import decide
from mulaid.decide.relation import decide_relation
from mulaid.intake.cases import CaseFile, WrittenBill, WrittenRelation, case_files, read_cases
from mulaid.located import Fault
from mulaid.policy.book import Book, shipped_folder
from mulaid.policy.entry import Tier
from mulaid.policy.law import Law
from mulaid.terms.money import yuan
from mulaid.terms.outcome import Outcome
from mulaid.wording import commands
from mulaid.wording.files import fault_sentence
from mulaid.wording.outcome import decide_report, relation_report, tally_line

app = typer.Typer(add_completion=False)

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
    """Exit 0 when every expectation holds, 1 when one does not, 2 when a file is not valid."""
    try:
        decided = list(decide_all(files, policies or [], strict=strict))
    except Fault as fault:
        print(fault_sentence(fault), file=sys.stderr)
        raise typer.Exit(2) from fault
    failed = sum(not each.result["ok"] for each in decided)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode([each.result for each in decided]) + b"\n")
    else:
        print("\n".join(line for each in decided for line in each.report))
        print(tally_line(len(decided), failed))
    raise typer.Exit(1 if failed else 0)


def decide_all(files: Iterable[Path], folders: list[Path], *, strict: bool = False) -> Iterator[Decided]:
    """Decide every case of these files: all bills, then all relations. Raises `located.Fault` before the first."""
    laws: dict[tuple[Path, ...], Law] = {}

    def law_with(extra: tuple[Path, ...]) -> Law:
        if extra not in laws:
            laws[extra] = Law(Book.load([*(folders or [shipped_folder()]), *extra], strict=strict))
        return laws[extra]

    read: list[tuple[CaseFile, Law]] = []
    for file in case_files(files):
        case_file = read_cases(file, lambda extra: law_with(extra).book.divisions.resolve)
        read.append((case_file, law_with(case_file.policies)))
    for case_file, law in read:
        yield from (decide_bill(bill, law) for bill in case_file.bills)
    for case_file, law in read:
        yield from (decide_sponsorship(relation, law) for relation in case_file.relations)


def decide_bill(written: WrittenBill, law: Law) -> Decided:
    case, outcome = written.case, decide(written.case, law)
    names = [sponsor.name for sponsor in case.sponsors]
    steps = cite(law.book, outcome.steps, names)
    amounts = _amounts(outcome)
    skipped = [(names[position], skip.value) for position, skip in outcome.skipped]
    unverified = weak_rules(law.book, outcome.used, Tier.C)
    found = {
        **{name: None if outcome.refused else yuan(amount) for name, amount in amounts.items()},
        "by": {names[draw.sponsor]: yuan(draw.amount) for draw in outcome.draws},
        "skipped": dict(skipped),
    }
    checked = {**found, "refused": outcome.refused, "unverified": bool(unverified)}
    differences = _differences(written.expect, checked)
    if written.expect is not None and written.expect.refused is None and outcome.refused and not differences:
        differences = [("refused", None, outcome.refused)]
    result = {
        "kind": "bill",
        "name": written.name,
        "ok": not differences,
        "outcome": "refused" if outcome.refused else "settled",
        "refused": outcome.refused,
        **found,
        "unverified": unverified,
        "assumed": weak_rules(law.book, outcome.used, Tier.OWN),
        "policy": f"{law.book.digest[:16]} {case.region} {case.day} {case.settled_on}",
        "steps": [_step(cited) for cited in steps],
    }
    report = decide_report(
        name=written.name,
        ok=not differences,
        refused=outcome.refused or "",
        amounts=amounts,
        payers=[(names[draw.sponsor], draw.amount) for draw in outcome.draws],
        skipped=skipped,
        steps=_told(steps),
        differences=differences,
    )
    return Decided(result, report)


def decide_sponsorship(written: WrittenRelation, law: Law) -> Decided:
    outcome = decide_relation(written.case, law)
    steps = cite(law.book, outcome.steps, [])
    unverified = weak_rules(law.book, outcome.used, Tier.C)
    accepted = outcome.refused is None
    found = {"accepted": accepted, "refused": outcome.refused, "unverified": bool(unverified)}
    differences = _differences(written.expect, found)
    result = {
        "kind": "sponsorship",
        "name": written.name,
        "ok": not differences,
        "accepted": accepted,
        "refused": outcome.refused,
        "unverified": unverified,
        "assumed": weak_rules(law.book, outcome.used, Tier.OWN),
        "steps": [_step(cited) for cited in steps],
    }
    refused = outcome.refused or ""
    ok = not differences
    report = relation_report(name=written.name, ok=ok, refused=refused, steps=_told(steps), differences=differences)
    return Decided(result, report)


def _differences(expect: msgspec.Struct | None, found: dict[str, Any]) -> Differences:
    """Every expected key that came out otherwise: (key, expected, found)."""
    expected = {} if expect is None else msgspec.structs.asdict(expect)
    given = {key: _shown(value) for key, value in expected.items() if value is not None}
    return [(key, value, found[key]) for key, value in given.items() if value != found[key]]


def _shown(value: Any) -> Any:
    """An expected value as the outcome shows it; payers of nothing are left out."""
    if isinstance(value, dict):
        return {name: _shown(item) for name, item in value.items() if item != 0}
    return value if isinstance(value, bool | str) else yuan(value)


def _amounts(outcome: Outcome) -> dict[str, int]:
    paid = (outcome.funds_paid, outcome.own, outcome.mutual, outcome.cash, outcome.institution)
    return dict(zip(AMOUNTS, paid, strict=True))


def _step(cited: Cited) -> dict[str, Any]:
    fields = {name: getattr(cited, name) for name in ("code", "text", "rule", "source", "tier")}
    return fields | {"amount": None if cited.amount is None else yuan(cited.amount)}


def _told(steps: list[Cited]) -> list[tuple[str, str, str]]:
    return [(cited.text, cited.title, cited.tier) for cited in steps]
