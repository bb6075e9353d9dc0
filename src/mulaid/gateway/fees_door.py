"""2204 charge lines in, 2205 out; and the lines of a pharmacy's sale, which are read and shown alike."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from mulaid.decide.pricing import adds_up
from mulaid.gateway import codes, patients
from mulaid.gateway.amounts import fixed, money, plain
from mulaid.gateway.call import Call, Output
from mulaid.gateway.faults import FieldFault, together
from mulaid.gateway.messages.fees import DrugDetail, FeeDetail, FeesInput, RemovalInput
from mulaid.gateway.profile import Profile
from mulaid.gateway.registration import done
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.visit.requests import ChargeBatch, Charged, ChargesRequest, RemoveChargesRequest
from mulaid.store.ids import wire
from mulaid.terms.charges import Line, PricedLine
from mulaid.wording import gateway as say

_NO_LIMIT = 999_999 * 10**6
"""What areas print when an item has no price ceiling, in millionths of a yuan."""
_OTHER_FEE = "14"


async def upload(call: Call) -> Output | Refused:
    """2204: every batch of the call, or none."""
    details = call.read(FeesInput).feedetail
    lines = charge_lines(call, details, "feedetail", _of_other_visits(details))
    named = patients.visit_of(details[0].mdtrt_id, details[0].psn_no)
    if isinstance(named, Refused):
        return named
    region, visit, patient = named
    request = ChargesRequest(visit_region=region, visit=visit, patient=patient, batches=_batches(details, lines))
    stored = await call.do(request)
    if isinstance(stored, Refused):
        return stored
    assert isinstance(stored, Charged)
    priced = {row.serial: row for row in stored.lines}
    rows = line_rows((priced[line.serial] for line in lines), call.profile)
    if stored.replayed:
        return Output({"result": rows}, say.already_done())
    return Output({"result": rows}, "" if stored.twin is None else say.charged_twice(wire(region, stored.twin)))


async def remove(call: Call) -> Output | Refused:
    """2205."""
    data = call.read(RemovalInput).data
    named = patients.visit_of(data.mdtrt_id, data.psn_no)
    if isinstance(named, Refused):
        return named
    region, visit, patient = named
    batch = codes.batch(data.chrg_bchno)
    return done(await call.do(RemoveChargesRequest(visit_region=region, visit=visit, patient=patient, batch=batch)))


def charge_lines(
    call: Call, details: Sequence[DrugDetail], wire: str, others: Iterable[FieldFault] = ()
) -> tuple[Line, ...]:
    """The lines of a message in whole units. Raises `FieldFault` with all that is wrong with them, and the others."""
    if not details:
        raise FieldFault(say.no_lines, wire)
    if wrong := together(chain(_of_lines(call, details), others)):
        raise wrong
    return tuple(_line(detail) for detail in details)


def _of_lines(call: Call, details: Sequence[DrugDetail]) -> Iterator[FieldFault]:
    seen: set[str] = set()
    for place, detail in enumerate(details, 1):
        if detail.feedetl_sn in seen:
            yield FieldFault(say.serial_repeated, "feedetl_sn", line=place)
        seen.add(detail.feedetl_sn)
        try:
            line = _line(detail)
        except FieldFault as fault:
            yield fault.at("", place)
            continue
        if not adds_up(line):
            yield FieldFault(say.line_amount_differs, "det_item_fee_sumamt", line=place)
        if line.day > call.moment.date():
            yield FieldFault(say.in_the_future, "fee_ocur_time", line=place)


def line_rows(priced: Iterable[PricedLine], profile: Profile) -> list[dict[str, object]]:
    """Priced lines as the nodes `result` and `detlcutinfo` show them."""
    return [
        {
            "feedetl_sn": row.serial,
            "det_item_fee_sumamt": money(row.amount),
            "cnt": plain(row.quantity, 4),
            "pric": plain(row.price, 6),
            "pric_uplmt_amt": plain(_NO_LIMIT if row.price_limit is None else row.price_limit, 6),
            "selfpay_prop": fixed(row.upfront_ratio, 4),
            "fulamt_ownpay_amt": money(row.excluded),
            "overlmt_amt": money(row.over_price_limit),
            "preselfpay_amt": money(row.upfront_share),
            "inscp_scp_amt": money(row.in_scope),
            "chrgitm_lv": profile.code(row.item_class),
            "med_chrgitm_type": row.fee_kind or _OTHER_FEE,
            "lmt_used_flag": codes.yes_no(row.restricted),
            "memo": say.line_note(row.note),
        }
        for row in priced
    ]


def _batches(details: Sequence[FeeDetail], lines: Sequence[Line]) -> tuple[ChargeBatch, ...]:
    grouped: dict[str | None, list[Line]] = {}
    for detail, line in zip(details, lines, strict=True):
        grouped.setdefault(codes.batch(detail.chrg_bchno), []).append(line)
    return tuple(ChargeBatch(batch=batch, lines=tuple(rows)) for batch, rows in grouped.items())


def _of_other_visits(details: Sequence[FeeDetail]) -> Iterator[FieldFault]:
    for place, detail in enumerate(details, 1):
        if detail.mdtrt_id != details[0].mdtrt_id:
            yield FieldFault(say.one_visit_only, "mdtrt_id", line=place)
        if detail.psn_no != details[0].psn_no:
            yield FieldFault(say.one_visit_only, "psn_no", line=place)


def _line(detail: DrugDetail) -> Line:
    """Raises `FieldFault`."""
    return Line(
        serial=detail.feedetl_sn,
        code=detail.med_list_codg.upper(),
        quantity=int(detail.cnt),
        price=int(detail.pric),
        amount=int(detail.det_item_fee_sumamt),
        approval=codes.approval(detail.hosp_appr_flag),
        day=detail.fee_ocur_time.date(),
    )
