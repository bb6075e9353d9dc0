"""How the book finds what holds: own file, province, nation; by day; never a neighbour's unverified word."""

import datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulaid.decide.bill import decide
from mulaid.located import Fault
from mulaid.policy.book import Book, shipped_folder
from mulaid.policy.law import KEPT_MAX, Law
from mulaid.policy.rules import BY_KEY
from mulaid.policy.ruling import GAP, UNKNOWN
from mulaid.terms.bill_case import BillCase
from mulaid.terms.codes import Scheme, Use
from mulaid.terms.outcome import ENGINE_RULE, Outcome
from tests.rules.made import BOOK, INVENTED, LAW, REGIONS, amounts, cases

DIVISIONS = 'whole = ["98"]\n[provinces]\n98 = "一省"\n99 = "二省"\n'
SOURCES = "".join(f'[[source]]\nid = "{tier.lower()}"\ntitle = "来源"\ntier = "{tier}"\n' for tier in "ABC")
A_DAY = datetime.timedelta(days=1)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def head(region: str) -> str:
    return f'region = "{region}"\nname = "某地"\nchecked_on = 2026-11-22\n'


def entry(key: str, first: str, what: str, source: str = "a") -> str:
    return f'[[{key}]]\nfrom = {first}\n{what}\nsource = "{source}"\nsays = "某句话"\n'


def book(strict: bool = False, **files: str) -> Book:
    """A book of regions given as file text: `r990100=entry(…)`."""
    texts = {f"{name}.toml": head(name[1:]) + text for name, text in files.items()}
    return Book(texts | {"divisions.toml": DIVISIONS, "sources/all.toml": SOURCES}, strict=strict)


def value(found: Book, region: str, key: str, on: str) -> object:
    return found.ruling(region, key, day(on)).value


def test_the_nearest_file_speaks_from_its_first_day_on() -> None:
    found = book(
        r000000=entry("floor", "2020-01-01", 'value = "1.00"'),
        r990000=entry("floor", "2021-01-01", 'value = "2.00"'),
        r990100=entry("floor", "2022-01-01", 'value = "3.00"') + entry("floor", "2023-01-01", 'value = "4.00"'),
    )
    assert found.ruling("990100", "floor", day("2019-12-31")) is GAP
    assert [value(found, "990100", "floor", f"{year}-01-01") for year in range(2020, 2024)] == [100, 200, 300, 400]
    assert value(found, "990100", "floor", "2022-12-31") == 300
    assert value(found, "990200", "floor", "2030-01-01") == 200
    assert value(found, "980000", "floor", "2030-01-01") == 100


def test_a_newer_national_entry_does_not_speak_over_an_older_own_one() -> None:
    found = book(
        r000000=entry("floor", "2025-01-01", 'value = "1.00"'), r990100=entry("floor", "2020-01-01", 'value = "3.00"')
    )
    assert value(found, "990100", "floor", "2026-01-01") == 300


def test_a_tier_c_value_is_not_inherited_by_another_region() -> None:
    found = book(
        r000000=entry("floor", "2020-01-01", 'value = "1.00"') + entry("limits", "2020-01-01", "value = {}", "c"),
        r990000=entry("floor", "2021-01-01", 'value = "2.00"', "c") + entry("floor", "2020-06-01", 'value = "5.00"'),
    )
    assert value(found, "990000", "floor", "2022-01-01") == 200, "it speaks for itself"
    assert value(found, "990100", "floor", "2022-01-01") == 500, "the older, better source speaks on"
    assert value(found, "990100", "limits", "2022-01-01") == {}, "a national one speaks for everybody"


def test_strict_takes_tier_c_and_assumptions_as_unknown() -> None:
    text = (
        entry("floor", "2020-01-01", 'value = "1.00"', "c")
        + entry("opening_balance", "2020-01-01", 'unknown = "x"\nassume = "1.00"\nbecause = "y"\nrisk = "z"', "mulaid")
        + entry("source_funds", "2020-01-01", 'value = "all"', "b")
    )
    for strict in (False, True):
        found = book(strict, r000000=text)
        known = [
            found.ruling("990100", key, day("2022-01-01")).known for key in ("floor", "opening_balance", "source_funds")
        ]
        assert known == [not strict, False, True]
        assert Law(found).ruling("990100", "opening_balance", day("2022-01-01")).known is not strict


