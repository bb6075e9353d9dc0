"""The Chinese names of wire fields, so that a complaint can be read by a cashier and traced by a programmer."""

import tomllib
from functools import cache
from importlib.resources import files

from mulaid.gateway.faults import FieldFault
from mulaid.wording import gateway as say

_SHORT = 30


@cache
def _labels() -> dict[str, str]:
    text = files("mulaid.gateway").joinpath("labels.toml").read_text(encoding="utf-8")
    return {str(wire): str(label) for wire, label in tomllib.loads(text).items()}


def label(wire: str) -> str:
    """The Chinese name of a wire field, empty when it has none."""
    return _labels().get(wire, "")


def complaint(fault: FieldFault) -> str:
    """The sentence for a field fault: Chinese name, wire name and, in a list, the line."""
    return fault.sentence(shown(fault.wire, fault.line), fault.detail)


def shown(wire: str, line: int | None = None) -> str:
    """A wire field as people see it."""
    return say.field_name(_labels().get(wire, ""), name_known(wire), line)


def name_known(wire: str) -> str:
    """The field's name. A long name that nobody knows is not repeated: the sender may write anything."""
    return wire if wire in _labels() or len(wire) <= _SHORT else ""
