"""The request's envelope and the answer's. Bytes in; typed nodes, a digest and bytes out.

Tolerances: any content type; a body may be JSON or a form of one nameless field (`=JSON`); `input` is an object or JSON
text; "", null, "null" and a missing field are the same; numbers may be numbers or text. All scalars but true and false
become text here, exactly as they were written, so that no number passes through a float.
"""

import datetime
import hashlib
import re
from collections.abc import Iterator
from typing import Any, TypeVar, get_args, get_origin
from urllib.parse import unquote_plus

import msgspec

from mulaid.gateway.amounts import decode
from mulaid.gateway.faults import FieldFault, together
from mulaid.gateway.messages.kinds import Key, reader_of
from mulaid.gateway.profile import Profile
from mulaid.wording import gateway as say

Node = TypeVar("Node")

_JSON = msgspec.json.Decoder(float_hook=str)
_CANONICAL = msgspec.json.Encoder(order="deterministic")
_NOTHING = msgspec.Raw()
_NO_INPUT = {b"", b"null", b'""'}
Single = str | int | float | bool | None
_EMPTY = {"", "null", "NULL", "Null"}
_DEEPEST = 12
ITEMS_MAX = 1_000
"""Of any list: more lines than any outpatient bill has, and few enough not to keep the others waiting."""
_MISSING = re.compile(r"missing required field `(\w+)`")
_LENGTH = re.compile(r"length <= (\d+)")
_PATH = re.compile(r"`\$([^`]*)`$")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_INFNO_AT_END = re.compile(r"(?:^|[^0-9A-Za-z])([0-9]{4,6}[A-Z]?)/?$")


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of the envelope that mean something here; the others are not even read."""

    infno: str
    msgid: Key
    fixmedins_code: str
    input: msgspec.Raw
    """As it came: it is read once its sender has been proved."""
    mdtrtarea_admvs: str = ""
    sign_no: str = ""
    enc_type: str = ""


class _Written(msgspec.Struct):
    """The envelope as it comes. Only single values are read: whoever sends it has not been proved yet."""

    infno: Single = None
    msgid: Single = None
    fixmedins_code: Single = None
    mdtrtarea_admvs: Single = None
    sign_no: Single = None
    enc_type: Single = None
    input: msgspec.Raw = _NOTHING


_OUTER = msgspec.json.Decoder(_Written)
_HEAD = tuple(field for field in _Written.__struct_fields__ if field != "input")


class Outside(msgspec.Struct, frozen=True):
    """What stands on the envelope, cleaned but not yet checked; the input as it came."""

    fields: dict[str, Any]

    def text(self, name: str) -> str:
        """A field as text, empty when it is missing or no text."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""


def outside(body: bytes, path: str = "") -> Outside:
    """Read a request body up to its input. Raises `FieldFault`. A transaction number missing is taken from the path."""
    try:
        written = _OUTER.decode(_unwrapped(body))
    except (ValueError, RecursionError) as error:
        fault = _fault(error) if isinstance(error, msgspec.ValidationError) else FieldFault(say.body_not_json)
        raise (fault if fault.wire else FieldFault(say.body_not_json)) from error
    fields = {}
    for name in _HEAD:
        value = getattr(written, name)
        if value is not None and (cleaned := _cleaned(value, _DEEPEST, name)) is not None:
            fields[name] = cleaned
    if "infno" not in fields and (found := _INFNO_AT_END.search(path)):
        fields["infno"] = found[1]
    if bytes(memoryview(written.input)[:4]) not in _NO_INPUT:
        fields["input"] = written.input
    return Outside(fields)


def read(seen: Outside) -> Envelope:
    """The envelope, checked. Raises `FieldFault`."""
    return parse(seen.fields, Envelope)


def nodes(envelope: Envelope) -> dict[str, Any]:
    """The input's nodes, decoded when they came as text. Raises `FieldFault`."""
    found = _decoded(envelope.input, _DEEPEST - 1, say.body_not_json, "input")
    if found is None:
        raise FieldFault(say.missing, "input")
    if isinstance(found, dict):
        return found
    if not isinstance(found, str):
        raise FieldFault(say.wrong_kind, "input")
    if envelope.enc_type and envelope.enc_type.lower() != "none":
        raise FieldFault(say.encryption_not_offered, "enc_type")
    return _object(found.encode(), say.input_not_json, "input")


def content(infno: str, given: dict[str, Any]) -> bytes:
    """Digest of transaction and canonical input: what must be equal when a message id is sent again. 32 bytes."""
    return hashlib.sha256(infno.encode() + b"\n" + _CANONICAL.encode(given)).digest()


def canonical(given: dict[str, Any]) -> bytes:
    """The input as canonical JSON, for keeping."""
    return _CANONICAL.encode(given)


