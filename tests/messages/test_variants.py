"""Variants C, E and F at the door: proved, and each part of the proof wrong, refused in the variant's own shape."""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pytest
from gmssl_pyx import sm2_key_generate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from mulaid.gateway import attempts, ciphers, credentials, tokens, wrapper
from mulaid.gateway.credentials import Shown, Unproven, new_nonces, unproven
from mulaid.gateway.door import create
from mulaid.gateway.offices import Proof, ProofKind
from mulaid.terms.codes import InstitutionKind
from tests.messages import made
from tests.messages.fake_offices import FakeOffices
from tests.messages.made import NOW, NUMBERS, WANG, request

Door = TestClient[Any]
Answer = dict[str, Any]
NOWHERE: dict[str, str] = {}
THEIRS, OURS = sm2_key_generate(), sm2_key_generate()
PRIVATE, PUBLIC = THEIRS[1].hex(), THEIRS[0].hex()
STAMP = str(int(NOW.timestamp()))
SM4 = "0123456789abcdef"
APP = "1H452H9AR0LO3F60"
OAUTH, SIGNED, ENVELOPE, WRAPPED = "H99010000011", "H99010000012", "H99010000013", "H99010000014"
OURS_GIVEN = {"own_private_key": OURS[1].hex(), "own_public_key": base64.b64encode(b"\x04" + OURS[0]).decode()}
USER = {"key": "his", "secret": "client-secret", "username": "user", "password": "pass"}
PROOFS = {
    OAUTH: Proof(kind=ProofKind.OAUTH, **USER),
    SIGNED: Proof(
        kind=ProofKind.OAUTH, **(USER | {"key": "his2"}), public_key="04" + PUBLIC, sm4_key=SM4, **OURS_GIVEN
    ),
    ENVELOPE: Proof(kind=ProofKind.SM2, public_key=PUBLIC),
    WRAPPED: Proof(kind=ProofKind.WRAPPER, key=APP, secret="app-secret", public_key=PUBLIC, **OURS_GIVEN),
}
WHO = {"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": NUMBERS[WANG]}}
CLOCKS_APART = 1801


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    places = {
        code: msgspec.structs.replace(made.institution(code, InstitutionKind.HOSPITAL), auth=proof)
        for code, proof in PROOFS.items()
    }
    monkeypatch.setattr(made, "INSTITUTIONS", made.INSTITUTIONS | places)
    # Nobody waits: that failures are held back is another test's.
    monkeypatch.setattr(attempts, "FREE", 10_000)


@pytest.fixture
def door() -> Iterator[Door]:
    with TestClient(create(FakeOffices(), lambda: NOW)) as client:
        yield client


@pytest.fixture
def sandbox() -> Iterator[Door]:
    with TestClient(create(FakeOffices(), lambda: NOW, sandbox=True)) as client:
        yield client


def asked(code: str, number: int = 1, **changes: Any) -> Answer:
    return {**request("1101", WHO, number, code), **changes}


def sent(door: Door, body: Any, headers: Mapping[str, str] = NOWHERE, status: int = 200) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    answer = door.post("/fsi/api", content=content, headers=dict(headers))
    assert answer.status_code == status
    told: Answer = json.loads(answer.content)
    return told


def answered(answer: Answer) -> None:
    assert (answer["infcode"], answer["err_msg"]) == (0, "")
    assert answer["output"]["baseinfo"]["certno"] == NUMBERS[WANG]


def token(door: Door, client: str = "his:client-secret", **form: str) -> Any:
    basic = {"authorization": "Basic " + base64.b64encode(client.encode()).decode()}
    given = {"grant_type": "password", "username": "user", "password": "pass", "scope": "server", **form}
    return door.post("/auth/oauth/token", data=given, headers=basic)


def bearer(door: Door, client: str = "his:client-secret") -> dict[str, str]:
    return {"authorization": f"Bearer {token(door, client).json()['access_token']}"}


# C: a token


def test_a_client_gets_a_token_and_calls_with_it(door: Door) -> None:
    granted = token(door)
    assert granted.status_code == 200 and granted.headers["cache-control"] == "no-store"
    told = granted.json()
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("bearer", 7200, "server")
    head = {"authorization": f"bearer {told['access_token']}"}
    answered(sent(door, asked(OAUTH), head))
    answered(sent(door, asked(OAUTH, 2), head))


