"""Write what one transaction books: cases, transfers and links of the chain, in one statement."""

import datetime
from collections.abc import Iterable
from typing import Any

import msgspec

from mulaid.ledger.journal import Transfer
from mulaid.procedures.act import records
from mulaid.procedures.act.households import Households
from mulaid.procedures.act.records import ActRecord, BillRecord
from mulaid.store import chain, ledger, regions
from mulaid.store.chain import Head
from mulaid.store.connect import Connection
from mulaid.store.ledger import Bookings
from mulaid.terms.actor import Origin
from mulaid.terms.money import Fen

_BILL_COLUMNS = 11
"""From the institution's region to its part: what only the case of a bill has."""

Balances = list[tuple[int | None, Fen | None]]
"""For each transfer: whose purse it moved, and what was then left of the balance it moved."""


class Place(msgspec.Struct, frozen=True, gc=False):
    """Whose bill it is and where it was made."""

    patient: int
    institution_region: str
    institution: str
    visit: int | None


class Chain:
    """A lane's place in the chain of every region it has written to. Heads move only when their batch has committed."""

    def __init__(self, lane: int) -> None:
        self.lane = lane
        self.heads: dict[str, Head] = {}

    async def known(self, connection: Connection, regions: Iterable[str]) -> dict[str, Head]:
        """The heads, those of these regions among them."""
        missing = [region for region in regions if region not in self.heads]
        if missing:
            self.heads |= await chain.heads(connection, missing, self.lane)
        return self.heads


class Posting:
    """The cases that one transaction records, all of one kind and by one policy."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.new_heads: dict[str, Head] = {}
        self._kind = self._policy = ""
        self._by: tuple[str | None, str | None] = None, None
        """Actor and channel; a bill has neither: its institution is there."""
        self._cases: dict[str, list[tuple[Any, ...]]] = {}
        """By the regions they are kept in; the record comes last."""
        self._transfers: list[tuple[object, ...]] = []

    def add_bill(self, case_id: int, place: Place, record: BillRecord, balances: Balances, policy: str) -> None:
        """Add a settled bill or its reversal."""
        self._kind, self._policy = "settlement" if record.undone is None else "reversal", policy
        case = record.case
        at = (place.patient, regions.number(place.institution_region), place.institution, place.visit)
        row = (case_id, *at, case.day, case.use, *_amounts(record), records.encode(record))
        self._cases.setdefault(case.region, []).append(row)
        self._move(case_id, record.transfers, balances)

    def add_act(
        self,
        case_id: int,
        region: str,
        person: int | None,
        origin: Origin,
        record: ActRecord,
        balances: Balances,
        policy: str,
    ) -> None:
        """Add the case of any other act: it has no institution, no day of care and no amounts of its own.

        `person`: whom it is about, None when it is about many.
        """
        self._kind, self._policy, self._by = record.act, policy, (origin.sender, origin.channel)
        row = (case_id, person, *[None] * _BILL_COLUMNS, records.encode(record))
        self._cases.setdefault(region, []).append(row)
        self._move(case_id, record.transfers, balances)

    def _move(self, case_id: int, transfers: Iterable[Transfer], balances: Balances) -> None:
        for n, (transfer, (person, left)) in enumerate(zip(transfers, balances, strict=True)):
            debit, credit = transfer.debit, transfer.credit
            moved = (
                transfer.region,
                case_id,
                n,
                int(debit.kind),
                debit.number,
                int(credit.kind),
                credit.number,
                transfer.amount,
                person,
                left,
            )
            self._transfers.append(moved)

    async def write(self, connection: Connection, house: Households, moment: datetime.datetime) -> None:
        """Write everything added and the households it changed.

        Raises what the database raises when it refuses, and `store.ledger.HeadMoved`.
        """
        if not self._cases:
            return
        actor, channel = self._by
        bookings = Bookings(
            kind=self._kind,
            policy=self._policy,
            actor=actor,
            channel=channel,
            lane=self.chain.lane,
            purses=house.purses_written(),
            relations=house.relations_written(),
            transfers=self._transfers,
            years=house.years_written(),
        )
        heads = await self.chain.known(connection, self._cases)
        for region, cases in self._cases.items():
            number, (last, previous) = regions.number(region), heads[region]
            seq, link = last + 1, records.link(previous, [case[-1] for case in cases])
            bookings.cases += [(number, *case, seq) for case in cases]
            bookings.links.append((number, seq, link, previous, cases[0][0], len(cases)))
            self.new_heads[region] = seq, link
        await ledger.book(connection, bookings, moment)

    def committed(self) -> None:
        """The transaction has committed: the lane's next batch follows on this one."""
        self.chain.heads |= self.new_heads


def _amounts(record: BillRecord) -> tuple[Fen, ...]:
    """Total, funds, own, mutual, cash, institution; all negative in a reversal."""
    outcome = record.outcome
    parts = (outcome.total, outcome.funds_paid, outcome.own, outcome.mutual, outcome.cash, outcome.institution)
    return parts if record.undone is None else tuple(-part for part in parts)
