"""Only an act writes, and a refusal is a name that has a sentence."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.tree import ROOT, Finding, nothing_found

PACKAGE = ROOT / "src" / "mulaid"
OPENING = {PACKAGE / "procedures" / "act" / name for name in ("transaction.py", "query.py")}
"""Where a transaction is opened: for an act, and for what only reads at one instant."""
OWN = {"bench", "audit", "simulate"}
"""They keep books of their own, or only read ours."""


def calls(file: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call))


def transactions() -> Iterator[Finding]:
    for file in sorted(PACKAGE.rglob("*.py")):
        if file in OPENING or OWN & set(file.relative_to(PACKAGE).parts):
            continue
        for call in calls(file):
            if getattr(call.func, "attr", "") == "transaction" and not _only_reads(call):
                yield f"{file.relative_to(ROOT)}:{call.lineno} opens a transaction: that is for an act"


def _only_reads(call: ast.Call) -> bool:
    """Whether it opens a read-only one, or none at all: `answered.transaction` names a message's kind."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    named = isinstance(owner, ast.Name) and owner.id == "answered"
    return named or any(word.arg == "readonly" for word in call.keywords)


def loose_refusals() -> Iterator[Finding]:
    for file in sorted(PACKAGE.rglob("*.py")):
        for call in calls(file):
            if getattr(call.func, "id", "") in ("Refused", "Obstacle"):
                codes = [word.value for word in call.keywords if word.arg == "code"]
                if any(isinstance(code, ast.Constant) for code in codes):
                    yield f"{file.relative_to(ROOT)}:{call.lineno} refuses with a loose string"


def test_nothing_but_an_act_opens_a_transaction() -> None:
    nothing_found(transactions())


def test_no_refusal_is_a_loose_string() -> None:
    nothing_found(loose_refusals())
