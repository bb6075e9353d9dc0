"""The chronometer: what it shows nobody can set, and a clock that was set is found before anything is written by it."""

import datetime
import time
from types import SimpleNamespace

import pytest

from mulaid import clock
from mulaid.clock import Chronometer, ClockWrong
from mulaid.store.ids import Minter, millisecond
from mulaid.terms.calendar import CHINA

MOST = 60
NOON = datetime.datetime(2026, 11, 22, 12, tzinfo=CHINA)
YEAR = 400 * 86_400


class Machine:
    """A machine's clock, and the seconds since it began to run. Setting the one does not touch the other."""

    def __init__(self) -> None:
        self.shown, self.run = NOON.timestamp(), 1_000.0

    def passes(self, seconds: float) -> None:
        self.shown += seconds
        self.run += seconds

    def set(self, seconds: float) -> None:
        self.shown += seconds


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """This machine as the clock sees it."""
    told = Machine()
    shim = SimpleNamespace(time=lambda: told.shown, monotonic=lambda: told.run, clock_gettime=lambda _: told.run)
    shim.CLOCK_BOOTTIME = 7
    monkeypatch.setattr(clock, "time", shim)
    return told


@pytest.fixture
def chronometer(machine: Machine) -> Chronometer:
    """Set at noon by a database whose clock agrees."""
    made = Chronometer(MOST)
    made.set(NOON, clock.running())
    return made


def database(machine: Machine, chronometer: Chronometer, ahead: float = 0) -> None:
    """Look at a database whose clock is so far ahead of the true time."""
    true = NOON.timestamp() + machine.run - 1_000
    chronometer.set(datetime.datetime.fromtimestamp(true + ahead, CHINA), clock.running())


def test_what_agrees_is_right(machine: Machine, chronometer: Chronometer) -> None:
    for ahead in (0, 30, -30):
        machine.passes(3_600)
        database(machine, chronometer, ahead)
        chronometer.check()


@pytest.mark.parametrize("seconds", [YEAR, MOST + 1, -MOST - 1, -YEAR])
def test_a_clock_that_was_set_is_found_at_once_and_forgiven_when_it_is_set_back(
    machine: Machine, chronometer: Chronometer, seconds: float
) -> None:
    machine.passes(10)
    machine.set(seconds)
    with pytest.raises(ClockWrong) as wrong:
        chronometer.check()
    noon = NOON + datetime.timedelta(seconds=10)
    assert (wrong.value.here, wrong.value.there) == (noon + datetime.timedelta(seconds=seconds), noon)
    machine.set(-seconds)
    chronometer.check()


def test_a_clock_that_is_wrong_from_the_first_is_found(machine: Machine) -> None:
    machine.set(YEAR)
    chronometer = Chronometer(MOST)
    chronometer.set(NOON, clock.running())
    with pytest.raises(ClockWrong):
        chronometer.check()


def test_a_database_on_the_same_machine_jumps_with_it_and_is_not_believed(
    machine: Machine, chronometer: Chronometer
) -> None:
    machine.set(YEAR)
    database(machine, chronometer, YEAR)
    with pytest.raises(ClockWrong):
        chronometer.check()
    machine.set(-YEAR)
    with pytest.raises(ClockWrong):
        chronometer.check()
    database(machine, chronometer)
    chronometer.check()


def test_small_steps_are_followed(machine: Machine, chronometer: Chronometer) -> None:
    """Clocks drift, and are put right a little at a time."""
    for step in range(1, 100):
        machine.passes(86_400)
        machine.set(2)
        database(machine, chronometer, 2 * step)
        chronometer.check()


def test_an_answer_that_took_its_time_is_taken_from_the_middle(machine: Machine) -> None:
    chronometer = Chronometer(MOST)
    asked = clock.running()
    machine.passes(10)
    chronometer.set(NOON + datetime.timedelta(seconds=5), asked)
    assert chronometer.milliseconds() == int(machine.shown * 1_000)


def test_numbers_are_never_minted_in_the_future(machine: Machine, chronometer: Chronometer) -> None:
    minter = Minter(1, chronometer.milliseconds)
    first = minter.mint()
    machine.set(YEAR)
    machine.passes(1)
    assert millisecond(minter.mint()) - millisecond(first) == 1_000


def test_without_a_database_it_shows_this_machines_time(machine: Machine) -> None:
    chronometer = Chronometer()
    machine.set(YEAR)
    chronometer.check()
    assert chronometer.milliseconds() == int(machine.shown * 1_000)


def test_the_real_one_runs() -> None:
    before = clock.running()
    time.sleep(0.01)
    assert 0.01 <= clock.running() - before < 10
