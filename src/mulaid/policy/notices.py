"""What a policy file states for people to read: premiums, channels, account credit, penalties. No decision asks."""

from typing import Annotated, Any, Literal

import msgspec

from mulaid.policy.rows import Row, RowFault, read_rows
from mulaid.terms.money import BasisPoints, Fen

MonthDay = tuple[int, int]
Text = Annotated[str, msgspec.Meta(min_length=1)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
Year = Annotated[int, msgspec.Meta(ge=1949)]


class Premium(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a resident pays for the cover of one calendar year."""

    year: Year
    amount: Fen


class Season(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When it is paid, both days inside; a season may pass the new year."""

    opens: MonthDay
    closes: MonthDay


class Channel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where people go to bind: by its real name and menu. `misleading` leads them to something else."""

    kind: Literal["app", "website", "wechat", "alipay", "mini_program", "counter", "bank", "hotline"]
    name: Text
    menu: str = ""
    misleading: bool = False
    note: str = ""


class CreditRow(Row, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is paid into a personal account: a ratio of a base, or an amount a month or year, `less` a deduction."""

    ratio: BasisPoints | None = None
    of: Literal["own_base", "average_pension"] | None = None
    year: Year | None = None
    """The year the base was measured in."""
    amount: Fen | None = None
    per: Literal["month", "year"] | None = None
    less: Fen = 0


class Penalty(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an article of the law says of a conduct: a fine in times of the sum, months without networked settlement."""

    article: Positive
    conduct: Text
    fine_from: Positive | None = None
    fine_upto: Positive | None = None
    suspend_from: Positive | None = None
    suspend_upto: Positive | None = None
    crime: bool = False


def read_credit(rows: list[Any]) -> tuple[CreditRow, ...]:
    """Rows of account credit. Raises `RowFault` where a ratio has no base, or an amount no period."""
    read = read_rows(rows, CreditRow)
    for number, (row, table) in enumerate(zip(read, rows, strict=True), 1):
        whole = (row.ratio is None) == (row.of is None) and (row.amount is None) == (row.per is None)
        if not whole or table.get("amount") == "none":
            raise RowFault("credit_not_whole", str(number))
        if (row.year is not None and row.ratio is None) or row.less > (row.amount or 0):
            raise RowFault("credit_not_whole", str(number))
    return read
