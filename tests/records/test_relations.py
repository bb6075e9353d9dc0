"""The life of a relation on a real database: proposed, consented, changed, suspended, ended; by whom, and when not."""

import datetime
from typing import Any

import msgspec
import pytest

from mulaid.procedures.act.faults import Fault
from mulaid.procedures.sponsorship.due import due
from mulaid.procedures.sponsorship.requests import (
    ChangeRequest,
    ConfirmRequest,
    DeclineRequest,
    EndPowerRequest,
    EndRequest,
    GivePowerRequest,
    LinkRequest,
    PowerScope,
    ProposeRequest,
    ResumeRequest,
    SubmitRequest,
    SuspendRequest,
    WithdrawProposalRequest,
)
from mulaid.procedures.table import ACTS
from mulaid.store.connect import Connection
from mulaid.terms.actor import Channel, Role
from mulaid.terms.bill_case import Caps
from mulaid.terms.codes import Kinship, Mechanism, RelationState, Scheme
from mulaid.terms.reasons import (
    ChangeRefusal,
    ConsentRefusal,
    RelationRefusal,
    Skip,
    SuspensionRefusal,
)
from mulaid.terms.sponsorship_case import Asker, Evidence
from tests.records import checks, world
from tests.records.family import (
    A_DAY,
    AT,
    MOTHER,
    SHILI,
    SON,
    XIELI,
    YANGBAN,
    at_counter,
    bound,
    clean,
    code,
    confirmed,
    do,
    ended,
    family,
    newest,
    paid,
    person,
    proof,
    proposed,
    signed_in,
)

CHILD, SISTER = 103, 104
ACTIVE, PROPOSED, ENDED = RelationState.ACTIVE, RelationState.PROPOSED, RelationState.ENDED


async def test_a_proposal_waits_for_the_beneficiarys_own_word(connection: Connection) -> None:
    son, mother = await family(connection)
    opened = await checks.money(connection)
    answer = await proposed(connection, son, mother)
    assert (code(answer), answer.state, answer.day) == (None, PROPOSED, AT.date() + 7 * A_DAY)
    assert (await newest(connection, son)).state is PROPOSED
    bill = await paid(connection, mother, 5_000, AT)
    assert [skip for _, skip in bill.outcome.skipped] == [Skip.NOT_CONFIRMED_BY_MEMBER]
    day = AT + 6 * A_DAY
    answer = await confirmed(connection, son, mother, day)
    assert (code(answer), answer.state, answer.day) == (None, ACTIVE, day.date())
    assert (await newest(connection, son)).bound_on == day.date(), "what counts from binding counts from consent"
    assert (await paid(connection, mother, 5_000, day)).outcome.mutual == 5_000
    sides = await connection.fetch("select side, how, by_person from consent order by side")
    assert [tuple(row) for row in sides] == [("beneficiary", "signed_in", MOTHER), ("sponsor", "signed_in", SON)]
    signed = await connection.fetchrow("select kind, text_version, length(text_hash), signer from evidence")
    assert signed is not None and tuple(signed) == ("commitment", "2026-11", 32, SON)
    await clean(connection, opened)


async def test_a_proposal_nobody_answers_lapses_after_seven_days(connection: Connection) -> None:
    son, mother = await family(connection)
    await proposed(connection, son, mother)
    assert await due(connection, AT + 6 * A_DAY) == []
    late = AT + 7 * A_DAY
    assert code(await confirmed(connection, son, mother, late)) == ConsentRefusal.PROPOSAL_LAPSED
    [listed] = await due(connection, late)
    assert listed.moment == late.replace(hour=0), "at the beginning of that day"
    answers = [await do(connection, world.Asked(listed.request, listed.origin), late) for _ in range(2)]
    assert [code(each) for each in answers] == [None, None] and answers[1].replayed, "two services do it once"
    assert (await newest(connection, son)).state is ENDED
    assert code(await confirmed(connection, son, mother, late)) == ConsentRefusal.PROPOSAL_LAPSED
    assert code(await proposed(connection, son, mother, late)) is None
    assert code(await confirmed(connection, son, mother, late)) is None


