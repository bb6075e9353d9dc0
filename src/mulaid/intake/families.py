"""Families that ask something: who they are, what they want, and what is right by the sources.

No region stands in them. A family is asked about in every region, and what is right there depends on what the sources
say there. So it is written as answers in order, each under conditions on the rules; the first whose conditions hold is
right.
"""

from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import msgspec

from mulaid import located
from mulaid.intake.case_form import (
    AgentForm,
    BillForm,
    Form,
    FundsForm,
    InstitutionForm,
    Name,
    PatientForm,
    SponsorForm,
    Whole,
    read_money,
)
from mulaid.located import Document
from mulaid.terms.codes import Kinship, Use
from mulaid.terms.sponsorship_case import Asker


class Result(StrEnum):
    """What comes of a family's errand."""

    PAID = "paid"
    """Nothing is left to pay in cash."""
    PARTLY = "partly"
    """Relatives pay a part, the rest is cash."""
    BOUND = "bound"
    ENDED = "ended"
    """The relation may be ended, at once or from the next day."""
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """Nobody knows a rule that it takes: the family is told to ask the bureau."""


class Condition(Form, frozen=True, kw_only=True):
    """What the sources say of one rule. One comparison; `item` names one entry of a table.

    `$kinship` and `$use` stand for what the first payer's relation and the bill's use are.
    """

    rule: Name
    item: str = ""
    of: Literal["patient", "payer"] = "patient"
    """Whose region is asked."""
    is_: Any = msgspec.field(name="is", default=None)
    has: str | None = None
    lacks: str | None = None
    at_most: Any = None
    at_least: Any = None
    stated: bool = False
    """It is an exception: it holds only where a source states it, and where nobody does it does not."""


class Right(Form, frozen=True, kw_only=True):
    """An answer that is right where all conditions hold; without a condition everywhere else."""

    answer: Result
    reason: str = ""
    """A `BillRefusal`, a `Skip`, a `RelationRefusal` or an `EndRefusal`."""
    mutual: str | None = None
    """What the relatives pay together, in yuan, where that follows from the family alone."""
    where: tuple[Condition, ...] = ()
    with_bill: bool = False
    """It speaks of families with a bill to pay, not of those who only want to bind."""


class Payer(SponsorForm, frozen=True, kw_only=True):
    """A relative who shall pay, with what matters for binding. `kinship` is what the patient is to them."""

    lives: Literal["here", "same_province", "other_province"] = "here"
    """Where their insurance is, seen from the patient's region."""
    confirmed: bool = True
    """The patient has agreed to be bound by them."""
    others: tuple[Kinship, ...] = ()
    """Whom else they have bound already."""
    is_sponsored: bool = False
    """Somebody else's money pays for them."""


class Ending(Form, frozen=True, kw_only=True):
    """The relation to the first payer is to be ended; it has held for so many days."""

    by: Asker
    bound_days: Whole


class Family(Form, frozen=True, kw_only=True):
    """One family and its question: a bill, an end, or, without either, whether its last payer may be bound."""

    id: Name
    name: Name
    asks: Name
    """The question as people ask it."""
    patient: PatientForm
    payers: tuple[Payer, ...]
    right: tuple[Right, ...]
    bill: BillForm | None = None
    funds: FundsForm | None = None
    """Given: the bureau's own system has computed the funds' part. Absent: the patient's own plan does."""
    use: Use = Use.OUTPATIENT
    institution: InstitutionForm = InstitutionForm()
    agent: AgentForm = AgentForm()
    prescription: bool = False
    ends: Ending | None = None
    all_bind: bool = False
    """It asks of every payer whether they may be bound, whoever pays in the end."""
    sponsors_before: Whole = 0
    """How many others sponsor the patient already."""


class FamilyFile(Form, frozen=True, kw_only=True):
    """The families of a file; `first` is right before what any of them says, `gates` before every payment."""

    first: tuple[Right, ...] = ()
    gates: tuple[Right, ...] = ()
    family: tuple[Family, ...]


class Families(msgspec.Struct, frozen=True):
    """What was read, with the document for complaints about its cases."""

    document: Document
    form: FamilyFile


def read_families(file: Path) -> Families:
    """Read one file of families. Raises `located.Fault`."""
    document = located.read(file)
    try:
        form = msgspec.convert(document.table, FamilyFile, dec_hook=read_money)
    except msgspec.ValidationError as error:
        text, _, pointer = str(error).partition(" - at `")
        raise document.fault(located.place_of(pointer.rstrip("`")), "invalid", text) from error
    seen: set[str] = set()
    for at, family in enumerate(form.family):
        if family.id in seen:
            raise document.fault(("family", at, "id"), "name_repeated", family.id)
        seen.add(family.id)
    return Families(document, form)
