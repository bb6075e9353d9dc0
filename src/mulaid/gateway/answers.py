"""A settlement, quote or reversal as the wire shows it: setlinfo, setldetail and the extension.

Conservation is asserted again here, in fen, before anything is written: total = funds + accounts + cash + institution's
part, and the same total by cost class. `Unbalanced` means a defect below, and the door answers it as one.
"""

from collections.abc import Callable

import msgspec

from mulaid.gateway import codes, extension
from mulaid.gateway.amounts import fixed, money
from mulaid.gateway.offices import InstitutionRecord
from mulaid.gateway.profile import Profile
from mulaid.procedures.act.answers import PatientSeen, Settled
from mulaid.procedures.inquiry.case import FoundCase
from mulaid.store.ids import wire
from mulaid.terms.codes import Category, Fund
from mulaid.terms.money import Fen
from mulaid.wording import gateway as say
from mulaid.wording.kinship import fund_name

Row = dict[str, object]


class Unbalanced(ArithmeticError):
    """The amounts of a decided bill do not add up, or have the wrong sign."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the answer repeats from the question, and who unseals what it shows of the patient."""

    message_id: str
    profile: Profile
    unseal: Callable[[bytes], str]
    med_type: str = ""
    credential_kind: str = ""


def settlement_nodes(settled: Settled, asked: Asked) -> dict[str, object]:
    """The nodes setlinfo and setldetail. Raises `Unbalanced`."""
    return {"setlinfo": _setlinfo(settled, asked), "setldetail": _setldetail(settled)}


def cancelled_nodes(settled: Settled, asked: Asked) -> dict[str, object]:
    """As above for a reversal, whose cash was published under a misspelt name: both are sent."""
    info = _setlinfo(settled, asked)
    return {"setlinfo": {**info, "pdn_cash_pay": info["psn_cash_pay"]}, "setldetail": _setldetail(settled)}


def enquiry_nodes(found: FoundCase, asked: Asked, institution: InstitutionRecord) -> dict[str, object]:
    """5203, where the person's share and the cash have other names. Both halves of an undone settlement say so."""
    settled = found.settled
    info = _setlinfo(settled, asked)
    info["psn_pay"], info["cash_payamt"] = info.pop("psn_part_amt"), info.pop("psn_cash_pay")
    day = settled.moment.date()
    place = {
        "pay_loc": "2",
        "fixmedins_code": institution.institution,
        "fixmedins_name": institution.name,
        "fixmedins_poolarea": institution.region,
        "insu_optins": settled.patient.region,
        "begndate": str(day),
        "enddate": str(day),
        "refd_setl_flag": codes.yes_no(settled.undone is not None or settled.undone_by is not None),
        "year": f"{day.year:04d}",
    }
    return {"setlinfo": {**info, **place}, "setldetail": _setldetail(settled)}


def assert_conserved(settled: Settled) -> None:
    """Both ways of adding up the bill, the payers against the mutual aid, and the sign. Raises `Unbalanced`."""
    outcome, bill = settled.outcome, settled.bill
    by_payer = outcome.funds_paid + outcome.own + outcome.mutual + outcome.cash + outcome.institution
    by_class = bill.in_scope + bill.upfront_share + bill.over_price_limit + bill.excluded
    by_sponsor: Fen = sum(payer.amount for payer in settled.payers)
    if not (outcome.total == by_payer == by_class == bill.total and by_sponsor == outcome.mutual):
        raise Unbalanced(settled.case_id)
    amounts = (*outcome.funds, outcome.own, outcome.mutual, outcome.cash, outcome.institution)
    if (max(amounts) > 0) if settled.undone is not None else (min(amounts) < 0):
        raise Unbalanced(settled.case_id)


