"""What the gateway asks for, answered by lanes and procedures.

Small writes lock their patient's purse and have connections of their own, so that nobody who only reads waits behind
one that waits; everything that moves money goes through the hall. Institutions and the holders of identity numbers
change rarely and are asked for with every message, so both are remembered briefly.
"""

import asyncio
import datetime
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import asyncpg
import msgspec

from mulaid.app.database import Database
from mulaid.app.given import GivenFunds
from mulaid.app.together import Together
from mulaid.clock import Clock, ClockWrong
from mulaid.gateway.offices import EnrolmentRecord, FoundCase, InstitutionRecord, PersonRecord, Proof
from mulaid.lanes.annex import Annexes
from mulaid.lanes.hall import Hall
from mulaid.outside.evoucher import Asker, Decoded, Decoder, Undecoded
from mulaid.procedures import benefit, records, replies, visits
from mulaid.procedures.bureau import Bureau
from mulaid.procedures.faults import Fault
from mulaid.procedures.pricing import priced
from mulaid.procedures.quote import quote
from mulaid.procedures.remembered import Remembered
from mulaid.procedures.requests import (
    BenefitSeen,
    CancelRequest,
    Done,
    Refused,
    Reply,
    Settled,
    SettleRequest,
    VoidRequest,
)
from mulaid.procedures.visit_requests import (
    Charged,
    ChargesRequest,
    DescribeRequest,
    Registered,
    RemoveChargesRequest,
    VisitRequest,
    WithdrawRequest,
)
from mulaid.store import cases, people, registry
from mulaid.store.connect import LOCK_SECONDS, Connection, Pool, pool
from mulaid.terms.charges import Line, PricedLine
from mulaid.terms.codes import InstitutionKind, Scheme
from mulaid.terms.money import Fen

READERS = WRITERS = 4
REMEMBERED_SECONDS = 30
REMEMBERED_MAX = 200_000
QUOTES_MAX = 50_000
VOUCHER_SECONDS = 30 * 60
VOUCHERS_MAX = 50_000
_PAUSE_EVERY = 200

Figures = tuple[Fen, Fen, Fen, Fen]
"""Funds, own account, mutual aid, cash: what a quote told the patient."""

Written = TypeVar("Written")


