"""The desk where bills are worked on: what was read, and what each bill asks."""

import datetime
from collections.abc import Iterable, Sequence
from operator import itemgetter

import msgspec

from mulaid.policy.law import Law
from mulaid.policy.rules import Confirm
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.bureau import Bureau, Till
from mulaid.procedures.act.desk import Desk, Reach
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.households import CLOCKS_APART, Households, Link, Locking, YearKey
from mulaid.procedures.act.matter import Matter
from mulaid.procedures.act.posting import Posting
from mulaid.procedures.act.records import SponsorKey
from mulaid.procedures.till.requests import SettleRequest
from mulaid.store import people, regions, registry, swipes, visits
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.ids import wire
from mulaid.store.rows import NEW_YEAR, Insured, Pointer
from mulaid.store.swipes import Swipe
from mulaid.store.visits import Batch, BatchKey, Visit
from mulaid.terms.bill_case import Bill, BillCase, Institution, Patient, Sponsor
from mulaid.terms.calendar import age_on
from mulaid.terms.codes import CareGroup, FundsBy, FundsGiven, Scheme, care_group


class Question(msgspec.Struct, frozen=True, gc=False):
    """One bill as the rules see it, with where its sponsors' money and relations are kept."""

    case: BillCase
    charged: tuple[BatchKey, ...]
    """The stored charges it settles."""
    keys: tuple[SponsorKey, ...]
    links: list[Link]
    insured: Insured
    year: YearKey
    """The benefit year the bill counts in."""
    funds_by: FundsBy | None
    """What allowed the message to give the funds' part; None: the own plan computes it."""


class TillDesk(Desk):
    """What bills ask: their people, charges, institutions, and first swipes; and which charges they have settled."""

    reach = Reach.SPONSORS

    def __init__(self, bureau: Bureau, moment: datetime.datetime, posting: Posting, locking: Locking) -> None:
        super().__init__(bureau, moment, posting, locking)
        self.tills: dict[str, Till] = {}
        """By the institution's code."""
        self.visits: dict[Key, Visit] = {}
        self.batches: dict[BatchKey, Batch] = {}
        self.swipes: dict[Swipe, datetime.datetime] = {}
        """When a patient was first told, at an institution, to swipe again."""
        self.settled: dict[BatchKey, int] = {}
        self._pointers: list[Pointer] = []

    async def owners(self, connection: Connection, matters: Sequence[Matter]) -> set[Key]:
        charged = _named(matters)
        if charged:
            self.visits = await visits.visits(connection, list({key[:2] for key in charged}))
        owners = {_patient_key(matter) for matter in matters}
        self._pointers = await registry.pointers(connection, list(owners))
        for pointer in self._pointers:
            owners.add((pointer.sponsor_region, pointer.sponsor))
            if pointer.pool is not None:
                owners.add((pointer.sponsor_region, pointer.pool))
        return owners

    async def load(self, connection: Connection, matters: Sequence[Matter]) -> None:
        if self._pointers:
            await self.house.read_links(connection, self._pointers)
        keys = {(*_patient_key(matter), *self._year(matter)) for matter in matters}
        await self.house.read_patients(connection, list(keys))
        covers = {
            (*_patient_key(matter), day, scheme)
            for matter in matters
            if (scheme := self.scheme(matter.request)) is not None
            and not self.house.goes_by(*_patient_key(matter), day := self.care_day(matter.request), scheme)
        }
        if covers:
            await self.house.read_covers(connection, covers)
        charged = _named(matters)
        if charged:
            self.batches = await self._charges(connection, charged)
        self.tills = await _tills(connection, self.bureau, {each.origin.sender for each in matters})
        self.swipes = await _swipes(connection, self.law, matters, self.house.today)

    def must_wait(self, matter: Matter) -> bool:
        return self.house.must_wait(_patient_key(matter))

    def care_day(self, request: SettleRequest) -> datetime.date:
        """The day the visit began, by the calendar of the moment; without a visit the day the request gives."""
        visit = None if request.visit is None else self.visits.get((request.patient_region, request.visit))
        return request.day if visit is None else visit.begun.astimezone(self.moment.tzinfo).date()

    def scheme(self, request: SettleRequest) -> Scheme | None:
        """The cover a bill goes by: the one its visit was registered under, for a sale the one it names."""
        if request.visit is None:
            return request.scheme
        visit = self.visits.get((request.patient_region, request.visit))
        return None if visit is None else visit.scheme

    def spend_swipe(self, request: SettleRequest, institution: str) -> None:
        """A sponsor has paid: another bill of this patient here begins with a first swipe again."""
        swipe = (request.patient_region, request.patient, institution)
        if self.swipes.pop(swipe, None) is not None:
            self.released.spent.append(swipe)

    def mark_settled(self, charged: BatchKey, case_id: int) -> None:
        """These stored charges are settled by this case."""
        self.settled[charged] = case_id
        region, visit, batch = charged
        self.write(visits.MARK_SETTLED, regions.number(region), visit, batch, case_id)

    async def _charges(self, connection: Connection, charged: list[BatchKey]) -> dict[BatchKey, Batch]:
        """The charges named and, of visits to settle whole, whatever is not settled."""
        quoting = self.locking is Locking.NONE
        found = await (visits.read_batches if quoting else visits.lock_batches)(connection, charged)
        # Only under the patient's own lock, which keeps charges from changing: so nobody is waited for here.
        whole = [
            key[:2]
            for key in charged
            if not key[2]
            and (visit := self.visits.get(key[:2])) is not None
            and (key[0], visit.person) in self.house.money
        ]
        if whole:
            found |= await (visits.read_unsettled if quoting else visits.lock_unsettled)(connection, whole)
        return found

    def _year(self, matter: Matter) -> tuple[datetime.date, int, CareGroup]:
        request = matter.request
        day = self.care_day(request)
        return day, self.law.benefit_year(request.patient_region, day), care_group(request.use)


