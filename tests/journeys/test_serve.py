"""`mulaid serve` when its database dies: told once, answered meanwhile, and right afterwards."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mulaid.store import embedded
from mulaid.store.connect import connect
from mulaid.store.embedded import Embedded
from tests.journeys.served import STUDENT, Served, Tills, address, example_home, postmaster, served, who_is
from tests.journeys.till import IDENTITY_NUMBER

pytestmark = [pytest.mark.xdist_group("serve"), pytest.mark.timeout(300)]

CASES = "select m.message_id, count(*) from message m join cases c using (case_id) group by 1"
TRACEBACK = re.compile(r"Traceback|File \"|\.py\", line")
NAMES = re.compile("周|演示")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home with the example people in its database; nothing runs."""
    with example_home() as found:
        yield found


def student(serving: Served) -> str:
    number: str = serving.post(who_is())["output"]["baseinfo"]["psn_no"]
    return number


def clean_log(serving: Served) -> None:
    """Nothing in it names anybody or shows the inside of a program."""
    text = serving.text()
    assert not TRACEBACK.search(text)
    assert not IDENTITY_NUMBER.search(text)
    assert not NAMES.search(text)


def audited(home: Path) -> dict[str, object]:
    environment = {**os.environ, "MULAID_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-m", "mulaid", "audit", "--json"], env=environment, capture_output=True, check=False
    )
    told: dict[str, object] = json.loads(done.stdout)
    return told


async def settled(dsn: str) -> dict[str, int]:
    connection = await connect(dsn)
    found = {row[0]: row[1] for row in await connection.fetch(CASES)}
    await connection.close()
    return found


def test_the_embedded_server_is_killed_under_load(home: Path) -> None:
    """Twice. Who asks meanwhile is told to come back; what was accepted is answered rightly; nothing is done twice."""
    kills = 2
    with served(home) as serving:
        with Tills(serving, student(serving)) as tills:
            for at in range(kills):
                before = len(tills.done)
                while len(tills.done) < before + 40:
                    time.sleep(0.02)
                os.kill(postmaster(home), signal.SIGKILL)
                serving.until(503)
                assert json.loads(serving.get("/health")[1])["status"] == "no database"
                assert (serving.get("/ready")[0], serving.metric("mulaid_database_up")) == (503, 0)
                serving.until(200)
                assert serving.metric('mulaid_restarts_total{process="database"}') == at + 1
            before = len(tills.done)
            while len(tills.done) < before + 40:
                time.sleep(0.02)
        told = dict(tills.done)
        assert tills.sentences and all("用同一个报文编号重新发送" in said for said in tills.sentences), tills.sentences
        tills.settle_the_rest()
        assert set(tills.done) == set(tills.answers)
        assert {name: tills.done[name] for name in told} == told
        kept = asyncio.run(settled(address(home)))
        assert {name: kept.get(name) for name in tills.answers} == dict.fromkeys(tills.answers, 1)
        assert tills.dropped == 0
        away, back = serving.events("database_starting"), serving.events("database_back")
        assert (len(away), len(back)) == (kills, kills)
        assert {line["event"] for line in serving.lines()} == {"answered", "database_starting", "database_back"}
        assert len(serving.events("answered")) == len(tills.answers) + len(tills.answers) - len(told) + 1
        clean_log(serving)
    assert audited(home)["ok"] is True
    with served(home) as serving:
        assert serving.metric("mulaid_audit_findings") == 0
        assert time.time() - serving.metric("mulaid_audit_timestamp_seconds") < 120


def test_a_server_that_cannot_be_started_again_ends_the_service(home: Path, tmp_path: Path) -> None:
    """A non-zero exit code and one clear line, so that a supervisor and an operator know."""
    control = embedded.data_path(home) / "global" / "pg_control"
    with served(home) as serving:
        shutil.copy2(control, tmp_path / "kept")
        control.unlink()
        try:
            os.kill(postmaster(home), signal.SIGKILL)
            assert serving.service.process.wait(120) == 1
        finally:
            shutil.copy2(tmp_path / "kept", control)
            shutil.chown(control, *_owner(control.parent))
        *lines, last = serving.text().splitlines()
        assert last == "数据库断了，没能恢复，服务已停。已经答复的结算都在；没有答复的，对方会用同一个报文编号再问。"
        assert [json.loads(line)["event"] for line in lines] == ["database_starting", "database_given_up"]
        clean_log(serving)


