"""A small database filled as a service fills it: loaded from files, then a day and a half of visits, charges and bills.

`fill` commits everything and says by name who and what is in it, so that a damage can be written down in SQL.
"""

import datetime
import hashlib
from pathlib import Path
from typing import Any

import msgspec

from mulaid.decide import pricing
from mulaid.intake.load_records import load_files
from mulaid.intake.loads import read_loads
from mulaid.policy.book import Book
from mulaid.policy.law import Law
from mulaid.procedures import visits
from mulaid.procedures.bind import BindRequest, bind
from mulaid.procedures.bureau import Bureau
from mulaid.procedures.cancel import cancel
from mulaid.procedures.load import load
from mulaid.procedures.posting import Chain, Posting
from mulaid.procedures.pricing import packed
from mulaid.procedures.requests import CancelRequest, Done, Sender, Settled, SettleRequest, VoidRequest
from mulaid.procedures.settle import settle
from mulaid.procedures.visit_requests import (
    ChargeBatch,
    Charged,
    ChargesRequest,
    Registered,
    VisitRequest,
    WithdrawRequest,
)
from mulaid.procedures.void import void
from mulaid.settings import LANES_MAX
from mulaid.store import keys, people, policy_versions, refused, relations
from mulaid.store.connect import Connection
from mulaid.store.ids import Minter
from mulaid.store.seal import Seal
from mulaid.terms.bill_case import Bill
from mulaid.terms.calendar import CHINA
from mulaid.terms.charges import Approval, Item, Line
from mulaid.terms.codes import Credential, Kinship, Scheme, Use

FILE = Path(__file__).with_name("filled.toml")
KEY = b"k" * 32
MORNING = datetime.datetime(2026, 11, 20, 10, 30, tzinfo=CHINA)
TOMORROW = MORNING + datetime.timedelta(days=1)
NOW = TOMORROW + datetime.timedelta(hours=1)
NEAR, FAR, THIRD = "450600", "450100", "310000"
HOSPITAL, PHARMACY = "H45060099901", "P45060099902"
NUMBERS = {
    "mother": "994506195711030021",
    "son": "994506198205140010",
    "daughter": "994501198509220026",
    "nephew": "993101199001010011",
    "aunt": "994506196003030025",
    "uncle": "994506196204040035",
    "cousin": "994506196305050048",
}
WORKER = 5

Names = dict[str, Any]
"""What a damage may name: people, cases by message, visits, regions."""


