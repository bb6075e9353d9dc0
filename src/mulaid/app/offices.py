"""What the gateway asks for, answered by the agency.

Institutions
and the holders of identity numbers change rarely and are asked for with every message, so both are remembered briefly.
"""

import datetime
from collections.abc import Sequence
from typing import Any

import msgspec

from mulaid.app.given import GivenFunds
from mulaid.counter.agency import Agency
from mulaid.counter.together import Together
from mulaid.gateway.offices import EnrolmentRecord, InstitutionRecord, PersonRecord, Proof
from mulaid.procedures.act.answers import Refused, Settled
from mulaid.procedures.act.cache import Remembered
from mulaid.procedures.act.matter import Answer
from mulaid.procedures.till.requests import QuoteInquiry, SettleRequest
from mulaid.procedures.visit.pricing import priced
from mulaid.store import people, registry
from mulaid.terms.actor import Origin
from mulaid.terms.charges import Line, PricedLine
from mulaid.terms.codes import Scheme
from mulaid.terms.money import Fen

REMEMBERED_SECONDS = 30
REMEMBERED_MAX = 200_000
QUOTES_MAX = 50_000

Figures = tuple[Fen, Fen, Fen, Fen]
"""Funds, own account, mutual aid, cash: what a quote told the patient."""


class HouseOffices:
    """`mulaid.gateway.offices.Offices` over the agency."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self._readers, self._bureau, self._clock = agency.readers, agency.bureau, agency.clock
        self.given = GivenFunds()
        self._institutions: Remembered[str, InstitutionRecord] = Remembered(REMEMBERED_MAX, REMEMBERED_SECONDS)
        self._holders: Remembered[bytes, tuple[str, int]] = Remembered(REMEMBERED_MAX, REMEMBERED_SECONDS)
        self._holders_asked = Together(self._find_holders)
        self._quotes: Remembered[tuple[object, ...], Figures] = Remembered(QUOTES_MAX, 24 * 3600)

    def shut(self) -> Refused | None:
        return self.agency.shut()

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

    async def do(self, request: object, origin: Origin) -> Answer:
        answer = await self.agency.do(request, origin)
        if isinstance(request, SettleRequest) and isinstance(answer, Settled):
            self.given.add(answer)
            told = self._quotes.get(_quoted(request, origin))
            if told is not None and told != _figures(answer):
                return msgspec.structs.replace(answer, quote_changed=True)
        return answer

    async def ask(self, request: object, origin: Origin, moment: datetime.datetime) -> Any:
        answer = await self.agency.ask(request, origin, moment)
        if isinstance(request, QuoteInquiry) and isinstance(answer, Settled):
            self._quotes.put(_quoted(request.bill, origin), _figures(answer))
        return answer

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
