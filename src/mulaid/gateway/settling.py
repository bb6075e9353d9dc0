"""Quotes, settlements, reversals and the undoing of lost messages: 2101 to 2103, 2206 to 2208, 2601."""

from mulaid.gateway import answers, codes, fees_door, patients, translate
from mulaid.gateway.amounts import money
from mulaid.gateway.call import Call, Output
from mulaid.gateway.messages.pharmacy import PharmacyInput
from mulaid.gateway.messages.settlement import BillData, BillInput
from mulaid.gateway.messages.undo import CancelInput, VoidInput
from mulaid.gateway.registration import done
from mulaid.procedures.act.answers import Refused, Settled
from mulaid.procedures.act.matter import Answer
from mulaid.procedures.till.requests import QuoteInquiry, SettleRequest
from mulaid.store.ids import wire
from mulaid.terms.charges import PricedLine
from mulaid.terms.codes import Credential, FundsBy
from mulaid.wording import gateway as say


async def quote_visit(call: Call) -> Output | Refused:
    """2206 and 2206A."""
    data = call.read(BillInput).data
    asked = await _visit_request(call, data, quote=True)
    if isinstance(asked, Refused):
        return asked
    request, doubt = asked
    reply = await call.ask(QuoteInquiry(request))
    return _shown(reply, call, data.med_type, data.mdtrt_cert_type, doubt)


async def settle_visit(call: Call) -> Output | Refused:
    """2207 and 2207A."""
    data = call.read(BillInput).data
    asked = await _visit_request(call, data, quote=False)
    if isinstance(asked, Refused):
        return asked
    request, _ = asked
    return _shown(await call.do(request), call, data.med_type, data.mdtrt_cert_type)


async def quote_sale(call: Call) -> Output | Refused:
    """2101."""
    return await _sale(call, quote=True)


async def settle_sale(call: Call) -> Output | Refused:
    """2102."""
    return await _sale(call, quote=False)


async def cancel(call: Call) -> Output | Refused:
    """2103 and 2208."""
    request = translate.cancellation(call, call.read(CancelInput).data)
    reply = await call.do(request)
    if isinstance(reply, Refused):
        return reply
    assert isinstance(reply, Settled)
    return Output(answers.cancelled_nodes(reply, call.asked()), _warning(reply))


async def void(call: Call) -> Output | Refused:
    """2601: undoes what the earlier message did, or makes sure that it never does anything."""
    request = translate.voiding(call, call.read(VoidInput).data)
    if foreign := call.foreign_message_id(request.original_message_id, "omsgid"):
        raise foreign
    return done(await call.do(request))


async def _visit_request(call: Call, data: BillData, *, quote: bool) -> tuple[SettleRequest, str] | Refused:
    """What is asked, and the warning about it."""
    visit = patients.visit_of(data.mdtrt_id, data.psn_no)
    if isinstance(visit, Refused):
        return visit
    region, _, patient = visit
    shown, doubt = Credential.OWN, ""
    if data.mdtrt_cert_no or not quote:
        shown, doubt = await patients.credential(
            call, (region, patient), data.mdtrt_cert_type, data.mdtrt_cert_no, quote=quote
        )
    return translate.visit_bill(call, data, visit, shown), doubt


async def _sale(call: Call, *, quote: bool) -> Output | Refused:
    given = call.read(PharmacyInput)
    info = given.druginfo
    day = patients.not_after_today(info.begntime, call.moment, "begntime")
    lines = fees_door.charge_lines(call, given.drugdetail, "drugdetail")
    key = codes.number(info.psn_no, "psn_no")
    shown, doubt = await patients.credential(call, key, info.mdtrt_cert_type, info.mdtrt_cert_no, quote=quote)
    scheme = codes.scheme(info.insutype)
    priced = await call.offices.priced(call.institution.region, lines, scheme)
    request = translate.sale(call, info, given.drugdetail, priced, key, shown, day)
    reply = await (call.ask(QuoteInquiry(request)) if quote else call.do(request))
    output = _shown(reply, call, info.med_type, info.mdtrt_cert_type, doubt)
    if isinstance(output, Refused):
        return output
    return Output({**output.nodes, "detlcutinfo": _cut_rows(priced, call)}, output.warning)


def _shown(reply: Answer, call: Call, med_type: str, credential_kind: str, doubt: str = "") -> Output | Refused:
    if isinstance(reply, Refused):
        return reply
    assert isinstance(reply, Settled)
    return Output(answers.settlement_nodes(reply, call.asked(med_type, credential_kind)), doubt + _warning(reply))


def _warning(settled: Settled) -> str:
    if settled.replayed and settled.undone_by is not None:
        return say.undone_since(wire(settled.patient.region, settled.undone_by))
    if settled.replayed:
        return say.already_done()
    if settled.quote_changed:
        return say.quote_changed()
    return say.funds_of_a_sandbox() if settled.funds_by is FundsBy.SANDBOX else ""


def _cut_rows(priced: tuple[PricedLine, ...], call: Call) -> list[dict[str, object]]:
    return [{**row, "hosp_part_amt": money(0)} for row in fees_door.line_rows(priced, call.profile)]
