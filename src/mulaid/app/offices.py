"""What the gateway asks for, answered by lanes and procedures.

Acts go through halls, what is only read through connections that never lock. Institutions
and the holders of identity numbers change rarely and are asked for with every message, so both are remembered briefly.
"""

import datetime
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from mulaid.app.database import Database
from mulaid.app.given import GivenFunds
from mulaid.app.together import Together
from mulaid.clock import Clock, ClockWrong
from mulaid.gateway.offices import EnrolmentRecord, FoundCase, InstitutionRecord, PersonRecord, Proof
from mulaid.lanes.annex import Annexes
from mulaid.lanes.hall import Hall
from mulaid.procedures.act import records, replies
from mulaid.procedures.act.answers import Refused, Reply, Settled
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.act.cache import Remembered
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer
from mulaid.procedures.table import act_of
from mulaid.procedures.till import benefit
from mulaid.procedures.till.quote import quote
from mulaid.procedures.till.requests import BenefitSeen, SettleRequest
from mulaid.procedures.visit.pricing import priced
from mulaid.store import cases, people, registry
from mulaid.store.connect import Pool, pool
from mulaid.terms.actor import Origin
from mulaid.terms.charges import Line, PricedLine
from mulaid.terms.codes import Scheme
from mulaid.terms.money import Fen

READERS = 4
REMEMBERED_SECONDS = 30
REMEMBERED_MAX = 200_000
QUOTES_MAX = 50_000

Figures = tuple[Fen, Fen, Fen, Fen]
"""Funds, own account, mutual aid, cash: what a quote told the patient."""

Written = TypeVar("Written")


class HouseOffices:
    """`mulaid.gateway.offices.Offices` over a real house."""

    def __init__(
        self, readers: Pool, bureau: Bureau, bills: Hall | Annexes, small: Hall, clock: Clock, database: Database
    ) -> None:
        self._readers, self._database = readers, database
        self._bureau, self._clock = bureau, clock
        self._bills, self._small = bills, small
        self.given = GivenFunds()
        self._institutions: Remembered[str, InstitutionRecord] = Remembered(REMEMBERED_MAX, REMEMBERED_SECONDS)
        self._holders: Remembered[bytes, tuple[str, int]] = Remembered(REMEMBERED_MAX, REMEMBERED_SECONDS)
        self._holders_asked = Together(self._find_holders)
        self._quotes: Remembered[tuple[object, ...], Figures] = Remembered(QUOTES_MAX, 24 * 3600)

    @classmethod
    async def open(
        cls, dsn: str, bureau: Bureau, bills: Hall | Annexes, small: Hall, clock: Clock, database: Database
    ) -> "HouseOffices":
        """Open the pool of readers."""
        return cls(await pool(dsn, most=READERS, purpose="mulaid readers"), bureau, bills, small, clock, database)

    async def close(self) -> None:
        await self._readers.close()

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

    async def holder(self, number: str) -> tuple[str, int] | None:
        index = self._bureau.seal.blind_index(number)
        known = self._holders.get(index)
        if known is None:
            known = await self._holders_asked.get(index)
            if known is not None:
                self._holders.put(index, known)
        return known

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

    async def benefit(self, request: SettleRequest, origin: Origin, moment: datetime.datetime) -> BenefitSeen | Refused:
        async with self._readers.acquire() as connection:
            return await benefit.tell(connection, self._bureau, request, origin, moment)

    async def do(self, request: object, origin: Origin) -> Answer:
        hall = self._bills if act_of(request).bills else self._small
        answer = await hall.submit(request, origin)
        if isinstance(request, SettleRequest) and isinstance(answer, Settled):
            self.given.add(answer)
            told = self._quotes.get(_quoted(request, origin))
            if told is not None and told != _figures(answer):
                return msgspec.structs.replace(answer, quote_changed=True)
        return answer

    async def quote(self, request: SettleRequest, origin: Origin, moment: datetime.datetime) -> Reply:
        async with self._readers.acquire() as connection:
            reply = await quote(connection, self._bureau, request, origin, moment)
        if isinstance(reply, Settled):
            self._quotes.put(_quoted(request, origin), _figures(reply))
        return reply

    async def find_case(self, case_region: str, case_id: int) -> FoundCase | None:
        async with self._readers.acquire() as connection:
            case = await cases.case(connection, case_region, case_id)
            if case is None:
                return None
            settled = await replies.from_case(connection, case)
        record = records.decode_bill(case.record)
        return FoundCase(settled=settled, institution=case.institution, message_id=record.message_id)

    async def _find_holders(self, indexes: Sequence[bytes]) -> dict[bytes, tuple[str, int]]:
        async with self._readers.acquire() as connection:
            return await people.find_persons(connection, indexes)

    def _proof(self, sealed: bytes) -> Proof:
        return msgspec.json.decode(self._bureau.seal.open(sealed), type=Proof)


def _quoted(request: SettleRequest, origin: Origin) -> tuple[object, ...]:
    """What makes a later settlement the one a quote was for."""
    total = request.bill.total if request.bill is not None else None
    return origin.sender, request.patient_region, request.patient, request.visit, request.batch, total


def _figures(reply: Settled) -> Figures:
    outcome = reply.outcome
    return outcome.funds_paid, outcome.own, outcome.mutual, outcome.cash
