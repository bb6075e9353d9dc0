"""One filled database a session and worker; each test damages it in a transaction that is rolled back."""

import asyncio
import datetime
from collections.abc import AsyncIterator

import pytest

from mulaid.audit.findings import Check, Report
from mulaid.audit.replays import Replay
from mulaid.audit.walk import audit
from mulaid.cli.audit import replayer
from mulaid.counter.command import origin
from mulaid.policy.book import Book
from mulaid.procedures.account.clock_repair import requests
from mulaid.procedures.act.answers import Done
from mulaid.store.connect import Connection, connect
from mulaid.store.migrate import migrate
from mulaid.terms.actor import Role
from mulaid.terms.bill_case import Bill
from tests.records.audit import filled
from tests.records.audit.filled import Names
from tests.records.world import Asked

LISTED = {Check.FUNDS_GIVEN}
"""What is listed of every database with bills like these."""


def counted(report: Report) -> dict[Check, int]:
    """How many findings of each class, those that are always listed aside."""
    return {check: number for check, number in report.found.items() if check not in LISTED}


class Subject:
    """A filled database under a transaction, to be damaged and audited."""

    def __init__(self, connection: Connection, names: Names, replay: Replay) -> None:
        self.connection, self.names, self._replay = connection, names, replay

    async def damage(self, statements: str) -> None:
        """Carry out SQL in which people, cases and visits stand by their names: {mother}, {m1}, {v1}."""
        await self.connection.execute(statements.format(**self.names))

    async def settled_ahead(self) -> None:
        """A bill of the mother's by a clock that is 400 days ahead, with the hall's own next link."""
        here = filled.Filling(self.connection, Book.load())
        here.names, here.moment = dict(self.names), filled.NOW + datetime.timedelta(days=400)
        await here.settle(here.bill("ahead", 0, bill=Bill(total=1_000, in_scope=1_000)))
        self.names = here.names

    async def repair(self) -> None:
        """Put right what that clock left, as `mulaid repair clock` does."""
        here = filled.Filling(self.connection, Book.load())
        here.moment = filled.NOW
        for request in await requests(self.connection, filled.NOW):
            asked = Asked(request, origin(here.bureau, request, Role.OPERATOR, request.region))
            [answer] = await here.carry(asked)
            assert isinstance(answer, Done), answer

    async def audit(self, *, key: bytes | None = filled.KEY, replay: bool = True) -> Report:
        """What the audit finds an hour after the last bill."""
        return await audit(self.connection, now=filled.NOW, key=key, replay=self._replay if replay else None)


@pytest.fixture(scope="session")
def replay() -> Replay:
    """Deciding again, with the law compiled once a session."""
    return replayer()


@pytest.fixture(scope="session")
def filled_at(server: str) -> tuple[str, Names]:
    """The address of the filled database, and who and what is in it."""
    dsn = server.replace("/mulaid?", "/audited?")
    asyncio.run(_create(server))
    migrate(dsn)
    return dsn, asyncio.run(_fill(dsn))


@pytest.fixture
async def subject(filled_at: tuple[str, Names], replay: Replay) -> AsyncIterator[Subject]:
    dsn, names = filled_at
    opened = await connect(dsn)
    transaction = opened.transaction()
    await transaction.start()
    try:
        yield Subject(opened, names, replay)
    finally:
        await transaction.rollback()
        await opened.close()


async def _create(server: str) -> None:
    opened = await connect(server)
    await opened.execute("create database audited")
    await opened.close()


async def _fill(dsn: str) -> Names:
    opened = await connect(dsn)
    try:
        return await filled.fill(opened, Book.load())
    finally:
        await opened.close()
