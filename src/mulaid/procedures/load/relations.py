"""The relations of a load: each is known by its two people, the day it was bound and its mechanism.

A relation that is there already keeps its moment of binding and what it has paid; a new one is bound at the beginning
of its day, a microsecond later for each row before it, so that the order of the files is the order of binding.
"""

import datetime
from collections.abc import Callable, Sequence

import msgspec

from mulaid.intake.load_form import SponsorshipForm
from mulaid.intake.loads import Row
from mulaid.procedures.load.purses import Purses, by_region
from mulaid.store import loading, openings
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.loading import Counts
from mulaid.store.rows import Pointer, Sponsorship
from mulaid.store.seal import mask_number
from mulaid.terms.calendar import CHINA
from mulaid.terms.codes import WALLET_MECHANISMS, Mechanism

_A_MICROSECOND = datetime.timedelta(microseconds=1)

Pair = tuple[str, int, int]
"""(sponsor's region, sponsor, beneficiary)."""


class Ends(msgspec.Struct, frozen=True):
    """Everybody the files name, by identity number: where they are registered, and their masked names."""

    keys: dict[str, Key]
    masked: dict[str, str]
    pools: dict[str, int]
    """The pool of each sponsor who has one."""

    def owner(self, number: str) -> str:
        """Somebody as a fault may name them."""
        return f"{self.masked[number]} {mask_number(number)}"


class Draft(msgspec.Struct, frozen=True):
    """The relation a row asks for, and the one that is there."""

    row: Row[SponsorshipForm]
    sponsor_region: str
    relation: Sponsorship
    old: Sponsorship | None


async def load_relations(
    connection: Connection,
    ends: Ends,
    purses: Purses,
    rows: Sequence[Row[SponsorshipForm]],
    progress: Callable[[int], None],
) -> Counts:
    """Write relations and their pointers; the purses are locked. Raises `located.Fault`."""
    drafts = _drafts(ends, rows, await _known(connection, ends, rows))
    await _settle_quotas(ends, purses, drafts)
    done = 0
    for region, chunk in by_region(drafts, lambda draft: draft.sponsor_region):
        changed = [draft for draft in chunk if draft.relation != draft.old]
        await loading.load(connection, region, [draft.relation for draft in changed])
        await _write_quotas(connection, region, changed)
        done += len(chunk)
        progress(done)
    for region, chunk in by_region(drafts, lambda draft: draft.relation.beneficiary_region):
        await loading.load(connection, region, [_pointer(draft, ends) for draft in chunk])
    new = sum(draft.old is None for draft in drafts)
    same = sum(draft.relation == draft.old for draft in drafts)
    return Counts(new, len(drafts) - new - same, same)


async def _known(
    connection: Connection, ends: Ends, rows: Sequence[Row[SponsorshipForm]]
) -> dict[Pair, list[Sponsorship]]:
    """Every relation there is between the people of each row."""
    found: dict[Pair, list[Sponsorship]] = {_pair(ends, row.form): [] for row in rows}
    for region, pairs in by_region(sorted(found), lambda pair: pair[0]):
        sponsors, beneficiaries = [pair[1] for pair in pairs], [pair[2] for pair in pairs]
        for relation in await openings.relations(connection, region, sponsors, beneficiaries):
            found[region, relation.sponsor, relation.beneficiary].append(relation)
    return found


def _pair(ends: Ends, form: SponsorshipForm) -> Pair:
    return *ends.keys[form.sponsor], ends.keys[form.beneficiary][1]


def _drafts(ends: Ends, rows: Sequence[Row[SponsorshipForm]], known: dict[Pair, list[Sponsorship]]) -> list[Draft]:
    drafts = []
    ranks: dict[str, int] = {}
    for position, row in enumerate(rows):
        form = row.form
        pair = _pair(ends, form)
        rank = ranks[form.beneficiary] = ranks.get(form.beneficiary, 0) + 1
        same = [each for each in known[pair] if (each.bound_on, each.mechanism) == (form.bound_on, form.mechanism)]
        old = same[-1] if same else None
        bound_at = old.bound_at if old else _bound_at(form.bound_on, position, known[pair])
        relation = _relation(form, ends, bound_at, rank, old)
        if old is None:
            known[pair].append(relation)
        drafts.append(Draft(row, pair[0], relation, old))
    return drafts


