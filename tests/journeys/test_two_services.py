"""Two services on one database, as docs/operate.md says they may be: each its own processes, with a home of its own."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mulaid.store.connect import connect
from mulaid.store.embedded import Embedded
from mulaid.store.seal import KEY_FILE
from tests.journeys.served import Message, Tills, address, example_home, sale, served, who_is

pytestmark = [pytest.mark.xdist_group("serve"), pytest.mark.timeout(300)]

EACH = 60
WORKERS = "select count(distinct lane / 32) from cases where kind = 'settlement'"
CASES = "select count(*) from cases where kind in ('settlement', 'reversal')"
TWICE = "select message_id from message group by 1 having count(*) > 1"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with example_home() as found:
        yield found


async def ask(dsn: str, question: str) -> object:
    opened = await connect(dsn)
    found = await opened.fetchval(question)
    await opened.close()
    return found


def audited(home: Path, dsn: str) -> Message:
    environment = {**os.environ, "MULAID_HOME": str(home), "MULAID_DSN": dsn}
    done = subprocess.run(
        [sys.executable, "-m", "mulaid", "audit", "--json"], env=environment, capture_output=True, check=False
    )
    told: Message = json.loads(done.stdout)
    return told


def test_two_services_settle_one_family_side_by_side(home: Path) -> None:
    """Whoever is asked again gives the same answer, also when the other did it; nothing is done twice or lost."""
    other = home.parent / "other"
    other.mkdir()
    shutil.copy2(home / KEY_FILE, other / KEY_FILE)
    with Embedded(home):
        dsn = address(home)
        with served(home, MULAID_DSN=dsn) as one, served(other, MULAID_DSN=dsn) as two:
            student = one.post(who_is())["output"]["baseinfo"]["psn_no"]
            assert student == two.post(who_is())["output"]["baseinfo"]["psn_no"]
            with Tills(one, student, 3) as here, Tills(two, student, 3) as there:
                while len(here.done) < EACH or len(there.done) < EACH:
                    assert not here.sentences | there.sentences
            done = here.done | there.done
            # One patient is settled by one process of each service.
            assert asyncio.run(ask(dsn, WORKERS)) == 2

            both = [sale(f"both-{at}", student) for at in range(20)]
            for message in both:
                first, again = one.post(message), two.post(message)
                assert first["infcode"] == again["infcode"] == 0
                assert first["output"]["setlinfo"]["setl_id"] == again["output"]["setlinfo"]["setl_id"]
        assert asyncio.run(ask(dsn, CASES)) == len(done) + len(both) == len(set(done.values())) + len(both)
        assert asyncio.run(ask(dsn, TWICE)) is None
        report = audited(other, dsn)
    assert report["ok"], report["findings"]
    assert report["checked"]["replays"] == len(done) + len(both)


def test_two_services_share_an_embedded_server(home: Path) -> None:
    """On one machine, at one home; the first to stop leaves the server to the other."""
    with served(home) as two:
        with served(home) as one:
            student = one.post(who_is())["output"]["baseinfo"]["psn_no"]
            assert one.post(sale("first", student))["infcode"] == 0
        assert two.post(sale("second", student))["infcode"] == 0
