"""The numbers that rows of a schedule may give a person of whom a claim says only so much."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from mulaid.policy.rows import Row

Told = int | None
"""A number in fen or basis points; None where the row says that nobody knows."""
_NUMBERS = ("amount", "ratio", "points_off")
_CONDITIONS = tuple(name for name in Row.__struct_fields__ if name != "unknown")


def told_by(rows: Iterable[Row], who: Mapping[str, Any]) -> Iterator[Told]:
    """The numbers of every row that may be the first to fit; a row that surely fits ends the search."""
    for row in rows:
        fits = [_fits(getattr(row, name), who.get(name)) for name in _CONDITIONS if getattr(row, name) is not None]
        if row.retired_by is not None and who.get("retired") is False:
            continue
        if False in fits:
            continue
        yield from _numbers(row)
        if None not in fits:
            return


def _fits(stated: Any, said: Any) -> bool | None:
    """Whether a condition holds for the people meant; None where the claim does not say."""
    if said is None or isinstance(stated, datetime.date):
        return None
    return said in stated if isinstance(stated, frozenset) else bool(stated == said)


def _numbers(row: Any) -> Iterator[Told]:
    fields = msgspec.structs.asdict(row)
    if bands := fields.get("bands"):
        for band in bands:
            yield from _numbers(band)
    else:
        yield next((fields[name] for name in _NUMBERS if fields.get(name) is not None), None)
