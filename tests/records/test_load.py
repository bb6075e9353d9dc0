"""A load in a real database: all or nothing, the same files change nothing, and money that has moved stays put."""

import asyncio
import datetime
import re
from functools import cache
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from mulaid.cli.load import app
from mulaid.counter.command import at_once, origin
from mulaid.intake.load_records import load_files
from mulaid.intake.loads import read_loads
from mulaid.ledger.journal import AccountKind
from mulaid.located import Fault
from mulaid.policy.book import Book
from mulaid.policy.law import Law
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.load.load import TABLES, Loaded, LoadRequest, Summary
from mulaid.store import people, regions, registry
from mulaid.store.connect import Connection, connect
from mulaid.store.ids import FIRST_MILLISECOND, Minter
from mulaid.store.loading import Counts
from mulaid.store.rows import Purse, Sponsorship
from mulaid.store.seal import Seal
from mulaid.terms.actor import Role
from mulaid.terms.codes import FundsGiven, Mechanism, RelationState
from mulaid.wording.files import fault_sentence
from mulaid.wording.loading import progress_line
from tests.records.made import MOMENT
from tests.tidy.tree import ROOT

POPULATION = ROOT / "examples" / "population"
CATALOGUE = ROOT / "examples" / "catalogue.toml"
MOTHER, SON, DAUGHTER = "994506195711030021", "994506198205140010", "994506198509220028"
REGION = "450600"
UNCHANGED = re.compile(r"\s0\s+0\s+[0-9]+\s*$")

PURSES = f"""
[[person]]
number = "{SON}"
name = "陆海生"
region = "450603"
purse = {{ current = "180.00", prior = "320.00" }}
"""
RELATIVES = f"""
[[person]]
number = "{MOTHER}"
name = "韦秀兰"
region = "450603"
[[person]]
number = "{DAUGHTER}"
name = "陆海霞"
region = "310115"
"""


def relation(sponsor: str, beneficiary: str, more: str = "") -> str:
    ends = f'sponsor = "{sponsor}"\nbeneficiary = "{beneficiary}"'
    return f'[[sponsorship]]\n{ends}\nkinship = "parent"\nbound_on = 2025-06-01\n{more}\n'


QUOTA = 'mechanism = "wallet_quota"\nquota = "{}"'


@cache
def bureau() -> Bureau:
    return Bureau(Law(Book.load()), Seal(bytes(32)), Minter(3, count(FIRST_MILLISECOND).__next__))


async def load_of(connection: Connection, *files: Path) -> Summary:
    loads = read_loads(load_files(files), bureau().law.book.divisions.resolve, lambda *words: None)
    request = LoadRequest(loads=loads, progress=lambda *words: None)
    answer = await at_once(connection, bureau(), request, origin(bureau(), request, Role.OPERATOR), MOMENT)
    assert isinstance(answer, Loaded)
    return answer.summary


async def test_every_stage_of_a_load_says_how_far_it_is(connection: Connection) -> None:
    said: dict[str, tuple[int, int]] = {}

    def progress(stage: str, done: int, total: int) -> None:
        assert done >= said.get(stage, (0, 0))[0] and progress_line(stage, done, total)
        said[stage] = (done, total)

    loads = read_loads(load_files([POPULATION, CATALOGUE]), bureau().law.book.divisions.resolve, progress)
    request = LoadRequest(loads=loads, progress=progress)
    await at_once(connection, bureau(), request, origin(bureau(), request, Role.OPERATOR), MOMENT)
    assert list(said) == ["numbers", "people", "purses", "sponsorships", "items"]
    assert all(done == total > 0 for done, total in said.values())


async def load_text(connection: Connection, folder: Path, text: str) -> Summary:
    file = folder / "load.toml"
    file.write_text(text, encoding="utf-8")
    return await load_of(connection, file)


async def refused(connection: Connection, folder: Path, text: str) -> Fault:
    """The fault of a load that must change nothing."""
    before = await rows_of_all_tables(connection)
    with pytest.raises(Fault) as caught:
        await load_text(connection, folder, text)
    assert await rows_of_all_tables(connection) == before
    assert "有错误" not in fault_sentence(caught.value)
    return caught.value


