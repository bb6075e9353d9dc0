"""A clean database is clean, and the audit says what it looked at and what it could not open."""

from mulaid.audit.findings import Check
from mulaid.cli.audit import as_text
from tests.records.audit import filled
from tests.records.audit.conftest import Subject, counted


async def test_a_clean_database_is_clean(subject: Subject) -> None:
    report = await subject.audit()
    assert counted(report) == {}, report.findings
    assert (report.sealed, report.damaged) == (True, 0)
    looked_at = {
        noun: report.checked[noun] for noun in ("cases", "replays", "reversals", "messages", "links", "people")
    }
    assert looked_at == {"cases": 17, "replays": 10, "reversals": 2, "messages": 25, "links": 16, "people": 7}
    text = "\n".join(as_text(report, replayed=True))
    assert "账目相符，没有查出问题。" in text
    assert not any(number in text for number in filled.NUMBERS.values())


async def test_without_the_key_rows_are_compared_and_the_report_says_so(subject: Subject) -> None:
    await subject.damage("update person set masked_name = '李*' where person = {uncle}")
    closed = await subject.audit(key=None)
    assert (counted(closed), closed.sealed) == ({}, False)
    assert "这里没有能用的密钥" in "\n".join(as_text(closed, replayed=True))
    assert counted(await subject.audit()) == {Check.PERSON_NAME: 1}
    await subject.damage("delete from identity where person = {uncle}")
    assert counted(await subject.audit(key=None)) == {Check.PERSON_WITHOUT_IDENTITY: 1}


async def test_another_key_opens_nothing(subject: Subject) -> None:
    report = await subject.audit(key=b"another key of thirty-two bytes.")
    assert counted(report) == {Check.SEAL_BROKEN: 2 * len(filled.NUMBERS) + 1, Check.SEAL_KEY: 1}
    assert "多半是密钥不对" in "\n".join(as_text(report, replayed=True))


async def test_nobody_is_named_in_what_is_found(subject: Subject) -> None:
    await subject.damage(
        "update person set sealed_name = 'x', sealed_number = 'x', masked_name = 'x', born = '1999-09-09'"
    )
    text = "\n".join(as_text(await subject.audit(), replayed=True))
    assert "SEAL_BROKEN" in text
    assert "1999" not in text
    assert not any(number in text for number in filled.NUMBERS.values())
