"""A story file as it is written (docs/stories.md): people, institutions, and what they do in order.

Each kind of step takes keys of its own. One that a story may name and that is not built yet is a fault that says so.
"""

import datetime
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import msgspec

from mulaid import located
from mulaid.intake.case_form import (
    Age,
    BillForm,
    Division,
    Form,
    FundsForm,
    Level,
    Money,
    Name,
    Whole,
    read_money,
)
from mulaid.located import WHOLE_FILE, Document, Fault, Place
from mulaid.terms.codes import (
    Accounts,
    Assistance,
    Category,
    Cover,
    Credential,
    InstitutionKind,
    Kinship,
    LimitScope,
    Mechanism,
    Scheme,
    Sex,
    SponsorUse,
    Use,
)
from mulaid.terms.sponsorship_case import Evidence

_TERMS = """rank limit_payment limit_day limit_month limit_year limit_scope uses until quota"""
_OFFER = f"sponsor beneficiary kinship mechanism by evidence {_TERMS}"
_BILL = "id patient use bill funds accounts chosen credential institution"
KEYS: dict[str, frozenset[str]] = {
    do: frozenset(keys.split())
    for do, keys in {
        "propose": f"{_OFFER} submit",
        "bind": f"{_OFFER} guardian",
        "submit": "sponsor beneficiary mechanism by",
        "confirm": "sponsor beneficiary mechanism by",
        "decline": "sponsor beneficiary mechanism by",
        "withdraw": "sponsor beneficiary mechanism by",
        "change": f"sponsor beneficiary mechanism by {_TERMS}",
        "suspend": "sponsor beneficiary mechanism by",
        "resume": "sponsor beneficiary mechanism by",
        "end": "sponsor beneficiary mechanism by",
        "link": "sponsor beneficiary by stands",
        "contribute": "person pool amount by",
        "leave": "person pool by",
        "power": "person to kind until by",
        "end_power": "person to by",
        "settle": _BILL,
        "quote": _BILL,
        "cancel": "of",
        "wait": "",
    }.items()
}
"""What each kind of step takes beside on, at, do, again and expect."""
LATER = frozenset(
    """return transfer accept premium collected credit deduct claim event decision lift file ask answer
    diagnose""".split()
)
"""Kinds of steps that are named and not built yet."""
ALWAYS = frozenset({"on", "at", "do", "again", "expect"})


class PersonForm(Form, frozen=True, kw_only=True):
    scheme: Scheme
    region: Division | None = None
    status: Cover = Cover.ACTIVE
    age: Age | None = None
    born: datetime.date | None = None
    sex: Sex | None = None
    retired: bool = False
    category: Category = Category.ORDINARY
    tier: Whole = 1
    account: bool | None = None
    activated: bool = True
    assistance: Assistance = Assistance.NONE
    balance: Money = Money(0)
    prior_years: Money | None = None


class InstitutionForm(Form, frozen=True, kw_only=True):
    kind: InstitutionKind = InstitutionKind.HOSPITAL
    level: Level = 3
    region: Division | None = None
    designated: bool = True
    wallet_ready: bool = True


class ExpectForm(Form, frozen=True, kw_only=True):
    """What must hold after a step; a key that is not given is not checked."""

    accepted: bool | None = None
    refused: str | None = None
    state: str | None = None
    day: datetime.date | None = None
    returned: Money | None = None
    funds: Money | None = None
    own: Money | None = None
    mutual: Money | None = None
    cash: Money | None = None
    by: dict[str, Money] | None = None
    skipped: dict[str, str] | None = None
    used: dict[str, dict[str, Money]] | None = None
    balances: dict[str, Money] | None = None
    frozen: dict[str, Money] | None = None
    pools: dict[str, Money] | None = None
    states: dict[str, str] | None = None


class StepForm(Form, frozen=True, kw_only=True):
    on: datetime.date
    at: datetime.time = datetime.time(10)
    do: Name
    again: bool = False
    """The step before is sent once more under its own message id."""
    id: str = ""
    of: str = ""
    sponsor: str = ""
    beneficiary: str = ""
    person: str = ""
    patient: str = ""
    pool: str = ""
    to: str = ""
    by: str = ""
    guardian: str = ""
    kind: str = "delegate"
    kinship: Kinship = Kinship.OTHER
    mechanism: Mechanism | None = None
    evidence: Evidence = Evidence.COMMITMENT
    submit: bool = True
    stands: bool = True
    rank: Whole | None = None
    limit_payment: Money | None = None
    limit_day: Money | None = None
    limit_month: Money | None = None
    limit_year: Money | None = None
    limit_scope: LimitScope = LimitScope.MEMBER
    uses: tuple[SponsorUse, ...] | None = None
    until: datetime.date | None = None
    quota: Money | None = None
    amount: Money = Money(0)
    use: Use = Use.OUTPATIENT
    bill: BillForm | None = None
    funds: FundsForm | None = None
    accounts: Accounts = Accounts.ALL
    chosen: tuple[str, ...] | None = None
    credential: Credential = Credential.OWN
    institution: str = ""
    expect: ExpectForm | None = None


