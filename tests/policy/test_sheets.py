"""The spreadsheet files of the readings: numbers are numbers, days are dates, and no text is a formula."""

import csv
import datetime
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulaid.policy.book import Book
from mulaid.sheets import FORMULA_SIGNS, Ratio, Sheet, Yuan, as_csv, as_xlsx
from mulaid.wording.readings import SHEET_MARKS
from tests.policy.made import policy

BOOK = Book.load()
DAY = datetime.date(2026, 1, 20)
READINGS = {
    "show": ("show", "420100"),
    "everywhere": ("show", "floor", "P34", "--everywhere"),
    "diff": ("diff", "420100", "440300", "310000"),
    "coverage": ("coverage", "420100"),
    "calendar": ("calendar", "--from", "2026-01-01", "--until", "2026-12-31"),
}


def written(tmp_path: Path, *arguments: str) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    """The rows of the CSV and of the workbook's first sheet that a command writes."""
    on = () if arguments[0] == "calendar" else ("--on", DAY.isoformat())
    files = ("--csv", str(tmp_path / "told.csv"), "--xlsx", str(tmp_path / "told.xlsx"))
    result = policy(*arguments, *on, *files)
    assert result.exit_code == 0, result.stderr
    assert "told.csv" in result.stdout and "told.xlsx" in result.stdout
    text = (tmp_path / "told.csv").read_text("utf-8-sig")
    page = openpyxl.load_workbook(tmp_path / "told.xlsx").worksheets[0]
    head, *rows = ([*row] for row in page.iter_rows(values_only=True))
    return list(csv.DictReader(io.StringIO(text, newline=""))), [
        dict(zip(map(str, head), row, strict=True)) for row in rows
    ]


@pytest.mark.parametrize("arguments", READINGS.values(), ids=READINGS)
def test_both_files_say_the_same_of_one_book_and_day(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    lines, rows = written(tmp_path, *arguments)
    assert len(lines) == len(rows) > 0
    for line, row in zip(lines, rows, strict=True):
        assert set(line) == set(row) and line[SHEET_MARKS[1]] == row[SHEET_MARKS[1]] == BOOK.digest
        assert isinstance(row[SHEET_MARKS[0]], datetime.datetime)
        for name, cell in row.items():
            assert not isinstance(cell, str) or not cell.startswith(FORMULA_SIGNS)
            assert not line[name].startswith(FORMULA_SIGNS)
            if isinstance(cell, datetime.datetime):
                assert line[name] == cell.date().isoformat()
            elif isinstance(cell, str):
                assert line[name] == cell
            elif cell is not None:
                assert float(line[name]) == pytest.approx(cell)


def test_a_sum_is_a_number_and_a_first_day_is_a_date(tmp_path: Path) -> None:
    _, rows = written(tmp_path, "show", "390000", "floor", "--policies", str(_one_floor(tmp_path)))
    (row,) = rows
    assert row["数值"] == 200 and row["从哪天起"] == datetime.datetime(2025, 1, 1)


def test_json_stays_alone_on_the_output(tmp_path: Path) -> None:
    result = policy("show", "420100", "--json", "--csv", str(tmp_path / "told.csv"))
    assert json.loads(result.stdout)["region"] == "420100" and (tmp_path / "told.csv").exists()


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    result = policy("show", "420100", "--csv", str(tmp_path / "no-folder" / "told.csv"))
    assert result.exit_code == 2 and "told.csv" in result.stderr


texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
cells = st.one_of(
    st.none(), texts, st.sampled_from(("=1+1", "+86", "-5", "@sum", "=cmd|'x'!A1")), st.dates(datetime.date(1900, 3, 1))
) | st.integers(0, 10**9).map(Yuan)


@given(st.lists(st.tuples(cells, cells), max_size=5))
def test_no_cell_of_any_text_is_a_formula(rows: list[tuple[Any, Any]]) -> None:
    sheet = _sheet(tuple(rows))
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx([sheet]))).active
    assert page is not None
    for row in page.iter_rows():
        assert all(cell.data_type != "f" and not str(cell.value).startswith(FORMULA_SIGNS) for cell in row)
    for line in csv.reader(io.StringIO(as_csv(sheet).decode("utf-8-sig"), newline="")):
        assert not any(cell.startswith(FORMULA_SIGNS) for cell in line)


def test_the_same_rows_are_the_same_bytes_and_no_rows_still_name_the_book() -> None:
    sheet = _sheet(((Yuan(1), Ratio(5_550)),))
    assert as_xlsx([sheet]) == as_xlsx([sheet]) and as_csv(sheet) == as_csv(sheet)
    assert as_csv(sheet).decode("utf-8-sig").splitlines()[1] == "0.01,55.50%,2026-01-20,abc"
    assert as_csv(_sheet(())).decode("utf-8-sig").splitlines()[1] == ",,2026-01-20,abc"
    with pytest.raises(ValueError, match=r"-0\.01"):
        as_csv(_sheet(((Yuan(-1), None),)))


def _sheet(rows: tuple[tuple[Any, ...], ...]) -> Sheet:
    return Sheet(name="one", columns=("a", "=b"), rows=rows, day=DAY, digest="abc", marks=("day", "digest"))


def _one_floor(folder: Path) -> Path:
    """A book of one value."""
    book = folder / "book"
    (book / "sources").mkdir(parents=True)
    (book / "divisions.toml").write_text('whole = []\n[provinces]\n39 = "某省"\n', "utf-8")
    (book / "sources" / "all.toml").write_text('[[source]]\nid = "a"\ntitle = "某页"\ntier = "A"\n', "utf-8")
    (book / "39.toml").write_text(
        'region = "390000"\nname = "某省"\nchecked_on = 2026-01-01\n[[floor]]\nfrom = 2025-01-01\nvalue = "200.00"\n'
        'source = "a"\nsays = "要留两百元"\n',
        "utf-8",
    )
    return book
