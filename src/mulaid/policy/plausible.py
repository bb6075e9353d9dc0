"""Numbers that cannot be right: out of range, upside down, or in a row no bill ever reaches."""

from collections.abc import Iterator
from itertools import permutations
from typing import Any

import msgspec

from mulaid.policy.book import Book
from mulaid.policy.entry import Entry
from mulaid.policy.finding import Finding, about
from mulaid.policy.notices import Penalty, Premium
from mulaid.policy.rows import Row
from mulaid.policy.shapes import UNLIMITED

_YUAN, _PERCENT, _MYRIAD = 100, 100, 1_000_000
_RATIO = ("ratio", 10 * _PERCENT, 100 * _PERCENT)
_BAND = ("money", 10 * _YUAN, 500 * _MYRIAD)

Range = tuple[str, int, int]
"""What is counted, the least and the most that is plausible. Zero is always plausible: it says "nothing"."""

RANGES: dict[tuple[str, str], Range] = {
    ("per_relation_max", ""): ("count", 1, 20),
    ("max_members", ""): ("count", 1, 50),
    ("max_members_lifetime", ""): ("count", 1, 200),
    ("max_sponsors_per_beneficiary", ""): ("count", 1, 50),
    ("consent_age", ""): ("count", 6, 18),
    ("min_bound_days", ""): ("count", 1, 1_100),
    ("max_changes_per_year", ""): ("count", 1, 50),
    ("rebind_cooldown_days", ""): ("count", 1, 1_100),
    ("reswipe_minutes", ""): ("count", 1, 24 * 60),
    ("wallet_daily_count", ""): ("count", 1, 100),
    ("floor", ""): ("money", 1 * _YUAN, 2 * _MYRIAD),
    ("opening_balance", ""): ("money", 1 * _YUAN, 2 * _MYRIAD),
    ("limits", ""): ("money", 10 * _YUAN, 100 * _MYRIAD),
    ("wallet_transfer_ceiling", ""): ("money", 10 * _YUAN, 10 * _MYRIAD),
    ("wallet_fee", ""): ("money", 1, 100 * _YUAN),
    ("premium_amount", "amount"): ("money", 10 * _YUAN, _MYRIAD),
    ("account_credit", "amount"): ("money", 1 * _YUAN, 3 * _MYRIAD),
    ("account_credit", "ratio"): ("ratio", 10, 10 * _PERCENT),
    ("deductible", "amount"): ("money", 10 * _YUAN, _MYRIAD),
    ("fund_ceiling", "amount"): ("money", 50 * _YUAN, 500 * _MYRIAD),
    ("away_care", "points_off"): ("ratio", 1 * _PERCENT, 60 * _PERCENT),
} | {
    (key, field): counted
    for key in ("fund_ratio", "serious_illness", "large_amount", "civil_servant", "medical_assistance")
    for field, counted in (("ratio", _RATIO), ("upto", _BAND), ("above", _BAND))
}

_BETTER = {"fund_ratio": 1, "fund_ceiling": 1, "deductible": -1, "serious_illness": 1, "civil_servant": 1}
"""Whether more of it is better for the patient, or less."""
_BY_LEVEL = ("fund_ratio", "deductible")


def implausible(entry: Entry) -> Iterator[Finding]:
    """A number far from anything the field knows; mostly a misplaced point or a wrong unit."""
    for field, number in dict.fromkeys(_numbers(entry.value)):
        counted, least, most = RANGES.get((entry.key, field), ("", 0, UNLIMITED))
        if number and number < UNLIMITED and not least <= number <= most:
            yield about(entry, "implausible", counted=counted, number=number, least=least, most=most)


def reversed_spans(entry: Entry) -> Iterator[Finding]:
    """A penalty that begins above its end; a premium for a year that is not the season's, nor the next."""
    if isinstance(entry.value, Premium) and entry.value.year - entry.first_day.year not in (0, 1):
        yield about(entry, "premium_year", year=entry.value.year, begins=entry.first_day.year)
    for penalty in entry.value if entry.key == "penalties" and entry.value else ():
        if _upside_down(penalty):
            yield about(entry, "span_reversed", article=penalty.article)