def test_before_by_then_at_the_latest_only_what_both_say_is_known() -> None:
    late = "no_later_than = true\n"
    found = book(
        r000000=entry("floor", "2020-01-01", 'value = "1.00"')
        + entry("floor", "2025-01-01", late + 'value = "2.00"')
        + entry("opening_balance", "2020-01-01", 'value = "1.00"')
        + entry("opening_balance", "2025-01-01", late + 'value = "1.00"')
        + entry("relations_allowed", "2020-01-01", 'value = ["spouse", "parent"]')
        + entry("relations_allowed", "2025-01-01", late + 'value = ["spouse", "child"]'),
        r990100=entry("floor", "2023-01-01", 'value = "9.00"'),
    )
    assert value(found, "990200", "floor", "2024-12-31") is UNKNOWN
    assert value(found, "990200", "floor", "2025-01-01") == 200
    assert value(found, "990200", "opening_balance", "2024-12-31") == 100, "both say the same"
    relations = found.ruling("990200", "relations_allowed", day("2024-12-31"))
    assert (relations.value, relations.maybe) == (frozenset({"spouse"}), frozenset({"parent", "child"}))
    assert value(found, "990100", "floor", "2022-12-31") == 100, (
        "the own entry comes first, so the late one never holds"
    )
    assert value(found, "990100", "floor", "2026-01-01") == 900


def test_an_unknown_value_keeps_what_is_certain() -> None:
    found = book(
        r000000=entry("max_members", "2020-01-01", 'unknown = "没有写"\nat_least = 2')
        + entry("uses", "2020-01-01", 'value = ["outpatient"]\nmaybe = ["vaccine"]\nunknown = "没有写"')
    )
    members = found.ruling("990100", "max_members", day("2022-01-01"))
    assert not members.known and members.least == 2
    uses = found.ruling("990100", "uses", day("2022-01-01"))
    assert uses.known and (uses.value, uses.maybe) == (frozenset({"outpatient"}), frozenset({"vaccine"}))


def test_qualified_rules_are_told_apart() -> None:
    rows = 'scheme = "{}"\ncare = "outpatient"\nvalue = [{{ ratio = "{}" }}]'
    found = book(
        r000000=entry("fund_ratio", "2020-01-01", rows.format("employee", "50%"))
        + entry("fund_ratio", "2020-01-01", rows.format("resident", "40%"))
    )
    law = Law(found)
    for scheme, ratio in ((Scheme.EMPLOYEE, 5000), (Scheme.RESIDENT, 4000)):
        plan = law.own_plan("990100", scheme, Use.OUTPATIENT, day("2022-01-01"))
        assert plan.fund_ratio.value[0].ratio == ratio
        assert not plan.deductible.known
    assert found.qualifiers("fund_ratio") == (("employee", "outpatient"), ("resident", "outpatient"))


def test_the_digest_names_the_texts_and_nothing_else() -> None:
    one = book(r000000=entry("floor", "2020-01-01", 'value = "1.00"'))
    places = {name: Path("/elsewhere", name) for name in one.texts}
    again = Book(dict(reversed(one.texts.items())), places=places)
    assert one.digest == again.digest
    assert one.digest != book(r000000=entry("floor", "2020-01-01", 'value = "1.01"')).digest
    assert one.digest != book(r990000=entry("floor", "2020-01-01", 'value = "1.00"')).digest


def test_a_book_comes_back_from_its_body() -> None:
    back = Book.from_body(BOOK.body())
    assert back.digest == BOOK.digest and back.texts == BOOK.texts
    plain = [msgspec.structs.replace(each, file="") for each in back.entries]
    assert plain == [msgspec.structs.replace(each, file="") for each in BOOK.entries]


