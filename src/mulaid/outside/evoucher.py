"""The decoder of e-vouchers (医保电子凭证): whose is the code that a patient shows?"""

import re
from enum import StrEnum
from typing import Protocol

import msgspec

IDENTITY_NUMBER = re.compile(r"[0-9]{17}[0-9X]")


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """The institution where the voucher is shown."""

    institution: str
    pharmacy: bool


class Decoded(msgspec.Struct, frozen=True):
    """Whose voucher it is."""

    number: str
    """The identity number."""
    sandbox: bool = False
    """Said by a sandbox, which anybody can make say anything."""


class Undecoded(StrEnum):
    """Why it is not known."""

    NOBODYS = "nobodys"
    """The decoder knows no such voucher, or it is over."""
    NO_ANSWER = "no_answer"
    """The decoder did not answer, or not in its own form. Asking again later may help."""


class Decoder(Protocol):
    async def decode(self, voucher: str, asker: Asker) -> Decoded | Undecoded:
        """Ask for one voucher. Takes a bounded time and never raises."""
        ...

    async def close(self) -> None: ...