class Filling:
    """One service at work on an empty database, by a clock of the test's."""

    def __init__(self, connection: Connection, book: Book) -> None:
        self.connection, self.moment = connection, MORNING
        minter = Minter(WORKER, lambda: int(self.moment.timestamp() * 1000))
        self.bureau = Bureau(Law(book), Seal(KEY), minter)
        self.chain = Chain(WORKER * LANES_MAX)
        self.names: Names = {"near": int(NEAR), "far": int(FAR), "third": int(THIRD)}

    async def load(self) -> None:
        """Institutions, people, relations and the catalogue, as `mulaid load` brings them in."""
        book = self.bureau.law.book
        await self.connection.execute(keys.KEEP, self.bureau.seal.check_value)
        await policy_versions.keep(self.connection, book.digest, book.body())
        loads = read_loads(load_files([FILE]), book.divisions.resolve, _quiet)
        await load(self.connection, self.bureau, loads, _quiet)
        for name, number in NUMBERS.items():
            found = await people.find_person(self.connection, self.bureau.seal.blind_index(number))
            assert found is not None
            self.names[name] = found[1]
        self.names["pool"] = await self.connection.fetchval("select pool from sponsorship where pool is not null")

    async def bind(self) -> None:
        """The cousin's relation to her husband is made at a counter."""
        cousin, uncle = (NEAR, self.names["cousin"]), (NEAR, self.names["uncle"])
        request = BindRequest(sponsor=cousin, beneficiary=uncle, kinship=Kinship.SPOUSE)
        made = await bind(self.connection, self.bureau, request, self.moment)
        assert made.refused is None, made
        place = NEAR, self.names["cousin"], self.names["uncle"], self.moment
        await relations.wish_to_end(self.connection, place, "beneficiary", self.moment.date())

    async def visit(self, name: str) -> int:
        """The mother registers at the hospital."""
        request = VisitRequest(
            sender=_sender(name, "2201"),
            patient_region=NEAR,
            patient=self.names["mother"],
            scheme=Scheme.EMPLOYEE,
            use=Use.OUTPATIENT,
            begun=self.moment,
            number=f"Z-{name}",
            credential=Credential.OWN,
            details=b'{"data":{}}',
        )
        number = await visits.register(self.connection, self.bureau, request, self.moment)
        assert isinstance(number, Registered), number
        self.names[name] = number.visit
        return number.visit

    async def charge(self, visit: int, **batches: tuple[tuple[str, int, int], ...]) -> None:
        """Charges of a visit, by batch: (code, quantity, price in yuan)."""
        request = ChargesRequest(
            sender=_sender(f"charges-{visit}", "2204"),
            visit_region=NEAR,
            visit=visit,
            patient=self.names["mother"],
            batches=tuple(
                ChargeBatch(batch=batch, lines=tuple(_line(batch, at, *each) for at, each in enumerate(lines)))
                for batch, lines in batches.items()
            ),
        )
        assert isinstance(await visits.add_charges(self.connection, request), Charged)

    async def settle(self, *requests: SettleRequest) -> None:
        """Bills in one batch; their cases are named after their messages."""
        async with self.connection.transaction():
            posting = Posting(self.chain)
            replies = await settle(self.connection, self.bureau, requests, self.moment, posting)
        posting.committed()
        for request, reply in zip(requests, replies, strict=True):
            assert isinstance(reply, Settled), reply
            self.names[request.sender.message_id] = reply.case_id

    async def cancel(self, message: str, undone: str) -> None:
        async with self.connection.transaction():
            posting = Posting(self.chain)
            request = CancelRequest(
                sender=_sender(message, "2208"), case_region=NEAR, case_id=self.names[undone], patient=self.patient
            )
            reply = await cancel(self.connection, self.bureau, request, self.moment, posting)
        posting.committed()
        assert isinstance(reply, Settled)
        self.names[message] = reply.case_id

    async def void(self, message: str, transaction: str = "2207") -> None:
        async with self.connection.transaction():
            posting = Posting(self.chain)
            request = VoidRequest(
                sender=_sender(f"void-{message}", "2601"),
                original_message_id=message,
                original_transaction=transaction,
                patient_region=NEAR,
                patient=self.patient,
            )
            reply = await void(self.connection, self.bureau, request, self.moment, posting)
        posting.committed()
        assert isinstance(reply, Done)
        self.names[f"void_{message}"] = reply.case_id

    @property
    def patient(self) -> int:
        number: int = self.names["mother"]
        return number

    def bill(self, message: str, funds: int, **changes: Any) -> SettleRequest:
        """A bill of the mother's at the hospital: of a visit's batch, or as given."""
        fields = {
            "sender": _sender(message, "2207"),
            "patient_region": NEAR,
            "patient": self.patient,
            "use": Use.OUTPATIENT,
            "day": self.moment.date(),
            "funds_given": funds,
        }
        return SettleRequest(**{**fields, **changes})

    def sale(self, message: str, amount: int) -> SettleRequest:
        """Something bought at the pharmacy, its line kept with the case."""
        item = Item(
            code="X0003",
            from_day=datetime.date(2026, 1, 1),
            name="示例药三",
            item_class=1,
            upfront_employee_bp=0,
            upfront_resident_bp=0,
            fee_kind="09",
        )
        lines = [pricing.price(_line(message, 0, "X0003", 1, amount // 100), item, Scheme.EMPLOYEE)]
        sender = msgspec.structs.replace(_sender(message, "2102"), institution=PHARMACY)
        bill, kept = pricing.bill(lines), packed(lines)
        return self.bill(message, 0, sender=sender, bill=bill, lines=kept, use=Use.PHARMACY)


async def fill(connection: Connection, book: Book) -> Names:
    """Fill an empty, migrated database."""
    here = Filling(connection, book)
    await here.load()
    await here.bind()
    first = await here.visit("v1")
    lines = (("X0001", 2, 30), ("X0002", 1, 50), ("X0009", 1, 20))
    await here.charge(first, b1=lines, b2=(("X0003", 1, 40),))
    both = await here.visit("v3")
    await here.charge(both, c1=(("X0001", 3, 7),), c2=(("X0003", 1, 9),))
    plain = Bill(total=9_000, in_scope=9_000)
    await here.settle(here.bill("m1", 4_000, visit=first, batch="b1"), here.bill("m2", 0, bill=plain))
    await here.settle(here.sale("m3", 2_500))
    await here.settle(here.bill("m9", 3_000, visit=both))
    await here.settle(here.bill("m4", 0, bill=Bill(total=60_000, in_scope=60_000)))
    here.moment = TOMORROW
    await here.cancel("m5", "m2")
    await here.settle(here.bill("m6", 1_000, bill=Bill(total=6_000, in_scope=6_000)))
    await here.void("m6")
    await here.void("m7")
    await here.settle(here.bill("m8", 50_000, bill=Bill(total=90_000, in_scope=90_000), use=Use.INPATIENT))
    second = await here.visit("v2")
    withdrawn = WithdrawRequest(
        sender=_sender("w1", "2202"), visit_region=NEAR, visit=second, patient=here.patient, number="Z-v2"
    )
    assert await visits.withdraw(connection, withdrawn) == Done()
    await refused.release(connection, [], here.moment, told={(NEAR, here.patient, HOSPITAL)})
    return here.names


def _line(batch: str, at: int, code: str, quantity: int, yuan: int) -> Line:
    """A charge line in whole units and whole yuan."""
    amount = quantity * yuan * 100
    return Line(f"{batch}-{at}", code, quantity * 10_000, yuan * 1_000_000, amount, Approval.NOT_NEEDED, MORNING.date())


def _sender(message: str, transaction: str) -> Sender:
    content = hashlib.sha256(f"{transaction} {message}".encode()).digest()
    return Sender(NEAR, HOSPITAL, message, transaction, content)


def _quiet(stage: str, done: int, total: int) -> None:
    """No word of progress."""