@pytest.mark.parametrize(
    ("client", "form", "status", "error"),
    [
        ("his:wrong", {}, 401, "invalid_client"),
        ("nobody:client-secret", {}, 401, "invalid_client"),
        ("", {}, 401, "invalid_client"),
        ("his:client-secret", {"password": "wrong"}, 400, "invalid_grant"),
        ("his:client-secret", {"username": "other"}, 400, "invalid_grant"),
        ("his:client-secret", {"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
        ("his:client-secret", {"grant_type": ""}, 400, "invalid_request"),
    ],
)
def test_no_token(door: Door, client: str, form: dict[str, str], status: int, error: str) -> None:
    refused = token(door, client, **form)
    assert (refused.status_code, refused.json()["error"]) == (status, error)
    assert refused.json()["error_description"].endswith("。")
    assert ("www-authenticate" in refused.headers) is (status == 401)


def test_the_client_may_stand_in_the_form(door: Door) -> None:
    form = {"grant_type": "password", "username": "user", "password": "pass", "client_id": "his"}
    assert door.post("/oauth/token", data={**form, "client_secret": "client-secret"}).status_code == 200
    assert door.post("/oauth/token", data={**form, "client_secret": "x"}).status_code == 401


def test_a_bad_token_is_refused_with_401(door: Door, sandbox: Door) -> None:
    good, now = bearer(door)["authorization"], int(NOW.timestamp())
    heads = {
        "没有带凭据": {},
        "令牌不对": {"authorization": good[:-1] + ("0" if good[-1] != "0" else "1")},
        "令牌过期了": {"authorization": "Bearer " + tokens.issued(PROOFS[OAUTH], now)},
    }
    for says, head in heads.items():
        told = sent(door, asked(OAUTH), head, 401)
        assert (told["error"], told["infcode"], told["output"]) == ("invalid_token", -1, None)
        assert told["error_description"] == told["err_msg"] and "试用环境" not in told["err_msg"]
        assert says in sent(sandbox, asked(OAUTH), head, 401)["err_msg"]
    sent(door, asked(OAUTH), {"authorization": "Bearer " + tokens.issued(PROOFS[SIGNED], now + 60)}, 401)


def test_a_token_ends_with_the_password() -> None:
    given = tokens.issued(PROOFS[OAUTH], 100)
    assert tokens.holds_until(PROOFS[OAUTH], given) == 100
    assert tokens.holds_until(msgspec.structs.replace(PROOFS[OAUTH], password="new"), given) is None
    later = given.replace("64.", "ff.", 1)
    assert later != given and tokens.holds_until(PROOFS[OAUTH], later) is None
    for broken in ("", ".", "..", "x.y.z", "-1.0.0", given[:-1]):
        assert tokens.holds_until(PROOFS[OAUTH], broken) is None


def test_encrypted_and_signed_both_ways(door: Door) -> None:
    head = bearer(door, "his2:client-secret")
    plain = json.dumps(WHO)
    secret = base64.b64encode(ciphers.encrypted(SM4.encode(), plain.encode())).decode()
    signature = ciphers.signed(PRIVATE, PUBLIC, plain.encode())
    body = asked(SIGNED, input=secret, enc_type="SM4", cainfo=signature, signtype="SM2")
    told = sent(door, body, head)
    assert (told["infcode"], told["enctype"], told["signtype"]) == (0, "SM4", "SM2")
    output = ciphers.decrypted(SM4.encode(), base64.b64decode(told["output"]))
    assert json.loads(output)["baseinfo"]["certno"] == NUMBERS[WANG]
    assert ciphers.verified(OURS[0].hex(), output, told["cainfo"])
    told = sent(door, {**body, "input": plain, "enc_type": ""}, head)
    assert told["output"]["baseinfo"]["certno"] == NUMBERS[WANG]
    for wrong in ({"cainfo": ""}, {"cainfo": ciphers.signed(PRIVATE, PUBLIC, b"{}")}, {"input": secret[4:]}):
        assert sent(door, body | wrong, head, 401)["error"] == "invalid_token"


def test_encryption_without_a_key_on_record(door: Door) -> None:
    told = sent(door, asked(OAUTH, input="AAAA", enc_type="SM4"), bearer(door))
    assert "没有登记 SM4 密钥" in told["err_msg"]


# E: the envelope


def signed(body: Answer, **changes: Any) -> Answer:
    text = credentials.envelope_text({name: value for name, value in body.items() if value is not None})
    return {**body, "cainfo": ciphers.signed(PRIVATE, PUBLIC, text), **changes}


def test_a_signed_envelope(door: Door, sandbox: Door) -> None:
    body = signed(asked(ENVELOPE))
    answered(sent(door, body))
    assert "已经用过一次" not in sent(door, body)["err_msg"]
    sent(sandbox, body)
    assert "已经用过一次" in sent(sandbox, body)["err_msg"]
    answered(sent(door, signed(asked(ENVELOPE))))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"cainfo": ""}, "没有带凭据"),
        ({"cainfo": "AAAA"}, "签名不对"),
        ({"cainfo": "签名"}, "签名不对"),
        ({"opter": "002"}, "签名不对"),
        ({"msgid": "x"}, "签名不对"),
        ({"inf_time": "2026-03-02 09:45:00"}, "超过半小时"),
        ({"inf_time": "soon"}, "超过半小时"),
        ({"inf_time": None}, "没有带凭据"),
    ],
)
def test_an_envelope_signed_wrongly(door: Door, sandbox: Door, changes: Answer, says: str) -> None:
    body = signed(asked(ENVELOPE), **changes)
    told = sent(door, body)
    assert told["infcode"] == -1 and "code" not in told and says not in told["err_msg"]
    assert says in sent(sandbox, body)["err_msg"]


