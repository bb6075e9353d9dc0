"""A refusal is a member of its family wherever it is made or asked about; its code is a string in no other place."""

import ast
from collections.abc import Iterator
from pathlib import Path

from mulaid.procedures.act.faults import Fault
from mulaid.terms.reasons import BillRefusal, EndRefusal, RelationRefusal, Skip
from tests.tidy.tree import PACKAGE, Finding, nothing_found, package_files, place

CODES = frozenset(
    reason.value for family in (BillRefusal, Skip, RelationRefusal, EndRefusal, Fault) for reason in family
)


def loose_codes(file: Path, text: str) -> Iterator[Finding]:
    """Strings that are a refusal's code, outside the families themselves and other closed lists."""
    module = ast.parse(text)
    members = {
        id(node)
        for family in ast.walk(module)
        if isinstance(family, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id in ("Reason", "StrEnum") for base in family.bases)
        for node in ast.walk(family)
    }
    for node in ast.walk(module):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.value in CODES
            and id(node) not in members
        ):
            yield f"{place(file, node.lineno)} {node.value} as a loose string: name the member of its family"


def test_no_refusal_is_a_loose_string() -> None:
    files = package_files(".py", outside=("wording",))
    nothing_found(found for file in files for found in loose_codes(file, file.read_text("utf-8")))


def test_the_check_sees_a_loose_code() -> None:
    file = PACKAGE / "procedures" / "settle.py"
    assert len(list(loose_codes(file, "if code == 'WRONG_CREDENTIAL':\n    pass"))) == 1
    assert list(loose_codes(file, "class Check(StrEnum):\n    BUSY = 'BUSY'\nassert Check.BUSY")) == []