def _patient_key(matter: Matter) -> Key:
    return matter.request.patient_region, matter.request.patient


def _named(matters: Sequence[Matter]) -> list[BatchKey]:
    """The stored charges that the bills name, each once."""
    return list({key for matter in matters if (key := batch_key(matter.request)) is not None})


def batch_key(request: SettleRequest) -> BatchKey | None:
    """The stored charges a request is about, nameless when it is about all; None when it brings its own bill."""
    return None if request.visit is None else (request.patient_region, request.visit, request.batch or "")


async def _swipes(
    connection: Connection, law: Law, matters: Sequence[Matter], today: datetime.date
) -> dict[Swipe, datetime.datetime]:
    """First swipes of the patients whose region asks for a second."""
    patients = {_patient_key(matter) for matter in matters}
    asked = {region for region in {region for region, _ in patients} if _reswipes(law, region, today)}
    patients = {key for key in patients if key[0] in asked}
    return await swipes.read(connection, list(patients)) if patients else {}


def _reswipes(law: Law, region: str, today: datetime.date) -> bool:
    return law.aid(region, today).confirm_mode.value is Confirm.RESWIPE


async def _tills(connection: Connection, bureau: Bureau, codes: Iterable[str]) -> dict[str, Till]:
    """Institutions by their codes, those not read lately from the database; unknown codes are missing."""
    known = {code: bureau.tills.get(code) for code in codes}
    missing = [code for code, found in known.items() if found is None]
    if missing:
        for code, place in (await people.find_places(connection, missing)).items():
            row = place.institution
            seen = Institution(
                region=place.region,
                kind=row.kind,
                level=row.level,
                designated=row.designated,
                wallet_ready=row.wallet_ready,
            )
            known[code] = found = Till(seen, row.funds_given, place.region_funds_given)
            bureau.tills.put(code, found)
    return {code: found for code, found in known.items() if found is not None}


def ask(desk: TillDesk, request: SettleRequest, sender: str) -> Question | Refused:
    """Turn a request of an institution into the question the rules answer, or say why it cannot be asked."""
    house, who = desk.house, (request.patient_region, request.patient)
    till = desk.tills.get(sender)
    if till is None:
        return Refused(code=Fault.UNKNOWN_INSTITUTION)
    by = None if request.funds_given is None else funds_by(till, request)
    if request.funds_given is not None and by is None:
        return Refused(code=Fault.FUNDS_NOT_TAKEN, field="funds_given")
    if who in house.moved:
        return Refused(code=Fault.PERSON_MOVED, detail={"region": house.moved[who]})
    if (ahead := house.ahead_of(who)) is not None:
        return Refused(code=Fault.USED_IN_FUTURE, detail={"day": str(ahead)})
    day = desk.care_day(request)
    insured = house.people.get((*who, day))
    if insured is None or who not in house.money:
        return Refused(code=Fault.UNKNOWN_PERSON)
    charged = _charged(desk, request, sender)
    if isinstance(charged, Refused):
        return charged
    bill = _checked(_bill(desk, request, charged), request)
    if isinstance(bill, Refused):
        return bill
    if house.covers and (scheme := desk.scheme(request)) is not None:
        insured = house.covers.get((*who, day, scheme), insured)
        if insured is None:
            return Refused(code=Fault.SCHEME_NOT_HELD)
    links, sponsors, keys = house.sponsors_of(who)
    chosen = _chosen(request, sponsors)
    if isinstance(chosen, Refused):
        return chosen
    year_key = (*who, desk.law.benefit_year(request.patient_region, day), care_group(request.use))
    case = BillCase(
        region=request.patient_region,
        day=day,
        settled_on=house.today,
        settled_at=desk.moment.hour * 60 + desk.moment.minute,
        use=request.use,
        accounts=request.accounts,
        chosen=chosen,
        second_swipe_minutes=_minutes_since_first_swipe(desk, who, sender),
        prescription=request.prescription,
        patient=_patient(house, request, insured, day),
        institution=till.institution,
        bill=bill,
        year=house.years.get(year_key, NEW_YEAR),
        funds_given=request.funds_given,
        agent_papers=request.agent_papers,
        assuming=desk.law.assuming,
        sponsors=sponsors,
    )
    return Question(case, charged, keys, links, insured, year_key, by)


