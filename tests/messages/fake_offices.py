"""Everything below the door, in dictionaries. It decides nothing: an account pays first, one daughter pays the rest.

What moves money goes through the frames of the processes that settle, there and back.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, ClassVar

import msgspec

from mulaid.counter import frames
from mulaid.counter.frames import Answered, Answers, Asked
from mulaid.counter.tally import Tally
from mulaid.decide.pricing import bill, price
from mulaid.gateway.offices import InstitutionRecord, PersonRecord
from mulaid.procedures.act.answers import Done, Refused, Reply, Settled
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer
from mulaid.procedures.inquiry.case import CaseInquiry, FoundCase
from mulaid.procedures.table import act_of
from mulaid.procedures.till.requests import (
    BenefitInquiry,
    BenefitSeen,
    CancelRequest,
    Obstacle,
    QuoteInquiry,
    SettleRequest,
    VoidRequest,
)
from mulaid.procedures.visit.requests import (
    Charged,
    ChargesRequest,
    DescribeRequest,
    Registered,
    RemoveChargesRequest,
    VisitRequest,
    WithdrawRequest,
)
from mulaid.store.ids import wire
from mulaid.terms.actor import Origin
from mulaid.terms.bill_case import Bill
from mulaid.terms.charges import Item, Line, PricedLine
from mulaid.terms.codes import Accounts, Cover, Credential, Scheme
from mulaid.terms.reasons import BillRefusal, Skip
from tests.messages import made


def received(request: Any, origin: Origin) -> tuple[Any, Origin]:
    """A request and where it comes from, as the process that settles has them."""
    [asked] = frames.asked(frames.encode([Asked(1, request, origin)]))
    return asked.request, asked.origin


def returned(answer: Answer) -> Answer:
    """An answer of that process as the service has it."""
    [answered] = frames.answers(frames.encode(Answers(Tally(), [Answered(1, answer)]))).answered
    assert answered.reply is not None
    return answered.reply


def item_of(line: Line) -> Item | None:
    """The catalogue's entry in force on the line's day."""
    held = [item for item in made.CATALOGUE if item.code == line.code and item.from_day <= line.day]
    return max(held, key=lambda item: item.from_day, default=None)


def content(lines: Sequence[PricedLine]) -> Any:
    """What lines charge, whatever their serials."""
    return [(line.code, line.quantity, line.price, line.amount) for line in lines]


def added_up(bills: Iterable[Bill]) -> Bill:
    rows = [msgspec.structs.asdict(each) for each in bills]
    return Bill(**{name: sum(row[name] for row in rows) for name in rows[0]})


class FakeOffices:
    def __init__(self) -> None:
        self.messages: dict[tuple[str, str], tuple[bytes, Any]] = {}
        self.visits: dict[int, VisitRequest] = {}
        self.batches: dict[tuple[int, str], Bill] = {}
        self.cases: dict[int, FoundCase] = {}
        self.undone: dict[int, int] = {}
        """By the settlement, its reversal."""
        self.transactions: dict[tuple[str, str], str] = {}
        self.settled_by: dict[tuple[int, str], int] = {}
        self.lines: dict[int, Any] = {}
        self.asked: list[Any] = []
        self.closed: Refused | None = None
        self.clock: Callable[[], datetime.datetime] = lambda: made.NOW

    def shut(self) -> Refused | None:
        return self.closed

    def unseal(self, sealed: bytes) -> str:
        return sealed.decode()

    async def institution(self, code: str) -> InstitutionRecord | None:
        return made.INSTITUTIONS.get(code)

    async def holder(self, number: str) -> tuple[str, int] | None:
        return next(((made.REGION, key) for key, held in made.NUMBERS.items() if held == number), None)

    async def person_by_key(self, region: str, person: int) -> PersonRecord | None:
        return made.PEOPLE.get(person) if region == made.REGION else None

    async def priced(self, care_region: str, lines: Sequence[Line], scheme: Scheme) -> tuple[PricedLine, ...]:
        return self.price(lines, scheme)

    def price(self, lines: Sequence[Line], scheme: Scheme) -> tuple[PricedLine, ...]:
        return tuple(price(line, item_of(line), scheme) for line in lines)

    def heard(self, request: Any) -> None:
        """Below the door a request is kept as bytes: it must be made of plain words, whole numbers and times."""
        msgspec.msgpack.encode(request)
        self.asked.append(request)

    def before(self, origin: Origin) -> Any:
        """What this message already got, or None."""
        known = self.messages.get((origin.sender, origin.message_id))
        if known is None:
            return None
        if known[1] == "void":
            return Refused(code=Fault.MESSAGE_VOIDED)
        return known[1] if known[0] == origin.content else Refused(code=Fault.MESSAGE_ID_REUSED)

    async def ask(self, request: object, origin: Origin, moment: datetime.datetime) -> Any:
        if isinstance(request, CaseInquiry):
            return self.find_case(request, origin)
        assert isinstance(request, (QuoteInquiry, BenefitInquiry))
        self.heard(request.bill)
        if isinstance(request, BenefitInquiry):
            return self.benefit(request.bill)
        return self.decided(request.bill, moment, None)

    def benefit(self, request: SettleRequest) -> BenefitSeen | Refused:
        patient = made.PEOPLE.get(request.patient)
        if patient is None:
            return Refused(code=Fault.UNKNOWN_PERSON)
        held = patient.enrolments[0]
        if held.scheme is not request.scheme:
            return Refused(code=Fault.SCHEME_NOT_HELD)
        refused = Obstacle(code=BillRefusal.SETTLEMENT_SUSPENDED) if request.patient in made.SUSPENDED else None
        paused = None if held.status is Cover.ACTIVE else Obstacle(code="COVER_NOT_ACTIVE")
        return BenefitSeen(pooled=refused or paused, accounts=refused, has_accounts=held.account)

    async def do(self, request: object, origin: Origin) -> Answer:
        self.heard(request)
        procedure = self.procedures[type(request)]
        if act_of(request).bills:
            return returned(procedure(self, *received(request, origin)))
        return procedure(self, request, origin)

    def settle(self, request: SettleRequest, origin: Origin) -> Answer:
        moment = self.clock()
        if earlier := self.before(origin):
            if isinstance(earlier, Refused):
                return earlier
            return msgspec.structs.replace(self.as_it_stands(earlier), replayed=True)
        reply = self.decided(request, moment, len(self.cases) + 1)
        if isinstance(reply, Settled) and reply.case_id:
            found = FoundCase(settled=reply, institution=origin.sender, message_id=origin.message_id)
            self.cases[reply.case_id] = found
            self.settled_by.update(dict.fromkeys(self.charged(request), reply.case_id))
            self.messages[origin.sender, origin.message_id] = (origin.content, reply)
            self.transactions[origin.sender, origin.message_id] = origin.transaction
        return reply

    def decided(self, request: SettleRequest, moment: datetime.datetime, case_id: int | None) -> Reply:
        patient = made.PEOPLE[request.patient]
        if request.credential is Credential.OTHER:
            return Refused(code=BillRefusal.WRONG_CREDENTIAL)
        if request.patient in made.SUSPENDED:
            return Refused(code=BillRefusal.SETTLEMENT_SUSPENDED)
        visit = self.visits.get(request.visit or 0)
        if visit is not None and visit.scheme is not request.scheme:
            return Refused(code=Fault.SCHEME_DIFFERS, detail={"scheme": visit.scheme})
        charged = self.charged(request)
        if not charged and request.bill is None:
            return Refused(code=Fault.NOTHING_UNSETTLED if request.batch is None else Fault.UNKNOWN_BATCH)
        priced = request.bill or added_up(self.batches[key] for key in charged)
        if request.claimed and request.claimed.total != priced.total:
            detail = {"claimed": str(request.claimed.total), "priced": str(priced.total)}
            return Refused(code=Fault.AMOUNT_DIFFERS, field="total", detail=detail)
        own = min(patient.balance, priced.total) if request.accounts in (Accounts.ALL, Accounts.OWN) else 0
        mutual = priced.total - own if request.accounts is Accounts.ALL else 0
        payers = (made.daughter(mutual),) if mutual else ()
        declined = request.accounts in (Accounts.OWN, Accounts.NONE)
        passed_over = (made.passed_over(Skip.AID_DECLINED),) if declined else ()
        place: dict[str, Any] = {
            "passed_over": passed_over,
            "case_id": case_id,
            "use": request.use,
            "visit": request.visit,
            "batch": request.batch,
        }
        paid = made.outcome(priced.total, made.no_funds(), own, mutual)
        return made.settled(patient, priced, paid, payers, balance_after=patient.balance - own, moment=moment, **place)

    def charged(self, request: SettleRequest) -> list[tuple[int, str]]:
        """The charges a bill is about: the batch it names, else all that are not settled."""
        if request.batch is not None:
            return [key for key in self.batches if key == (request.visit, request.batch)]
        return [key for key in self.batches if key[0] == request.visit and key not in self.settled_by]

    def cancel(self, request: CancelRequest, origin: Origin) -> Answer:
        found = self.cases.get(request.case_id)
        if found is None:
            return Refused(code=Fault.UNKNOWN_CASE)
        if found.institution != origin.sender:
            return Refused(code=Fault.CASE_OF_OTHER_INSTITUTION)
        if request.case_id in self.undone:
            return Refused(code=Fault.ALREADY_CANCELLED)
        back = made.reversed_case(found.settled, self.clock(), request.case_id + 1000)
        self.undone[request.case_id] = back.case_id or 0
        self.cases[request.case_id + 1000] = msgspec.structs.replace(found, settled=back)
        return back

    def void(self, request: VoidRequest, origin: Origin) -> Answer:
        key = (origin.sender, request.original_message_id)
        transaction = self.transactions.setdefault(key, request.original_transaction)
        if transaction != request.original_transaction:
            return Refused(code=Fault.TRANSACTION_DIFFERS, detail={"transaction": transaction})
        reply = self.messages.get(key, (b"", None))[1]
        self.messages[key] = (b"", "void")
        if isinstance(reply, Settled) and reply.case_id:
            self.undone[reply.case_id] = reply.case_id + 1000
        return Done(replayed=reply == "void")

    def find_case(self, request: CaseInquiry, origin: Origin) -> FoundCase | Refused:
        found = self.cases.get(request.case_id) if request.region == made.REGION else None
        if found is None:
            return Refused(code=Fault.UNKNOWN_CASE)
        if found.institution != origin.sender:
            return Refused(code=Fault.CASE_OF_OTHER_INSTITUTION)
        if found.settled.patient.person != request.patient:
            return Refused(code=Fault.CASE_OF_OTHER_PERSON)
        return msgspec.structs.replace(found, settled=self.as_it_stands(found.settled))

    def as_it_stands(self, settled: Settled) -> Settled:
        undone_by = self.undone.get(settled.case_id or 0)
        return msgspec.structs.replace(settled, undone_by=undone_by)

    def register_visit(self, request: VisitRequest, origin: Origin) -> Answer:
        if earlier := self.before(origin):
            return earlier if isinstance(earlier, Refused) else Registered(case_id=earlier, replayed=True)
        patient = made.PEOPLE.get(request.patient)
        if patient is None:
            return Refused(code=Fault.UNKNOWN_PERSON)
        if patient.enrolments[0].scheme is not request.scheme:
            return Refused(code=Fault.SCHEME_NOT_HELD)
        number = len(self.visits) + 1
        twins = {at: each for at, each in self.visits.items() if each.patient == request.patient}
        self.visits[number] = request
        self.messages[origin.sender, origin.message_id] = (origin.content, number)
        by_number = [at for at, each in twins.items() if each.number == request.number]
        that_day = [at for at, each in twins.items() if each.begun.date() == request.begun.date()]
        twin = next(iter(by_number + that_day), None)
        return Registered(case_id=number, twin=twin, same_number=bool(by_number))

    def store_charges(self, request: ChargesRequest, origin: Origin) -> Answer:
        done = self.at_visit(request, origin)
        if isinstance(done, Refused):
            return done
        scheme = self.visits[request.visit].scheme
        lines = {batch.batch or "0": self.price(batch.lines, scheme) for batch in request.batches}
        before = {number: each for number, each in self.lines.items() if number != request.visit}
        twin = next((number for number, each in before.items() if each in map(content, lines.values())), None)
        self.lines[request.visit] = content(list(chain.from_iterable(lines.values())))
        self.batches.update({(request.visit, name): bill(each) for name, each in lines.items()})
        return Charged(lines=tuple(chain.from_iterable(lines.values())), twin=twin)

    def at_visit(self, request: Any, origin: Origin) -> Answer:
        visit = self.visits.get(request.visit)
        if visit is None:
            return Refused(code=Fault.UNKNOWN_VISIT)
        return Done() if visit.patient == request.patient else Refused(code=Fault.VISIT_OF_OTHER_PERSON)

    def withdraw_visit(self, request: WithdrawRequest, origin: Origin) -> Answer:
        settled = next((case for key, case in self.settled_by.items() if key[0] == request.visit), None)
        if settled is not None:
            return Refused(code=Fault.VISIT_SETTLED, detail={"case": wire(made.REGION, settled)})
        return self.at_visit(request, origin)

    procedures: ClassVar[dict[type, Callable[..., Answer]]] = {
        SettleRequest: settle,
        CancelRequest: cancel,
        VoidRequest: void,
        VisitRequest: register_visit,
        ChargesRequest: store_charges,
        WithdrawRequest: withdraw_visit,
        DescribeRequest: at_visit,
        RemoveChargesRequest: at_visit,
    }
