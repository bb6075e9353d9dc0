"""Bills made up by hypothesis over every region of the shipped book and of the invented one."""

import datetime
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import strategies as st

from mulaid.policy.book import Book, shipped_folder
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.law import Law
from mulaid.terms import codes
from mulaid.terms.bill_case import Bill, BillCase, Caps, Institution, Patient, Sponsor, Used, YearSoFar
from mulaid.terms.outcome import Outcome

INVENTED = Path(__file__).parents[1] / "invented"
INVENTED_RELATIONS = Path(__file__).parents[1] / "invented_relations"
"""Apart, because what an invented place says would count among what places say where nobody knows."""
BOOK = Book.load([shipped_folder(), INVENTED])
LAW = Law(BOOK)
REGIONS = tuple(sorted({*BOOK.regions, "450100"} - {NATIONAL}))
A_DAY = datetime.timedelta(days=1)

_days = st.dates(datetime.date(2020, 1, 1), datetime.date(2026, 12, 31))
_recent = st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
_fen = st.one_of(st.integers(0, 300), st.integers(0, 60_000), st.integers(0, 4_000_000))
_room = st.one_of(st.none(), st.none(), _fen)


def mostly(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    """The usual value in most examples, so that not every bill stumbles over the first check."""
    return st.sampled_from([usual] * 60 + list(others))


@st.composite
def bills(draw: st.DrawFn) -> Bill:
    parts = {
        name: draw(st.one_of(st.just(0), st.just(0), _fen))
        for name in ("upfront_share", "over_price_limit", "excluded")
    }
    in_scope = draw(_fen)
    total = in_scope + sum(parts.values())
    return Bill(
        total=total, in_scope=in_scope, barred=draw(st.one_of(st.just(0), st.just(0), st.integers(0, total))), **parts
    )


@st.composite
def patients(draw: st.DrawFn) -> Patient:
    own = draw(st.one_of(st.just(0), _fen))
    return Patient(
        scheme=draw(st.sampled_from(codes.Scheme)),
        account=draw(st.booleans()),
        status=draw(mostly(*codes.Cover)),
        age=draw(st.integers(0, 100)),
        retired=draw(st.booleans()),
        category=draw(mostly(*codes.Category)),
        tier=draw(st.integers(1, 3)),
        assistance=draw(mostly(*codes.Assistance)),
        own_balance=own,
        own_prior_years=draw(st.integers(0, own)),
        credential=draw(mostly(*codes.Credential)),
        activated=draw(mostly(True, False)),
        suspended=draw(mostly(False, True)),
    )


@st.composite
def sponsors(draw: st.DrawFn, name: str, home: str, day: datetime.date) -> Sponsor:
    """A relation as the registry would know it: in most examples one that may pay."""
    balance = draw(_fen)
    bound_on = draw(st.dates(day - 400 * A_DAY, day))
    spent = sorted(draw(st.lists(mostly(0, *(10_000, 50_000)), min_size=6, max_size=6)))
    return Sponsor(
        name=name,
        kinship=draw(mostly(codes.Kinship.PARENT, *codes.Kinship)),
        region=draw(st.one_of(st.just(home), mostly(home, *REGIONS))),
        balance=balance,
        prior_years=draw(st.one_of(st.just(balance), st.integers(0, balance))),
        bound_on=bound_on,
        effective_on=bound_on,
        until=draw(mostly(None, day, day + A_DAY)),
        scheme=draw(mostly(*codes.Scheme)),
        account=draw(mostly(True, False)),
        status=draw(mostly(*codes.Cover)),
        category=draw(mostly(*codes.Category)),
        tier=draw(mostly(2 if home == "990200" else 1, 1, 2)),
        activated=draw(mostly(True, False)),
        state=draw(mostly(*codes.RelationState)),
        rank=draw(st.integers(1, 4)),
        caps=Caps(payment=draw(_room), day=draw(_room), scope=draw(st.sampled_from(codes.LimitScope))),
        used=Used(**dict(zip(("day", "month", "year", "all_day", "all_month", "all_year"), spent, strict=True))),
        uses=draw(mostly(frozenset(codes.SponsorUse), frozenset({codes.SponsorUse.PREMIUM}))),
        mechanism=draw(st.one_of(st.just(codes.Mechanism.INSTANT_DRAW), mostly(*codes.Mechanism))),
        quota=draw(st.one_of(st.just(0), st.just(0), _fen)),
        wallet_open=draw(mostly(True, False)),
    )


@st.composite
def cases(draw: st.DrawFn, regions: tuple[str, ...] = REGIONS) -> BillCase:
    """Any bill. The funds' part is given in half of them, as most own plans are unknown."""
    home = draw(st.sampled_from(regions))
    day = draw(st.one_of(_recent, _days))
    bill = draw(bills())
    names = draw(st.permutations([f"payer{number}" for number in range(4)]))[: draw(st.integers(0, 4))]
    in_scope = draw(mostly(0, 90_000, 1_000_000))
    return BillCase(
        region=home,
        day=day - draw(mostly(0, 1, 30)) * A_DAY,
        settled_on=day,
        settled_at=draw(mostly(720, 30, 1350)),
        use=draw(st.sampled_from([*[codes.Use.OUTPATIENT] * 8, *[codes.Use.INPATIENT] * 4, *codes.Use])),
        accounts=draw(mostly(*codes.Accounts)),
        chosen=draw(mostly(None, None if not names else tuple(range(len(names)))[::-1])),
        second_swipe_minutes=draw(st.sampled_from([None, 3, 12])),
        prescription=draw(st.booleans()),
        patient=draw(patients()),
        institution=Institution(
            region=draw(mostly(home, "450600")),
            kind=draw(st.sampled_from(codes.InstitutionKind)),
            level=draw(st.integers(0, 3)),
            designated=draw(mostly(True, False)),
            wallet_ready=draw(st.booleans()),
            signed=draw(mostly(False, True)),
            referred=draw(mostly(False, True)),
        ),
        filing=draw(mostly(*codes.Filing)),
        bill=bill,
        year=YearSoFar(
            deductible_met=draw(mostly(0, 20_000, 90_000)),
            in_scope=in_scope,
            funds_paid=draw(st.integers(0, in_scope)),
            admissions=draw(st.integers(0, 2)),
        ),
        funds_given=draw(st.sampled_from([None, 0, bill.total // 3, bill.total // 2])),
        sponsors=tuple(draw(sponsors(name, home, day)) for name in names),
    )


@st.composite
def family_bills(draw: st.DrawFn) -> BillCase:
    """A bill with several sponsors nothing speaks against: ranks, balances and days of binding all differ."""
    home = draw(st.sampled_from(["450600", "420100", "440300", "310000", "990100", "990200", "990300", "990400"]))
    day = datetime.date(2026, 3, 10)
    count = draw(st.integers(2, 4))
    ranks, order = draw(st.permutations(range(1, 5))), draw(st.permutations(range(4)))
    people = tuple(
        Sponsor(
            name=f"payer{order[at]}",
            kinship=codes.Kinship.PARENT,
            region=home,
            balance=(balance := 4 * draw(st.integers(0, 30_000)) + at),
            prior_years=draw(st.one_of(st.just(balance), st.integers(0, balance))),
            bound_on=(bound_on := datetime.date(2025, 1, 1) + (50 * at + draw(st.integers(0, 40))) * A_DAY),
            effective_on=bound_on,
            tier=2 if home == "990200" else 1,
            rank=ranks[at],
            caps=Caps(payment=draw(_room)),
        )
        for at in range(count)
    )
    own = draw(st.one_of(st.just(0), _fen))
    bill = draw(bills())
    return BillCase(
        region=home,
        day=day,
        settled_on=day,
        patient=Patient(scheme=codes.Scheme.EMPLOYEE, account=True, own_balance=own, own_prior_years=own),
        institution=Institution(region=home),
        bill=bill,
        funds_given=draw(st.integers(0, bill.total)),
        sponsors=people,
    )


def changed(case: BillCase, position: int, **fields: Any) -> BillCase:
    """The same bill, one sponsor otherwise."""
    people = list(case.sponsors)
    people[position] = msgspec.structs.replace(people[position], **fields)
    return msgspec.structs.replace(case, sponsors=tuple(people))


def with_patient(case: BillCase, **fields: Any) -> BillCase:
    return msgspec.structs.replace(case, patient=msgspec.structs.replace(case.patient, **fields))


def amounts(outcome: Outcome) -> tuple[object, ...]:
    """Who pays what, whatever the steps say."""
    return (
        outcome.refused,
        outcome.funds,
        outcome.own,
        outcome.mutual,
        outcome.cash,
        [(draw.sponsor, draw.amount) for draw in outcome.draws],
    )
