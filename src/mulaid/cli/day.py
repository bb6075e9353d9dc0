"""A day of messages, sent through the gateway one after the other, each with what it expects to come back.

A message file holds the request as it is posted, and beside it what the demonstration does with it. Text in double
braces stands for what is only known on the day: `now`, `stamp` (the same as 14 digits), and whatever an earlier answer
was kept as.
How the interface names what we read in an answer is data too: `fields.json`, beside the messages.
"""

import asyncio
import datetime
import http.client
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from mulaid.clock import Clock
from mulaid.gateway.credentials import hmac_sha1_signature, tif_signature
from mulaid.gateway.offices import Proof, ProofKind
from mulaid.terms.money import Fen, MoneyError, fen, yuan
from mulaid.wording import demo as wording

PATH = "/fsi/api/callService"
MESSAGES = "[0-9][0-9]-*.json"
FIELDS = "fields.json"
SENT = "sent"
"""The first step of a path into what was sent; every other path leads into the answer."""

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_SECONDS = 30
_numbers_as_text = msgspec.json.Decoder(float_hook=str)


class DayBroken(ValueError):
    """A file of the day cannot be used; the message is a sentence."""


class Expect(StrEnum):
    OK = "ok"
    SETTLED = "settled"
    """Accepted, with amounts."""
    REFUSED = "refused"


class Direction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the demonstration does with one message."""

    title: str
    expect: Expect
    says: str = ""
    """Must stand in the sentence or remark of the answer."""
    amounts: dict[str, str] = {}
    """What some of `Amounts` must be, as "128.50"."""
    payers: dict[str, str] = {}
    """What each payer must pay, by masked name."""
    same_as: str = ""
    """The message whose answer this one must repeat."""
    keep: dict[str, str] = {}
    """Name and path of what later messages need."""
    show: dict[str, str] = {}
    """Label and path of what is worth showing."""
    lose_answer: bool = False
    """The answer gets lost on its way: nobody looks at it."""
    explain: bool = False
    credential: Proof | None = None


class _Written(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message file."""

    demo: Direction
    message: dict[str, Any]


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """A message file with its name."""

    name: str
    demo: Direction
    message: dict[str, Any]


class Fields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where things stand on the wire: paths, the first that leads anywhere counts."""

    transaction: tuple[str, ...]
    code: tuple[str, ...]
    sentence: tuple[str, ...]
    remark: tuple[str, ...]
    output: tuple[str, ...]
    case: tuple[str, ...]
    total: tuple[str, ...]
    funds: tuple[str, ...]
    accounts: tuple[str, ...]
    """The patient's own account and mutual aid together."""
    mutual: tuple[str, ...]
    cash: tuple[str, ...]
    institution: tuple[str, ...]
    balance: tuple[str, ...]
    payers: tuple[str, ...]


class Amounts(msgspec.Struct, frozen=True, kw_only=True):
    """A settlement's amounts, in fen; `balance` is the patient's own account afterwards."""

    total: Fen
    funds: Fen
    own: Fen
    mutual: Fen
    cash: Fen
    institution: Fen
    balance: Fen

    def add_up(self) -> bool:
        return self.total == self.funds + self.own + self.mutual + self.cash + self.institution


class Paid(msgspec.Struct, frozen=True):
    """One payer as the answer's extension names them; `pay` in yuan."""

    name: str
    kin: str
    pay: str
    way: str


class _Extension(msgspec.Struct, frozen=True):
    payers: tuple[Paid, ...] = ()


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """One message with what came back; `surprises` is empty when that was expected."""

    scene: Scene
    transaction: str
    sentence: str
    """Why it was refused; empty when it was not."""
    remark: str
    shown: dict[str, str]
    amounts: Amounts | None
    payers: tuple[Paid, ...]
    case: str
    answer: dict[str, Any]
    surprises: tuple[str, ...]


def read_day(folder: Path) -> tuple[Fields, list[Scene]]:
    """The fields and the messages in order. Raises `DayBroken`."""
    fields = _read(folder / FIELDS, Fields)
    return fields, [_scene(file) for file in sorted(folder.glob(MESSAGES))]


async def play(port: int, folder: Path, clock: Clock) -> AsyncIterator[Played]:
    """Send every message of the folder to the gateway on this machine's port. Raises `DayBroken` and `OSError`."""
    fields, scenes = read_day(folder)
    kept: dict[str, str] = {}
    outputs: dict[str, Any] = {}
    for scene in scenes:
        body = _filled(scene, kept, clock())
        text = await asyncio.to_thread(_post, port, body, headers(scene.demo.credential, clock()))
        played = _played(scene, fields, _numbers_as_text.decode(body), _numbers_as_text.decode(text))
        outputs[scene.name] = found(played.answer, fields.output)
        if (first := scene.demo.same_as) and outputs[scene.name] != outputs.get(first):
            played = msgspec.structs.replace(played, surprises=(*played.surprises, wording.not_repeated(first)))
        kept |= {name: found(played.answer, (path,)) for name, path in scene.demo.keep.items()}
        yield played


