"""Read worked cases: a file, or a folder of them, into the nouns of `terms` with what each case expects."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path

import msgspec

from mulaid import located
from mulaid.intake.case_form import (
    CaseForm,
    ExpectForm,
    FileForm,
    Money,
    PartyForm,
    RelationExpectForm,
    SponsorForm,
    SponsorshipForm,
    TermsForm,
    read_money,
)
from mulaid.located import WHOLE_FILE, Document, Fault, Place
from mulaid.terms.bill_case import NOON, Bill, BillCase, Caps, Institution, Patient, Sponsor, Used, YearSoFar
from mulaid.terms.calendar import age_on
from mulaid.terms.reasons import BillRefusal, EndRefusal, RelationRefusal, Skip
from mulaid.terms.sponsorship_case import EndCase, Party, Relation, SponsorshipCase, Terms

Resolve = Callable[[str], str]
"""From a raw division code to its pooling region; raises `ValueError` when there is none."""


class WrittenBill(msgspec.Struct, frozen=True):
    """A bill case with its name and what it expects."""

    name: str
    case: BillCase
    expect: ExpectForm | None


class WrittenRelation(msgspec.Struct, frozen=True):
    """A sponsorship case, or the end of one, with its name and what it expects."""

    name: str
    case: SponsorshipCase | EndCase
    expect: RelationExpectForm | None


class CaseFile(msgspec.Struct, frozen=True):
    """One file: bills first, then relations, in file order; and the policy folders it brings along."""

    file: Path
    policies: tuple[Path, ...]
    bills: tuple[WrittenBill, ...]
    relations: tuple[WrittenRelation, ...]


def case_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Every TOML file named, folders searched through in sorted order. Raises `located.Fault` for a missing path."""
    for path in paths:
        yield from located.files_in(path, (".toml",))


def read_all_cases(paths: Iterable[Path], resolver: Callable[[tuple[Path, ...]], Resolve]) -> list[CaseFile]:
    """Read every case file named or found in a folder named.

    Raises `located.Fault`, also for a path in which there is no case at all: whoever named it expected some.
    """
    found: list[CaseFile] = []
    for path in paths:
        read = [read_cases(file, resolver) for file in case_files([path])]
        if not any(each.bills or each.relations for each in read):
            raise Fault(path, WHOLE_FILE, "", "no_cases")
        found += read
    return found


def read_cases(file: Path, resolver: Callable[[tuple[Path, ...]], Resolve]) -> CaseFile:
    """Read one case file. `resolver` gives the divisions of the book with the folders the file brings along.

    Raises `located.Fault` naming file, line, case, field and reason.
    """
    return cases_of(located.read(file), resolver)


def cases_of(document: Document, resolver: Callable[[tuple[Path, ...]], Resolve]) -> CaseFile:
    """The cases of a parsed file. Raises `located.Fault`."""
    try:
        form = msgspec.convert(document.table, FileForm, dec_hook=read_money)
    except msgspec.ValidationError as error:
        raise _fault_of(document, error) from error
    folders = tuple(_folder(document, at, folder) for at, folder in enumerate(form.policies))
    resolve = resolver(folders)
    _unique_names(document, "case", [case.name for case in form.case])
    _unique_names(document, "sponsorship_case", [case.name for case in form.sponsorship_case])
    return CaseFile(
        document.file,
        folders,
        tuple(_Reader(document, ("case", at), case.name, resolve).bill(case) for at, case in enumerate(form.case)),
        tuple(
            _Reader(document, ("sponsorship_case", at), case.name, resolve).relation(case)
            for at, case in enumerate(form.sponsorship_case)
        ),
    )


def bill_of(document: Document, place: Place, form: CaseForm, resolve: Resolve) -> BillCase:
    """The bill of one form that stands at `place` in a file. Raises `located.Fault`."""
    return _Reader(document, place, form.name, resolve).bill(form).case


