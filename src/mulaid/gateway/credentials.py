"""Who is calling. Each institution's row says how it proves itself and holds its secret.

A  HmacSHA1 (CSB style): base64 of the keyed digest over the four other `_api_` headers, sorted, joined by &; of a form,
   over its fields too.
B  x-tif: lower-case hex SHA-256 of timestamp + secret + nonce + timestamp.
C  a bearer token (`tokens`); where the institution has an SM2 key, also `cainfo`, its signature over the plain input.
D  a plain `apikey` header.
E  `cainfo`: an SM2 signature over the fields of the envelope but cainfo and input, sorted, `k=v` joined by &.
F  the national wrapper around the envelope (`wrapper`).
`none` is for a sandbox on this very machine. The letters are those of the interface's public client code. B, E and F
sign a nonce, a message id or a random number with their stamp, so a signature that has come before is refused; two
messages of one second may rightly carry the same signature in A, and a token of C is shown again and again.
"""

import base64
import datetime
import hashlib
import hmac
from collections.abc import Callable, Mapping
from enum import StrEnum

import msgspec

from mulaid.gateway import ciphers, tokens, wrapper
from mulaid.gateway.amounts import moment_of
from mulaid.gateway.bodies import Fields
from mulaid.gateway.faults import FieldFault
from mulaid.gateway.nonces import Nonces
from mulaid.gateway.offices import Proof, ProofKind
from mulaid.gateway.wrapper import Wrapped
from mulaid.terms.calendar import CHINA
from mulaid.wording import gateway as say

_STALE_AFTER = 30 * 60
_MILLISECOND_DIGITS, _CALENDAR_DIGITS = 13, 14
_SIGNED_HEADERS = ("_api_access_key", "_api_name", "_api_timestamp", "_api_version")
_UNSIGNED = frozenset({"cainfo", "input"})
_ENVELOPE = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LOOPBACK = frozenset({"127.0.0.1", "::1"})


class Unproven(StrEnum):
    """Why a caller is not who it says. For the log only: the caller is told the same whatever it was."""

    UNKNOWN_INSTITUTION = "unknown_institution"
    NOTHING_ON_RECORD = "nothing_on_record"
    """The institution has no credential here, and the caller is not a sandbox on this machine."""
    NO_CREDENTIAL = "no_credential"
    """Nothing was sent, or a part of it is missing."""
    WRONG_KEY = "wrong_key"
    OUTSIDE_WINDOW = "outside_window"
    """The clocks are more than half an hour apart."""
    WRONG_SIGNATURE = "wrong_signature"
    REPLAYED = "replayed"
    TOKEN_OVER = "token_over"
    NOT_DECRYPTED = "not_decrypted"
    UNREADABLE_KEY = "unreadable_key"
    """What the institution has on record is no key: the operator has to load another."""
    NOT_INSTALLED = "not_installed"
    """SM2 is an extra, and this installation has it not."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller proves itself with. Head names are lower-case."""

    headers: Mapping[str, str]
    json: bytes = b""
    """The envelope as it came."""
    form: Fields = ()
    wrapped: Wrapped | None = None
    """What the envelope came in."""


def new_nonces() -> Nonces:
    """The memory of signatures that a service begins with."""
    return Nonces(_STALE_AFTER)


def unproven(proof: Proof, shown: Shown, moment: datetime.datetime, loopback: bool, nonces: Nonces) -> Unproven | None:
    """Why what is shown does not prove the institution; None when it does.

    `loopback`: a sandbox called from this machine. `nonces` remembers the signature of a proof that has one.
    """
    if proof.kind is ProofKind.NONE:
        return None if loopback else Unproven.NOTHING_ON_RECORD
    if not proof.secret and proof.kind is not ProofKind.SM2:
        return Unproven.NOTHING_ON_RECORD
    headers = shown.headers
    match proof.kind:
        case ProofKind.HMAC_SHA1:
            return _hmac_sha1(proof, headers, shown.form, moment)
        case ProofKind.TIF:
            return _tif(proof, headers, moment, nonces)
        case ProofKind.API_KEY:
            given = headers.get("apikey", "")
            return _first((bool(given), Unproven.NO_CREDENTIAL), (_same(proof.secret, given), Unproven.WRONG_KEY))
        case ProofKind.OAUTH:
            return _bearer(proof, headers, moment)
    if not ciphers.available():
        return Unproven.NOT_INSTALLED
    try:
        if proof.kind is ProofKind.SM2:
            return _envelope_signed(proof, shown.json, moment, nonces)
        return _wrapped(proof, shown, moment, nonces)
    except ciphers.CipherFault:
        return Unproven.UNREADABLE_KEY


