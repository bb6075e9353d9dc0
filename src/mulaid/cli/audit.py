"""`mulaid audit`: check the records independently, and decide every settlement again."""

import sys
import time
from pathlib import Path
from typing import Annotated, Any, TypeVar

import asyncpg
import msgspec
import typer

from mulaid.audit.findings import NOTES, OF_THE_ENGINE, Report
from mulaid.audit.replays import Differences, Replay
from mulaid.audit.sealed import KEY_BYTES
from mulaid.audit.walk import audit, known_regions
from mulaid.cli import environment
from mulaid.cli.cannot import cannot
from mulaid.cli.printing import print_lines
from mulaid.cli.reading_records import read_records, tell
from mulaid.cli.usage import Commands
from mulaid.clock import china_now
from mulaid.decide.bill import decide
from mulaid.decide.ending import decide_end
from mulaid.decide.relation import decide_relation
from mulaid.located import Fault
from mulaid.policy.book import Book
from mulaid.policy.law import Law
from mulaid.procedures.act import records
from mulaid.procedures.act.records import ActRecord
from mulaid.store import audit_runs
from mulaid.store.audit_runs import EVERYWHERE, AuditRun
from mulaid.store.connect import Connection
from mulaid.store.seal import KEY_FILE
from mulaid.terms.money import yuan
from mulaid.terms.outcome import EndOutcome, Outcome, RelationOutcome
from mulaid.terms.sponsorship_case import EndCase, SponsorshipCase
from mulaid.wording import audit as wording
from mulaid.wording.commands import AS_JSON

app = Commands()

AnyOutcome = TypeVar("AnyOutcome", Outcome, RelationOutcome, EndOutcome)

AMOUNTS = frozenset({"total", "own", "own_prior_years", "mutual", "cash", "institution"}) | {
    "deductible_applied",
    "over_ceiling",
}


@app.command(help=wording.AUDIT)
def command(
    region: Annotated[str | None, typer.Option(help=wording.REGION)] = None,
    as_json: Annotated[bool, typer.Option("--json", help=AS_JSON)] = False,
    no_replay: Annotated[bool, typer.Option("--no-replay", help=wording.NO_REPLAY)] = False,
) -> None:
    """Exit 0 when the records are clean, 1 when something is damaged, 2 when the audit cannot run."""
    replay = None if no_replay else replayer()
    began = time.monotonic()

    async def keep(connection: Connection, report: Report) -> None:
        took_ms = int((time.monotonic() - began) * 1000)
        run = AuditRun(int(region or EVERYWHERE), china_now(), took_ms, replay is not None, report.damaged)
        await _keep(connection, run)

    report = read_records("mulaid audit", lambda connection: _audit(connection, region, replay), keep)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(_as_json(report, replay is not None)) + b"\n")
    else:
        print_lines(as_text(report, replayed=replay is not None))
    raise typer.Exit(1 if report.damaged else 0)


def replayer() -> Replay:
    """How the audit decides a record again: by the engine, at the stored policy, compiled once a digest."""
    laws: dict[str, Law] = {}

    def replay(data: bytes, body: bytes, digest: str) -> Differences:
        try:
            if digest not in laws:
                laws[digest] = Law(Book.from_body(body))
            record = records.decode(data)
            if isinstance(record, ActRecord):
                return _of_act(record, laws[digest])
        except (Fault, msgspec.DecodeError) as error:
            return [("record", "", str(error))]
        return differences(record.outcome, decide(record.case, laws[digest]))

    return replay


def _of_act(record: ActRecord, law: Law) -> Differences:
    """What the rules say now of a relation made or ended. Whoever made it was not refused."""
    if record.act == "end":
        return _said(record, decide_end(msgspec.msgpack.decode(record.question, type=EndCase), law))
    return _said(record, decide_relation(msgspec.msgpack.decode(record.question, type=SponsorshipCase), law))


def _said(record: ActRecord, decided: AnyOutcome) -> Differences:
    said = msgspec.structs.replace(decided, refused=None, steps=record.steps, used=record.used)
    return differences(said, decided)


def differences(recorded: AnyOutcome, decided: AnyOutcome) -> list[tuple[str, str, str]]:
    """Every field of the outcome that came out otherwise: (field, as recorded, as decided)."""
    if recorded == decided:
        return []
    fields = type(recorded).__struct_fields__
    pairs = [(name, getattr(recorded, name), getattr(decided, name)) for name in fields]
    return [(name, _shown(name, one), _shown(name, other)) for name, one, other in pairs if one != other]


def installation_key(home: Path) -> bytes | None:
    """The key that sealed the records, as it stands in the home folder; None when there is none, or it is no key."""
    try:
        key = (home / KEY_FILE).read_bytes()
    except OSError:
        return None
    return key if len(key) == KEY_BYTES else None


async def _audit(connection: Connection, region: str | None, replay: Replay | None) -> Report:
    regions = await _regions(connection, region)
    key = installation_key(environment.settings().home)
    return await audit(connection, now=china_now(), key=key, replay=replay, regions=regions, progress=tell)


async def _keep(connection: Connection, run: AuditRun) -> None:
    """Leave behind that this audit was made, where that is allowed: its findings hold without."""
    try:
        await audit_runs.record(connection, run)
    except asyncpg.PostgresError:
        print_lines([wording.NOT_KEPT], sys.stderr)


async def _regions(connection: Connection, region: str | None) -> list[int]:
    known = await known_regions(connection)
    if region is None:
        return known
    asked = [number for number in known if f"{number:06d}" == region]
    if not asked:
        cannot(wording.no_such_region(region))
    return asked


def as_text(report: Report, *, replayed: bool) -> list[str]:
    """The report in words."""
    return wording.report(
        regions=report.regions,
        checked=report.checked,
        found={str(check): number for check, number in report.found.items()},
        findings=[(each.check, each.region, each.where, each.expected, each.found) for each in report.findings],
        notes=NOTES,
        engine=OF_THE_ENGINE,
        replayed=replayed,
        sealed=report.sealed,
    )


def _as_json(report: Report, replayed: bool) -> dict[str, Any]:
    return {"ok": not report.damaged, "replayed": replayed, **msgspec.structs.asdict(report)}


def _shown(name: str, value: Any) -> str:
    if name in AMOUNTS:
        return yuan(value)
    if name == "funds":
        return " ".join(map(yuan, value))
    return msgspec.json.encode(value).decode()
