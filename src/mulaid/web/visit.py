"""One visit: what is asked, how the visitor likes to read, and the book it is answered from; and the answer.

Pages are functions from a `Visit` to an `Answer`. They read no clock and no request.
"""

import datetime
from collections.abc import Callable, Mapping
from enum import StrEnum

import msgspec

from mulaid.web.library import Library

HTML, JSON = "text/html", "application/json"


class Theme(StrEnum):
    """What a visitor has chosen; by the device where nothing was."""

    DEVICE = ""
    LIGHT = "light"
    DARK = "dark"


class Look(msgspec.Struct, frozen=True):
    """How a visitor likes to read. The server keeps it in a cookie: `elder.dark`."""

    theme: Theme = Theme.DEVICE
    elder: bool = False
    """长辈版: other content, one thing a screen, larger."""

    @property
    def written(self) -> str:
        return ".".join(filter(None, ("elder" if self.elder else "", self.theme)))


def read_look(text: str) -> Look:
    """The look a cookie holds; what is no look is the usual one."""
    words = text.split(".")
    theme = next((theme for theme in Theme if theme and theme in words), Theme.DEVICE)
    return Look(theme, "elder" in words)


def same_address(path: str) -> str:
    """A page's address as it is."""
    return path


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """What a page is asked."""

    library: Library
    day: datetime.date
    """Today."""
    path: str
    here: str = "/"
    """The address with its question, to come back to."""
    asked: Mapping[str, str] = {}
    """The query, or the fields of a form; each at most `ASKED_MAX` characters, without control characters."""
    parts: Mapping[str, str] = {}
    """What the address itself names."""
    look: Look = Look()
    sandbox: bool = False
    fixed: bool = False
    """Written as a file: no forms, nothing that a server would have to answer."""
    address: str = ""
    """Where the visitor comes from, as far as that is known."""
    link: Callable[[str], str] = same_address
    """How a page of this site is reached from this one."""

    @property
    def printed(self) -> bool:
        """To be put on paper: what is folded on a screen stands open."""
        return self.asked.get("print") == "1"

    def ask(self, name: str, default: str = "") -> str:
        return self.asked.get(name, default)


ASKED_MAX = 400
"""So many characters of a question are read."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a page answers."""

    body: str | bytes
    status: int = 200
    kind: str = HTML
    headers: Mapping[str, str] = {}


Page = Callable[[Visit], Answer]
