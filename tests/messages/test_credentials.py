"""Who is calling: each proof accepted, each part of it missing or wrong refused."""

import pytest

from mulaid.gateway.credentials import from_this_machine, hmac_sha1_signature, proves, tif_signature
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


CSB = Proof(kind=ProofKind.HMAC_SHA1, key=KEY, secret=SECRET)
TIF = Proof(kind=ProofKind.TIF, key=KEY, secret=SECRET)
API_KEY = Proof(kind=ProofKind.API_KEY, secret=SECRET)


@pytest.mark.parametrize(
    ("proof", "headers"),
    [(CSB, csb()), (CSB, csb(timestamp=SECONDS)), (TIF, tif()), (API_KEY, {"apikey": SECRET})],
    ids=["csb", "csb in seconds", "tif", "api key"],
)
def test_proven(proof: Proof, headers: dict[str, str]) -> None:
    assert proves(proof, headers, NOW, loopback=False)


@pytest.mark.parametrize(
    ("proof", "headers"),
    [
        *[(CSB, without(csb(), name)) for name in csb()],
        (CSB, {**csb(), "_api_name": "hsa-fsi-2207"}),
        (CSB, csb(access_key="other")),
        (CSB, csb(timestamp=HALF_AN_HOUR_AND_A_SECOND)),
        (CSB, csb(timestamp="yesterday")),
        *[(TIF, without(tif(), name)) for name in tif()],
        (TIF, {**tif(), "x-tif-nonce": "n2"}),
        (TIF, tif(paasid="other")),
        (TIF, tif(timestamp=HALF_AN_HOUR_AND_A_SECOND)),
        (API_KEY, {}),
        (API_KEY, {"apikey": SECRET + " "}),
        (Proof(kind=ProofKind.API_KEY), {"apikey": ""}),
        (Proof(), {}),
    ],
)
def test_not_proven(proof: Proof, headers: dict[str, str]) -> None:
    assert not proves(proof, headers, NOW, loopback=False)


def test_no_secret_is_for_this_machine_only() -> None:
    assert proves(Proof(), {}, NOW, loopback=True)
    assert from_this_machine("127.0.0.1", {})
    assert not from_this_machine("127.0.0.1", {"x-forwarded-for": "10.0.0.1"})
    assert not from_this_machine("10.0.0.1", {})


def test_an_institution_speaks_with_its_own_credential_only() -> None:
    with client(FakeOffices()) as door:
        body = request("9001", {"signIn": {"opter_no": "1"}}, institution_code=CLINIC)
        assert post(door, body, headers=csb())["infcode"] == "0"
        refused = post(door, body)
    assert refused["infcode"] == -1 and refused["err_msg"].startswith("定点医药机构编号（fixmedins_code）的身份")