async def rows_of_all_tables(connection: Connection) -> list[object]:
    tables = ("identity", "person", "enrolment", "purse", "institution", "sponsorship", "sponsored_by", "catalogue")
    return [
        [tuple(row) for row in await connection.fetch(f"select * from {table} order by 1, 2, 3")] for table in tables
    ]


async def key_of(connection: Connection, number: str) -> tuple[str, int]:
    found = await people.find_person(connection, bureau().seal.blind_index(number))
    assert found is not None
    return found


async def purse_of(connection: Connection, number: str) -> Purse:
    region, person = await key_of(connection, number)
    return (await registry.read_purses(connection, [(region, person)]))[region, person]


async def relations_of(connection: Connection, number: str) -> list[Sponsorship]:
    return await people.sponsorships(connection, *await key_of(connection, number))


async def pay(connection: Connection, number: str, kind: AccountKind, column: str, amount: int) -> None:
    """Money leaves a purse, as a settlement lets it."""
    region, person = await key_of(connection, number)
    where = "where region = $1 and person = $2"
    left = await connection.fetchval(
        f"update purse set {column} = {column} - $3 {where} returning {column}", regions.number(region), person, amount
    )
    await connection.execute(
        """
        insert into transfer (region, case_id, n, debit_kind, debit_id, credit_kind, credit_id, amount_fen, person,
            balance_after_fen, moment) values ($1, $2, $3, $4, $5, 20, 7, $6, $5, $7, now())
        """,
        regions.number(region),
        bureau().minter.mint(),
        0,
        kind,
        person,
        amount,
        left,
    )


async def test_the_examples_load_once_and_then_change_nothing(connection: Connection) -> None:
    first = await load_of(connection, POPULATION, CATALOGUE)
    assert tuple(first) == TABLES
    assert all(counts.inserted and not counts.changed and not counts.unchanged for counts in first.values())
    before = await rows_of_all_tables(connection)
    again = await load_of(connection, CATALOGUE, POPULATION)
    assert again == {table: Counts(unchanged=counts.inserted) for table, counts in first.items()}
    assert await rows_of_all_tables(connection) == before


async def test_what_is_stored_is_what_was_written(connection: Connection) -> None:
    await load_of(connection, POPULATION)
    region, mother = await key_of(connection, MOTHER)
    stored = await people.person(connection, region, mother)
    assert stored is not None
    assert (bureau().seal.open(stored.sealed_number), bureau().seal.open(stored.sealed_name)) == (MOTHER, "韦秀兰")
    assert (region, stored.masked_name, stored.born) == (REGION, "韦*兰", datetime.date(1957, 11, 3))
    assert (await purse_of(connection, MOTHER)).prior == 3_000
    pointers = await registry.pointers(connection, [(region, mother)])
    assert sorted(pointer.masked_name for pointer in pointers) == ["陆*生", "陆*霞"]
    kept = {pointer.sponsor: pointer.bound_at for pointer in pointers}
    son, daughter = [(await key_of(connection, number))[1] for number in (SON, DAUGHTER)]
    assert kept[son] < kept[daughter] < kept[son] + datetime.timedelta(seconds=1)
    found = await people.find_institution(connection, "H45060099901")
    assert found is not None and found[1].auth is not None
    assert '"kind":"api_key"' in bureau().seal.open(found[1].auth)


async def test_quotas_pools_and_wallets_hold_their_money(connection: Connection) -> None:
    await load_of(connection, POPULATION)
    frozen = await connection.fetch("select region, person, frozen_fen from purse where frozen_fen > 0")
    quotas = await connection.fetch(
        "select region, sponsor, sum(quota_fen)::bigint from sponsorship where mechanism = 'wallet_quota' group by 1, 2"
    )
    assert [tuple(row) for row in frozen] == [tuple(row) for row in quotas] != []
    pools = await connection.fetch("select distinct region, pool from sponsorship where pool is not null")
    assert len(pools) == 1
    [pool] = (await registry.read_purses(connection, [(regions.text(pools[0][0]), pools[0][1])])).values()
    assert pool.current == 150_000