def input_unproven(proof: Proof, json: bytes, plain: bytes) -> Unproven | None:
    """Why the second half of variant C does not hold: the envelope's cainfo over the plain input."""
    if not ciphers.available():
        return Unproven.NOT_INSTALLED
    given = _told(_plain(_ENVELOPE.decode(json).get("cainfo", msgspec.Raw(b"null"))))
    if not given:
        return Unproven.NO_CREDENTIAL
    try:
        return None if ciphers.verified(proof.public_key, plain, given) else Unproven.WRONG_SIGNATURE
    except ciphers.CipherFault:
        return Unproven.UNREADABLE_KEY


def opener(proof: Proof) -> Callable[[str], str] | None:
    """How to decrypt an input of this institution; None where it has no key. What it returns raises `FieldFault`."""
    if not proof.sm4_key:
        return None

    def opened(text: str) -> str:
        try:
            return ciphers.decrypted(ciphers.sm4_key(proof.sm4_key), ciphers.bytes_of(text)).decode()
        except ValueError as error:
            raise FieldFault(say.input_not_decrypted, "input") from error

    return opened


def from_this_machine(host: str, headers: Mapping[str, str]) -> bool:
    """True for a caller on this machine that no proxy speaks for."""
    return host in _LOOPBACK and not any(name in headers for name in ("x-forwarded-for", "forwarded", "x-real-ip"))