async def test_a_proposal_is_declined_or_withdrawn_and_then_made_again(connection: Connection) -> None:
    son, mother = await family(connection)
    await proposed(connection, son, mother)
    decline = DeclineRequest(sponsor=son, beneficiary=mother)
    assert code(await do(connection, signed_in(mother, decline))) is None
    assert code(await do(connection, signed_in(mother, decline))) == Fault.NOT_BOUND
    later = AT + datetime.timedelta(minutes=1)
    await proposed(connection, son, mother, later)
    withdraw = WithdrawProposalRequest(sponsor=son, beneficiary=mother)
    assert code(await do(connection, signed_in(son, withdraw), later)) is None
    assert code(await do(connection, signed_in(son, withdraw), later)) == ConsentRefusal.NOT_PROPOSED
    assert code(await confirmed(connection, son, mother, later)) == Fault.NOT_BOUND
    latest = later + datetime.timedelta(minutes=1)
    await proposed(connection, son, mother, latest)
    assert code(await proposed(connection, son, mother, latest)) == Fault.ALREADY_BOUND
    assert code(await confirmed(connection, son, mother, latest)) is None
    assert code(await confirmed(connection, son, mother, latest)) == ConsentRefusal.NOT_PROPOSED


async def test_what_was_only_filled_in_asks_nobody_until_it_is_handed_in(connection: Connection) -> None:
    son, mother = await family(connection)
    answer = await proposed(connection, son, mother, submit=False)
    assert answer.state is RelationState.NOT_SUBMITTED
    bill = await paid(connection, mother, 5_000, AT)
    assert [skip for _, skip in bill.outcome.skipped] == [Skip.BOUND_NOT_SUBMITTED]
    later = AT + 20 * A_DAY
    submit = SubmitRequest(sponsor=son, beneficiary=mother, identity=proof(son, later))
    assert (await do(connection, signed_in(son, submit), later)).state is PROPOSED
    assert code(await do(connection, signed_in(son, submit), later)) == Fault.NOT_BOUND
    assert code(await confirmed(connection, son, mother, later + 6 * A_DAY)) is None


async def test_where_the_sponsors_word_is_enough_it_holds_at_once(connection: Connection) -> None:
    son, mother = await family(connection, YANGBAN)
    assert (await proposed(connection, son, mother)).state is ACTIVE


@pytest.mark.parametrize(
    ("spoiled", "refused"),
    [
        ("fresh", None),
        ("none", RelationRefusal.IDENTITY_NOT_VERIFIED),
        ("old", RelationRefusal.IDENTITY_NOT_VERIFIED),
        ("of the other", RelationRefusal.IDENTITY_NOT_VERIFIED),
        ("forged", RelationRefusal.IDENTITY_NOT_VERIFIED),
    ],
)
async def test_from_afar_nobody_proposes_unchecked(connection: Connection, spoiled: str, refused: str | None) -> None:
    """A check counts for ten minutes, for the one who was checked, and as it was signed."""
    son, mother = await family(connection)
    checked = proof(son, AT - datetime.timedelta(minutes=10))
    given = {
        "fresh": checked,
        "none": None,
        "old": proof(son, AT - datetime.timedelta(minutes=10, seconds=1)),
        "of the other": proof(mother, AT),
        "forged": msgspec.structs.replace(checked, sandbox=False),
    }[spoiled]
    assert code(await proposed(connection, son, mother, identity=given)) == refused
    request = ProposeRequest(sponsor=son, beneficiary=mother, kinship=Kinship.PARENT)
    if refused:
        assert code(await do(connection, at_counter(XIELI, request))) is None, "at the counter they are seen"


async def test_a_child_is_confirmed_by_a_guardian(connection: Connection) -> None:
    """The parent who sponsors is one by law; anybody else is one by papers that a clerk has entered."""
    son, _ = await family(connection)
    child = await person(connection, XIELI, CHILD, born=2016, scheme=Scheme.RESIDENT)
    aunt = await person(connection, XIELI, SISTER, born=1988)
    await proposed(connection, son, child, kinship=Kinship.CHILD)
    own = ConfirmRequest(sponsor=son, beneficiary=child, identity=proof(child, AT))
    assert code(await do(connection, signed_in(child, own))) == ConsentRefusal.GUARDIAN_NEEDED
    by_aunt = ConfirmRequest(sponsor=son, beneficiary=child, identity=proof(aunt, AT))
    as_guardian = (aunt, by_aunt, Role.GUARDIAN, child)
    assert code(await do(connection, signed_in(*as_guardian))) == Fault.NOT_PERMITTED
    give = GivePowerRequest(person=child, holder=aunt, guardian=True)
    assert code(await do(connection, signed_in(child, give))) == Fault.NOT_PERMITTED
    assert code(await do(connection, at_counter(XIELI, give))) is None
    assert code(await do(connection, signed_in(*as_guardian))) is None
    assert await connection.fetchval("select by_person from consent where side = 'guardian'") == SISTER


