"""The policy book: all entries of one or more folders, found by region, rule and day.

A book is what was read and nothing else: the same files give the same digest, and the digest names the book for ever.
A case keeps the digest it was decided by; `Book.from_body` brings that book back from the stored body.
"""

import datetime
import hashlib
import zlib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from mulaid import located
from mulaid.located import Document, Faults
from mulaid.policy.chronicle import Contradiction, Event, read_contradictions, read_events
from mulaid.policy.divisions import NATIONAL, Divisions, read_divisions
from mulaid.policy.entry import OWN_SOURCE, Entry, Source, Tier, covers
from mulaid.policy.reading import AMENDS, RegionFile, read_amendment, read_entries, read_region, read_sources
from mulaid.policy.ruling import GAP, UNKNOWN, Ruling

Texts = Mapping[str, str]
"""The policy files by path inside their folder."""

_DIVISIONS = "divisions.toml"
_EVENTS, _CONTRADICTIONS = "events.toml", "contradictions.toml"
_SOURCES = "sources/"
LOCAL = "+"
"""A folder whose path begins with it holds a bureau's own files, laid over a book. So do the names of its files."""
_A_DAY = datetime.timedelta(days=1)
_Timeline = tuple[Entry, ...]


class Book:
    """Entries indexed by region, rule and qualifier. `strict` treats tier C as unknown, and lets nothing be assumed."""

    def __init__(
        self,
        texts: Texts,
        *,
        strict: bool = False,
        places: Mapping[str, Path] = {},
        faults: Faults | None = None,
    ) -> None:
        """Read the files; `places` says where they stand. Raises `located.Fault`, which carries all there are.

        With `faults` an entry that is wrong is left out and told there; only a file, a division or a source still stops
        the reading.
        """
        self.texts = dict(sorted(texts.items()))
        self.strict = strict
        self.digest = hashlib.sha256(msgspec.msgpack.encode(self.texts)).hexdigest()
        self._places = places
        self._names = {str(places.get(name, Path(name))): name for name in self.texts}
        gathered = Faults() if faults is None else faults
        self.divisions = self._read_divisions()
        self.sources: dict[str, Source] = {}
        self.source_places: dict[str, tuple[str, int]] = {}
        for name in self.texts:
            if _plain(name).startswith(_SOURCES):
                with gathered.gather():
                    document = self._document(name)
                    for id_, line in read_sources(document, self.sources, self.divisions.provinces).items():
                        self.source_places[id_] = str(document.file), line
        gathered.settle()
        self.sources.setdefault(OWN_SOURCE.id, OWN_SOURCE)
        self.regions: dict[str, RegionFile] = {}
        self.files: dict[str, str] = {}
        self.events: tuple[Event, ...] = ()
        self.contradictions: tuple[Contradiction, ...] = ()
        found: list[Entry] = []
        amended: list[Entry] = []
        for name in self.texts:
            if _plain(name) != _DIVISIONS and not _plain(name).startswith(_SOURCES):
                with gathered.gather():
                    document = self._document(name)
                    if AMENDS in document.table:
                        amended += _as_in(name, read_amendment(document, self.sources, gathered))
                    else:
                        found += _as_in(name, self._read(name, document, gathered))
        found = self._amend(found, amended)
        found.sort(key=_slot)
        self.entries = tuple(msgspec.structs.replace(entry, index=index) for index, entry in enumerate(found))
        self._timelines = _timelines(self.entries, gathered)
        if faults is None:
            gathered.settle()

    @classmethod
    def load(cls, folders: Iterable[Path] = (), *, strict: bool = False, faults: Faults | None = None) -> "Book":
        """Read the given folders, later ones over earlier; the shipped policies when none is given.

        A folder written `+DIR` holds a bureau's own files: where none stands before it, it lies over the shipped book.
        """
        texts: dict[str, str] = {}
        places: dict[str, Path] = {}
        unreadable = Faults()
        given = list(folders)
        if not given or str(given[0]).startswith(LOCAL):
            given.insert(0, shipped_folder())
        for each in given:
            mark = LOCAL if str(each).startswith(LOCAL) else ""
            folder = Path(str(each).removeprefix(mark))
            if not located.is_folder(folder):
                raise located.Fault(folder, located.WHOLE_FILE, "", "no_such_folder")
            for file in located.files_in(folder, (".toml",)):
                name = mark + file.relative_to(folder).as_posix()
                with unreadable.gather():
                    text = located.text_of(file)
                    texts.pop(_plain(name), None)
                    texts[name], places[name] = text, file
        unreadable.settle()
        if not {_DIVISIONS, LOCAL + _DIVISIONS} & texts.keys():
            raise located.Fault(folder / _DIVISIONS, located.WHOLE_FILE, "", "unreadable", _DIVISIONS)
        return cls(texts, strict=strict, places=places, faults=faults)

    @classmethod
    def from_body(cls, body: bytes) -> "Book":
        """Bring back a book from the body stored with its digest."""
        return cls(msgspec.msgpack.decode(zlib.decompress(body), type=dict[str, str]))

    def body(self) -> bytes:
        """The book as bytes to keep beside its digest."""
        return zlib.compress(msgspec.msgpack.encode(self.texts))

    def name(self, region: str) -> str:
        """A region's name in Chinese, from its file or the table of divisions."""
        head = self.regions.get(region)
        return head.name if head else self.divisions.name(region)

    def file_of(self, entry: Entry) -> str:
        """The policy file an entry stands in, by its path inside the folder."""
        return self._names[entry.file]

    def entry(self, region: str, key: str, day: datetime.date, qualifier: tuple[str, ...] = ()) -> Entry | None:
        """The entry that holds: the region's own latest not after the day, else its province's, else the nation's."""
        return self._latest(self.divisions.chain(region), region, key, day, qualifier)

    def inherited(self, region: str, key: str, day: datetime.date, qualifier: tuple[str, ...] = ()) -> Entry | None:
        """The entry that would hold if the region's own file did not speak of the rule."""
        return self._latest(self.divisions.chain(region)[1:], region, key, day, qualifier)

    def _latest(
        self, places: Iterable[str], region: str, key: str, day: datetime.date, qualifier: tuple[str, ...]
    ) -> Entry | None:
        for place in places:
            latest = None
            for entry in self._timelines.get((place, key, qualifier), ()):
                if entry.first_day > day:
                    break
                if speaks_for(entry, region):
                    latest = entry
            if latest is not None:
                return latest
        return None

    def ruling(self, region: str, key: str, day: datetime.date, qualifier: tuple[str, ...] = ()) -> Ruling:
        """The rule's value on that day; where a newer entry may already hold, only what both say is known."""
        entry = self.entry(region, key, day, qualifier)
        if entry is None:
            return GAP
        about: dict[str, Any] = {"rule": entry.index, "key": key, "region": region}
        coming = self._may_already_hold(region, entry, day)
        if self._unusable(entry) or (coming is not None and self._unusable(coming)):
            return Ruling(UNKNOWN, least=entry.at_least, candidates=entry.candidates, **about)
        if coming is None or coming.value == entry.value:
            return Ruling(entry.value, maybe=entry.maybe, **about)
        if isinstance(entry.value, frozenset):
            certain = entry.value & coming.value
            return Ruling(certain, maybe=(entry.value | entry.maybe | coming.value) - certain, **about)
        return Ruling(UNKNOWN, candidates=(entry.value, coming.value), **about)

    def candidates(self, key: str, day: datetime.date, qualifier: tuple[str, ...] = ()) -> tuple[Any, ...]:
        """Every value in force on that day that sources give anywhere in the country."""
        found: list[Any] = []
        for region in self.regions:
            held = [entry for entry in self.timeline(region, key, qualifier) if entry.first_day <= day]
            if held and held[-1].value is not None and not self._unusable(held[-1]):
                found += [held[-1].value, *([held[-1].value | held[-1].maybe] if held[-1].maybe else ())]
        return tuple(value for at, value in enumerate(found) if value not in found[:at])

    def timeline(self, region: str, key: str, qualifier: tuple[str, ...] = ()) -> tuple[Entry, ...]:
        """The entries of one file for one rule, in the order of their days."""
        return self._timelines.get((region, key, qualifier), ())

    def qualifiers(self, key: str) -> tuple[tuple[str, ...], ...]:
        """Every qualifier the book uses with a rule."""
        return tuple(sorted({qualifier for _, name, qualifier in self._timelines if name == key}))

    def _document(self, name: str) -> Document:
        """One file, parsed. A file on disk is checked; one from a stored body was when it was stored."""
        document = located.parse(self._places.get(name, Path(name)), self.texts[name])
        if name in self._places:
            document.check()
        return document

    def _read_divisions(self) -> Divisions:
        name = next((each for each in (LOCAL + _DIVISIONS, _DIVISIONS) if each in self.texts), None)
        if name is None:
            raise located.Fault(Path(_DIVISIONS), located.WHOLE_FILE, "", "unreadable", _DIVISIONS)
        document = self._document(name)
        try:
            return read_divisions(document.table)
        except msgspec.ValidationError as error:
            raise document.fault((), "invalid", str(error)) from error

    def _amend(self, found: list[Entry], amended: list[Entry]) -> list[Entry]:
        """Lay what amending files say over the regions' own files: rule by rule, the same day is replaced."""
        for entry in amended:
            if entry.region not in self.regions:
                raise located.Fault(Path(entry.file), 1, AMENDS, "amends_nothing", entry.region)
        replaced = {_slot(entry) for entry in amended}
        return [entry for entry in found if _slot(entry) not in replaced] + amended

    def _read(self, name: str, document: Document, faults: Faults) -> Iterable[Entry]:
        """The entries of a region's file; of the other two files there are none, they are kept as they are."""
        if _plain(name) == _EVENTS:
            self.events = read_events(document, self.sources, self.divisions.provinces)
            return ()
        if _plain(name) == _CONTRADICTIONS:
            self.contradictions = read_contradictions(document, self.sources)
            return ()
        head = read_region(document)
        if head.region != NATIONAL and head.region[:2] not in self.divisions.provinces:
            raise document.fault(("region",), "unknown_division", head.region)
        if head.region in self.regions:
            raise document.fault(("region",), "region_repeated", head.region)
        self.regions[head.region], self.files[head.region] = head, name
        return read_entries(document, head.region, self.sources, faults)

    def _unusable(self, entry: Entry) -> bool:
        return entry.wholly_unknown or (self.strict and entry.weak)

    def _may_already_hold(self, region: str, entry: Entry, day: datetime.date) -> Entry | None:
        """The entry that follows `entry` when only "by then at the latest" is known of its first day."""
        for place in self.divisions.chain(region):
            for coming in self._timelines.get((place, entry.key, entry.qualifier), ()):
                if coming.first_day > day and coming.no_later_than and speaks_for(coming, region):
                    follows = self.entry(region, entry.key, coming.first_day - _A_DAY, entry.qualifier) is entry
                    holds = self.entry(region, entry.key, coming.first_day, entry.qualifier) is coming
                    if follows and holds:
                        return coming
        return None


