"""Institutions that prove themselves by token and by wrapper, at a service with a database of its own."""

import base64
import http.client
import json
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest

from mulaid.cli.load import load_into
from mulaid.clock import china_now
from mulaid.outside.evoucher_sandbox import voucher_for
from mulaid.settings import Settings
from tests.journeys.served import STUDENT, Message, Served, example_home, served, who_is
from tests.messages import test_variants

pytestmark = pytest.mark.xdist_group("proofs_real")

OAUTH, WRAPPED = "P43010099811", "P43010099812"
SECRETS = 'key = "his", secret = "client-secret", username = "user", password = "pass"'
INSTITUTION = (
    '[[institution]]\ncode = "{}"\nregion = "430100"\nname = "药店"\nkind = "pharmacy"\ncredential = {{ {} }}\n'
)


def token(service: Served, password: str) -> Message:
    form = urlencode({"grant_type": "password", "username": "user", "password": password, "scope": "server"})
    basic = base64.b64encode(b"his:client-secret").decode()
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    connection.request("POST", "/auth/oauth/token", form, {"authorization": f"Basic {basic}"})
    told: Message = json.loads(connection.getresponse().read())
    connection.close()
    return told


def test_token_wrapper_and_voucher(tmp_path: Path) -> None:
    written = INSTITUTION.format(OAUTH, f'kind = "oauth", {SECRETS}') + INSTITUTION.format(
        WRAPPED,
        f'kind = "wrapper", key = "{test_variants.APP}", secret = "app-secret", public_key = "{test_variants.PUBLIC}"',
    )
    (tmp_path / "institutions.toml").write_text(written, "utf-8")
    with example_home() as home:
        load_into(Settings(home=home), [tmp_path / "institutions.toml"])
        with served(home) as service:
            assert token(service, "wrong")["error"] == "invalid_grant"
            head = {"authorization": f"Bearer {token(service, 'pass')['access_token']}"}
            asked = who_is("m1", pharmacy=OAUTH)
            asked["input"]["data"] |= {"mdtrt_cert_type": "01", "mdtrt_cert_no": voucher_for(STUDENT)}
            answer = service.post(asked, head)
            assert (answer["infcode"], answer["output"]["baseinfo"]["certno"]) == (0, STUDENT)
            assert "试用环境" in answer["warn_msg"]
            assert "没有带凭据" in service.post(asked)["err_msg"]
            stamp = str(int(china_now().timestamp()))
            wrapped = test_variants.wrapped(who_is("m2", pharmacy=WRAPPED), encrypted=True, timestamp=stamp)
            assert "encData" in service.post(wrapped)
            assert "已经用过一次" in service.post(wrapped)["err_msg"]
            # Lines of the log are written a moment after their answers.
            deadline = time.monotonic() + 5
            while "unproven" not in service.events("answered")[-1] and time.monotonic() < deadline:
                time.sleep(0.05)
            assert service.events("answered")[-1]["unproven"] == "replayed"
