"""A proposed correction of the book: a folder of its own, so that it can be sent, reviewed and kept.

proposal.toml            who proposes what, and on which day; later who accepted it
policies/RULE.toml       the entry, amending its region's file
policies/sources/….toml  its source, where that is new
"""

import datetime
from collections.abc import Mapping
from pathlib import Path

import msgspec

from mulaid import located
from mulaid.intake.case_form import Division, Form, Name

HEAD, POLICIES, SOURCES = "proposal.toml", "policies", "sources"


class Proposal(Form, frozen=True, kw_only=True):
    """The head of a proposal. `accepted_by` is somebody else than `proposed_by`."""

    region: Division
    rule: Name
    proposed_by: Name
    proposed_on: datetime.date
    accepted_by: str = ""
    accepted_on: datetime.date | None = None
    digest: str = ""
    """The book it was accepted into, before it was laid over."""


def read_proposal(folder: Path) -> Proposal:
    """Read the head of a proposal's folder. Raises `located.Fault`."""
    document = located.read(folder / HEAD)
    document.check()
    try:
        return msgspec.convert(document.table, Proposal)
    except msgspec.ValidationError as error:
        text, _, pointer = str(error).partition(" - at `")
        raise document.fault(located.place_of(pointer.rstrip("`")), "invalid", text) from error


def files_of(folder: Path) -> Mapping[Path, Path]:
    """The policy files of a proposal by their path inside a policy folder. Raises `located.Fault`."""
    root = folder / POLICIES
    return {file.relative_to(root): file for file in located.files_in(root, (".toml",))}


def same_person(one: str, other: str) -> bool:
    """Whether two names are written alike: spaces and capitals make nobody somebody else."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()