async def test_a_credential_the_file_does_not_name_stays(connection: Connection, tmp_path: Path) -> None:
    institution = '[[institution]]\ncode = "H45060099901"\nregion = "450600"\nname = "某医院"\n'
    await load_text(connection, tmp_path, institution + 'credential = { kind = "tif", secret = "s" }')
    again = await load_text(connection, tmp_path, institution)
    assert again["institution"] == Counts(unchanged=1)
    changed = await load_text(connection, tmp_path, institution + 'credential = { kind = "tif", secret = "t" }')
    assert changed["institution"] == Counts(changed=1)
    fault = await refused(connection, tmp_path, institution.replace('"450600"', '"310000"'))
    assert (fault.reason, fault.line, fault.detail) == ("registered_elsewhere", 3, "450600")


async def test_who_may_give_the_funds_part_is_what_the_file_says(connection: Connection, tmp_path: Path) -> None:
    institution = '[[institution]]\ncode = "H45060099901"\nregion = "450602"\nname = "某医院"\n'
    region = '[[region]]\ncode = "450602"\nfunds_given = "{}"\n'

    async def loaded(text: str) -> tuple[Summary, FundsGiven, FundsGiven]:
        summary = await load_text(connection, tmp_path, text)
        place = (await people.find_places(connection, ["H45060099901"]))["H45060099901"]
        return summary, place.institution.funds_given, place.region_funds_given

    assert (await loaded(institution))[1:] == (FundsGiven.NEVER, FundsGiven.NEVER)
    summary, *given = await loaded(region.format("core") + institution + 'funds_given = "core"')
    assert given == [FundsGiven.CORE, FundsGiven.CORE]
    assert (summary["region"], summary["institution"]) == (Counts(inserted=1), Counts(changed=1))
    summary, *given = await loaded(region.format("never") + institution)
    assert given == [FundsGiven.NEVER, FundsGiven.NEVER]
    assert (summary["region"], summary["institution"]) == (Counts(changed=1), Counts(changed=1))
    fault = await refused(connection, tmp_path, region.format("core") + region.format("never").replace("602", "600"))
    assert (fault.reason, fault.line) == ("written_twice", 5)
    fault = await refused(connection, tmp_path, region.format("sometimes"))
    assert (fault.reason, fault.line) == ("invalid", 3)
    fault = await refused(connection, tmp_path, region.format("core").replace("450602", "001234"))
    assert (fault.reason, fault.field) == ("unknown_division", "region[1].code")


async def test_what_a_file_corrects_is_brought_up_to_date(connection: Connection, tmp_path: Path) -> None:
    text = PURSES + RELATIVES + relation(SON, MOTHER)
    await load_text(connection, tmp_path, text)
    [before] = await relations_of(connection, SON)
    ended = relation(SON, MOTHER, 'state = "ended"\nuntil = 2026-01-01')
    corrected = PURSES.replace("180.00", "181.00").replace("陆海生", "陆海升") + RELATIVES + ended
    summary = await load_text(connection, tmp_path, corrected)
    assert summary["person"] == Counts(changed=1, unchanged=2)
    assert summary["purse"] == Counts(changed=1, unchanged=2)
    assert summary["sponsorship"] == Counts(changed=1)
    [after] = await relations_of(connection, SON)
    assert (after.bound_at, after.state) == (before.bound_at, RelationState.ENDED)
    assert (await purse_of(connection, SON)).current == 18_100


async def test_another_order_of_rows_binds_nobody_twice(connection: Connection, tmp_path: Path) -> None:
    one, two = relation(SON, MOTHER, "rank = 1"), relation(DAUGHTER, MOTHER, "rank = 2")
    await load_text(connection, tmp_path, PURSES + RELATIVES + one + two)
    extra = relation(SON, MOTHER, QUOTA.format("0.00"))
    summary = await load_text(connection, tmp_path, extra + two + one)
    assert summary["sponsorship"] == Counts(1, 0, 2)
    moments = [each.bound_at for each in await relations_of(connection, SON)]
    assert len(set(moments)) == 2


