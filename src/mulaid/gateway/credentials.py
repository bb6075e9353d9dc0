"""Who is calling. Each institution's row says how it proves itself and holds its secret.

A  HmacSHA1 (CSB style): base64 of the keyed digest over the four other `_api_` headers, sorted, joined by &.
B  x-tif: lower-case hex SHA-256 of timestamp + secret + nonce + timestamp.
D  a plain `apikey` header.
`none` is for a sandbox on this very machine. The letters are those of the interface's public client code; C (SM2 and
SM4) is not offered. Only B has a nonce, so only B's signatures can be told to have come before: two messages of one
second may rightly carry the same signature in A.
"""

import base64
import datetime
import hashlib
import hmac
from collections.abc import Mapping
from enum import StrEnum

from mulaid.gateway.nonces import Nonces
from mulaid.gateway.offices import Proof, ProofKind

_STALE_AFTER = 30 * 60
_MILLISECOND_DIGITS = 13
_SIGNED_HEADERS = ("_api_access_key", "_api_name", "_api_timestamp", "_api_version")
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


def new_nonces() -> Nonces:
    """The memory of signatures that a service begins with."""
    return Nonces(_STALE_AFTER)


def unproven(
    proof: Proof, headers: Mapping[str, str], moment: datetime.datetime, loopback: bool, nonces: Nonces
) -> Unproven | None:
    """Why the headers (lower-case names) do not prove the institution; None when they do.

    `loopback`: a sandbox called from this machine. `nonces` remembers the signature of a proof that has one.
    """
    if proof.kind is ProofKind.NONE:
        return None if loopback else Unproven.NOTHING_ON_RECORD
    if not proof.secret:
        return Unproven.NOTHING_ON_RECORD
    match proof.kind:
        case ProofKind.HMAC_SHA1:
            return _hmac_sha1(proof, headers, moment)
        case ProofKind.TIF:
            return _tif(proof, headers, moment, nonces)
        case ProofKind.API_KEY:
            given = headers.get("apikey", "")
            return _first((bool(given), Unproven.NO_CREDENTIAL), (_same(proof.secret, given), Unproven.WRONG_KEY))


def from_this_machine(host: str, headers: Mapping[str, str]) -> bool:
    """True for a caller on this machine that no proxy speaks for."""
    return host in _LOOPBACK and not any(name in headers for name in ("x-forwarded-for", "forwarded", "x-real-ip"))


def hmac_sha1_signature(secret: str, headers: Mapping[str, str]) -> str:
    """The signature variant A asks for; public because a sandbox client needs the same lines."""
    signed = "&".join(f"{name}={headers.get(name, '')}" for name in _SIGNED_HEADERS)
    return base64.b64encode(hmac.new(secret.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def tif_signature(secret: str, timestamp: str, nonce: str) -> str:
    """The signature variant B asks for."""
    return hashlib.sha256(f"{timestamp}{secret}{nonce}{timestamp}".encode()).hexdigest()


def _hmac_sha1(proof: Proof, headers: Mapping[str, str], moment: datetime.datetime) -> Unproven | None:
    given = headers.get("_api_signature", "")
    if not given or not all(headers.get(name) for name in _SIGNED_HEADERS):
        return Unproven.NO_CREDENTIAL
    return _first(
        (_same(proof.key, headers["_api_access_key"]), Unproven.WRONG_KEY),
        (_fresh(_seconds(headers["_api_timestamp"]), moment), Unproven.OUTSIDE_WINDOW),
        (_same(hmac_sha1_signature(proof.secret, headers), given), Unproven.WRONG_SIGNATURE),
    )


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
    """Seconds, or milliseconds when the number has thirteen digits."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _MILLISECOND_DIGITS):
        return None
    return int(timestamp) // 1000 if len(timestamp) == _MILLISECOND_DIGITS else int(timestamp)


def _fresh(seconds: int | None, moment: datetime.datetime) -> bool:
    """At most half an hour away."""
    return seconds is not None and abs(int(moment.timestamp()) - seconds) <= _STALE_AFTER


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())
