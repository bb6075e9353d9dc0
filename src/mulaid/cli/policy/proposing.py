"""What the commands about corrections share: the two books, and how a correction's effect is told."""

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from mulaid.cli.cannot import cannot
from mulaid.cli.policy.families import families_of
from mulaid.explain.spans import span_text
from mulaid.intake.proposals import HEAD, POLICIES, Proposal, files_of, read_proposal
from mulaid.located import Fault
from mulaid.policy.book import Book, shipped_folder
from mulaid.policy.history import span_on
from mulaid.policy.written import inline
from mulaid.simulate.answers import answer_data, answer_of, counts
from mulaid.simulate.families import Judged, Verdict
from mulaid.simulate.proposals import Effect, effect
from mulaid.wording import families as family_words
from mulaid.wording import proposals as words
from mulaid.wording.book import ABSENT_TEXT, qualified_name
from mulaid.wording.files import fault_sentence
from mulaid.wording.review import finding_sentences
from mulaid.wording.rules import RULE_NAMES


class Looked(msgspec.Struct, frozen=True):
    """A proposal, the book before and after, and what it would change on a day."""

    folder: Path
    proposal: Proposal
    before: Book
    after: Book
    effect: Effect
    day: datetime.date

    @property
    def to_put_right(self) -> bool:
        return bool(self.effect.findings or self.effect.wrong)


def look(folder: Path, policies: Sequence[Path] | None, day: datetime.date | None) -> Looked:
    """Lay a proposal over the book. `day`: as if it were that day; None: the day it begins, or that of the proposal."""
    live = list(policies or [shipped_folder()])
    try:
        proposal, files = read_proposal(folder), files_of(folder)
        before, after = Book.load(live), Book.load([*live, folder / POLICIES])
        begins = max((entry.first_day for entry in after.entries if Path(entry.file) in files.values()), default=None)
        on = day or max(proposal.proposed_on, begins or proposal.proposed_on)
        found = effect(families_of(None), before, after, files.values(), proposal.region, on)
    except Fault as fault:
        _end(fault)
    return Looked(folder, proposal, before, after, found, on)


def lines(looked: Looked) -> Iterator[str]:
    """What a correction would change, for people."""
    proposal, book = looked.proposal, looked.after
    yield words.head_line(
        book.name(proposal.region), RULE_NAMES[proposal.rule], proposal.proposed_by, proposal.proposed_on
    )
    for qualifier in _qualifiers(looked):
        sides = (span_on(each, proposal.region, proposal.rule, looked.day, qualifier) for each in (looked.before, book))
        before, after = (span_text(side) if side else ABSENT_TEXT for side in sides)
        yield f"{qualified_name(proposal.rule, qualifier)}：{words.held_line(before, after)}"
    for finding in looked.effect.findings:
        yield words.finding_text(*finding_sentences(finding.code, finding.details))
    if not looked.effect.findings:
        yield words.CLEAN
    if not looked.effect.changed:
        yield words.NOTHING_CHANGES
        return
    before_, after_ = (_counted(each) for each in (looked.effect.before, looked.effect.after))
    yield words.families_line(len(looked.effect.changed), before_, after_)
    for old, new in looked.effect.changed:
        told = words.wrong_mark(answer_of(new)) if new.verdict is Verdict.WRONG else answer_of(new)
        yield words.changed_line(book.name(new.region), new.family.name, answer_of(old), told)


def data(looked: Looked) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "folder": str(looked.folder),
        **msgspec.to_builtins(looked.proposal),
        "on": looked.day,
        "before": looked.before.digest,
        "after": looked.after.digest,
        "findings": [
            {"code": each.code, "line": each.line, "text": "".join(finding_sentences(each.code, each.details))}
            for each in looked.effect.findings
        ],
        "changed": [
            {"before": answer_data(looked.before, old), "after": answer_data(looked.after, new)}
            for old, new in looked.effect.changed
        ],
        "wrong": len(looked.effect.wrong),
    }


def write_head(folder: Path, proposal: Proposal) -> None:
    """Write the head of a proposal. Raises `OSError`."""
    told = {name: value for name, value in msgspec.structs.asdict(proposal).items() if value not in ("", None)}
    (folder / HEAD).write_text("".join(f"{name} = {inline(value)}\n" for name, value in told.items()), "utf-8")


def _qualifiers(looked: Looked) -> list[tuple[str, ...]]:
    own = {str(file) for file in files_of(looked.folder).values()}
    return sorted({entry.qualifier for entry in looked.after.entries if entry.file in own})


def _counted(judged: Sequence[Judged]) -> list[tuple[str, int]]:
    return list(zip(family_words.VERDICTS.values(), counts(judged)[: len(family_words.VERDICTS)], strict=True))


def _end(fault: Fault) -> NoReturn:
    cannot("\n".join(map(fault_sentence, (fault, *fault.others))))