async def test_loading_again_after_payments_changes_nothing(connection: Connection, tmp_path: Path) -> None:
    text = PURSES + RELATIVES + relation(SON, MOTHER, QUOTA.format("100.00")) + relation(SON, DAUGHTER)
    await load_text(connection, tmp_path, text)
    await pay(connection, SON, AccountKind.PRIOR_YEARS, "prior_fen", 5_000)
    await pay(connection, SON, AccountKind.PRIOR_YEARS, "prior_fen", 1)
    await pay(connection, SON, AccountKind.FROZEN, "frozen_fen", 3_000)
    await connection.execute("update sponsorship set quota_fen = quota_fen - 3000 where mechanism = 'wallet_quota'")
    before = await rows_of_all_tables(connection)
    again = await load_text(connection, tmp_path, text)
    assert {table: (counts.inserted, counts.changed) for table, counts in again.items()} == dict.fromkeys(
        TABLES, (0, 0)
    )
    assert await rows_of_all_tables(connection) == before


async def test_an_e_voucher_is_turned_on_and_off_whatever_has_been_paid(connection: Connection, tmp_path: Path) -> None:
    off = PURSES.replace("region =", "activated = false\nregion =")
    await load_text(connection, tmp_path, off + RELATIVES)
    assert (await purse_of(connection, SON)).activated is False
    await pay(connection, SON, AccountKind.PRIOR_YEARS, "prior_fen", 5_000)
    for text, activated, changed in ((off, False, 0), (PURSES, True, 1), (PURSES, True, 0), (off, False, 1)):
        again = await load_text(connection, tmp_path, text + RELATIVES)
        assert (again["purse"].changed, again["person"].changed) == (changed, 0)
        purse = await purse_of(connection, SON)
        assert (purse.activated, purse.prior) == (activated, 27_000)
    assert (await purse_of(connection, MOTHER)).activated is True


async def test_money_that_has_moved_is_not_overwritten(connection: Connection, tmp_path: Path) -> None:
    quota = relation(SON, MOTHER, QUOTA.format("100.00"))
    await load_text(connection, tmp_path, PURSES + RELATIVES + quota)
    await pay(connection, SON, AccountKind.PRIOR_YEARS, "prior_fen", 5_000)
    fault = await refused(connection, tmp_path, PURSES.replace("180.00", "180.01") + RELATIVES + quota)
    assert (fault.reason, fault.line, fault.detail) == ("purse_in_use", 6, "陆*生 994*************10")
    assert SON not in fault_sentence(fault)
    more = quota.replace("100.00", "100.01")
    assert (await refused(connection, tmp_path, PURSES + RELATIVES + more)).reason == "purse_in_use"
    assert (await refused(connection, tmp_path, more)).reason == "purse_in_use"
    swapped = quota.replace("100.00", "40.00") + relation(SON, DAUGHTER, QUOTA.format("60.00"))
    assert (await refused(connection, tmp_path, PURSES + RELATIVES + swapped)).field.endswith("quota")


async def test_a_quota_needs_its_purse_in_the_same_load(connection: Connection, tmp_path: Path) -> None:
    quota = relation(SON, MOTHER, QUOTA.format("100.00"))
    await load_text(connection, tmp_path, PURSES + RELATIVES)
    assert (await refused(connection, tmp_path, quota)).reason == "quota_needs_purse"
    summary = await load_text(connection, tmp_path, PURSES + quota)
    assert (summary["purse"], summary["sponsorship"]) == (Counts(changed=1), Counts(inserted=1))
    assert (await purse_of(connection, SON)).frozen == 10_000
    assert (await load_text(connection, tmp_path, PURSES))["purse"] == Counts(unchanged=1)
    raised = await load_text(connection, tmp_path, PURSES + quota.replace("100.00", "150.00"))
    assert (raised["purse"], raised["sponsorship"]) == (Counts(changed=1), Counts(changed=1))
    other = relation(SON, DAUGHTER, QUOTA.format("60.00"))
    fault = await refused(connection, tmp_path, PURSES + other)
    assert (fault.reason, fault.detail) == ("frozen_differs", "210.00")


async def test_a_wallet_holds_what_it_received(connection: Connection, tmp_path: Path) -> None:
    received = 'mechanism = "wallet_transfer"\nquota = "80.00"'
    await load_text(connection, tmp_path, PURSES + RELATIVES + relation(DAUGHTER, MOTHER, received))
    assert (await purse_of(connection, MOTHER)).wallet == 8_000
    mother = f'[[person]]\nnumber = "{MOTHER}"\nname = "韦秀兰"\nregion = "450603"\npurse = {{ wallet = "10.00" }}\n'
    other = relation(SON, MOTHER, received.replace("80.00", "10.00"))
    assert (await refused(connection, tmp_path, mother + other)).reason == "wallet_too_small"