def _owner(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_uid, found.st_gid


def test_a_database_of_ones_own_goes_away_and_comes_back(home: Path) -> None:
    """It is not ours to start: the service waits, says so once, and goes on when it is back."""
    with Embedded(home) as dsn, served(home, MULAID_DSN=dsn) as serving:
        patient = student(serving)
        with Tills(serving, patient, count=2) as tills:
            while len(tills.done) < 10:
                time.sleep(0.02)
            embedded._control(home / "postgres", embedded._owner(), "stop", "--mode=immediate")
            serving.until(503)
            time.sleep(5)
            assert serving.get("/health")[0] == 503
            assert embedded.start_again(home)
            serving.until(200)
            before = len(tills.done)
            while len(tills.done) < before + 10:
                time.sleep(0.02)
        tills.settle_the_rest()
        assert set(tills.done) == set(tills.answers)
        assert len(serving.events("database_away")) == len(serving.events("database_back")) == 1
        assert {line["event"] for line in serving.lines()} == {"answered", "database_away", "database_back"}
        assert serving.metric('mulaid_restarts_total{process="database"}') == 0
        clean_log(serving)


def test_one_connection_lost_is_no_database_lost(home: Path) -> None:
    """An administrator ends all of our sessions: they are opened anew, and each process keeps its number."""
    workers = "select pid, objid::int from pg_locks where locktype = 'advisory' and classid = 28021 order by objid"
    end = "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name like 'mulaid %'"

    async def ended() -> tuple[list[int], list[int]]:
        eyes = await connect(address(home), purpose="eyes")
        before = await eyes.fetch(workers)
        assert await eyes.fetchval(end) > 3
        for _ in range(100):
            await asyncio.sleep(0.1)
            after = await eyes.fetch(workers)
            if len(after) == len(before) and not {row[0] for row in before} & {row[0] for row in after}:
                break
        await eyes.close()
        return [row[1] for row in before], [row[1] for row in after]

    with served(home) as serving:
        patient = student(serving)
        before, after = asyncio.run(ended())
        assert before == after == [0, 1, 2]
        with Tills(serving, patient, count=2) as tills:
            while len(tills.done) < 10:
                time.sleep(0.02)
        tills.settle_the_rest()
        assert set(tills.done) == set(tills.answers)
        assert {line["event"] for line in serving.lines()} == {"answered"}
        assert serving.get("/health") == (200, b'{"status":"ok"}')
        counted(serving, len(serving.events("answered")))


def counted(serving: Served, answers: int) -> None:
    """The metrics of a service that has sold, and asked who somebody is once, agree with its log."""
    sales = serving.metric('mulaid_answers_total{code="OK",transaction="2102"}')
    assert sales > 10 and serving.metric('mulaid_answers_total{code="OK",transaction="1101"}') == 1
    text = serving.get("/metrics")[1].decode()
    assert sum(float(value) for value in re.findall(r"^mulaid_answers_total{.*} (.*)$", text, re.M)) == answers
    assert serving.metric('mulaid_request_seconds_count{transaction="2102"}') >= sales
    assert sales / 2 <= serving.metric("mulaid_batch_requests_count") <= serving.metric("mulaid_batch_requests_sum")
    assert serving.metric("mulaid_batch_requests_sum") >= sales
    for histogram in ("mulaid_batch_requests", "mulaid_wait_seconds"):
        buckets = [float(value) for value in re.findall(rf"^{histogram}_bucket{{.*}} (.*)$", text, re.M)]
        assert buckets == sorted(buckets) and buckets[-1] == serving.metric(f"{histogram}_count")


def test_only_proxies_that_are_known_are_believed(home: Path) -> None:
    forwarded = {"X-Forwarded-For": "203.0.113.9"}
    told = []
    for proxies in ("127.0.0.1", "none", "10.0.0.0/8"):
        with served(home, MULAID_PROXIES=proxies, MULAID_PROCESSES="0") as serving:
            serving.post(who_is(pharmacy="P00000000000"), forwarded)
            assert serving.service.stop() == 0
            told += [line["address"] for line in serving.lines()]
    assert told == ["203.0.113.9", "127.0.0.1", "127.0.0.1"]


def test_the_log_as_people_read_it_and_what_a_level_leaves_out(home: Path) -> None:
    with served(home, MULAID_LOG_FORMAT="text") as serving:
        serving.post(who_is("H430100999031"))
        serving.post(who_is("two", pharmacy="P00000000000"))
        assert serving.service.stop() == 0
        first, second = serving.text().splitlines()
    assert re.match(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} 信息 answered transaction=1101 institution=P4", first)
    assert " code=OK ms=" in first and " message_id=H430100999031 " in first and STUDENT not in first
    assert " 注意 answered " in second and "unproven=unknown_institution address=127.0.0.1" in second
    with served(home, MULAID_LOG_LEVEL="warning") as serving:
        serving.post(who_is())
        serving.post(who_is("two", pharmacy="P00000000000"))
        assert serving.service.stop() == 0
        assert [line["code"] for line in serving.lines()] == ["UNKNOWN_INSTITUTION"]
