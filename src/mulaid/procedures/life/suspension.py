"""Suspension of networked settlement (暂停联网结算): the administration decides, an agency enters and lifts it.

A clerk enters the document, a reviewer releases it. In its time no networked settlement of that person is made, neither
by the own cover nor with relatives' money; nobody's family loses its own cover by it.

Source of the range: article 41 of the regulation of 2021-05-01 (医保基金监管条例). A suspension during an investigation
has no end of its own.
"""

import datetime
from collections.abc import Sequence

import msgspec

from mulaid.procedures.act.answers import Done, Refused
from mulaid.procedures.act.desk import Desk, Reach
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.store import people, regions, suspensions
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.rows import Person
from mulaid.store.suspensions import Suspension, SuspensionKind
from mulaid.terms.calendar import months_after

PENALTY_MONTHS = 3, 12


class SuspendRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A decision, as its document says."""

    person: Key
    document: str
    """文书号."""
    authority: str
    kind: SuspensionKind
    conduct: str
    article: str
    from_day: datetime.date
    until: datetime.date | None
    """The first day after it; None: until it is lifted, in an investigation only."""
    served_on: datetime.date
    replaces: str | None = None
    """The document that this one changes: that one ends where this one begins."""


class LiftRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A document that lifts or revokes a decision."""

    person: Key
    document: str
    """The decision that ends."""
    by: str
    """The document that ends it."""
    on: datetime.date
    """The first day on which it is in force no more."""


class SuspensionDesk(Desk):
    """One person and every decision about them."""

    reach = Reach.NAMED

    async def owners(self, connection: Connection, matters: Sequence[Matter]) -> set[Key]:
        [matter] = matters
        return {matter.request.person}

    async def load(self, connection: Connection, matters: Sequence[Matter]) -> None:
        region, person = matters[0].request.person
        self.person: Person | None = await people.person(connection, region, person)
        self.decisions: list[Suspension] = await suspensions.of_person(connection, region, person)

    def standing(self) -> list[Suspension]:
        """What is in force today or will be."""
        return [each for each in self.decisions if each.holds_after(self.house.today)]

    def keep_span(self, matter: Matter, since: datetime.date | None, until: datetime.date | None) -> None:
        """What bills ask of the person from now on."""
        region, person = matter.request.person
        self.write(suspensions.SPAN, regions.number(region), person, since, until)

    def done(self, matter: Matter, act: str) -> Done:
        """Post the case; it lies with the person."""
        region, person = matter.request.person
        record = matter.record(act)
        self.posting.add_act(matter.number, region, person, matter.origin, record, [], self.law.book.digest)
        return Done(case_id=matter.number)


def suspend(desk: SuspensionDesk, matter: Matter) -> Answer:
    """Enter a decision. Where another one holds, this one must say that it takes its place."""
    request: SuspendRequest = matter.request
    region, person = request.person
    if desk.person is None:
        return Refused(code=Fault.UNKNOWN_PERSON)
    if any(each.document == request.document for each in desk.decisions):
        return Refused(code=Fault.SUSPENSION_KNOWN)
    if not _in_range(request):
        return Refused(code=Fault.SUSPENSION_RANGE)
    standing = desk.standing()
    replaced = [each for each in standing if each.document == request.replaces]
    if request.replaces is not None and not replaced:
        return Refused(code=Fault.NOTHING_TO_LIFT)
    others = [each for each in standing if each not in replaced]
    if others:
        return Refused(code=Fault.SUSPENSION_RUNNING, detail={"document": others[0].document})
    number = regions.number(region)
    for each in replaced:
        desk.write(suspensions.END, number, person, each.document, request.from_day, request.document)
    facts = request.document, request.authority, request.kind, request.conduct, request.article
    days = request.from_day, request.until, request.served_on
    desk.write(suspensions.INSERT, number, person, *facts, *days, matter.number)
    since = min((each.from_day for each in replaced), default=request.from_day)
    desk.keep_span(matter, min(since, request.from_day), request.until)
    return desk.done(matter, "suspend")


def lift(desk: SuspensionDesk, matter: Matter) -> Answer:
    """End a decision by another document."""
    request: LiftRequest = matter.request
    if desk.person is None:
        return Refused(code=Fault.UNKNOWN_PERSON)
    found = [each for each in desk.standing() if each.document == request.document]
    if not found or not found[0].holds_after(request.on):
        return Refused(code=Fault.NOTHING_TO_LIFT)
    [decision] = found
    region, person = request.person
    desk.write(suspensions.END, regions.number(region), person, decision.document, request.on, request.by)
    begun = decision.from_day < request.on
    desk.keep_span(matter, decision.from_day if begun else None, request.on if begun else None)
    return desk.done(matter, "lift_suspension")


def _in_range(request: SuspendRequest) -> bool:
    if request.from_day < request.served_on:
        return False
    if request.until is None:
        return request.kind is SuspensionKind.INVESTIGATION
    if request.kind is SuspensionKind.INVESTIGATION:
        return request.from_day < request.until
    least, most = (months_after(request.from_day, months) for months in PENALTY_MONTHS)
    return least <= request.until <= most
