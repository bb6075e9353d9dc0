"""Many who ask at once share a fetch, get their own answer, and none is left waiting when it fails."""

import asyncio
from collections.abc import Sequence

import pytest

from mulaid.counter.together import Together


async def test_whoever_asks_meanwhile_is_answered_by_the_next_fetch() -> None:
    fetched: list[list[int]] = []

    async def fetch(keys: Sequence[int]) -> dict[int, str]:
        fetched.append(list(keys))
        await asyncio.sleep(0)
        return {key: f"n{key}" for key in keys if key != 3}

    together = Together(fetch)
    first = asyncio.create_task(together.get(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    others = [asyncio.create_task(together.get(key)) for key in (2, 3, 2)]
    assert await first == "n1"
    assert [await other for other in others] == ["n2", None, "n2"]
    assert fetched == [[1], [2, 3]]


async def test_a_failure_reaches_everybody_and_the_next_question_is_asked_again() -> None:
    failing = True

    async def fetch(keys: Sequence[int]) -> dict[int, int]:
        if failing:
            raise OSError("no database")
        return {key: key for key in keys}

    together = Together(fetch)
    failures = await asyncio.gather(together.get(1), together.get(2), return_exceptions=True)
    assert [type(failure) for failure in failures] == [OSError, OSError]
    failing = False
    assert await together.get(1) == 1


async def test_giving_up_leaves_the_others_their_answer() -> None:
    async def fetch(keys: Sequence[int]) -> dict[int, int]:
        await asyncio.sleep(0.01)
        return {key: key for key in keys}

    together = Together(fetch)
    impatient, patient = asyncio.create_task(together.get(1)), asyncio.create_task(together.get(1))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == 1
    with pytest.raises(asyncio.CancelledError):
        await impatient