async def test_the_parent_who_sponsors_may_be_the_guardian(connection: Connection) -> None:
    son, _ = await family(connection)
    child = await person(connection, XIELI, CHILD, born=2016, scheme=Scheme.RESIDENT)
    await proposed(connection, son, child, kinship=Kinship.CHILD)
    by_father = ConfirmRequest(sponsor=son, beneficiary=child, identity=proof(son, AT))
    assert code(await do(connection, signed_in(son, by_father, Role.GUARDIAN, child))) is None


async def test_a_delegate_acts_within_the_power_given(connection: Connection) -> None:
    son, mother = await family(connection)
    sister = await person(connection, XIELI, SISTER, born=1988)
    request = ProposeRequest(sponsor=son, beneficiary=mother, kinship=Kinship.PARENT, identity=proof(sister, AT))
    by_her = (sister, request, Role.DELEGATE, son)
    assert code(await do(connection, signed_in(*by_her))) == Fault.NOT_PERMITTED
    give = GivePowerRequest(
        person=son, holder=sister, scope=frozenset({PowerScope.RELATIONS}), until=AT.date() + 2 * A_DAY
    )
    assert code(await do(connection, signed_in(son, give))) is None
    assert code(await do(connection, signed_in(son, give))) == Fault.ALREADY_BOUND
    quota = msgspec.structs.replace(request, mechanism=Mechanism.WALLET_QUOTA, quota=1_000)
    assert code(await do(connection, signed_in(sister, quota, Role.DELEGATE, son))) == Fault.NOT_PERMITTED, "money"
    assert code(await do(connection, signed_in(*by_her))) is None
    end = EndRequest(sponsor=son, beneficiary=mother, by=Asker.SPONSOR)
    late = AT + 2 * A_DAY
    assert code(await do(connection, signed_in(sister, end, Role.DELEGATE, son), late)) == Fault.NOT_PERMITTED
    over = EndPowerRequest(person=son, holder=sister)
    assert code(await do(connection, signed_in(son, over), AT)) is None
    assert code(await do(connection, signed_in(son, over), AT)) == Fault.NOT_BOUND


async def test_strangers_clerks_from_elsewhere_and_one_side_for_both_are_not_permitted(connection: Connection) -> None:
    son, mother = await family(connection)
    other = await person(connection, XIELI, SISTER, born=1988)
    request = ProposeRequest(sponsor=son, beneficiary=mother, kinship=Kinship.PARENT, identity=proof(other, AT))
    assert code(await do(connection, signed_in(other, request))) == Fault.NOT_PERMITTED
    assert code(await do(connection, at_counter(SHILI, request))) == Fault.NOT_PERMITTED
    assert code(await do(connection, at_counter(XIELI, request, Role.HOTLINE))) == Fault.NOT_PERMITTED
    await bound(connection, son, mother)
    confirm = ConfirmRequest(sponsor=son, beneficiary=mother, identity=proof(son, AT))
    assert code(await do(connection, signed_in(son, confirm))) == Fault.NOT_PERMITTED, "never for the other side"
    both = EndRequest(sponsor=son, beneficiary=mother, by=Asker.BOTH)
    assert code(await do(connection, signed_in(mother, both))) == Fault.NOT_PERMITTED


async def test_evidence_that_the_region_asks_for(connection: Connection) -> None:
    son, mother = await family(connection)
    answer = await proposed(connection, son, mother, evidence=Evidence.NONE)
    assert code(answer) == RelationRefusal.EVIDENCE_MISSING
    assert code(await proposed(connection, son, mother, evidence=Evidence.DOCUMENTS)) is None
    kept = await connection.fetchrow("select kind, text_version, text_hash from evidence")
    assert kept is not None and tuple(kept) == ("documents", None, None)


