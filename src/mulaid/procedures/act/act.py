"""An act (事项) is anything an agency does for somebody. Each kind has one row, in `mulaid.procedures.table`.

What differs between acts is who may ask, whose purses are locked, what is read and what the procedure does with it.
How it is carried out (`transaction`) is the same for all.
"""

import enum
from collections.abc import Callable
from typing import Any

import msgspec

from mulaid.procedures.act.answers import Done
from mulaid.procedures.act.desk import Desk
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.terms.actor import Person, Role


class Kept(enum.Enum):
    """Where an act leaves what it answered, for whoever asks again with the same message id."""

    CASE = "a case with a record in the chain"
    MESSAGE = "the message's own row: the number of what was made, or that it was done"
    NOTHING = "nowhere: it claims no id, and asking again is harmless by itself"


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of request and how it is carried out."""

    name: str
    """Part of digests, attempts and records: never changed."""
    request: type[Any]
    roles: frozenset[Role]
    """Who may ask, as far as that needs no database; `Desk.outsider` is the other half."""
    desk: type[Desk]
    procedure: Callable[[Any, Matter], Answer]
    """(desk, matter): pure; says `Refused` before it changes the desk."""
    about: Callable[[Any], Person | None]
    """Of a request, the person under whom a refusal is remembered."""
    kept: Kept
    answer: type[Done] = Done
    """What it answers where that is more than a case's number; the message keeps it."""
    bills: bool = False
    """Carried out in the settling processes, with what moves the money of bills; all else in the service's own."""
    approved_by: frozenset[Role] = frozenset()
    """It takes a second person, one of these roles; until then the request waits as a task, whose number is told."""
    batch: int = 1
    """How many of a kind may go into one transaction."""
    closed: bool = False
    """It must see every relation of the people it reaches: whose purses to lock is read again under the locks, and the
    act starts over when somebody new has appeared."""
