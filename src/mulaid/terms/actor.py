"""Who asks for something to be done, in what part, and by which way: the head of every request.

An `Origin` travels with a request from a door to the record. Whether its actor may do the thing is asked in the act
(`mulaid.procedures.act.permission`), never at a door.
"""

import hashlib
from enum import StrEnum

import msgspec

Person = tuple[str, int]
"""A region and the number of a person in it."""


class Role(StrEnum):
    """In what part somebody acts; the words stand in records and logs."""

    INSURED = "insured"
    """参保人: somebody for themselves, as the one who gives or as the one who uses."""
    GUARDIAN = "guardian"
    """监护人 of `Actor.behalf`."""
    DELEGATE = "delegate"
    """代管人 of `Actor.behalf`, within the power given."""
    GUIDE = "guide"
    """导办 in the hall."""
    BRANCH = "branch"
    """网点: a bank branch or a community office."""
    CLERK = "clerk"
    """经办."""
    REVIEWER = "reviewer"
    """复核: never the one who entered the case."""
    SUPERVISOR = "supervisor"
    """主管."""
    FINANCE = "finance"
    """财务."""
    HOTLINE = "hotline"
    """12393."""
    ADMINISTRATION = "administration"
    """医疗保障行政部门: decides what an agency only carries out."""
    INSTITUTION = "institution"
    """定点医药机构."""
    TIMER = "timer"
    """A job whose moment has come."""
    OUTSIDE = "outside"
    """Another system: the collector, the cover feed, a bank."""
    OPERATOR = "operator"
    """Whoever runs this installation."""


PEOPLE = frozenset({Role.INSURED, Role.GUARDIAN, Role.DELEGATE})
"""Roles whose actor is a person registered here."""


class Channel(StrEnum):
    """By which way a request came."""

    TILL = "till"
    PHONE = "phone"
    COUNTER = "counter"
    API = "api"
    TIMER = "timer"
    COMMAND = "command"
    """A command of the operator on the machine itself."""


class Actor(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Who acts. `name` is an institution's code, a login, a job or a system; for people it is empty."""

    role: Role
    region: str
    """Where the actor belongs; "" for one of the whole country."""
    name: str = ""
    person: Person | None = None
    """The actor as a registered person."""
    behalf: Person | None = None
    """For whom a guardian or a delegate acts."""


_LETTERS = {Role.TIMER: "t", Role.OUTSIDE: "x", Role.OPERATOR: "o"}


class Origin(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Where a request comes from. A sender's message id stands for one content for ever: asking again is harmless."""

    actor: Actor
    channel: Channel
    message_id: str
    transaction: str
    """What the door calls the request; an act's own name where the door has no other."""
    content: bytes
    """Digest of name and canonical request, 32 bytes."""

    @property
    def region(self) -> str:
        """Where the message is kept."""
        return self.actor.region

    @property
    def sender(self) -> str:
        """Whose message ids these are: an institution's code, else a letter for the kind of actor and who it is."""
        actor = self.actor
        if actor.role is Role.INSTITUTION:
            return actor.name
        if actor.person is not None:
            return f"p:{actor.person[0]}{actor.person[1]}"
        return f"{_LETTERS.get(actor.role, 'c')}:{actor.name}"


_canonical = msgspec.msgpack.Encoder(order="deterministic").encode


def content(name: str, request: object) -> bytes:
    """The digest of an act's request, for doors whose messages have no canonical form of their own."""
    return hashlib.sha256(name.encode() + b"\0" + _canonical(request)).digest()
