"""What a relation rests on: who consented to it and how, and what was brought to prove the kinship."""

from collections.abc import Sequence

from mulaid.store import regions
from mulaid.store.arrays import Columns
from mulaid.store.connect import Connection
from mulaid.store.relations import Place
from mulaid.store.writes import Write

_KEY = {"sponsor": "bigint", "beneficiary": "bigint", "bound_at": "timestamptz"}

# Of one side the last consent counts: a proposal that is submitted again is consented to again.
CONSENT = Write(
    """
insert into consent (region, {names}) select coalesce($1, region), {names} from {rows} as new
on conflict (sponsor, beneficiary, region, bound_at, side) do update set by_region = excluded.by_region,
    by_person = excluded.by_person, how = excluded.how, clerk = excluded.clerk, given_at = excluded.given_at,
    case_id = excluded.case_id
""",
    {
        **_KEY,
        "side": "text",
        "by_region": "integer",
        "by_person": "bigint",
        "how": "text",
        "clerk": "text",
        "given_at": "timestamptz",
        "case_id": "bigint",
    },
)

BRING = Write(
    """
insert into evidence (region, {names}) select coalesce($1, region), {names} from {rows} as new
on conflict (sponsor, beneficiary, region, bound_at, kind) do nothing
""",
    {
        **_KEY,
        "kind": "text",
        "text_version": "text",
        "text_hash": "bytea",
        "signer_region": "integer",
        "signer": "bigint",
        "signed_at": "timestamptz",
        "case_id": "bigint",
    },
)

_RELATIONS = Columns(2, **_KEY)
_WORDS = f"""
select w.region, w.sponsor, w.beneficiary, w.bound_at, w.{{word}}
from {_RELATIONS} as asked
join {{table}} w on w.region = coalesce($1, asked.region) and w.sponsor = asked.sponsor
    and w.beneficiary = asked.beneficiary and w.bound_at = asked.bound_at
"""
SIDES = _WORDS.format(table="consent", word="side")
EVIDENCE = _WORDS.format(table="evidence", word="kind")


async def sides(connection: Connection, places: Sequence[Place]) -> dict[Place, set[str]]:
    """Which sides have consented to these relations, for those to which any has."""
    return await _words(connection, SIDES, places)


async def evidence(connection: Connection, places: Sequence[Place]) -> dict[Place, set[str]]:
    """The kinds of evidence that were brought for these relations, for those that have any."""
    return await _words(connection, EVIDENCE, places)


async def _words(connection: Connection, statement: str, places: Sequence[Place]) -> dict[Place, set[str]]:
    found: dict[Place, set[str]] = {}
    for region, sponsor, beneficiary, bound_at, word in (
        await connection.fetch(statement, *_RELATIONS.given(places)) if places else []
    ):
        found.setdefault((regions.text(region), sponsor, beneficiary, bound_at), set()).add(word)
    return found
