"""What an operator can set, read once from the environment at the door and passed down frozen.

What each setting means to an operator stands in `mulaid.wording.settings`, and so in docs/reference/settings.md.
"""

import ipaddress
import os
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path

import msgspec

LANES_MAX = 32
"""Lane numbers of a process, so that worker numbers times this fit the lane numbers of the chain."""
SMALL_LANES = 4
"""How many of them are for small writes: twice as many connections write hardly a tenth more."""

ANNEXES_MAX = 4
"""More than these would wait for the one process that speaks to the hospitals, unless an operator knows better."""
CLOCKS_APART_MAX = 3600
"""The most seconds a service's clock may ever be from the database's."""

PREFIX = "MULAID_"
BOUNDS: Mapping[str, tuple[int, int]] = {
    "port": (1, 65_535),
    "lanes": (1, LANES_MAX - SMALL_LANES),
    "processes": (0, 32),
    "waiting_max": (1, 100_000),
    "clock_apart_max": (1, CLOCKS_APART_MAX),
    "connections_max": (10, 50_000),
    "head_seconds": (1, 600),
    "body_seconds": (1, 600),
    "evoucher_seconds": (1, 30),
}
"""The whole numbers, each with the least and the most it may be."""
HOME = Path("~/.mulaid")
"""The home of everybody but root."""
ROOTS_HOME = Path("/var/lib/mulaid")
"""The home of root, whose database runs as a system user, who cannot enter root's own folder."""

ANYBODY = "*"
NOBODY = "none"
_DATABASES = ("postgresql://", "postgres://")
_DIGITS_MAX = 9


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    JSON = "json"
    TEXT = "text"


class Assumptions(StrEnum):
    """What decides a new case where nobody knows a rule: what mulaid assumes, or only agreement of all candidates."""

    ON = "on"
    AGREEMENT = "agreement"


CHOICES: Mapping[str, type[StrEnum]] = {
    "assumptions": Assumptions,
    "log_level": LogLevel,
    "log_format": LogFormat,
}


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that differs between two installations; `MULAID_PORT` sets `port`."""

    home: Path
    dsn: str | None = None
    policies: tuple[Path, ...] = ()
    host: str = "127.0.0.1"
    port: int = 8350
    lanes: int = 4
    processes: int | None = None
    waiting_max: int = 2048
    clock_apart_max: int = 60
    connections_max: int = 1000
    head_seconds: int = 10
    body_seconds: int = 30
    evoucher_url: str | None = None
    evoucher_seconds: int = 3
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    assumptions: Assumptions = Assumptions.ON
    log_level: LogLevel = LogLevel.INFO
    log_format: LogFormat = LogFormat.JSON


class Wrong(StrEnum):
    """Why a setting cannot be used. Each has a sentence in `mulaid.wording.settings`."""

    UNKNOWN = "unknown"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_BOUNDS = "out_of_bounds"
    NOT_A_CHOICE = "not_a_choice"
    NOT_A_DATABASE = "not_a_database"
    NOT_ADDRESSES = "not_addresses"
    NOT_A_URL = "not_a_url"


class SettingFault(msgspec.Struct, frozen=True):
    """A setting that cannot be used: its variable, the value found, why, and what may stand there instead."""

    name: str
    value: str
    wrong: Wrong
    allowed: tuple[str, ...] = ()
    """The bounds, the choices, or the names an unknown one may have been meant to be."""


class SettingsWrong(ValueError):
    """Some settings cannot be used."""

    def __init__(self, faults: tuple[SettingFault, ...]) -> None:
        super().__init__(", ".join(fault.name for fault in faults))
        self.faults = faults


def processes_of(settings: Settings) -> int:
    """How many annexes: those set, else one a core; on a single core a second process only takes its place."""
    if settings.processes is not None:
        return settings.processes
    cores = os.cpu_count() or 1
    return min(cores, ANNEXES_MAX) if cores > 1 else 0


def variable(field: str) -> str:
    """The environment variable that sets a field."""
    return PREFIX + field.upper()


def given(environment: Mapping[str, str]) -> dict[str, str]:
    """What an environment sets, by field; an empty variable counts as unset, and what nobody knows is left out."""
    found = {field: environment.get(variable(field), "") for field in Settings.__struct_fields__}
    return {field: text for field, text in found.items() if text}


def unknown(environment: Mapping[str, str]) -> tuple[SettingFault, ...]:
    """The variables that begin like a setting and are none, each with those it may have been meant to be."""
    fields = Settings.__struct_fields__
    strangers = sorted(set(environment) - set(map(variable, fields)))
    return tuple(
        SettingFault(name, environment[name], Wrong.UNKNOWN, tuple(map(variable, _near(name, fields))))
        for name in strangers
        if name.startswith(PREFIX)
    )


def _near(name: str, fields: Iterable[str]) -> list[str]:
    return get_close_matches(name.removeprefix(PREFIX).lower(), fields, n=1, cutoff=0.6)


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Read the settings. Raises `SettingsWrong` with everything that cannot be used."""
    texts = given(environment)
    faults = list(unknown(environment))
    fields: dict[str, object] = {"home": _home(texts.get("home"))}
    for field, text in texts.items():
        read = _read(field, text)
        if isinstance(read, SettingFault):
            faults.append(read)
        elif field != "home":
            fields[field] = read
    if faults:
        raise SettingsWrong(tuple(faults))
    return msgspec.convert(fields, Settings)


def _home(text: str | None) -> Path:
    """The folder named, or where this user keeps it; root goes on with a home it already has in its own folder."""
    own = Path(text or HOME).expanduser().absolute()
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return ROOTS_HOME if text is None and is_root and not own.exists() else own


def _read(field: str, text: str) -> object:
    """The value of one setting, or why the text is none."""
    if field in BOUNDS:
        return _number(field, text)
    if field in CHOICES:
        choices = tuple(CHOICES[field])
        return text if text in choices else SettingFault(variable(field), text, Wrong.NOT_A_CHOICE, choices)
    if field == "policies":
        return tuple(Path(part) for part in text.split(":") if part)
    if field == "proxies":
        return _addresses(field, text)
    if field == "dsn" and not text.startswith(_DATABASES):
        # Not repeated: whatever it is, it may hold a password.
        return SettingFault(variable(field), "…", Wrong.NOT_A_DATABASE)
    if field == "evoucher_url" and not text.startswith(("http://", "https://")):
        return SettingFault(variable(field), text, Wrong.NOT_A_URL)
    return text


def _number(field: str, text: str) -> int | SettingFault:
    least, most = BOUNDS[field]
    bounds = (str(least), str(most))
    if not (text.isascii() and text.removeprefix("-").isdigit()):
        return SettingFault(variable(field), text, Wrong.NOT_A_NUMBER, bounds)
    if len(text) > _DIGITS_MAX or not least <= int(text) <= most:
        return SettingFault(variable(field), text, Wrong.OUT_OF_BOUNDS, bounds)
    return int(text)


def _addresses(field: str, text: str) -> tuple[str, ...] | SettingFault:
    """Addresses and networks; everybody, or nobody."""
    if text in (ANYBODY, NOBODY):
        return (ANYBODY,) if text == ANYBODY else ()
    parts = tuple(part.strip() for part in text.split(",") if part.strip())
    try:
        for part in parts:
            ipaddress.ip_network(part)
    except ValueError:
        return SettingFault(variable(field), text, Wrong.NOT_ADDRESSES)
    return parts
