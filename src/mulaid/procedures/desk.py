"""The desk where a batch of bills of one patient region is worked on: what was read, and what each bill asks."""

import datetime
from collections.abc import Sequence

import msgspec

from mulaid.policy.law import Law
from mulaid.policy.rules import Confirm
from mulaid.procedures.bureau import Bureau
from mulaid.procedures.faults import Fault
from mulaid.procedures.households import Households, Link, open_households
from mulaid.procedures.records import SponsorKey
from mulaid.procedures.requests import Refused, SettleRequest
from mulaid.store import people, swipes, visits
from mulaid.store.connect import Connection
from mulaid.store.ids import wire
from mulaid.store.rows import NEW_YEAR, Institution, Insured
from mulaid.store.visits import Batch, Visit
from mulaid.terms import bill_case
from mulaid.terms.bill_case import Bill, BillCase, Patient, Sponsor
from mulaid.terms.calendar import age_on
from mulaid.terms.codes import care_group

BatchKey = tuple[int, str]


class Question(msgspec.Struct, frozen=True, gc=False):
    """One bill as the rules see it, with where its sponsors' money and relations are kept."""

    case: BillCase
    keys: tuple[SponsorKey, ...]
    links: list[Link]


class Desk(msgspec.Struct):
    """What a batch has read, and which charges it has settled so far."""

    law: Law
    house: Households
    institutions: dict[str, tuple[str, Institution]]
    visits: dict[int, Visit]
    batches: dict[BatchKey, Batch]
    swipes: dict[tuple[int, str], datetime.datetime]
    """When a patient was first told, at an institution, to swipe again."""
    moment: datetime.datetime
    settled: dict[BatchKey, int]

    async def mark_settled(self, connection: Connection) -> None:
        """Mark the charges that were settled."""
        keys = list(self.settled)
        if keys:
            numbers, batches = [key[0] for key in keys], [key[1] for key in keys]
            await visits.mark_settled(connection, self.house.region, numbers, batches, list(self.settled.values()))


async def open_desk(
    connection: Connection, bureau: Bureau, requests: Sequence[SettleRequest], moment: datetime.datetime, *, lock: bool
) -> Desk:
    """Read what the bills need; with `lock`, under the locks a settlement holds."""
    region, today = requests[0].patient_region, moment.date()
    codes = sorted({request.sender.institution for request in requests})
    numbers = sorted({request.visit for request in requests if request.visit is not None})
    known: dict[int, Visit] = {}
    batches: dict[BatchKey, Batch] = {}
    if numbers:
        known = await visits.visits(connection, region, numbers)
    bills = [(request.patient, _care_day(known, request, moment), request.use) for request in requests]
    house = await open_households(connection, bureau.law, region, bills, today, lock=lock)
    if numbers:
        keys = sorted({(each.visit, each.batch or "") for each in requests if each.visit is not None})
        if lock:
            batches = await visits.lock_batches(connection, region, [key[0] for key in keys], [key[1] for key in keys])
        else:
            batches = {(each.visit, each.batch): each for each in await visits.batches(connection, region, numbers)}
    swiped: dict[tuple[int, str], datetime.datetime] = {}
    if bureau.law.aid(region, today).confirm_mode.value is Confirm.RESWIPE:
        swiped = await swipes.read(connection, region, sorted({request.patient for request in requests}))
    return Desk(
        law=bureau.law,
        house=house,
        institutions=await _institutions(connection, bureau, codes),
        visits=known,
        batches=batches,
        swipes=swiped,
        moment=moment,
        settled={},
    )


async def _institutions(
    connection: Connection, bureau: Bureau, codes: Sequence[str]
) -> dict[str, tuple[str, Institution]]:
    """Institutions by their codes, those not read lately from the database; unknown codes are missing."""
    known = {code: bureau.institutions.get(code) for code in codes}
    missing = [code for code, found in known.items() if found is None]
    if missing:
        for code, found in (await people.find_institutions(connection, missing)).items():
            known[code] = found
            bureau.institutions.put(code, found)
    return {code: found for code, found in known.items() if found is not None}


