"""One request on its way through the door, and what a handler gives back."""

import datetime
import re
from collections.abc import Awaitable, Callable
from itertools import chain
from typing import Any, TypeVar

import msgspec

from mulaid.gateway.answers import Asked
from mulaid.gateway.envelope import broken, parse, shaped
from mulaid.gateway.faults import FieldFault, together
from mulaid.gateway.offices import InstitutionRecord, Offices, ProofKind
from mulaid.gateway.profile import Profile
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.matter import Answer
from mulaid.terms.actor import Origin
from mulaid.wording import gateway as say

_USUAL_MESSAGE_ID = re.compile(r"([HP][0-9]{11})[0-9]{14}[0-9]{3,4}")

Node = TypeVar("Node")


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """An authenticated request. `origin.transaction` is the number without its A where the A variant means the same."""

    infno: str
    given: dict[str, Any]
    """The input's nodes, cleaned."""
    origin: Origin
    institution: InstitutionRecord
    profile: Profile
    reference: str
    moment: datetime.datetime
    offices: Offices
    kinds: list[type] = []
    """What the input was read as."""

    def read(self, node: type[Node]) -> Node:
        """The input as the typed struct of its transaction. Raises `FieldFault`."""
        self.kinds.append(node)
        try:
            return parse(self.given, node)
        except FieldFault:
            # Only now, so that who sends the shape that is due does not wait for those who do not.
            if (other := shaped(self.given, node)) == self.given:
                raise
            self.given.update(other)
            return parse(self.given, node)

    async def do(self, request: object) -> Answer:
        """Carry out what the request asks for, in the institution's name."""
        return await self.offices.do(request, self.origin)

    async def ask(self, request: object) -> Any:
        """The answer to an inquiry in the institution's name, or `Refused`."""
        return await self.offices.ask(request, self.origin, self.moment)

    def whole(self, fault: FieldFault) -> FieldFault:
        """A fault found in this call, with every other field of the input that cannot be used."""
        others = (each for kind in self.kinds for each in broken(self.given, kind, self.profile))
        return together(chain(others, fault.all)) or fault

    @property
    def sandbox(self) -> bool:
        """Whether this came without a credential: only a sandbox takes that, and only from its own machine."""
        return self.institution.auth.kind is ProofKind.NONE

    def foreign_message_id(self, message_id: str, wire: str) -> FieldFault | None:
        """A fault when a message id of the usual form (code, time, serial) carries another institution's code."""
        usual = _USUAL_MESSAGE_ID.fullmatch(message_id)
        if usual is None or usual[1] == self.institution.institution:
            return None
        return FieldFault(say.message_id_of_other, wire)

    def asked(self, med_type: str = "", credential_kind: str = "") -> Asked:
        """What the answer repeats of this request."""
        return Asked(
            message_id=self.origin.message_id,
            profile=self.profile,
            unseal=self.offices.unseal,
            med_type=med_type,
            credential_kind=credential_kind,
        )


class Output(msgspec.Struct, frozen=True):
    """A success: the output's nodes and, rarely, a warning."""

    nodes: dict[str, Any] = {}
    warning: str = ""


async def handled(call: Call, handler: "Handler") -> Output | Refused:
    """What the handler answers. Raises `FieldFault` with every broken field, whichever the handler came upon first."""
    try:
        return await handler(call)
    except FieldFault as fault:
        raise call.whole(fault) from fault


Handler = Callable[[Call], Awaitable[Output | Refused]]
