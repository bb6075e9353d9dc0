"""An answer in the shape its reader wants: wrapped, encrypted, in GBK, and a refused proof as the variant refuses it.

A refusal of proof always has `infcode` and `err_msg`, whatever else the variant's gateways write beside them. HTTP
stays 200 but for variant C, whose clients renew their token when they read 401 (RFC 6750 §3).
"""

import base64
import datetime
from typing import Any

import msgspec

from mulaid.gateway import bodies, ciphers, wrapper
from mulaid.gateway.credentials import Unproven
from mulaid.gateway.envelope import Answer
from mulaid.gateway.offices import Proof, ProofKind
from mulaid.gateway.tokens import Granted, TokenFault
from mulaid.gateway.wrapper import Wrapped
from mulaid.wording import gateway as say

JSON, JSON_IN_GBK = b"application/json;charset=UTF-8", b"application/json;charset=GBK"
Heads = tuple[tuple[bytes, bytes], ...]
_OK, _REFUSED, _UNUSABLE = 200, 401, 400
_NOT_KEPT: Heads = ((b"cache-control", b"no-store"),)
_BY_GATEWAY = frozenset({ProofKind.HMAC_SHA1, ProofKind.TIF, ProofKind.API_KEY})


class Answering(msgspec.Struct, frozen=True):
    """An answer on its way out."""

    body: bytes
    kind: bytes = JSON
    status: int = _OK
    heads: Heads = ()


class Manner(msgspec.Struct, kw_only=True):
    """How the sender of a request speaks, as far as it is known by now."""

    gbk: bool = False
    wrapped: Wrapped | None = None
    proof: Proof = Proof()
    """Of the institution that is claimed."""
    proved: bool = False
    encrypted: bool = False
    """The input came encrypted, and so the output goes."""


def shaped(answer: Answer, manner: Manner, unproven: Unproven | None, moment: datetime.datetime) -> Answering:
    """The bytes of an answer."""
    proof = manner.proof
    if unproven is not None or (manner.wrapped is not None and not manner.proved):
        return _refused(answer, manner, unproven)
    if proof.kind is ProofKind.OAUTH and (manner.encrypted or proof.own_private_key):
        return Answering(_sealed(answer, manner))
    written = msgspec.json.encode(answer)
    if manner.wrapped is not None:
        keys = proof.own_private_key, proof.own_public_key
        return Answering(wrapper.wrap(written, manner.wrapped, proof.secret, keys, int(moment.timestamp() * 1000)))
    return Answering(bodies.in_gbk(written), JSON_IN_GBK) if manner.gbk else Answering(written)


def token(given: Granted | TokenFault | None) -> Answering:
    """The answer to who asks for a token; None: not now."""
    if isinstance(given, Granted):
        return Answering(msgspec.json.encode(given), heads=_NOT_KEPT)
    if given is None:
        told = {"error": "temporarily_unavailable", "error_description": say.token_not_now()}
        return Answering(msgspec.json.encode(told), status=503, heads=_NOT_KEPT)
    written = msgspec.json.encode({"error": given, "error_description": say.token_refused(given)})
    if given is not TokenFault.INVALID_CLIENT:
        return Answering(written, status=_UNUSABLE, heads=_NOT_KEPT)
    return Answering(written, status=_REFUSED, heads=(*_NOT_KEPT, (b"www-authenticate", b'Basic realm="mulaid"')))


def _refused(answer: Answer, manner: Manner, unproven: Unproven | None) -> Answering:
    told: dict[str, Any] = msgspec.structs.asdict(answer)
    if manner.wrapped is not None:
        code = _UNUSABLE if unproven is None else _REFUSED
        beside = {"code": code, "message": answer.err_msg, "success": False, "appId": manner.wrapped.app}
        return Answering(msgspec.json.encode(beside | told))
    if manner.proof.kind is ProofKind.OAUTH:
        beside = {"error": "invalid_token", "error_description": answer.err_msg}
        challenge = b'Bearer realm="mulaid", error="invalid_token"'
        return Answering(msgspec.json.encode(beside | told), JSON, _REFUSED, ((b"www-authenticate", challenge),))
    if manner.proof.kind in _BY_GATEWAY:
        told = {"code": _REFUSED, "message": answer.err_msg, "success": False} | told
    written = msgspec.json.encode(told)
    return Answering(bodies.in_gbk(written), JSON_IN_GBK) if manner.gbk else Answering(written)


def _sealed(answer: Answer, manner: Manner) -> bytes:
    """Variant C's answer: the output encrypted as the input was, and signed where there is a key to do it."""
    proof = manner.proof
    output = b"" if answer.output is None else msgspec.json.encode(answer.output)
    told: dict[str, Any] = msgspec.structs.asdict(answer)
    if proof.own_private_key:
        told |= {"cainfo": ciphers.signed(proof.own_private_key, proof.own_public_key, output), "signtype": "SM2"}
    if manner.encrypted and output:
        secret = ciphers.encrypted(ciphers.sm4_key(proof.sm4_key), output)
        told |= {"output": base64.b64encode(secret).decode(), "enctype": "SM4"}
    return msgspec.json.encode(told)
