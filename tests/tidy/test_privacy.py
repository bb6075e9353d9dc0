"""Nothing that looks like a real identity number stands in any file. Invented ones begin with 99, which is no area."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.tree import ROOT, Finding, nothing_found, place, text_of, tracked

IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])(?!99)[1-9][0-9]{5}"  # area
    r"(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"  # day of birth
    r"[0-9]{3}[0-9Xx](?![0-9A-Za-z])"  # sequence and check character
)


def identities(file: Path, text: str) -> Iterator[Finding]:
    """Where such a number stands; the number itself is not repeated in the report."""
    for number, line in enumerate(text.splitlines(), start=1):
        for _ in IDENTITY.findall(line):
            yield f"{place(file, number)} looks like an identity number"


def test_no_identity_number_in_any_file() -> None:
    texts = ((file, text_of(file)) for file in tracked())
    nothing_found(found for file, text in texts if text for found in identities(file, text))


def test_the_check_sees_identity_numbers() -> None:
    born, tail = "19500101", "123X"
    assert len(list(identities(ROOT / "a.toml", f'number = "{110101}{born}{tail}"'))) == 1
    assert len(list(identities(ROOT / "a.toml", f"{110101}{born}1234, {450602}{born}1234"))) == 2


def test_the_check_lets_invented_and_other_numbers_pass() -> None:
    born, tail = "19500101", "123X"
    assert list(identities(ROOT / "a.toml", f"{990101}{born}{tail}")) == []
    assert list(identities(ROOT / "a.toml", f"{110101}19501301{tail} and 1{110101}{born}{tail}")) == []
    assert list(identities(ROOT / "a.lock", f"sha256:a{110101}{born}1234f")) == []