def _setlinfo(settled: Settled, asked: Asked) -> Row:
    assert_conserved(settled)
    outcome, bill, funds = settled.outcome, settled.bill, dict(zip(Fund, settled.outcome.funds, strict=True))
    accounts_paid = outcome.own + outcome.mutual
    extended = extension.write(settled)
    nothing = money(0)
    return {
        **_numbers(settled),
        **_patient(settled.patient, asked),
        "setl_time": f"{settled.moment:%Y-%m-%d %H:%M:%S}",
        "mdtrt_cert_type": asked.credential_kind,
        "med_type": asked.med_type or codes.med_type(settled.use),
        "medfee_sumamt": money(outcome.total),
        "fulamt_ownpay_amt": money(bill.excluded),
        "overlmt_selfpay": money(bill.over_price_limit),
        "preselfpay_amt": money(bill.upfront_share),
        "inscp_scp_amt": money(bill.in_scope),
        "act_pay_dedc": money(outcome.deductible_applied),
        "hifp_pay": money(funds[Fund.POOLED]),
        "pool_prop_selfpay": fixed(outcome.pooled_ratio, 4),
        "cvlserv_pay": money(funds[Fund.CIVIL_SERVANT]),
        "hifes_pay": nothing,
        "hifmi_pay": money(funds[Fund.SERIOUS_ILLNESS]),
        "hifob_pay": money(funds[Fund.LARGE_AMOUNT]),
        "maf_pay": money(funds[Fund.MEDICAL_ASSISTANCE]),
        "hifdm_pay": nothing,
        "oth_pay": nothing,
        "fund_pay_sumamt": money(outcome.funds_paid),
        "psn_part_amt": money(accounts_paid + outcome.cash),
        "acct_pay": money(accounts_paid),
        "psn_cash_pay": money(outcome.cash),
        "hosp_part_amt": money(outcome.institution),
        "balc": money(settled.balance_after),
        "acct_mulaid_pay": money(outcome.mutual),
        "medins_setl_id": asked.message_id,
        "clr_optins": settled.patient.region,
        "clr_way": asked.profile.code(1),
        "clr_type": codes.clearing_kind(settled.use),
        "exp_content": extended,
        "expContent": extended,
    }


def _numbers(settled: Settled) -> Row:
    """A sale without a visit has no visit number of its own: the settlement's stands in."""
    region = settled.patient.region
    own = "" if settled.case_id is None else wire(region, settled.case_id)
    first = own if settled.undone is None else wire(region, settled.undone)
    visit = first if settled.visit is None else wire(region, settled.visit)
    return {"mdtrt_id": visit, "setl_id": own}


def _patient(patient: PatientSeen, asked: Asked) -> Row:
    profile = asked.profile
    return {
        "psn_no": wire(patient.region, patient.person),
        "psn_name": asked.unseal(patient.sealed_name),
        "psn_cert_type": profile.code(codes.IDENTITY_DOCUMENT),
        "certno": asked.unseal(patient.sealed_number),
        "gend": codes.gender(patient.sex),
        "naty": "",
        "brdy": str(patient.born),
        "age": fixed(patient.age * 10, 1),
        "insutype": codes.insutype(patient.scheme),
        "psn_type": codes.person_kind(patient.scheme, patient.category, patient.retired, patient.age, profile),
        "cvlserv_flag": codes.yes_no(patient.category is Category.CIVIL_SERVANT),
    }


def _setldetail(settled: Settled) -> list[Row]:
    """One row a fund that paid, one for personal accounts whoever they belong to, one for the institution's part."""
    outcome, scheme = settled.outcome, settled.patient.scheme
    in_scope = settled.bill.in_scope
    rows = [
        _detail(codes.fund_code(fund, scheme, settled.use), fund_name(fund), paid, in_scope)
        for fund, paid in zip(Fund, outcome.funds, strict=True)
        if paid
    ]
    if accounts_paid := outcome.own + outcome.mutual:
        rows.append(_detail(codes.ACCOUNT_ROW, say.account_row_name(), accounts_paid, 0))
    if outcome.institution:
        rows.append(_detail(codes.INSTITUTION_ROW, say.institution_row_name(), outcome.institution, 0))
    return rows


def _detail(code: str, name: str, paid: Fen, in_scope: Fen) -> Row:
    return {
        "fund_pay_type": code,
        "fund_pay_type_name": name,
        "inscp_scp_amt": money(in_scope),
        "crt_payb_lmt_amt": money(0),
        "fund_payamt": money(paid),
        "setl_proc_info": "",
    }
