"""One dated, cited value of the book, and the source behind it."""

import datetime
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec

from mulaid.policy.divisions import NATIONAL
from mulaid.terms.codes import Scheme

NamedMechanism = Literal["instant_draw", "pool", "ownership_transfer", "wallet_transfer", "wallet_quota"]
RegionCode = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$")]


def covers(regions: Iterable[str], region: str) -> bool:
    """Whether one of the codes stands for the region: its own, its province's or the nation's."""
    return any(code in (region, f"{region[:2]}0000", NATIONAL) for code in regions)


class Tier(StrEnum):
    """How far a source is trusted. A and B decide; C decides and is marked; OWN only says what nobody knows.

    LOCAL is what a bureau itself says in files of its own, laid over a book (本局口径). It decides too.
    """

    LOCAL = "local"
    A = "A"
    B = "B"
    C = "C"
    OWN = "own"


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a value was read: a document, a page, a seed; and how far what it says reaches, by its own words."""

    id: str
    title: str
    tier: Tier
    issuer: str = ""
    number: str = ""
    published: datetime.date | None = None
    url: str = ""
    note: str = ""
    scope: str = ""
    """The words by which the text says whom, what and when it speaks of."""
    regions: tuple[RegionCode, ...] = ()
    """A province's code stands for its areas too, the nation's for all. Empty: the one region whose file cites it."""
    mechanisms: tuple[NamedMechanism, ...] = ()
    """Those the text names. Empty: it names none."""
    schemes: tuple[Scheme, ...] = ()
    """Empty: it does not limit itself."""
    first_day: datetime.date | None = msgspec.field(name="from", default=None)
    """The first day the text speaks of, where it limits itself."""
    until: datetime.date | None = None
    """The first day it no longer speaks of."""
    every_area: bool = False
    """The text says that it holds in every pooling region of the provinces it names."""


OWN_SOURCE = Source(id="mulaid", title="mulaid", tier=Tier.OWN)
"""Who says that something is unknown. It has no value of its own."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A value (or a stated unknown) from one day on, with its citation. `index` is its number in its book."""

    index: int
    region: str
    key: str
    first_day: datetime.date
    source: Source
    says: str
    value: Any = None
    written: Any = None
    """The value as it stands in the file."""
    unknown: str = ""
    """Why the value, or part of a set, is not known; empty when it is."""
    maybe: frozenset[Any] = frozenset()
    at_least: int = 0
    no_later_than: bool = False
    """Only "by then at the latest" is known of the first day."""
    candidates: tuple[Any, ...] = ()
    """Every value that a source gives for an unknown rule here; empty: those given anywhere in the country count."""
    assume: Any = None
    """What may decide where nobody knows (docs/decisions/0025); None: nothing may."""
    because: str = ""
    risk: str = ""
    """What a real family loses if the assumption is wrong."""
    assume_written: Any = None
    """The assumption as it stands in the file."""
    also: tuple[str, ...] = ()
    quote: str = ""
    qualifier: tuple[str, ...] = ()
    per: str = "year"
    """What a deductible is counted over: a benefit year, or each admission."""
    over: str = "bill"
    """What the bands of a ratio are measured over: this bill, or the benefit year so far."""
    file: str = ""
    line: int = 0

    @property
    def wholly_unknown(self) -> bool:
        return bool(self.unknown) and self.value is None

    @property
    def weak(self) -> bool:
        """An outcome that used it has to say so; a strict book takes it as unknown."""
        return self.source.tier in (Tier.C, Tier.OWN)

    @property
    def assumes(self) -> bool:
        """Whether mulaid may decide by a value of its own where this entry holds."""
        return self.assume is not None
