"""Not saying a field: leaving it out, "", null, "null" and blanks are one and the same, in every optional field."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
import pytest
from litestar.testing import TestClient

from mulaid.gateway import call, envelope
from tests.messages.made import post
from tests.messages.test_golden import VALID

WAYS = ("", None, "null", "NULL", "  ")


def optional_fields(kind: type[msgspec.Struct]) -> Iterator[tuple[str, str]]:
    """(node, field) of everything a message may leave out."""
    for node in msgspec.structs.fields(kind):
        if not node.required:
            yield "", node.encode_name
        inner = get_args(node.type)[0] if get_origin(node.type) is tuple else node.type
        yield from (
            (node.encode_name, field.encode_name) for field in msgspec.structs.fields(inner) if not field.required
        )


def without(nodes: dict[str, Any], node: str, field: str) -> Iterator[dict[str, Any]]:
    """The message without the field, and with the field there and empty in every way."""
    for way in ("missing", *WAYS):
        given = copy.deepcopy(nodes)
        rows = given if not node else given.get(node) or {}
        for row in rows if isinstance(rows, list) else [rows]:
            row.pop(field, None)
            if way != "missing":
                row[field] = way
        yield given


@pytest.mark.parametrize("file", VALID, ids=lambda file: file.stem)
def test_an_optional_field_may_be_left_out_in_every_way(
    file: Path, door: TestClient[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds: list[type[msgspec.Struct]] = []

    def parse(given: object, kind: type[msgspec.Struct]) -> msgspec.Struct:
        kinds.append(kind)
        return envelope.parse(given, kind)

    monkeypatch.setattr(call, "parse", parse)
    body = json.loads(file.read_text(encoding="utf-8"))
    assert post(door, body)["infcode"] == 0
    (kind,) = set(kinds)
    nodes = body["input"]
    while isinstance(nodes, str):
        nodes = json.loads(nodes)
    for node, field in optional_fields(kind):
        read = [
            envelope.nodes(envelope.read(envelope.outside(json.dumps({**body, "input": each}).encode())))
            for each in without(nodes, node, field)
        ]
        assert len({envelope.content(body["infno"], each) for each in read}) == 1, (node, field)
        parsed = [envelope.parse(envelope.shaped(each, kind), kind) for each in read]
        assert parsed == [parsed[0]] * len(parsed), (node, field)