def ask(desk: Desk, request: SettleRequest) -> Question | Refused:
    """Turn a request into the question the rules answer, or say why it cannot be asked."""
    house = desk.house
    institution = desk.institutions.get(request.sender.institution)
    if institution is None:
        return Refused(code=Fault.UNKNOWN_INSTITUTION)
    if request.patient in house.moved:
        return Refused(code=Fault.PERSON_MOVED, detail={"region": house.moved[request.patient]})
    day = _care_day(desk.visits, request, desk.moment)
    insured = house.people.get((request.patient, day))
    if insured is None or (house.region, request.patient) not in house.money:
        return Refused(code=Fault.UNKNOWN_PERSON)
    bill = _bill(desk, request)
    if isinstance(bill, Refused):
        return bill
    links, sponsors, keys = house.sponsors_of(request.patient)
    chosen = _chosen(request, sponsors)
    if isinstance(chosen, Refused):
        return chosen
    region, place = institution
    year_key = (request.patient, desk.law.benefit_year(house.region, day), care_group(request.use))
    case = BillCase(
        region=house.region,
        day=day,
        settled_on=house.today,
        settled_at=desk.moment.hour * 60 + desk.moment.minute,
        use=request.use,
        accounts=request.accounts,
        chosen=chosen,
        second_swipe_minutes=_minutes_since_first_swipe(desk, request),
        prescription=request.prescription,
        patient=_patient(house, request, insured, day),
        institution=bill_case.Institution(
            region=region,
            kind=place.kind,
            level=place.level,
            designated=place.designated,
            wallet_ready=place.wallet_ready,
        ),
        bill=bill,
        year=house.years.get(year_key, NEW_YEAR),
        funds_given=request.funds_given,
        agent_papers=request.agent_papers,
        sponsors=sponsors,
    )
    return Question(case, keys, links)


def _care_day(visits: dict[int, Visit], request: SettleRequest, moment: datetime.datetime) -> datetime.date:
    """The day the visit began, by the calendar of `moment`; without a visit the day the request gives."""
    visit = None if request.visit is None else visits.get(request.visit)
    return request.day if visit is None else visit.begun.astimezone(moment.tzinfo).date()


def _patient(house: Households, request: SettleRequest, insured: Insured, day: datetime.date) -> Patient:
    """Cover and age as of the day of care; suspension and e-voucher as of today."""
    money = house.money[house.region, request.patient]
    return Patient(
        scheme=insured.scheme,
        account=insured.account,
        status=insured.status,
        age=age_on(insured.born, day),
        sex=insured.sex,
        retired=insured.retired_on is not None and insured.retired_on <= day,
        retired_on=insured.retired_on,
        category=insured.category,
        tier=insured.tier,
        assistance=insured.assistance,
        own_balance=money.free if insured.account else 0,
        own_prior_years=money.prior if insured.account else 0,
        credential=request.credential,
        activated=insured.activated,
        suspended=insured.suspended,
    )


def _minutes_since_first_swipe(desk: Desk, request: SettleRequest) -> int | None:
    first = desk.swipes.get((request.patient, request.sender.institution))
    return None if first is None else -int((first - desk.moment).total_seconds() // 60)


def _bill(desk: Desk, request: SettleRequest) -> Bill | Refused:
    """The priced bill: as given, or the stored charges of the visit; the amounts claimed are checked against it."""
    if request.visit is None:
        return Refused(code=Fault.UNKNOWN_BATCH) if request.bill is None else _checked(request.bill, request)
    visit = desk.visits.get(request.visit)
    if visit is None or visit.state == "withdrawn":
        return Refused(code=Fault.UNKNOWN_VISIT)
    if visit.institution != request.sender.institution:
        return Refused(code=Fault.VISIT_OF_OTHER_INSTITUTION)
    if visit.person != request.patient:
        return Refused(code=Fault.VISIT_OF_OTHER_PERSON)
    batch = desk.batches.get((request.visit, request.batch or ""))
    if batch is None:
        return Refused(code=Fault.UNKNOWN_BATCH, detail={"batch": request.batch or ""})
    earlier = desk.settled.get((batch.visit, batch.batch), batch.settled_by)
    if earlier is not None:
        return Refused(code=Fault.BATCH_ALREADY_SETTLED, detail={"case": wire(desk.house.region, earlier)})
    return _checked(batch.bill, request)


def _checked(bill: Bill, request: SettleRequest) -> Bill | Refused:
    """The bill, unless an amount the institution claims is not the amount the lines have."""
    claimed = {} if request.claimed is None else msgspec.structs.asdict(request.claimed)
    for name, amount in claimed.items():
        priced = getattr(bill, name)
        if amount is not None and amount != priced:
            return Refused(
                code=Fault.AMOUNT_DIFFERS, field=name, detail={"claimed": str(amount), "priced": str(priced)}
            )
    if request.funds_given is not None and request.funds_given > bill.total:
        detail = {"claimed": str(request.funds_given), "priced": str(bill.total)}
        return Refused(code=Fault.AMOUNT_DIFFERS, field="funds_given", detail=detail)
    return bill


def _chosen(request: SettleRequest, sponsors: tuple[Sponsor, ...]) -> tuple[int, ...] | Refused | None:
    """Payer numbers as shown by a quote, as positions."""
    if request.chosen is None:
        return None
    for number in request.chosen:
        if not 1 <= number <= len(sponsors):
            return Refused(code=Fault.CHOICE_UNKNOWN, detail={"number": str(number)})
    return tuple(dict.fromkeys(number - 1 for number in request.chosen))
