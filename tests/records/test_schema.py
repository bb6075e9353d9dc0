"""From an empty database to the shipped schema, and never to work on any other."""

import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import asyncpg
import pytest

from mulaid.store import migrate as migrations
from mulaid.store.connect import Connection, connect
from mulaid.store.migrate import MigrationFailed, SchemaUnknown, migrate, require_known_schema

KEYS = """
select t.relname, string_agg(a.attname, ' ' order by k.n)
from pg_class t
join pg_namespace s on s.oid = t.relnamespace and s.nspname = 'public'
join pg_index i on i.indrelid = t.oid and i.indisprimary
cross join lateral unnest(i.indkey) with ordinality as k (attnum, n)
join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum
where t.relname <> 'schema_migrations'
group by t.relname
"""

FORBIDDEN = """
select (select count(*) from pg_trigger where not tgisinternal)
    + (select count(*) from pg_constraint where contype = 'f')
    + (select count(*) from pg_sequences)
"""


@pytest.fixture
async def empty(server: str) -> AsyncIterator[str]:
    """The address of an empty database of its own."""
    admin = await connect(server)
    await admin.execute("drop database if exists empty")
    await admin.execute("create database empty template template0")
    yield urlsplit(server)._replace(path="/empty").geturl().replace("postgresql:/empty", "postgresql:///empty")
    await admin.execute("drop database empty with (force)")
    await admin.close()


async def test_an_empty_database_is_brought_to_the_shipped_schema(empty: str) -> None:
    opened = await connect(empty)
    with pytest.raises(SchemaUnknown) as refused:
        await require_known_schema(opened)
    assert refused.value.found == ()
    migrate(empty)
    migrate(empty)
    await require_known_schema(opened)
    await opened.close()


async def test_a_schema_from_the_future_or_the_past_is_refused(connection: Connection) -> None:
    await require_known_schema(connection)
    await connection.execute("insert into schema_migrations values ('9999')")
    with pytest.raises(SchemaUnknown) as refused:
        await require_known_schema(connection)
    assert refused.value.found == (*migrations.shipped(), "9999")
    await connection.execute("delete from schema_migrations")
    with pytest.raises(SchemaUnknown):
        await require_known_schema(connection)


def test_an_address_that_answers_nothing_tells_no_password() -> None:
    with pytest.raises(MigrationFailed) as failed:
        migrate("postgresql://me:secret@127.0.0.1:9/mulaid?sslmode=disable&connect_timeout=1")
    assert "secret" not in str(failed.value)


async def test_every_key_holds_the_region(connection: Connection) -> None:
    keys = {row[0]: row[1].split() for row in await connection.fetch(KEYS)}
    assert {"purse", "cases", "transfer"} <= set(keys)
    without = {table for table, columns in keys.items() if "region" not in columns}
    assert without == {"identity", "policy_version", "seal_key"}


async def test_people_are_found_by_what_tells_them_apart(connection: Connection) -> None:
    first = {row[0]: row[1].split()[0] for row in await connection.fetch(KEYS)}
    of_people = ("person", "enrolment", "purse", "accumulator", "first_swipe")
    assert {first[table] for table in of_people} == {"person"}
    assert (first["sponsorship"], first["sponsored_by"], first["message"]) == ("sponsor", "beneficiary", "message_id")


async def test_no_triggers_no_sequences_no_foreign_keys(connection: Connection) -> None:
    assert await connection.fetchval(FORBIDDEN) == 0


async def test_there_is_no_way_back(connection: Connection) -> None:
    files = sorted(migrations.MIGRATIONS.glob("*.sql"))
    assert files
    for file in files:
        down = file.read_text(encoding="utf-8").partition("-- migrate:down")[2]
        with pytest.raises(asyncpg.RaiseError, match="forward only"):
            async with connection.transaction():
                await connection.execute(re.sub(r"--.*", "", down))