def headers(proof: Proof | None, moment: datetime.datetime) -> dict[str, str]:
    """What an institution sends along to prove itself, as `gateway.credentials` checks it."""
    if proof is None or proof.kind is ProofKind.NONE:
        return {}
    seconds = str(int(moment.timestamp()))
    if proof.kind is ProofKind.API_KEY:
        return {"apikey": proof.secret}
    if proof.kind is ProofKind.TIF:
        nonce = secrets.token_hex(16)
        signature = tif_signature(proof.secret, seconds, nonce)
        return {
            "x-tif-paasid": proof.key,
            "x-tif-timestamp": seconds,
            "x-tif-nonce": nonce,
            "x-tif-signature": signature,
        }
    signed = {
        "_api_name": "mulaid-demo",
        "_api_version": "1.0.0",
        "_api_timestamp": f"{seconds}000",
        "_api_access_key": proof.key,
    }
    return {**signed, "_api_signature": hmac_sha1_signature(proof.secret, signed)}


def found(tree: Any, paths: tuple[str, ...]) -> Any:
    """What the first path that leads anywhere leads to; empty text when none does."""
    for path in paths:
        at = tree
        for step in path.split("."):
            if isinstance(at, dict):
                at = at.get(step)
            elif isinstance(at, list) and step.isdecimal() and int(step) < len(at):
                at = at[int(step)]
            else:
                at = None
        if at is not None:
            return at
    return ""


def _scene(file: Path) -> Scene:
    written = _read(file, _Written)
    return Scene(name=file.stem, demo=written.demo, message=written.message)


def _read(file: Path, shape: Any) -> Any:
    try:
        return msgspec.json.decode(file.read_bytes(), type=shape)
    except (OSError, msgspec.DecodeError) as error:
        raise DayBroken(wording.unreadable(str(file), str(error))) from error


def _filled(scene: Scene, kept: dict[str, str], moment: datetime.datetime) -> bytes:
    """The request body with every placeholder replaced."""
    names = {
        **kept,
        "now": f"{moment:%Y-%m-%d %H:%M:%S}",
        "stamp": f"{moment:%Y%m%d%H%M%S}",
    }

    def value(place: re.Match[str]) -> str:
        if place[1] not in names:
            raise DayBroken(wording.unknown_placeholder(scene.name, place[1]))
        return names[place[1]]

    return _PLACEHOLDER.sub(value, msgspec.json.encode(scene.message).decode()).encode()


def _post(port: int, body: bytes, proof: dict[str, str]) -> bytes:
    """One request on a connection of its own; proxies are for other machines."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request("POST", PATH, body, {"content-type": "application/json", **proof})
        return connection.getresponse().read()
    finally:
        connection.close()


def _played(scene: Scene, fields: Fields, sent: Any, answer: Any) -> Played:
    accepted = str(found(answer, fields.code)) == "0"
    amounts, payers = (_amounts(answer, fields), _payers(answer, fields)) if accepted else (None, ())
    whole = {SENT: sent, **answer}
    played = Played(
        scene=scene,
        transaction=str(found(sent, fields.transaction)),
        sentence="" if accepted else str(found(answer, fields.sentence)),
        remark=str(found(answer, fields.remark)),
        shown={label: str(found(whole, (path,))) for label, path in scene.demo.show.items()},
        amounts=amounts,
        payers=payers,
        case=str(found(answer, fields.case)),
        answer=whole,
        surprises=(),
    )
    return msgspec.structs.replace(played, surprises=tuple(_surprises(played, accepted)))


def _amounts(answer: Any, fields: Fields) -> Amounts | None:
    """The amounts of an answer that has any."""
    texts = {
        name: str(found(answer, getattr(fields, name)))
        for name in (*Amounts.__struct_fields__, "accounts")
        if name != "own"
    }
    try:
        read = {name: fen(text) for name, text in texts.items()}
    except MoneyError:
        return None
    return Amounts(own=read.pop("accounts") - read["mutual"], **read)


def _payers(answer: Any, fields: Fields) -> tuple[Paid, ...]:
    text = found(answer, fields.payers)
    return msgspec.convert(_numbers_as_text.decode(text), _Extension).payers if text else ()


def _surprises(played: Played, accepted: bool) -> Iterator[str]:
    demo, amounts = played.scene.demo, played.amounts
    came = Expect.REFUSED if not accepted else Expect.OK if amounts is None else Expect.SETTLED
    if came is not demo.expect:
        yield wording.other_outcome(demo.expect, came, played.sentence)
    if demo.says and demo.says not in played.sentence + played.remark:
        yield wording.other_sentence(demo.says, played.sentence or played.remark)
    if amounts is not None and not amounts.add_up():
        yield wording.does_not_add_up()
    for name, due in demo.amounts.items():
        has = None if amounts is None else getattr(amounts, name)
        if has is None or has != fen(due):
            yield wording.other_amount(name, due, "" if has is None else yuan(has))
    paid = {payer.name: payer.pay for payer in played.payers}
    if demo.payers and demo.payers != paid:
        yield wording.other_payers(demo.payers, paid)