async def test_terms_are_changed_by_whom_they_belong_to(connection: Connection) -> None:
    """In 协力市 the beneficiary sets the order, everything else is the sponsor's."""
    son, mother = await family(connection)
    two: dict[str, Any] = {"sponsor": son, "beneficiary": mother}
    limited = ChangeRequest(**two, caps=Caps(payment=3_000), until=AT.date() + 100 * A_DAY)
    assert code(await do(connection, signed_in(son, limited))) == Fault.NOT_BOUND
    await proposed(connection, son, mother)
    assert code(await do(connection, signed_in(son, limited))) == ChangeRefusal.NOT_ACTIVE
    await confirmed(connection, son, mother)
    assert code(await do(connection, signed_in(son, limited))) is None
    ranked = ChangeRequest(**two, rank=2)
    assert code(await do(connection, signed_in(son, ranked))) == ChangeRefusal.ORDER_NOT_YOURS
    by_mother = msgspec.structs.replace(ranked, by=Asker.BENEFICIARY)
    assert code(await do(connection, signed_in(mother, by_mother))) is None
    hers = msgspec.structs.replace(limited, by=Asker.BENEFICIARY)
    assert code(await do(connection, signed_in(mother, hers))) == ChangeRefusal.ORDER_NOT_YOURS
    wrong = ChangeRequest(**two, until=AT.date())
    assert code(await do(connection, signed_in(son, wrong))) == ChangeRefusal.TERMS_NOT_ALLOWED
    quota = ChangeRequest(**two, quota=1_000)
    assert code(await do(connection, signed_in(son, quota))) == ChangeRefusal.TERMS_NOT_ALLOWED, "it draws instead"
    row = await newest(connection, son)
    assert (row.rank, row.cap_payment, row.until) == (2, 3_000, AT.date() + 100 * A_DAY)
    assert (await paid(connection, mother, 5_000, AT)).outcome.mutual == 3_000
    open_ended = ChangeRequest(**two, until=None)
    assert code(await do(connection, signed_in(son, open_ended))) is None
    assert (await newest(connection, son)).until is None


async def test_what_one_has_stopped_the_other_does_not_resume(connection: Connection) -> None:
    son, mother = await family(connection)
    two: dict[str, Any] = {"sponsor": son, "beneficiary": mother}
    suspend, resume = SuspendRequest(**two), ResumeRequest(**two)
    assert code(await do(connection, signed_in(son, suspend))) == Fault.NOT_BOUND
    await bound(connection, son, mother)
    assert code(await do(connection, signed_in(son, resume))) == SuspensionRefusal.NOT_ACTIVE
    assert code(await do(connection, signed_in(son, suspend))) is None
    bill = await paid(connection, mother, 5_000, AT)
    assert [skip for _, skip in bill.outcome.skipped] == [Skip.ACCOUNT_FROZEN]
    assert code(await do(connection, signed_in(son, suspend))) == SuspensionRefusal.NOT_ACTIVE
    assert code(await do(connection, signed_in(son, resume))) is None
    assert code(await do(connection, at_counter(XIELI, suspend, Role.SUPERVISOR))) is None
    assert code(await do(connection, signed_in(son, resume))) == SuspensionRefusal.SUSPENDED_BY_OTHER
    assert code(await do(connection, at_counter(XIELI, resume, Role.SUPERVISOR))) is None
    assert (await paid(connection, mother, 5_000, AT)).outcome.mutual == 5_000
    await do(connection, signed_in(son, suspend))
    assert code(await ended(connection, son, mother)) is None, "a suspended relation is ended too"
    assert await connection.fetchval("select count(*) from relation_suspension") == 0


async def test_a_code_that_is_only_shown_pays_nothing(connection: Connection) -> None:
    son, mother = await family(connection)
    request = LinkRequest(sponsor=son, beneficiary=mother)
    assert code(await do(connection, signed_in(son, request))) is None
    assert code(await do(connection, signed_in(son, request))) is None
    assert await connection.fetchval("select count(*) from display_link where ended_at is null") == 1
    assert (await paid(connection, mother, 1_000, AT)).outcome.cash == 1_000
    gone = msgspec.structs.replace(request, stands=False)
    assert code(await do(connection, signed_in(son, gone))) is None
    assert code(await do(connection, signed_in(son, gone))) == Fault.NOT_BOUND
    assert await connection.fetchval("select count(*) from sponsorship") == 0


@pytest.mark.parametrize("act", [act for act in ACTS if act.desk.__module__.startswith("mulaid.procedures.sponsor")])
async def test_no_other_role_may(connection: Connection, act: Any) -> None:
    """The table is asked for every act and role; who may not is refused before anything is read."""
    nobody = (XIELI, 999)
    fields = {
        name: value
        for name, value in {
            "sponsor": nobody,
            "beneficiary": (XIELI, 998),
            "person": nobody,
            "holder": (XIELI, 998),
            "kinship": Kinship.PARENT,
            "by": Asker.SPONSOR,
            "amount": 1,
            "bound_at": AT,
        }.items()
        if name in act.request.__struct_fields__
    }
    for role in set(Role) - act.roles:
        asked = at_counter(XIELI, act.request(**fields), role)
        assert asked.origin.channel is Channel.COUNTER
        assert code(await do(connection, asked)) == Fault.NOT_PERMITTED
