"""`mulaid audit`: check the records independently, and decide every settlement again."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import asyncpg
import msgspec
import typer

from mulaid.audit.findings import NOTES, OF_THE_ENGINE, Report
from mulaid.audit.replays import Differences, Replay
from mulaid.audit.walk import audit, known_regions
from mulaid.decide.bill import decide
from mulaid.located import Fault
from mulaid.policy.book import Book
from mulaid.policy.law import Law
from mulaid.procedures import records
from mulaid.settings import SettingFault, Settings, from_environment
from mulaid.store.connect import Connection, connect
from mulaid.store.embedded import Embedded, EmbeddedFailed, data_path
from mulaid.store.migrate import SchemaUnknown, require_known_schema
from mulaid.terms.money import yuan
from mulaid.terms.outcome import Outcome
from mulaid.wording import audit as wording
from mulaid.wording.commands import AS_JSON

app = typer.Typer(add_completion=False)

AMOUNTS = frozenset({"total", "own", "own_prior_years", "mutual", "cash", "institution"}) | {
    "deductible_applied",
    "over_ceiling",
}
PATIENCE = 3_600
"""Seconds for one statement: sorting a nation's transfers takes longer than any settlement may."""


class CannotRun(Exception):
    """The audit cannot even begin; the message is a sentence."""


@app.command(help=wording.AUDIT)
def command(
    region: Annotated[str | None, typer.Option(help=wording.REGION)] = None,
    as_json: Annotated[bool, typer.Option("--json", help=AS_JSON)] = False,
    no_replay: Annotated[bool, typer.Option("--no-replay", help=wording.NO_REPLAY)] = False,
) -> None:
    """Exit 0 when the records are clean, 1 when something is damaged, 2 when the audit cannot run."""
    replay = None if no_replay else replayer()
    try:
        with database(from_environment(os.environ)) as dsn:
            report = asyncio.run(_audit(dsn, region, replay))
    except SettingFault as fault:
        print(wording.setting_wrong(fault.name, fault.value), file=sys.stderr)
        raise typer.Exit(2) from fault
    except CannotRun as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from error
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, EmbeddedFailed, SchemaUnknown) as error:
        print(wording.cannot_run(str(error).strip() or type(error).__name__), file=sys.stderr)
        raise typer.Exit(2) from error
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(_as_json(report, replay is not None)) + b"\n")
    else:
        print("\n".join(_as_text(report, replay is not None)))
    raise typer.Exit(1 if report.damaged else 0)


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The address to audit: the one set, else the embedded server's, which is left again. Nothing is made anew."""
    if settings.dsn is not None:
        yield settings.dsn
        return
    if not data_path(settings.home).exists():
        raise CannotRun(wording.NO_RECORDS)
    with Embedded(settings.home) as dsn:
        yield dsn


def replayer() -> Replay:
    """How the audit decides a record again: by the engine, at the stored policy, compiled once a digest."""
    laws: dict[str, Law] = {}

    def replay(data: bytes, body: bytes, digest: str) -> Differences:
        try:
            if digest not in laws:
                laws[digest] = Law(Book.from_body(body))
            record = records.decode(data)
        except (Fault, msgspec.DecodeError) as error:
            return [("record", "", str(error))]
        return differences(record.outcome, decide(record.case, laws[digest]))

    return replay


def differences(recorded: Outcome, decided: Outcome) -> list[tuple[str, str, str]]:
    """Every field of the outcome that came out otherwise: (field, as recorded, as decided)."""
    if recorded == decided:
        return []
    pairs = [(name, getattr(recorded, name), getattr(decided, name)) for name in Outcome.__struct_fields__]
    return [(name, _shown(name, one), _shown(name, other)) for name, one, other in pairs if one != other]


async def _audit(dsn: str, region: str | None, replay: Replay | None) -> Report:
    connection = await connect(dsn, purpose="mulaid audit", patience=PATIENCE)
    try:
        await require_known_schema(connection)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            regions = await _regions(connection, region)
            return await audit(connection, regions=regions, replay=replay, progress=_tell)
    finally:
        await connection.close()


async def _regions(connection: Connection, region: str | None) -> list[int]:
    known = await known_regions(connection)
    if region is None:
        return known
    asked = [number for number in known if f"{number:06d}" == region]
    if not asked:
        raise CannotRun(wording.no_such_region(region))
    return asked


def _tell(region: str, done: int, total: int) -> None:
    """On a terminal one line that is written over, elsewhere one line a region."""
    line = wording.progress_line(region, done, total)
    if sys.stderr.isatty():
        print(f"\r{line}", end="" if done < total else "\n", file=sys.stderr, flush=True)
    elif done >= total:
        print(line, file=sys.stderr)


def _as_text(report: Report, replayed: bool) -> list[str]:
    return wording.report(
        regions=report.regions,
        checked=report.checked,
        found={str(check): number for check, number in report.found.items()},
        findings=[(each.check, each.region, each.where, each.expected, each.found) for each in report.findings],
        notes=NOTES,
        engine=OF_THE_ENGINE,
        replayed=replayed,
    )


def _as_json(report: Report, replayed: bool) -> dict[str, Any]:
    return {"ok": not report.damaged, "replayed": replayed, **msgspec.structs.asdict(report)}


def _shown(name: str, value: Any) -> str:
    if name in AMOUNTS:
        return yuan(value)
    if name == "funds":
        return " ".join(map(yuan, value))
    return msgspec.json.encode(value).decode()
