"""From the raw six-digit division code (医保区划) to the pooling region it belongs to. The table is data."""

import re
from typing import Any

import msgspec

NATIONAL = "000000"
_OWN_LEVEL = "99"
"""xx9900 is 省本级, a region of its own; xxxx99 is 市本级, part of its city."""


class UnknownDivision(ValueError):
    """Not six digits, or in no province."""


class Divisions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`policies/divisions.toml`: provinces, those pooled as one area, exceptions and names."""

    whole: tuple[str, ...]
    provinces: dict[str, str]
    areas: dict[str, str] = {}
    names: dict[str, str] = {}

    def resolve(self, division: str) -> str:
        """The pooling region of a raw division: 450603 and 450699 are 450600, 310115 is 310000, 459900 is itself.

        Raises `UnknownDivision`.
        """
        if not re.fullmatch(r"[0-9]{6}", division) or division[:2] not in self.provinces:
            raise UnknownDivision(division)
        if division in self.areas:
            return self.areas[division]
        if division[:2] in self.whole:
            return f"{division[:2]}0000"
        return f"{division[:4]}00"

    def chain(self, region: str) -> tuple[str, ...]:
        """Where a region's rules are looked for, nearest first: itself, its province, the nation."""
        province = f"{region[:2]}0000"
        return tuple(dict.fromkeys((region, province, NATIONAL)))

    def name(self, region: str) -> str:
        """The region's name as far as the table knows it, else its code."""
        return self.names.get(region) or (self.provinces.get(region[:2], region) if region[2:] == "0000" else region)


def same_province(one: str, other: str) -> bool:
    return one[:2] == other[:2]


def read_divisions(table: dict[str, Any]) -> Divisions:
    """Read the parsed table. Raises `msgspec.ValidationError`."""
    return msgspec.convert(table, Divisions)
