"""What is asked of a sponsorship: one struct an act. The two people come first in all of them.

`mechanism` says which relation of the two is meant; None is the newest of them.
"""

import datetime
from enum import StrEnum
from typing import ClassVar

import msgspec

from mulaid.procedures.act.answers import Done
from mulaid.store.arrays import Key
from mulaid.terms.bill_case import BOTH_USES, NO_CAPS, Caps
from mulaid.terms.codes import Kinship, Mechanism, RelationState, SponsorUse
from mulaid.terms.identity import IdentityProof
from mulaid.terms.money import Fen
from mulaid.terms.outcome import EndOutcome, RelationOutcome
from mulaid.terms.sponsorship_case import Asker, Evidence


class Commitment(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """承诺书: which text was signed."""

    version: str
    digest: bytes
    """SHA-256 of the text as it was shown."""


class _OfTwo(msgspec.Struct, frozen=True, kw_only=True):
    sponsor: Key
    beneficiary: Key


class _Offer(_OfTwo, frozen=True, kw_only=True):
    """A relation to make, and its terms."""

    kinship: Kinship
    """What the beneficiary is to the sponsor."""
    mechanism: Mechanism = Mechanism.INSTANT_DRAW
    documents: bool = False
    """A clerk has seen papers that prove the kinship."""
    evidence: Evidence = Evidence.COMMITMENT
    commitment: Commitment | None = None
    """The text that was signed, where one was."""
    rank: int = 1
    until: datetime.date | None = None
    caps: Caps = NO_CAPS
    uses: frozenset[SponsorUse] = BOTH_USES
    quota: Fen = 0
    """To set apart for the beneficiary, with the wallet's quota only."""

    def brought(self) -> Evidence:
        """What proves the kinship."""
        return Evidence.DOCUMENTS if self.documents else self.evidence


class BindRequest(_Offer, frozen=True, kw_only=True):
    """Make a relation in one step at the counter: both have signed."""

    act: ClassVar[str] = "bind"
    confirmed: bool = True
    guardian: Key | None = None
    """Who signed for a beneficiary too young to consent; the sponsor where nobody else is named."""


class ProposeRequest(_Offer, frozen=True, kw_only=True):
    """Make a relation that waits for the beneficiary's consent, where that is asked."""

    act: ClassVar[str] = "propose"
    submit: bool = True
    """False: filled in and kept, and nobody is asked yet."""
    identity: IdentityProof | None = None


class _OfRelation(_OfTwo, frozen=True, kw_only=True):
    mechanism: Mechanism | None = None


class SubmitRequest(_OfRelation, frozen=True, kw_only=True):
    """Hand in what was filled in before."""

    act: ClassVar[str] = "submit"
    identity: IdentityProof | None = None


class ConfirmRequest(_OfRelation, frozen=True, kw_only=True):
    """Consent to a proposal, as the beneficiary or as their guardian."""

    act: ClassVar[str] = "confirm"
    side: ClassVar[str] = "beneficiary"
    guardian: Key | None = None
    """Who signed at the counter for a beneficiary too young to consent."""
    identity: IdentityProof | None = None


class DeclineRequest(_OfRelation, frozen=True, kw_only=True):
    """Refuse a proposal, as the beneficiary or as their guardian."""

    act: ClassVar[str] = "decline"
    side: ClassVar[str] = "beneficiary"


class WithdrawProposalRequest(_OfRelation, frozen=True, kw_only=True):
    """Take a proposal back, as the sponsor."""

    act: ClassVar[str] = "withdraw_proposal"


class LapseRequest(_OfTwo, frozen=True, kw_only=True):
    """A timer's: end a proposal that nobody answered in time."""

    act: ClassVar[str] = "lapse"
    bound_at: datetime.datetime


class ChangeRequest(_OfRelation, frozen=True, kw_only=True):
    """Change the terms of a relation; what is None or unset stays."""

    act: ClassVar[str] = "change"
    rank: int | None = None
    caps: Caps | None = None
    uses: frozenset[SponsorUse] | None = None
    until: datetime.date | msgspec.UnsetType | None = msgspec.UNSET
    quota: Fen | None = None
    """The new size of the quota, used part included."""
    by: Asker = Asker.SPONSOR
    """For whom a clerk asks."""


class SuspendRequest(_OfRelation, frozen=True, kw_only=True):
    """Stop a relation for a while."""

    act: ClassVar[str] = "suspend_relation"


class ResumeRequest(_OfRelation, frozen=True, kw_only=True):
    """Let a suspended relation go on."""

    act: ClassVar[str] = "resume_relation"


class EndRequest(_OfRelation, frozen=True, kw_only=True):
    """Whose relation to end, and who asks: a clerk acts for one of them."""

    act: ClassVar[str] = "end"
    by: Asker


class ExpireRequest(_OfTwo, frozen=True, kw_only=True):
    """A timer's: the last day of a relation has passed; what was set apart for it returns."""

    act: ClassVar[str] = "expire"
    bound_at: datetime.datetime


class LinkRequest(_OfTwo, frozen=True, kw_only=True):
    """亲情账户: the one shows the other's code, or no longer."""

    act: ClassVar[str] = "link"
    stands: bool = True


class ContributeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Pay into the family pool that somebody holds."""

    act: ClassVar[str] = "contribute"
    side: ClassVar[str] = "beneficiary"
    person: Key
    holder: Key
    amount: Fen


class LeaveRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Leave a family pool with what is left of what one paid into it; the holder's leaving closes it."""

    act: ClassVar[str] = "leave"
    side: ClassVar[str] = "beneficiary"
    person: Key
    holder: Key


class PowerScope(StrEnum):
    """What somebody may do for another: make and end relations, or decide about money set apart for relatives."""

    RELATIONS = "relations"
    MONEY = "money"


class GivePowerRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Let somebody act for another: a delegate whom the person chose, or a guardian by papers that a clerk has seen."""

    act: ClassVar[str] = "give_power"
    side: ClassVar[str] = "beneficiary"
    person: Key
    holder: Key
    guardian: bool = False
    scope: frozenset[PowerScope] = frozenset(PowerScope)
    until: datetime.date | None = None


class EndPowerRequest(msgspec.Struct, frozen=True, kw_only=True):
    """End what somebody may do for another."""

    act: ClassVar[str] = "end_power"
    side: ClassVar[str] = "beneficiary"
    person: Key
    holder: Key


class Related(Done, frozen=True, kw_only=True, tag=True):
    """A relation was changed."""

    day: datetime.date
    """From when."""
    state: RelationState | None = None


class Bound(Done, frozen=True, kw_only=True, tag=True):
    """A relation was made, or waits for consent."""

    outcome: RelationOutcome
    """What the rules said."""
    state: RelationState
    day: datetime.date | None = None
    """The first day on which it may be used (None: nobody knows); of a proposal the day on which it lapses."""


class Ended(Done, frozen=True, kw_only=True, tag=True):
    """A relation was ended."""

    outcome: EndOutcome | None
    """What the rules said; None where they were not asked: it had not begun, or its day had come."""
    day: datetime.date
    """The first day on which it may be used no longer."""
    state: RelationState = RelationState.ENDED
    returned: Fen = 0
    """What went back to the balances it came from."""
