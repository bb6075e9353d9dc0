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
    RECORD_UNREADABLE = "RECORD_UNREADABLE"
    CASE_TRANSFERS = "CASE_TRANSFERS"
    TRANSFER_RECORD = "TRANSFER_RECORD"
    CLEARING = "CLEARING"
    BALANCE_SEQUENCE = "BALANCE_SEQUENCE"
    BALANCE_PURSE = "BALANCE_PURSE"
    BALANCE_OPENING = "BALANCE_OPENING"
    BALANCE_NEGATIVE = "BALANCE_NEGATIVE"
    USAGE_SPONSORSHIP = "USAGE_SPONSORSHIP"
    USAGE_PURSE = "USAGE_PURSE"
    OVER_CAP = "OVER_CAP"
    ACCUMULATOR = "ACCUMULATOR"
    ACCUMULATOR_OPENING = "ACCUMULATOR_OPENING"
    FUNDS_ABOVE_SCOPE = "FUNDS_ABOVE_SCOPE"
    FUNDS_GIVEN = "FUNDS_GIVEN"
    CHAIN_HASH = "CHAIN_HASH"
    CHAIN_PREVIOUS = "CHAIN_PREVIOUS"
    CHAIN_GAP = "CHAIN_GAP"
    CHAIN_CASES = "CHAIN_CASES"
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
    BATCH_WITHOUT_CASE = "BATCH_WITHOUT_CASE"
    BATCH_OF_OTHER_CASE = "BATCH_OF_OTHER_CASE"
    BATCH_OF_REVERSED_CASE = "BATCH_OF_REVERSED_CASE"
    BATCH_NOT_MARKED = "BATCH_NOT_MARKED"
    POINTER_WITHOUT_SPONSORSHIP = "POINTER_WITHOUT_SPONSORSHIP"
    SPONSORSHIP_WITHOUT_POINTER = "SPONSORSHIP_WITHOUT_POINTER"
    IDENTITY_WITHOUT_PERSON = "IDENTITY_WITHOUT_PERSON"
    POLICY_MISSING = "POLICY_MISSING"
    POLICY_CHANGED = "POLICY_CHANGED"
    REPLAY = "REPLAY"


class Severity(StrEnum):
    DAMAGE = "damage"
    NOTE = "note"
    """Worth knowing, and not wrong."""


NOTES = frozenset({Check.ACCUMULATOR_OPENING, Check.FUNDS_GIVEN})
OF_THE_ENGINE = frozenset({Check.REPLAY})
"""Checks that ask the engine itself; all others rest on SQL and the audit's own arithmetic alone."""


class Finding(msgspec.Struct, frozen=True):
    """One thing that is not as it must be."""

    check: Check
    severity: Severity
    region: str
    where: dict[str, str]
    """What to look at, by noun: {"case": "712…", "transfer": "2"}. Numbers are text: JSON readers round long ones."""
    expected: str
    """Amounts as "128.50"; empty where there is nothing to compare."""
    found: str
    independent: bool


class Report(msgspec.Struct):
    """What was checked and what was found, filled while the audit runs."""

    regions: list[str] = []
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
    check: Check, region: int, where: Mapping[str, object], expected: object = "", found: object = ""
) -> Finding:
    """A finding of one region, everything in it as text."""
    return Finding(
        check=check,
        severity=Severity.NOTE if check in NOTES else Severity.DAMAGE,
        region=f"{region:06d}",
        where={noun: _shown(value) for noun, value in where.items()},
        expected=str(expected),
        found=str(found),
        independent=check not in OF_THE_ENGINE,
    )


def _shown(value: object) -> str:
    """A value as text; the database's moments are in UTC, and people look for them by China's clocks."""
    return str(value.astimezone(CHINA)) if isinstance(value, datetime.datetime) else str(value)
