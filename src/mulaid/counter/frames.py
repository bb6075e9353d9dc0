"""What the service and an annex say to each other through a pipe: four bytes of length, then msgpack."""

import asyncio

import msgspec

from mulaid.counter.tally import Tally
from mulaid.procedures.act.answers import Done, Refused, Settled
from mulaid.procedures.till.requests import CancelRequest, SettleRequest, VoidRequest
from mulaid.terms.actor import Origin

_LENGTH_BYTES = 4

Request = SettleRequest | CancelRequest | VoidRequest
"""What annexes carry out: the acts of the bills' hall."""


class Start(msgspec.Struct, frozen=True, array_like=True):
    """The first frame: all an annex needs to open. The policy comes as a body, so that both have the very same."""

    dsn: str
    home: str
    policy: bytes
    lanes: int
    waiting_max: int
    clock_apart_max: int
    ahead_seconds: float
    """How far the service's clock is ahead of this machine's: not 0 in a demonstration only."""


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """One request; numbers are the service's own."""

    number: int
    request: Request
    origin: Origin


class Answered(msgspec.Struct, frozen=True, array_like=True):
    """Its answer, or the kind of failure when no answer can be given."""

    number: int
    reply: Settled | Refused | Done | None
    failed: str = ""


class Answers(msgspec.Struct, frozen=True, array_like=True):
    """What an annex sends: first an empty one when it is ready. `tally`: what it has done so far."""

    tally: Tally
    answered: list[Answered]


encode = msgspec.msgpack.Encoder().encode
start = msgspec.msgpack.Decoder(Start).decode
asked = msgspec.msgpack.Decoder(list[Asked]).decode
answers = msgspec.msgpack.Decoder(Answers).decode


def framed(said: object) -> bytes:
    """Something said, as it goes through the pipe."""
    body = encode(said)
    return len(body).to_bytes(_LENGTH_BYTES, "big") + body


async def read(pipe: asyncio.StreamReader) -> bytes | None:
    """The next frame, None when the other side is gone."""
    try:
        length = await pipe.readexactly(_LENGTH_BYTES)
        return await pipe.readexactly(int.from_bytes(length, "big"))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
