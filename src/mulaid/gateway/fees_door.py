"""2204 charge lines in, 2205 out; and the pricing of lines for a pharmacy sale."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby

from mulaid.gateway import codes, patients, pricing
from mulaid.gateway.amounts import fixed, money, plain
from mulaid.gateway.call import Call, Output
from mulaid.gateway.faults import FieldFault, together
from mulaid.gateway.messages.fees import DrugDetail, FeeDetail, FeesInput, RemovalInput
from mulaid.gateway.pricing import Line, PricedLine
from mulaid.gateway.profile import Profile
from mulaid.gateway.registration import done
from mulaid.procedures.requests import Refused
from mulaid.procedures.visit_requests import ChargeBatch, ChargesRequest, RemoveChargesRequest
from mulaid.terms.codes import Scheme
from mulaid.wording import gateway as say

_NO_LIMIT = 999_999 * 10**6
"""What areas print when an item has no price ceiling, in millionths of a yuan."""
_OTHER_FEE = "14"


async def upload(call: Call) -> Output | Refused:
    """2204: every batch of the call, or none."""
    details = call.read(FeesInput).feedetail
    _check(details, "feedetail", _of_other_visits(details))
    first = details[0]
    named = patients.visit_of(first.mdtrt_id, first.psn_no)
    if isinstance(named, Refused):
        return named
    region, visit, patient = named
    found = await patients.person(call, first.psn_no)
    if isinstance(found, Refused):
        return found
    held = patients.in_order(found, patients.not_after_today(first.fee_ocur_time, call.moment, "fee_ocur_time"))
    priced = await priced_lines(call, details, held[0].scheme if held else Scheme.RESIDENT)
    request = ChargesRequest(
        sender=call.sender, visit_region=region, visit=visit, patient=patient, batches=_batches(details, priced)
    )
    stored = done(await call.offices.store_charges(request, call.moment))
    if isinstance(stored, Refused):
        return stored
    return Output({"result": line_rows(priced, call.profile)}, stored.warning)


async def remove(call: Call) -> Output | Refused:
    """2205."""
    data = call.read(RemovalInput).data
    named = patients.visit_of(data.mdtrt_id, data.psn_no)
    if isinstance(named, Refused):
        return named
    region, visit, patient = named
    batch = None if data.chrg_bchno == codes.ALL_BATCHES else data.chrg_bchno
    request = RemoveChargesRequest(sender=call.sender, visit_region=region, visit=visit, patient=patient, batch=batch)
    return done(await call.offices.remove_charges(request, call.moment))


async def priced_lines(call: Call, details: Sequence[DrugDetail], scheme: Scheme) -> tuple[PricedLine, ...]:
    """Price lines by the catalogue in force at this institution on each line's day, in the order sent."""
    by_serial: dict[str, PricedLine] = {}
    for day, same_day in groupby(sorted(details, key=_day), key=_day):
        lines = [_line(detail) for detail in same_day]
        rows = await call.offices.catalogue(call.institution.region, sorted({line.code for line in lines}), day)
        by_serial.update((row.serial, row) for row in pricing.price_all(lines, rows, scheme))
    return tuple(by_serial[detail.feedetl_sn] for detail in details)


def check_sale(call: Call, details: Sequence[DrugDetail]) -> None:
    """What can be wrong with the lines of a sale before they are priced. Raises `FieldFault`."""
    _check(
        details,
        "drugdetail",
        (
            FieldFault(say.in_the_future, "fee_ocur_time", line=place)
            for place, detail in enumerate(details, 1)
            if detail.fee_ocur_time.date() > call.moment.date()
        ),
    )


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


def _batches(details: Sequence[FeeDetail], priced: Sequence[PricedLine]) -> tuple[ChargeBatch, ...]:
    grouped: dict[str, list[PricedLine]] = {}
    for detail, row in zip(details, priced, strict=True):
        grouped.setdefault(detail.chrg_bchno, []).append(row)
    return tuple(
        ChargeBatch(
            batch=batch,
            bill=pricing.bill(rows),
            serials=tuple(row.serial for row in rows),
            lines=pricing.packed(rows),
        )
        for batch, rows in grouped.items()
    )


def _check(details: Sequence[DrugDetail], wire: str, others: Iterable[FieldFault]) -> None:
    """Raise what is wrong with the lines, all of it: what any lines can have, and the others found."""
    if not details:
        raise FieldFault(say.no_lines, wire)
    if wrong := together(chain(_of_lines(details), others)):
        raise wrong


def _of_lines(details: Sequence[DrugDetail]) -> Iterator[FieldFault]:
    seen: set[str] = set()
    for place, detail in enumerate(details, 1):
        if detail.feedetl_sn in seen:
            yield FieldFault(say.serial_repeated, "feedetl_sn", line=place)
        seen.add(detail.feedetl_sn)
        try:
            if not pricing.adds_up(_line(detail)):
                yield FieldFault(say.line_amount_differs, "det_item_fee_sumamt", line=place)
        except FieldFault as fault:
            yield fault.at("", place)


def _of_other_visits(details: Sequence[FeeDetail]) -> Iterator[FieldFault]:
    for place, detail in enumerate(details, 1):
        if detail.mdtrt_id != details[0].mdtrt_id:
            yield FieldFault(say.one_visit_only, "mdtrt_id", line=place)
        if detail.psn_no != details[0].psn_no:
            yield FieldFault(say.one_visit_only, "psn_no", line=place)
        if detail.chrg_bchno == codes.ALL_BATCHES:
            yield FieldFault(say.batch_reserved, "chrg_bchno", line=place)


def _day(detail: DrugDetail) -> datetime.date:
    return detail.fee_ocur_time.date()


def _line(detail: DrugDetail) -> Line:
    """Raises `FieldFault`."""
    return Line(
        serial=detail.feedetl_sn,
        code=detail.med_list_codg,
        quantity=int(detail.cnt),
        price=int(detail.pric),
        amount=int(detail.det_item_fee_sumamt),
        approval=codes.approval(detail.hosp_appr_flag),
    )
