"""The body of a request as it comes over HTTP, turned into the JSON of its envelope.

Vendors compress it, write it in GBK, put it into a form of one field or of many, encode it twice, or leave the zero
byte of a C string behind it. Whatever it was, what leaves here is JSON in UTF-8.
"""

import re
import zlib
from collections.abc import Mapping, Sequence
from email import policy
from email.parser import BytesParser
from urllib.parse import unquote_to_bytes

import msgspec

from mulaid.gateway.faults import FieldFault
from mulaid.wording import gateway as say

BODY_LIMIT = 1 << 20
"""Of a body as it is read, unpacked too."""
GBK = "gb18030"
"""The newest of the GBK family, which reads all older ones."""
_GZIP = b"\x1f\x8b"
_MARK = b"\xef\xbb\xbf"
_ZLIB_OR_GZIP = zlib.MAX_WBITS | 32
_OBJECT, _END, _TEXT, _NAMELESS = b"{", b"}", b'"', b"="
_FIELD = re.compile(rb"[A-Za-z_][\w.\-]{0,63}=")
_CHARSET = re.compile(r"charset=[\"']?(gb[k0-9]+)", re.IGNORECASE)
_FIELDS_MAX = 200
_TWICE = 3
"""So many times over a text may be the JSON of a text."""
_ENVELOPE = frozenset({"infno", "msgid", "fixmedins_code"})
"""Fields that only an envelope has: a form with one of them is one, field by field."""

Fields = Sequence[tuple[str, str]]


class Body(msgspec.Struct, frozen=True):
    """What a body said."""

    json: bytes
    fields: Fields = ()
    """Of a form, as they came: some signatures cover them."""
    gbk: bool = False
    """Its sender writes GBK, and so reads it."""


def read(body: bytes, headers: Mapping[str, str] | None = None) -> Body:
    """The body's JSON. Raises `FieldFault` when it is too large unpacked, or no text.

    `headers` have lower-case names. What they say is believed only where the body does not show it by itself: many
    vendors say one thing and send another.
    """
    told = {} if headers is None else headers
    kind = told.get("content-type", "")
    if body.startswith(_OBJECT) and body.endswith(_END) and "=" not in kind and _is_utf8(body):
        return Body(body)
    if body.startswith(_GZIP) or "content-encoding" in told:
        body = _unpacked(body, told.get("content-encoding", ""))
    if "multipart/" in kind:
        return _of_fields(_parts(body, kind), gbk=False)
    zero = body.find(0)
    if zero >= 0:
        body = body[:zero]
    body = body.removeprefix(_MARK).strip()
    gbk = _CHARSET.search(kind) is not None
    if not body.isascii():
        body, gbk = _in_utf8(body)
    if body.startswith(_OBJECT):
        return Body(body, gbk=gbk)
    if body.startswith(_TEXT):
        return Body(once(body), gbk=gbk)
    if body.startswith(_NAMELESS):
        body = body[1:].strip()
        escaped = not body.startswith((_OBJECT, _TEXT))
        return Body(once(_unescaped(body).encode() if escaped else body), gbk=gbk)
    return _of_fields(_form(body), gbk=gbk) if _FIELD.match(body) else Body(body, gbk=gbk)


def once(text: bytes) -> bytes:
    """JSON that was encoded again as the text of JSON, as the first JSON; anything else as it is."""
    for _ in range(_TWICE):
        if not text.startswith(_TEXT):
            break
        try:
            inner = msgspec.json.decode(text)
        except (ValueError, RecursionError):
            break
        text = inner.strip().encode() if isinstance(inner, str) else text
    return text


def in_gbk(body: bytes) -> bytes:
    """An answer for a reader of GBK."""
    return body.decode().encode(GBK)


def _unpacked(body: bytes, encoding: str) -> bytes:
    """A body that was compressed; one that only says so is left as it is."""
    if not body.startswith(_GZIP) and "deflate" not in encoding.lower():
        return body
    unpacking = zlib.decompressobj(_ZLIB_OR_GZIP)
    try:
        plain = unpacking.decompress(body, BODY_LIMIT + 1)
    except zlib.error as error:
        raise FieldFault(say.body_not_unpacked) from error
    if len(plain) > BODY_LIMIT:
        raise FieldFault(say.body_too_large)
    if not unpacking.eof:
        raise FieldFault(say.body_not_unpacked)
    return plain


def _in_utf8(body: bytes) -> tuple[bytes, bool]:
    """A body that is not plain ASCII, and whether it was GBK. What is neither is left for the reader to refuse."""
    if _is_utf8(body):
        return body, False
    try:
        return body.decode(GBK).encode(), True
    except UnicodeDecodeError:
        return body, False


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _text(raw: bytes) -> str:
    return _in_utf8(raw)[0].decode("utf-8", "replace")


def _form(body: bytes) -> Fields:
    pairs = body.split(b"&", _FIELDS_MAX)
    if len(pairs) > _FIELDS_MAX:
        raise FieldFault(say.body_not_json)
    named = (pair.partition(b"=") for pair in pairs)
    return [(_unescaped(name), _unescaped(value)) for name, _, value in named]


def _unescaped(text: bytes) -> str:
    return _text(unquote_to_bytes(text.replace(b"+", b" ")))


def _parts(body: bytes, kind: str) -> Fields:
    """The fields of a multipart form."""
    head = b"content-type: " + kind.encode("latin-1", "replace").replace(b"\r", b" ").replace(b"\n", b" ")
    message = BytesParser(policy=policy.HTTP).parsebytes(head + b"\r\n\r\n" + body)
    found = []
    for part in list(message.iter_parts())[:_FIELDS_MAX]:
        content = part.get_payload(decode=True)
        name = part.get_param("name", "", header="content-disposition")
        if isinstance(content, bytes) and isinstance(name, str):
            found.append((name, _text(content)))
    return found


def _of_fields(fields: Fields, gbk: bool) -> Body:
    """A form that has the fields of an envelope is one; else its first field that holds an object is the envelope."""
    if _ENVELOPE & {name for name, _ in fields}:
        return Body(msgspec.json.encode(dict(fields)), fields, gbk)
    values = (once(value.partition("\x00")[0].strip().encode()) for _, value in fields)
    return Body(next((value for value in values if value.startswith(_OBJECT)), b""), fields, gbk)
