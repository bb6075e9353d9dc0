"""No float near money: no float name, no float literal, and no true division where rules and ledger compute.

In the database an amount is a bigint.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.tree import PACKAGE, Finding, nothing_found, package_files, place

ROOMS = ("terms", "policy", "decide", "ledger", "procedures", "store")
NO_DIVISION = ("terms", "decide", "ledger", "procedures")

NARROW = re.compile(
    r"\b(\w+_fen)\s+(smallint|int|integer|int2|int4|real|float[48]?|double|numeric|decimal|money)\b", re.IGNORECASE
)


def floats(file: Path, text: str) -> Iterator[Finding]:
    """Calls, annotations and literals of float; `/` too, except where the room also joins paths with it."""
    divides = file.relative_to(PACKAGE).parts[0] not in NO_DIVISION
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and node.id == "float":
            yield f"{place(file, node.lineno)} float"
        elif isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield f"{place(file, node.lineno)} float literal {node.value}"
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div) and not divides:
            yield f"{place(file, node.lineno)} true division makes a float"


def narrow_amounts(file: Path, text: str) -> Iterator[Finding]:
    """Columns of fen that are not bigint: an int ends at 21 million yuan, a numeric is slow, a float is wrong."""
    for number, line in enumerate(text.splitlines(), start=1):
        for column, kind in NARROW.findall(line):
            yield f"{place(file, number)} {column} is {kind} instead of bigint"


def test_no_float_near_money() -> None:
    files = package_files(".py", rooms=ROOMS)
    nothing_found(found for file in files for found in floats(file, file.read_text("utf-8")))


def test_amounts_are_bigint() -> None:
    nothing_found(found for file in package_files(".sql") for found in narrow_amounts(file, file.read_text("utf-8")))


def test_the_check_sees_narrow_amounts() -> None:
    file = PACKAGE / "store" / "migrations" / "1_first.sql"
    assert len(list(narrow_amounts(file, "    amount_fen integer not null,\n    paid_fen NUMERIC(16, 2)"))) == 2
    assert list(narrow_amounts(file, "    amount_fen bigint not null check (amount_fen > 0)")) == []


def test_the_check_sees_floats() -> None:
    file = PACKAGE / "decide" / "plan.py"
    assert len(list(floats(file, "def f(a: float) -> int | float: return float(a)"))) == 3
    assert len(list(floats(file, "ratio = 0.55\ncap = 1e3"))) == 2
    assert len(list(floats(file, "half = a / 2\nhalf /= 2"))) == 2
    assert list(floats(file, 'half = a // 2  # not 0.5\namount = "128.50"')) == []
    assert list(floats(PACKAGE / "store" / "schema.py", "folder = here / name")) == []
