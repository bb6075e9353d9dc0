"""Everything that stands in the way: its first is what the decision gives, and the rest holds, too."""

import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mulaid.decide.bill import decide
from mulaid.decide.diagnosis import bill_objections, sponsor_objections
from mulaid.decide.relation import decide_relation, relation_objections
from mulaid.terms import codes
from mulaid.terms.bill_case import Bill, BillCase, Institution, Patient
from mulaid.terms.outcome import Objection
from mulaid.terms.reasons import BillRefusal, EndRefusal, Reason, RelationRefusal, Skip
from mulaid.terms.sponsorship_case import EndCase, Party, Relation, SponsorshipCase
from tests.rules.made import LAW, REGIONS, cases, changed, family_bills, mostly, with_patient
from tests.rules.test_unknown_rules import DAY, sponsor_of

A_DAY = datetime.timedelta(days=1)
ASKED = {BillRefusal: BillCase, Skip: BillCase, RelationRefusal: SponsorshipCase, EndRefusal: EndCase}


@st.composite
def parties(draw: st.DrawFn, region: str, person: str) -> Party:
    return Party(
        scheme=draw(mostly(*codes.Scheme)),
        account=draw(mostly(True, False)),
        region=region,
        person=person,
        status=draw(mostly(*codes.Cover)),
        age=draw(st.integers(0, 90)),
        born=draw(st.one_of(st.none(), st.dates(datetime.date(1930, 1, 1), datetime.date(2020, 1, 1)))),
        sex=draw(st.one_of(st.none(), st.sampled_from(codes.Sex))),
        category=draw(mostly(*codes.Category)),
        tier=draw(mostly(1, 2)),
        balance=draw(st.integers(0, 300_000)),
        activated=draw(mostly(True, False)),
    )


@st.composite
def relations(draw: st.DrawFn) -> SponsorshipCase:
    """A relation to make, in most examples one that may be."""
    home = draw(st.sampled_from(REGIONS))
    day = draw(st.dates(datetime.date(2021, 1, 1), datetime.date(2026, 12, 31)))
    others = draw(st.lists(st.sampled_from("abcdefm"), max_size=5))
    return SponsorshipCase(
        day=day,
        kinship=draw(st.sampled_from(codes.Kinship)),
        sponsor=draw(parties(home, "s")),
        beneficiary=draw(parties(draw(mostly(home, *REGIONS)), "m")),
        mechanism=draw(st.sampled_from([*[codes.Mechanism.INSTANT_DRAW] * 6, *codes.Mechanism])),
        existing=tuple(
            Relation(
                kinship=draw(st.sampled_from(codes.Kinship)),
                person=person,
                ended_on=draw(st.one_of(st.none(), st.dates(day - 300 * A_DAY, day))),
            )
            for person in others
        ),
        beneficiary_sponsors=draw(st.integers(0, 3)),
        beneficiary_is_sponsor=draw(mostly(False, True)),
        sponsor_is_beneficiary=draw(mostly(False, True)),
        confirmed=draw(mostly(True, False)),
        documents=draw(st.booleans()),
    )


def in_order(found: tuple[Objection[Any], ...]) -> None:
    """Each once, in the order of their family."""
    assert len(set(found)) == len(found)
    if found:
        family: Any = type(found[0].reason)
        places = [list(family).index(each.reason) for each in found]
        assert places == sorted(places)


@given(cases())
def test_the_first_reason_against_a_bill_is_the_one_decide_gives(case: BillCase) -> None:
    outcome, found = decide(case, LAW), bill_objections(case, LAW)
    in_order(found)
    assert (found[0].reason if found else None) == outcome.refused
    if found:
        assert found[0].rule == outcome.steps[0].rule


