"""Whatever is written into a file, its reader ends in a value or in a fault that can be told, never otherwise."""

import copy
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mulaid.cli.decide import decide_bill, decide_sponsorship
from mulaid.intake.cases import cases_of, read_cases
from mulaid.intake.loads import read_loads
from mulaid.located import Document, Fault
from mulaid.policy.book import Book
from mulaid.policy.law import Law
from mulaid.wording.files import fault_sentence
from tests.rules.made import INVENTED
from tests.tidy.tree import ROOT

ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]{3,} [a-z]{3,}")
DIVISIONS = (INVENTED / "divisions.toml").read_text("utf-8")
LAW = Law(Book.load())
SAMPLES = {
    "case.toml": (ROOT / "examples" / "cases" / "mother.toml").read_text("utf-8"),
    "load.toml": (ROOT / "examples" / "population" / "450600-fangchenggang.toml").read_text("utf-8")[:3_000],
    "load.jsonl": (ROOT / "examples" / "population" / "510100-chengdu.jsonl").read_text("utf-8")[:3_000],
    "load.csv": "code,name,class,from,price_limit\nA1,某药,甲,2026-01-01,12.5\nA2,某药,乙,2026-01-01,\n",
    "floor.toml": (ROOT / "policies" / "45-guangxi" / "4506-fangchenggang.toml").read_text("utf-8")[:3_000],
}


def case(file: Path) -> None:
    read = read_cases(file, lambda _: LAW.book.divisions.resolve)
    for bill in read.bills:
        decide_bill(bill, LAW)
    for relation in read.relations:
        decide_sponsorship(relation, LAW)


def load(file: Path) -> None:
    read_loads([file], LAW.book.divisions.resolve, lambda *words: None, profiles=["baseline"])


def policy(file: Path) -> None:
    (file.parent / "divisions.toml").write_text(DIVISIONS, "utf-8")
    Book.load([file.parent])


READERS: dict[str, Callable[[Path], None]] = {
    "case.toml": case,
    "load.toml": load,
    "load.jsonl": load,
    "load.csv": load,
    "floor.toml": policy,
}

marks = st.sampled_from(
    (
        "[[",
        "]]",
        "{",
        "}",
        '"""',
        "'''",
        '"',
        "=",
        ".",
        ",",
        "\n",
        "\r",
        "\ufeff",
        "\0",
        "\u202e",
        "-0.00",
        "9" * 40,
        "1e9",
    )
)
values = st.sampled_from(
    (
        "true",
        "-1",
        "9999-12-31",
        "0001-01-01",
        "9" * 30,
        "1.5",
        "nan",
        '""',
        '"=1"',
        "[]",
        "{}",
        '"-0.00"',
        "[[[]]]",
        "x",
        "12:00:00",
    )
)
words = st.sampled_from(
    ("patient", "age", "total", "balance", "state", "bound_on", "until", "uses", "from", "value", "born")
)


@st.composite
def spoilt(draw: st.DrawFn, name: str) -> bytes:
    """A good file with some of it cut out, put twice, or written over."""
    text = SAMPLES[name]
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        if draw(st.booleans()):
            equals = text.find("=", start)
            start, end = (equals + 1, text.find("\n", equals)) if equals >= 0 else (start, end)
            end = len(text) if end < 0 else end
        piece = draw(st.one_of(marks, values, words, st.text(max_size=5), st.just(text[start:end] * 2)))
        text = text[:start] + piece + text[end:]
    return text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_reader_ends_in_a_value_or_a_fault(tmp_path: Path, name: str, data: Any) -> None:
    content = data.draw(
        st.one_of(spoilt(name), spoilt(name), st.binary(max_size=40), st.text(max_size=40).map(str.encode))
    )
    ended(tmp_path / name, content)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xef\xbb\xbf",
        b"\0",
        b"[",
        b"=",
        b"a=" + b"[" * 10_000,
        b"{" * 10_000,
        b"a=[\n[" + b" " * 100_000 + b"\n1]]",
    ],
)
def test_so_does_it_with_these(tmp_path: Path, name: str, content: bytes) -> None:
    ended(tmp_path / name, content)


def ended(file: Path, content: bytes) -> None:
    """Read the file; a fault must be told as one sentence, in Chinese and in reasonable length."""
    file.write_bytes(content)
    try:
        READERS[file.name](file)
    except Fault as fault:
        for each in (fault, *fault.others):
            sentence = fault_sentence(each)
            assert "\n" not in sentence and sentence.endswith("。") and len(sentence) < 700
            assert "有错误" not in sentence
            assert not ENGLISH.search(sentence), sentence


scalars = st.one_of(
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.dates(),
    st.times(),
    st.text(max_size=8),
    st.sampled_from(
        ("0.00", "99999999999999.99", "resident", "ended", "waiting", "450600", "wallet_quota", "pool", "m")
    ),
    st.sampled_from(("all", "own", "none", "inpatient", "maternity", "spouse", "other", "f", "month", "retired_cadre")),
)
WORKED = [
    (kind, case)
    for file in sorted((ROOT / "tests" / "cases" / "national").glob("*.toml"))
    for kind, cases in tomllib.loads(file.read_text("utf-8")).items()
    for case in cases
]


@settings(max_examples=300, deadline=None)
@given(data=st.data(), worked=st.sampled_from(WORKED))
def test_a_case_with_other_values_is_decided_or_refused(data: Any, worked: tuple[str, dict[str, Any]]) -> None:
    kind, written = worked
    table = {kind: [copy.deepcopy(written)]}
    for _ in range(data.draw(st.integers(1, 3))):
        inside, key = data.draw(st.sampled_from(list(places(table[kind][0]))))
        inside[key] = data.draw(scalars)
    try:
        document = Document(Path("case.toml"), table, {})
        document.check()
        read = cases_of(document, lambda _: LAW.book.divisions.resolve)
    except Fault as fault:
        assert "有错误" not in fault_sentence(fault)
        return
    told = [
        *(decide_bill(each, LAW) for each in read.bills),
        *(decide_sponsorship(each, LAW) for each in read.relations),
    ]
    assert told[0].report and msgspec.json.encode(told[0].result)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every scalar in a table, by what holds it and its key there."""
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(each, dict | list):
            yield from places(each)
        else:
            yield value, key
