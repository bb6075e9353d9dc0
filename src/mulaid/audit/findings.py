"""What an audit can find, and the report it hands back."""

import datetime
from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from mulaid.terms.calendar import CHINA

KEPT_MAX = 200
"""Findings of one check that a report holds in full; the rest are counted, so that its size has an end."""


class Check(StrEnum):
    """Every class of finding. Each has a title and a remedy in `mulaid.wording.audit`."""

    CASE_PARTS = "CASE_PARTS"
    CASE_RECORD = "CASE_RECORD"
    CASE_LINES = "CASE_LINES"
    RECORD_UNREADABLE = "RECORD_UNREADABLE"
    ACT_REQUEST = "ACT_REQUEST"
    NOTED = "NOTED"
    GROUND = "GROUND"
    TASK = "TASK"
    SUSPENSION = "SUSPENSION"
    CASE_TRANSFERS = "CASE_TRANSFERS"
    TRANSFER_RECORD = "TRANSFER_RECORD"
    TRANSFER_PURSES = "TRANSFER_PURSES"
    CONTRA = "CONTRA"
    CLEARING = "CLEARING"
    BALANCE_SEQUENCE = "BALANCE_SEQUENCE"
    BALANCE_PURSE = "BALANCE_PURSE"
    BALANCE_OPENING = "BALANCE_OPENING"
    BALANCE_NEGATIVE = "BALANCE_NEGATIVE"
    USAGE_SPONSORSHIP = "USAGE_SPONSORSHIP"
    USAGE_PURSE = "USAGE_PURSE"
    OVER_CAP = "OVER_CAP"
    QUOTA = "QUOTA"
    ACCUMULATOR = "ACCUMULATOR"
    ACCUMULATOR_OPENING = "ACCUMULATOR_OPENING"
    FUNDS_ABOVE_SCOPE = "FUNDS_ABOVE_SCOPE"
    FUNDS_GIVEN = "FUNDS_GIVEN"
    CHAIN_HASH = "CHAIN_HASH"
    CHAIN_PREVIOUS = "CHAIN_PREVIOUS"
    CHAIN_GAP = "CHAIN_GAP"
    CHAIN_CASES = "CHAIN_CASES"
    CHAIN_WORKER = "CHAIN_WORKER"
    CASE_UNCHAINED = "CASE_UNCHAINED"
    CASE_WITHOUT_TRANSFERS = "CASE_WITHOUT_TRANSFERS"
    TRANSFER_WITHOUT_CASE = "TRANSFER_WITHOUT_CASE"
    TRANSFER_WITHOUT_PURSE = "TRANSFER_WITHOUT_PURSE"
    REVERSAL_WITHOUT_CASE = "REVERSAL_WITHOUT_CASE"
    REVERSAL_NOT_MARKED = "REVERSAL_NOT_MARKED"
    REVERSAL_DIFFERS = "REVERSAL_DIFFERS"
    SECOND_REVERSAL = "SECOND_REVERSAL"
    SETTLED_TWICE = "SETTLED_TWICE"
    MESSAGE_WITHOUT_CASE = "MESSAGE_WITHOUT_CASE"
    CASE_WITHOUT_MESSAGE = "CASE_WITHOUT_MESSAGE"
    MESSAGE_TWICE = "MESSAGE_TWICE"
    MESSAGE_RECORD = "MESSAGE_RECORD"
    MESSAGE_ANSWER = "MESSAGE_ANSWER"
    MESSAGE_VOIDED = "MESSAGE_VOIDED"
    MESSAGE_NOT_VOIDED = "MESSAGE_NOT_VOIDED"
    VISIT_MISSING = "VISIT_MISSING"
    VISIT_CASE = "VISIT_CASE"
    VISIT_WITHDRAWN = "VISIT_WITHDRAWN"
    VISIT_DETAILS = "VISIT_DETAILS"
    VISIT_WITHOUT_MESSAGE = "VISIT_WITHOUT_MESSAGE"
    BATCH_LINES = "BATCH_LINES"
    BATCH_RECORD = "BATCH_RECORD"
    BATCH_WITHOUT_CASE = "BATCH_WITHOUT_CASE"
    BATCH_OF_OTHER_CASE = "BATCH_OF_OTHER_CASE"
    BATCH_OF_REVERSED_CASE = "BATCH_OF_REVERSED_CASE"
    BATCH_NOT_MARKED = "BATCH_NOT_MARKED"
    ITEM_MISSING = "ITEM_MISSING"
    ITEM_CHANGED = "ITEM_CHANGED"
    POINTER_WITHOUT_SPONSORSHIP = "POINTER_WITHOUT_SPONSORSHIP"
    SPONSORSHIP_WITHOUT_POINTER = "SPONSORSHIP_WITHOUT_POINTER"
    POINTER_NAME = "POINTER_NAME"
    SPONSORSHIP_WITHOUT_RECORD = "SPONSORSHIP_WITHOUT_RECORD"
    SPONSORSHIP_MISSING = "SPONSORSHIP_MISSING"
    SPONSORSHIP_DAYS = "SPONSORSHIP_DAYS"
    SPONSORSHIP_RECORD = "SPONSORSHIP_RECORD"
    SPONSORSHIP_CHANGED = "SPONSORSHIP_CHANGED"
    POOL = "POOL"
    END_WISH = "END_WISH"
    PERSON_MISSING = "PERSON_MISSING"
    PERSON_WITHOUT_PURSE = "PERSON_WITHOUT_PURSE"
    PURSE_WITHOUT_PERSON = "PURSE_WITHOUT_PERSON"
    PERSON_WITHOUT_IDENTITY = "PERSON_WITHOUT_IDENTITY"
    IDENTITY_WITHOUT_PERSON = "IDENTITY_WITHOUT_PERSON"
    IDENTITY_TWICE = "IDENTITY_TWICE"
    IDENTITY_NUMBER = "IDENTITY_NUMBER"
    SEAL_BROKEN = "SEAL_BROKEN"
    SEAL_KEY = "SEAL_KEY"
    PERSON_NAME = "PERSON_NAME"
    PERSON_BORN = "PERSON_BORN"
    PERSON_SEX = "PERSON_SEX"
    PERSON_MOVED = "PERSON_MOVED"
    PERSON_SUSPENDED = "PERSON_SUSPENDED"
    ENROLMENT_DAYS = "ENROLMENT_DAYS"
    ENROLMENT_OVERLAP = "ENROLMENT_OVERLAP"
    TWO_COVERS = "TWO_COVERS"
    ENROLMENT_CHANGED = "ENROLMENT_CHANGED"
    INSTITUTION_MISSING = "INSTITUTION_MISSING"
    INSTITUTION_CHANGED = "INSTITUTION_CHANGED"
    CREDENTIAL = "CREDENTIAL"
    MISDATED = "MISDATED"
    MOMENT = "MOMENT"
    MOMENT_AHEAD = "MOMENT_AHEAD"
    MOMENT_BACKWARDS = "MOMENT_BACKWARDS"
    MOMENT_OF_ID = "MOMENT_OF_ID"
    FUTURE = "FUTURE"
    POLICY_MISSING = "POLICY_MISSING"
    POLICY_CHANGED = "POLICY_CHANGED"
    REPLAY = "REPLAY"


