"""The port to whoever checks identities: what is asked, what is tried again, and what a proof says."""

import datetime

import httpx
import msgspec
import pytest

from mulaid.outside.identity import HttpVerifier, SandboxVerifier, Sought, VerifierUnreachable, proof_of
from mulaid.store.seal import Seal
from mulaid.terms.calendar import CHINA
from mulaid.terms.identity import signed_text

SEAL = Seal(bytes(32))
MOMENT = datetime.datetime(2026, 11, 28, 10, 0, tzinfo=CHINA)
WHO = ("990100", 7)
SOUGHT = Sought("990100199001010010", "王小明", "t")


def verifier(*answers: httpx.Response | Exception) -> tuple[HttpVerifier, list[bytes]]:
    """One that gives these answers in turn, and what it was sent."""
    sent: list[bytes] = []
    left = list(answers)

    async def handle(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    client = httpx.AsyncClient(transport=httpx.MockTransport(handle))
    return HttpVerifier(client, "https://verifier.example/check", "example"), sent


async def test_a_proof_is_signed_and_says_who_checked() -> None:
    asked, sent = verifier(httpx.Response(200, json={"same": True}))
    proof = await proof_of(asked, SEAL, WHO, SOUGHT, MOMENT)
    assert proof is not None
    assert (proof.person, proof.verifier, proof.sandbox, proof.checked_at) == (WHO, "example", False, MOMENT)
    assert SEAL.signed(signed_text(proof), proof.signature)
    assert not SEAL.signed(signed_text(msgspec.structs.replace(proof, person=("990100", 8))), proof.signature)
    assert not Seal(bytes(31) + b"1").signed(signed_text(proof), proof.signature), "another installation's is none"
    assert msgspec.json.decode(sent[0]) == {"number": SOUGHT.number, "name": SOUGHT.name, "token": "t"}


async def test_whoever_is_somebody_else_gets_no_proof() -> None:
    asked, _ = verifier(httpx.Response(200, json={"same": False}))
    assert await proof_of(asked, SEAL, WHO, SOUGHT, MOMENT) is None


async def test_what_fails_for_a_moment_is_tried_again() -> None:
    asked, sent = verifier(httpx.ConnectTimeout("slow"), httpx.Response(503), httpx.Response(200, json={"same": True}))
    assert await proof_of(asked, SEAL, WHO, SOUGHT, MOMENT) is not None
    assert len(sent) == 3


@pytest.mark.parametrize(
    "answers",
    [
        [httpx.ConnectError("down")] * 3,
        [httpx.Response(504)] * 3,
        [httpx.Response(400)],
        [httpx.Response(200, content=b"<html>")],
    ],
)
async def test_without_an_answer_nobody_is_believed(answers: list[httpx.Response | Exception]) -> None:
    asked, sent = verifier(*answers)
    with pytest.raises(VerifierUnreachable) as raised:
        await proof_of(asked, SEAL, WHO, SOUGHT, MOMENT)
    assert SOUGHT.number not in str(raised.value)
    assert len(sent) == len(answers)


async def test_the_sandbox_believes_everybody_and_says_so() -> None:
    proof = await proof_of(SandboxVerifier(), SEAL, WHO, SOUGHT, MOMENT)
    assert proof is not None and proof.sandbox and proof.verifier == "sandbox"
