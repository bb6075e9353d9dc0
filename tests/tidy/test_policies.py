"""Every value of the shipped book is cited and dated: read from the files as they stand, not by the book's reader."""

import datetime
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.tidy.tree import ROOT, Finding, nothing_found, place

POLICIES = ROOT / "policies"
OWN = "mulaid"


def sources() -> set[str]:
    files = (POLICIES / "sources").glob("*.toml")
    return {OWN} | {source["id"] for file in files for source in tomllib.loads(file.read_text("utf-8"))["source"]}


def region_files() -> list[Path]:
    found = [POLICIES / "national.toml", *POLICIES.glob("[0-9]*/*.toml")]
    assert len(found) > 1
    return sorted(found)


def entries(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, tables in tomllib.loads(file.read_text("utf-8")).items():
        if isinstance(tables, list):
            yield from ((key, table) for table in tables)


def uncited(file: Path, known: set[str]) -> Iterator[Finding]:
    """Entries without a day, a sentence, a source that is there, or a value or reason; a file nobody checked."""
    if type(tomllib.loads(file.read_text("utf-8")).get("checked_on")) is not datetime.date:
        yield f"{place(file, 1)} does not say when it was checked"
    for key, entry in entries(file):
        dated = type(entry.get("from")) is datetime.date
        cited = {entry.get("source"), *entry.get("also", ())} <= known and entry.get("says")
        if not (dated and cited and ("value" in entry or entry.get("unknown"))):
            yield f"{place(file, 1)} {key} {entry.get('from')} is not cited or not dated"


def test_every_value_is_cited_and_dated() -> None:
    known = sources()
    nothing_found(found for file in region_files() for found in uncited(file, known))


def test_the_check_sees_what_is_missing(tmp_path: Path) -> None:
    file = ROOT / "policies" / "national.toml"
    whole = file.read_text("utf-8")
    assert list(uncited(file, {OWN})), "a source that is not there"
    for old, new in (
        ("checked_on = ", "# "),
        ("from = 2000-01-01\n", ""),
        ('source = "mulaid"\n', ""),
        ("says = ", "# "),
    ):
        broken = tmp_path / "national.toml"
        broken.write_text(whole.replace(old, new, 1), "utf-8")
        assert len(list(uncited(broken, sources()))) == 1, old
