"""How one area speaks the interface: kept as data in profiles.toml, chosen by the institution's row."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from mulaid.terms.codes import Accounts


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one area speaks. What each field means is written in profiles.toml."""

    infcode_text: bool
    two_digit_codes: bool
    newer_psn_types: bool
    code_in_err_msg: bool
    amounts_text: bool
    card_sn: bool
    clr_way: str
    accounts: dict[str, Accounts]
    med_types: dict[str, str]
    psn_types: dict[str, str]
    read_as: dict[str, str]
    written_as: dict[str, str]

    def code(self, digit: int) -> str:
        """A one-digit dictionary code in the area's spelling: 2 is "02" or "2"."""
        return f"{digit:02d}" if self.two_digit_codes else str(digit)

    def care(self, med_type: str) -> str:
        """A kind of care in the national list's code."""
        return self.med_types.get(med_type, med_type)

    def read(self, given: Any) -> Any:
        """Nodes under the names that are read here."""
        return _renamed(given, self.read_as) if self.read_as else given

    def written(self, nodes: Any) -> Any:
        """Nodes under the names the area reads, its amounts as text where it wants that."""
        nodes = _renamed(nodes, self.written_as) if self.written_as else nodes
        return _as_text(nodes) if self.amounts_text else nodes


def _renamed(given: Any, names: dict[str, str]) -> Any:
    if isinstance(given, dict):
        return {names.get(name, name): _renamed(value, names) for name, value in given.items()}
    return [_renamed(row, names) for row in given] if isinstance(given, list) else given


def _as_text(given: Any) -> Any:
    """Numbers are written as they stand in `Raw`; here they become texts."""
    if isinstance(given, dict):
        return {name: _as_text(value) for name, value in given.items()}
    if isinstance(given, list):
        return [_as_text(row) for row in given]
    return bytes(given).decode() if isinstance(given, msgspec.Raw) else given


@cache
def _profiles() -> dict[str, Profile]:
    """Every profile; what one does not say it has from the baseline."""
    text = files("mulaid.gateway").joinpath("profiles.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    return msgspec.convert({name: tables["baseline"] | table for name, table in tables.items()}, dict[str, Profile])


def profile_names() -> tuple[str, ...]:
    """Every profile there is."""
    return tuple(_profiles())


def profile(name: str) -> Profile:
    """The profile of that name; an unknown name speaks the baseline."""
    return _profiles().get(name) or _profiles()["baseline"]
