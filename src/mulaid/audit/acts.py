"""Cases of acts that are no bills: what their columns say, whose message asked for them, and what they may move.

Bills have checks of their own everywhere; here is what a relation made or ended and a load leave.
"""

import datetime
import hashlib
from collections.abc import Iterator
from typing import Any, TypeVar

import asyncpg
import msgspec

from mulaid.audit.findings import Check, Finding, finding
from mulaid.audit.pages import Page
from mulaid.audit.reading import ActRecord, Caps, Origin
from mulaid.audit.sums import FUND

OPENING = 40
"""The account that balances come from when they are first written down."""

BIND, END, LOAD, REPAIR = "bind", "end", "load", "repair_clock"
SUSPEND, LIFT = "suspend", "lift_suspension"
OF_TWO = frozenset({SUSPEND, LIFT})
"""Acts that a second person has to release."""

PROPOSE = "propose"
MADE = frozenset({BIND, PROPOSE})
"""Acts that write a relation down; the moment of their case is the one it was bound at."""
COMING = frozenset({"confirm", "submit"})
"""Acts that bring a relation into force, or make it wait anew: as of their day."""
GOING = frozenset({"withdraw_proposal", "decline", "lapse", "expire"})
"""Acts that end a relation without asking whether it may end."""
CHANGING = frozenset({"change", "suspend_relation", "resume_relation"})
OF_RELATIONS = MADE | COMING | GOING | CHANGING | {END, "link"}
OF_POOLS = frozenset({"contribute", "leave"})
OF_POWERS = frozenset({"give_power", "end_power"})
MOVING = MADE | COMING | OF_POOLS | {"change", END, "expire"}
"""Acts that set money apart, or give it back."""
PURSES = frozenset({1, 2, 3, 5, 30, 70})
"""The accounts that they move it between: balances of purses, frozen money, pools, by clearing or within a purse."""

LETTERS = {"timer": "t", "outside": "x", "operator": "o"}

OF_BILLS = tuple(
    """
    institution_region institution visit day use total_fen funds_fen own_fen mutual_fen cash_fen institution_fen
    """.split()
)
"""The columns that only the case of a bill has."""

NEXT_DAY = "ENDS_NEXT_DAY"
"""What the rules say of an end that is of the next day; every other is of its own."""

NO_CAPS = Caps(None, None, None, None, "member")

AnyRequest = TypeVar("AnyRequest")
Person = tuple[str, int]


class Relation(msgspec.Struct, frozen=True):
    """Of a request about a relation: whose it is, and what is asked of a new one."""

    sponsor: Person
    beneficiary: Person
    kinship: str = ""
    rank: int | None = 1
    until: datetime.date | None = None
    caps: Caps | None = NO_CAPS
    uses: tuple[str, ...] | None = ()
    mechanism: str | None = "instant_draw"
    """None, of an end: that of the newest."""


class _Pair(msgspec.Struct, frozen=True):
    person: Person
    holder: Person


class _Repair(msgspec.Struct, frozen=True):
    region: str


class About(msgspec.Struct, frozen=True):
    """Of a request about one person: who it is."""

    person: Person


def check_page(page: Page) -> Iterator[Finding]:
    """The acts of a page."""
    for case in page.cases:
        record = page.acts.get(case["case_id"])
        if record is None:
            if case["case_id"] in page.read and (case["actor"], case["channel"]) != (None, None):
                yield from _differ(page.region, case, [("actor", "", case["actor"] or case["channel"])])
            continue
        yield from _columns(page.region, case, record)
        if record.act == LOAD:
            yield from _load(page.region, case, record)
        elif (place := _place(record)) is not None:
            yield from _placed(page.region, case, record, *place)
        else:
            yield from _differ(page.region, case, [("request", "", record.act)])


def sender_of(origin: Origin) -> str:
    """Under whose name a message is kept."""
    actor = origin.actor
    if actor.role == "institution":
        return actor.name
    if actor.person is not None:
        return f"p:{actor.person[0]}{actor.person[1]}"
    return f"{LETTERS.get(actor.role, 'c')}:{actor.name}"


def relation_of(record: ActRecord) -> Relation | None:
    """The relation that an act made or ended; None when it is about none, or its request cannot be read."""
    if record.act not in OF_RELATIONS:
        return None
    return _decoded(record, Relation)


