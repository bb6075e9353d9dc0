"""A database that an earlier version has filled: brought forward once, and from then on like any other."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from mulaid.audit.findings import Check, Report
from mulaid.audit.replays import Replay
from mulaid.audit.walk import audit
from mulaid.policy.book import Book
from mulaid.procedures.act import records
from mulaid.procedures.sponsorship.requests import EndRequest
from mulaid.store import migrate as migrations
from mulaid.store.connect import Connection, connect
from mulaid.store.migrate import migrate
from mulaid.terms.bill_case import Bill, BillCase
from mulaid.terms.sponsorship_case import Asker
from tests.records.audit import filled
from tests.records.audit.conftest import counted

LAST = "0008"
"""The last migration before every act left a record."""

TABLES = """
select table_name::text, array_agg(column_name::text order by ordinal_position) from information_schema.columns
where table_schema = 'public' and table_name <> 'schema_migrations' group by 1 order by 1
"""
RENAMED = {("message", "institution"): "sender"}
"""Columns that have another name by now."""

OPENINGS = "delete from cases; delete from transfer; delete from chain; delete from brought_forward"
# A relation that a clerk made at noon left no record, and one that was ended left none either.
RELATED = """
insert into sponsorship (region, sponsor, beneficiary, bound_at, beneficiary_region, kinship, mechanism, state,
    bound_on, effective_on, until)
values ({near}, {cousin}, {uncle}, '2026-11-19 12:00+08', {near}, 'spouse', 'instant_draw', 'ended',
    '2026-11-19', '2026-11-19', '2026-11-19'),
    ({near}, {cousin}, {uncle}, '2026-11-19 13:00+08', {near}, 'spouse', 'instant_draw', 'active',
    '2026-11-19', '2026-11-19', null);
insert into sponsored_by values ({near}, {uncle}, {cousin}, '2026-11-19 12:00+08', {near}, '韦*梅'),
    ({near}, {uncle}, {cousin}, '2026-11-19 13:00+08', {near}, '韦*梅');
update sponsorship set state = 'ended', until = '2026-11-21' where sponsor = {daughter}
"""
LINKS = "select region, lane, seq from chain order by region, lane, seq"
RECORDS = "select case_id, record from cases where region = $1 and lane = $2 and seq = $3 order by case_id"
BROUGHT = "select person, current_fen, prior_fen, frozen_fen, wallet_fen from brought_forward where person = any($1)"


@pytest.fixture
def addresses(server: str) -> Iterator[tuple[str, str]]:
    """Of a database of today's schema and of an empty one."""
    names = "todays", "earlier"
    for name in names:
        asyncio.run(_execute(server, f"create database {name}"))
    today, earlier = (server.replace("/mulaid?", f"/{name}?") for name in names)
    migrate(today)
    yield today, earlier
    for name in names:
        asyncio.run(_execute(server, f"drop database {name} with (force)"))


def test_an_upgraded_database_is_clean(
    addresses: tuple[str, str], replay: Replay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today, earlier = addresses
    for file in migrations.MIGRATIONS.glob("*.sql"):
        if file.name[:4] <= LAST:
            shutil.copy(file, tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "MIGRATIONS", tmp_path)
        migrate(earlier)
    names = asyncio.run(_filled(today, earlier))
    migrate(earlier)
    asyncio.run(_look(earlier, names, replay))


async def _filled(today: str, earlier: str) -> filled.Names:
    """Fill the one as the earlier version did, and copy everything into the other, in its own columns."""
    source, target = await connect(today), await connect(earlier)
    here = filled.Filling(source, Book.load())
    await here.load()
    await source.execute(OPENINGS)
    await here.settle(here.sale("m1", 2_500), here.bill("m2", 0, bill=Bill(total=70_000, in_scope=70_000)))
    await here.settle(here.bill("m3", 3_000, bill=Bill(total=5_000, in_scope=5_000)))
    here.moment = filled.TOMORROW
    await here.cancel("m4", "m3")
    await source.execute(RELATED.format(**here.names))
    await _write_as_before(source)
    for table, columns in await target.fetch(TABLES):
        names = [RENAMED.get((table, column), column) for column in columns]
        rows = await source.fetch(f"select {', '.join(names)} from {table}")
        await target.copy_records_to_table(table, columns=columns, records=[tuple(row) for row in rows])
    for connection in (source, target):
        await connection.close()
    return here.names


SPONSORS = BillCase.__struct_fields__.index("sponsors")


async def _write_as_before(connection: Connection) -> None:
    """Records did not say how much of a quota is 历年 money, nor what was assumed; the chain is over what they said."""
    previous: dict[tuple[int, int], bytes] = {}
    for region, lane, seq in await connection.fetch(LINKS):
        written = []
        for case_id, data in await connection.fetch(RECORDS, region, lane, seq):
            record = msgspec.msgpack.decode(data)
            case = record[1][: SPONSORS + 1]
            record[1] = [*case[:SPONSORS], [sponsor[:-1] for sponsor in case[SPONSORS]]]
            written.append(msgspec.msgpack.encode(record))
            await connection.execute("update cases set record = $2 where case_id = $1", case_id, written[-1])
        before = previous.get((region, lane), b"")
        previous[region, lane] = link = records.link(before, written)
        statement = "update chain set previous = $4, hash = $5 where region = $1 and lane = $2 and seq = $3"
        await connection.execute(statement, region, lane, seq, before, link)


async def _look(dsn: str, names: filled.Names, replay: Replay) -> None:
    connection = await connect(dsn)

    async def audited() -> Report:
        async with connection.transaction():
            return await audit(connection, now=filled.NOW, key=filled.KEY, replay=replay)

    report = await audited()
    assert counted(report) == {}, report.findings
    assert (report.checked["cases"], report.checked["replays"]) == (4, 3)
    began = {row[0]: tuple(row)[1:] for row in await connection.fetch(BROUGHT, [names["son"], names["nephew"]])}
    assert began == {names["son"]: (18_000, 32_000, 0, 0), names["nephew"]: (5_000, 0, 30_000, 0)}

    here = filled.Filling(connection, Book.load())
    here.names, here.moment = dict(names), filled.TOMORROW + filled.A_MINUTE
    await here.bring()
    await here.settle(here.bill("m5", 1_000, bill=Bill(total=6_000, in_scope=6_000)))
    await here.relate("ended", EndRequest(sponsor=here.key("cousin"), beneficiary=here.key("uncle"), by=Asker.SPONSOR))
    report = await audited()
    assert counted(report) == {}, report.findings
    await connection.execute("update purse set current_fen = current_fen + 1 where person = $1", names["cousin"])
    assert counted(await audited()) == {Check.BALANCE_PURSE: 1}
    await connection.close()


async def _execute(dsn: str, statement: str) -> None:
    opened = await connect(dsn)
    await opened.execute(statement)
    await opened.close()
