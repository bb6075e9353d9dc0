"""From raw division codes to pooling regions."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulaid.located import read
from mulaid.policy.book import shipped_folder
from mulaid.policy.divisions import UnknownDivision, read_divisions, same_province
from tests.rules.made import BOOK, INVENTED

SHIPPED = read_divisions(read(shipped_folder() / "divisions.toml").table)


@pytest.mark.parametrize(
    ("division", "region"),
    [
        ("450603", "450600"),
        ("450699", "450600"),
        ("450600", "450600"),
        ("459900", "459900"),
        ("310115", "310000"),
        ("310000", "310000"),
        ("110101", "110000"),
        ("500101", "500000"),
        ("429004", "429004"),
        ("429001", "429000"),
        ("419001", "419001"),
    ],
)
def test_a_division_belongs_to_its_pooling_region(division: str, region: str) -> None:
    assert SHIPPED.resolve(division) == region


@pytest.mark.parametrize(
    "division", ["", "45060", "4506033", "45060a", "４５０６０３", "001234", "990100", "450603\n", " 450603"]
)
def test_what_is_no_division_is_refused(division: str) -> None:
    with pytest.raises(UnknownDivision):
        SHIPPED.resolve(division)


@given(st.sampled_from(sorted(SHIPPED.provinces)), st.integers(0, 9999))
def test_a_pooling_region_is_its_own(province: str, rest: int) -> None:
    region = SHIPPED.resolve(f"{province}{rest:04d}")
    assert SHIPPED.resolve(region) == region
    assert same_province(region, province)


@given(st.sampled_from(sorted(SHIPPED.provinces)), st.integers(0, 9999))
def test_rules_are_looked_for_nearest_first_and_each_place_once(province: str, rest: int) -> None:
    chain = SHIPPED.chain(SHIPPED.resolve(f"{province}{rest:04d}"))
    assert chain[-1] == "000000" and chain[-2] == f"{province}0000"
    assert len(set(chain)) == len(chain) <= 3


def test_names_are_known_where_they_can_be() -> None:
    assert SHIPPED.name("450600") == BOOK.name("450600") == "防城港市"
    assert SHIPPED.name("450000") == SHIPPED.provinces["45"]
    assert SHIPPED.name("459900") == "459900"
    assert BOOK.name("990100") == "示例市"


def test_the_invented_table_is_the_shipped_one_and_one_province() -> None:
    invented = read_divisions(read(INVENTED / "divisions.toml").table)
    more = msgspec.structs.replace(SHIPPED, provinces={**SHIPPED.provinces, "99": "示例省"})
    assert invented == more


def test_every_region_file_is_of_a_known_province() -> None:
    assert {
        region for region in BOOK.regions if region != "000000" and BOOK.divisions.resolve(region) != region
    } == set()
    assert all(
        Path(file.file).name.startswith(region.rstrip("0")[:2])
        for region, file in BOOK.regions.items()
        if region != "000000"
    )