def digest_of(act: str, request: bytes) -> bytes:
    """What a message about this request bears as the digest of its content."""
    return hashlib.sha256(act.encode() + b"\0" + request).digest()


def ends_on(record: ActRecord, day: datetime.date) -> datetime.date:
    """The first day on which a relation no longer holds that was ended on `day`."""
    return day + datetime.timedelta(days=any(step.code == NEXT_DAY for step in record.steps))


def _columns(region: int, case: asyncpg.Record, record: ActRecord) -> Iterator[Finding]:
    """What every act's case says of it."""
    said: list[tuple[str, object, object]] = [
        ("kind", record.act, case["kind"]),
        ("actor", sender_of(record.origin), case["actor"]),
        ("channel", record.origin.channel, case["channel"]),
    ]
    said += [(column.removesuffix("_fen"), None, case[column]) for column in OF_BILLS]
    yield from _differ(region, case, said)


def _load(region: int, case: asyncpg.Record, record: ActRecord) -> Iterator[Finding]:
    """A load is about nobody alone, and brings money only from before into the purse it says."""
    yield from _differ(region, case, [("person", None, case["person"])])
    opened = set()
    for n, movement in enumerate(record.transfers):
        sides = {movement.debit.kind: movement.debit, movement.credit.kind: movement.credit}
        before, purse = sides.pop(OPENING, None), next(iter(sides.values()), None)
        if before is None or purse is None or purse.kind >= FUND or purse.number != movement.person:
            yield finding(Check.TRANSFER_RECORD, region, {"case": case["case_id"], "transfer": n})
        opened.add(movement.person)
    if len(opened) > _count(record):
        yield from _differ(region, case, [("request", _count(record), len(opened))])


def _place(record: ActRecord) -> tuple[str, int | None] | None:
    """Where the case of an act is kept and whom it is about; None when that cannot be read.

    A relation is its sponsor's, a suspension the suspended person's; a repair is about many sponsors of a region.
    """
    if record.act == REPAIR:
        repair = _decoded(record, _Repair)
        return None if repair is None else (repair.region, None)
    if record.act in OF_TWO:
        about = _decoded(record, About)
        return None if about is None else about.person
    if record.act in OF_POOLS | OF_POWERS:
        pair = _decoded(record, _Pair)
        if pair is None:
            return None
        return pair.holder if record.act in OF_POOLS else pair.person
    relation = relation_of(record)
    return None if relation is None else relation.sponsor


def _placed(region: int, case: asyncpg.Record, record: ActRecord, place: str, person: int | None) -> Iterator[Finding]:
    """The case is where it belongs, moves money only if it may, and its request is the one that was sent."""
    yield from _differ(region, case, [("region", place, f"{region:06d}"), ("person", person, case["person"])])
    for n, movement in enumerate(record.transfers):
        kinds = {movement.debit.kind, movement.credit.kind}
        if record.act not in MOVING or not kinds <= PURSES:
            yield finding(Check.TRANSFER_RECORD, region, {"case": case["case_id"], "transfer": n})
    digest = digest_of(record.act, bytes(record.request))
    if digest != record.origin.content:
        where = {"case": case["case_id"]}
        yield finding(Check.ACT_REQUEST, region, where, digest.hex(), record.origin.content.hex())
    if (record.act in OF_TWO) != (record.released is not None):
        yield from _differ(region, case, [("released", record.act in OF_TWO, record.released is not None)])
    elif record.released is not None and sender_of(record.released) == sender_of(record.origin):
        yield from _differ(region, case, [("released", "", sender_of(record.released))])


def _decoded(record: ActRecord, kind: type[AnyRequest]) -> AnyRequest | None:
    """The request of an act, as far as a kind of request looks at it; None when it is another one."""
    try:
        return msgspec.msgpack.decode(record.request, type=kind)
    except msgspec.DecodeError:
        return None


def _count(record: ActRecord) -> int:
    """How many purses a load says it opened or put right; 0 when it does not say it."""
    try:
        return msgspec.msgpack.decode(record.request, type=int)
    except msgspec.DecodeError:
        return 0


def _differ(region: int, case: asyncpg.Record, said: list[tuple[str, Any, Any]]) -> Iterator[Finding]:
    for field, due, has in said:
        if due != has:
            where = {"case": case["case_id"], "field": field}
            yield finding(Check.CASE_RECORD, region, where, "" if due is None else due, "" if has is None else has)
