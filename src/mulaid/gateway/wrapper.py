"""Variant F: the wrapper of the national payment and prescription centres, around the envelope of this interface.

    {"appId", "data" or "encData", "encType": "SM4", "signType": "SM2", "signData", "timestamp", "version"}

What is signed: every field but signData, encData and extra that says something, sorted, as `k=v` joined by `&`, then
`key=` and the app's secret; `data` is the plain content in JSON, sorted and without what says nothing, at every depth.
encData is hexadecimal. Its key comes from app id and secret, as the centres' own examples derive it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mulaid.gateway import ciphers
from mulaid.gateway.ciphers import CipherFault

_UNSIGNED = frozenset({"signData", "encData", "extra"})
_KEY_LENGTH = 16
_DEEPEST = 16


class Wrapped(msgspec.Struct, frozen=True):
    """A wrapper as it came."""

    fields: dict[str, msgspec.Raw]

    def text(self, name: str) -> str:
        """A field as text, empty when it says nothing or is no single value."""
        return _text(self.fields.get(name, msgspec.Raw(b"null")))

    @property
    def app(self) -> str:
        return self.text("appId") or self.text("appCode")

    @property
    def encrypted(self) -> bool:
        return bool(self.text("encData"))


def read(json: bytes) -> Wrapped | None:
    """A wrapper; None for what is none. Nothing in it has been looked at."""
    try:
        fields = msgspec.json.decode(json, type=dict[str, msgspec.Raw])
    except (ValueError, RecursionError):
        return None
    found = Wrapped(fields)
    return found if found.app and ("data" in fields or "encData" in fields) else None


def content(wrapped: Wrapped, secret: str) -> bytes:
    """The JSON inside. Raises `CipherFault`."""
    if not wrapped.encrypted:
        given = wrapped.fields.get("data", msgspec.Raw(b"null"))
        return _text(given).encode() or bytes(given)
    return ciphers.decrypted(_key(wrapped.app, secret), ciphers.bytes_of(wrapped.text("encData")))


def is_signed(wrapped: Wrapped, inside: bytes, secret: str, public_key: str) -> bool:
    """Whether the signature is that of the fields and of the content. Raises `CipherFault`."""
    fields = {**wrapped.fields, "data": msgspec.Raw(inside)}
    return ciphers.verified(public_key, to_sign(fields, secret), wrapped.text("signData"))


def to_sign(fields: Mapping[str, msgspec.Raw], secret: str) -> bytes:
    """What a signature is made over. Raises `CipherFault` for a content nested too deep."""
    said = (
        (name, _text(value) or _canonical(value)) for name, value in sorted(fields.items()) if name not in _UNSIGNED
    )
    return "&".join((*(f"{name}={text}" for name, text in said if text), f"key={secret}")).encode()


def wrap(answer: bytes, asked: Wrapped, secret: str, keys: tuple[str, str], milliseconds: int) -> bytes:
    """An answer in the wrapper its question came in: encrypted when that was, signed when there is a key to do it.

    `keys`: our private and our public one, or two empty texts.
    """
    told: dict[str, Any] = {
        "code": 0,
        "message": "",
        "success": True,
        "appId": asked.app,
        "encType": "SM4",
        "signType": "SM2",
        "timestamp": str(milliseconds),
        "version": asked.text("version") or "2.0.1",
        "data": msgspec.Raw(answer),
    }
    if all(keys):
        fields = {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in told.items()}
        told["signData"] = ciphers.signed(*keys, to_sign(fields, secret))
    if asked.encrypted:
        del told["data"]
        told["encData"] = ciphers.encrypted(_key(asked.app, secret), answer).hex().upper()
    return msgspec.json.encode(told)


def _key(app: str, secret: str) -> bytes:
    """The SM4 key: the secret encrypted with the app id, in capital hexadecimal, its first sixteen characters."""
    first = app[:_KEY_LENGTH].encode()
    if len(first) != _KEY_LENGTH:
        raise CipherFault("an app id of fewer than sixteen characters")
    return ciphers.encrypted(first, secret.encode()).hex().upper()[:_KEY_LENGTH].encode()


def _text(value: msgspec.Raw) -> str:
    """A single value as text: a number as it is written, and nothing for what says nothing."""
    raw = bytes(value).strip()
    if raw.startswith(b'"'):
        decoded = msgspec.json.decode(raw)
        return str(decoded)
    return "" if raw.startswith((b"{", b"[")) or raw == b"null" else raw.decode()


def _canonical(value: msgspec.Raw, depth: int = _DEEPEST) -> str:
    """JSON with its keys sorted and without what says nothing; numbers and texts as they were written."""
    raw = bytes(value).strip()
    if depth == 0:
        raise CipherFault("nested too deep")
    if raw.startswith(b"{"):
        return "{" + ",".join(_pairs(raw, depth)) + "}"
    if raw.startswith(b"["):
        rows = msgspec.json.decode(raw, type=list[msgspec.Raw])
        return "[" + ",".join(_canonical(row, depth - 1) for row in rows) + "]"
    return "" if raw in (b"null", b'""') else raw.decode()


def _pairs(raw: bytes, depth: int) -> Iterator[str]:
    for name, inner in sorted(msgspec.json.decode(raw, type=dict[str, msgspec.Raw]).items()):
        if text := _canonical(inner, depth - 1):
            yield f"{msgspec.json.encode(name).decode()}:{text}"
