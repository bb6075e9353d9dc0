"""A real house behind a till, for the journeys that send single messages."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mulaid.app.serving import serving
from mulaid.cli.day import read_day
from mulaid.cli.load import load_into
from mulaid.settings import Settings
from tests.conftest import empty
from tests.journeys.till import CLOCK, EXAMPLES, Hospital, open_visit


@pytest.fixture(scope="module")
def till(dsn: str, home: Path) -> Iterator[Hospital]:
    """A hospital where the mother has one batch settled and cancelled, one settled, and one waiting."""
    asyncio.run(empty(dsn))
    settings = Settings(home=home, dsn=dsn, port=0)
    load_into(settings, [EXAMPLES / "population", EXAMPLES / "catalogue.toml"])
    ports: list[int] = []
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        async with serving(settings, dsn, clock=CLOCK, sandbox=True) as (_, port):
            ports.append(port)
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(60)
        scenes = {scene.name.partition("-")[2]: scene for scene in read_day(EXAMPLES / "day")[1]}
        hospital = Hospital(ports[0], dsn, scenes)
        open_visit(hospital)
        yield hospital
    finally:
        over.set()
        thread.join()
        asyncio.run(empty(dsn))
