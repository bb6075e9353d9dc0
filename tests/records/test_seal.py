"""Names and numbers are unreadable without the key, findable with it, and masked for eyes."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulaid.store import seal
from mulaid.store.seal import KeyRefused, KeyTrouble, Seal, SealBroken, mask_name, mask_number

SEAL = Seal(bytes(range(32)))
NUMBER = "99010019850307429X"


@given(st.text())
def test_a_sealed_text_opens_to_itself(text: str) -> None:
    sealed = SEAL.seal(text)
    assert SEAL.open(sealed) == text
    assert sealed != SEAL.seal(text)


def test_another_key_or_changed_bytes_open_nothing() -> None:
    sealed = SEAL.seal(NUMBER)
    for broken in (b"", sealed[:10], sealed[:-1] + bytes([sealed[-1] ^ 1]), b"\x02" + sealed[1:]):
        with pytest.raises(SealBroken):
            SEAL.open(broken)
    with pytest.raises(SealBroken):
        Seal(bytes(32)).open(sealed)


def test_the_blind_index_is_stable_keyed_and_blind_to_writing() -> None:
    index = SEAL.blind_index(NUMBER)
    assert index.hex() == "6bd409c3b7fe10be92be8898c0c8fb66f8626564ac214f18e86d9406088a1ee2"
    assert SEAL.blind_index(f" {NUMBER.lower()} ") == index
    assert SEAL.blind_index("990100198503074302") != index
    assert Seal(bytes(32)).blind_index(NUMBER) != index


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    sealed = seal.at(tmp_path / "home").seal("王小明")
    assert seal.at(tmp_path / "home").open(sealed) == "王小明"
    assert [file.name for file in (tmp_path / "home").iterdir()] == [seal.KEY_FILE]
    assert stat.S_IMODE((tmp_path / "home" / seal.KEY_FILE).stat().st_mode) == 0o600


def test_everybody_who_starts_at_once_gets_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        seals = list(pool.map(seal.at, [tmp_path] * 8))
    assert len({each.blind_index(NUMBER) for each in seals}) == 1


def test_a_file_that_is_no_key(tmp_path: Path) -> None:
    file = tmp_path / seal.KEY_FILE
    file.touch(0o600)
    file.write_bytes(b"short")
    with pytest.raises(KeyRefused) as refused:
        seal.at(tmp_path)
    assert (refused.value.trouble, refused.value.file) == (KeyTrouble.NO_KEY, file)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_a_key_that_others_reach_is_refused(tmp_path: Path, mode: int) -> None:
    seal.at(tmp_path)
    (tmp_path / seal.KEY_FILE).chmod(mode)
    with pytest.raises(KeyRefused) as refused:
        seal.at(tmp_path)
    assert refused.value.trouble is KeyTrouble.EXPOSED


def test_a_key_is_told_by_a_value_that_is_not_the_key() -> None:
    key = bytes(range(32))
    assert SEAL.check_value == Seal(key).check_value != Seal(bytes(32)).check_value
    assert key not in SEAL.check_value and len(SEAL.check_value) == 32


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王*明"),
        ("王明", "王*"),
        ("欧阳小明", "欧**明"),
        ("王", "*"),
        ("", ""),
        ("阿不都·买买提", "阿*****提"),
    ],
)
def test_masked_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_a_masked_number_hides_the_date_of_birth() -> None:
    assert mask_number(NUMBER) == "990*************9X"
    assert mask_number("990100850307421") == "990**********21"
    assert mask_number("12345") == "*****"


@given(st.text("0123456789X", max_size=20))
def test_a_masked_number_keeps_its_length_and_little_else(number: str) -> None:
    masked = mask_number(number)
    assert len(masked) == len(number)
    assert sum(character != "*" for character in masked) <= 5
