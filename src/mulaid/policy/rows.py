"""Rows of an own-plan schedule: conditions on the patient and the institution, and the number that then holds.

Rows are tried from the top and the first that fits wins; when none fits the source said nothing about this situation.
A row may itself be `unknown`.
"""

import datetime
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from mulaid.terms.codes import Assistance, Category, Filing, InstitutionKind
from mulaid.terms.money import BasisPoints, Fen, MoneyError, basis_points, unsigned_fen

PRIMARY_LEVEL = 1
"""A community institution counts as primary whatever level it is filed under."""


class RowFault(ValueError):
    """A row cannot be read: a reason code and the detail."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The conditions a row may state; all that are stated must hold."""

    level: frozenset[Annotated[int, msgspec.Meta(ge=0, le=3)]] | None = None
    kind: InstitutionKind | None = None
    retired: bool | None = None
    retired_by: datetime.date | None = None
    """Retired on this day or before."""
    age_from: int | None = None
    age_below: int | None = None
    tier: frozenset[int] | None = None
    category: Category | None = None
    assistance: Assistance | None = None
    signed: bool | None = None
    referred: bool | None = None
    admission: Literal["first", "later"] | None = None
    filing: Filing | None = None
    unknown: str | None = None
    """Why the number of this row is not known."""


class Band(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ratio up to an amount in scope; the last band has no end."""

    upto: Fen | None = None
    ratio: BasisPoints | None = None
    unknown: str | None = None


class DeductibleRow(Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    amount: Fen | None = None


class RatioRow(Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    ratio: BasisPoints | None = None
    bands: tuple[Band, ...] = ()


class CeilingRow(Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    amount: Fen | None = None


class TopUpRow(Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A further fund: a ratio, by bands where the source has them, of what the funds before it left in scope.

    `above` is what the patient bears first (大病起付); bands are measured from there.
    """

    ratio: BasisPoints | None = None
    bands: tuple[Band, ...] = ()
    above: Fen = 0


class AwayRow(Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Points taken off the ratio for care away from home, by kind of filing."""

    points_off: BasisPoints | None = None


AnyRow = TypeVar("AnyRow", bound=Row)

NO_CEILING = 1 << 62


def read_rows(rows: list[Any], kind: type[AnyRow]) -> tuple[AnyRow, ...]:
    """Read TOML tables as rows of one kind. Raises `RowFault` naming the row (from 1) and what is wrong with it."""
    return tuple(_read_row(row, kind, number) for number, row in enumerate(rows, 1))


def _read_row(row: Any, kind: type[AnyRow], number: int) -> AnyRow:
    try:
        read = msgspec.convert(_numbers(row), kind)
    except (MoneyError, msgspec.ValidationError, AttributeError, TypeError) as error:
        raise RowFault("bad_row", f"{number}: {error}") from error
    _check(read, number)
    return read


def _numbers(table: dict[str, Any]) -> dict[str, Any]:
    """Money, percentages and bands of a row as whole numbers; everything else as it is."""
    readers: dict[str, Callable[[str], int]] = {
        "amount": _amount,
        "upto": unsigned_fen,
        "above": unsigned_fen,
        "less": unsigned_fen,
        "ratio": basis_points,
        "points_off": basis_points,
    }
    done: dict[str, Any] = {key: readers[key](value) if key in readers else value for key, value in table.items()}
    if "bands" in table:
        done["bands"] = [_numbers(band) for band in table["bands"]]
    return done


def _amount(text: str) -> Fen:
    return NO_CEILING if text == "none" else unsigned_fen(text)


def _check(row: Row, number: int) -> None:
    """A row says one thing: a number, bands that rise without a gap and end open, or why it is unknown."""
    bands = getattr(row, "bands", ())
    said = [getattr(row, name, None) is not None for name in ("unknown", "amount", "ratio", "points_off")]
    if sum(said) + bool(bands) != 1:
        raise RowFault("row_says_nothing", str(number))
    for before, band in zip((None, *bands), bands, strict=False):
        if (band.ratio is None) == (band.unknown is None):
            raise RowFault("band_says_nothing", str(number))
        if before is not None and (before.upto is None or (band.upto is not None and band.upto <= before.upto)):
            raise RowFault("bands_not_rising", str(number))
    if bands and bands[-1].upto is not None:
        raise RowFault("bands_not_open", str(number))
