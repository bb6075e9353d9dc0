"""A small database filled as a service fills it: loaded from files, then a day and a half of visits, charges and bills.

`fill` commits everything and says by name who and what is in it, so that a damage can be written down in SQL.
"""

import datetime
import hashlib
from pathlib import Path
from typing import Any

import msgspec

from mulaid.counter.command import origin
from mulaid.decide import pricing
from mulaid.intake.load_records import load_files
from mulaid.intake.loads import read_loads
from mulaid.policy.book import Book
from mulaid.policy.law import Law
from mulaid.procedures.act.answers import Done, Refused, Settled
from mulaid.procedures.act.approval import ApproveRequest, RefuseTaskRequest
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.life.suspension import LiftRequest, SuspendRequest
from mulaid.procedures.load.load import Loaded, LoadRequest
from mulaid.procedures.sponsorship.requests import BindRequest, Bound, Ended, EndRequest
from mulaid.procedures.table import act_of
from mulaid.procedures.till.requests import CancelRequest, SettleRequest, VoidRequest
from mulaid.procedures.visit.pricing import packed
from mulaid.procedures.visit.requests import (
    ChargeBatch,
    Charged,
    ChargesRequest,
    Registered,
    VisitRequest,
    WithdrawRequest,
)
from mulaid.settings import LANES_MAX
from mulaid.store import keys, people, policy_versions, relations
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.ids import Minter
from mulaid.store.refused import Released
from mulaid.store.seal import Seal
from mulaid.store.suspensions import SuspensionKind
from mulaid.terms.actor import Actor, Channel, Origin, Role, content
from mulaid.terms.bill_case import Bill
from mulaid.terms.calendar import CHINA
from mulaid.terms.charges import Approval, Item, Line
from mulaid.terms.codes import Credential, Kinship, Scheme, Use
from mulaid.terms.sponsorship_case import Asker
from tests.records import world
from tests.records.world import Asked

FILE = Path(__file__).with_name("filled.toml")
KEY = b"k" * 32
MORNING = datetime.datetime(2026, 11, 20, 10, 30, tzinfo=CHINA)
TOMORROW = MORNING + datetime.timedelta(days=1)
A_MINUTE = datetime.timedelta(minutes=1)
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

# As an upgrade leaves it: the aunt had 5.00 before what purses begin with came by transfers.
BROUGHT_FORWARD = """
with held as (update purse set prior_fen = 500 where region = $1 and person = $2 returning region, person)
insert into brought_forward select region, person, 0, 500, 0, 0 from held
"""

Names = dict[str, Any]
"""What a damage may name: people, cases by message, visits, regions."""


