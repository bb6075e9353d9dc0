"""Who is calling. Each institution's row says how it proves itself and holds its secret.

A  HmacSHA1 (CSB style): base64 of the keyed digest over the four other `_api_` headers, sorted, joined by &.
B  x-tif: lower-case hex SHA-256 of timestamp + secret + nonce + timestamp.
D  a plain `apikey` header.
`none` is for a sandbox on this very machine. The letters are those of the interface's public client code; C (SM2 and
SM4) is not offered.
"""

import base64
import datetime
import hashlib
import hmac
from collections.abc import Mapping

from mulaid.gateway.offices import Proof, ProofKind

_STALE_AFTER = 30 * 60
_MILLISECOND_DIGITS = 13
_SIGNED_HEADERS = ("_api_access_key", "_api_name", "_api_timestamp", "_api_version")
_LOOPBACK = frozenset({"127.0.0.1", "::1"})


def proves(proof: Proof, headers: Mapping[str, str], moment: datetime.datetime, loopback: bool) -> bool:
    """Do the headers (lower-case names) prove the institution? `loopback`: a sandbox called from this machine."""
    match proof.kind:
        case ProofKind.NONE:
            return loopback
        case ProofKind.HMAC_SHA1:
            return _hmac_sha1(proof, headers, moment)
        case ProofKind.TIF:
            return _tif(proof, headers, moment)
        case ProofKind.API_KEY:
            return bool(proof.secret) and _same(proof.secret, headers.get("apikey", ""))


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


def _hmac_sha1(proof: Proof, headers: Mapping[str, str], moment: datetime.datetime) -> bool:
    return (
        bool(proof.secret)
        and all(headers.get(name) for name in _SIGNED_HEADERS)
        and _same(proof.key, headers["_api_access_key"])
        and _fresh(headers["_api_timestamp"], moment)
        and _same(hmac_sha1_signature(proof.secret, headers), headers.get("_api_signature", ""))
    )


def _tif(proof: Proof, headers: Mapping[str, str], moment: datetime.datetime) -> bool:
    timestamp, nonce = headers.get("x-tif-timestamp", ""), headers.get("x-tif-nonce", "")
    return (
        bool(proof.secret and nonce)
        and _same(proof.key, headers.get("x-tif-paasid", ""))
        and _fresh(timestamp, moment)
        and _same(tif_signature(proof.secret, timestamp, nonce), headers.get("x-tif-signature", "").lower())
    )


def _fresh(timestamp: str, moment: datetime.datetime) -> bool:
    """Seconds, or milliseconds when the number has thirteen digits, at most half an hour away."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _MILLISECOND_DIGITS):
        return False
    seconds = int(timestamp) // 1000 if len(timestamp) == _MILLISECOND_DIGITS else int(timestamp)
    return abs(int(moment.timestamp()) - seconds) <= _STALE_AFTER


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())