def test_folders_are_laid_over_each_other(tmp_path: Path) -> None:
    shipped = Book.load()
    assert shipped.digest == Book.load([shipped_folder()]).digest
    assert set(BOOK.texts) > set(shipped.texts)
    assert BOOK.texts["divisions.toml"] != shipped.texts["divisions.toml"]
    for region in shipped.regions:
        for key in ("floor", "relations_allowed", "uses", "mechanisms"):
            on = day("2026-03-10")
            assert BOOK.ruling(region, key, on).value == shipped.ruling(region, key, on).value
    (tmp_path / "divisions.toml").write_text(BOOK.texts["divisions.toml"], "utf-8")
    for folders, winner in (([tmp_path, shipped_folder()], shipped), ([shipped_folder(), tmp_path], BOOK)):
        assert Book.load(folders).divisions == winner.divisions, "the later folder wins"


def test_a_later_folder_without_the_province_leaves_its_region_nowhere() -> None:
    with pytest.raises(Fault) as caught:
        Book.load([INVENTED, shipped_folder()])
    found = caught.value
    assert (found.file, found.line) == (INVENTED / "99-invented" / "99.toml", 2)
    assert (found.field, found.reason, found.detail) == ("region", "unknown_division", "990000")


def test_what_is_compiled_is_kept_and_forgotten_in_time() -> None:
    law = Law(BOOK)
    first = law.aid("450600", day("2026-03-10"))
    assert law.aid("450600", day("2026-03-10")) is first
    for number in range(KEPT_MAX):
        law._keep(number, number)
    assert law.aid("450600", day("2026-03-10")) == first


@pytest.mark.parametrize(
    ("on", "region", "year"),
    [
        ("2026-03-31", "990100", 2025),
        ("2026-04-01", "990100", 2026),
        ("2026-01-01", "450600", 2026),
        ("2024-06-30", "310000", 2023),
        ("2024-07-01", "310000", 2024),
    ],
)
def test_the_benefit_year_is_named_by_where_it_begins(on: str, region: str, year: int) -> None:
    assert LAW.benefit_year(region, day(on)) == year


@pytest.mark.parametrize("region", [*REGIONS, "000000"])
def test_relations_only_ever_widen(region: str) -> None:
    """近亲属 came to the three first relations, never instead of one. A spouse's parents are no 近亲属 and did go."""
    for before, after in zip(timeline := BOOK.timeline(region, "relations_allowed"), timeline[1:], strict=False):
        if before.value is not None and after.value is not None:
            assert before.value - {"spouse_parent"} <= after.value
            assert before.value | before.maybe <= after.value | after.maybe | {"spouse_parent"}


@given(st.sampled_from(REGIONS), st.dates(day("2020-01-01"), day("2026-12-31")), st.integers(0, 900))
def test_who_was_certain_to_be_a_relation_stays_one(region: str, on: datetime.date, later: int) -> None:
    narrow = BOOK.ruling(region, "relations_allowed", on)
    wide = BOOK.ruling(region, "relations_allowed", on + later * A_DAY)
    if narrow.known and wide.known:
        assert narrow.value - {"spouse_parent"} <= wide.value


def future_book() -> Book:
    """The book with one more entry, from 2027 on, for every rule every file states: each says it is unknown."""
    texts = dict(BOOK.texts)
    for (region, key, qualifier), _ in BOOK._timelines.items():
        file = next(name for name, text in BOOK.texts.items() if f'region = "{region}"\n' in text)
        words = [f'{name} = "{word}"' for name, word in BY_KEY[key].qualified(qualifier).items()]
        texts[file] += "\n" + entry(key, "2027-01-01", "\n".join(['unknown = "以后再说"', *words]), "invented-a")
    return Book(texts)


FUTURE = Law(future_book())


def told(outcome: Outcome, found: Book) -> tuple[object, ...]:
    """An outcome with its entries named by what they are, as their numbers differ from book to book."""
    names = [(each.region, each.key, each.qualifier, each.first_day) for each in found.entries]
    steps = [
        (step.code, step.amount, step.who, step.rule if step.rule == ENGINE_RULE else names[step.rule])
        for step in outcome.steps
    ]
    return amounts(outcome), outcome.skipped, steps, sorted(names[index] for index in outcome.used)


@given(cases())
def test_a_later_entry_never_changes_an_older_decision(case: BillCase) -> None:
    assert len(FUTURE.book.entries) > len(BOOK.entries) + 200
    assert told(decide(case, FUTURE), FUTURE.book) == told(decide(case, LAW), BOOK)
