"""Names and identity numbers at rest: sealed, found by a keyed blind index, shown masked.

The key is 32 random bytes in a file only its owner can read. Whoever loses it can read no name and find no person by
number; whoever copies it with the database can read both. Each use has a key of its own, derived from it (HKDF).
"""

import os
import secrets
import stat
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SM3
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_FILE = "seal.key"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = b"\x01"


class SealBroken(Exception):
    """The key file is not a key, or sealed bytes were changed or sealed with another key."""


class KeyTrouble(StrEnum):
    """Why a key cannot be used."""

    MISSING = "missing"
    """There is none, and a new one would not be the database's."""
    NO_KEY = "no_key"
    """The file is not a key."""
    EXPOSED = "exposed"
    """Others than its owner may read or change the file."""
    OTHER = "other"
    """It is not the key of this database."""


class KeyRefused(SealBroken):
    """A key file that cannot be used."""

    def __init__(self, trouble: KeyTrouble, file: Path) -> None:
        super().__init__(f"{file}: {trouble}")
        self.trouble, self.file = trouble, file


class Seal:
    """Seals and opens short texts, and computes blind indexes, under one installation's key."""

    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY_BYTES:
            raise SealBroken("the key is not 32 bytes")
        self._cipher = AESGCM(_derive(key, b"mulaid seal 1"))
        self._index_key = _derive(key, b"mulaid blind index 1")
        self._proof_key = _derive(key, b"mulaid identity proof 1")
        self.check_value = _derive(key, b"mulaid check value 1")
        """32 bytes that tell this key from any other and tell nothing else."""

    def seal(self, text: str) -> bytes:
        """Encrypt a text (AES-256-GCM, random nonce): the same text gives other bytes every time."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _FORMAT + nonce + self._cipher.encrypt(nonce, text.encode(), _FORMAT)

    def open(self, sealed: bytes) -> str:
        """Decrypt what `seal` made. Raises `SealBroken` when it was not made with this key, or was changed."""
        if sealed[:1] != _FORMAT:
            raise SealBroken("unknown format")
        start = len(_FORMAT) + _NONCE_BYTES
        try:
            return self._cipher.decrypt(sealed[len(_FORMAT) : start], sealed[start:], _FORMAT).decode()
        except (InvalidTag, ValueError) as error:
            raise SealBroken("wrong key or changed bytes") from error

    def sign(self, text: bytes) -> bytes:
        """32 bytes that only this installation can make of a text (HMAC-SHA256)."""
        return self._signing(text).finalize()

    def signed(self, text: bytes, signature: bytes) -> bool:
        """Whether this installation has signed this very text."""
        try:
            self._signing(text).verify(signature)
        except InvalidSignature:
            return False
        return True

    def _signing(self, text: bytes) -> HMAC:
        signing = HMAC(self._proof_key, SHA256())
        signing.update(text)
        return signing

    def blind_index(self, number: str) -> bytes:
        """32 bytes that are the same for the same identity number and tell nothing without the key (HMAC-SM3)."""
        digest = HMAC(self._index_key, SM3())
        digest.update(number.strip().upper().encode())
        return digest.finalize()


def at(home: Path, *, make: bool = True) -> Seal:
    """The installation's seal. With `make` its key file is made when there is none.

    Raises `KeyRefused` when the file is not a key, is open to others, or is missing and may not be made.
    """
    file = home / KEY_FILE
    if not file.exists():
        if not make:
            raise KeyRefused(KeyTrouble.MISSING, file)
        _make_key(file)
    if stat.S_IMODE(file.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyRefused(KeyTrouble.EXPOSED, file)
    try:
        return Seal(file.read_bytes())
    except SealBroken as error:
        raise KeyRefused(KeyTrouble.NO_KEY, file) from error


def mask_name(name: str) -> str:
    """王小明 as 王*明, 王明 as 王*: enough for a relative to recognise, too little for a stranger."""
    if len(name) <= 2:
        return name[: len(name) - 1] + "*" if name else ""
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_number(number: str) -> str:
    """The first three and last two characters; the date of birth in the middle never shows."""
    if len(number) < 10:
        return "*" * len(number)
    return number[:3] + "*" * (len(number) - 5) + number[-2:]


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=purpose).derive(key)


def _make_key(file: Path) -> None:
    """Two processes may come here at once: each writes a draft of its own, and only one can link it to the name."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(secrets.token_bytes(_KEY_BYTES))
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