@pytest.mark.parametrize("form", ["base64", "hex", "der", "der in hex"])
def test_signatures_and_keys_in_every_writing(form: str) -> None:
    raw = base64.b64decode(ciphers.signed(PRIVATE, PUBLIC, b"text"))
    der = ciphers.bytes_of(ciphers._der(base64.b64encode(raw).decode()).hex())
    written = {
        "base64": base64.b64encode(raw).decode(),
        "hex": raw.hex(),
        "der": base64.b64encode(der).decode(),
        "der in hex": der.hex(),
    }[form]
    x509 = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004") + THEIRS[0]
    for key in (PUBLIC, "04" + PUBLIC, base64.b64encode(x509).decode(), base64.b64encode(THEIRS[0]).decode()):
        assert ciphers.verified(key, b"text", written)
        assert not ciphers.verified(key, b"texT", written)


def test_keys_that_are_none() -> None:
    for key in ("", "zz", PUBLIC[2:], "00" * 64):
        with pytest.raises(ciphers.CipherFault):
            ciphers.public(key)
    for pair in [(OURS[1].hex(), PUBLIC), ("00" * 32, PUBLIC)]:
        with pytest.raises(ciphers.CipherFault):
            ciphers.signed(pair[0], pair[1], b"text")
    shown = Shown(headers={}, json=json.dumps(signed(asked(ENVELOPE))).encode())
    broken = Proof(kind=ProofKind.SM2, public_key="00" * 64)
    assert unproven(broken, shown, NOW, False, new_nonces()) is Unproven.UNREADABLE_KEY


def test_sm2_says_nothing_on_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    assert not ciphers.verified(PUBLIC, b"text", ciphers.signed(PRIVATE, PUBLIC, b"other"))
    assert capfd.readouterr().err == ""


def test_without_the_extra_the_reason_is_told(monkeypatch: pytest.MonkeyPatch, sandbox: Door) -> None:
    monkeypatch.setattr(ciphers, "available", lambda: False)
    assert "mulaid[sm2]" in sent(sandbox, signed(asked(ENVELOPE)))["err_msg"]


# F: the national wrapper


def wrapped(body: Answer, *, encrypted: bool = False, secret: str = "app-secret", **changes: Any) -> Answer:
    outer = {
        "appId": APP,
        "data": body,
        "encType": "SM4",
        "signType": "SM2",
        "timestamp": STAMP + "000",
        "version": "2.0.1",
        **changes,
    }
    raw = {name: msgspec.Raw(json.dumps(value, ensure_ascii=False).encode()) for name, value in outer.items()}
    outer["signData"] = ciphers.signed(PRIVATE, PUBLIC, wrapper.to_sign(raw, secret))
    if encrypted:
        plain = json.dumps(outer.pop("data"), ensure_ascii=False).encode()
        key = ciphers.encrypted(APP.encode(), secret.encode()).hex().upper()[:16].encode()
        outer["encData"] = ciphers.encrypted(key, plain).hex().upper()
    return outer


def test_what_is_signed_of_a_wrapper() -> None:
    """As the published example writes it: sorted, without what says nothing, the secret at the end."""
    fields = {
        "version": "2.0.1",
        "appId": "A",
        "timestamp": 1692977670450,
        "signType": "SM2",
        "encType": "SM4",
        "extra": "x",
        "data": {"userName": "某人", "idNo": "", "b": {"z": 1.50, "a": None}, "rows": [{"y": 2, "x": 1}], "n": {}},
    }
    raw = {name: msgspec.Raw(json.dumps(value, ensure_ascii=False).encode()) for name, value in fields.items()}
    assert wrapper.to_sign(raw, "S").decode() == (
        'appId=A&data={"b":{"z":1.5},"n":{},"rows":[{"x":1,"y":2}],"userName":"某人"}'
        "&encType=SM4&signType=SM2&timestamp=1692977670450&version=2.0.1&key=S"
    )


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("stamp", [STAMP, STAMP + "000", "20260302101530"])
def test_a_wrapped_envelope(door: Door, encrypted: bool, stamp: str) -> None:
    told = sent(door, wrapped(asked(WRAPPED), encrypted=encrypted, timestamp=stamp))
    assert (told["code"], told["success"], told["appId"]) == (0, True, APP)
    raw = {name: msgspec.Raw(json.dumps(value, ensure_ascii=False).encode()) for name, value in told.items()}
    inside: Answer = told.get("data", {})
    if encrypted:
        key = ciphers.encrypted(APP.encode(), b"app-secret").hex().upper()[:16].encode()
        plain = ciphers.decrypted(key, bytes.fromhex(told["encData"]))
        inside, raw["data"] = json.loads(plain), msgspec.Raw(plain)
    answered(inside)
    # What we sign of our own answer keeps its numbers as they are written, which JSON read and written again may not.
    if encrypted:
        assert ciphers.verified(OURS[0].hex(), wrapper.to_sign(raw, "app-secret"), told["signData"])


