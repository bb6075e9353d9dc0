"""A region is six digits of text in the engine and an integer in the database, which compares it faster."""

from functools import cache


class RegionFault(ValueError):
    """The text is not a six-digit region."""


@cache
def number(region: str) -> int:
    """ "123456" as 123456. Raises `RegionFault` on anything but six digits."""
    if len(region) != 6 or not (region.isascii() and region.isdecimal()):
        raise RegionFault(region)
    return int(region)


@cache
def text(number: int) -> str:
    """123456 as "123456"."""
    return f"{number:06d}"
