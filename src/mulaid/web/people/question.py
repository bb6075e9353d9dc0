"""能不能用, the question: who is treated, whose money, where both are insured, for what. It is whole in the address."""

import datetime

import msgspec

from mulaid.policy.book import Book
from mulaid.terms.bill_case import Bill, BillCase, Institution, Patient, Sponsor
from mulaid.terms.codes import Cover, InstitutionKind, Kinship, Mechanism, RelationState, Scheme, Use
from mulaid.terms.sponsorship_case import Party, SponsorshipCase
from mulaid.web.asked import Form
from mulaid.wording.pages import asked as asked_words
from mulaid.wording.pages import can as words

A_BILL = 100_00
"""Any bill will do: the question is whether, not how much."""
ENOUGH = 1_000_000_00
"""The payer's account is taken to hold enough for every floor."""
BOUND_BEFORE = datetime.timedelta(days=400)
AGE_MAX = 120


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked. `kinship` is what the patient is to the payer."""

    kinship: Kinship
    mine: str
    """The payer's pooling region."""
    where: str
    """The patient's."""
    use: Use
    scheme: Scheme
    """The patient's."""
    account: bool
    """Whether the payer has a personal account: 职工医保."""
    my_cover: Cover
    cover: Cover
    state: RelationState | None
    """How far binding has come; None: nothing has been done yet."""
    my_age: int | None
    age: int | None
    day: datetime.date


def read(form: Form) -> Question | None:
    """The question of an address; None where nothing was asked, or what was asked is wrong."""
    if not form.visit.ask("kin"):
        return None
    where = form.region("where")
    mine = form.region("mine", where)
    if not where and "where" not in form.faults:
        form.faults["where"] = asked_words.wanted(words.PLACES["where"])
    state = form.word("state", words.STATES, "none")
    question = Question(
        kinship=Kinship(form.word("kin", words.KIN, Kinship.OTHER)),
        mine=mine,
        where=where,
        use=Use(form.word("use", words.USES, Use.OUTPATIENT)),
        scheme=Scheme(form.word("scheme", words.SCHEMES, Scheme.RESIDENT)),
        account=form.word("pay", words.PAYERS, "employee") == "employee",
        my_cover=Cover(form.word("mycover", words.COVERS, Cover.ACTIVE)),
        cover=Cover(form.word("cover", words.COVERS, Cover.ACTIVE)),
        state=None if state == "none" else RelationState(state),
        my_age=form.number("myage", 0, AGE_MAX),
        age=form.number("age", 0, AGE_MAX),
        day=form.visit.day,
    )
    return None if form.faults else question


def place_name(book: Book, region: str) -> str:
    """A region by name; one that nobody has named, by its province and code."""
    name = book.name(region)
    return name if name != region else f"{book.name(f'{region[:2]}0000')} {region}"


def relation(question: Question, mechanism: Mechanism, *, elder_payer: bool) -> SponsorshipCase:
    """The relation that would be made. An age is a year long: `elder_payer` takes the payer as old as it can be and the
    patient as young, else the other way round."""
    mine = _born(question.my_age, question.day, eldest=elder_payer)
    theirs = _born(question.age, question.day, eldest=not elder_payer)
    both = mine is not None and theirs is not None
    return SponsorshipCase(
        day=question.day,
        kinship=question.kinship,
        mechanism=mechanism,
        sponsor=Party(
            scheme=Scheme.EMPLOYEE if question.account else Scheme.RESIDENT,
            account=question.account,
            region=question.mine,
            person="payer",
            status=question.my_cover,
            born=mine if both else None,
            balance=ENOUGH,
        ),
        beneficiary=Party(
            scheme=question.scheme,
            account=question.scheme is Scheme.EMPLOYEE,
            region=question.where,
            person="patient",
            status=question.cover,
            age=40 if question.age is None else question.age,
            born=theirs if both else None,
        ),
    )


def bill(question: Question, mechanism: Mechanism) -> BillCase:
    """A bill of the patient that the payer is asked to pay, everything else being in order."""
    bound = question.day - BOUND_BEFORE
    pharmacy = question.use is Use.PHARMACY
    wallet = mechanism in (Mechanism.WALLET_QUOTA, Mechanism.POOL)
    return BillCase(
        region=question.where,
        day=question.day,
        settled_on=question.day,
        use=question.use,
        prescription=True,
        second_swipe_minutes=0,
        chosen=(0,),
        funds_given=0,
        patient=Patient(scheme=question.scheme, account=False, status=question.cover, age=question.age or 40),
        institution=Institution(
            region=question.where,
            kind=InstitutionKind.PHARMACY if pharmacy else InstitutionKind.HOSPITAL,
            wallet_ready=True,
        ),
        bill=Bill(total=A_BILL, in_scope=A_BILL),
        sponsors=(
            Sponsor(
                name=words.PAYER,
                kinship=question.kinship,
                region=question.mine,
                balance=ENOUGH,
                prior_years=ENOUGH,
                bound_on=bound,
                effective_on=bound,
                scheme=Scheme.EMPLOYEE if question.account else Scheme.RESIDENT,
                account=question.account,
                status=question.my_cover,
                state=question.state or RelationState.ACTIVE,
                mechanism=mechanism,
                quota=ENOUGH if wallet else 0,
            ),
        ),
    )


def _born(age: int | None, day: datetime.date, *, eldest: bool) -> datetime.date | None:
    """The first or last day on which somebody of this age can have been born."""
    if age is None:
        return None
    year = day.year - age - (1 if eldest else 0)
    if eldest:
        return _same_day(day, year) + datetime.timedelta(days=1)
    return _same_day(day, year)


def _same_day(day: datetime.date, year: int) -> datetime.date:
    return datetime.date(year, day.month, min(day.day, 28) if day.month == 2 else day.day)
