"""Invented rows for the tests of the records, and raw SQL to try what the functions would never do."""

import datetime
from typing import Any

from mulaid.store import ledger, loading, regions
from mulaid.store.cases import Claim
from mulaid.store.connect import Connection
from mulaid.store.ledger import Bookings
from mulaid.store.loading import Opening
from mulaid.store.rows import Sponsorship
from mulaid.terms.calendar import CHINA
from mulaid.terms.codes import Kinship, LimitScope, Mechanism, RelationState, SponsorUse

REGION = "990100"
OTHER_REGION = "990200"
DAY = datetime.date(2026, 3, 2)
MOMENT = datetime.datetime(2026, 3, 2, 1, 30, tzinfo=datetime.UTC)
BOUND_AT = datetime.datetime(2025, 1, 1, tzinfo=CHINA)


async def insert(connection: Connection, table: str, **values: object) -> None:
    """Insert one row of any table."""
    places = ", ".join(f"${position}" for position in range(1, len(values) + 1))
    await connection.execute(f"insert into {table} ({', '.join(values)}) values ({places})", *values.values())


async def purse(connection: Connection, person: int, current: int = 0, prior: int = 0, region: str = REGION) -> None:
    """Open one purse."""
    await loading.open_purses(connection, region, [Opening(person, current, prior)])


async def book(connection: Connection, region: str = REGION, **changes: Any) -> None:
    """Write what one batch changes in one region."""
    await ledger.book(connection, bookings(region, **changes), MOMENT)


def bookings(region: str = REGION, **changes: Any) -> Bookings:
    """What one batch changes in one region, its rows without it, and their link of the chain, if there are cases."""
    fields: dict[str, Any] = {"kind": "settlement", "policy": "digest", "lane": 2}
    seq, hash_, previous = changes.pop("seq", 1), changes.pop("hash", bytes(32)), changes.pop("previous", b"")
    number, cases = regions.number(region), changes.get("cases")
    if cases:
        changes["links"] = [(seq, hash_, previous, cases[0][0], len(cases))]
        changes["cases"] = [(*case, seq) for case in cases]
    rows = {name: [(number, *row) for row in each] for name, each in changes.items() if isinstance(each, list)}
    return Bookings(**{**fields, **changes, **rows})


def claim(
    institution: str, message_id: str, case_id: int, case_region: str = REGION, content: bytes = bytes(32)
) -> Claim:
    """A message of an institution of `REGION` that claims its id."""
    return Claim(REGION, institution, message_id, "2207", content, case_region, case_id)


def booked_case(case_id: int, **changes: Any) -> tuple[object, ...]:
    """One settled case as `store.ledger.Bookings` takes it, without region and number in the chain, with changes."""
    row: dict[str, Any] = {
        "case": case_id,
        "person": 1,
        "institution_region": regions.number(REGION),
        "institution": "H1",
        "visit": None,
        "day": DAY,
        "use": "outpatient",
        "total": 100,
        "funds": 50,
        "own": 20,
        "mutual": 20,
        "cash": 9,
        "institution_paid": 1,
        "record": b"one",
    }
    return tuple({**row, **changes}.values())


def sponsorship(sponsor: int, beneficiary: int, **changes: Any) -> Sponsorship:
    """An everyday relation, with changes."""
    fields: dict[str, Any] = {
        "sponsor": sponsor,
        "beneficiary": beneficiary,
        "bound_at": BOUND_AT,
        "beneficiary_region": REGION,
        "kinship": Kinship.PARENT,
        "mechanism": Mechanism.INSTANT_DRAW,
        "state": RelationState.ACTIVE,
        "bound_on": BOUND_AT.date(),
        "effective_on": BOUND_AT.date(),
        "until": None,
        "rank": 1,
        "cap_payment": None,
        "cap_day": 20_000,
        "cap_month": None,
        "cap_year": None,
        "cap_scope": LimitScope.MEMBER,
        "uses": frozenset({SponsorUse.CARE}),
        "quota": 0,
        "quota_prior": 0,
        "used_day": 0,
        "used_month": 0,
        "used_year": 0,
        "used_on": None,
        "wallet_open": True,
        "pool": None,
    }
    return Sponsorship(**{**fields, **changes})


def case_row(case_id: int, **changes: object) -> dict[str, object]:
    """The columns of one settled case, with changes."""
    row: dict[str, object] = {
        "region": regions.number(REGION),
        "case_id": case_id,
        "kind": "settlement",
        "person": 1,
        "institution_region": regions.number(REGION),
        "institution": "H1",
        "day": DAY,
        "settled_on": DAY,
        "moment": MOMENT,
        "use": "outpatient",
        "total_fen": 10_000,
        "funds_fen": 5_000,
        "own_fen": 2_000,
        "mutual_fen": 2_500,
        "cash_fen": 500,
        "institution_fen": 0,
        "policy": "digest",
        "record": b"",
        "lane": 0,
        "seq": 1,
    }
    return {**row, **changes}


def transfer_row(**changes: object) -> dict[str, object]:
    """The columns of one transfer, with changes."""
    row: dict[str, object] = {
        "region": regions.number(REGION),
        "case_id": 1,
        "n": 0,
        "debit_kind": 1,
        "debit_id": 7,
        "credit_kind": 20,
        "credit_id": 3,
        "amount_fen": 100,
        "person": 7,
        "balance_after_fen": 0,
        "moment": MOMENT,
    }
    return {**row, **changes}
