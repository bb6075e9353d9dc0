"""What is sealed at rest, opened by a second reader: the format and the derived keys are written down here again.

A sealed text is one byte of format, twelve of nonce and what AES-256-GCM made of the text with the format beside it. A
blind index is the HMAC-SM3 of the number in capitals. Each has a key of its own, derived from the installation's.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SM3
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_FORMAT, _NONCE = b"\x01", slice(1, 13)


class Opener:
    """Opens what was sealed with one installation's key."""

    def __init__(self, key: bytes) -> None:
        """Raises `ValueError` when this is no key."""
        if len(key) != KEY_BYTES:
            raise ValueError(f"{len(key)} bytes")
        self._cipher = AESGCM(_derived(key, b"mulaid seal 1"))
        self.check_value = _derived(key, b"mulaid check value 1")
        """What tells this key from any other."""
        self._index = HMAC(_derived(key, b"mulaid blind index 1"), SM3())

    def text(self, sealed: bytes) -> str | None:
        """The text; None when it was changed, or sealed with another key."""
        if sealed[:1] != _FORMAT:
            return None
        try:
            return self._cipher.decrypt(sealed[_NONCE], sealed[_NONCE.stop :], _FORMAT).decode()
        except (InvalidTag, ValueError):
            return None

    def blind_index(self, number: str) -> bytes:
        """What an identity number is found by."""
        digest = self._index.copy()
        digest.update(number.strip().upper().encode())
        return digest.finalize()


def masked(name: str) -> str:
    """A name as it may be shown: its first character and, of three or more, its last."""
    if len(name) <= 2:
        return f"{name[:-1]}*" if name else ""
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def _derived(key: bytes, use: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=use).derive(key)