class HouseOffices:
    """`mulaid.gateway.offices.Offices` over a real house."""

    def __init__(
        self,
        readers: Pool,
        writers: Pool,
        bureau: Bureau,
        hall: Hall | Annexes,
        clock: Clock,
        database: Database,
    ) -> None:
        self._readers, self._writers, self._database = readers, writers, database
        self._bureau, self._hall, self._clock = bureau, hall, clock
        self.given = GivenFunds()
        self.decoder: Decoder | None = None
        """Who is asked for e-vouchers."""
        self._vouchers: Remembered[tuple[str, str], Decoded] = Remembered(VOUCHERS_MAX, VOUCHER_SECONDS)
        self._institutions: Remembered[str, InstitutionRecord] = Remembered(REMEMBERED_MAX, REMEMBERED_SECONDS)
        self._keys: dict[str, list[str]] = {}
        self._keys_read = -float(REMEMBERED_SECONDS) - 1
        self._holders: Remembered[bytes, tuple[str, int]] = Remembered(REMEMBERED_MAX, REMEMBERED_SECONDS)
        self._holders_asked = Together(self._find_holders)
        self._quotes: Remembered[tuple[object, ...], Figures] = Remembered(QUOTES_MAX, 24 * 3600)

    @classmethod
    async def open(
        cls, dsn: str, bureau: Bureau, hall: Hall | Annexes, clock: Clock, database: Database
    ) -> "HouseOffices":
        """Open the pools."""
        readers = await pool(dsn, most=READERS, purpose="mulaid readers")
        writers = await pool(dsn, most=WRITERS, purpose="mulaid writers")
        return cls(readers, writers, bureau, hall, clock, database)

    async def close(self) -> None:
        if self.decoder is not None:
            await self.decoder.close()
        await self._readers.close()
        await self._writers.close()

    def shut(self) -> Refused | None:
        if not self._database.up:
            return Refused(code=Fault.BUSY)
        try:
            self._bureau.chronometer.check()
        except ClockWrong:
            return Refused(code=Fault.CLOCK_WRONG)
        return None

    def unseal(self, sealed: bytes) -> str:
        return self._bureau.seal.open(sealed)

    async def institution(self, code: str) -> InstitutionRecord | None:
        known = self._institutions.get(code)
        if known is None:
            async with self._readers.acquire() as connection:
                found = await people.find_institution(connection, code)
            if found is None:
                return None
            region, row = found
            proof = Proof() if row.auth is None else self._proof(row.auth)
            fields = {name: getattr(row, name) for name in InstitutionRecord.__struct_fields__ if name != "region"}
            known = InstitutionRecord(**(fields | {"region": region, "auth": proof}))
            self._institutions.put(code, known)
        return known

    async def institutions_by_key(self, key: str) -> tuple[InstitutionRecord, ...]:
        """Read from all sealed credentials, at most twice a minute: callers of the kinds that ask are few."""
        now = time.monotonic()
        if now - self._keys_read > REMEMBERED_SECONDS:
            self._keys_read, self._keys = now, await self._access_keys()
        found = [await self.institution(code) for code in self._keys.get(key, ())]
        return tuple(each for each in found if each is not None and each.auth.key == key)

    async def _access_keys(self) -> dict[str, list[str]]:
        async with self._readers.acquire() as connection:
            rows = await people.credentials(connection)
        keys: dict[str, list[str]] = {}
        for at, (code, sealed) in enumerate(rows):
            if at % _PAUSE_EVERY == 0:
                await asyncio.sleep(0)
            proof = self._proof(sealed)
            if proof.key:
                keys.setdefault(proof.key, []).append(code)
        return keys

    async def holder(self, number: str) -> tuple[str, int] | None:
        index = self._bureau.seal.blind_index(number)
        known = self._holders.get(index)
        if known is None:
            known = await self._holders_asked.get(index)
            if known is not None:
                self._holders.put(index, known)
        return known

    async def decoded(self, voucher: str, institution: InstitutionRecord) -> Decoded | Undecoded | None:
        """A voucher is decoded once: some are over by the time the bill that was quoted with them is settled."""
        if self.decoder is None:
            return None
        key = institution.institution, voucher
        known = self._vouchers.get(key)
        if known is not None:
            return known
        pharmacy = institution.kind is InstitutionKind.PHARMACY
        found = await self.decoder.decode(voucher, Asker(institution=institution.institution, pharmacy=pharmacy))
        if isinstance(found, Decoded):
            self._vouchers.put(key, found)
        return found

    async def person_by_key(self, region: str, person: int) -> PersonRecord | None:
        async with self._readers.acquire() as connection:
            row = await people.person(connection, region, person)
            if row is None:
                return None
            enrolments = await people.enrolments(connection, region, person)
            purse = (await registry.read_purses(connection, [(region, person)])).get((region, person))
        today = self._clock().date()
        seal = self._bureau.seal
        has_account = any(each.account for each in enrolments)
        return PersonRecord(
            region=region,
            person=person,
            number=seal.open(row.sealed_number),
            name=seal.open(row.sealed_name),
            sex=row.sex,
            born=row.born,
            balance=purse.current + purse.prior if purse is not None and has_account else 0,
            enrolments=tuple(
                EnrolmentRecord(
                    scheme=each.scheme,
                    status=each.status,
                    category=each.category,
                    retired=each.retired_on is not None and each.retired_on <= today,
                    account=each.account,
                    since=each.from_day,
                    until=each.until,
                )
                for each in enrolments
            ),
        )

    async def priced(self, care_region: str, lines: Sequence[Line], scheme: Scheme) -> tuple[PricedLine, ...]:
        async with self._readers.acquire() as connection:
            return await priced(connection, care_region, lines, scheme)

    async def benefit(self, request: SettleRequest, moment: datetime.datetime) -> BenefitSeen | Refused:
        async with self._readers.acquire() as connection:
            return await benefit.tell(connection, self._bureau, request, moment)

    async def quote(self, request: SettleRequest, moment: datetime.datetime) -> Reply:
        async with self._readers.acquire() as connection:
            reply = await quote(connection, self._bureau, request, moment)
        if isinstance(reply, Settled):
            self._quotes.put(_quoted(request), _figures(reply))
        return reply

    async def settle(self, request: SettleRequest, moment: datetime.datetime) -> Reply:
        reply = await self._hall.submit(request)
        assert not isinstance(reply, Done)
        if isinstance(reply, Settled):
            self.given.add(reply)
            told = self._quotes.get(_quoted(request))
            if told is not None and told != _figures(reply):
                return msgspec.structs.replace(reply, quote_changed=True)
        return reply

    async def cancel(self, request: CancelRequest, moment: datetime.datetime) -> Reply:
        reply = await self._hall.submit(request)
        assert not isinstance(reply, Done)
        return reply

    async def void(self, request: VoidRequest, moment: datetime.datetime) -> Done | Refused:
        reply = await self._hall.submit(request)
        assert not isinstance(reply, Settled)
        return reply

    async def find_case(self, case_region: str, case_id: int) -> FoundCase | None:
        async with self._readers.acquire() as connection:
            case = await cases.case(connection, case_region, case_id)
            if case is None:
                return None
            settled = await replies.from_case(connection, case)
        record = records.decode(case.record)
        return FoundCase(settled=settled, institution=case.institution, message_id=record.message_id)

    async def register_visit(self, request: VisitRequest, moment: datetime.datetime) -> Registered | Refused:
        return await self._write(lambda connection: visits.register(connection, self._bureau, request, moment))

    async def describe_visit(self, request: DescribeRequest, moment: datetime.datetime) -> Done | Refused:
        return await self._write(lambda connection: visits.describe(connection, request))

    async def withdraw_visit(self, request: WithdrawRequest, moment: datetime.datetime) -> Done | Refused:
        return await self._write(lambda connection: visits.withdraw(connection, request))

    async def store_charges(self, request: ChargesRequest, moment: datetime.datetime) -> Charged | Refused:
        return await self._write(lambda connection: visits.add_charges(connection, request))

    async def remove_charges(self, request: RemoveChargesRequest, moment: datetime.datetime) -> Done | Refused:
        return await self._write(lambda connection: visits.remove_charges(connection, request))

    async def _write(self, write: Callable[[Connection], Awaitable[Written]]) -> Written | Refused:
        """A small write, in a transaction of its own. `BUSY` when its purse, or every writer, stays held too long."""
        try:
            async with self._writers.acquire(timeout=LOCK_SECONDS) as connection:
                return await write(connection)
        except (TimeoutError, asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            return Refused(code=Fault.BUSY)

    async def _find_holders(self, indexes: Sequence[bytes]) -> dict[bytes, tuple[str, int]]:
        async with self._readers.acquire() as connection:
            return await people.find_persons(connection, indexes)

    def _proof(self, sealed: bytes) -> Proof:
        return msgspec.json.decode(self._bureau.seal.open(sealed), type=Proof)


def _quoted(request: SettleRequest) -> tuple[object, ...]:
    """What makes a later settlement the one a quote was for."""
    total = request.bill.total if request.bill is not None else None
    return request.sender.institution, request.patient_region, request.patient, request.visit, request.batch, total


def _figures(reply: Settled) -> Figures:
    outcome = reply.outcome
    return outcome.funds_paid, outcome.own, outcome.mutual, outcome.cash