class _Reader:
    """Turns one form into a case; knows where in the file it stands, for faults."""

    def __init__(self, document: Document, place: Place, name: str, resolve: Resolve) -> None:
        self.document, self.place, self.name, self._resolve = document, place, name, resolve

    def bill(self, form: CaseForm) -> WrittenBill:
        region = self.region(form.region, "region")
        settled_on = form.settled_on or form.day
        at = form.settled_at
        names = [sponsor.name for sponsor in form.sponsors]
        if len(set(names)) < len(names):
            raise self.fault(("sponsors",), "name_repeated")
        bill = self.amounts(form)
        case = BillCase(
            region=region,
            day=form.day,
            settled_on=settled_on,
            settled_at=NOON if at is None else at.hour * 60 + at.minute,
            use=form.use,
            accounts=form.accounts,
            chosen=None if form.chosen is None else tuple(self.position(name, names) for name in form.chosen),
            second_swipe_minutes=form.second_swipe_minutes,
            prescription=form.prescription,
            assuming=form.assuming,
            patient=self.patient(form),
            institution=self.institution(form, region),
            filing=form.away.filing,
            bill=bill,
            year=YearSoFar(**msgspec.structs.asdict(form.year_so_far)),
            funds_given=self.funds_given(form, bill),
            agent_papers=form.agent.principal_id and form.agent.agent_id,
            sponsors=tuple(
                self.sponsor(sponsor, at + 1, region, settled_on) for at, sponsor in enumerate(form.sponsors)
            ),
        )
        self.expectation(form.expect, names)
        return WrittenBill(form.name, case, form.expect)

    def relation(self, form: SponsorshipForm) -> WrittenRelation:
        self.relation_expectation(form)
        region = self.region(form.region, "region")
        sponsor = self.party(form.sponsor, region, form.day, "sponsor")
        beneficiary = self.party(form.beneficiary, sponsor.region, form.day, "beneficiary")
        if form.end is not None:
            if form.end.bound_on > form.day:
                raise self.fault(("end", "bound_on"), "day_order", f"{form.end.bound_on} {form.day}")
            ending = EndCase(
                day=form.day, region=sponsor.region, assuming=form.assuming, **msgspec.structs.asdict(form.end)
            )
            return WrittenRelation(form.name, ending, form.expect)
        case = SponsorshipCase(
            day=form.day,
            kinship=form.kinship,
            sponsor=sponsor,
            beneficiary=beneficiary,
            mechanism=form.mechanism,
            existing=tuple(Relation(**msgspec.structs.asdict(relation)) for relation in form.existing),
            beneficiary_sponsors=form.beneficiary_sponsors,
            beneficiary_is_sponsor=form.beneficiary_is_sponsor,
            sponsor_is_beneficiary=form.sponsor_is_beneficiary,
            confirmed=form.confirmed,
            documents=form.documents,
            assuming=form.assuming,
            terms=None if form.terms is None else _terms(form.terms),
            evidence=form.evidence,
            identified=form.identified,
            quota=int(form.quota),
            prior_years=sponsor.balance,
            free=sponsor.balance,
        )
        return WrittenRelation(form.name, case, form.expect)

    def patient(self, form: CaseForm) -> Patient:
        given = form.patient
        prior = given.own_balance if given.own_prior_years is None else given.own_prior_years
        if prior > given.own_balance:
            raise self.fault(("patient", "own_prior_years"), "too_large", "own_balance")
        fields = msgspec.structs.asdict(given) | {
            "account": given.has_account(),
            "own_prior_years": int(prior),
            "own_balance": int(given.own_balance),
            "retired": given.retired or given.retired_on is not None,
        }
        return Patient(**fields)

    def institution(self, form: CaseForm, region: str) -> Institution:
        given = form.institution
        place = region if given.region is None else self.region(given.region, "institution", "region")
        return Institution(**(msgspec.structs.asdict(given) | {"region": place}))

    def amounts(self, form: CaseForm) -> Bill:
        given = form.bill
        rest = given.upfront_share + given.over_price_limit + given.excluded
        in_scope = given.total - rest if given.in_scope is None else int(given.in_scope)
        if in_scope < 0 or in_scope + rest != given.total:
            raise self.fault(
                ("bill", "total"), "sum_wrong", "total = in_scope + upfront_share + over_price_limit + excluded"
            )
        if given.barred > given.total:
            raise self.fault(("bill", "barred"), "too_large", "total")
        return Bill(
            **{name: int(value) for name, value in msgspec.structs.asdict(given).items() if name != "in_scope"},
            in_scope=in_scope,
        )

    def funds_given(self, form: CaseForm, bill: Bill) -> int | None:
        if form.funds is None:
            return None
        if form.funds.paid > bill.in_scope:
            raise self.fault(("funds", "paid"), "too_large", "in_scope")
        return int(form.funds.paid)

    def sponsor(self, form: SponsorForm, number: int, region: str, settled_on: datetime.date) -> Sponsor:
        here: Place = ("sponsors", number - 1)
        prior = form.balance if form.prior_years is None else form.prior_years
        if prior > form.balance:
            raise self.fault((*here, "prior_years"), "too_large", "balance")
        bound_on = form.bound_on or _years_before(settled_on, 1)
        month = form.used_today if form.used_month is None else form.used_month
        year = month if form.used_year is None else form.used_year
        return Sponsor(
            name=form.name,
            kinship=form.kinship,
            region=region if form.region is None else self.region(form.region, *here, "region"),
            balance=int(form.balance),
            prior_years=int(prior),
            bound_on=bound_on,
            effective_on=form.effective_on or bound_on,
            until=form.until,
            scheme=form.scheme,
            account=form.has_account(),
            status=form.status,
            category=form.category,
            tier=form.tier,
            activated=form.activated,
            state=form.state,
            rank=number if form.rank is None else form.rank,
            caps=Caps(
                payment=form.limit_payment,
                day=form.limit_day,
                month=form.limit_month,
                year=form.limit_year,
                scope=form.limit_scope,
            ),
            used=Used(
                day=form.used_today,
                month=month,
                year=year,
                all_day=_or(form.used_all_today, form.used_today),
                all_month=_or(form.used_all_month, month),
                all_year=_or(form.used_all_year, year),
            ),
            uses=frozenset(form.uses),
            mechanism=form.mechanism,
            quota=int(form.quota),
            wallet_open=form.wallet_open,
        )

    def party(self, form: PartyForm, region: str, day: datetime.date, side: str) -> Party:
        """Whoever is so many years old is taken to have their birthday on the day of the case."""
        if form.age is not None and form.born is not None:
            raise self.fault((side, "born"), "age_and_born")
        if form.born is not None and form.born > day:
            raise self.fault((side, "born"), "day_order", f"{form.born} {day}")
        place = region if form.region is None else self.region(form.region, side, "region")
        fields = msgspec.structs.asdict(form) | {"account": form.has_account(), "region": place}
        if form.born is not None:
            fields["age"] = age_on(form.born, day)
        elif form.age is not None:
            fields["born"] = _years_before(day, form.age)
        else:
            del fields["age"]
        return Party(**fields)

    def expectation(self, expect: ExpectForm | None, names: list[str]) -> None:
        """What a case expects must itself be possible: known codes, names of sponsors, nothing beside a refusal."""
        if expect is None:
            return
        if expect.refused is not None:
            self.known(expect.refused, BillRefusal, ("expect", "refused"))
            given = msgspec.structs.asdict(expect)
            if any(value is not None for key, value in given.items() if key != "refused"):
                raise self.fault(("expect",), "refused_with_other_keys")
        for name, code in (expect.skipped or {}).items():
            self.position(name, names, "expect", "skipped")
            self.known(code, Skip, ("expect", "skipped", name))
        for name in expect.by or {}:
            self.position(name, names, "expect", "by")

    def relation_expectation(self, form: SponsorshipForm) -> None:
        """A relation to make is refused by other codes than one to end, and begins and ends on no day."""
        expect = form.expect
        if expect is None:
            return
        if expect.refused is not None:
            self.known(expect.refused, RelationRefusal if form.end is None else EndRefusal, ("expect", "refused"))
            if expect.accepted or expect.ends_on is not None:
                raise self.fault(("expect",), "refused_with_other_keys")
        for key in ("ends_on", "possible_on"):
            if form.end is None and getattr(expect, key) is not None:
                raise self.fault(("expect", key), "unknown_key", key)

    def known(self, code: str, codes: type[StrEnum], place: Place) -> None:
        if code not in codes.__members__:
            raise self.fault(place, "not_a_choice", f"{code!r} / {' '.join(codes)}")

    def position(self, name: str, names: list[str], *place: str) -> int:
        if name not in names:
            raise self.fault(place or ("chosen",), "unknown_sponsor_name", name)
        return names.index(name)

    def region(self, division: str, *place: str | int) -> str:
        try:
            return self._resolve(division)
        except ValueError as error:
            raise self.fault(place, "unknown_division", division) from error

    def fault(self, place: Place, reason: str, detail: str = "") -> Fault:
        return self.document.fault((*self.place, *place), reason, detail, self.name)


