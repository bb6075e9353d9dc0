"""Where a policy file is wrong: the field and the exact line, and what is refused although no entry shows it.

The files of `tests/policies_broken` say what is refused at all; `test_review` reads them.
"""

import datetime
from pathlib import Path

import pytest

from mulaid.located import Fault
from mulaid.policy.book import Book, shipped_folder

DIVISIONS = 'whole = []\n[provinces]\n99 = "一省"\n'
SOURCES = '[[source]]\nid = "a"\ntitle = "来源"\ntier = "A"\n'
GOOD = """region = "990100"
name = "某市"
checked_on = 2026-11-22

[[floor]]
from = 2020-01-01
value = "100.00"
source = "a"
says = "留一百元"

[[uses]]
from = 2020-01-01
value = ["outpatient", "inpatient"]
source = "a"
says = "看病住院都能用"

[[fund_ratio]]
from = 2020-01-01
scheme = "employee"
care = "outpatient"
value = [{ level = [3], bands = [{ upto = "1000.00", ratio = "50%" }, { ratio = "60%" }] }, { ratio = "70%" }]
source = "a"
says = "报五成到七成"
"""


def load(folder: Path, good: str = GOOD, **others: str) -> Book:
    """Write a small folder and read it."""
    files = {"divisions.toml": DIVISIONS, "sources/all.toml": SOURCES, "99/9901.toml": good}
    for name, text in (files | others).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return Book.load([folder])


VALUE, FROM = 'value = "100.00"', "from = 2020-01-01\n"
USES = '["outpatient", "inpatient"]'
FLOOR = GOOD[GOOD.index("[[floor]]") : GOOD.index("[[uses]]")]


def test_the_good_file_is_good(tmp_path: Path) -> None:
    found = load(tmp_path)
    assert [each.key for each in found.entries] == ["floor", "fund_ratio", "uses"]
    assert {each.key: each.line for each in found.entries} == {"floor": 5, "uses": 11, "fund_ratio": 17}


