"""What a load asks before it corrects an opening: what has moved since, and how an opening nobody used is put right."""

import datetime
from collections.abc import Mapping, Sequence
from itertools import groupby

from mulaid.store import regions, rows
from mulaid.store.connect import Connection
from mulaid.store.loading import Opening
from mulaid.store.rows import Sponsorship
from mulaid.terms.money import Fen

# What transfers have added to each balance of these people, or taken from it, since it was opened. Their purses are
# locked, so nothing is added meanwhile.
MOVED = """
select t.person, side.kind, sum(side.amount)::bigint
from transfer t
cross join lateral (values (t.debit_kind, t.debit_id, -t.amount_fen), (t.credit_kind, t.credit_id, t.amount_fen))
    as side (kind, id, amount)
where t.region = $1 and t.person = any($2::bigint[]) and side.id = t.person and side.kind = any($3::smallint[])
    and $4 not in (t.debit_kind, t.credit_kind)
group by t.person, side.kind
"""

CORRECT_PURSES = """
update purse p set current_fen = new.current_fen, prior_fen = new.prior_fen, frozen_fen = new.frozen_fen,
    wallet_fen = new.wallet_fen
from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
    as new (person, current_fen, prior_fen, frozen_fen, wallet_fen)
where p.region = $1 and p.person = new.person
"""

ACTIVATE = """
update purse p set activated = new.activated from unnest($2::bigint[], $3::boolean[]) as new (person, activated)
where p.region = $1 and p.person = new.person
"""

# The payers' purses are locked, so the relation's own row needs no lock before it is written.
CORRECT_QUOTAS = """
update sponsorship s set quota_fen = new.quota_fen, quota_prior_fen = least(s.quota_prior_fen, new.quota_fen)
from unnest($2::bigint[], $3::bigint[], $4::timestamptz[], $5::bigint[])
    as new (sponsor, beneficiary, bound_at, quota_fen)
where s.region = $1 and s.sponsor = new.sponsor and s.beneficiary = new.beneficiary and s.bound_at = new.bound_at
"""

RELATIONS = f"""
select {rows.sponsorship_columns("s")}
from unnest($2::bigint[], $3::bigint[]) as asked (sponsor, beneficiary)
join sponsorship s on s.region = $1 and s.sponsor = asked.sponsor and s.beneficiary = asked.beneficiary
order by s.bound_at
"""

IDENTITIES = "select blind_index, region, person from identity where blind_index = any($1::bytea[])"

SPONSORED = """
select beneficiary_region, beneficiary, sponsor, bound_at from sponsorship
where region = $1 and sponsor = any($2::bigint[]) order by 1, 2, 3, 4
"""

RENAME_SPONSORS = """
update sponsored_by p set masked_name = new.masked_name
from unnest($2::bigint[], $3::bigint[], $4::timestamptz[], $5::text[])
    as new (beneficiary, sponsor, bound_at, masked_name)
where p.region = $1 and p.beneficiary = new.beneficiary and p.sponsor = new.sponsor and p.bound_at = new.bound_at
"""

MASKED_NAMES = "select person, masked_name from person where region = $1 and person = any($2::bigint[])"


async def moved(
    connection: Connection, region: str, persons: Sequence[int], kinds: Sequence[int], opening: int
) -> list[tuple[int, int, Fen]]:
    """(person, account kind, amount) for every balance of these kinds that a transfer has moved.

    Transfers from and to accounts of the kind `opening` are what balances began with and do not count.
    """
    return [tuple(row) for row in await connection.fetch(MOVED, regions.number(region), persons, kinds, opening)]


async def correct_purses(connection: Connection, region: str, openings: Sequence[Opening]) -> None:
    """Write locked purses anew that no transfer has moved."""
    columns = [
        [each.person for each in openings],
        [each.current for each in openings],
        [each.prior for each in openings],
        [each.frozen for each in openings],
        [each.wallet for each in openings],
    ]
    await connection.execute(CORRECT_PURSES, regions.number(region), *columns)


async def activate(connection: Connection, region: str, activated: Mapping[int, bool]) -> None:
    """Write down for people with locked purses whether their e-vouchers are activated."""
    await connection.execute(ACTIVATE, regions.number(region), list(activated), list(activated.values()))


async def correct_quotas(
    connection: Connection,
    sponsor_region: str,
    sponsors: Sequence[int],
    beneficiaries: Sequence[int],
    bound_at: Sequence[datetime.datetime],
    quotas: Sequence[Fen],
) -> None:
    """Write the quotas of relations anew that have not paid."""
    region = regions.number(sponsor_region)
    await connection.execute(CORRECT_QUOTAS, region, sponsors, beneficiaries, bound_at, quotas)


async def relations(
    connection: Connection, sponsor_region: str, sponsors: Sequence[int], beneficiaries: Sequence[int]
) -> list[Sponsorship]:
    """Every sponsorship, ended ones included, between the pairs asked for (each pair once), in the order bound."""
    found = await connection.fetch(RELATIONS, regions.number(sponsor_region), sponsors, beneficiaries)
    return [rows.sponsorship(row) for row in found]


async def identities(connection: Connection, blind: Sequence[bytes]) -> dict[bytes, tuple[str, int]]:
    """Blind index to (region, person); unknown ones are missing."""
    return {row[0]: (regions.text(row[1]), row[2]) for row in await connection.fetch(IDENTITIES, blind)}


async def masked_names(connection: Connection, region: str, persons: Sequence[int]) -> dict[int, str]:
    """The masked names of people; unknown people are missing."""
    return {row[0]: row[1] for row in await connection.fetch(MASKED_NAMES, regions.number(region), persons)}


async def rename_sponsors(connection: Connection, region: str, masked: Mapping[int, str]) -> None:
    """Show these sponsors' masked names to everybody they sponsor, in whatever region."""
    found = await connection.fetch(SPONSORED, regions.number(region), list(masked))
    for place, same in groupby(found, key=lambda row: row["beneficiary_region"]):
        columns = zip(*((row[1], row[2], row[3], masked[row[2]]) for row in same), strict=True)
        await connection.execute(RENAME_SPONSORS, place, *map(list, columns))
