"""Who is calling: each proof accepted, each part of it missing or wrong refused."""

import asyncio
import datetime

import pytest

from mulaid.gateway import attempts
from mulaid.gateway.attempts import Attempts
from mulaid.gateway.credentials import (
    Shown,
    Unproven,
    from_this_machine,
    hmac_sha1_signature,
    new_nonces,
    tif_signature,
    unproven,
)
from mulaid.gateway.nonces import Nonces
from mulaid.gateway.offices import Proof, ProofKind
from tests.messages.fake_offices import FakeOffices
from tests.messages.made import CLINIC, KEY, NOW, SECRET, client, post, request

MILLISECONDS = str(int(NOW.timestamp()) * 1000)
SECONDS = MILLISECONDS[:-3]
HALF_AN_HOUR_AND_A_SECOND = str(int(SECONDS) - 1801)


def csb(**changes: str) -> dict[str, str]:
    headers = {
        "_api_name": "hsa-fsi-9001",
        "_api_version": "1.0.0",
        "_api_timestamp": MILLISECONDS,
        "_api_access_key": KEY,
        **{f"_api_{name}": value for name, value in changes.items()},
    }
    return {"_api_signature": hmac_sha1_signature(SECRET, headers), **headers}


def tif(**changes: str) -> dict[str, str]:
    given = {"paasid": KEY, "timestamp": SECONDS, "nonce": "n1", **changes}
    signature = tif_signature(SECRET, given["timestamp"], given["nonce"])
    return {"x-tif-signature": signature, **{f"x-tif-{name}": value for name, value in given.items()}}


def without(headers: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in headers.items() if key != name}


def asked(proof: Proof, headers: dict[str, str], nonces: Nonces | None = None) -> Unproven | None:
    return unproven(proof, Shown(headers=headers), NOW, False, new_nonces() if nonces is None else nonces)


CSB = Proof(kind=ProofKind.HMAC_SHA1, key=KEY, secret=SECRET)
TIF = Proof(kind=ProofKind.TIF, key=KEY, secret=SECRET)
API_KEY = Proof(kind=ProofKind.API_KEY, secret=SECRET)


@pytest.mark.parametrize(
    ("proof", "headers"),
    [(CSB, csb()), (CSB, csb(timestamp=SECONDS)), (TIF, tif()), (API_KEY, {"apikey": SECRET})],
    ids=["csb", "csb in seconds", "tif", "api key"],
)
def test_proven(proof: Proof, headers: dict[str, str]) -> None:
    assert asked(proof, headers) is None


@pytest.mark.parametrize(
    ("proof", "headers", "why"),
    [
        *[(CSB, without(csb(), name), Unproven.NO_CREDENTIAL) for name in csb()],
        (CSB, {**csb(), "_api_name": "hsa-fsi-2207"}, Unproven.WRONG_SIGNATURE),
        (CSB, csb(access_key="other"), Unproven.WRONG_KEY),
        (CSB, csb(timestamp=HALF_AN_HOUR_AND_A_SECOND), Unproven.OUTSIDE_WINDOW),
        (CSB, csb(timestamp="yesterday"), Unproven.OUTSIDE_WINDOW),
        *[(TIF, without(tif(), name), Unproven.NO_CREDENTIAL) for name in tif()],
        (TIF, {**tif(), "x-tif-nonce": "n2"}, Unproven.WRONG_SIGNATURE),
        (TIF, tif(paasid="other"), Unproven.WRONG_KEY),
        (TIF, tif(timestamp=HALF_AN_HOUR_AND_A_SECOND), Unproven.OUTSIDE_WINDOW),
        (API_KEY, {}, Unproven.NO_CREDENTIAL),
        (API_KEY, {"apikey": SECRET + " "}, Unproven.WRONG_KEY),
        (Proof(kind=ProofKind.API_KEY), {"apikey": ""}, Unproven.NOTHING_ON_RECORD),
        (Proof(), {}, Unproven.NOTHING_ON_RECORD),
    ],
)
def test_not_proven(proof: Proof, headers: dict[str, str], why: Unproven) -> None:
    assert asked(proof, headers) is why


