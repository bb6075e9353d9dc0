"""The files of the project, as the house rules look at them. A finding is one line: where, and what is wrong there."""

import ast
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "mulaid"

Finding = str


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git tracks or would take with the next commit, in order."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout
    files = (ROOT / name for name in sorted(set(listed.split("\0"))) if name)
    return tuple(file for file in files if file.is_file())


def package_files(*suffixes: str, outside: tuple[str, ...] = (), rooms: tuple[str, ...] = ()) -> list[Path]:
    """The package's files with these suffixes: without the rooms in `outside`, and only those in `rooms` when given."""
    found = []
    for file in tracked():
        if file.is_relative_to(PACKAGE) and file.suffix in suffixes:
            room = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
            if room not in outside and (not rooms or room in rooms):
                found.append(file)
    assert found, f"no {suffixes} file found under {PACKAGE}: the rule would check nothing"
    return found


def nothing_found(findings: Iterable[Finding]) -> None:
    """Fail with every finding on a line of its own."""
    found = list(findings)
    assert not found, "\n" + "\n".join(found)


def place(file: Path, line: int) -> str:
    """`src/mulaid/terms/money.py:12`, for a finding."""
    shown = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
    return f"{shown}:{line}"


def text_of(file: Path) -> str | None:
    """The file's text, or None for a file that is not text."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def docstrings(module: ast.Module) -> Iterator[ast.Constant]:
    """Strings that stand alone as a statement: docstrings, and the sentence under a field or a constant."""
    for node in ast.walk(module):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value
