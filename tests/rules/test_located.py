"""The line of every header and key of a TOML file, and how a fault names its place."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulaid.located import Document, Fault, Place, parse, place_of, read

FILE = Path("policy.toml")
_names = st.from_regex(r"[a-z][a-z0-9_-]{0,6}", fullmatch=True)
_values = st.sampled_from(
    [
        "1",
        "true",
        "'text'",
        "2026-01-01",
        '["a", "b"]',
        '{ a = 1, b = "x = 2" }',
        '"# no comment"',
        '"[not a header]"',
    ]
)
_fillers = st.lists(st.sampled_from(["", "# a comment", "   ", "# [header]", "# key = 1"]), max_size=2)
_multiline = st.sampled_from(
    ['"""\nkey = 1\n[table]\n"""', "'''\n[[a]]\nb = 2\n'''", '[\n  "a",\n  { x = 1 },\n]', '"""one"""']
)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, dict[Place, int]]:
    """The text of a TOML file and the line of everything in it, noted while it is written."""
    lines: list[str] = []
    places: dict[Place, int] = {}
    tables: list[tuple[Place, str]] = [((), "")]
    for name in draw(st.lists(_names, unique=True, max_size=4)):
        if draw(st.booleans()):
            tables.append(((f"t-{name}",), f"[t-{name}]"))
        else:
            tables += [((f"a-{name}", at), f"[[a-{name}]]") for at in range(draw(st.integers(1, 3)))]
            if draw(st.booleans()):
                last = tables[-1][0]
                tables.append(((*last, "inner"), f"[a-{name}.inner]"))
    for place, header in tables:
        lines += draw(_fillers)
        if header:
            places[place] = len(lines) + 1
            lines.append(header + draw(st.sampled_from(["", "  # why"])))
        for key in draw(st.lists(_names, unique=True, max_size=3)):
            lines += draw(_fillers)
            places[*place, key] = len(lines) + 1
            lines += f"{key} = {draw(st.one_of(_values, _multiline))}".split("\n")
    return "\n".join(lines) + "\n", places


@given(files())
def test_every_header_and_key_is_found_on_its_line(made: tuple[str, dict[Place, int]]) -> None:
    text, places = made
    document = parse(FILE, text)
    assert {place: document.line(*place) for place in places} == places


@given(files())
def test_a_place_inside_falls_back_to_what_is_around_it(made: tuple[str, dict[Place, int]]) -> None:
    text, places = made
    document = parse(FILE, text)
    for place, line in places.items():
        assert document.line(*place, "nothing", 0, "here") == line
    assert document.line("nothing-at-all") == 1


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("$", ()),
        ("$.case", ("case",)),
        ("$.case[3].patient.age", ("case", 3, "patient", "age")),
        ("$.case[0].sponsors[12].balance", ("case", 0, "sponsors", 12, "balance")),
        ("$.case[...].name", ("case", "name")),
        ("$[2][3]", (2, 3)),
    ],
)
def test_a_pointer_becomes_a_path(pointer: str, place: Place) -> None:
    assert place_of(pointer) == place


def test_a_fault_counts_from_one() -> None:
    document = parse(FILE, "[[case]]\nname = 1\n[[case]]\nname = 2\n[case.patient]\nage = 3\n")
    fault = document.fault(("case", 1, "patient", "age"), "why", "detail", "the case")
    assert (fault.line, fault.field, fault.reason, fault.detail, fault.case) == (
        6,
        "case[2].patient.age",
        "why",
        "detail",
        "the case",
    )


def test_what_is_not_toml_is_named_by_line() -> None:
    with pytest.raises(Fault) as caught:
        parse(FILE, "a = 1\nb = 2\nc = [1\nd = 4\n")
    assert (caught.value.reason, caught.value.line) == ("not_toml", 4)
    with pytest.raises(Fault) as caught:
        parse(FILE, "a = 1\nb = ")
    assert caught.value.line == 2


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        read(tmp_path / "nothing.toml")
    assert caught.value.reason == "unreadable"
    (tmp_path / "bytes.toml").write_bytes(b"a = '\xff'")
    with pytest.raises(Fault) as caught:
        read(tmp_path / "bytes.toml")
    assert caught.value.reason == "not_utf8"


def test_what_was_read_is_what_tomllib_reads() -> None:
    document = parse(FILE, 'a = """\n[x]\n"""\n[b]\nc = 1\n')
    assert isinstance(document, Document)
    assert document.table == {"a": "[x]\n", "b": {"c": 1}} and document.line("b", "c") == 5


@pytest.mark.parametrize(
    "first",
    ['# """ starts nothing in a comment', "a = \"'''\"", 'a = \'"""\'', 'a = "one\u2028line"', 'a = "one\x85line"'],
    ids=["comment", "basic string", "literal string", "line separator", "next line"],
)
def test_only_what_toml_calls_a_string_or_a_line_is_one(first: str) -> None:
    document = parse(FILE, f"{first}\n[b]\nc = 1\n")
    assert document.table["b"] == {"c": 1}
    assert document.line("b", "c") == 3
