"""Whether an entry is a source's word. What mulaid assumes is none: it makes no claim true or false."""

from typing import Any

from mulaid.policy.entry import Entry, Tier


def is_sourced(entry: Entry) -> bool:
    """Whether somebody else than mulaid says it."""
    return entry.source.tier is not Tier.OWN


def meanwhile(entry: Entry) -> Any:
    """The value mulaid goes by while nobody knows; None where it has none either."""
    return entry.assume
