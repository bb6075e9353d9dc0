"""9001, 9002 sign in and out; 1101 who is this; 2001 may they; 2201 to 2203 a visit."""

from mulaid.gateway import codes, patients, refusals
from mulaid.gateway.amounts import fixed, money
from mulaid.gateway.call import Call, Output
from mulaid.gateway.envelope import canonical
from mulaid.gateway.faults import FieldFault
from mulaid.gateway.messages.person import BenefitData, BenefitInput, PersonInput
from mulaid.gateway.messages.sign_in import SignInInput, SignOutInput
from mulaid.gateway.messages.visit import RegistrationInput, VisitInput, WithdrawalInput
from mulaid.gateway.offices import EnrolmentRecord, PersonRecord
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer
from mulaid.procedures.till.requests import BenefitInquiry, BenefitSeen, Obstacle, SettleRequest
from mulaid.procedures.visit.requests import DescribeRequest, Registered, VisitRequest, WithdrawRequest
from mulaid.store.ids import wire
from mulaid.terms.calendar import age_on
from mulaid.terms.codes import Category, Cover, Fund
from mulaid.wording import gateway as say

_RESULT_LENGTH = 500


async def sign_in(call: Call) -> Output | Refused:
    """9001. Nothing is kept: any sign-in number is accepted afterwards, as areas do."""
    call.read(SignInInput)
    return Output({"signinoutb": {"sign_time": f"{call.moment:%Y-%m-%d}", "sign_no": call.reference}})


async def sign_out(call: Call) -> Output | Refused:
    """9002. The specification prints the time alone, clients read it inside a node: both are sent."""
    call.read(SignOutInput)
    time = f"{call.moment:%Y-%m-%d}"
    return Output({"sign_time": time, "signoutoutb": {"sign_time": time}})


async def look_up_person(call: Call) -> Output | Refused:
    """1101."""
    data = call.read(PersonInput).data
    number, key = await patients.shown_person(call, data.mdtrt_cert_type, data.mdtrt_cert_no)
    if data.certno and data.certno.upper() != number:
        raise FieldFault(say.other_persons_document, "certno")
    found = await call.offices.person_by_key(*key)
    if found is None:
        return Refused(code=Fault.UNKNOWN_PERSON, field="mdtrt_cert_no")
    if data.psn_name and data.psn_name != found.name:
        raise FieldFault(say.other_persons_document, "psn_name")
    return Output(
        {
            "baseinfo": _base(found, call),
            "insuinfo": [_insured(found, row, call) for row in patients.in_order(found, call.moment.date())],
            "idetinfo": [],
        }
    )


async def check_benefit(call: Call) -> Output | Refused:
    """2001: a row for the pooled fund, and one for accounts, own and relatives', where there are any.

    Where a prescription matters there is one: the message cannot say.
    """
    data = call.read(BenefitInput).data
    region, person = codes.number(data.psn_no, "psn_no")
    scheme = codes.scheme(data.insutype)
    request = SettleRequest(
        patient_region=region,
        patient=person,
        use=codes.any_use(data.med_type),
        day=data.begntime.date(),
        scheme=scheme,
        prescription=True,
    )
    seen: BenefitSeen | Refused = await call.ask(BenefitInquiry(request))
    if isinstance(seen, Refused) and seen.code != Fault.SCHEME_NOT_HELD:
        return seen
    if isinstance(seen, Refused):
        seen = BenefitSeen(pooled=Obstacle(code=seen.code), accounts=None, has_accounts=False)
    rows = [(codes.fund_code(Fund.POOLED, scheme, request.use), seen.pooled)]
    if seen.has_accounts:
        rows.append((codes.ACCOUNT_ROW, seen.accounts))
    return Output({"trtinfo": [_benefit(data, row, obstacle) for row, obstacle in rows]})