def shipped_folder() -> Path:
    """The policies that come with mulaid: inside the installed package, or beside the sources in a checkout."""
    packaged = Path(str(files("mulaid"))) / "policies"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "policies"


def speaks_for(entry: Entry, region: str) -> bool:
    """A tier C value speaks for its own region (or, in the national file, for every region), never for a neighbour.

    A province's speaks for the areas its source names, where that says so of every one of them.
    """
    if entry.region in (region, NATIONAL) or entry.source.tier is not Tier.C:
        return True
    return entry.source.every_area and covers(entry.source.regions, region)


def _plain(name: str) -> str:
    """A file's path inside its folder, whoever's folder that is."""
    return name.removeprefix(LOCAL)


def _as_in(name: str, entries: Iterable[Entry]) -> list[Entry]:
    """The entries of a file; what a bureau's own file says is the bureau's own word, whatever source it names."""
    if not name.startswith(LOCAL):
        return list(entries)
    return [
        entry
        if entry.source.tier is Tier.OWN
        else msgspec.structs.replace(entry, source=msgspec.structs.replace(entry.source, tier=Tier.LOCAL))
        for entry in entries
    ]


def _slot(entry: Entry) -> tuple[str, str, tuple[str, ...], datetime.date]:
    """What there may be only one entry for; also the order entries are kept in."""
    return entry.region, entry.key, entry.qualifier, entry.first_day


def _timelines(entries: Iterable[Entry], faults: Faults) -> dict[tuple[str, str, tuple[str, ...]], _Timeline]:
    grouped: dict[tuple[str, str, tuple[str, ...]], list[Entry]] = {}
    for entry in entries:
        timeline = grouped.setdefault((entry.region, entry.key, entry.qualifier), [])
        with faults.gather():
            if timeline and timeline[-1].first_day == entry.first_day:
                raise located.Fault(Path(entry.file), entry.line, entry.key, "day_repeated", str(entry.first_day))
            timeline.append(entry)
    return {key: tuple(timeline) for key, timeline in grouped.items()}