@given(st.one_of(cases(), family_bills()))
def test_the_first_reason_against_a_sponsor_is_the_one_decide_gives(case: BillCase) -> None:
    outcome = decide(case, LAW)
    if outcome.refused is not None:
        return
    rules = {step.who: step.rule for step in outcome.steps if step.code in Skip.__members__}
    skipped = dict(outcome.skipped)
    for position in range(len(case.sponsors)):
        found = sponsor_objections(case, position, LAW)
        in_order(found.objections)
        first = found.objections[0] if found.objections else None
        assert (first.reason if first else None) == skipped.get(position)
        assert first is None or first.rule == rules[position]
        paid = sum(draw.amount for draw in outcome.draws if draw.sponsor == position)
        assert paid <= found.most


@given(relations())
def test_the_first_reason_against_a_relation_is_the_one_decide_gives(case: SponsorshipCase) -> None:
    outcome, found = decide_relation(case, LAW), relation_objections(case, LAW)
    in_order(found)
    assert (found[0].reason if found else None) == outcome.refused
    assert not found or found[0].rule == outcome.steps[0].rule


@given(family_bills(), st.integers(0, 3))
def test_what_is_put_right_is_no_reason_any_more(case: BillCase, at: int) -> None:
    """A friend without an account whose relation has run out: each of the three is named, and leaves alone."""
    at %= len(case.sponsors)
    broken = {"kinship": codes.Kinship.OTHER, "account": False, "until": case.settled_on}
    wrong = [Skip.SPONSOR_NO_ACCOUNT, Skip.RELATION_NOT_ALLOWED, Skip.EXPIRED]
    found = sponsor_objections(changed(case, at, **broken), at, LAW).objections
    assert set(wrong) <= {each.reason for each in found}
    for field, reason in zip(("account", "kinship", "until"), wrong, strict=True):
        rest = {name: value for name, value in broken.items() if name != field}
        left = sponsor_objections(changed(case, at, **rest), at, LAW).objections
        assert {each.reason for each in found} - {each.reason for each in left} == {reason}


def test_a_bill_is_told_all_that_is_wrong_with_it() -> None:
    """Somebody else's card, a suspension, no papers and no designated place, all at once."""
    case = family()
    case = with_patient(case, credential=codes.Credential.OTHER, suspended=True)
    place = msgspec.structs.replace(case.institution, designated=False)
    case = msgspec.structs.replace(case, institution=place, agent_papers=False)
    assert [each.reason for each in bill_objections(case, LAW)] == [
        BillRefusal.WRONG_CREDENTIAL,
        BillRefusal.SETTLEMENT_SUSPENDED,
        BillRefusal.PROXY_PAPERS_MISSING,
        BillRefusal.INSTITUTION_NOT_DESIGNATED,
    ]
    assert decide(case, LAW).refused is BillRefusal.WRONG_CREDENTIAL


def test_an_empty_account_is_not_also_below_the_floor() -> None:
    found = sponsor_objections(changed(family(), 0, balance=0, prior_years=0), 0, LAW).objections
    assert [each.reason for each in found] == [Skip.ZERO_BALANCE]


@pytest.mark.parametrize("family", ASKED)
def test_every_reason_is_about_a_field_of_what_was_asked(family: type[Reason]) -> None:
    for reason in family:
        asked: Any = ASKED[family]
        for name in reason.about.split(".") if reason.about else ():
            fields = {field.name: field.type for field in msgspec.structs.fields(asked)}
            assert name in fields, reason.about
            args = getattr(fields[name], "__args__", ())
            asked = args[0] if args else fields[name]
    unblamed = {reason for reason in family if not reason.about}
    assert unblamed == {family("POLICY_UNKNOWN")}


def family() -> BillCase:
    """A mother's bill with one son who can pay it."""

    return BillCase(
        region="450600",
        day=DAY,
        settled_on=DAY,
        patient=Patient(scheme=codes.Scheme.RESIDENT, account=False),
        institution=Institution(region="450600"),
        bill=Bill(total=8_000, in_scope=8_000),
        funds_given=0,
        sponsors=(sponsor_of("450600"),),
    )
