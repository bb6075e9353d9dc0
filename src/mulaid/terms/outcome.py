"""What a decision returns: amounts, who was passed over and why, and the steps that led there.

A step names the entry of the policy book that moved it by its number in that book (`rule`), so that sentences and
citations are resolved only when somebody reads them. `ENGINE_RULE` is mulaid's own arithmetic.
"""

import datetime

import msgspec

from mulaid.terms.codes import Fund
from mulaid.terms.money import BasisPoints, Fen
from mulaid.terms.reasons import BillRefusal, EndRefusal, RelationRefusal, Skip

ENGINE_RULE = -1
"""A step that follows from arithmetic alone (the total, the sum of shares): its source is mulaid itself."""

PATIENT = -1
"""`Step.who` when the step is about the patient or the bill; otherwise the sponsor's position."""

NO_FUNDS = (0,) * len(Fund)


class Step(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One thing the decision did: a code, the amount it moved, whom it is about and the policy entry behind it."""

    code: str
    amount: Fen | None
    who: int
    rule: int


class Draw(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Money one sponsor pays; `prior_years` is how much of it comes from 历年 money."""

    sponsor: int
    amount: Fen
    prior_years: Fen


class Outcome(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A decided bill: total = sum(funds) + own + mutual + cash + institution, in fen. All zero when refused."""

    refused: BillRefusal | None
    total: Fen
    funds: tuple[Fen, ...]
    """By `Fund`, in the order they pay."""
    own: Fen
    own_prior_years: Fen
    mutual: Fen
    cash: Fen
    institution: Fen
    draws: tuple[Draw, ...]
    skipped: tuple[tuple[int, Skip], ...]
    deductible_applied: Fen
    over_ceiling: Fen
    pooled_ratio: BasisPoints
    """The ratio of the last band the pooled fund paid by; 0 when it paid nothing or the funds were given."""
    steps: tuple[Step, ...]
    used: tuple[int, ...]
    """Every policy entry the decision consulted, each once."""

    @property
    def funds_paid(self) -> Fen:
        return sum(self.funds)


class RelationOutcome(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A decided relation: accepted when nothing refuses it."""

    refused: RelationRefusal | None
    steps: tuple[Step, ...]
    used: tuple[int, ...]
    assumed: tuple[str, ...] = ()
    """The keys of rules nobody knows that would only have asked for more: not known is not a lock."""


class EndOutcome(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A decided end of a relation: it ends when nothing refuses it."""

    refused: EndRefusal | None
    ends_on: datetime.date | None
    """The first day on which the relation no longer holds; None when refused."""
    possible_on: datetime.date | None
    """The first day on which it may be ended at all, where that day has still to come."""
    steps: tuple[Step, ...]
    used: tuple[int, ...]
    assumed: tuple[str, ...]
    """The keys of the rules nobody knows that were taken as mulaid assumes them: not known is not a lock."""