class StoryForm(Form, frozen=True, kw_only=True):
    name: Name
    region: Division
    people: Annotated[dict[str, PersonForm], msgspec.Meta(min_length=1)]
    institutions: dict[str, InstitutionForm] = msgspec.field(default_factory=dict)
    steps: tuple[dict[str, Any], ...] = ()
    source: str = ""


class FileForm(Form, frozen=True, kw_only=True):
    """A whole file. `policies`: further policy folders beside the book, relative to the file."""

    policies: tuple[str, ...] = ()
    story: tuple[StoryForm, ...] = ()


class Story(msgspec.Struct, frozen=True):
    """One story with its file, its steps read and checked, and the policies it asks for."""

    file: Path
    policies: tuple[Path, ...]
    form: StoryForm
    steps: tuple[StepForm, ...]


def read_stories(paths: Iterable[Path]) -> list[Story]:
    """Every story of these files, of a folder those of every TOML file in it. Raises `located.Fault`."""
    found: list[Story] = []
    for path in paths:
        stories = [story for file in located.files_in(path, (".toml",)) for story in _stories(located.read(file))]
        if not stories:
            raise Fault(path, WHOLE_FILE, "", "no_cases")
        found += stories
    return found


def _stories(document: Document) -> Iterator[Story]:
    form = _converted(document, document.table, FileForm, ())
    names = [story.name for story in form.story]
    folders = tuple(document.file.parent / name for name in form.policies)
    for at, folder in enumerate(folders):
        if not located.is_folder(folder):
            raise document.fault(("policies", at), "no_such_folder")
    for at, story in enumerate(form.story):
        if names.index(story.name) != at:
            raise document.fault(("story", at, "name"), "name_repeated")
        steps = tuple(_step(document, story, ("story", at, "steps", n), step) for n, step in enumerate(story.steps))
        moments = [(step.on, step.at) for step in steps]
        for n, (before, after) in enumerate(pairwise(moments), 1):
            if after < before:
                raise document.fault(
                    ("story", at, "steps", n, "on"), "day_order", f"{before[0]} {after[0]}", story.name
                )
        yield Story(document.file, folders, story, steps)


def _step(document: Document, story: StoryForm, place: Place, table: dict[str, Any]) -> StepForm:
    do = table.get("do")
    if do in LATER:
        raise document.fault((*place, "do"), "not_built_yet", str(do), story.name)
    if do not in KEYS:
        raise document.fault((*place, "do"), "not_a_choice", f"{do!r} / {' '.join(KEYS)}", story.name)
    for key in table:
        if key not in KEYS[do] | ALWAYS:
            raise document.fault((*place, key), "unknown_key", key, story.name)
    step: StepForm = _converted(document, table, StepForm, place)
    for key in ("sponsor", "beneficiary", "person", "patient", "pool", "to", "guardian"):
        name = getattr(step, key)
        if key in KEYS[do] and (name or key in table or key in _NEEDED) and name not in story.people:
            raise document.fault((*place, key), "unknown_sponsor_name", name, story.name)
    if step.by and step.by not in {*story.people, "counter", "supervisor"}:
        raise document.fault((*place, "by"), "unknown_sponsor_name", step.by, story.name)
    return step


_NEEDED = frozenset({"sponsor", "beneficiary", "person", "patient", "pool", "to"})
_FormKind = Any


def _converted(document: Document, table: Any, kind: _FormKind, place: Place) -> Any:
    try:
        return msgspec.convert(table, kind, dec_hook=read_money)
    except msgspec.ValidationError as error:
        text, _, pointer = str(error).partition(" - at `")
        inside = located.place_of(pointer.rstrip("`"))
        reason, _, detail = text.partition(":") if text.startswith("not_money:") else ("invalid", "", text)
        raise document.fault((*place, *inside), reason, detail) from error