def test_a_region_has_one_file(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        load(tmp_path, **{"99/twin.toml": GOOD})
    assert (caught.value.file.name, caught.value.line, caught.value.reason) == ("twin.toml", 1, "region_repeated")


@pytest.mark.parametrize(
    ("name", "text", "line", "reason"),
    [
        ("sources/all.toml", SOURCES.replace('tier = "A"', 'tier = "D"'), 4, "invalid"),
        ("sources/all.toml", SOURCES.replace('title = "来源"\n', ""), 1, "invalid"),
        ("sources/all.toml", SOURCES.replace('title = "来源"', 'title = "来源"\nyear = 2026'), 1, "invalid"),
        ("sources/more.toml", "\n" + SOURCES, 3, "source_repeated"),
        ("sources/more.toml", '[[source]]\nid = "b"\ntitle = "来源"\ntier = "B"\npublished = "2026"\n', 5, "invalid"),
        ("sources/all.toml", SOURCES + 'regions = ["980000"]\n', 5, "unknown_division"),
        ("sources/all.toml", SOURCES + 'regions = ["99"]\n', 5, "invalid"),
        ("sources/all.toml", SOURCES + 'mechanisms = ["cash"]\n', 5, "invalid"),
        ("sources/all.toml", SOURCES + 'schemes = ["everybody"]\n', 5, "invalid"),
        ("sources/all.toml", SOURCES + 'until = "2026-01-01"\n', 5, "not_a_day"),
        ("divisions.toml", "whole = []\n", 1, "invalid"),
        ("divisions.toml", DIVISIONS + "[rivers]\n", 1, "invalid"),
    ],
)
def test_wrong_sources_and_divisions(tmp_path: Path, name: str, text: str, line: int, reason: str) -> None:
    with pytest.raises(Fault) as caught:
        load(tmp_path, **{name: text})
    assert (caught.value.file, caught.value.line, caught.value.reason) == (tmp_path / name, line, reason)


def test_a_source_says_how_far_it_reaches(tmp_path: Path) -> None:
    scope = (
        'scope = "标题写明是本市职工"\nregions = ["990100"]\nmechanisms = ["pool", "ownership_transfer"]\n'
        'schemes = ["employee"]\nfrom = 2020-01-01\nuntil = 2021-01-01\n'
    )
    source = load(tmp_path, **{"sources/all.toml": SOURCES + scope}).sources["a"]
    assert (source.regions, source.mechanisms, source.schemes) == (
        ("990100",),
        ("pool", "ownership_transfer"),
        ("employee",),
    )
    assert (source.first_day, source.until) == (datetime.date(2020, 1, 1), datetime.date(2021, 1, 1))
    assert source.scope == "标题写明是本市职工"
    silent = Book.load([shipped_folder()]).sources["mulaid"]
    assert (silent.scope, silent.regions, silent.first_day) == ("", (), None)


def test_no_divisions_and_no_folder(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        Book({})
    assert (caught.value.file, caught.value.reason) == (Path("divisions.toml"), "unreadable")
    with pytest.raises(Fault) as caught:
        Book.load([tmp_path / "nowhere"])
    assert (caught.value.file, caught.value.reason) == (tmp_path / "nowhere", "no_such_folder")


def test_missing_divisions_are_named_with_their_folder(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        Book.load([tmp_path])
    assert (caught.value.file, caught.value.reason) == (tmp_path / "divisions.toml", "unreadable")


SAYS = 'says = "留一百元"'
TEXT = "Expected `str`, got `int`"
EMPTY = "Expected `str` of length >= 1"
FORM = [
    ("no day", FROM + VALUE, VALUE, 5, "floor[1]", "Object missing required field `from`"),
    ("no source", 'source = "a"\n' + SAYS, SAYS, 5, "floor[1]", "Object missing required field `source`"),
    ("no words", SAYS + "\n", "", 5, "floor[1]", "Object missing required field `says`"),
    ("scheme that does not exist", 'scheme = "employee"', 'scheme = "employees"', 19, "fund_ratio[1].scheme",
     "Invalid enum value 'employees'"),
    ("care that does not exist", 'care = "outpatient"', 'care = "outpatients"', 20, "fund_ratio[1].care",
     "Invalid enum value 'outpatients'"),
    ("bands over what", 'care = "outpatient"', 'care = "outpatient"\nover = "month"', 21, "fund_ratio[1].over",
     "Invalid enum value 'month'"),
    ("empty reason for unknown", VALUE, 'unknown = ""', 7, "floor[1].unknown", EMPTY),
    ("reason that is no text", VALUE, "unknown = 7", 7, "floor[1].unknown", TEXT),
    ("at_least that is no number", VALUE, 'unknown = "没有写"\nat_least = "two"', 8, "floor[1].at_least",
     "Expected `int`, got `str`"),
    ("at_least below nothing", VALUE, 'unknown = "没有写"\nat_least = -1', 8, "floor[1].at_least",
     "Expected `int` >= 0"),
    ("flag that is none", SAYS, SAYS + '\nno_later_than = "yes"', 10, "floor[1].no_later_than",
     "Expected `bool`, got `str`"),
    ("words that are none", SAYS, "says = 7", 9, "floor[1].says", TEXT),
    ("source as a list", 'source = "a"\n' + SAYS, 'source = ["a"]\n' + SAYS, 8, "floor[1].source",
     "Expected `str`, got `array`"),
    ("further source as a word", SAYS, SAYS + '\nalso = "a"', 10, "floor[1].also", "Expected `array`, got `str`"),
    ("further source without a name", SAYS, SAYS + '\nalso = ["a", ""]', 10, "floor[1].also[2]", EMPTY),
    ("maybe without a list", VALUE, VALUE + '\nmaybe = "1.00"\nunknown = "没有写"', 8, "floor[1].maybe",
     "Expected `array`, got `str`"),
    ("region that is no code", 'region = "990100"', 'region = "9901"', 1, "region",
     "Expected `str` matching regex '^[0-9]{6}$'"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "detail"), [each[1:] for each in FORM], ids=[each[0] for each in FORM]
)
def test_what_does_not_fit_the_form_is_named_with_its_field(
    tmp_path: Path, old: str, new: str, line: int | None, field: str | None, detail: str
) -> None:
    """Where `line` is None the place is a matter of its own below."""
    assert GOOD.count(old) == 1
    with pytest.raises(Fault) as caught:
        load(tmp_path, GOOD.replace(old, new))
    found = caught.value
    assert (found.file, found.reason, found.detail) == (tmp_path / "99" / "9901.toml", "invalid", detail)
    assert line is None or (found.line, found.field) == (line, field)


def test_an_unknown_key_is_placed_where_it_stands(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        load(tmp_path, GOOD.replace(SAYS, SAYS + "\nvaleu = 1"))
    assert (caught.value.line, caught.value.field) == (10, "floor[1].valeu")


def test_a_day_in_quotes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        load(tmp_path, GOOD.replace(FROM + VALUE, FROM.replace("2020-01-01", '"2020-01-01"') + VALUE))
    assert (caught.value.line, caught.value.reason) == (6, "not_a_day")


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "reason", "detail"),
    [
        (SAYS, SAYS + '\nalso = ["nowhere"]', 10, "floor[1].also", "unknown_source", "nowhere"),
        ('region = "990100"', 'region = "980100"', 1, "region", "unknown_division", "980100"),
        (FLOOR, "floor = [1]\n", 5, "floor", "not_an_array_of_tables", "floor"),
    ],
    ids=["further source that does not exist", "region of no province", "numbers instead of tables"],
)
def test_a_word_nobody_will_ever_ask_for_is_refused(
    tmp_path: Path, old: str, new: str, line: int, field: str, reason: str, detail: str
) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(Fault) as caught:
        load(tmp_path, GOOD.replace(old, new))
    found = caught.value
    assert (found.line, found.field, found.reason, found.detail) == (line, field, reason, detail)


def test_a_wrong_word_in_maybe_is_blamed_on_maybe(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        load(tmp_path, GOOD.replace(USES, '["outpatient"]\nmaybe = ["dentist"]\nunknown = "没有写"'))
    assert (caught.value.line, caught.value.field, caught.value.reason) == (14, "uses[1].maybe", "not_a_choice")


TOP_UPS = ("large_amount", "serious_illness", "civil_servant", "medical_assistance")
BY_BANDS = (
    '{ bands = [{ ratio = "80%" }] }',
    '{ ratio = "80%", above = "1.00" }',
    '{ above = "1.00", unknown = "没有写" }',
)


def load_top_up(folder: Path, key: str, row: str) -> Book:
    """The small folder with one row of a further fund instead of the floor."""
    qualified = f'[[{key}]]\nscheme = "employee"\ngroup = "outpatient"'
    return load(folder, GOOD.replace(FLOOR, FLOOR.replace("[[floor]]", qualified).replace(VALUE, f"value = [{row}]")))


@pytest.mark.parametrize("row", BY_BANDS)
def test_only_the_large_amount_fund_has_no_bands_and_no_begin(tmp_path: Path, row: str) -> None:
    for key in TOP_UPS[1:]:
        assert load_top_up(tmp_path, key, row).entries
    with pytest.raises(Fault) as caught:
        load_top_up(tmp_path, "large_amount", row)
    found = caught.value
    assert (found.line, found.field, found.reason) == (9, "large_amount[1].value", "row_says_nothing")


@pytest.mark.parametrize("key", TOP_UPS)
@pytest.mark.parametrize("row", ['{ ratio = "80%", amount = "250000.00" }', '{ amount = "250000.00" }'])
def test_a_further_fund_has_no_amount(tmp_path: Path, key: str, row: str) -> None:
    assert load_top_up(tmp_path, key, '{ ratio = "80%" }').entries
    with pytest.raises(Fault) as caught:
        load_top_up(tmp_path, key, row)
    found = caught.value
    assert (found.line, found.field, found.reason) == (9, f"{key}[1].value", "bad_row")
    assert found.detail == "1: Object contains unknown field `amount`"


def test_a_misspelt_table_of_sources_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        load(tmp_path, **{"sources/more.toml": '[[sources]]\nid = "b"\ntitle = "来源"\ntier = "B"\n'})
    found = caught.value
    assert (found.file, found.line, found.field) == (tmp_path / "sources" / "more.toml", 1, "sources")
    assert (found.reason, found.detail) == ("unknown_key", "sources")


def test_sources_that_are_no_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Fault):
        load(tmp_path, **{"sources/more.toml": "source = 5\n"})


def test_a_fault_names_the_folder_its_file_stands_in(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    load(tmp_path / "one")
    (tmp_path / "one" / "99" / "9901.toml").write_text(GOOD.replace("[[floor]]", "[[flour]]"), "utf-8")
    with pytest.raises(Fault) as caught:
        Book.load([tmp_path / "one", tmp_path / "two"])
    assert caught.value.file == tmp_path / "one" / "99" / "9901.toml"
