"""For every table and column a damage made by hand, and what the audit says to it; or why this house cannot see it.

A column that is added to the schema needs a damage here, or a written reason.
"""

import re

import pytest

from mulaid.audit.findings import NOTES, Check
from mulaid.cli.audit import as_text
from tests.records.audit.conftest import Subject, counted
from tests.records.audit.damages import care, decisions, grounds, money, notes, people, records, relations

THEMES = (people, money, relations, care, records, notes, decisions, grounds)
DAMAGES = {
    f"{where}: {what}": damage
    for theme in THEMES
    for where, each in theme.DAMAGES.items()
    for what, damage in each.items()
}
SEEN = {where for theme in THEMES for where in theme.DAMAGES}
UNSEEN = {where: why for theme in THEMES for where, why in theme.UNSEEN.items()}

ELSEWHERE = {"misdated: gone"}
"""In `test_wrong_clock`, which has such rows."""

COLUMNS = """
select table_name::text, column_name::text from information_schema.columns
where table_schema = 'public' and table_name <> 'schema_migrations' order by table_name, ordinal_position
"""


@pytest.mark.parametrize("name", DAMAGES)
async def test_a_damage_is_found_and_classed(subject: Subject, name: str) -> None:
    statements, expected = DAMAGES[name]
    await subject.damage(statements)
    report = await subject.audit()
    assert set(counted(report)) - {Check.REPLAY} == expected, report.findings
    assert bool(report.damaged) == bool(expected - NOTES)
    assert all(finding.independent for finding in report.findings if finding.check is not Check.REPLAY)
    text = "\n".join(as_text(report, replayed=True))
    assert all(f"（{check}）" in text for check in expected)


async def test_every_column_has_a_damage_or_a_reason(subject: Subject) -> None:
    columns = [tuple(row) for row in await subject.connection.fetch(COLUMNS)]
    wanted = {f"{table}.{column}" for table, column in columns}
    wanted |= {f"{table}: {change}" for table, _ in columns for change in ("gone", "made")}
    explained = {re.split(r": (?!gone|made)", where)[0] for where in UNSEEN}
    explained = {re.match(r"\w+(\.\w+|: \w+)", where)[0] for where in explained}  # type: ignore[index]
    assert sorted(wanted - SEEN - explained - ELSEWHERE) == []
    assert sorted((SEEN | explained) - wanted) == []


def test_every_class_of_finding_is_the_answer_to_a_damage() -> None:
    """But for those that `test_records_rewritten` asks for: records say them, and a record cannot be made in SQL."""
    rewritten = {Check.REPLAY, Check.OVER_CAP, Check.CASE_LINES, Check.FUNDS_ABOVE_SCOPE, Check.FUNDS_GIVEN}
    rewritten |= {Check.ACT_REQUEST}
    found = {check for _, expected in DAMAGES.values() for check in expected}
    assert set(Check) - found == rewritten
