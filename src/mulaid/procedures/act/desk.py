"""The desk an act is worked on: what its transaction has read, changed in memory, and will write at once.

A theme's desk says whose purses its acts reach and what they read. A procedure reads and changes the desk only and
reaches no database.
"""

import datetime
import enum
from collections.abc import Sequence
from typing import ClassVar

from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.act.households import Households, Locking
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.act.posting import Posting
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.refused import Released
from mulaid.store.writes import Row, Write


class Reach(enum.Enum):
    """Whose purses an act locks."""

    NAMED = "those its request names"
    SPONSORS = "the patients and, by their pointers, all who sponsor them"
    RELATIONS = "both sides of every relation of those it names"
    PAYERS = "everybody whose money a recorded case moved"


class Desk:
    """What every act has before it; a theme's desk adds what it reads.

    `released` gathers what refused requests leave behind, `posting` the cases, and `write` everything else that changes
    beside purses, relations and years (those are the households').
    """

    reach: ClassVar[Reach]

    def __init__(self, bureau: Bureau, moment: datetime.datetime, posting: Posting, locking: Locking) -> None:
        self.bureau, self.law, self.moment = bureau, bureau.law, moment
        self.posting, self.locking = posting, locking
        self.house = Households(moment)
        self.released = Released()
        self._writes: dict[Write, list[Row]] = {}

    async def owners(self, connection: Connection, matters: Sequence[Matter]) -> set[Key]:
        """Whose purses these matters reach, read without a lock."""
        raise NotImplementedError

    async def load(self, connection: Connection, matters: Sequence[Matter]) -> None:
        """Read what the procedures need; the purses are locked (not for a query) and in `house`."""
        raise NotImplementedError

    def must_wait(self, matter: Matter) -> bool:
        """Whether somebody else holds a purse that this matter may need."""
        return self.house.anybody_held

    def outsider(self, matter: Matter) -> Refused | None:
        """The refusal when the actor has nothing to do with the people or things the request is about."""
        return None

    def replayed(self, matter: Matter, number: int) -> Answer | None:
        """The answer this desk gave under this number in this very transaction, if any."""
        return None

    def write(self, statement: Write, *row: object) -> None:
        """Write a row (its region's number first) with this statement, once all procedures have run."""
        self._writes.setdefault(statement, []).append(row)

    def take(self, other: "Desk") -> None:
        """Write with this desk what another one was to write."""
        for statement, rows in other._writes.items():
            self._writes.setdefault(statement, []).extend(rows)

    async def flush(self, connection: Connection) -> None:
        """Write everything: what refused requests leave, what changed, and the cases with their money and chain."""
        if self.released:
            await self.released.write(connection, self.moment)
        for statement, rows in self._writes.items():
            await statement.run(connection, rows)
        await self.posting.write(connection, self.house, self.moment)
