"""Messages, cases and reversals: what was asked, what came of it, and what was undone.

A message lives in the institution's region, a case and its transfers in the patient's.
"""

import datetime
from collections.abc import Sequence

import asyncpg
import msgspec

from mulaid.store import regions
from mulaid.store.arrays import Columns
from mulaid.store.connect import Connection
from mulaid.store.writes import Write, insertion
from mulaid.terms.money import Fen

# The first to insert an id owns it until it commits; a second waits on the key and then sees the first's row. Ids are
# inserted in sorted order, so two batches with ids in common wait for each other and never deadlock.
_CLAIMS = Columns(
    3,
    sender="text",
    message_id="text",
    transaction="text",
    content="bytea",
    case_region="integer",
    case_id="bigint",
)
CLAIM_MESSAGES = f"""
insert into message (region, {_CLAIMS.names}, moment)
select coalesce($1, region), {_CLAIMS.names}, $2
from {_CLAIMS} as new
on conflict do nothing
returning case_id
"""

MESSAGES = """
select m.sender, m.message_id, m.transaction, m.content, m.case_region, m.case_id, m.voided, m.moment, m.answer
from unnest($2::text[], $3::text[]) as asked (sender, message_id)
join message m on m.region = $1 and m.sender = asked.sender and m.message_id = asked.message_id
"""

# A void that finds no message claims the id with a row of its own, so that a late original meets it; done, the row has
# neither content nor case.
VOID_MESSAGES = Write(
    """
update message m set voided = true
from {rows} as void
where m.region = coalesce($1, void.region) and m.sender = void.sender and m.message_id = void.message_id
""",
    {"sender": "text", "message_id": "text"},
    exact=True,
)
VOID_CLAIMS = Write(
    """
update message m set voided = true, content = null, case_region = null, case_id = null
from {rows} as void
where m.region = coalesce($1, void.region) and m.sender = void.sender and m.message_id = void.message_id
    and m.case_id = void.case_id
""",
    {"sender": "text", "message_id": "text", "case_id": "bigint"},
    exact=True,
)

# What an act answered that is no case: whoever asks again with the same id is told the same.
ANSWER = Write(
    """
update message m set answer = told.answer
from {rows} as told
where m.region = coalesce($1, told.region) and m.sender = told.sender and m.message_id = told.message_id
""",
    {"sender": "text", "message_id": "text", "answer": "bytea"},
    exact=True,
)

# The primary key refuses a second reversal of the same case.
REVERSE = insertion("reversal", {"undone_case": "bigint", "by_case": "bigint", "moment": "timestamptz"})

REVERSALS = "select undone_case, by_case from reversal where region = $1 and undone_case = any($2::bigint[])"

CASES = """
select region, case_id, kind, person, institution_region, institution, visit, day, settled_on, moment, use, total_fen,
    funds_fen, own_fen, mutual_fen, cash_fen, institution_fen, policy, record, lane, seq
from cases
where region = $1 and case_id = any($2::bigint[]) and kind in ('settlement', 'reversal')
"""
ACT = """
select kind, moment, policy, record from cases
where region = $1 and case_id = $2 and kind not in ('settlement', 'reversal')
"""

TRANSFERS = """
select n, debit_kind, debit_id, credit_kind, credit_id, amount_fen, person, balance_after_fen, moment
from transfer where region = $1 and case_id = $2 order by n
"""


class Claim(msgspec.Struct, frozen=True, gc=False):
    """A message id, in its sender's region, wanted for a case (or visit) minted for it."""

    region: str
    sender: str
    message_id: str
    transaction: str
    content: bytes
    case_region: str
    case_id: int


