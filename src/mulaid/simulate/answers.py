"""The families' answers in words, as plain data and as sheets: for the command and for pages."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from mulaid.explain.listings import sheet
from mulaid.intake.families import Result
from mulaid.policy.book import Book
from mulaid.sheets import Cell, Sheet, Yuan
from mulaid.simulate.families import Judged, Verdict
from mulaid.terms.money import yuan
from mulaid.terms.reasons import RelationRefusal
from mulaid.wording import families as words
from mulaid.wording.book import qualified_name
from mulaid.wording.rules import rule_name


def sheets(book: Book, judged: Sequence[Judged], day: datetime.date) -> list[Sheet]:
    """Every answer, and the counts by region and by family."""
    columns = (*words.ANSWERS_SHEET, *words.ANSWERS_SHEET_ENDS)
    answers = sheet(book, "", columns, (tuple(_cells(book, each)) for each in judged), day, words.SHEETS["answers"])
    counted = (
        ("regions", words.REGIONS_COLUMNS, by_region(book, judged)),
        ("families", words.FAMILIES_COLUMNS, by_family(judged)),
    )
    return [
        answers,
        *(
            sheet(book, "", head, ((name, *counts(each)) for name, each in grouped.items()), day, words.SHEETS[kind])
            for kind, head, grouped in counted
        ),
    ]


def by_region(book: Book, judged: Iterable[Judged]) -> dict[str, list[Judged]]:
    """The answers of each region, by its name."""
    return _grouped(judged, lambda each: book.name(each.region))


def by_family(judged: Iterable[Judged]) -> dict[str, list[Judged]]:
    """The answers of each family, by its name."""
    return _grouped(judged, lambda each: each.family.name)


def counts(judged: Sequence[Judged]) -> tuple[int, ...]:
    """How many of each verdict in the order of the columns, and how many rest on what nobody may assume."""
    verdicts = Counter(each.verdict for each in judged)
    return (*(verdicts[Verdict(verdict)] for verdict in words.VERDICTS), sum(bool(each.never) for each in judged))


def answer_of(judged: Judged) -> str:
    """What a family is told, in words."""
    answer = judged.answer
    return words.answer_text(
        answer.result,
        reason=answer.reason,
        kind="end" if judged.family.ends else "relation" if answer.reason in RelationRefusal.__members__ else "bill",
        payer=judged.family.payers[-1].name,
        mutual=answer.mutual,
        cash=answer.cash,
        missing=_missing(judged),
    )


def wrong_line(book: Book, judged: Judged) -> str:
    """A wrong answer, and what would have been right."""
    right = [words.right_text(each.answer, each.reason) for each in judged.right]
    return words.wrong_line(book.name(judged.region), judged.family.name, answer_of(judged), right)


def _missing(judged: Judged) -> list[str]:
    return [qualified_name(one.key, one.qualifier) for one in judged.answer.missing if one.key]


def assumed_of(judged: Judged) -> list[str]:
    """The rules that decided by assumption here."""
    if judged.verdict is not Verdict.ASSUMED:
        return []
    return [rule_name(key) for key in judged.open if key in judged.answer.assumed]


def _grouped(judged: Iterable[Judged], name: Callable[[Judged], str]) -> dict[str, list[Judged]]:
    grouped: dict[str, list[Judged]] = {}
    for each in judged:
        grouped.setdefault(name(each), []).append(each)
    return grouped


def answer_data(book: Book, judged: Judged) -> dict[str, Any]:
    answer = judged.answer
    return {
        "region": judged.region,
        "name": book.name(judged.region),
        "family": judged.family.id,
        "asks": judged.family.asks,
        "verdict": judged.verdict,
        "result": answer.result,
        "reason": answer.reason or None,
        "mutual": yuan(answer.mutual),
        "cash": yuan(answer.cash),
        "told": answer_of(judged),
        "missing": [{"region": one.region, "rule": one.key, "qualifier": one.qualifier} for one in answer.missing],
        "assumed": [key for key in judged.open if key in answer.assumed] if judged.verdict is Verdict.ASSUMED else [],
        "never": sorted(judged.never),
        "ways": answer.ways,
        "mechanism": answer.mechanism,
        "right": [
            {"result": each.answer, "reason": each.reason or None, "mutual": each.mutual} for each in judged.right
        ],
    }


def _cells(book: Book, judged: Judged) -> Iterator[Cell]:
    answer, paid = judged.answer, judged.answer.result in (Result.PAID, Result.PARTLY)
    yield from (judged.region, book.name(judged.region), judged.family.id, judged.family.name, judged.family.asks)
    yield words.verdict_name(judged.verdict)
    yield words.result_name(answer.result)
    yield answer.reason or None
    yield answer_of(judged)
    yield Yuan(answer.mutual) if paid else None
    yield Yuan(answer.cash) if paid else None
    yield "、".join(_missing(judged)) or None
    yield "、".join(assumed_of(judged)) or None
    yield "、".join(map(rule_name, sorted(judged.never))) or None
    yield words.ways_text(answer.ways) or None