def hmac_sha1_signature(secret: str, headers: Mapping[str, str], form: Fields = ()) -> str:
    """The signature variant A asks for; public because a sandbox client needs the same lines."""
    said = [*((name, headers.get(name, "")) for name in _SIGNED_HEADERS), *form]
    signed = "&".join(f"{name}={value}" for name, value in sorted(said))
    return base64.b64encode(hmac.new(secret.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def envelope_text(fields: Mapping[str, object], *, empty: bool = False) -> bytes:
    """What variant E signs of an envelope's fields. `empty`: with those that say nothing, as some clients do."""
    said = sorted((name, value) for name, value in fields.items() if name not in _UNSIGNED)
    return "&".join(f"{name}={_told(value)}" for name, value in said if empty or _told(value)).encode()


def tif_signature(secret: str, timestamp: str, nonce: str) -> str:
    """The signature variant B asks for."""
    return hashlib.sha256(f"{timestamp}{secret}{nonce}{timestamp}".encode()).hexdigest()


def _hmac_sha1(proof: Proof, headers: Mapping[str, str], form: Fields, moment: datetime.datetime) -> Unproven | None:
    given = headers.get("_api_signature", "")
    if not given or not all(headers.get(name) for name in _SIGNED_HEADERS):
        return Unproven.NO_CREDENTIAL
    right = _same(hmac_sha1_signature(proof.secret, headers), given)
    return _first(
        (_same(proof.key, headers["_api_access_key"]), Unproven.WRONG_KEY),
        (_fresh(_seconds(headers["_api_timestamp"]), moment), Unproven.OUTSIDE_WINDOW),
        (right or _same(hmac_sha1_signature(proof.secret, headers, form), given), Unproven.WRONG_SIGNATURE),
    )


def _bearer(proof: Proof, headers: Mapping[str, str], moment: datetime.datetime) -> Unproven | None:
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        return Unproven.NO_CREDENTIAL
    until = tokens.holds_until(proof, token.strip())
    if until is None:
        return Unproven.WRONG_KEY
    return None if moment.timestamp() < until else Unproven.TOKEN_OVER


def _envelope_signed(proof: Proof, json: bytes, moment: datetime.datetime, nonces: Nonces) -> Unproven | None:
    """Variant E."""
    try:
        fields = {name: _plain(value) for name, value in _ENVELOPE.decode(json).items() if name != "input"}
    except (ValueError, RecursionError):
        return Unproven.NO_CREDENTIAL
    given, stamp = _told(fields.get("cainfo")), _told(fields.get("inf_time"))
    if not given or not stamp:
        return Unproven.NO_CREDENTIAL
    try:
        seconds = int(moment_of(stamp).timestamp())
    except FieldFault:
        return Unproven.OUTSIDE_WINDOW
    if not _fresh(seconds, moment):
        return Unproven.OUTSIDE_WINDOW
    texts = {envelope_text(fields), envelope_text(fields, empty=True)}
    if not any(ciphers.verified(proof.public_key, text, given) for text in texts):
        return Unproven.WRONG_SIGNATURE
    return _seen(nonces, proof.public_key, given, seconds, moment)


def _wrapped(proof: Proof, shown: Shown, moment: datetime.datetime, nonces: Nonces) -> Unproven | None:
    """Variant F."""
    wrapped = shown.wrapped
    if wrapped is None or not wrapped.text("signData") or not wrapped.text("timestamp"):
        return Unproven.NO_CREDENTIAL
    seconds = _seconds(wrapped.text("timestamp"))
    if wrong := _first(
        (_same(proof.key, wrapped.app), Unproven.WRONG_KEY), (_fresh(seconds, moment), Unproven.OUTSIDE_WINDOW)
    ):
        return wrong
    if not wrapper.is_signed(wrapped, shown.json, proof.secret, proof.public_key):
        return Unproven.WRONG_SIGNATURE
    return _seen(nonces, proof.key, wrapped.text("signData"), seconds or 0, moment)


def _plain(value: msgspec.Raw) -> object:
    """A field of an envelope as text; a number as it is written."""
    raw = bytes(value)
    return msgspec.json.decode(raw) if raw.startswith(b'"') else "" if raw == b"null" else raw.decode()


def _told(value: object) -> str:
    return "" if value is None else str(value)


def _tif(proof: Proof, headers: Mapping[str, str], moment: datetime.datetime, nonces: Nonces) -> Unproven | None:
    timestamp, nonce = headers.get("x-tif-timestamp", ""), headers.get("x-tif-nonce", "")
    key, given = headers.get("x-tif-paasid", ""), headers.get("x-tif-signature", "").lower()
    if not (timestamp and nonce and key and given):
        return Unproven.NO_CREDENTIAL
    seconds = _seconds(timestamp)
    return _first(
        (_same(proof.key, key), Unproven.WRONG_KEY),
        (_fresh(seconds, moment), Unproven.OUTSIDE_WINDOW),
        (_same(tif_signature(proof.secret, timestamp, nonce), given), Unproven.WRONG_SIGNATURE),
    ) or _seen(nonces, key, given, seconds or 0, moment)


def _seen(nonces: Nonces, key: str, signature: str, seconds: int, moment: datetime.datetime) -> Unproven | None:
    """What a right signature's having come before means. It is remembered from now on."""
    if nonces.forgot(seconds):
        return Unproven.OUTSIDE_WINDOW
    return None if nonces.first((key, signature), seconds, int(moment.timestamp())) else Unproven.REPLAYED


def _first(*checks: tuple[bool, Unproven]) -> Unproven | None:
    """What the first check that does not hold means."""
    return next((meaning for holds, meaning in checks if not holds), None)


def _seconds(timestamp: str) -> int | None:
    """Seconds, milliseconds when the number has thirteen digits, a Chinese date and time when it has fourteen."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _CALENDAR_DIGITS):
        return None
    if len(timestamp) == _CALENDAR_DIGITS:
        try:
            return int(datetime.datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=CHINA).timestamp())
        except ValueError:
            return None
    return int(timestamp) // 1000 if len(timestamp) == _MILLISECOND_DIGITS else int(timestamp)


def _fresh(seconds: int | None, moment: datetime.datetime) -> bool:
    """At most half an hour away."""
    return seconds is not None and abs(int(moment.timestamp()) - seconds) <= _STALE_AFTER


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())
