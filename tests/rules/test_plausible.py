"""Where a number stops being plausible, and which rows contradict each other."""

import pytest

from mulaid.policy.book import Book
from mulaid.policy.entry import Entry
from mulaid.policy.plausible import implausible, reversed_spans, unreached_rows, upside_down_rows
from mulaid.policy.rules import BY_KEY

DIVISIONS = 'whole = []\n[provinces]\n99 = "一省"\n'
SOURCES = '[[source]]\nid = "a"\ntitle = "来源"\ntier = "A"\n'
QUALIFIERS = {"scheme": "employee", "group": "outpatient", "care": "outpatient"}


def stated(key: str, value: str) -> Entry:
    qualified = "".join(f'{name} = "{QUALIFIERS[name]}"\n' for name in BY_KEY[key].qualifiers)
    text = f'[[{key}]]\nfrom = 2024-09-01\n{qualified}value = {value}\nsource = "a"\nsays = "某句话"\n'
    head = 'region = "990100"\nname = "某市"\nchecked_on = 2026-11-22\n\n'
    (entry,) = Book({"divisions.toml": DIVISIONS, "sources/a.toml": SOURCES, "9901.toml": head + text}).entries
    return entry


@pytest.mark.parametrize(
    ("key", "value", "plausible"),
    [
        ("floor", '"0.00"', True),
        ("floor", '"0.99"', False),
        ("floor", '"20000.00"', True),
        ("floor", '"20000.01"', False),
        ("max_members", '"unlimited"', True),
        ("max_members", "50", True),
        ("max_members", "51", False),
        ("consent_age", "5", False),
        ("consent_age", "18", True),
        ("consent_age", "19", False),
        ("per_relation_max", "{ father = 1, child = 21 }", False),
        ("limits", '{ day = "9.99", scope = "all" }', False),
        ("fund_ratio", '[{ ratio = "9.99%" }]', False),
        ("fund_ratio", '[{ ratio = "10%" }]', True),
        ("fund_ratio", '[{ bands = [{ upto = "100.00", ratio = "70%" }, { ratio = "7%" }] }]', False),
        ("fund_ratio", '[{ bands = [{ upto = "1.00", ratio = "70%" }, { ratio = "60%" }] }]', False),
        ("fund_ceiling", '[{ amount = "none" }]', True),
        ("fund_ceiling", '[{ amount = "49.99" }]', False),
        ("deductible", '[{ amount = "0.00" }]', True),
        ("deductible", '[{ amount = "10000.01" }]', False),
        ("account_credit", '[{ amount = "100.00", per = "month" }]', True),
        ("account_credit", '[{ ratio = "10.01%", of = "own_base" }]', False),
        ("premium_amount", '{ year = 2025, amount = "400.00" }', True),
        ("premium_amount", '{ year = 2025, amount = "4.00" }', False),
        ("wallet_open", "true", True),
        ("wallet_return_by", '"06:00"', True),
        ("mechanisms", "[]", True),
    ],
)
def test_a_number_is_plausible_up_to_a_point(key: str, value: str, plausible: bool) -> None:
    assert (not list(implausible(stated(key, value)))) is plausible


@pytest.mark.parametrize(("year", "found"), [(2023, True), (2024, False), (2025, False), (2026, True)])
def test_a_premium_is_for_the_year_of_its_season_or_the_next(year: int, found: bool) -> None:
    entry = stated("premium_amount", f'{{ year = {year}, amount = "380.00" }}')
    assert bool(list(reversed_spans(entry))) is found


@pytest.mark.parametrize(
    ("spans", "found"),
    [
        ("fine_from = 2, fine_upto = 5", False),
        ("fine_from = 2, fine_upto = 2", False),
        ("fine_from = 5, fine_upto = 2", True),
        ("suspend_from = 12, suspend_upto = 3", True),
        ("suspend_from = 3", False),
    ],
)
def test_a_penalty_rises(spans: str, found: bool) -> None:
    entry = stated("penalties", f'[{{ article = 40, conduct = "某事", {spans} }}]')
    assert bool(list(reversed_spans(entry))) is found


@pytest.mark.parametrize(
    ("key", "rows", "codes"),
    [
        ("fund_ratio", '{ retired = true, ratio = "75%" }, { ratio = "70%" }', []),
        ("fund_ratio", '{ retired = true, ratio = "65%" }, { ratio = "70%" }', ["retired_worse"]),
        ("fund_ratio", '{ retired = true, level = [1], ratio = "65%" }, { level = [3], ratio = "70%" }', []),
        ("fund_ratio", '{ level = [0, 1], ratio = "70%" }, { level = [2, 3], ratio = "70%" }', []),
        ("fund_ratio", '{ level = [3], ratio = "70%" }, { level = [1, 2], ratio = "60%" }', ["level_reversed"]),
        ("fund_ratio", '{ level = [3], ratio = "70%" }, { level = [1], unknown = "没有写" }', []),
        ("deductible", '{ level = [1], amount = "900.00" }, { level = [3], amount = "300.00" }', ["level_reversed"]),
        ("deductible", '{ retired = true, amount = "300.00" }, { amount = "500.00" }', []),
        ("fund_ceiling", '{ retired = true, amount = "3000.00" }, { amount = "4000.00" }', ["retired_worse"]),
        ("fund_ceiling", '{ retired = true, amount = "none" }, { amount = "4000.00" }', []),
        ("medical_assistance", '{ level = [1], ratio = "50%" }, { level = [3], ratio = "70%" }', []),
    ],
)
def test_rows_upside_down(key: str, rows: str, codes: list[str]) -> None:
    assert [finding.code for finding in upside_down_rows(stated(key, f"[{rows}]"))] == codes


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ('{ ratio = "70%" }, { retired = true, ratio = "75%" }', [(2, 1)]),
        ('{ retired = true, ratio = "75%" }, { ratio = "70%" }', []),
        ('{ level = [1, 2], ratio = "70%" }, { level = [1], ratio = "75%" }', [(2, 1)]),
        ('{ level = [1], ratio = "75%" }, { level = [1, 2], ratio = "70%" }', []),
        ('{ age_from = 60, ratio = "75%" }, { age_from = 70, ratio = "80%" }', [(2, 1)]),
        ('{ age_from = 70, ratio = "80%" }, { age_from = 60, ratio = "75%" }', []),
        ('{ age_below = 70, ratio = "75%" }, { age_below = 60, ratio = "80%" }', [(2, 1)]),
        ('{ retired = true, ratio = "75%" }, { retired_by = 2000-12-31, ratio = "80%" }', [(2, 1)]),
        ('{ retired_by = 2000-12-31, ratio = "80%" }, { retired = true, ratio = "75%" }, { ratio = "70%" }', []),
        ('{ retired = true, ratio = "75%" }, { ratio = "70%" }, { kind = "community", ratio = "80%" }', [(3, 2)]),
    ],
)
def test_a_row_behind_a_wider_one_is_never_reached(rows: str, found: list[tuple[int, int]]) -> None:
    findings = list(unreached_rows(stated("fund_ratio", f"[{rows}]")))
    assert [(each.details["row"], each.details["earlier"]) for each in findings] == found
