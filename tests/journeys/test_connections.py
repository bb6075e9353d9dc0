"""Clients that are slow, too many or not what they should be, against a real service with tight limits."""

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator

import pytest

from tests.journeys.served import Served, example_home, served, who_is

pytestmark = [pytest.mark.xdist_group("serve"), pytest.mark.timeout(120)]

MOST = 10
HEAD = b"POST /fsi/api HTTP/1.1\r\nhost: here\r\n"


@pytest.fixture(scope="module")
def serving() -> Iterator[Served]:
    limits = {"MULAID_HEAD_SECONDS": "1", "MULAID_BODY_SECONDS": "1", "MULAID_CONNECTIONS_MAX": str(MOST)}
    with example_home() as home, served(home, MULAID_PROCESSES="0", **limits) as opened:
        yield opened


Connect = Callable[[], socket.socket]


@pytest.fixture
def connect(serving: Served) -> Iterator[Connect]:
    """Opens connections, and closes them after the test."""
    with contextlib.ExitStack() as opened:
        yield lambda: opened.enter_context(socket.create_connection(("127.0.0.1", serving.port), timeout=10))


def rest(client: socket.socket) -> tuple[int, bytes, float]:
    """Status and body of what comes until the service hangs up, and after how many seconds it did."""
    began, received = time.monotonic(), b""
    with contextlib.suppress(ConnectionError):
        while chunk := client.recv(65_536):
            received += chunk
    took = time.monotonic() - began
    client.close()
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]) if head else 0, body, took


def says(body: bytes, words: str) -> None:
    """Even this is an answer that a hospital's program can read."""
    answer = json.loads(body)
    assert answer["infcode"] == -1 and words in answer["err_msg"]
    assert (answer["output"], len(answer["inf_refmsgid"])) == (None, 30)


def request() -> bytes:
    body = json.dumps(who_is()).encode()
    return HEAD + b"content-length: %d\r\n\r\n%b" % (len(body), body)


def answered(client: socket.socket) -> bool:
    """Whether a whole request on this connection gets a whole answer."""
    client.sendall(request())
    received = b""
    while not received.endswith(b"}"):
        chunk = client.recv(65_536)
        if not chunk:
            return False
        received += chunk
    return b'"infcode":0' in received


@pytest.mark.parametrize("sent", [b"", HEAD, b"POST /fsi"])
def test_a_head_that_does_not_end_is_not_waited_for(serving: Served, connect: Connect, sent: bytes) -> None:
    client = connect()
    client.sendall(sent)
    status, body, took = rest(client)
    assert status == 408 and took < 4
    says(body, "没有在规定的时间内发完")


def test_a_head_that_trickles_is_not_waited_for_either(serving: Served, connect: Connect) -> None:
    client, began = connect(), time.monotonic()
    client.sendall(HEAD)
    with pytest.raises(ConnectionError):
        while time.monotonic() - began < 8:
            client.sendall(b"x-more: 1\r\n")
            time.sleep(0.1)
    assert time.monotonic() - began < 5


def test_a_second_request_has_no_longer_than_the_first(serving: Served, connect: Connect) -> None:
    client = connect()
    assert answered(client)
    client.sendall(HEAD)
    status, _, took = rest(client)
    assert status == 408 and took < 4


@pytest.mark.parametrize(
    "headers", [b"content-length: 100\r\n\r\n{", b"transfer-encoding: chunked\r\n\r\n5\r\n{}   \r\n"]
)
def test_a_body_that_does_not_end_is_not_waited_for_and_does_nothing(
    serving: Served, connect: Connect, headers: bytes
) -> None:
    before = len(serving.lines())
    client = connect()
    client.sendall(HEAD + headers)
    status, body, took = rest(client)
    assert status == 408 and took < 4
    says(body, "没有在规定的时间内发完")
    assert [line["event"] for line in serving.lines()[before:] if line["event"] != "connections_slow"] == []


def test_a_message_whose_client_hangs_up_before_its_end_does_nothing(serving: Served, connect: Connect) -> None:
    body = json.dumps(who_is("gone")).encode()
    client = connect()
    client.sendall(HEAD + b"content-length: %d\r\n\r\n%b" % (len(body) + 10, body))
    client.close()
    time.sleep(0.5)
    assert "gone" not in {line.get("message_id") for line in serving.lines()}


def test_a_head_without_end_takes_no_memory(serving: Served, connect: Connect) -> None:
    client = connect()
    client.sendall(HEAD)
    with contextlib.suppress(ConnectionError):
        for _ in range(64):
            client.sendall(b"x" * 65_536)
    status, _, _ = rest(client)
    assert status in (0, 431)
    assert serving.metric('mulaid_connections_closed_total{reason="long_head"}') == 1


def test_what_is_not_http_is_counted_and_not_logged_one_by_one(serving: Served, connect: Connect) -> None:
    for _ in range(20):
        client = connect()
        client.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        assert rest(client)[0] == 400
    assert serving.metric('mulaid_connections_closed_total{reason="not_http"}') == 20
    assert len(serving.events("connections_slow")) <= 2
    assert not serving.events("library", "failed")


def test_too_many_are_told_to_come_back_and_the_log_says_so_once(serving: Served, connect: Connect) -> None:
    held = [connect() for _ in range(MOST)]
    for client in held:
        client.sendall(HEAD)
    time.sleep(0.2)
    for _ in range(5):
        status, body, took = rest(connect())
        assert status == 503 and took < 4
        says(body, "系统正忙")
    late = connect()
    late.sendall(request())
    assert rest(late)[0] == 503
    assert len(serving.events("connections_full")) == 1
    for client in held:
        client.close()
    deadline = time.monotonic() + 5
    while not serving.events("connections_free"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert serving.events("connections_free")[0]["refused"] == 6
    assert serving.metric('mulaid_connections_closed_total{reason="full"}') == 6
    assert answered(connect())


def test_connections_that_idle_make_room(serving: Served, connect: Connect) -> None:
    refused = serving.metric('mulaid_connections_closed_total{reason="full"}')
    clients = [connect() for _ in range(MOST)]
    assert all(map(answered, clients))
    assert answered(connect())
    assert serving.metric('mulaid_connections_closed_total{reason="full"}') == refused
    still = [client for client in clients[2:] if answered(client)]
    assert len(still) >= MOST - 4
    for client in clients:
        client.close()


def test_twice_as_many_wait_no_longer_than_they_must(serving: Served, connect: Connect) -> None:
    """Whoever drops what it began frees its place within the seconds of a head."""
    for _ in range(2):
        for client in [connect() for _ in range(MOST)]:
            client.sendall(HEAD)
    deadline = time.monotonic() + 6
    while not served_once(connect):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def served_once(connect: Connect) -> bool:
    client = connect()
    client.sendall(request().replace(b"host: here", b"connection: close"))
    return rest(client)[0] == 200
