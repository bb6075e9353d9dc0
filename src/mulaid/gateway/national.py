"""The transactions of the national interface, offered here or not: their names, and the paths that stand for them."""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec


class _National(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """national.toml."""

    names: dict[str, str]
    paths: dict[str, str]


@cache
def _national() -> _National:
    text = files("mulaid.gateway").joinpath("national.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _National)


def names() -> dict[str, str]:
    """The Chinese name of every transaction, by its number."""
    return _national().names


def name(infno: str) -> str | None:
    """The Chinese name of a transaction or of its A variant; None when the interface has no such number."""
    return names().get(infno) or names().get(infno.removesuffix("A"))


def numbered(path: str) -> str:
    """A path that ends in a service and a method as one that ends in their number; any other as it is."""
    service, _, method = path.strip("/").rpartition("/")
    number = _national().paths.get(f"{service.rpartition('/')[2]}/{method}")
    return f"{path.rstrip('/')}/{number}" if number else path
