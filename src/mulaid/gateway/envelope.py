"""The request's envelope and the answer's. JSON in; typed nodes, a digest and bytes out.

Tolerances: `input` is an object or JSON text, once or several times over; "", null, "null" and a missing field are the
same; numbers may be numbers or text; an object stands where a list of one is due, and a list of one where an object is.
All scalars but true and false become text here, as they were written, so that no number passes through a float; only
the zeros at the end of an amount go, so that 37.00 and 37 are one content. (`bodies` makes the JSON.)
"""

import datetime
import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from mulaid.gateway.amounts import decode
from mulaid.gateway.bodies import once
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
_EMPTY = frozenset({"", "null", "NULL", "Null"})
_EXTENSIONS = frozenset({"exp_content", "expContent"})
_DECIMAL = frozenset(
    "medfee_sumamt fulamt_ownpay_amt overlmt_selfpay preselfpay_amt inscp_scp_amt det_item_fee_sumamt cnt pric "
    "funds_paid".split()
)
"""Fields whose zeros at the end say nothing."""
_MEANT = _DECIMAL | _EXTENSIONS
_ESCAPED_ZERO = b"\\u0000"
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
_IN_CAPITALS = ("infno", "fixmedins_code")


class Outside(msgspec.Struct, frozen=True):
    """What stands on the envelope, cleaned but not yet checked; the input as it came."""

    fields: dict[str, Any]
    json: bytes = b""
    """All of it."""

    def text(self, name: str) -> str:
        """A field as text, empty when it is missing or no text."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""


def outside(json: bytes, path: str = "") -> Outside:
    """Read an envelope up to its input. Raises `FieldFault`. A transaction number missing is taken from the path."""
    try:
        written = _OUTER.decode(json)
    except (ValueError, RecursionError) as error:
        fault = _fault(error) if isinstance(error, msgspec.ValidationError) else FieldFault(say.body_not_json)
        raise (fault if fault.wire else FieldFault(say.body_not_json)) from error
    fields: dict[str, Any] = {}
    for name in _HEAD:
        value = getattr(written, name)
        if value is None:
            continue
        cleaned = value.strip() if isinstance(value, str) else _cleaned(value, _DEEPEST, name)
        if cleaned not in _EMPTY:
            fields[name] = cleaned
    if _ESCAPED_ZERO in json:
        _refuse_zero(fields, "")
    if "infno" not in fields and (found := _INFNO_AT_END.search(path)):
        fields["infno"] = found[1]
    for name in _IN_CAPITALS:
        text = fields.get(name)
        if isinstance(text, str) and not text.isupper():
            fields[name] = text.upper()
    if bytes(memoryview(written.input)[:4]) not in _NO_INPUT:
        fields["input"] = written.input
    return Outside(fields, json)


def read(seen: Outside) -> Envelope:
    """The envelope, checked. Raises `FieldFault`."""
    return parse(seen.fields, Envelope)


def nodes(envelope: Envelope, opened: Callable[[str], str] | None = None) -> dict[str, Any]:
    """The input's nodes, decoded when they came as text. Raises `FieldFault`.

    `opened`: how to decrypt the text of an encrypted input; None where the sender has no key on record.
    """
    found = _decoded(envelope.input, _DEEPEST - 1, say.body_not_json, "input")
    if found is None:
        raise FieldFault(say.missing, "input")
    if isinstance(found, dict):
        return found
    if not isinstance(found, str):
        raise FieldFault(say.wrong_kind, "input")
    if encrypted(envelope):
        if opened is None:
            raise FieldFault(say.encryption_not_offered, "enc_type")
        found = opened(found)
    return _object(once(found.encode()), say.input_not_json, "input")


def plain_input(envelope: Envelope, opened: Callable[[str], str] | None = None) -> bytes:
    """The input as its sender signed it: decrypted, and the text itself where it came as text. Raises `FieldFault`."""
    raw = bytes(envelope.input)
    if not raw.startswith(b'"'):
        return raw
    try:
        text = msgspec.json.decode(raw, type=str)
    except ValueError as error:
        raise FieldFault(say.body_not_json, "input") from error
    return (opened(text) if opened is not None and encrypted(envelope) else text).encode()


def encrypted(envelope: Envelope) -> bool:
    """Whether the envelope says that its input is."""
    return bool(envelope.enc_type) and envelope.enc_type.lower() != "none"


def shaped(given: Any, kind: Any) -> Any:
    """Nodes in the shape their struct has: a lone object as a list of one where a list is due, and the other way."""
    if get_origin(kind) is tuple:
        rows = [given] if isinstance(given, dict) else given
        return [shaped(row, get_args(kind)[0]) for row in rows] if isinstance(rows, list) else given
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return given
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    if not isinstance(given, dict):
        return given
    kinds = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    return {name: shaped(value, kinds[name]) if name in kinds else value for name, value in given.items()}


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


def _object(text: bytes, sentence: say.Sentence, wire: str) -> dict[str, Any]:
    decoded = _decoded(text, _DEEPEST, sentence, wire)
    if not isinstance(decoded, dict):
        raise FieldFault(sentence, wire)
    return decoded


def _decoded(text: bytes | msgspec.Raw, depth: int, sentence: say.Sentence, wire: str) -> Any:
    """Decode and clean JSON. Raises `FieldFault`."""
    try:
        decoded = _JSON.decode(text)
        if _ESCAPED_ZERO in bytes(memoryview(text)):
            _refuse_zero(decoded, wire)
        return _cleaned(decoded, depth, wire)
    except (ValueError, RecursionError) as error:
        if isinstance(error, FieldFault):
            raise
        raise FieldFault(sentence, wire) from error


def _refuse_zero(value: Any, wire: str) -> None:
    """Raises `FieldFault` for a text with a zero byte in it, which no database keeps."""
    if isinstance(value, str) and "\x00" in value:
        raise FieldFault(say.control_character, wire)
    if isinstance(value, dict):
        for key, item in value.items():
            _refuse_zero(item, key)
    elif isinstance(value, list):
        for item in value:
            _refuse_zero(item, wire)


def _cleaned(value: Any, depth: int, wire: str) -> Any:
    """Drop what counts as empty, write every number as text; None when nothing is left. `wire`: the nearest name."""
    if isinstance(value, str):
        text = value.strip()
        if text in _EMPTY:
            return None
        return _plain(text, depth, wire) if wire in _MEANT and text[-1] in "0}" else text
    if isinstance(value, dict):
        if depth == 0:
            raise FieldFault(say.too_deep, wire)
        pairs = [(key, _cleaned(item, depth - 1, key)) for key, item in value.items()]
        return {key: item for key, item in pairs if item is not None}
    if isinstance(value, list):
        if depth == 0:
            raise FieldFault(say.too_deep, wire)
        if len(value) > ITEMS_MAX:
            raise FieldFault(say.too_many, wire, str(ITEMS_MAX))
        return [_cleaned(item, depth - 1, wire) for item in value]
    return value if isinstance(value, bool) or value is None else str(value)


def _plain(text: str, depth: int, wire: str) -> Any:
    """A text that may be written in several ways, in the one way that all of them mean."""
    if wire in _DECIMAL:
        return text.rstrip("0").removesuffix(".") if "." in text and text[0] != "." else text
    if not text.startswith("{"):
        return text
    try:
        return _decoded(text.encode(), depth, say.extension_not_json, wire)
    except FieldFault as fault:
        if fault.sentence is not say.extension_not_json:
            raise
        # Whoever reads the field refuses it, should the transaction have it.
        return text


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
    return f"{division:0>6.6}{_digits(moment)}{serial % 10**10:010d}"


def stamp(moment: datetime.datetime) -> str:
    """yyyyMMddHHmmssSSS."""
    return f"{_digits(moment)}{moment.microsecond // 1000:03d}"


def _digits(moment: datetime.datetime) -> str:
    """yyyyMMddHHmmss. Every answer has three; `strftime` takes twice as long."""
    return f"{moment.year:04d}{moment.month:02d}{moment.day:02d}{moment.hour:02d}{moment.minute:02d}{moment.second:02d}"
