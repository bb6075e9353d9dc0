"""The stage of a story: an empty set of books, the people and institutions it names, and a clock that it sets.

Steps are the real acts on the real database; what is due between two steps is carried out at its moment.
"""

import datetime
import json
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from mulaid.audit.findings import NOTES, Check
from mulaid.audit.walk import audit
from mulaid.cli.audit import replayer
from mulaid.intake.load_records import load_files
from mulaid.intake.loads import read_loads
from mulaid.intake.story_form import InstitutionForm, Story
from mulaid.policy.book import Book
from mulaid.policy.law import Law
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.act.matter import Answer
from mulaid.procedures.act.posting import Chain
from mulaid.procedures.act.transaction import transact
from mulaid.procedures.load.load import LoadRequest
from mulaid.procedures.sponsorship.due import due
from mulaid.procedures.table import act_of
from mulaid.settings import LANES_MAX
from mulaid.store import keys, people, policy_versions
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.ids import Minter
from mulaid.store.seal import Seal
from mulaid.terms.actor import Actor, Channel, Origin, Role, content
from mulaid.terms.calendar import CHINA
from mulaid.terms.codes import InstitutionKind

_TABLES = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'schema_migrations'"
_KEY = bytes(range(32))
_WORKER = 1
_A_SECOND = datetime.timedelta(seconds=1)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_DEFAULTS = {
    "hospital": InstitutionForm(),
    "pharmacy": InstitutionForm(kind=InstitutionKind.PHARMACY, level=1),
}
"""Institutions of a story's region that need not be named."""
_OWN_CLOCK = frozenset({Check.MOMENT_OF_ID, Check.FUNDS_GIVEN})
"""What an audit notes of a clock that a story has set, and of funds' parts that a story gives."""