def _terms(form: TermsForm) -> Terms:
    return Terms(
        rank=1 if form.rank is None else form.rank,
        ranked=form.rank is not None,
        caps=Caps(
            payment=form.limit_payment,
            day=form.limit_day,
            month=form.limit_month,
            year=form.limit_year,
            scope=form.limit_scope,
        ),
        uses=frozenset(form.uses),
        until=form.until,
    )


def _folder(document: Document, at: int, name: str) -> Path:
    """A policy folder the file brings along."""
    folder = document.file.parent / name
    if not located.is_folder(folder):
        raise document.fault(("policies", at), "no_such_folder")
    return folder.resolve()


def _fault_of(document: Document, error: msgspec.ValidationError) -> Fault:
    text, _, pointer = str(error).partition(" - at `")
    place = located.place_of(pointer.rstrip("`"))
    reason, _, detail = text.partition(":") if text.startswith("not_money:") else ("invalid", "", text)
    return document.fault(place, reason, detail, _name_at(document, place))


def _name_at(document: Document, place: Place) -> str:
    """The name of the case a fault stands in, when there is one."""
    if len(place) < 2:
        return ""
    tables = document.table.get(str(place[0]))
    table = tables[place[1]] if isinstance(tables, list) and isinstance(place[1], int) else None
    return str(table.get("name", "")) if isinstance(table, dict) else ""


def _unique_names(document: Document, key: str, names: list[str]) -> None:
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name in seen:
            raise document.fault((key, at, "name"), "name_repeated", name, name)
        seen.add(name)


def _years_before(day: datetime.date, years: int) -> datetime.date:
    year = max(datetime.MINYEAR, day.year - years)
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _or(value: Money | None, default: int) -> int:
    return default if value is None else int(value)
