"""An inquiry (查询) shows what is known and changes nothing. Each kind has one row, in `mulaid.procedures.table`.

It takes no lock and claims no message id. Whoever looks at the affairs of somebody else leaves a row (`store.looks`):
people are told who looked at them.
"""

import datetime
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from mulaid.procedures.act.bureau import Bureau
from mulaid.store.connect import Connection
from mulaid.terms.actor import Origin, Person, Role

Answering = Callable[[Connection, Bureau, Any, Origin, datetime.datetime], Awaitable[Any]]
"""(connection that never locks, bureau, request, origin, moment): the answer, or `Refused`."""


class Inquiry(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of request that only looks."""

    name: str
    """Part of looks and attempts: never changed."""
    request: type[Any]
    roles: frozenset[Role]
    """Who may ask, as far as that needs no database; `answer` refuses by the rest."""
    about: Callable[[Any], Person | None]
    """Whose affairs the request asks to see; None: nobody's."""
    answer: Answering


def looks_at(inquiry: Inquiry, request: object, origin: Origin) -> Person | None:
    """Of whom this is a look by somebody else, if it is one.

    An institution sees whom it treats: its messages and cases say so already.
    """
    about, actor = inquiry.about(request), origin.actor
    if actor.role is Role.INSTITUTION or about in (None, actor.person, actor.behalf):
        return None
    return about
