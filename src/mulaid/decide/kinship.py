"""Do the ages of two people contradict the kinship they name?

No document sets these bounds. They are as wide as law and nature allow, so that a family is turned away only where the
kinship cannot well be true, and papers pass even then (docs/decisions/0017-ages-of-kin.md).
"""

import datetime

from mulaid.terms.calendar import age_on
from mulaid.terms.codes import Kinship, Sex
from mulaid.terms.sponsorship_case import Party

GENERATION = 12
"""Years from a parent to a child, at least: 12 lie between the youngest who may adopt, at 30, and the oldest who may be
adopted, at 17 (Civil Code art. 1093, 1098). Step-parents may be closer; they have papers."""

SIBLINGS_APART = 60
"""Years between brothers and sisters, at most; those of one father and two mothers included."""

MARRIAGEABLE = {Sex.FEMALE: 18, Sex.MALE: 20}
"""The lowest age of marriage anywhere in the country: the Civil Code says 20 and 22 (art. 1047), autonomous areas two
years less."""

_YOUNGEST_SPOUSE = min(MARRIAGEABLE.values())
_ELDER_BY = {Kinship.PARENT: 1, Kinship.CHILD: -1, Kinship.GRANDPARENT: 2, Kinship.GRANDCHILD: -2}
"""By how many generations the beneficiary is the elder."""


def contradicted(kinship: Kinship, sponsor: Party, beneficiary: Party, day: datetime.date) -> bool:
    """Whether this kinship cannot well be on `day`: `kinship` is what the beneficiary is to the sponsor.

    Nothing is contradicted while one of the two days of birth is unknown.
    """
    theirs, ours = sponsor.born, beneficiary.born
    if theirs is None or ours is None:
        return False
    if kinship is Kinship.SPOUSE:
        return age_on(theirs, day) < _marriageable(sponsor) or age_on(ours, day) < _marriageable(beneficiary)
    if kinship is Kinship.SPOUSE_PARENT:
        # The spouse in between may be of any age that may marry, far from the sponsor's.
        return age_on(theirs, day) < _marriageable(sponsor) or age_on(ours, day) < _YOUNGEST_SPOUSE + GENERATION
    if kinship is Kinship.SIBLING:
        return age_on(min(theirs, ours), max(theirs, ours)) > SIBLINGS_APART
    if kinship in _ELDER_BY:
        generations = _ELDER_BY[kinship]
        elder, younger = (ours, theirs) if generations > 0 else (theirs, ours)
        return age_on(elder, younger) < abs(generations) * GENERATION
    return False


def _marriageable(party: Party) -> int:
    return _YOUNGEST_SPOUSE if party.sex is None else MARRIAGEABLE[party.sex]
