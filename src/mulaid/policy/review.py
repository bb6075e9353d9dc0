"""The review of a whole book: what the reader of files cannot see in one entry alone.

Every check is a function of its own that yields findings. That every value is cited and dated, that bands rise without
a gap and that a ratio is a ratio is the reader's business: such a file is refused and never comes here.
"""

import datetime
import re
from collections.abc import Iterator
from typing import Any

from mulaid.policy.book import Book
from mulaid.policy.chronicle import Event
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.entry import OWN_SOURCE, Entry, Tier
from mulaid.policy.finding import Finding, about
from mulaid.policy.known_false import false_claims, false_claims_in
from mulaid.policy.plausible import (
    deductible_above_ceiling,
    implausible,
    reversed_spans,
    unreached_rows,
    upside_down_rows,
)
from mulaid.policy.reading import RegionFile
from mulaid.policy.scope import copied_from_above, first_cited, scope_without_words, uncovered

SAYS_MIN, SAYS_MAX = 3, 60
"""Characters of `says`; the most also of a reason for an unknown: a sentence a person reads at a till."""
COPIES_MIN = 3
"""So many regions with one sentence are no accident any more."""
STALE_AFTER = 400
"""Days after which somebody should look for newer sources again."""
_STOPS = re.compile("[。！？]")
_KIND_OF_PLACE = re.compile("(自治区|[省市州盟])$")


def review(book: Book, day: datetime.date, stale_after: int = STALE_AFTER, *, whole: bool = True) -> list[Finding]:
    """Everything to put right, by file and line; `stale_after` is counted in days back from `day`.

    `whole`: nothing was left out of the book in reading, so that a source nobody cites is one.
    """
    found = [
        *_regions(book),
        *_stale(book, day, stale_after),
        *_sources(book, whole),
        *_copied(book),
        *_chronicle(book),
        *scope_without_words(book),
    ]
    first = first_cited(book)
    for entry in book.entries:
        found += _worded(entry)
        found += _cited(book, entry)
        found += _inherited(book, entry)
        found += _partly(entry)
        found += (about(entry, "known_false", claim=name) for name in false_claims(entry))
        found += implausible(entry)
        found += reversed_spans(entry)
        found += upside_down_rows(entry)
        found += unreached_rows(entry)
        found += deductible_above_ceiling(book, entry)
        found += uncovered(book, entry, first)
        found += copied_from_above(book, entry)
    found += _out_of_order(book)
    return sorted(found, key=lambda finding: (finding.file, finding.line, finding.code))


def _regions(book: Book) -> Iterator[Finding]:
    """A file for a division that is no pooling region of its own speaks for nobody; one name twice is a slip."""
    names: dict[str, str] = {}
    for region, head in sorted(book.regions.items()):
        home = region if region[2:] == "0000" else book.divisions.resolve(region)
        if home != region:
            yield _about_file(head, "not_a_region", home=home)
        if (other := names.setdefault(head.name, region)) != region:
            yield _about_file(head, "name_twice", name=head.name, other=other)


def _stale(book: Book, day: datetime.date, stale_after: int) -> Iterator[Finding]:
    for head in book.regions.values():
        if (day - head.checked_on).days > stale_after:
            yield _about_file(head, "stale", checked_on=head.checked_on, days=stale_after)


def _sources(book: Book, whole: bool) -> Iterator[Finding]:
    """A source nobody cites, one entered under two names, and false claims in a source's own data."""
    used = {id_ for entry in book.entries for id_ in (entry.source.id, *entry.also)}
    used.update(id_ for event in book.events for id_ in (event.source.id, *event.also))
    used.update(id_ for each in book.contradictions for id_ in (each.source.id, *each.also, *each.between))
    seen: dict[tuple[str, str, datetime.date | None], str] = {}
    for source in book.sources.values():
        if source is OWN_SOURCE:
            continue
        if whole and source.id not in used:
            yield _about_source(book, source.id, "source_unused")
        if (other := seen.setdefault((source.title, source.url, source.published), source.id)) != source.id:
            yield _about_source(book, source.id, "source_twice", other=other)
        # A title is the source's own word and may well be wrong.
        for name in false_claims_in(source.number, source.note):
            yield _about_source(book, source.id, "known_false", claim=name)


def _copied(book: Book) -> Iterator[Finding]:
    """One sentence over many regions, the region's own name left out: how pages made by the dozen look.

    What a source says of many regions that it names is one sentence by right.
    """
    places: dict[str, dict[str, Entry]] = {}
    for entry in book.entries:
        if entry.region in entry.source.regions:
            continue
        name = book.name(entry.region)
        bare = entry.says.replace(name, "").replace(_KIND_OF_PLACE.sub("", name), "")
        places.setdefault(bare, {}).setdefault(entry.region, entry)
    for copies in places.values():
        if len(copies) >= COPIES_MIN:
            last = list(copies.values())[-1]
            yield about(last, "says_copied", regions=[book.name(region) for region in copies])


