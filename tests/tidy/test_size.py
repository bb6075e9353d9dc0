"""A file has at most 400 lines and a function at most 60: beyond that the design is telling you something."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.tree import PACKAGE, ROOT, Finding, nothing_found, place, tracked

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60


def too_long(file: Path, text: str) -> Iterator[Finding]:
    """Program, tests and migrations alike; a function is counted from `def` to its last line, docstring included."""
    lines = len(text.splitlines())
    if lines > FILE_LINES_MAX:
        yield f"{place(file, lines)} file has more than {FILE_LINES_MAX} lines"
    if file.suffix != ".py":
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES_MAX:
                yield f"{place(file, node.lineno)} {node.name} has {length} lines, more than {FUNCTION_LINES_MAX}"


def test_files_and_functions_are_short() -> None:
    program = [file for file in tracked() if file.suffix in {".py", ".sql"}]
    assert any(file.is_relative_to(ROOT / "src") for file in program)
    nothing_found(found for file in program for found in too_long(file, file.read_text("utf-8")))


def test_the_check_counts_to_the_line() -> None:
    file = PACKAGE / "decide" / "plan.py"
    body = "    x = 1\n"
    assert list(too_long(file, "def f():\n" + body * 59)) == []
    assert len(list(too_long(file, "async def f():\n" + body * 60))) == 1
    assert list(too_long(file, "x = 1\n" * 400)) == []
    assert len(list(too_long(file, "x = 1\n" * 401))) == 1
