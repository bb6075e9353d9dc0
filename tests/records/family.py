"""A family that acts on a real database: people of an invented province, requests of people, clerks and timers."""

import datetime
from functools import cache
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from mulaid.policy.book import Book, shipped_folder
from mulaid.policy.law import Law
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.sponsorship.due import due
from mulaid.procedures.sponsorship.requests import BindRequest, ConfirmRequest, EndRequest, ProposeRequest
from mulaid.procedures.table import act_of
from mulaid.store import loading, people, policy_versions
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.loading import Opening, PlainPerson
from mulaid.store.rows import Enrolment, Institution, Sponsorship
from mulaid.terms.actor import Actor, Channel, Origin, Role
from mulaid.terms.codes import FundsGiven, InstitutionKind, Kinship, Scheme, Sex
from mulaid.terms.identity import IdentityProof, signed_text
from mulaid.terms.sponsorship_case import Asker
from tests.records import checks, test_bind, world
from tests.rules.made import INVENTED, INVENTED_RELATIONS

SHILI, YANGBAN, XIELI = "990100", "990200", "990600"
AT = datetime.datetime(2026, 1, 10, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
A_DAY = datetime.timedelta(days=1)
_numbers = count(1)


@cache
def bureau() -> Bureau:
    """The shipped law with the invented regions beside it, also those that only relations are tried in."""
    known = test_bind.bureau()
    law = Law(Book.load([shipped_folder(), INVENTED, INVENTED_RELATIONS]))
    return Bureau(law, known.seal, known.minter)


async def region(connection: Connection, code: str) -> None:
    """A hospital in a region, and the book in the records."""
    await policy_versions.keep(connection, bureau().law.book.digest, bureau().law.book.body())
    hospital = Institution(
        institution=world.hospital(code),
        name="医院",
        kind=InstitutionKind.HOSPITAL,
        level=3,
        wallet_ready=True,
        funds_given=FundsGiven.CORE,
    )
    await loading.institutions(connection, bureau().seal, code, [hospital], {})


async def person(  # what a person is
    connection: Connection,
    code: str,
    number: int,
    *,
    born: int = 1990,
    current: int = 0,
    prior: int = 0,
    scheme: Scheme = Scheme.EMPLOYEE,
    sex: Sex | None = None,
    tier: int = 2,
) -> Key:
    """Somebody born on 1 May of a year, with so much of each kind of money."""
    day = datetime.date(born, 5, 1)
    plain = PlainPerson(
        person=number, number=f"99{code[:4]}{day:%Y%m%d}{number % 1000:03d}X", name="王小明", sex=sex, born=day
    )
    account = scheme is Scheme.EMPLOYEE
    cover = Enrolment(person=number, from_day=datetime.date(2010, 1, 1), scheme=scheme, account=account, tier=tier)
    await loading.people(connection, bureau().seal, code, [plain])
    await loading.open_purses(connection, code, [Opening(number, current, prior)])
    await loading.load(connection, code, [cover])
    return code, number


def signed_in(who: Key, request: object, role: Role = Role.INSURED, behalf: Key | None = None) -> world.Asked:
    """What somebody asks on their phone."""
    act = act_of(request).name
    origin = Origin(Actor(role, who[0], "", who, behalf), Channel.PHONE, f"p{next(_numbers)}", act, bytes(32))
    return world.Asked(request, origin)


def at_counter(code: str, request: object, role: Role = Role.CLERK) -> world.Asked:
    """What somebody of an agency asks, with the people before them."""
    actor = Actor(role, code, "jingban")
    return world.Asked(request, Origin(actor, Channel.COUNTER, f"c{next(_numbers)}", act_of(request).name, bytes(32)))


def proof(who: Key, moment: datetime.datetime, *, by: Bureau | None = None) -> IdentityProof:
    """A check of the sandbox verifier at this moment."""
    seal = (by or bureau()).seal
    unsigned = IdentityProof(who, "sandbox", True, moment)
    return IdentityProof(who, "sandbox", True, moment, seal.sign(signed_text(unsigned)))


async def do(connection: Connection, asked: world.Asked, moment: datetime.datetime = AT, on_lane: int = 9) -> Any:
    """Carry one request out."""
    [answer] = await world.carry(connection, asked, moment=moment, by=bureau(), on_lane=on_lane)
    return answer


async def proposed(connection: Connection, son: Key, other: Key, moment: datetime.datetime = AT, **terms: Any) -> Any:
    """The son proposes on his phone, having been checked."""
    fields: dict[str, Any] = {"kinship": Kinship.PARENT, "identity": proof(son, moment)} | terms
    return await do(connection, signed_in(son, ProposeRequest(sponsor=son, beneficiary=other, **fields)), moment)


async def bound(connection: Connection, son: Key, other: Key, moment: datetime.datetime = AT, **terms: Any) -> Any:
    """Both sign at the counter."""
    request = BindRequest(sponsor=son, beneficiary=other, **({"kinship": Kinship.PARENT} | terms))
    return await do(connection, at_counter(son[0], request), moment)


async def on_time(connection: Connection, now: datetime.datetime) -> list[Any]:
    """Carry out what is due by now, in order, each at its moment or later."""
    return [
        await do(connection, world.Asked(each.request, each.origin), max(each.moment, now))
        for each in await due(connection, now)
    ]


async def paid(connection: Connection, patient: Key, total: int, moment: datetime.datetime) -> Any:
    """A bill at the hospital at home, of which the funds pay nothing."""
    request = world.bill(
        0, total, region=patient[0], day=moment.date(), at=patient[0], patient=patient[1] - world.number(0, 0)
    )
    return await do(connection, request, moment, on_lane=0)


async def newest(connection: Connection, son: Key) -> Sponsorship:
    return (await people.sponsorships(connection, *son))[-1]


async def purse(connection: Connection, who: Key) -> tuple[int, int, int]:
    """Current-year, prior-years and frozen money."""
    row = await connection.fetchrow(
        "select current_fen, prior_fen, frozen_fen from purse where region = $1 and person = $2", int(who[0]), who[1]
    )
    assert row is not None
    return tuple(row)


def code(answer: Any) -> str | None:
    """The code of a refusal, None for what was done."""
    return answer.code if isinstance(answer, Refused) else None


async def clean(connection: Connection, opened: int) -> None:
    """The money is all there and adds up."""
    assert await checks.wrongs(connection, opened) == []


SON, MOTHER = 101, 102


async def family(connection: Connection, code_: str = XIELI, **money: Any) -> tuple[Key, Key]:
    """A son with 300.00 of this year and 200.00 of earlier ones, and his mother."""
    await region(connection, code_)
    son = await person(connection, code_, SON, **({"current": 30_000, "prior": 20_000} | money))
    return son, await person(connection, code_, MOTHER, born=1960, scheme=Scheme.RESIDENT)


async def confirmed(
    connection: Connection, son: Key, mother: Key, moment: datetime.datetime = AT, **fields: Any
) -> Any:
    request = ConfirmRequest(sponsor=son, beneficiary=mother, **({"identity": proof(mother, moment)} | fields))
    return await do(connection, signed_in(mother, request), moment)


async def ended(connection: Connection, son: Key, mother: Key, moment: datetime.datetime = AT, **fields: Any) -> Any:
    return await do(
        connection, signed_in(son, EndRequest(sponsor=son, beneficiary=mother, by=Asker.SPONSOR, **fields)), moment
    )
