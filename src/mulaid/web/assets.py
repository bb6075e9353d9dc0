"""Files that pages need beside their text, each under an address with the digest of its content, so that browsers may
keep it for ever."""

import hashlib
from functools import cache
from importlib.resources import files

FOLDER = "static"
KINDS = {"css": "text/css", "svg": "image/svg+xml"}
_DIGEST_SHOWN = 12
_NAMES = ("style.css", "icon.svg")


@cache
def content(name: str) -> bytes:
    """The bytes of a file. Raises `KeyError` for a name that is none of ours."""
    if name not in _NAMES:
        raise KeyError(name)
    return files("mulaid.web").joinpath(FOLDER, name).read_bytes()


@cache
def address(name: str) -> str:
    """`/static/style.0123456789ab.css`."""
    stem, _, kind = name.rpartition(".")
    return f"/{FOLDER}/{stem}.{hashlib.sha256(content(name)).hexdigest()[:_DIGEST_SHOWN]}.{kind}"


@cache
def by_address() -> dict[str, str]:
    """The names of the files by their addresses."""
    return {address(name): name for name in _NAMES}