class Filling:
    """One service at work on an empty database, by a clock of the test's."""

    def __init__(self, connection: Connection, book: Book) -> None:
        self.connection, self.moment = connection, MORNING
        minter = Minter(WORKER, lambda: int(self.moment.timestamp() * 1000))
        self.bureau = Bureau(Law(book), Seal(KEY), minter)
        self.names: Names = {"near": int(NEAR), "far": int(FAR), "third": int(THIRD)}

    async def carry(self, *asked: Asked) -> list[Any]:
        """Carry requests of one act out in one transaction."""
        lane = WORKER * LANES_MAX
        return await world.carry(self.connection, *asked, moment=self.moment, by=self.bureau, on_lane=lane)

    async def load(self) -> None:
        """Institutions, people, relations and the catalogue, as `mulaid load` brings them in."""
        book = self.bureau.law.book
        await self.connection.execute(keys.KEEP, self.bureau.seal.check_value)
        await policy_versions.keep(self.connection, book.digest, book.body())
        await self.bring()
        for name, number in NUMBERS.items():
            found = await people.find_person(self.connection, self.bureau.seal.blind_index(number))
            assert found is not None
            self.names[name] = found[1]
        await self.connection.execute(BROUGHT_FORWARD, int(NEAR), self.names["aunt"])
        self.names["pool"] = await self.connection.fetchval("select pool from sponsorship where pool is not null")

    async def bring(self) -> None:
        """Load the file. Once more, it changes nothing but what was changed by hand."""
        loads = read_loads(load_files([FILE]), self.bureau.law.book.divisions.resolve, _quiet)
        request = LoadRequest(loads=loads, progress=_quiet)
        [loaded] = await self.carry(Asked(request, origin(self.bureau, request, Role.OPERATOR)))
        assert isinstance(loaded, Loaded)

    async def relate(self, name: str, request: BindRequest | EndRequest) -> None:
        """A relation is made or ended at a counter."""
        [made] = await self.carry(_by(Role.CLERK, name, request))
        assert isinstance(made, (Bound, Ended)), made
        self.names[name] = made.case_id

    async def bind(self) -> None:
        """The cousin's relation to her husband is made, ended and made anew at a counter; he asks for its end."""
        cousin, uncle = self.key("cousin"), self.key("uncle")
        request = BindRequest(sponsor=cousin, beneficiary=uncle, kinship=Kinship.SPOUSE)
        await self.relate("begun", request)
        self.moment += A_MINUTE
        await self.relate("ended", EndRequest(sponsor=cousin, beneficiary=uncle, by=Asker.SPONSOR))
        self.moment += A_MINUTE
        await self.relate("bound", request)
        place = *cousin, uncle[1], self.moment
        await relations.WISH.run(self.connection, [(*relations.row(place), "beneficiary", self.moment.date())])

    async def suspend(self) -> None:
        """The uncle is suspended while it is looked into, then for three months; a lift waits, another was refused."""
        today, uncle = self.moment.date(), self.key("uncle")
        found: dict[str, Any] = {
            "authority": "示例市医疗保障局",
            "conduct": "将本人的医疗保障凭证交由他人冒名使用",
            "article": "第四十一条",
            "from_day": today,
            "served_on": today,
        }
        asked = SuspendRequest(person=uncle, document="S1", kind=SuspensionKind.INVESTIGATION, until=None, **found)
        await self.release("suspended", await self.enter("enter_s1", asked))
        self.moment += A_MINUTE
        until = datetime.date(2027, 3, 1)
        changed = msgspec.structs.replace(asked, document="S2", kind=SuspensionKind.PENALTY, until=until, replaces="S1")
        await self.release("changed", await self.enter("enter_s2", changed))
        lift = LiftRequest(person=uncle, document="S2", by="S3", on=today)
        await self.enter("waits", lift)
        other = await self.enter("no", lift)
        request = RefuseTaskRequest(region=NEAR, task=other, reason="文书号不对")
        [refused] = await self.carry(_by(Role.REVIEWER, "no_more", request))
        assert isinstance(refused, Done), refused

    async def enter(self, name: str, request: SuspendRequest | LiftRequest) -> int:
        """A clerk enters what somebody else has to release."""
        [waiting] = await self.carry(_by(Role.CLERK, name, request))
        assert isinstance(waiting, Done) and waiting.case_id is not None, waiting
        self.names[name] = waiting.case_id
        return waiting.case_id

    async def release(self, name: str, task: int) -> None:
        [done] = await self.carry(_by(Role.REVIEWER, name, ApproveRequest(region=NEAR, task=task)))
        assert isinstance(done, Done), done
        self.names[name] = done.case_id

    async def refuse(self) -> None:
        """Nobody sponsors themselves; that it was tried is remembered."""
        son = self.key("son")
        request = BindRequest(sponsor=son, beneficiary=son, kinship=Kinship.CHILD)
        [refused] = await self.carry(world.clerk(NEAR, request))
        assert isinstance(refused, Refused), refused

    def key(self, name: str) -> Key:
        """Somebody of this region."""
        return NEAR, self.names[name]

    async def visit(self, name: str) -> int:
        """The mother registers at the hospital."""
        request = VisitRequest(
            patient_region=NEAR,
            patient=self.patient,
            scheme=Scheme.EMPLOYEE,
            use=Use.OUTPATIENT,
            begun=self.moment,
            number=f"Z-{name}",
            credential=Credential.OWN,
            details=b'{"data":{}}',
        )
        [registered] = await self.carry(Asked(request, _origin(name, "2201")))
        assert isinstance(registered, Registered) and registered.case_id is not None, registered
        self.names[name] = registered.case_id
        return registered.case_id

    async def charge(self, visit: int, **batches: tuple[tuple[str, int, int], ...]) -> None:
        """Charges of a visit, by batch: (code, quantity, price in yuan)."""
        request = ChargesRequest(
            visit_region=NEAR,
            visit=visit,
            patient=self.patient,
            batches=tuple(
                ChargeBatch(batch=batch, lines=tuple(_line(batch, at, *each) for at, each in enumerate(lines)))
                for batch, lines in batches.items()
            ),
        )
        [charged] = await self.carry(Asked(request, _origin(f"charges-{visit}", "2204")))
        assert isinstance(charged, Charged), charged

    async def withdraw(self, name: str, message: str) -> None:
        """A visit without charges is taken back."""
        request = WithdrawRequest(visit_region=NEAR, visit=self.names[name], patient=self.patient, number=f"Z-{name}")
        [done] = await self.carry(Asked(request, _origin(message, "2202")))
        assert isinstance(done, Done), done

    async def settle(self, *bills: Asked) -> None:
        """Bills in one batch; their cases are named after their messages."""
        for asked, reply in zip(bills, await self.carry(*bills), strict=True):
            assert isinstance(reply, Settled), reply
            self.names[asked.origin.message_id] = reply.case_id

    async def cancel(self, message: str, undone: str) -> None:
        request = CancelRequest(case_region=NEAR, case_id=self.names[undone], patient=self.patient)
        [reply] = await self.carry(Asked(request, _origin(message, "2208")))
        assert isinstance(reply, Settled), reply
        self.names[message] = reply.case_id

    async def void(self, message: str, transaction: str = "2207") -> None:
        request = VoidRequest(
            original_message_id=message,
            original_transaction=transaction,
            patient_region=NEAR,
            patient=self.patient,
        )
        [reply] = await self.carry(Asked(request, _origin(f"void-{message}", "2601")))
        assert isinstance(reply, Done), reply
        self.names[f"void_{message}"] = reply.case_id

    @property
    def patient(self) -> int:
        number: int = self.names["mother"]
        return number

    def bill(self, message: str, funds: int, at: str = HOSPITAL, **changes: Any) -> Asked:
        """A bill of the mother's: of a visit's batch, or as given."""
        fields = {
            "patient_region": NEAR,
            "patient": self.patient,
            "use": Use.OUTPATIENT,
            "day": self.moment.date(),
            "funds_given": funds,
        }
        return Asked(SettleRequest(**{**fields, **changes}), _origin(message, "2207", at))

    def sale(self, message: str, amount: int) -> Asked:
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
        bill, kept = pricing.bill(lines), packed(lines)
        return self.bill(message, 0, PHARMACY, bill=bill, lines=kept, use=Use.PHARMACY)


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
    await here.visit("v2")
    await here.withdraw("v2", "w1")
    await here.refuse()
    await here.suspend()
    released = Released()
    released.told = {(NEAR, here.patient, HOSPITAL)}
    await released.write(connection, here.moment)
    return here.names


def _line(batch: str, at: int, code: str, quantity: int, yuan: int) -> Line:
    """A charge line in whole units and whole yuan."""
    amount = quantity * yuan * 100
    return Line(f"{batch}-{at}", code, quantity * 10_000, yuan * 1_000_000, amount, Approval.NOT_NEEDED, MORNING.date())


def _by(role: Role, message: str, request: object) -> Asked:
    """What somebody of the agency asks."""
    actor, act = Actor(role, NEAR, f"a_{role}"), act_of(request).name
    return Asked(request, Origin(actor, Channel.COUNTER, message, act, content(act, request)))


def _origin(message: str, transaction: str, institution: str = HOSPITAL) -> Origin:
    digest = hashlib.sha256(f"{transaction} {message}".encode()).digest()
    return Origin(Actor(Role.INSTITUTION, NEAR, institution), Channel.TILL, message, transaction, digest)


def _quiet(stage: str, done: int, total: int) -> None:
    """No word of progress."""
