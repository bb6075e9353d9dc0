"""The catalogue as a file: `[[item]]` tables of a load file, or CSV with the same names in its header.

[[item]]
code = "X0001"            # 医疗目录编码
name = "…"
class = "乙"               # 甲, 乙, 丙 (or 1, 2, 3)
from = 2026-01-01
upfront_employee = "5%"   # 先行自付, default "0%"; 丙 is wholly self-paid whatever is written
upfront_resident = "10%"
price_limit = "12.50"     # highest price of one unit in yuan, at most six decimals; without it there is none
restricted = true         # 限制使用
barred = true             # may not be paid from an account
fee_kind = "09"           # 医疗收费项目类别
region = "990100"         # only there; without it everywhere
"""

import csv
import datetime
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from mulaid.intake.case_form import Division, Form, Name
from mulaid.located import Fault
from mulaid.terms.money import MoneyError, basis_points

EVERYWHERE = "0" * 6
"""The region of an item that is priced alike everywhere."""

_CLASSES = {"甲": 1, "乙": 2, "丙": 3, "1": 1, "2": 2, "3": 3}
_PRICE = re.compile(r"([0-9]{1,8})(?:\.([0-9]{1,6}))?")
_PRICE_DECIMALS = 6


class Percent(int):
    """Basis points, read from "5%"."""


class UnitPrice(int):
    """Millionths of a yuan, read from "12.50"."""


class Grade(int):
    """甲 1, 乙 2, 丙 3."""


CATALOGUE_KINDS = frozenset({Percent, UnitPrice, Grade})


class ItemForm(Form, frozen=True, kw_only=True, tag_field="table", tag="item"):
    """One item as it is written."""

    code: Name
    name: Name
    grade: Grade = msgspec.field(name="class")
    from_day: datetime.date = msgspec.field(name="from")
    upfront_employee: Percent = Percent(0)
    upfront_resident: Percent = Percent(0)
    price_limit: UnitPrice | None = None
    restricted: bool = False
    barred: bool = False
    fee_kind: Name = "14"
    region: Division = EVERYWHERE


def read_catalogue_value(kind: type, value: Any) -> Any:
    """msgspec's hook for the three kinds above. A `ValueError` becomes a fault at the field's place."""
    try:
        if kind is Grade:
            return Grade(_CLASSES[str(value)])
        if not isinstance(value, str):
            raise MoneyError(value)
        return Percent(basis_points(value)) if kind is Percent else UnitPrice(_millionths(value))
    except (KeyError, MoneyError) as error:
        reason = {Grade: "not_a_class", Percent: "not_a_percentage"}.get(kind, "not_a_price")
        raise ValueError(f"{reason}:{value}") from error


def csv_rows(file: Path, lines: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of a CSV file that say something, each with its number. Raises `located.Fault`."""
    reader = csv.DictReader(lines)
    try:
        names = reader.fieldnames or ()
        if twice := next((name for at, name in enumerate(names) if name in names[:at]), None):
            raise Fault(file, reader.line_num, twice, "column_repeated", twice)
        for row in reader:
            if None in row:
                raise Fault(file, reader.line_num, "", "too_many_cells")
            said = {name: cell.strip() for name, cell in row.items() if cell and cell.strip()}
            if said:
                yield reader.line_num, said
    except csv.Error as error:
        raise Fault(file, reader.reader.line_num, "", "bad_line", str(error)) from error


def _millionths(text: str) -> int:
    match = _PRICE.fullmatch(text)
    if match is None:
        raise MoneyError(text)
    return int(match[1] + (match[2] or "").ljust(_PRICE_DECIMALS, "0"))