class Message(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What became of a message id. `content` is None when it was voided before its message came."""

    sender: str
    message_id: str
    transaction: str
    content: bytes | None
    case_region: str | None
    case_id: int | None
    voided: bool
    moment: datetime.datetime
    answer: bytes | None
    """What an act answered beyond the number of what was made, as msgpack."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One recorded bill. `kind` is settlement or reversal (all amounts negative or zero); `record` is its msgpack."""

    region: str
    case_id: int
    kind: str
    person: int
    institution_region: str
    institution: str
    visit: int | None
    day: datetime.date
    settled_on: datetime.date
    moment: datetime.datetime
    use: str
    total_fen: Fen
    funds_fen: Fen
    own_fen: Fen
    mutual_fen: Fen
    cash_fen: Fen
    institution_fen: Fen
    policy: str
    record: bytes
    lane: int
    seq: int


class ActCase(msgspec.Struct, frozen=True, kw_only=True):
    """The case of any other act; `kind` is its name."""

    region: str
    case_id: int
    kind: str
    moment: datetime.datetime
    policy: str
    record: bytes


async def claim_messages(connection: Connection, claims: Sequence[Claim], moment: datetime.datetime) -> set[int]:
    """Claim message ids and return the cases that own theirs; the other ids were seen before, or twice in this batch.

    Of two claims to one id the one with the smaller case is the first.
    """
    claimed = sorted(claims, key=lambda each: (each.region, each.sender, each.message_id, each.case_id))
    only, *columns = _CLAIMS.given(_claim_row(each) for each in claimed)
    inserted = await connection.fetch(CLAIM_MESSAGES, only, moment, *columns)
    return {row[0] for row in inserted}


async def messages(
    connection: Connection, region: str, senders: Sequence[str], message_ids: Sequence[str]
) -> dict[tuple[str, str], Message]:
    """What is stored under these (sender, message id), for those that are."""
    found = await connection.fetch(MESSAGES, regions.number(region), senders, message_ids)
    return {(row[0], row[1]): _message(row) for row in found}


async def reversals(connection: Connection, region: str, case_ids: Sequence[int]) -> dict[int, int]:
    """Which of these cases are undone, and by which case."""
    found = await connection.fetch(REVERSALS, regions.number(region), case_ids)
    return {row[0]: row[1] for row in found}


async def cases(connection: Connection, region: str, case_ids: Sequence[int]) -> dict[int, Case]:
    """The bills that exist among these numbers."""
    found = await connection.fetch(CASES, regions.number(region), case_ids)
    return {row["case_id"]: _case(row) for row in found}


async def case(connection: Connection, region: str, case_id: int) -> Case | None:
    """One bill, or None."""
    return (await cases(connection, region, [case_id])).get(case_id)


async def act_case(connection: Connection, region: str, case_id: int) -> ActCase | None:
    """The case of an act that is no bill, or None."""
    row = await connection.fetchrow(ACT, regions.number(region), case_id)
    return None if row is None else ActCase(region=region, case_id=case_id, **dict(row))


async def case_of_message(connection: Connection, region: str, sender: str, message_id: str) -> Case | None:
    """The case a message led to, or None. `region` is the sender's."""
    message = (await messages(connection, region, [sender], [message_id])).get((sender, message_id))
    if message is None or message.case_region is None or message.case_id is None:
        return None
    return await case(connection, message.case_region, message.case_id)


async def transfers(connection: Connection, region: str, case_id: int) -> list[asyncpg.Record]:
    """A case's transfers in order: n, debit_kind, debit_id, credit_kind, credit_id, amount_fen, person,
    balance_after_fen, moment."""
    return await connection.fetch(TRANSFERS, regions.number(region), case_id)


def _claim_row(claim: Claim) -> tuple[object, ...]:
    case = (regions.number(claim.case_region), claim.case_id)
    return claim.region, claim.sender, claim.message_id, claim.transaction, claim.content, *case


def _message(row: asyncpg.Record) -> Message:
    values = list(row)
    values[4] = None if values[4] is None else regions.text(values[4])
    return Message(*values)


def _case(row: asyncpg.Record) -> Case:
    fields = dict(row)
    fields["region"] = regions.text(fields["region"])
    fields["institution_region"] = regions.text(fields["institution_region"])
    return Case(**fields)