def upside_down_rows(entry: Entry) -> Iterator[Finding]:
    """The retired worse off than the working, a small hospital worse than a large one, all else equal."""
    if entry.key not in _BETTER or entry.wholly_unknown:
        return
    found = set()
    for one, other in permutations(entry.value, 2):
        differing = {name for name, _ in _conditions(one).items() ^ _conditions(other).items()}
        if any(_BETTER[entry.key] * (low - high) < 0 for low, high in _compared(one, other)):
            if differing == {"retired"} and one.retired:
                found.add("retired_worse")
            if differing == {"level"} and entry.key in _BY_LEVEL and _lower_level(one, other):
                found.add("level_reversed")
    yield from (about(entry, code) for code in sorted(found))


def unreached_rows(entry: Entry) -> Iterator[Finding]:
    """A row whose every case an earlier row already takes."""
    rows = entry.value if isinstance(entry.value, tuple) else ()
    for number, row in enumerate(rows, 1):
        earlier = next((before for before, each in enumerate(rows[: number - 1], 1) if _covers(each, row)), None)
        if earlier is not None:
            yield about(entry, "row_unreached", row=number, earlier=earlier)


def deductible_above_ceiling(book: Book, entry: Entry) -> Iterator[Finding]:
    """A deductible no lower than the ceiling beside it: the fund would never pay. Told where the later one begins."""
    if entry.key not in ("deductible", "fund_ceiling"):
        return
    ceiling = entry.key == "fund_ceiling"
    beside = book.entry(entry.region, "deductible" if ceiling else "fund_ceiling", entry.first_day, entry.qualifier)
    if beside is None or (ceiling and beside.first_day == entry.first_day):
        return
    here, there = (max((amount for _, amount in _numbers(each.value)), default=None) for each in (entry, beside))
    deductible, most = (there, here) if ceiling else (here, there)
    if deductible is not None and most is not None and deductible >= most:
        yield about(entry, "deductible_above_ceiling", number=deductible, most=most)


def _numbers(value: Any) -> Iterator[tuple[str, int]]:
    """Every number of a value that is counted, with the field it stands in."""
    if isinstance(value, int) and not isinstance(value, bool):
        yield "", value
    elif isinstance(value, dict):
        yield from (("", each) for each in value.values() if isinstance(each, int))
    elif isinstance(value, tuple):
        for each in value:
            yield from _numbers(each) if isinstance(each, msgspec.Struct) else ()
    elif isinstance(value, msgspec.Struct):
        for field, each in msgspec.structs.asdict(value).items():
            if field in ("amount", "ratio", "points_off", "above", "upto") and each is not None:
                yield field, each
            if field == "bands":
                yield from _numbers(each)


def _upside_down(penalty: Penalty) -> bool:
    spans = ((penalty.fine_from, penalty.fine_upto), (penalty.suspend_from, penalty.suspend_upto))
    return any(least is not None and most is not None and least > most for least, most in spans)


def _conditions(row: Row) -> dict[str, Any]:
    """What a row asks for, without what it says."""
    return {
        name: getattr(row, name)
        for name in Row.__struct_fields__
        if name != "unknown" and getattr(row, name) is not None
    }


def _compared(one: Any, other: Any) -> list[tuple[int, int]]:
    """The numbers of two rows that stand against each other: the amount, the ratio, or each band's with like ends."""
    bands = getattr(one, "bands", ()), getattr(other, "bands", ())
    ends = [[band.upto for band in each] for each in bands]
    found = [(getattr(one, name, None), getattr(other, name, None)) for name in ("amount", "ratio")]
    if ends[0] == ends[1]:
        found += [(low.ratio, high.ratio) for low, high in zip(*bands, strict=True)]
    return [(low, high) for low, high in found if low is not None and high is not None]


def _lower_level(one: Row, other: Row) -> bool:
    return bool(one.level and other.level and max(one.level) < min(other.level))


def _covers(earlier: Any, later: Any) -> bool:
    """Whether whoever fits the later row fits the earlier one too."""
    if not isinstance(earlier, Row):
        return False
    asked = _conditions(later)
    if later.retired_by is not None:
        asked["retired"] = True
    return all(name in asked and _within(name, asked[name], wanted) for name, wanted in _conditions(earlier).items())


def _within(name: str, narrow: Any, wide: Any) -> bool:
    if isinstance(wide, frozenset):
        return bool(narrow <= wide)
    if name == "age_from":
        return bool(narrow >= wide)
    if name in ("age_below", "retired_by"):
        return bool(narrow <= wide)
    return bool(narrow == wide)
