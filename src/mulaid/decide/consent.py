"""Who has to consent to a relation: nobody, the beneficiary, or the beneficiary's guardian.

All rules are those of the sponsor's region. Where nobody knows whether consent is asked, it is. Where nobody knows from
which age people consent for themselves, adults do (Civil Code art. 18) and a guardian speaks for everybody younger.
"""

import datetime

from mulaid.policy.law import Law
from mulaid.terms.sponsorship_case import Consent

ADULT = 18
LAPSE_DAYS = 7
"""How many days a proposal waits for consent. mulaid's own; no source says."""


def needed(region: str, age: int, day: datetime.date, law: Law) -> Consent:
    """Whose consent a relation with a beneficiary of this age needs."""
    rules = law.aid(region, day)
    mode = rules.consent_mode.value if rules.consent_mode.known else "both"
    if mode == "sponsor_only":
        return Consent.NOBODYS
    if by_themselves(region, age, day, law):
        return Consent.BENEFICIARYS
    return Consent.NOBODYS if mode == "minor_exempt" else Consent.GUARDIANS


def by_themselves(region: str, age: int, day: datetime.date, law: Law) -> bool:
    """Whether somebody of this age consents for themselves."""
    rules = law.aid(region, day)
    return age >= (rules.consent_age.value if rules.consent_age.known else ADULT)


def lapses_on(proposed_on: datetime.date) -> datetime.date:
    """The first day on which a proposal that nobody answered no longer stands."""
    return proposed_on + datetime.timedelta(days=LAPSE_DAYS)
