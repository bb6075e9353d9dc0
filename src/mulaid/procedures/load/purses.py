"""The money part of a load: open new purses, put right those that no money has moved through, refuse the others.

What a purse opened with is what it holds with every transfer taken back, so files that were loaded once still agree
with a purse that has paid since.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from mulaid.intake.load_records import Origin, Progress
from mulaid.intake.loads import Wanted
from mulaid.ledger.journal import AccountKind
from mulaid.store import loading, openings, people, registry
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.loading import Counts, Opening
from mulaid.store.rows import Purse, Sponsorship
from mulaid.terms.codes import Mechanism
from mulaid.terms.money import Fen, yuan

CHUNK = 2_000
"""Rows a statement: enough to be fast, few enough to say now and then how far it is."""

Moves = dict[str, Fen]
"""By balance, what transfers have added to it or taken from it since the purse was opened."""
T = TypeVar("T")

_BALANCES = ("current", "prior", "frozen", "wallet")
_PURSE_KINDS = {
    "current": AccountKind.CURRENT_YEAR,
    "prior": AccountKind.PRIOR_YEARS,
    "frozen": AccountKind.FROZEN,
    "wallet": AccountKind.WALLET,
}
_POOL_KINDS = {**_PURSE_KINDS, "current": AccountKind.POOL}
_BALANCE_OF = {
    AccountKind.CURRENT_YEAR: "current",
    AccountKind.POOL: "current",
    AccountKind.PRIOR_YEARS: "prior",
    AccountKind.FROZEN: "frozen",
    AccountKind.WALLET: "wallet",
}


Change = tuple[int, dict[AccountKind, tuple[Fen, Fen]]]
"""A person and, by balance, what an opening adds to it (or takes from it) and what is then in it."""


class Target(msgspec.Struct, frozen=True, gc=False):
    """A purse and the money the files want it to have opened with. `owner` is masked."""

    key: Key
    owner: str
    wanted: Wanted
    pool: bool = False
    """A family pool's, whose money is an account of its own kind."""


