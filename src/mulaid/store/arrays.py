"""Arrays as literals: one text, made by Python at once and cast to the array it is by the statement.

asyncpg asks of every element of an array whether it is an array itself, which for a batch costs more than all the rest
of encoding it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import msgspec

from mulaid.store import regions

_json = msgspec.json.Encoder().encode

Key = tuple[str, int]
"""A region and a number in it: a person, a pool, a visit."""


def literal(numbers: Sequence[int | None]) -> str:
    """[1, None, 3] as "{1,null,3}": JSON in other brackets, written by what writes JSON fastest."""
    return "{" + _json(numbers)[1:-1].decode() + "}"


def texts(values: Sequence[str]) -> str:
    """["a", 'b"c'] as '{"a","b\\"c"}'. Members of a `StrEnum` are text too."""
    joined = "".join(values)
    if '"' in joined or "\\" in joined:
        values = [value.replace("\\", "\\\\").replace('"', '\\"') for value in values]
    return '{"' + '","'.join(values) + '"}' if values else "{}"


def _texts_or_null(values: Sequence[str | None]) -> str:
    """The same where a text may be missing."""
    if None in values:
        return "{" + ",".join("null" if value is None else texts([value])[1:-1] for value in values) + "}"
    return texts(cast(Sequence[str], values))


_ENCODED: dict[str, Callable[[Sequence[Any]], object]] = {
    "smallint": literal,
    "integer": literal,
    "bigint": literal,
    "text": _texts_or_null,
}


class Columns:
    """The rows a batch hands to a statement: a region each and what is named here, an array a column, from `$first` on.

    In the statement's text they are a subquery that counts its arrays down side by side. `unnest` over all of them as
    one function would first copy each array into a table of its own.
    """

    def __init__(self, first: int, **types: str) -> None:
        self._first, self._types = first, {"region": "integer", **types}
        self._encoders = [_ENCODED.get(kind, list) for kind in self._types.values()]
        self.after = first + len(self._types)
        """The number of the next parameter."""
        self.names = ", ".join(types)
        """The columns after the region, as `insert into` and `select` list them."""

    def __str__(self) -> str:
        each = enumerate(self._types.items(), self._first)
        return "(select " + ", ".join(_unnested(number, name, kind) for number, (name, kind) in each) + ")"

    def given(self, keys: Iterable[tuple[Any, ...]]) -> list[object]:
        """$1 and the columns, of rows that begin with a region's text."""
        regions_of, *rest = self._columns(list(keys))
        numbers = [regions.number(region) for region in regions_of]
        return [numbers[0] if len(set(numbers)) == 1 else None, *self._encoded([numbers, *rest])]

    def of(self, rows: Sequence[tuple[Any, ...]]) -> list[object]:
        """The columns, of rows that begin with a region's number; empty ones when there are no rows."""
        return self._encoded(self._columns(rows))

    def _columns(self, rows: Sequence[tuple[Any, ...]]) -> Iterable[Sequence[Any]]:
        return zip(*rows, strict=True) if rows else [()] * len(self._types)

    def _encoded(self, columns: Iterable[Sequence[Any]]) -> list[object]:
        return [encode(column) for encode, column in zip(self._encoders, columns, strict=True)]


def numbered(keys: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows that begin with a region's text, as rows that begin with its number."""
    return [(regions.number(region), *rest) for region, *rest in keys]


def only_region(rows: Iterable[tuple[Any, ...]]) -> int | None:
    """The $1 of a batch's statements: the region of all rows, None when they have several.

    The statements say `region = coalesce($1, asked.region)`: a batch of one region is bound to that region.
    """
    found = {row[0] for row in rows}
    return found.pop() if len(found) == 1 else None


def _unnested(number: int, name: str, kind: str) -> str:
    as_text = "::text" if kind in _ENCODED else ""
    return f"unnest(${number}{as_text}::{kind}[]) as {name}"