class Severity(StrEnum):
    DAMAGE = "damage"
    NOTE = "note"
    """Worth knowing, and not wrong."""


NOTES = frozenset(
    {
        Check.ACCUMULATOR_OPENING,
        Check.FUNDS_GIVEN,
        Check.ITEM_CHANGED,
        Check.SPONSORSHIP_CHANGED,
        Check.ENROLMENT_CHANGED,
        Check.TWO_COVERS,
        Check.INSTITUTION_CHANGED,
        Check.PERSON_SEX,
        Check.MOMENT_AHEAD,
        Check.MOMENT_BACKWARDS,
    }
)
"""What a load or a clerk may rightly have done, and what a wrong clock has left behind where no decision reads it."""
OF_THE_ENGINE = frozenset({Check.REPLAY})
"""Checks that ask the engine itself; all others rest on SQL and the audit's own arithmetic alone."""


class Finding(msgspec.Struct, frozen=True):
    """One thing that is not as it must be."""

    check: Check
    severity: Severity
    region: str
    """Six digits; empty for what belongs to no region."""
    where: dict[str, str]
    """What to look at, by noun: {"case": "712…", "transfer": "2"}. Numbers are text: JSON readers round long ones."""
    expected: str
    """Amounts as "128.50"; empty where there is nothing to compare."""
    found: str
    independent: bool


class Report(msgspec.Struct):
    """What was checked and what was found, filled while the audit runs."""

    regions: list[str] = []
    sealed: bool = False
    """Whether the key was at hand, so that sealed numbers, names and credentials were opened."""
    checked: dict[str, int] = {}
    """How many of each were looked at: cases, transfers, purses …"""
    found: dict[Check, int] = {}
    """How many findings of each class, those beyond `KEPT_MAX` included."""
    findings: list[Finding] = []

    def take(self, findings: Iterable[Finding]) -> None:
        """Count findings and keep the first of each class."""
        for finding in findings:
            seen = self.found.get(finding.check, 0)
            self.found[finding.check] = seen + 1
            if seen < KEPT_MAX:
                self.findings.append(finding)

    def count(self, noun: str, number: int = 1) -> None:
        """Say how many more of something were looked at."""
        self.checked[noun] = self.checked.get(noun, 0) + number

    @property
    def damaged(self) -> int:
        """How many findings are damage."""
        return sum(number for check, number in self.found.items() if check not in NOTES)


def finding(
    check: Check, region: int | None, where: Mapping[str, object], expected: object = "", found: object = ""
) -> Finding:
    """A finding of one region, or of none, everything in it as text."""
    return Finding(
        check=check,
        severity=Severity.NOTE if check in NOTES else Severity.DAMAGE,
        region="" if region is None else f"{region:06d}",
        where={noun: _shown(value) for noun, value in where.items()},
        expected=_shown(expected),
        found=_shown(found),
        independent=check not in OF_THE_ENGINE,
    )


def _shown(value: object) -> str:
    """A value as text; the database's moments are in UTC, and people look for them by China's clocks."""
    return str(value.astimezone(CHINA)) if isinstance(value, datetime.datetime) else str(value)
