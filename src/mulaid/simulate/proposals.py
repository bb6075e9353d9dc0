"""What a proposed correction would change: what the review says of it, and what families are told before and after."""

import datetime
from collections.abc import Iterable
from pathlib import Path

import msgspec

from mulaid.intake.families import Families
from mulaid.policy.book import Book
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.finding import Finding
from mulaid.policy.law import Law
from mulaid.policy.review import review
from mulaid.simulate.families import Judged, Verdict, judge_all


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal laid over a book. `changed` are families whose answer is another one, before and after."""

    findings: tuple[Finding, ...]
    """Of the proposal's own files."""
    changed: tuple[tuple[Judged, Judged], ...]
    before: tuple[Judged, ...]
    after: tuple[Judged, ...]

    @property
    def wrong(self) -> tuple[Judged, ...]:
        """What families would be told wrong that they are not told wrong today."""
        return tuple(
            new for old, new in self.changed if new.verdict is Verdict.WRONG and old.verdict is not Verdict.WRONG
        )


def effect(
    families: Families, before: Book, after: Book, files: Iterable[Path], region: str, day: datetime.date
) -> Effect:
    """Look at a proposal for `region` the way a careful colleague would, on one day."""
    own = {str(file) for file in files}
    findings = tuple(finding for finding in review(after, day) if finding.file in own)
    places = [each for each in sorted(set(after.regions) - {NATIONAL}) if region in after.divisions.chain(each)]
    old, new = (tuple(judge_all(families, Law(book), places, day)) for book in (before, after))
    pairs = zip(old, new, strict=True)
    changed = tuple((one, other) for one, other in pairs if _told(one) != _told(other))
    return Effect(findings=findings, changed=changed, before=old, after=new)


def _told(judged: Judged) -> tuple[object, ...]:
    answer = judged.answer
    return answer.result, answer.reason, answer.mutual, answer.cash, answer.missing, judged.verdict