class Stage:
    """One story's world. `moment` is what the clocks show."""

    def __init__(self, connection: Connection, book: Book, story: Story) -> None:
        self.connection, self.story, self.book = connection, story, book
        first = story.steps[0].on if story.steps else datetime.date(2026, 1, 1)
        self.first_day = first
        self.moment = datetime.datetime.combine(first, datetime.time(8), CHINA)
        minter = Minter(_WORKER, lambda: int(self.moment.timestamp() * 1000))
        self.bureau = Bureau(Law(book), Seal(_KEY), minter)
        self.people: dict[str, Key] = {}
        self.institutions: dict[str, tuple[str, str]] = {}
        """Region and code, by name."""
        self.timed: list[str] = []
        """The acts of timers that fell due so far."""
        self._ids = count(1)
        self._chain = Chain(_WORKER * LANES_MAX)

    async def set(self) -> None:
        """Empty the books and bring in everybody, as `mulaid load` would."""
        tables = ", ".join(row[0] for row in await self.connection.fetch(_TABLES))
        await self.connection.execute(f"truncate {tables}")
        await policy_versions.keep(self.connection, self.book.digest, self.book.body())
        await self.connection.execute(keys.KEEP, self.bureau.seal.check_value)
        lines = [json.dumps(row, ensure_ascii=False, default=str) for row in (*self._places(), *self._persons())]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "story.jsonl"
            file.write_text("\n".join(lines), "utf-8")
            loads = read_loads(load_files([file]), self.book.divisions.resolve, _quiet)
            request = LoadRequest(loads=loads, progress=_quiet)
            loaded = await self.carry(request, Actor(Role.OPERATOR, "", "story"), Channel.COMMAND)
        assert not isinstance(loaded, Refused), loaded
        for name, number in self._numbers().items():
            found = await people.find_person(self.connection, self.bureau.seal.blind_index(number))
            assert found is not None
            self.people[name] = found

    def region(self, division: str | None) -> str:
        return self.book.divisions.resolve(division or self.story.form.region)

    async def to(self, moment: datetime.datetime) -> None:
        """Let the clock go on; what falls due on the way is done at its moment."""
        while found := [each for each in await due(self.connection, moment) if each.moment <= moment]:
            self.moment = max(self.moment + _A_SECOND, found[0].moment)
            answer = await self._transact(found[0].request, found[0].origin)
            assert not isinstance(answer, Refused), answer
            self.timed.append(act_of(found[0].request).name)
        self.moment = max(self.moment + _A_SECOND, moment)

    async def carry(self, request: object, actor: Actor, channel: Channel, message_id: str = "") -> Answer:
        """Carry one request out under a new message id, or under one that was used before."""
        act = act_of(request).name
        digest = content(act, None if isinstance(request, LoadRequest) else request)
        origin = Origin(actor, channel, message_id or f"story-{next(self._ids)}", act, digest)
        return await self._transact(request, origin)

    async def _transact(self, request: object, origin: Origin) -> Answer:
        act = act_of(request)
        [answer] = await transact(self.connection, self.bureau, act, [(request, origin)], self.moment, self._chain)
        assert answer is not None
        return answer

    async def findings(self) -> list[str]:
        """What the audit finds wrong now; nothing when the books are clean."""
        async with self.connection.transaction(isolation="repeatable_read", readonly=True):
            report = await audit(self.connection, now=self.moment + _A_SECOND, key=_KEY, replay=replayer())
        return [
            f"{each.check} {each.where} {each.expected} {each.found}"
            for each in report.findings
            if each.check not in NOTES | _OWN_CLOCK
        ]

    def _places(self) -> Iterator[dict[str, Any]]:
        for at, (name, form) in enumerate((_DEFAULTS | self.story.form.institutions).items()):
            region = self.region(form.region)
            code = f"S{region}{at:05d}"
            self.institutions[name] = region, code
            yield {
                "table": "institution",
                "code": code,
                "region": region,
                "name": name,
                "kind": form.kind,
                "level": form.level,
                "designated": form.designated,
                "wallet_ready": form.wallet_ready,
                "funds_given": "core",
            }

    def _numbers(self) -> dict[str, str]:
        """Invented identity numbers, by name."""
        return {name: _number(at, self._born(name)) for at, name in enumerate(self.story.form.people, 1)}

    def _born(self, name: str) -> datetime.date:
        form = self.story.form.people[name]
        if form.born is not None:
            return form.born
        age = 40 if form.age is None else form.age
        day = (
            self.first_day if (self.first_day.month, self.first_day.day) != (2, 29) else self.first_day.replace(day=28)
        )
        return day.replace(year=day.year - age)

    def _persons(self) -> Iterator[dict[str, Any]]:
        for name, number in self._numbers().items():
            form = self.story.form.people[name]
            prior = form.balance if form.prior_years is None else form.prior_years
            account = form.account if form.account is not None else form.scheme == "employee"
            cover = {
                "from": "1990-01-01",
                "scheme": form.scheme,
                "status": form.status,
                "tier": form.tier,
                "category": form.category,
                "assistance": form.assistance,
                "account": account,
            }
            if form.retired:
                cover["retired_on"] = str(self.first_day.replace(month=1, day=1, year=self.first_day.year - 1))
            yield {
                "table": "person",
                "number": number,
                "name": name,
                "region": self.region(form.region),
                "born": str(self._born(name)),
                "activated": form.activated,
                "enrolments": [cover],
                "purse": {"current": _yuan(form.balance - prior), "prior": _yuan(prior)},
                **({"sex": form.sex} if form.sex else {}),
            }


def actor_of(who: Key, role: Role = Role.INSURED, behalf: Key | None = None) -> Actor:
    """Somebody on their own phone."""
    return Actor(role, who[0], "", who, behalf)


def _number(serial: int, born: datetime.date) -> str:
    digits = f"990000{born:%Y%m%d}{serial:03d}"
    check = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]
    return digits + check


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _quiet(*words: object) -> None:
    """Nobody waits for progress."""