def test_no_secret_is_for_this_machine_only() -> None:
    assert unproven(Proof(), Shown(headers={}), NOW, True, new_nonces()) is None
    assert from_this_machine("127.0.0.1", {})
    assert not from_this_machine("127.0.0.1", {"x-forwarded-for": "10.0.0.1"})
    assert not from_this_machine("10.0.0.1", {})


def test_a_signature_with_a_nonce_is_good_once() -> None:
    nonces, later = new_nonces(), NOW + datetime.timedelta(minutes=29)
    assert asked(TIF, tif(), nonces) is None
    assert asked(TIF, tif(), nonces) is Unproven.REPLAYED
    assert unproven(TIF, Shown(headers=tif()), later, False, nonces) is Unproven.REPLAYED
    assert asked(TIF, tif(nonce="n2"), nonces) is None
    # Clients that never change their nonce are told apart by their stamps.
    assert asked(TIF, tif(timestamp=str(int(SECONDS) + 1)), nonces) is None
    assert (
        unproven(TIF, Shown(headers=tif()), NOW + datetime.timedelta(minutes=31), False, nonces)
        is Unproven.OUTSIDE_WINDOW
    )


def test_a_wrong_signature_uses_no_nonce_up() -> None:
    nonces = new_nonces()
    assert asked(TIF, {**tif(), "x-tif-signature": "0" * 64}, nonces) is Unproven.WRONG_SIGNATURE
    assert asked(TIF, tif(), nonces) is None


def test_nonces_take_bounded_memory_and_never_forget_what_could_still_be_sent() -> None:
    nonces, now = Nonces(window=1_800, most=1_000), 10_000_000
    for at in range(3_000):
        assert nonces.first(at, now + at, now + at)
        assert len(nonces) <= 1_000
    kept = [at for at in range(3_000) if not nonces.forgot(now + at)]
    assert len(kept) > 900 and kept[-1] == 2_999
    assert not any(nonces.first(at, now + at, now + 2_999) for at in kept)


def test_nonces_are_forgotten_with_their_window() -> None:
    nonces, now = Nonces(window=1_800), 10_000_000
    for at in range(0, 36_000, 10):
        assert nonces.first(at, now + at, now + at)
        assert len(nonces) <= 200
    assert not nonces.forgot(now)


async def test_failures_are_slowed_by_claim_and_address(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    counted = Attempts()
    for _ in range(12):
        await counted.failed(("H1", "10.0.0.1"))
    assert slept == [0.5, 1.0, 2.0, 4.0, *([8.0] * 5)]
    await counted.failed(("H1", "10.0.0.2"))
    await counted.failed(("H2", "10.0.0.1"))
    assert len(slept) == 9
    counted.proved(("H1", "10.0.0.1"))
    await counted.failed(("H1", "10.0.0.1"))
    assert len(slept) == 9


async def test_the_memory_of_failures_and_the_answers_held_back_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "CLAIMS_MAX", 50)
    monkeypatch.setattr(attempts, "HELD_MAX", 5)
    counted = Attempts()
    for at in range(200):
        counted.count(("H1", f"10.0.0.{at}"))
    assert len(counted) == 50
    for _ in range(attempts.FREE):
        counted.count(("H1", "10.0.0.1"))
    held = [asyncio.create_task(counted.failed(("H1", "10.0.0.1"))) for _ in range(20)]
    done, waiting = await asyncio.wait(held, timeout=0.1)
    assert (len(done), len(waiting)) == (15, 5)
    for task in waiting:
        task.cancel()


def test_an_institution_speaks_with_its_own_credential_only() -> None:
    with client(FakeOffices()) as door:
        body = request("9001", {"signIn": {"opter_no": "1"}}, institution_code=CLINIC)
        assert post(door, body, headers=csb())["infcode"] == "0"
        refused = post(door, body)
    assert refused["infcode"] == -1 and refused["err_msg"].startswith("定点医药机构编号（fixmedins_code）的身份")