def _chronicle(book: Book) -> Iterator[Finding]:
    """Events stand in the order of their days and repeat nothing known to be false."""
    latest = datetime.date.min
    for event in book.events:
        if event.day < latest:
            yield _about_event(event, "days_not_rising", day=event.day, before=latest)
        for name in false_claims_in(event.says):
            yield _about_event(event, "known_false", claim=name)
        latest = max(latest, event.day)


def _out_of_order(book: Book) -> Iterator[Finding]:
    """The entries of one rule stand in the file in the order of their days."""
    written = sorted(book.entries, key=lambda entry: (entry.file, entry.line))
    latest: dict[tuple[str, str, tuple[str, ...]], datetime.date] = {}
    for entry in written:
        key = (entry.region, entry.key, entry.qualifier)
        before = latest.setdefault(key, entry.first_day)
        if entry.first_day < before:
            yield about(entry, "days_not_rising", day=entry.first_day, before=before)
        latest[key] = max(before, entry.first_day)


def _worded(entry: Entry) -> Iterator[Finding]:
    """What people read is one short sentence, in our words."""
    if len(entry.says.strip()) < SAYS_MIN:
        yield about(entry, "says_nothing")
    for field, text in (("says", entry.says), ("unknown", entry.unknown)):
        if len(text) > SAYS_MAX:
            yield about(entry, "text_long", counted="count", field=field, characters=len(text), most=SAYS_MAX)
        if _STOPS.search(text.rstrip("。！？")):
            yield about(entry, "text_many_sentences", field=field)
    if entry.quote and entry.says.rstrip("。") == entry.quote.rstrip("。"):
        yield about(entry, "says_is_quote")


def _cited(book: Book, entry: Entry) -> Iterator[Finding]:
    """The best source leads, each is named once, none is younger than the last look.

    Of a set, a table or rows a better source may back only a part. What mulaid assumes holds for the nation.
    """
    if entry.assumes and entry.region != NATIONAL:
        yield about(entry, "assumption_in_region")
    if len({entry.source.id, *entry.also}) <= len(entry.also):
        yield about(entry, "cited_twice")
    whole = entry.value is not None and not isinstance(entry.value, frozenset | tuple | dict)
    if entry.source.tier is Tier.C and whole:
        for better in (book.sources[each] for each in entry.also):
            if better.tier in (Tier.A, Tier.B):
                yield about(entry, "better_source_last", source=better.id)
    published, checked = entry.source.published, book.regions[entry.region].checked_on
    if published is not None and published > checked:
        yield about(entry, "published_after_check", published=published, checked_on=checked)


def _inherited(book: Book, entry: Entry) -> Iterator[Finding]:
    """A value that would hold anyway, on the same or a better word, as long as it holds here.

    A region's own A or B source for what is national anyway is worth having, and so are words that were read; a tier
    C source only makes certain things unverified.
    """
    own = book.timeline(entry.region, entry.key, entry.qualifier)
    if entry.region == NATIONAL or own[0] is not entry or entry.quote:
        return
    end = own[1].first_day if len(own) > 1 else datetime.date.max
    days = {entry.first_day}
    for place in book.divisions.chain(entry.region)[1:]:
        starts = (each.first_day for each in book.timeline(place, entry.key, entry.qualifier))
        days.update(day for day in starts if entry.first_day < day < end)
    above = [book.inherited(entry.region, entry.key, day, entry.qualifier) for day in sorted(days)]
    if all(each is not None and _same(each, entry) and _no_worse(each, entry) for each in above):
        yield about(entry, "redundant", source=above[0].source.id if above[0] else "")


def _same(one: Entry, other: Entry) -> bool:
    fields = ("value", "maybe", "unknown", "at_least", "per", "over")
    return all(getattr(one, field) == getattr(other, field) for field in fields)


def _no_worse(inherited: Entry, own: Entry) -> bool:
    weaker = own.weak and not inherited.weak and not own.wholly_unknown
    return inherited.source.id == own.source.id or weaker


def _partly(entry: Entry) -> Iterator[Finding]:
    """A member is either certain or uncertain; a least number belongs to an unknown one."""
    if entry.maybe and entry.maybe & entry.value:
        yield about(entry, "maybe_certain")
    if entry.at_least and not entry.wholly_unknown:
        yield about(entry, "at_least_known")


def _about_file(head: RegionFile, code: str, **details: Any) -> Finding:
    return Finding(file=head.file, line=head.line, region=head.region, code=code, details=details)


def _about_source(book: Book, id_: str, code: str, **details: Any) -> Finding:
    file, line = book.source_places[id_]
    return Finding(file=file, line=line, code=code, details=details | {"source": id_})


def _about_event(event: Event, code: str, **details: Any) -> Finding:
    return Finding(file=event.file, line=event.line, region=event.region, code=code, details=details)
