"""How the statements of a batch find their rows: by region and key, never by reading a table."""

import re

import pytest

from mulaid.store import (
    cases,
    chain,
    consents,
    ledger,
    links,
    pools,
    powers,
    refused,
    registry,
    relations,
    swipes,
    visits,
)
from mulaid.store.connect import connect
from mulaid.store.writes import Write

MODULES = (cases, chain, consents, ledger, links, pools, powers, refused, registry, relations, swipes, visits)
NAMED = {
    f"{module.__name__}.{name}": value.text if isinstance(value, Write) else value
    for module in MODULES
    for name, value in vars(module).items()
    if not name.startswith("_")
}
STATEMENTS = {name: text for name, text in NAMED.items() if isinstance(text, str) and "coalesce($1" in text}
"""Everything an act runs: whatever takes its region from $1 or from its rows."""
LOCKING = [
    "mulaid.store.registry.LOCK_FREE_PURSES",
    "mulaid.store.registry.LOCK_PURSES",
    "mulaid.store.visits.LOCK_BATCHES",
    "mulaid.store.visits.LOCK_UNSETTLED",
]
SCAN = re.compile(r"(\w+)(?: Only)? Scan (?:Backward )?(?:using \w+ )?on (\w+)")


async def plan(dsn: str, statement: str) -> list[str]:
    """The plan a lane keeps, made before anything is known of what it will be asked."""
    connection = await connect(dsn, by_key=True)
    await connection.execute(f"prepare asked as {statement}")
    unknown = ", ".join("null" for _ in set(re.findall(r"\$\d+", statement)))
    lines = [row[0].strip() for row in await connection.fetch(f"explain (costs off) execute asked ({unknown})")]
    await connection.close()
    return lines


def test_these_are_the_statements_of_acts() -> None:
    assert len(STATEMENTS) == 50
    assert set(LOCKING) < set(STATEMENTS)


@pytest.mark.parametrize("name", sorted(STATEMENTS))
async def test_rows_are_found_by_region_and_key(dsn: str, name: str) -> None:
    lines = await plan(dsn, STATEMENTS[name])
    scans = [found.group(1) for line in lines if (found := SCAN.search(line))]
    assert set(scans) <= {"Index", "Subquery", "CTE"}
    conditions = [line for line in lines if line.startswith("Index Cond:")]
    assert len(conditions) == scans.count("Index")
    for condition in conditions:
        assert "(region = COALESCE($1, " in condition
        assert condition.count(" AND ") >= 1


@pytest.mark.parametrize("name", LOCKING)
async def test_rows_are_sorted_before_they_are_locked(dsn: str, name: str) -> None:
    lines = await plan(dsn, STATEMENTS[name])
    assert lines[0] == "LockRows"
    assert lines[1] == "->  Sort"
    assert re.match(r"Sort Key: \w\.region, ", lines[2])
