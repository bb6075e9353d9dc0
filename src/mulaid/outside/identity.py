"""实人认证: ask a verifier whether somebody is who they say, before an act and outside any transaction.

The port is `Verifier`. `HttpVerifier` asks a system that answers JSON over HTTPS; `SandboxVerifier` believes everybody
and says so in every proof it leads to. `proof_of` signs the answer, so that an act can trust it without asking again.
"""

import asyncio
import datetime
from typing import Protocol

import httpx
import msgspec

from mulaid.store.arrays import Key
from mulaid.store.seal import Seal
from mulaid.terms.identity import IdentityProof, signed_text

TIMEOUT_SECONDS = 5.0
TRIES_MAX = 3
_PAUSE_SECONDS = 0.2
_TEMPORARY = frozenset({429, 502, 503, 504})


class VerifierUnreachable(Exception):
    """The verifier gave no answer, often enough: nobody knows whether they are who they say. Try again later."""


class Sought(msgspec.Struct, frozen=True):
    """Whose identity to check, and what they showed: a token of the face check that their phone was given."""

    number: str
    """Identity number."""
    name: str
    token: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """What the verifier said."""

    same: bool
    checked_at: datetime.datetime


class Verifier(Protocol):
    """Whoever can tell whether somebody is who they say."""

    name: str
    sandbox: bool

    async def check(self, sought: Sought, moment: datetime.datetime) -> Verdict:
        """Raises `VerifierUnreachable`."""
        ...


class SandboxVerifier:
    """Believes everybody. For trying out; every proof that comes of it says so."""

    name, sandbox = "sandbox", True

    async def check(self, sought: Sought, moment: datetime.datetime) -> Verdict:
        return Verdict(True, moment)


class _Answer(msgspec.Struct, frozen=True):
    same: bool


class HttpVerifier:
    """A verifier that takes `{"number", "name", "token"}` and answers `{"same": true | false}`.

    What fails for a moment is tried again; a refusal of the request itself (4xx) is not.
    """

    sandbox = False

    def __init__(self, client: httpx.AsyncClient, url: str, name: str, tries: int = TRIES_MAX) -> None:
        self._client, self._url, self.name, self._tries = client, url, name, tries

    async def check(self, sought: Sought, moment: datetime.datetime) -> Verdict:
        for attempt in range(self._tries):
            if attempt:
                await asyncio.sleep(_PAUSE_SECONDS * 2**attempt)
            try:
                answer = await self._client.post(
                    self._url,
                    content=msgspec.json.encode(sought),
                    headers={"content-type": "application/json"},
                    timeout=TIMEOUT_SECONDS,
                )
            except httpx.TransportError:
                continue
            if answer.status_code in _TEMPORARY:
                continue
            try:
                answer.raise_for_status()
                return Verdict(msgspec.json.decode(answer.content, type=_Answer).same, moment)
            except (httpx.HTTPStatusError, msgspec.DecodeError) as failure:
                # Only its kind: what it says may hold a number.
                raise VerifierUnreachable(type(failure).__name__) from None
        raise VerifierUnreachable("no answer")


async def proof_of(
    verifier: Verifier, seal: Seal, who: Key, sought: Sought, moment: datetime.datetime
) -> IdentityProof | None:
    """The signed proof that somebody registered under `who` was checked just now; None when they are not who they say.

    Raises `VerifierUnreachable`.
    """
    verdict = await verifier.check(sought, moment)
    if not verdict.same:
        return None
    proof = IdentityProof(who, verifier.name, verifier.sandbox, verdict.checked_at)
    return msgspec.structs.replace(proof, signature=seal.sign(signed_text(proof)))
