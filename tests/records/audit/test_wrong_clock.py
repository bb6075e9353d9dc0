"""What a wrong clock has left behind: found, put right, and then remembered without being damage."""

from mulaid.audit.findings import Check
from tests.records.audit.conftest import Subject, counted

LEFT = {Check.MOMENT_AHEAD}
USED = {Check.USAGE_SPONSORSHIP, Check.USAGE_PURSE}


async def test_what_a_wrong_clock_dated_is_found_until_it_is_put_right(subject: Subject) -> None:
    await subject.settled_ahead()
    report = await subject.audit()
    assert set(counted(report)) == {Check.FUTURE} | LEFT
    fields = {finding.where.get("field") for finding in report.findings if finding.check is Check.FUTURE}
    assert fields == {"used_on", "settled_on", "day"}

    await subject.repair()
    report = await subject.audit()
    assert set(counted(report)) == LEFT
    assert report.damaged == 0

    await subject.damage("delete from misdated")
    assert set(counted(await subject.audit())) == {Check.FUTURE} | USED | LEFT