def _bound_at(day: datetime.date, position: int, known: Sequence[Sponsorship]) -> datetime.datetime:
    """Midnight and as many microseconds as rows came before; later when these two people have that moment already."""
    taken = {relation.bound_at for relation in known}
    moment = datetime.datetime.combine(day, datetime.time(), CHINA) + position * _A_MICROSECOND
    while moment in taken:
        moment += _A_MICROSECOND
    return moment


def _relation(
    form: SponsorshipForm, ends: Ends, bound_at: datetime.datetime, rank: int, old: Sponsorship | None
) -> Sponsorship:
    beneficiary_region, beneficiary = ends.keys[form.beneficiary]
    pool = form.mechanism is Mechanism.POOL
    return Sponsorship(
        sponsor=ends.keys[form.sponsor][1],
        beneficiary=beneficiary,
        bound_at=bound_at,
        beneficiary_region=beneficiary_region,
        kinship=form.kinship,
        mechanism=form.mechanism,
        state=form.state,
        bound_on=form.bound_on,
        effective_on=form.effective_on or form.bound_on,
        until=form.until,
        rank=form.rank or rank,
        cap_payment=form.limit_payment,
        cap_day=form.limit_day,
        cap_month=form.limit_month,
        cap_year=form.limit_year,
        cap_scope=form.limit_scope,
        uses=frozenset(form.uses),
        # A pool's money lies in its purse; only a wallet keeps it by relation.
        quota=0 if pool else int(form.quota),
        quota_prior=0,
        used_day=old.used_day if old else 0,
        used_month=old.used_month if old else 0,
        used_year=old.used_year if old else 0,
        used_on=old.used_on if old else None,
        wallet_open=form.wallet_open,
        pool=ends.pools[form.sponsor] if pool else None,
    )


async def _settle_quotas(ends: Ends, purses: Purses, drafts: list[Draft]) -> None:
    """Where a purse has paid, its relations keep the quota they have left; more than the files say is refused."""
    payers = [_payer(ends, draft.row.form) for draft in drafts]
    differing = [draft.old is not None and draft.old.quota != draft.relation.quota for draft in drafts]
    moves = await purses.moves(payer for payer, differs in zip(payers, differing, strict=True) if differs)
    for at, (draft, payer, differs) in enumerate(zip(drafts, payers, differing, strict=True)):
        old, form = draft.old, draft.row.form
        if old is not None and differs and moves[payer]:
            if old.quota > draft.relation.quota:
                raise draft.row.origin.fault(("quota",), "purse_in_use", ends.owner(_payer_number(form)))
            kept = msgspec.structs.replace(draft.relation, quota=old.quota)
            drafts[at] = msgspec.structs.replace(draft, relation=kept)
        elif (old is None or differs) and form.mechanism in WALLET_MECHANISMS:
            purses.suspect(payer, draft.row.origin)


def _payer_number(form: SponsorshipForm) -> str:
    """Whose purse holds the money of a quota: money received in a wallet is the beneficiary's."""
    return form.beneficiary if form.mechanism is Mechanism.WALLET_TRANSFER else form.sponsor


def _payer(ends: Ends, form: SponsorshipForm) -> Key:
    return ends.keys[_payer_number(form)]


async def _write_quotas(connection: Connection, region: str, drafts: Sequence[Draft]) -> None:
    """The quotas that loading leaves alone because settlements move them; these have not been moved yet."""
    relations = [
        draft.relation for draft in drafts if draft.old is not None and draft.old.quota != draft.relation.quota
    ]
    if relations:
        await openings.correct_quotas(
            connection,
            region,
            sponsors=[relation.sponsor for relation in relations],
            beneficiaries=[relation.beneficiary for relation in relations],
            bound_at=[relation.bound_at for relation in relations],
            quotas=[relation.quota for relation in relations],
        )


def _pointer(draft: Draft, ends: Ends) -> Pointer:
    relation, name = draft.relation, ends.masked[draft.row.form.sponsor]
    return Pointer(relation.beneficiary, relation.sponsor, relation.bound_at, draft.sponsor_region, name, relation.pool)
