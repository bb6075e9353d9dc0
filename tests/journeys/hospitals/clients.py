"""How the clients of hospitals and pharmacies write the same messages: their habits, and what they leave out.

Each stands for a family of clients whose code is public. No two post to the same path or leave out in the same way.
"""

import json
import math
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import msgspec

Message = dict[str, Any]

LEFT_OUT = object()


def _plain(message: Message) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()


def _marked(message: Message) -> bytes:
    """With a byte order mark, over many lines."""
    return b"\xef\xbb\xbf" + json.dumps(message, ensure_ascii=False, indent=2).encode()


def _input_as_text(message: Message) -> bytes:
    return _plain({**message, "input": json.dumps(message["input"], ensure_ascii=False)})


def _form_without_number(message: Message) -> bytes:
    """A form of one field without a name. The transaction stands in the path alone."""
    return b"=" + quote(json.dumps({**message, "infno": None}, ensure_ascii=False)).encode()


def _numbered(institution: str, stamp: str, serial: int) -> str:
    return f"{institution}{stamp}{serial:04d}"


def _random(institution: str, stamp: str, serial: int) -> str:
    return str(uuid.uuid4())[:30]


def _dashed(institution: str, stamp: str, serial: int) -> str:
    return f"{stamp[2:]}-{institution}-{serial:04d}"


def _four_decimals(text: str) -> str:
    whole, _, part = text.partition(".")
    return f"{whole}.{part.ljust(4, '0')}"


def _noisy(text: str) -> float:
    """The next binary number, as sums of such numbers come out."""
    return math.nextafter(float(text), math.inf)


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """The habits of one client."""

    name: str
    path: str
    """`{infno}` stands for the transaction."""
    unsaid: object
    """What it sends for a field it has nothing to say in."""
    content_type: str = "application/json"
    body: Callable[[Message], bytes] = _plain
    number: Callable[[str], object] = str
    """How it writes amounts, prices and quantities."""
    code: Callable[[str], str] = str
    """How it writes codes of two digits."""
    message_id: Callable[[str, str, int], str] = _numbered
    variants: Mapping[str, str] = {}
    """What it calls some transactions."""
    everything: str = "0000"
    """The batch that stands for all of them."""

    def node(self, said: Message, unsaid: str = "") -> Message:
        """A node of a message: what is said, and the names of what is not."""
        silent = {} if self.unsaid is LEFT_OUT else dict.fromkeys(unsaid.split(), self.unsaid)
        return {**silent, **said}


CLIENTS = (
    Client(
        name="object-and-null",
        path="/mbs/fmi/fsi/api/callFsiService/callService",
        unsaid=None,
        number=_four_decimals,
        variants={"2203": "2203A"},
    ),
    Client(
        name="input-as-text",
        path="/fsi/api/rsfComIfsService/callService",
        unsaid="",
        body=_input_as_text,
        everything="0",
    ),
    Client(
        name="binary-numbers",
        path="/CSB/hsa-fsi-{infno}",
        unsaid="null",
        number=_noisy,
        code=lambda code: code.lstrip("0"),
        variants={"2206": "2206A", "2207": "2207A"},
    ),
    Client(
        name="left-out",
        path="/mss/web/api/fsi/callService",
        unsaid=LEFT_OUT,
        content_type="text/plain;charset=UTF-8",
        body=_marked,
        number=float,
        message_id=_random,
    ),
    Client(
        name="form-and-path",
        path="/ebus/gdyb_api/prd/hsa/hgs/{infno}",
        unsaid="NULL",
        content_type="application/x-www-form-urlencoded",
        body=_form_without_number,
        message_id=_dashed,
        everything="0",
    ),
)
