"""The two extension texts: what a vendor may say to this system, and what this system says about the payers.

In: `exp_content` or `expContent` of the input node, a JSON object; see `messages.settlement.Extension`. Text that is
not a JSON object belongs to somebody else and is left alone. Out: JSON of at most 4,000 characters naming each payer by
masked name, kin, amount and mechanism, never by identity number, never with a balance; each sponsor who could not pay,
with code and sentence; and, where a settlement has been undone, the number of the other half.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Annotated, Any

import msgspec

from mulaid.gateway.amounts import money
from mulaid.gateway.envelope import json_object, parse
from mulaid.gateway.faults import FieldFault
from mulaid.gateway.messages.extension import Extension
from mulaid.gateway.messages.kinds import read_by
from mulaid.procedures.act.answers import PassedOver, Payer, Settled
from mulaid.store.ids import wire
from mulaid.terms.money import Fen
from mulaid.wording import gateway as say
from mulaid.wording.kinship import mechanism_name, payer_is
from mulaid.wording.refusals import refusal_sentence

LONGEST = 4000
_NAME_LENGTH = 20
_NOTHING_SAID = Extension()


Sent = dict[str, Any] | list[Any] | str | bool
"""What comes in the field: an object or its text, or whatever somebody else writes there."""


def read(exp_content: Sent, other_spelling: Sent) -> Extension:
    """Read whichever spelling is there. Raises `FieldFault` when it is meant for us and broken."""
    return _read(exp_content, "exp_content") if exp_content else _read(other_spelling, "expContent")


def _read(given: Sent, wire: str) -> Extension:
    if isinstance(given, str):
        if not given.startswith("{"):
            return _NOTHING_SAID
        given = json_object(given, say.extension_not_json, wire)
    if not isinstance(given, dict):
        return _NOTHING_SAID
    extension = parse(given, Extension)
    chosen = extension.chosen_payers or ()
    if any(choice < 1 for choice in chosen) or len(set(chosen)) < len(chosen):
        raise FieldFault(say.choices_unusable, "chosen_payers")
    return extension


ExpContent = Annotated[Sent, msgspec.Meta(extra=read_by(lambda given, profile: _read(given, "")))]
"""The field as it is sent."""


def write(settled: Settled) -> str:
    """A settlement's extension, at most `LONGEST` long.

    Sponsors who could not pay are counted where there is no room for all; then payers are added up in `others`, so that
    amounts still agree.
    """
    payers, passed_over, rest = settled.payers, settled.passed_over, _funds(settled) | _other_half(settled)
    fits = ((len(payers), told) for told in range(len(passed_over), -1, -1))
    shorter = ((named, 0) for named in range(len(payers) - 1, -1, -1))
    for named, told in chain(fits, shorter):
        parts = _payers(payers[:named], payers[named:]) | _passed_over(passed_over, told) | rest
        text = msgspec.json.encode(parts).decode()
        if len(text) <= LONGEST:
            return text
    raise AssertionError("a sum of payers fits the field")


def _payers(named: Sequence[Payer], folded: Sequence[Payer]) -> dict[str, object]:
    shown: dict[str, object] = {"payers": [_row(payer) for payer in named]}
    if folded:
        rest: Fen = sum(payer.amount for payer in folded)
        shown["others"] = {"count": len(folded), "pay": money(rest)}
    return shown


def _passed_over(sponsors: Sequence[PassedOver], told: int) -> dict[str, object]:
    shown: dict[str, object] = {}
    if told:
        shown["passed_over"] = [_why(sponsor) for sponsor in sponsors[:told]]
    if told < len(sponsors):
        shown["passed_over_others"] = {"count": len(sponsors) - told}
    return shown


def _other_half(settled: Settled) -> dict[str, object]:
    """The reversal of this settlement, or the settlement that this reversal undoes."""
    halves = {"undone_by": settled.undone_by, "undoes": settled.undone}
    return {name: wire(settled.patient.region, case) for name, case in halves.items() if case is not None}


def _funds(settled: Settled) -> dict[str, object]:
    """That the funds' part is what the message said, and what allowed it to."""
    return {} if settled.funds_by is None else {"funds_given_by": settled.funds_by}


def _row(payer: Payer) -> dict[str, object]:
    return {
        "no": payer.number,
        "name": payer.name[:_NAME_LENGTH],
        "kin": payer_is(payer.kinship),
        "pay": money(payer.amount),
        "way": mechanism_name(payer.mechanism),
    }


def _why(sponsor: PassedOver) -> dict[str, object]:
    name = sponsor.name[:_NAME_LENGTH]
    return {
        "no": sponsor.number,
        "name": name,
        "code": sponsor.why,
        "why": refusal_sentence(sponsor.why, {"payer": name}),
    }
