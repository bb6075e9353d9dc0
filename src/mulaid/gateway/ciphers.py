"""SM2 signatures and SM4 encryption as the interface's clients write them, and the keys they are given in.

SM2 is GmSSL's, SM4 OpenSSL's; nothing is computed here. A signature is signer id 1234567812345678 over the message,
base64 of r and s (32 bytes each); DER and hexadecimal are read too. SM4 is ECB with PKCS#7, which is what the national
examples and all clients use: whoever sees two messages can tell which blocks are alike, so this is no substitute for a
line that is encrypted itself.
"""

import base64
import binascii
import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

_SCALAR, _POINT, _BLOCK = 32, 64, 16
_RAW = 2 * _SCALAR
_KEYS_REMEMBERED = 10_000
_STDERR = 2

Said = TypeVar("Said")


class CipherFault(ValueError):
    """A key, a signature or an encrypted text is not what it should be."""


def available() -> bool:
    """Whether SM2 is installed: it is an extra where there is no wheel of it."""
    try:
        import gmssl_pyx  # noqa: F401
    except ImportError:
        return False
    return True


def signed(private_key: str, public_key: str, message: bytes) -> str:
    """The signature of a message, in base64. Raises `CipherFault`, for keys that are no pair too."""
    from gmssl_pyx import sm2_sign

    secret, point = private(private_key), public(public_key)
    if not _pair(private_key, public_key):
        raise CipherFault("the keys are no pair")
    return _base64(_said_nothing(lambda: sm2_sign(secret, point, message)))


@lru_cache(_KEYS_REMEMBERED)
def _pair(private_key: str, public_key: str) -> bool:
    from gmssl_pyx import sm2_sign

    trial = b"mulaid"
    secret, point = private(private_key), public(public_key)
    return verified(public_key, trial, _base64(_said_nothing(lambda: sm2_sign(secret, point, trial))))


def verified(public_key: str, message: bytes, signature: str) -> bool:
    """Whether a signature is the message's. Raises `CipherFault` for a key that is none."""
    from gmssl_pyx import sm2_verify

    key = public(public_key)
    try:
        der = _der(signature)
    except ValueError:
        return False
    return bool(_said_nothing(lambda: sm2_verify(key, message, der)))


def encrypted(key: bytes, plain: bytes) -> bytes:
    """SM4-ECB of a text."""
    padding, cipher = PKCS7(_BLOCK * 8).padder(), Cipher(algorithms.SM4(key), modes.ECB()).encryptor()
    return cipher.update(padding.update(plain) + padding.finalize()) + cipher.finalize()


def decrypted(key: bytes, secret: bytes) -> bytes:
    """The text under SM4-ECB. Raises `CipherFault`."""
    cipher, padding = Cipher(algorithms.SM4(key), modes.ECB()).decryptor(), PKCS7(_BLOCK * 8).unpadder()
    try:
        return padding.update(cipher.update(secret) + cipher.finalize()) + padding.finalize()
    except ValueError as error:
        raise CipherFault("not encrypted with this key") from error


def bytes_of(text: str) -> bytes:
    """Bytes written in hexadecimal or base64. Raises `CipherFault`."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise CipherFault("neither hexadecimal nor base64") from error


@lru_cache(_KEYS_REMEMBERED)
def public(text: str) -> bytes:
    """A public key as 64 bytes. Raises `CipherFault`. Read: the point with or without its 04, or X.509."""
    from gmssl_pyx import GmsslInnerError, normalize_sm2_public_key

    raw = bytes_of(text)
    # The point is at the end of an X.509 key.
    point = raw[-_POINT:] if len(raw) > _POINT else raw
    try:
        return bytes(normalize_sm2_public_key(point))
    except (GmsslInnerError, ValueError) as error:
        raise CipherFault("no point of the curve") from error


@lru_cache(_KEYS_REMEMBERED)
def private(text: str) -> bytes:
    """A private key as 32 bytes. Raises `CipherFault`. Read with the leading zero byte that Java writes, too."""
    raw = bytes_of(text)
    raw = raw[1:] if len(raw) == _SCALAR + 1 and raw[0] == 0 else raw
    if len(raw) != _SCALAR or not any(raw):
        raise CipherFault("no private key")
    return raw


@lru_cache(_KEYS_REMEMBERED)
def sm4_key(text: str) -> bytes:
    """An SM4 key: sixteen characters, or sixteen bytes in hexadecimal or base64. Raises `CipherFault`."""
    raw = text.encode() if len(text) == _BLOCK else bytes_of(text)
    if len(raw) != _BLOCK:
        raise CipherFault("no key of sixteen bytes")
    return raw


def _der(signature: str) -> bytes:
    """Raises `ValueError`."""
    raw = bytes_of(signature)
    if len(raw) == _RAW:
        return encode_dss_signature(int.from_bytes(raw[:_SCALAR], "big"), int.from_bytes(raw[_SCALAR:], "big"))
    return encode_dss_signature(*decode_dss_signature(raw))


def _base64(der: bytes) -> str:
    r, s = decode_dss_signature(der)
    return base64.b64encode(r.to_bytes(_SCALAR, "big") + s.to_bytes(_SCALAR, "big")).decode()


def _said_nothing(ask: Callable[[], Said]) -> Said:
    """What GmSSL answers. Where it fails it writes to stderr by itself, into the middle of our log."""
    with _stderr_shut():
        return ask()


@contextlib.contextmanager
def _stderr_shut() -> Iterator[None]:
    sys.stderr.flush()
    kept, nowhere = os.dup(_STDERR), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, _STDERR)
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)
        os.close(nowhere)