def parse(given: object, node: type[Node]) -> Node:
    """Turn cleaned nodes into a typed struct. Raises `FieldFault` that names every broken field and its line."""
    try:
        return msgspec.convert(given, node, strict=False, dec_hook=decode)
    except msgspec.ValidationError as error:
        raise together(broken(given, node)) or _fault(error) from error


def broken(given: object, kind: Any, profile: Profile | None = None) -> Iterator[FieldFault]:
    """Every field of the nodes that cannot be used, in the order of the struct; with a profile, unknown words too."""
    return _broken(given, kind, profile, "", None)


def json_object(text: str, sentence: say.Sentence, wire: str) -> dict[str, Any]:
    """Decode and clean a JSON object that came as the text of the field `wire`. Raises `FieldFault`."""
    return _object(text.encode(), sentence, wire)


def _unwrapped(body: bytes) -> bytes:
    body = body.removeprefix(b"\xef\xbb\xbf").strip()
    if not body.startswith(b"="):
        return body
    body = body[1:].strip()
    return body if body.startswith(b"{") else unquote_plus(body.decode("utf-8", "replace")).encode()


def _object(text: bytes, sentence: say.Sentence, wire: str) -> dict[str, Any]:
    decoded = _decoded(text, _DEEPEST, sentence, wire)
    if not isinstance(decoded, dict):
        raise FieldFault(sentence, wire)
    return decoded


def _decoded(text: bytes | msgspec.Raw, depth: int, sentence: say.Sentence, wire: str) -> Any:
    """Decode and clean JSON. Raises `FieldFault`."""
    try:
        return _cleaned(_JSON.decode(text), depth, wire)
    except (ValueError, RecursionError) as error:
        if isinstance(error, FieldFault):
            raise
        raise FieldFault(sentence, wire) from error


def _cleaned(value: Any, depth: int, wire: str) -> Any:
    """Drop what counts as empty, write every number as text; None when nothing is left. `wire`: the nearest name."""
    if isinstance(value, str):
        value = value.strip()
        if "\x00" in value:
            raise FieldFault(say.control_character, wire)
        return None if value in _EMPTY else value
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return str(value)
    if depth == 0:
        raise FieldFault(say.too_deep, wire)
    if isinstance(value, list):
        if len(value) > ITEMS_MAX:
            raise FieldFault(say.too_many, wire, str(ITEMS_MAX))
        return [_cleaned(item, depth - 1, wire) for item in value]
    pairs = ((key, _cleaned(item, depth - 1, key)) for key, item in value.items())
    return {key: item for key, item in pairs if item is not None}


def _broken(given: Any, kind: Any, profile: Profile | None, wire: str, line: int | None) -> Iterator[FieldFault]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(given, dict):
        for field in msgspec.structs.fields(kind):
            name = field.encode_name
            if name in given:
                yield from _broken(given[name], field.type, profile, name, line)
            elif field.required:
                yield FieldFault(say.missing, name, line=line)
    elif get_origin(kind) is tuple and isinstance(given, list):
        for place, item in enumerate(given, 1):
            yield from _broken(item, get_args(kind)[0], profile, wire, place)
    else:
        reader = reader_of(kind)
        try:
            read = msgspec.convert(given, kind, strict=False, dec_hook=decode)
            if profile is not None and reader is not None:
                reader(read, profile)
        except msgspec.ValidationError as error:
            yield _fault(error).at(wire, line)
        except FieldFault as fault:
            yield from (each.at(wire, line) for each in fault.all)


def _fault(error: msgspec.ValidationError) -> FieldFault:
    """msgspec names the place in its message only; a fault raised by our hook is its cause."""
    text = str(error)
    found = _PATH.search(text)
    steps = _STEP.findall(found[1]) if found else []
    line = next((int(index) + 1 for _, index in steps if index), None)
    wire = next((name for name, _ in reversed(steps) if name), "")
    if isinstance(error.__cause__, FieldFault):
        return FieldFault(error.__cause__.sentence, wire, error.__cause__.detail, line)
    if missing := _MISSING.search(text):
        return FieldFault(say.missing, missing[1], line=line)
    if length := _LENGTH.search(text):
        return FieldFault(say.too_long, wire, length[1], line)
    return FieldFault(say.wrong_kind, wire, line=line)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What is written back, always with HTTP 200."""

    infcode: int | str
    inf_refmsgid: str
    refmsg_time: str
    respond_time: str
    err_msg: str
    warn_msg: str
    exp_content: str
    """JSON text with the code of a refusal; empty when it was done."""
    output: dict[str, Any] | None


def reference(division: str, moment: datetime.datetime, serial: int) -> str:
    """inf_refmsgid: receiver's division 6 + time 14 + serial 10."""
    return f"{division:0>6.6}{moment:%Y%m%d%H%M%S}{serial % 10**10:010d}"


def stamp(moment: datetime.datetime) -> str:
    """yyyyMMddHHmmssSSS."""
    return f"{moment:%Y%m%d%H%M%S}{moment.microsecond // 1000:03d}"