def funds_by(till: Till, request: SettleRequest) -> FundsBy | None:
    """What allows this message to give the funds' part; a region allows it for its own patients at home."""
    if till.funds_given is FundsGiven.CORE:
        return FundsBy.INSTITUTION
    if till.region_funds_given is FundsGiven.CORE and till.institution.region == request.patient_region:
        return FundsBy.REGION
    return FundsBy.SANDBOX if request.sandbox else None


def _patient(house: Households, request: SettleRequest, insured: Insured, day: datetime.date) -> Patient:
    """Cover and age as of the day of care; suspension and e-voucher as of today."""
    money = house.money[request.patient_region, request.patient]
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
        activated=money.activated,
        suspended=insured.suspended,
    )


def _minutes_since_first_swipe(desk: TillDesk, patient: Key, institution: str) -> int | None:
    first = desk.swipes.get((*patient, institution))
    if first is None or first > desk.moment + CLOCKS_APART:
        return None
    return -int((first - desk.moment).total_seconds() // 60)


def _charged(desk: TillDesk, request: SettleRequest, sender: str) -> tuple[BatchKey, ...] | Refused:
    """The stored charges a bill is about, none of them settled; none when it brings its own."""
    charged = batch_key(request)
    if charged is None:
        return Refused(code=Fault.UNKNOWN_BATCH) if request.bill is None else ()
    visit = desk.visits.get(charged[:2])
    if visit is None or visit.state == "withdrawn":
        return Refused(code=Fault.UNKNOWN_VISIT)
    if visit.institution != sender:
        return Refused(code=Fault.VISIT_OF_OTHER_INSTITUTION)
    if visit.person != request.patient:
        return Refused(code=Fault.VISIT_OF_OTHER_PERSON)
    if request.scheme is not visit.scheme and None not in (request.scheme, visit.scheme):
        return Refused(code=Fault.SCHEME_DIFFERS, detail={"scheme": str(visit.scheme)})
    if request.batch is None:
        return _unsettled(desk, charged) or Refused(code=Fault.NOTHING_UNSETTLED)
    batch = desk.batches.get(charged)
    if batch is None:
        return Refused(code=Fault.UNKNOWN_BATCH, detail={"batch": request.batch})
    earlier = desk.settled.get(charged, batch.settled_by)
    if earlier is not None:
        return Refused(code=Fault.BATCH_ALREADY_SETTLED, detail={"case": wire(request.patient_region, earlier)})
    return (charged,)


def _unsettled(desk: TillDesk, charged: BatchKey) -> tuple[BatchKey, ...]:
    """The charges of a visit that neither an earlier bill nor one of this batch has settled, by name."""
    return tuple(
        key
        for key, batch in sorted(desk.batches.items(), key=itemgetter(0))
        if key[:2] == charged[:2] and batch.settled_by is None and key not in desk.settled
    )


def _bill(desk: TillDesk, request: SettleRequest, charged: tuple[BatchKey, ...]) -> Bill:
    """The priced bill: as given, or the stored charges, those of several batches added up."""
    if request.bill is not None and not charged:
        return request.bill
    first, *others = (desk.batches[key].bill for key in charged)
    if not others:
        return first
    return Bill(**{name: sum(getattr(each, name) for each in (first, *others)) for name in Bill.__struct_fields__})


def _checked(bill: Bill, request: SettleRequest) -> Bill | Refused:
    """The bill, unless an amount the institution claims is not the amount the lines have."""
    claimed = {} if request.claimed is None else msgspec.structs.asdict(request.claimed)
    for name, amount in claimed.items():
        priced = getattr(bill, name)
        if amount is not None and amount != priced:
            return Refused(
                code=Fault.AMOUNT_DIFFERS, field=name, detail={"claimed": str(amount), "priced": str(priced)}
            )
    if request.funds_given is not None and request.funds_given > bill.in_scope:
        detail = {"claimed": str(request.funds_given), "priced": str(bill.in_scope)}
        return Refused(code=Fault.FUNDS_ABOVE_SCOPE, field="funds_given", detail=detail)
    return bill


def _chosen(request: SettleRequest, sponsors: tuple[Sponsor, ...]) -> tuple[int, ...] | Refused | None:
    """Payer numbers as shown by a quote, as positions."""
    if request.chosen is None:
        return None
    for number in request.chosen:
        if not 1 <= number <= len(sponsors):
            return Refused(code=Fault.CHOICE_UNKNOWN, detail={"number": str(number)})
    return tuple(dict.fromkeys(number - 1 for number in request.chosen))
