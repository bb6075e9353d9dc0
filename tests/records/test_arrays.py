"""What Python writes as an array literal, PostgreSQL reads as the very same array."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mulaid.store.arrays import literal, places, texts
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


def test_the_regions_of_a_batch() -> None:
    assert places(["990100", "990200"]) == (None, "{990100, 990200}")
    assert places(["990100", "990100"]) == (990100, "{990100, 990100}")
    assert places([]) == (None, "{}")
