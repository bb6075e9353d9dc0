"""Carry out one kind of act for one or many requests, in one transaction.

In this order: the role, the ids in one statement (asked before: the same answer), whose purses, their locks, what is
read, permission, the procedures over one desk, and everything written at once. A refusal commits: nothing is written
before a procedure says done, so all that is left of a refused request is that it was tried.
"""

import datetime
from collections.abc import Callable, Sequence

from mulaid.procedures.act import ids
from mulaid.procedures.act.act import Act, Kept
from mulaid.procedures.act.answers import Done, Refused
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.act.desk import Desk
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.households import Locking
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.act.posting import Chain, Posting
from mulaid.procedures.act.records import raw
from mulaid.store import regions, tasks
from mulaid.store.connect import Connection
from mulaid.store.refused import Released
from mulaid.terms.actor import Origin
from mulaid.terms.reasons import BillRefusal

Asked = tuple[object, Origin]
"""A request and where it comes from."""

_NOT_REMEMBERED = frozenset(
    {
        Fault.BUSY,
        Fault.NOT_COMMITTED,
        Fault.MESSAGE_ID_REUSED,
        Fault.MESSAGE_VOIDED,
        Fault.UNKNOWN_PERSON,
        BillRefusal.SECOND_SWIPE_NEEDED,
    }
)
"""Refusals that say nothing about a person's affairs."""


class SomebodyNew(RuntimeError):
    """Under the locks of a closed act somebody appeared who is not locked: nothing was done, start over."""


def nothing_fails() -> None:
    """What happens between commit and answer, except in tests of crashes."""


failpoint: Callable[[], None] = nothing_fails
"""Called after every commit, before anybody is told: what it raises is a crash at the worst moment."""


async def transact(
    connection: Connection,
    bureau: Bureau,
    act: Act,
    asked: Sequence[Asked],
    moment: datetime.datetime,
    chain: Chain,
    locking: Locking = Locking.WAIT,
) -> list[Answer | None]:
    """Carry requests of one act out and commit; one answer each, in order.

    None where nothing was done because somebody else holds a purse it may need: ask again. Only with `Locking.FREE`;
    with `Locking.WAIT` all requests wait for it.

    Raises what the database raises when it refuses, `households.DayPassed` and `SomebodyNew`: nothing was done then.
    """
    posting = Posting(chain)
    async with connection.transaction():
        answers = await _carry_out(connection, bureau, act, asked, moment, posting, locking)
    failpoint()
    posting.committed()
    return answers


async def _carry_out(
    connection: Connection,
    bureau: Bureau,
    act: Act,
    asked: Sequence[Asked],
    moment: datetime.datetime,
    posting: Posting,
    locking: Locking,
) -> list[Answer | None]:
    matters = [Matter(request, origin, bureau.minter.mint()) for request, origin in asked]
    desk = act.desk(bureau, moment, posting, locking)
    answers: dict[int, Answer | None] = {
        at: Refused(code=Fault.NOT_PERMITTED)
        for at, matter in enumerate(matters)
        if matter.origin.actor.role not in act.roles
    }
    permitted = [at for at in range(len(matters)) if at not in answers] if answers else range(len(matters))
    owned = permitted
    if act.kept is not Kept.NOTHING:
        claimed = await ids.claim(connection, act, [matters[at] for at in permitted], moment)
        owned = [at for at in permitted if matters[at].number in claimed]
    if owned:
        await _work(connection, act, desk, matters, owned, answers)
    _remember(act, desk.released, matters, answers, owned)
    if act.approved_by:
        desk = _waiting(act, desk, [matters[at] for at in owned if isinstance(answers[at], Done)])
    await desk.flush(connection)
    for at in permitted:
        if at not in answers:
            answers[at] = await ids.asked_before(connection, act, matters, at, answers)
    return [answers[at] for at in range(len(matters))]


async def _work(
    connection: Connection,
    act: Act,
    desk: Desk,
    matters: Sequence[Matter],
    owned: Sequence[int],
    answers: dict[int, Answer | None],
) -> None:
    """Lock, read, and decide each of these in turn."""
    fresh = [matters[at] for at in owned]
    owners = await desk.owners(connection, fresh)
    await desk.house.read_money(connection, owners, desk.locking)
    if act.closed and not (await desk.owners(connection, fresh)) <= owners:
        raise SomebodyNew(act.name)
    await desk.load(connection, fresh)
    for at in owned:
        matter = matters[at]
        answer = answers[at] = None if desk.must_wait(matter) else desk.outsider(matter) or act.procedure(desk, matter)
        if act.kept is not Kept.NOTHING and isinstance(answer, Done):
            if act.approved_by:
                answers[at] = Done(case_id=matter.number)
            else:
                ids.keep(act, desk, matter, answer)


def _waiting(act: Act, worked: Desk, matters: Sequence[Matter]) -> Desk:
    """A desk that writes tasks: what the act would have done is forgotten, as somebody else is to release it."""
    desk = Desk(worked.bureau, worked.moment, Posting(worked.posting.chain), worked.locking)
    desk.released = worked.released
    for matter in matters:
        region, person = act.about(matter.request) or (None, None)
        about = None if region is None else regions.number(region)
        made = bytes(raw(matter.request)), bytes(raw(matter.origin))
        place, sender = regions.number(matter.origin.region), matter.origin.sender
        desk.write(tasks.INSERT, place, matter.number, act.name, about, person, *made, sender, desk.moment, "open")
    return desk


def _remember(
    act: Act,
    released: Released,
    matters: Sequence[Matter],
    answers: dict[int, Answer | None],
    owned: Sequence[int],
) -> None:
    """Free the ids of what was refused or put off, and remember who was refused what."""
    mine = set(owned)
    for at, answer in answers.items():
        matter = matters[at]
        if answer is not None and not isinstance(answer, Refused):
            continue
        if act.kept is not Kept.NOTHING and at in mine:
            released.claims.append(ids.claim_of(act, matter))
        about = act.about(matter.request)
        if answer is not None and about is not None and answer.code not in _NOT_REMEMBERED:
            tried = (*about, act.name, answer.code, matter.origin.sender)
            released.tried[tried] = released.tried.get(tried, 0) + 1
