"""A small world on a real database: families over nine regions, their purses and relations, hospitals, and a till.

Everything is loaded as `mulaid load` would. People's numbers follow from their family's place in the list, so that
tests can name them.
"""

import contextlib
import datetime
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from mulaid.counter.hall import Hall
from mulaid.decide import pricing
from mulaid.policy.book import Book
from mulaid.policy.law import Law
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.act.posting import Chain
from mulaid.procedures.act.transaction import transact
from mulaid.procedures.table import act_of
from mulaid.procedures.till.requests import SettleRequest
from mulaid.procedures.visit.pricing import packed
from mulaid.settings import LANES_MAX
from mulaid.store import cases, keys, loading, policy_versions, regions, visits
from mulaid.store.cases import Claim
from mulaid.store.catalogue import EVERYWHERE
from mulaid.store.connect import Connection
from mulaid.store.ids import Minter
from mulaid.store.loading import Opening, PlainPerson
from mulaid.store.rows import Enrolment, Institution, Pointer, Sponsorship
from mulaid.store.seal import KEY_FILE, Seal
from mulaid.store.visits import Visit
from mulaid.terms.actor import Actor, Channel, Origin, Role, content
from mulaid.terms.bill_case import Bill
from mulaid.terms.charges import Approval, Item, Line
from mulaid.terms.codes import FundsGiven, InstitutionKind, LimitScope, Mechanism, Scheme, Use
from mulaid.terms.money import Fen
from tests.records import checks, made

