"""Invented people, institutions and settlements for the tests of the gateway, and how a test speaks to the door."""

import datetime
import json
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar.testing import TestClient

from mulaid.gateway.door import create
from mulaid.gateway.offices import EnrolmentRecord, InstitutionRecord, Offices, PersonRecord, Proof, ProofKind
from mulaid.intake.catalogue_file import ItemForm, read_catalogue_value
from mulaid.procedures.act.answers import PassedOver, PatientSeen, Payer, Settled
from mulaid.terms.bill_case import Bill
from mulaid.terms.charges import Item
from mulaid.terms.codes import Category, Cover, Fund, InstitutionKind, Kinship, Mechanism, Scheme, Sex, Use
from mulaid.terms.money import Fen
from mulaid.terms.outcome import Draw, Outcome
from mulaid.terms.reasons import Skip

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
NOW = datetime.datetime(2026, 3, 2, 10, 15, 30, 123_000, tzinfo=ZoneInfo("Asia/Shanghai"))
REGION = "990100"
HOSPITAL, PHARMACY, CLINIC = "H99010000001", "P99010000002", "H99010000003"
WANG, LI, ZHAO, QIAN = 7, 8, 9, 10
NUMBERS = {
    WANG: "990101195001010010",
    LI: "990101198203150023",
    ZHAO: "990101199006201033",
    QIAN: "990101201809010046",
}
KEY, SECRET = "clinic-key", "clinic-secret"


def _item(form: ItemForm) -> Item:
    return Item(
        code=form.code,
        from_day=form.from_day,
        name=form.name,
        item_class=int(form.grade),
        upfront_employee_bp=int(form.upfront_employee),
        upfront_resident_bp=int(form.upfront_resident),
        price_limit_micro=None if form.price_limit is None else int(form.price_limit),
        restricted=form.restricted,
        barred=form.barred,
        fee_kind=form.fee_kind,
    )


CATALOGUE = [
    _item(form)
    for form in msgspec.convert(
        tomllib.loads((EXAMPLES / "catalogue.toml").read_text(encoding="utf-8"))["item"],
        list[ItemForm],
        dec_hook=read_catalogue_value,
    )
]


def institution(code: str, place: InstitutionKind, profile: str = "baseline", **auth: Any) -> InstitutionRecord:
    return InstitutionRecord(
        region=REGION,
        institution=code,
        name="演示机构",
        kind=place,
        level=2,
        designated=True,
        wallet_ready=True,
        profile=profile,
        auth=Proof(**(auth or {"kind": ProofKind.API_KEY, "secret": SECRET})),
    )


INSTITUTIONS = {
    HOSPITAL: institution(HOSPITAL, InstitutionKind.HOSPITAL),
    PHARMACY: institution(PHARMACY, InstitutionKind.PHARMACY, "hunan"),
    CLINIC: institution(
        CLINIC, InstitutionKind.COMMUNITY, "text_infcode", kind=ProofKind.HMAC_SHA1, key=KEY, secret=SECRET
    ),
}


def enrolment(scheme: Scheme, status: Cover = Cover.ACTIVE, retired: bool = False) -> EnrolmentRecord:
    return EnrolmentRecord(
        scheme=scheme,
        status=status,
        category=Category.ORDINARY,
        retired=retired,
        account=scheme is Scheme.EMPLOYEE,
        since=datetime.date(2020, 1, 1),
    )


def person(key: int, name: str, sex: Sex, balance: Fen, enrolled: EnrolmentRecord, **more: Any) -> PersonRecord:
    number = NUMBERS[key]
    fields: dict[str, Any] = {"enrolments": (enrolled,), **more}
    born = datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    return PersonRecord(
        region=REGION, person=key, number=number, name=name, sex=sex, born=born, balance=balance, **fields
    )


SUSPENDED = {ZHAO}
PEOPLE = {
    WANG: person(WANG, "王小明", Sex.MALE, 2_000, enrolment(Scheme.EMPLOYEE, retired=True)),
    LI: person(LI, "李小红", Sex.FEMALE, 500_000, enrolment(Scheme.EMPLOYEE)),
    ZHAO: person(ZHAO, "赵小军", Sex.MALE, 0, enrolment(Scheme.EMPLOYEE, Cover.PAUSED)),
    QIAN: person(QIAN, "钱小朵", Sex.FEMALE, 0, enrolment(Scheme.RESIDENT)),
}