class Purses:
    """The purses of everybody a load concerns, locked."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._stored: dict[Key, Purse] = {}
        self._moves: dict[Key, Moves] = {}
        self._suspects: dict[Key, Origin] = {}
        self.opened: list[tuple[str, list[Change]]] = []
        """What was opened or put right: a region and at most `CHUNK` purses in it."""

    async def lock(self, keys: Iterable[Key]) -> None:
        """Lock regions ascending, persons sorted, as every procedure does, before anything a decision reads changes."""
        for _, chunk in by_region(sorted(keys), lambda key: key[0]):
            self._stored |= await registry.lock_purses(self._connection, chunk)

    async def open(self, targets: Sequence[Target], progress: Progress) -> Counts:
        """Bring purses to what the files want. Raises `located.Fault` rather than touch one that is in use."""
        total = Counts()
        for region, chunk in by_region(sorted(targets, key=lambda target: target.key), lambda target: target.key[0]):
            new = [target for target in chunk if target.key not in self._stored]
            opened = await loading.open_purses(self._connection, region, [_opening(target) for target in new])
            self.opened.append((region, [_change(target, None) for target in new if target.key[1] in opened]))
            differing = [target for target in chunk if target.key in self._stored and self._differs(target, {})]
            moves = await self.moves(target.key for target in differing)
            wrong = [target for target in differing if self._differs(target, moves[target.key])]
            for target in wrong:
                if moves[target.key]:
                    raise target.wanted.origin.fault(("purse",), "purse_in_use", target.owner)
                if target.wanted.current is None:
                    raise target.wanted.origin.fault(("purse",), "quota_needs_purse", target.owner)
            await self._rewrite(region, wrong)
            changed = {target.key for target in wrong} | await self._activate(region, chunk)
            total = add(total, Counts(len(opened), len(changed), len(chunk) - len(opened) - len(changed)))
            progress("purses", total.inserted + total.changed + total.unchanged, len(targets))
        return total

    async def moves(self, keys: Iterable[Key]) -> dict[Key, Moves]:
        """What has moved through these purses; empty for one no transfer has touched."""
        asked = sorted({key for key in keys if key not in self._moves})
        self._moves |= {key: {} for key in asked}
        kinds = [int(kind) for kind in _BALANCE_OF]
        for region, chunk in by_region(asked, lambda key: key[0]):
            persons = [key[1] for key in chunk]
            for person, kind, amount in await openings.moved(
                self._connection, region, persons, kinds, AccountKind.OPENING
            ):
                self._moves[region, person][_BALANCE_OF[AccountKind(kind)]] = amount
        return self._moves

    def suspect(self, key: Key, origin: Origin) -> None:
        """A quota paid from this purse is new or another: `compare` will look at it, unless the purse is new too."""
        if key in self._stored:
            self._suspects.setdefault(key, origin)

    async def compare(self) -> None:
        """Whether the money set apart still is what the quotas come to. Raises `located.Fault`."""
        for key, origin in self._suspects.items():
            purse = self._stored[key]
            quotas = _quotas(await people.sponsorships(self._connection, *key), Mechanism.WALLET_QUOTA)
            if quotas != purse.frozen:
                raise origin.fault(("purse", "frozen"), "frozen_differs", yuan(quotas))
            received = _quotas(await _sponsored(self._connection, key), Mechanism.WALLET_TRANSFER)
            if received > purse.wallet:
                raise origin.fault(("purse", "wallet"), "wallet_too_small", yuan(received))

    def _differs(self, target: Target, moves: Moves) -> bool:
        stored = self._stored[target.key]
        return any(want != getattr(stored, name) - moves.get(name, 0) for name, want in _said(target.wanted).items())

    async def _activate(self, region: str, targets: Sequence[Target]) -> set[Key]:
        """Write down whose e-voucher has been activated since, or no longer is; whose purses these are."""
        said = {each.key: each.wanted.activated for each in targets if each.wanted.activated is not None}
        changed = {
            key: activated
            for key, activated in said.items()
            if key in self._stored and self._stored[key].activated is not activated
        }
        if changed:
            await openings.activate(self._connection, region, {key[1]: each for key, each in changed.items()})
        return set(changed)

    async def _rewrite(self, region: str, targets: Sequence[Target]) -> None:
        corrected = []
        self.opened.append((region, [_change(target, self._stored[target.key]) for target in targets]))
        for target in targets:
            before = self._stored[target.key]
            purse = self._stored[target.key] = msgspec.structs.replace(before, **_said(target.wanted))
            if (purse.frozen, purse.wallet) != (before.frozen, before.wallet):
                self.suspect(target.key, target.wanted.origin)
            corrected.append(Opening(purse.person, purse.current, purse.prior, purse.frozen, purse.wallet))
        if corrected:
            await openings.correct_purses(self._connection, region, corrected)


def by_region(rows: Iterable[T], region: Callable[[T], str]) -> Iterator[tuple[str, list[T]]]:
    """Rows by region, regions ascending, each region in lists of at most `CHUNK` rows in their order."""
    found: dict[str, list[T]] = {}
    for row in rows:
        found.setdefault(region(row), []).append(row)
    for name in sorted(found):
        for start in range(0, len(found[name]), CHUNK):
            yield name, found[name][start : start + CHUNK]


def add(one: Counts, other: Counts) -> Counts:
    return Counts(one.inserted + other.inserted, one.changed + other.changed, one.unchanged + other.unchanged)


async def _sponsored(connection: Connection, key: Key) -> list[Sponsorship]:
    """Everything that sponsors a person."""
    found: list[Sponsorship] = []
    pointers = await registry.pointers(connection, [key])
    for region in sorted({pointer.sponsor_region for pointer in pointers}):
        sponsors = sorted({pointer.sponsor for pointer in pointers if pointer.sponsor_region == region})
        found += await openings.relations(connection, region, sponsors, [key[1]] * len(sponsors))
    return found


def _quotas(relations: Iterable[Sponsorship], mechanism: Mechanism) -> Fen:
    return sum(relation.quota for relation in relations if relation.mechanism is mechanism)


def _said(wanted: Wanted) -> dict[str, Fen]:
    """The balances the files speak of."""
    return {name: amount for name in _BALANCES if (amount := getattr(wanted, name)) is not None}


def _change(target: Target, before: Purse | None) -> Change:
    """What the files make of a purse."""
    kinds = _POOL_KINDS if target.pool else _PURSE_KINDS
    said = _said(target.wanted).items()
    return target.key[1], {kinds[name]: (want - (getattr(before, name) if before else 0), want) for name, want in said}


def _opening(target: Target) -> Opening:
    return Opening(target.key[1], **_said(target.wanted), activated=target.wanted.activated is not False)
