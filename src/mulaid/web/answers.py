"""Answers that are no pages: data for programs, files to keep, and the way to another page."""

from typing import Any

import msgspec

from mulaid.web.visit import JSON, Answer

_OPEN = {"access-control-allow-origin": "*", "cache-control": "public, max-age=300", "vary": "Accept-Encoding"}
"""The policy book is for everybody: programs in a browser may read it too."""


def as_json(told: Any) -> Answer:
    """Data as JSON, laid out to be read."""
    body = msgspec.json.format(msgspec.json.encode(told), indent=1) + b"\n"
    return Answer(body=body, kind=JSON, headers=_OPEN)


def as_file(content: bytes, name: str, kind: str) -> Answer:
    """A file to keep."""
    return Answer(body=content, kind=kind, headers=_OPEN | {"content-disposition": f'attachment; filename="{name}"'})


def go_to(path: str) -> Answer:
    """The page is at another address."""
    return Answer(body="", status=303, headers={"location": path})
