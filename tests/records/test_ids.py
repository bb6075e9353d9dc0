"""Ids rise whatever the clock does, never meet those of another worker, and come back from the wire unchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulaid.store import ids
from mulaid.store.ids import FIRST_MILLISECOND, LARGEST, Minter, WireIdFault, parse_wire, wire

CLOCKS = st.lists(st.integers(FIRST_MILLISECOND, FIRST_MILLISECOND + 2**40), min_size=1, max_size=50)


@given(CLOCKS, st.integers(0, 1023))
def test_ids_rise_even_when_the_clock_steps_back(readings: list[int], worker: int) -> None:
    clock = iter(readings)
    minter = Minter(worker, lambda: next(clock))
    minted = [minter.mint() for _ in readings]
    assert minted == sorted(set(minted))
    assert all(1 <= id <= LARGEST for id in minted)


@given(CLOCKS, st.integers(0, 1023), st.integers(0, 1023))
def test_two_workers_never_mint_the_same(readings: list[int], one: int, other: int) -> None:
    minted = []
    for worker in {one, other}:
        clock = iter(readings)
        minter = Minter(worker, lambda clock=clock: next(clock))  # type: ignore[misc]
        minted += [minter.mint() for _ in readings]
    assert len(minted) == len(set(minted))


def test_more_than_a_milliseconds_worth_borrows_from_the_next() -> None:
    minter = Minter(1, lambda: FIRST_MILLISECOND + 5)
    minted = [minter.mint() for _ in range(10_000)]
    assert minted == sorted(set(minted))
    assert ids.millisecond(minted[0]) == FIRST_MILLISECOND + 5
    assert ids.millisecond(minted[-1]) == FIRST_MILLISECOND + 7


@pytest.mark.parametrize("worker", [-1, 1024])
def test_a_worker_has_ten_bits(worker: int) -> None:
    with pytest.raises(ValueError, match="worker"):
        Minter(worker, lambda: FIRST_MILLISECOND)


@given(st.integers(0, 999_999), st.integers(1, LARGEST))
def test_the_wire_gives_back_what_it_was_given(region: int, id: int) -> None:
    text = wire(f"{region:06d}", id)
    assert len(text) <= 25
    assert parse_wire(text) == (f"{region:06d}", id)


@given(st.text(max_size=30))
def test_whatever_is_read_is_what_would_be_written(text: str) -> None:
    try:
        region, id = parse_wire(text)
    except WireIdFault:
        return
    assert wire(region, id) == text


@pytest.mark.parametrize("text", ["", "990100", "9901000", "99010005", f"990100{LARGEST + 1}", "990100١٢", "9901a01"])
def test_what_is_no_wire_id(text: str) -> None:
    with pytest.raises(WireIdFault):
        parse_wire(text)