async def test_people_must_exist_and_stay_where_they_are(connection: Connection, tmp_path: Path) -> None:
    fault = await refused(connection, tmp_path, PURSES + relation(SON, MOTHER))
    assert (fault.reason, fault.field, fault.line) == ("dangling_reference", "sponsorship[1].beneficiary", 9)
    assert MOTHER not in fault.detail
    await load_text(connection, tmp_path, PURSES + RELATIVES)
    summary = await load_text(connection, tmp_path, relation(SON, MOTHER))
    assert summary["sponsorship"] == Counts(inserted=1)
    fault = await refused(connection, tmp_path, RELATIVES.replace("310115", "450603"))
    assert (fault.reason, fault.line) == ("registered_elsewhere", 9)


async def test_a_pool_keeps_its_number(connection: Connection, tmp_path: Path) -> None:
    pool = 'mechanism = "pool"\nquota = "50.00"'
    text = PURSES + RELATIVES + relation(SON, MOTHER, pool)
    assert (await load_text(connection, tmp_path, text))["purse"] == Counts(inserted=4)
    summary = await load_text(connection, tmp_path, text + relation(SON, DAUGHTER, pool))
    assert (summary["purse"], summary["sponsorship"]) == (Counts(unchanged=4), Counts(1, 0, 1))
    assert len({each.pool for each in await relations_of(connection, SON)}) == 1
    assert {each.mechanism for each in await relations_of(connection, SON)} == {Mechanism.POOL}


@pytest.fixture
def command(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command on a database of its own."""

    async def make() -> None:
        connection = await connect(server)
        await connection.execute("create database load_command")
        await connection.close()

    asyncio.run(make())
    monkeypatch.setenv("MULAID_DSN", urlsplit(server)._replace(path="/load_command").geturl())
    monkeypatch.setenv("MULAID_HOME", str(tmp_path))
    return CliRunner()


def test_the_command(command: CliRunner, tmp_path: Path) -> None:
    first = command.invoke(app, [str(POPULATION), str(CATALOGUE)])
    assert first.exit_code == 0, first.output
    assert "装入完成。" in first.stdout
    again = command.invoke(app, [str(POPULATION), str(CATALOGUE)])
    assert again.exit_code == 0, again.output
    assert "没有变化" in again.stdout
    assert sum(bool(UNCHANGED.search(line)) for line in again.stdout.splitlines()) == len(TABLES)
    broken = tmp_path / "broken.toml"
    broken.write_text(RELATIVES + relation(SON[:-1] + "1", MOTHER), encoding="utf-8")
    wrong = command.invoke(app, [str(broken)])
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith(f"{broken} 第 11 行 字段 sponsorship[1].sponsor：身份证号码不对。")


def test_the_command_without_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MULAID_DSN", f"postgresql://nobody@/mulaid?host={tmp_path}")
    monkeypatch.setenv("MULAID_HOME", str(tmp_path))
    failed = CliRunner().invoke(app, [str(CATALOGUE)])
    assert (failed.exit_code, failed.stdout) == (1, "")
    assert "什么也没有装入" in failed.stderr


async def test_a_new_name_reaches_the_relatives(connection: Connection, tmp_path: Path) -> None:
    """The sponsor's file alone is loaded again: what relatives are shown, here and elsewhere, follows."""
    file, renamed = tmp_path / "all.toml", tmp_path / "son.toml"
    file.write_text(PURSES + RELATIVES + relation(SON, MOTHER) + relation(SON, DAUGHTER), "utf-8")
    await load_of(connection, file)
    renamed.write_text(PURSES.replace("陆海生", "陆江河"), "utf-8")
    await load_of(connection, renamed)
    shown = await connection.fetch("select region, masked_name from sponsored_by order by region")
    assert [tuple(row) for row in shown] == [(310000, "陆*河"), (450600, "陆*河")]