async def register_visit(call: Call) -> Output | Refused:
    """2201."""
    data = call.read(RegistrationInput).data
    patients.not_after_today(data.begntime, call.moment, "begntime")
    who = codes.number(data.psn_no, "psn_no")
    shown, _ = await patients.credential(call, who, data.mdtrt_cert_type, data.mdtrt_cert_no)
    request = VisitRequest(
        patient_region=who[0],
        patient=who[1],
        scheme=codes.scheme(data.insutype),
        use=codes.outpatient_use(data.med_type),
        begun=data.begntime.plain(),
        number=data.ipt_otp_no,
        credential=shown,
        details=canonical(call.given),
    )
    opened = await call.do(request)
    if isinstance(opened, Refused):
        return opened
    assert isinstance(opened, Registered) and opened.case_id is not None
    return Output(
        {
            "data": {
                "mdtrt_id": wire(who[0], opened.case_id),
                "psn_no": data.psn_no,
                "ipt_otp_no": data.ipt_otp_no,
            }
        },
        _registered_twice(who[0], opened),
    )


async def withdraw_visit(call: Call) -> Output | Refused:
    """2202."""
    data = call.read(WithdrawalInput).data
    named = patients.visit_of(data.mdtrt_id, data.psn_no)
    if isinstance(named, Refused):
        return named
    region, visit, patient = named
    request = WithdrawRequest(
        visit_region=region,
        visit=visit,
        patient=patient,
        number=data.ipt_otp_no,
    )
    return done(await call.do(request))


async def describe_visit(call: Call) -> Output | Refused:
    """2203 and 2203A."""
    data = call.read(VisitInput).mdtrtinfo
    patients.not_after_today(data.begntime, call.moment, "begntime")
    named = patients.visit_of(data.mdtrt_id, data.psn_no)
    if isinstance(named, Refused):
        return named
    region, visit, patient = named
    request = DescribeRequest(
        visit_region=region,
        visit=visit,
        patient=patient,
        use=codes.outpatient_use(data.med_type),
        details=canonical(call.given),
    )
    return done(await call.do(request))


def done(answer: Answer) -> Output | Refused:
    """A success without nodes."""
    if isinstance(answer, Refused):
        return answer
    return Output({}, say.already_done() if answer.replayed else "")


def _registered_twice(region: str, opened: Registered) -> str:
    if opened.replayed:
        return say.already_done()
    if opened.twin is None:
        return ""
    told = say.registered_by_number if opened.same_number else say.registered_that_day
    return told(wire(region, opened.twin))


def _base(found: PersonRecord, call: Call) -> dict[str, object]:
    return {
        "psn_no": wire(found.region, found.person),
        "psn_cert_type": call.profile.code(codes.IDENTITY_DOCUMENT),
        "certno": found.number,
        "psn_name": found.name,
        "gend": codes.gender(found.sex),
        "naty": "",
        "brdy": str(found.born),
        "age": fixed(age_on(found.born, call.moment.date()) * 10, 1),
    }


def _insured(found: PersonRecord, row: EnrolmentRecord, call: Call) -> dict[str, object]:
    day = call.moment.date()
    status = row.status if row.holds(day) else Cover.ENDED
    age = age_on(found.born, day)
    return {
        "balc": money(found.balance if row.account else 0),
        "insutype": codes.insutype(row.scheme),
        "psn_type": codes.person_kind(row.scheme, row.category, row.retired, age, call.profile),
        "psn_insu_stas": codes.insured_status(status),
        "psn_insu_date": str(row.since),
        "paus_insu_date": str(row.until) if row.until else "",
        "cvlserv_flag": codes.yes_no(row.category is Category.CIVIL_SERVANT),
        "insuplc_admdvs": found.region,
        "emp_name": "",
    }


def _benefit(data: BenefitData, fund_row: str, obstacle: Obstacle | None) -> dict[str, object]:
    return {
        "psn_no": data.psn_no,
        "trt_chk_type": "01",
        "fund_pay_type": fund_row,
        "trt_enjymnt_flag": codes.yes_no(obstacle is None),
        "begndate": str(data.begntime.date()),
        "enddate": "",
        "trt_chk_rslt": "" if obstacle is None else refusals.obstacle(obstacle)[:_RESULT_LENGTH],
    }
