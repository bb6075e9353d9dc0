"""What is due: timed things of relations as acts of a timer, in the order of their moments.

The message id of each is made of the job, the moment it was due and the relation, so that two services, or one that
runs twice, do it once. A job calls `due` and carries out what it lists; everything is due at midnight.
"""

import datetime

import msgspec

from mulaid.decide import consent
from mulaid.procedures.sponsorship.requests import ExpireRequest, LapseRequest
from mulaid.store import relations
from mulaid.store.connect import Connection
from mulaid.store.rows import Sponsorship
from mulaid.terms.actor import Actor, Channel, Origin, Role, content
from mulaid.terms.calendar import CHINA
from mulaid.terms.codes import RelationState


class Due(msgspec.Struct, frozen=True):
    """One act of a timer."""

    moment: datetime.datetime
    request: LapseRequest | ExpireRequest
    origin: Origin


async def due(connection: Connection, now: datetime.datetime) -> list[Due]:
    """Proposals to lapse and relations whose last day has passed by now, the earliest first."""
    today = now.astimezone(CHINA).date()
    waited = today - (consent.lapses_on(today) - today)
    found = await relations.due(connection, waited, today)
    return sorted(
        (_due(region, each) for region, each in found), key=lambda each: (each.moment, each.origin.message_id)
    )


def _due(region: str, relation: Sponsorship) -> Due:
    sponsor, beneficiary = (region, relation.sponsor), (relation.beneficiary_region, relation.beneficiary)
    if relation.state is RelationState.PROPOSED:
        lapse = LapseRequest(sponsor=sponsor, beneficiary=beneficiary, bound_at=relation.bound_at)
        return _timed("lapse", consent.lapses_on(relation.bound_on), lapse, region)
    assert relation.until is not None
    expire = ExpireRequest(sponsor=sponsor, beneficiary=beneficiary, bound_at=relation.bound_at)
    return _timed("expire", relation.until, expire, region)


def _timed(job: str, day: datetime.date, request: LapseRequest | ExpireRequest, region: str) -> Due:
    moment = datetime.datetime.combine(day, datetime.time(), CHINA)
    (_, sponsor), (_, beneficiary) = request.sponsor, request.beneficiary
    bound_at = request.bound_at.astimezone(CHINA).isoformat()
    message_id = f"{job} {day} {region}{sponsor} {beneficiary} {bound_at}"
    actor = Actor(Role.TIMER, region, job)
    return Due(moment, request, Origin(actor, Channel.TIMER, message_id, job, content(job, request)))
