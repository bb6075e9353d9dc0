"""Variant C's first half: a client's name and password against a token that holds for two hours (RFC 6749 §4.3).

A token is kept nowhere. It says until when it holds and is sealed with what the client proved itself by, so every
service of an installation takes it, and it ends at once when the institution's password or secret is changed.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from enum import StrEnum

import msgspec

from mulaid.gateway.offices import Proof, ProofKind

SECONDS = 2 * 3600
PATH_END = "/oauth/token"
_NONCE_BYTES = 12


class TokenFault(StrEnum):
    """Why no token is given, in the words of RFC 6749 §5.2."""

    INVALID_REQUEST = "invalid_request"
    INVALID_CLIENT = "invalid_client"
    INVALID_GRANT = "invalid_grant"
    UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"


class Granted(msgspec.Struct, frozen=True):
    """A token as it is answered (RFC 6749 §5.1)."""

    access_token: str
    expires_in: int
    scope: str
    token_type: str = "bearer"


def client_of(headers: Mapping[str, str], form: Mapping[str, str]) -> tuple[str, str]:
    """The client's id and secret, from the Basic head or the form; empty where neither says."""
    kind, _, given = headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _, secret = base64.b64decode(given.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return name, secret


def grant(client: tuple[str, str], form: Mapping[str, str], proofs: Sequence[Proof], now: int) -> Granted | TokenFault:
    """A token, where one of the institutions with this client id proves itself like this. `now`: seconds since 1970."""
    if form.get("grant_type") != "password":
        return TokenFault.UNSUPPORTED_GRANT_TYPE if form.get("grant_type") else TokenFault.INVALID_REQUEST
    with_secret = [proof for proof in proofs if proof.kind is ProofKind.OAUTH and _same(proof.secret, client[1])]
    if not with_secret:
        return TokenFault.INVALID_CLIENT
    user = form.get("username", ""), form.get("password", "")
    for proof in with_secret:
        if _same(proof.username, user[0]) and _same(proof.password, user[1]):
            return Granted(issued(proof, now + SECONDS), SECONDS, form.get("scope") or "server")
    return TokenFault.INVALID_GRANT


def issued(proof: Proof, until: int) -> str:
    """A new token that holds until a moment (seconds since 1970)."""
    head = f"{until:x}.{secrets.token_hex(_NONCE_BYTES)}"
    return f"{head}.{_seal(proof, head)}"


def holds_until(proof: Proof, token: str) -> int | None:
    """Until when a token of this institution holds; None when it is none of its tokens."""
    head, _, seal = token.rpartition(".")
    if not head or not _same(_seal(proof, head), seal):
        return None
    return int(head.partition(".")[0], 16)


def _seal(proof: Proof, head: str) -> str:
    said = "\n".join(("mulaid token 1", proof.key, proof.username, proof.password, head))
    return hmac.new(proof.secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())
