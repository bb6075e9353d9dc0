"""However a vendor's library packs it, the same message arrives: compressed, in GBK, in forms, encoded twice."""

import gzip
import json
import zlib
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient

from mulaid.gateway import bodies
from mulaid.gateway.bodies import BODY_LIMIT
from mulaid.gateway.faults import FieldFault
from tests.messages.conftest import bill
from tests.messages.made import NUMBERS, SECRET, WANG, post, request

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=xyz"
MESSAGE = request("2206", bill("B1"), 5)
JSON = json.dumps(MESSAGE, ensure_ascii=False)
FIELDS = {**{name: value for name, value in MESSAGE.items() if value}, "input": json.dumps(MESSAGE["input"])}


def multipart(fields: dict[str, str]) -> bytes:
    parts = (
        f'--xyz\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    )
    return ("".join(parts) + "--xyz--\r\n").encode()


PACKED: dict[str, tuple[bytes, dict[str, str]]] = {
    "plain": (JSON.encode(), {}),
    "gbk": (JSON.encode("gbk"), {}),
    "gbk as it says": (JSON.encode("gbk"), {"content-type": "application/json; charset=GBK"}),
    "utf-8 that calls itself gbk": (JSON.encode(), {"content-type": "text/plain;charset=gb2312"}),
    "gzip": (gzip.compress(JSON.encode()), {"content-encoding": "gzip"}),
    "gzip that does not say so": (gzip.compress(JSON.encode()), {}),
    "gzip that a proxy unpacked": (JSON.encode(), {"content-encoding": "gzip"}),
    "deflate": (zlib.compress(JSON.encode()), {"content-encoding": "deflate"}),
    "gzip of gbk": (gzip.compress(JSON.encode("gbk")), {}),
    "zero byte": (JSON.encode() + b"\0", {}),
    "zero byte and what lay behind it": (JSON.encode() + b"\0\0\xcd\xcd}", {}),
    "encoded twice": (json.dumps(JSON).encode(), {}),
    "encoded three times": (json.dumps(json.dumps(JSON)).encode(), {}),
    "input encoded twice": (json.dumps({**MESSAGE, "input": json.dumps(json.dumps(MESSAGE["input"]))}).encode(), {}),
    "nameless form": (b"=" + quote(JSON).encode(), {"content-type": FORM}),
    "nameless form of text": (b"=" + quote(json.dumps(JSON)).encode(), {"content-type": FORM}),
    "form of one field": (urlencode({"data": JSON}).encode(), {"content-type": FORM}),
    "form of one field that does not say so": (urlencode({"inputData": JSON}).encode(), {}),
    "form of one field in gbk": (urlencode({"data": JSON}, encoding="gbk").encode(), {"content-type": FORM}),
    "form beside other fields": (urlencode({"appkey": "x", "param": JSON}).encode(), {"content-type": FORM}),
    "form of the envelope's fields": (urlencode(FIELDS).encode(), {"content-type": FORM}),
    "multipart of one field": (multipart({"data": JSON}), {"content-type": MULTIPART}),
    "multipart of the envelope's fields": (multipart(FIELDS), {"content-type": MULTIPART}),
}


@pytest.mark.parametrize("way", PACKED)
def test_one_message_in_every_packing(door: TestClient[Any], way: str) -> None:
    plain = post(door, JSON)
    body, headers = PACKED[way]
    packed = post(door, body, headers={"apikey": SECRET, **headers})
    assert (packed["infcode"], packed["err_msg"], packed["output"]) == (0, "", plain["output"])


@pytest.mark.parametrize("way", ["gbk", "gbk as it says", "gzip of gbk", "utf-8 that calls itself gbk"])
def test_who_writes_gbk_is_answered_in_it(door: TestClient[Any], way: str) -> None:
    body, headers = PACKED[way]
    answer = door.post("/fsi", content=body, headers={"apikey": SECRET, **headers})
    gbk = way != "utf-8 that calls itself gbk"
    assert answer.headers["content-type"] == f"application/json;charset={'GBK' if gbk else 'UTF-8'}"
    told = json.loads(answer.content.decode("gbk" if gbk else "utf-8"))
    assert told["output"]["setlinfo"]["psn_name"] == "王小明"


def test_a_name_in_gbk_is_compared_as_what_it_says(door: TestClient[Any]) -> None:
    data = {"mdtrt_cert_type": "02", "mdtrt_cert_no": NUMBERS[WANG], "psn_name": "王小明"}
    body = json.dumps(request("1101", {"data": data}, 6), ensure_ascii=False).encode("gb18030")
    assert post(door, body)["output"]["baseinfo"]["psn_name"] == "王小明"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (gzip.compress(b" " * (BODY_LIMIT + 1)), "报文超过 1 MB"),
        (gzip.compress(b"{" * 200_000_000, 9), "报文超过 1 MB"),
        (gzip.compress(JSON.encode())[:-20], "解不开"),
        (b"\x1f\x8b" + JSON.encode(), "解不开"),
        (multipart({"data": "nothing"}), "不是有效的 JSON"),
        (b"a=" * 150_000 + b"&" * 100_000, "不是有效的 JSON"),
    ],
    ids=["too large unpacked", "bomb", "cut off", "no gzip", "form of nothing", "form without end"],
)
def test_what_cannot_be_unpacked(door: TestClient[Any], body: bytes, says: str) -> None:
    kind = MULTIPART if body.startswith(b"--") else FORM
    answer = post(door, body, headers={"apikey": SECRET, "content-type": kind})
    assert answer["infcode"] == -1 and says in answer["err_msg"]


@given(
    body=st.one_of(
        st.binary(max_size=200),
        st.builds(lambda head, rest: head + rest, st.sampled_from([b"\x1f\x8b", b"a=", b"=", b'"']), st.binary()),
    ),
    kind=st.sampled_from(["", FORM, MULTIPART, "multipart/", "multipart/form-data; boundary=\r\n", "x; charset=gbk"]),
    encoding=st.sampled_from(["gzip", "deflate", "br", None]),
)
def test_any_body_under_any_head_is_read_or_refused(body: bytes, kind: str, encoding: str | None) -> None:
    headers = {"content-type": kind, **({} if encoding is None else {"content-encoding": encoding})}
    try:
        assert isinstance(bodies.read(body, headers).json, bytes)
    except FieldFault:
        return
