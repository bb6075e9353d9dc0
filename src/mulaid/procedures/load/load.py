"""Load people, purses, institutions, sponsorships and catalogue items: everything in one transaction, or nothing.

Loading the same files again changes nothing, whatever has been settled in between. What a purse opens with is a case
like any other money: a transfer a balance, from the openings' account, in the chain.
"""

from collections.abc import Sequence

import msgspec

from mulaid.intake.load_form import EnrolmentForm, PersonForm, SponsorshipForm
from mulaid.intake.load_records import Progress
from mulaid.intake.loads import Loads, Row, Wanted
from mulaid.ledger.journal import Transfer, opening
from mulaid.procedures.act.answers import Done
from mulaid.procedures.act.bureau import Bureau
from mulaid.procedures.act.desk import Desk, Reach
from mulaid.procedures.act.matter import Answer, Matter
from mulaid.procedures.act.posting import Balances, Posting
from mulaid.procedures.act.records import ActRecord, raw
from mulaid.procedures.load.purses import Change, Purses, Target, add, by_region
from mulaid.procedures.load.relations import Ends, load_relations
from mulaid.store import loading, openings, people, regions
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection
from mulaid.store.loading import Counts, PlainPerson
from mulaid.store.rows import Enrolment, Institution
from mulaid.store.seal import mask_name, mask_number
from mulaid.terms.actor import Origin
from mulaid.terms.charges import Item
from mulaid.terms.codes import Mechanism

TABLES = ("region", "institution", "person", "enrolment", "purse", "sponsorship", "item")

Summary = dict[str, Counts]
"""By table, in this order, what was new, changed and the same."""


class LoadRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of one or several files, checked as far as that can be done without the database."""

    loads: Loads
    progress: Progress


class Loaded(Done, frozen=True, kw_only=True, tag=True):
    """A load and what it changed."""

    summary: Summary


class LoadDesk(Desk):
    """Brings a load in while it reads, for what is right depends on what is there.

    Raises `located.Fault` where the files do not go together with the database; the transaction is lost then.
    """

    reach = Reach.NAMED

    async def owners(self, connection: Connection, matters: Sequence[Matter]) -> set[Key]:
        [matter] = matters
        self.ends = await _register(connection, self.bureau, matter.request.loads, matter.request.progress)
        # The load locks its purses itself, region by region: there may be a million.
        self.purses = Purses(connection)
        await self.purses.lock({*self.ends.keys.values(), *(_pool_key(self.ends, each) for each in self.ends.pools)})
        return set()

    async def load(self, connection: Connection, matters: Sequence[Matter]) -> None:
        request: LoadRequest = matters[0].request
        loads, progress, ends, purses = request.loads, request.progress, self.ends, self.purses
        summary = self.summary = dict.fromkeys(TABLES, Counts())
        given = {row.region: row.form.funds_given for row in loads.regions}
        summary["region"] = await loading.region_settings(connection, given)
        summary["institution"] = await _institutions(connection, self.bureau, loads)
        summary["person"], summary["enrolment"] = await _people(connection, self.bureau, ends, loads.people, progress)
        summary["purse"] = await purses.open(_targets(ends, loads), progress)
        relations = loads.sponsorships
        summary["sponsorship"] = await load_relations(
            connection, ends, purses, relations, lambda done: progress("sponsorships", done, len(relations))
        )
        await purses.compare()
        summary["item"] = await _items(connection, loads, progress)


def load(desk: LoadDesk, matter: Matter) -> Answer:
    """Post what the purses opened with: a case for each region and chunk of them."""
    for region, changes in desk.purses.opened:
        post_openings(desk.posting, desk.bureau, matter.origin, region, changes)
    return Loaded(summary=desk.summary)


def post_openings(posting: Posting, bureau: Bureau, origin: Origin, region: str, changes: Sequence[Change]) -> None:
    """Post what purses of one region opened with, at most `CHUNK` of them, as one case."""
    transfers: list[Transfer] = []
    balances: Balances = []
    for person, by_kind in changes:
        for kind, (added, after) in by_kind.items():
            transfers += opening(regions.number(region), person, {kind: added})
            balances += [(person, after)] if added else []
    if transfers:
        record = ActRecord("load", origin, raw(len(changes)), (), (), tuple(transfers))
        posting.add_act(bureau.minter.mint(), region, None, origin, record, balances, bureau.law.book.digest)


async def _register(connection: Connection, bureau: Bureau, loads: Loads, progress: Progress) -> Ends:
    """Give every person their number, and find the people whom only the sponsorships name."""
    ends = Ends({}, {row.form.number: mask_name(row.form.name) for row in loads.people}, {})
    for region, rows in by_region(loads.people, lambda row: row.region):
        numbers = [row.form.number for row in rows]
        ends.keys.update(await loading.number_people(connection, bureau.seal, bureau.minter, region, numbers))
        for row in rows:
            if ends.keys[row.form.number][0] != region:
                raise row.origin.fault(("region",), "registered_elsewhere", ends.keys[row.form.number][0])
        progress("numbers", len(ends.keys), len(loads.people))
    await _find_others(connection, bureau, ends, loads)
    for relation in loads.sponsorships:
        sponsor = relation.form.sponsor
        if relation.form.mechanism is Mechanism.POOL and sponsor not in ends.pools:
            known = await people.sponsorships(connection, *ends.keys[sponsor])
            pools = [each.pool for each in known if each.pool is not None]
            ends.pools[sponsor] = pools[0] if pools else bureau.minter.mint()
    return ends


async def _find_others(connection: Connection, bureau: Bureau, ends: Ends, loads: Loads) -> None:
    """People whom only the sponsorships name must be registered already."""
    asked: dict[str, tuple[str, Row[SponsorshipForm]]] = {}
    for row in loads.sponsorships:
        for side, number in (("sponsor", row.form.sponsor), ("beneficiary", row.form.beneficiary)):
            if number not in ends.keys:
                asked.setdefault(number, (side, row))
    index = {number: bureau.seal.blind_index(number) for number in asked}
    found = await openings.identities(connection, list(index.values()))
    for number, (side, row) in asked.items():
        if index[number] not in found:
            raise row.origin.fault((side,), "dangling_reference", mask_number(number))
        ends.keys[number] = found[index[number]]
    names: dict[Key, str] = {}
    for region, keys in by_region({ends.keys[number] for number in asked}, lambda key: key[0]):
        masked = await openings.masked_names(connection, region, [person for _, person in keys])
        names |= {(region, person): name for person, name in masked.items()}
    ends.masked.update({number: names.get(ends.keys[number], "*") for number in asked})


def _pool_key(ends: Ends, sponsor: str) -> Key:
    """A sponsor's family pool: a purse of its own number beside the sponsor's."""
    return ends.keys[sponsor][0], ends.pools[sponsor]


async def _institutions(connection: Connection, bureau: Bureau, loads: Loads) -> Counts:
    """Institutions. A credential that the files do not name stays as it is."""
    total = Counts()
    for region, rows in by_region(loads.institutions, lambda row: row.region):
        known = await people.find_institutions(connection, [row.form.code for row in rows])
        records, credentials = [], {}
        for row in rows:
            form, (place, before) = row.form, known.get(row.form.code, (region, None))
            if place != region:
                raise row.origin.fault(("region",), "registered_elsewhere", place)
            if form.credential is not None:
                credentials[form.code] = msgspec.json.encode(form.credential).decode()
            elif before is not None and before.auth is not None:
                credentials[form.code] = bureau.seal.open(before.auth)
            records.append(
                Institution(
                    institution=form.code,
                    name=form.name,
                    kind=form.kind,
                    level=form.level,
                    designated=form.designated,
                    wallet_ready=form.wallet_ready,
                    profile=form.profile,
                    funds_given=form.funds_given,
                )
            )
        total = add(total, await loading.institutions(connection, bureau.seal, region, records, credentials))
    return total


async def _people(
    connection: Connection, bureau: Bureau, ends: Ends, rows: list[Row[PersonForm]], progress: Progress
) -> tuple[Counts, Counts]:
    """People and what covers them."""
    persons = enrolments = Counts()
    done = 0
    for region, chunk in by_region(rows, lambda row: row.region):
        plain = [_plain(row.form, ends.keys[row.form.number][1]) for row in chunk]
        cover = [_enrolment(each, ends.keys[row.form.number][1]) for row in chunk for each in row.form.enrolments]
        before = await openings.masked_names(connection, region, [each.person for each in plain])
        persons = add(persons, await loading.people(connection, bureau.seal, region, plain))
        masked = {each.person: mask_name(each.name) for each in plain}
        renamed = {person: name for person, name in masked.items() if before.get(person, name) != name}
        if renamed:
            await openings.rename_sponsors(connection, region, renamed)
        enrolments = add(enrolments, await loading.load(connection, region, cover))
        done += len(chunk)
        progress("people", done, len(rows))
    return persons, enrolments


def _plain(form: PersonForm, person: int) -> PlainPerson:
    return PlainPerson(
        person=person,
        number=form.number,
        name=form.name,
        sex=form.known_sex(),
        born=form.birthday(),
        suspended_from=form.suspended_from,
        suspended_until=form.suspended_until,
    )


def _enrolment(form: EnrolmentForm, person: int) -> Enrolment:
    return Enrolment(
        person=person,
        from_day=form.from_day,
        until=form.until,
        scheme=form.scheme,
        status=form.status,
        tier=form.tier,
        category=form.category,
        assistance=form.assistance,
        retired_on=form.retired_on,
        account=form.has_account(),
    )


def _targets(ends: Ends, loads: Loads) -> list[Target]:
    """The purses to open: people's, and the family pools."""
    targets = [Target(ends.keys[wanted.number], ends.owner(wanted.number), wanted) for wanted in loads.purses]
    pools = {row.form.sponsor: row for row in loads.sponsorships if row.form.mechanism is Mechanism.POOL}
    for sponsor, row in pools.items():
        wanted = Wanted(number=sponsor, current=int(row.form.quota), origin=row.origin)
        targets.append(Target(_pool_key(ends, sponsor), ends.owner(sponsor), wanted, pool=True))
    return targets


async def _items(connection: Connection, loads: Loads, progress: Progress) -> Counts:
    total, done = Counts(), 0
    for region, rows in by_region(loads.items, lambda row: row.region):
        items = [
            Item(
                code=row.form.code,
                from_day=row.form.from_day,
                name=row.form.name,
                item_class=int(row.form.grade),
                upfront_employee_bp=int(row.form.upfront_employee),
                upfront_resident_bp=int(row.form.upfront_resident),
                price_limit_micro=None if row.form.price_limit is None else int(row.form.price_limit),
                restricted=row.form.restricted,
                barred=row.form.barred,
                fee_kind=row.form.fee_kind,
            )
            for row in rows
        ]
        total = add(total, await loading.load(connection, region, items))
        done += len(rows)
        progress("items", done, len(loads.items))
    return total