def seen(found: PersonRecord) -> PatientSeen:
    row = found.enrolments[0]
    return PatientSeen(
        region=found.region,
        person=found.person,
        sealed_number=found.number.encode(),
        sealed_name=found.name.encode(),
        sex=found.sex,
        born=found.born,
        age=NOW.year - found.born.year,
        scheme=row.scheme,
        status=row.status,
        category=row.category,
        retired=row.retired,
    )


def outcome(
    total: Fen, funds: tuple[Fen, ...], own: Fen, mutual: Fen, institution_paid: Fen = 0, **more: Any
) -> Outcome:
    fields: dict[str, Any] = {"deductible_applied": 0, "pooled_ratio": 0, **more}
    return Outcome(
        refused=None,
        total=total,
        funds=funds,
        own=own,
        own_prior_years=0,
        mutual=mutual,
        cash=total - sum(funds) - own - mutual - institution_paid,
        institution=institution_paid,
        draws=(Draw(0, mutual, 0),) if mutual else (),
        skipped=(),
        over_ceiling=0,
        steps=(),
        used=(),
        **fields,
    )


def settled(
    patient: PersonRecord, bill: Bill, decided: Outcome, payers: tuple[Payer, ...] = (), **more: Any
) -> Settled:
    fields: dict[str, Any] = {
        "case_id": 1,
        "use": Use.OUTPATIENT,
        "balance_after": 0,
        "visit": None,
        "batch": None,
        "moment": NOW,
        "policy": "digest",
        **more,
    }
    return Settled(patient=seen(patient), bill=bill, outcome=decided, payers=payers, **fields)


def reversed_case(given: Settled, moment: datetime.datetime, case_id: int) -> Settled:
    """The same with every amount negative."""
    bill = msgspec.structs.replace(
        given.bill, **{name: -value for name, value in msgspec.structs.asdict(given.bill).items()}
    )
    old: Outcome = given.outcome
    negative = {name: -getattr(old, name) for name in ("total", "own", "mutual", "cash", "institution")}
    decided = msgspec.structs.replace(old, **negative, funds=tuple(-paid for paid in old.funds))
    payers = tuple(msgspec.structs.replace(payer, amount=-payer.amount) for payer in given.payers)
    after = given.balance_after + old.own
    return msgspec.structs.replace(
        given,
        bill=bill,
        outcome=decided,
        payers=payers,
        case_id=case_id,
        undone=given.case_id or 17,
        moment=moment,
        balance_after=after,
    )


def daughter(amount: Fen, number: int = 1) -> Payer:
    """The patient is the payer's parent."""
    return Payer(number, "李*红", Kinship.PARENT, Mechanism.INSTANT_DRAW, amount)


def passed_over(why: Skip, number: int = 1) -> PassedOver:
    return PassedOver(number, "李*红", why)


def no_funds() -> tuple[Fen, ...]:
    return (0,) * len(Fund)


def client(offices: Offices) -> TestClient[Any]:
    """The door without a network."""
    return TestClient(create(offices, clock=lambda: NOW))


def post(
    door: TestClient[Any], body: Any, path: str = "/fsi/api/callService", headers: Mapping[str, str] | None = None
) -> Any:
    """Send a body (text or an object), see that HTTP is content, give back the answer with numbers as written."""
    content = body if isinstance(body, str | bytes) else json.dumps(body, ensure_ascii=False)
    given = {"content-type": "text/plain", "apikey": SECRET} if headers is None else headers
    answer = door.post(path, content=content, headers=dict(given))
    assert answer.status_code == 200
    return json.loads(answer.content.decode(answer.charset_encoding or "utf-8"), parse_float=Decimal)


def request(infno: str, nodes: Any, message: int = 1, institution_code: str = HOSPITAL) -> dict[str, Any]:
    """An envelope as a hospital sends it."""
    return {
        "infno": infno,
        "msgid": f"{institution_code}20260302101530{message:04d}",
        "mdtrtarea_admvs": REGION,
        "insuplc_admdvs": REGION,
        "recer_sys_code": "99",
        "dev_no": "null",
        "cainfo": None,
        "infver": "V1.0",
        "opter_type": "1",
        "opter": "001",
        "opter_name": "收费员",
        "inf_time": "2026-03-02 10:15:30",
        "fixmedins_code": institution_code,
        "fixmedins_name": "演示机构",
        "sign_no": "",
        "input": nodes,
    }