MOMENT = datetime.datetime(2026, 11, 22, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = MOMENT.date()
FANGCHENGGANG, NANNING, SHENZHEN, JINAN, SHANGHAI = "450600", "450100", "440300", "370100", "310000"
REGIONS = (FANGCHENGGANG, NANNING, SHENZHEN, "430100", "420100", SHANGHAI, "140100", JINAN, "510100")
INSTANT, QUOTA = Mechanism.INSTANT_DRAW, Mechanism.WALLET_QUOTA
PATIENT, SPONSOR, STRIDE = 0, 8, 16
_BROUGHT_FORWARD = """
insert into brought_forward
select region, person, current_fen, prior_fen, frozen_fen, wallet_fen from purse where true
on conflict (person, region) do update set current_fen = excluded.current_fen, prior_fen = excluded.prior_fen,
    frozen_fen = excluded.frozen_fen, wallet_fen = excluded.wallet_fen
"""
_BOUND = datetime.datetime(2026, 2, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
KEY = checks.KEY
_SEAL = Seal(KEY)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_numbers = count(1)
_ITEM = Item(
    code="X1",
    from_day=datetime.date(2026, 1, 1),
    name="示例项目",
    item_class=1,
    upfront_employee_bp=0,
    upfront_resident_bp=0,
    fee_kind="09",
)


class Asked(NamedTuple):
    """A request and where it comes from, as lanes take them."""

    request: Any
    origin: Origin

    def but(self, **changes: Any) -> "Asked":
        """The same message with another request."""
        return Asked(msgspec.structs.replace(self.request, **changes), self.origin)


class Sponsoring(msgspec.Struct, frozen=True, kw_only=True):
    """A sponsor of every patient of a family; `region` None is the patients'. A quota is frozen once a patient."""

    region: str | None = None
    current: Fen = 0
    prior: Fen = 0
    mechanism: Mechanism = INSTANT
    quota: Fen = 0
    cap_day: Fen | None = None
    cap_month: Fen | None = None
    cap_year: Fen | None = None
    scope: LimitScope = LimitScope.MEMBER


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """Patients who share their sponsors, in the order of rank and binding. `own` is None without an account."""

    region: str
    own: Fen | None = None
    prior: Fen = 0
    sponsors: tuple[Sponsoring, ...] = ()
    patients: int = 1


# One family a region. The first has everything: own money of two kinds, a sponsor at home, one in the next city, and a
# wallet quota from another province.
FAMILIES = (
    Family(
        region=FANGCHENGGANG,
        own=3_000,
        prior=2_000,
        sponsors=(
            Sponsoring(current=8_000, prior=2_000, cap_month=90_000),
            Sponsoring(region=NANNING, current=30_000),
            Sponsoring(region=SHANGHAI, current=500, mechanism=QUOTA, quota=40_000),
        ),
    ),
    Family(region=NANNING, own=1_000, sponsors=(Sponsoring(current=20_000),)),
    Family(region=SHENZHEN, sponsors=(Sponsoring(current=20_000), Sponsoring(current=30_000))),
    Family(region="430100", own=5_000, sponsors=(Sponsoring(current=20_000),)),
    Family(region="420100", own=1_000, sponsors=(Sponsoring(current=7_000), Sponsoring(current=9_000))),
    Family(region=SHANGHAI, own=0, sponsors=(Sponsoring(current=50_000, prior=6_000),)),
    Family(region="140100", own=0, sponsors=(Sponsoring(current=150_000),)),
    Family(region=JINAN, own=0, sponsors=(Sponsoring(current=50_000),)),
    Family(region="510100", own=0, sponsors=(Sponsoring(current=10_000), Sponsoring(current=20_000))),
)


def number(family: int, role: int) -> int:
    """A person's number: patient `PATIENT + n` or sponsor `SPONSOR + n` of the family at that place of the list."""
    return STRIDE * (family + 1) + role


def hospital(region: str) -> str:
    """The one hospital of a region."""
    return f"H{region}00001"


def keep_key(home: Path) -> None:
    """Put the world's key where a process of its own finds it."""
    file = home / KEY_FILE
    file.touch(0o600)
    file.write_bytes(KEY)


def bureau(worker: int = 7) -> Bureau:
    """The shipped law, one key for everybody, and ids of one worker."""
    return _bureau(worker)


@cache
def _bureau(worker: int) -> Bureau:
    return Bureau(Law(Book.load()), _SEAL, Minter(worker, lambda: time.time_ns() // 1_000_000))


def lane(worker: int = 7) -> int:
    """The first lane of a worker."""
    return worker * LANES_MAX


async def build(connection: Connection, families: Sequence[Family] = FAMILIES) -> Fen:
    """Fill an empty database and return all the money in it. Many thousand families are as few statements as one."""
    book = bureau().law.book
    await policy_versions.keep(connection, book.digest, book.body())
    await connection.execute(keys.KEEP, _SEAL.check_value)
    rows: dict[str, dict[type[Any], list[Any]]] = {}

    def add(region: str, row: Any) -> None:
        rows.setdefault(region, {}).setdefault(type(row), []).append(row)

    for place, family in enumerate(families):
        _family(place, family, add)
    for region in sorted({*rows, *REGIONS}):
        known = rows.get(region, {})
        name = f"Hospital of {region}"
        kind_of = InstitutionKind.HOSPITAL
        code, given = hospital(region), FundsGiven.CORE
        house = Institution(institution=code, name=name, kind=kind_of, level=3, wallet_ready=True, funds_given=given)
        await loading.institutions(connection, _SEAL, region, [house], {})
        people = known.get(PlainPerson, [])
        blind = [_SEAL.blind_index(each.number) for each in people]
        who = [each.person for each in people]
        await connection.execute(loading.CLAIM_IDENTITIES, regions.number(region), blind, who)
        await loading.people(connection, _SEAL, region, people)
        await loading.open_purses(connection, region, known.get(Opening, []))
        for kind in (Enrolment, Sponsorship, Pointer):
            await loading.load(connection, region, known.get(kind, []))
    await loading.load(connection, EVERYWHERE, [_ITEM])
    await bring_forward(connection)
    return await checks.money(connection)


async def bring_forward(connection: Connection) -> None:
    """Nobody has loaded the world: what its purses hold before the first transfer, an upgrade has found there."""
    await connection.execute(_BROUGHT_FORWARD)


def _family(place: int, family: Family, add: Callable[[str, Any], None]) -> None:
    for patient in range(family.patients):
        scheme = Scheme.RESIDENT if family.own is None else Scheme.EMPLOYEE
        opening = Opening(number(place, patient), family.own or 0, family.prior)
        _person(family.region, scheme, opening, add)
    for at, sponsor in enumerate(family.sponsors):
        region, who = sponsor.region or family.region, number(place, SPONSOR + at)
        frozen = sponsor.quota * family.patients
        _person(region, Scheme.EMPLOYEE, Opening(who, sponsor.current, sponsor.prior, frozen), add)
        for patient in range(family.patients):
            bound_at = _BOUND + datetime.timedelta(days=at)
            relation = made.sponsorship(
                who,
                number(place, patient),
                bound_at=bound_at,
                bound_on=bound_at.date(),
                effective_on=bound_at.date(),
                beneficiary_region=family.region,
                mechanism=sponsor.mechanism,
                rank=at + 1,
                quota=sponsor.quota,
                cap_day=sponsor.cap_day,
                cap_month=sponsor.cap_month,
                cap_year=sponsor.cap_year,
                cap_scope=sponsor.scope,
            )
            add(region, relation)
            add(family.region, Pointer(number(place, patient), who, bound_at, region, "王*明", None))


def _person(region: str, scheme: Scheme, opening: Opening, add: Callable[[str, Any], None]) -> None:
    district, serial = divmod(opening.person, 1_000)
    digits = f"99{district:04d}19600101{serial:03d}"
    check = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]
    born, since = datetime.date(1960, 1, 1), datetime.date(2020, 1, 1)
    account = scheme is Scheme.EMPLOYEE
    add(region, PlainPerson(person=opening.person, number=digits + check, name="王小明", sex=None, born=born))
    add(region, Enrolment(person=opening.person, from_day=since, scheme=scheme, account=account))
    add(region, opening)


def origin(region: str, message_id: str | None = None, content: str | None = None) -> Origin:
    """A message of a region's hospital; its id is new unless given, its content follows from its id unless given."""
    name = message_id or f"m{next(_numbers)}"
    digest = hashlib.sha256((content or name).encode()).digest()
    return Origin(Actor(Role.INSTITUTION, region, hospital(region)), Channel.TILL, name, "settle", digest)


def bill(family: int, total: Fen, funds: Fen | None = 0, patient: int = PATIENT, **changes: Any) -> Asked:
    """A bill of one of `FAMILIES` (or of `changes["region"]`) at the hospital at home; `funds` None asks the plan."""
    region = changes.pop("region", None) or FAMILIES[family].region
    sent = origin(changes.pop("at", region), changes.pop("message_id", None), changes.pop("content", None))
    fields: dict[str, Any] = {
        "patient_region": region,
        "patient": number(family, patient),
        "use": Use.OUTPATIENT,
        "day": DAY,
        "bill": Bill(total=total, in_scope=total),
        "funds_given": funds,
    }
    return Asked(SettleRequest(**{**fields, **changes}), sent)


async def charge(connection: Connection, region: str, patient: int, batch: str, total: Fen) -> int:
    """A visit with one batch of charges, of one line; the visit's number."""
    visit = bureau().minter.mint()
    who = origin(region)
    claim = Claim(who.region, who.sender, who.message_id, "2201", who.content, region, visit)
    await cases.claim_messages(connection, [claim], MOMENT)
    place: dict[str, Any] = {"region": region, "institution_region": region, "institution": hospital(region)}
    opened = Visit(**place, visit=visit, person=patient, use=Use.OUTPATIENT, begun=MOMENT, number="1")
    await visits.INSERT.run(connection, [visits.row(opened)])
    line = Line("1", _ITEM.code, 10_000, total * 10_000, total, Approval.NOT_NEEDED, DAY)
    lines = [pricing.price(line, _ITEM, Scheme.EMPLOYEE)]
    await visits.INSERT_BATCH.run(connection, [visits.batch_row(opened, batch, pricing.bill(lines), packed(lines))])
    return visit


async def carry(
    connection: Connection,
    *asked: Asked,
    moment: datetime.datetime = MOMENT,
    by: Bureau | None = None,
    on_lane: int | None = None,
) -> list[Any]:
    """Carry requests of one act out as a lane does."""
    act = act_of(asked[0].request)
    return [
        *await transact(connection, by or bureau(), act, asked, moment, Chain(lane() if on_lane is None else on_lane))
    ]


def clerk(region: str, request: object) -> Asked:
    """What a clerk of this region asks at the counter, each time with an id of its own."""
    actor = Actor(Role.CLERK, region, "jingban")
    name = act_of(request).name
    return Asked(request, Origin(actor, Channel.COUNTER, f"c{next(_numbers)}", name, content(name, request)))


@contextlib.asynccontextmanager
async def open_hall(
    dsn: str, *, moment: Callable[[], datetime.datetime] = lambda: MOMENT, worker: int = 7, **options: Any
) -> AsyncIterator[Hall]:
    """A hall on a fixed clock, all its lanes at work side by side unless told otherwise; closed afterwards."""
    hall = Hall(dsn, bureau(worker), moment, **{"patience": 0, "first_lane": lane(worker), **options})
    hall.open()
    try:
        yield hall
    finally:
        await hall.close()
