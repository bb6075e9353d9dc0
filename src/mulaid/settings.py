"""What an operator can set, read once from the environment at the door and passed down frozen."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

LANES_MAX = 32
"""Lane numbers of a process, so that worker numbers times this fit the lane numbers of the chain."""
SMALL_LANES = 4
"""How many of them are for small writes: twice as many connections write hardly a tenth more."""

CLOCKS_APART_MAX = 3600
"""The most seconds a service's clock may ever be from the database's."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that differs between two installations. Each field is documented in docs/reference/settings.md."""

    home: Path
    """MULAID_HOME: where the embedded database, its keys and logs live. Default ~/.mulaid."""
    dsn: str | None = None
    """MULAID_DSN: a PostgreSQL to use instead of the embedded one."""
    policies: tuple[Path, ...] = ()
    """MULAID_POLICIES: folders of policy files instead of the ones shipped, separated as in PATH."""
    host: str = "127.0.0.1"
    """MULAID_HOST: the address `mulaid serve` listens on."""
    port: int = 8350
    """MULAID_PORT: the port `mulaid serve` listens on."""
    lanes: Annotated[int, msgspec.Meta(le=LANES_MAX - SMALL_LANES)] = 4
    """MULAID_LANES: how many batches each settling process may have open: one, and more while it waits for a purse."""
    processes: int | None = None
    """MULAID_PROCESSES: how many processes settle beside the service's own (0: it settles itself; unset: by cores)."""
    waiting_max: int = 2048
    """MULAID_WAITING_MAX: how many requests may wait before an answer is "busy"."""
    clock_apart_max: Annotated[int, msgspec.Meta(le=CLOCKS_APART_MAX)] = 60
    """MULAID_CLOCK_APART_MAX: how many seconds the clock may be from the database's before no work is taken."""


class SettingFault(ValueError):
    """A setting cannot be used: its name and the value found."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(f"{name}={value}")
        self.name, self.value = name, value


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Read the settings; an empty variable counts as unset. Raises `SettingFault` on a value that cannot be used."""
    given = {
        name.removeprefix("MULAID_").lower(): value
        for name, value in environment.items()
        if value and name.startswith("MULAID_")
    }
    fields: dict[str, object] = {"home": Path(given.get("home", "~/.mulaid")).expanduser().absolute()}
    if "dsn" in given:
        fields["dsn"] = given["dsn"]
    if "host" in given:
        fields["host"] = given["host"]
    if "policies" in given:
        fields["policies"] = tuple(Path(part) for part in given["policies"].split(":") if part)
    for name in ("port", "lanes", "processes", "waiting_max", "clock_apart_max"):
        if name in given:
            if not given[name].isdecimal() or (int(given[name]) == 0 and name != "processes"):
                raise SettingFault(f"MULAID_{name.upper()}", given[name])
            fields[name] = int(given[name])
    try:
        return msgspec.convert(fields, Settings)
    except msgspec.ValidationError as error:
        name = str(error).rpartition("$.")[2].rstrip("`")
        raise SettingFault(f"MULAID_{name.upper()}", given[name]) from error
