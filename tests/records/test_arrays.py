"""What Python writes as an array literal, PostgreSQL reads as the very same array."""

import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mulaid.store.arrays import Columns, literal, only_region, texts
from mulaid.store.connect import connect

NUMBERS = st.lists(st.none() | st.integers(-(2**63), 2**63 - 1))
TEXTS = st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NUMBERS, TEXTS)
async def test_numbers_and_texts_arrive_as_they_are(dsn: str, numbers: list[int | None], words: list[str]) -> None:
    connection = await connect(dsn)
    found = await connection.fetchrow("select $1::text::bigint[], $2::text::text[]", literal(numbers), texts(words))
    await connection.close()
    assert found is not None
    assert (list(found[0]), list(found[1])) == (numbers, words)


def test_the_region_of_a_batch() -> None:
    assert only_region([(990100, 1), (990200, 1)]) is None
    assert only_region([(990100, 1), (990100, 2)]) == 990100
    assert only_region([]) is None


def test_rows_become_columns() -> None:
    asked = Columns(3, person="bigint", day="date", group="text")
    assert str(asked) == (
        "(select unnest($3::text::integer[]) as region, unnest($4::text::bigint[]) as person,"
        " unnest($5::date[]) as day, unnest($6::text::text[]) as group)"
    )
    assert (asked.after, asked.names) == (7, "person, day, group")
    day = datetime.date(2026, 3, 2)
    rows = [("990100", 1, day, "a"), ("990200", 2, day, "b")]
    assert asked.given(rows) == [None, "{990100,990200}", "{1,2}", [day, day], '{"a","b"}']
    assert asked.given(rows[:1]) == [990100, "{990100}", "{1}", [day], '{"a"}']
    assert asked.given([]) == [None, "{}", "{}", [], "{}"]