def test_a_refused_transaction_comes_wrapped_and_signed(door: Door) -> None:
    told = sent(door, wrapped(asked(WRAPPED, infno="1101", input={"data": {}})))
    assert (told["code"], told["data"]["infcode"]) == (0, -1) and told["signData"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"signData": ""}, "没有带凭据"),
        ({"signData": "AAAA"}, "签名不对"),
        ({"timestamp": str(int(STAMP) - CLOCKS_APART)}, "超过半小时"),
        ({"timestamp": "20261302101530"}, "超过半小时"),
        ({"version": "1.0.0"}, "签名不对"),
        ({"appId": "nobody-nobody-no"}, "应用编号"),
    ],
)
def test_a_wrapper_signed_wrongly(door: Door, sandbox: Door, changes: Answer, says: str) -> None:
    body = wrapped(asked(WRAPPED)) | changes
    told = sent(door, body)
    assert (told["code"], told["success"], told["infcode"]) == (401, False, -1)
    assert told["message"] == told["err_msg"] and says not in told["err_msg"]
    assert says in sent(sandbox, body)["err_msg"]


def test_more_that_is_wrong_with_a_wrapper(door: Door, sandbox: Door) -> None:
    body = wrapped(asked(WRAPPED))
    sent(sandbox, body)
    assert "已经用过一次" in sent(sandbox, body)["err_msg"]
    assert "签名不对" in sent(sandbox, wrapped(asked(WRAPPED), secret="other"))["err_msg"]
    hidden = wrapped(asked(WRAPPED), encrypted=True)
    assert "解不开" in sent(sandbox, hidden | {"encData": hidden["encData"][2:]})["err_msg"]
    assert "没有带凭据" in sent(sandbox, asked(WRAPPED))["err_msg"]
    # Somebody else's wrapper speaks for nobody but who has its key.
    told = sent(sandbox, wrapped(asked(ENVELOPE)))
    assert told["infcode"] == -1 and told["success"] is False
    assert sent(door, wrapped({"infno": 1}))["code"] == 400


# A, B and D in the shape of their gateways


def test_gateways_write_code_and_message(door: Door) -> None:
    for code in (made.HOSPITAL, made.CLINIC):
        told = sent(door, asked(code), {"apikey": "guessed"})
        assert (told["code"], told["success"], told["infcode"], told["output"]) == (401, False, -1, None)
        assert told["message"] == told["err_msg"]


def test_a_signature_over_a_form(door: Door) -> None:
    """CSB's own libraries sign the fields of a form with the heads."""
    fields = {name: str(value) for name, value in asked(made.CLINIC).items() if value and name != "input"}
    fields["input"] = json.dumps(WHO)
    heads = {
        "_api_name": "hsa-fsi-1101",
        "_api_version": "1.0.0",
        "_api_timestamp": STAMP,
        "_api_access_key": made.KEY,
    }
    right = credentials.hmac_sha1_signature(made.SECRET, heads, list(fields.items()))
    told = door.post("/CSB", data=fields, headers={**heads, "_api_signature": right}).json()
    assert told["infcode"] == "0"
    fields["opter"] = "002"
    assert door.post("/CSB", data=fields, headers={**heads, "_api_signature": right}).json()["code"] == 401


FREELY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
WORDS = st.none() | st.booleans() | st.integers() | st.text(max_size=12)
OUTER = "appId data encData encType signData timestamp version fixmedins_code infno msgid input cainfo inf_time".split()


@FREELY
@given(data=st.data())
def test_any_outside_gets_one_sentence(door: Door, data: st.DataObject) -> None:
    start = data.draw(st.sampled_from([wrapped(asked(WRAPPED)), signed(asked(ENVELOPE)), asked(SIGNED)]))
    value = data.draw(WORDS | st.dictionaries(st.text(max_size=4), WORDS, max_size=3))
    body = {**start, data.draw(st.sampled_from(OUTER)): value}
    told = door.post("/fsi", content=json.dumps(body).encode())
    assert told.status_code in (200, 401)
    answer = told.json()
    inside = answer.get("data", answer)
    assert not inside["err_msg"].startswith("系统出错")
