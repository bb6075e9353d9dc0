"""How one area speaks the interface: kept as data in profiles.toml, chosen by the institution's row."""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from mulaid.terms.codes import Accounts


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The switches of one area. Their meaning is written in profiles.toml."""

    infcode_text: bool
    two_digit_codes: bool
    newer_psn_types: bool
    code_in_err_msg: bool
    accounts: dict[str, Accounts]

    def code(self, digit: int) -> str:
        """A one-digit dictionary code in the area's spelling: 2 is "02" or "2"."""
        return f"{digit:02d}" if self.two_digit_codes else str(digit)


@cache
def _profiles() -> dict[str, Profile]:
    text = files("mulaid.gateway").joinpath("profiles.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Profile])


def profile_names() -> tuple[str, ...]:
    """Every profile there is."""
    return tuple(_profiles())


def profile(name: str) -> Profile:
    """The profile of that name; an unknown name speaks the baseline."""
    return _profiles().get(name) or _profiles()["baseline"]
