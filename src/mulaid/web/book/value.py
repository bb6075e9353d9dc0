"""One rule in one region: what holds and why, how it came to be, where sources disagree; and one entry for ever."""

from typing import Any

import msgspec

from mulaid.explain.spans import entry_data, entry_text, span_data
from mulaid.policy.address import DIGEST_SHOWN, AddressFault, address, entry_at
from mulaid.policy.book import Book
from mulaid.policy.entry import Entry
from mulaid.policy.grounds import Grounds, Level, grounds
from mulaid.policy.history import Doubt, Span, history
from mulaid.policy.rules import BY_KEY
from mulaid.policy.topics import topic_of
from mulaid.web import render, states
from mulaid.web.answers import as_json
from mulaid.web.asked import Form
from mulaid.web.book import addresses, linked, telling
from mulaid.web.visit import Answer, Visit
from mulaid.wording import book as book_words
from mulaid.wording import readings
from mulaid.wording.pages import book as words
from mulaid.wording.pages import frame
from mulaid.wording.rules import rule_name, tier_name


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a history, or one file that was looked into."""

    days: str
    text: str
    known: bool
    tier: str
    title: str
    place: str
    href: str
    now: bool
    note: str = ""


def show(visit: Visit) -> Answer:
    """The page of a rule in a region."""
    book, region, key = visit.library.book, visit.parts["region"], visit.parts["rule"]
    if region not in book.regions or key not in BY_KEY:
        return states.not_found(visit)
    form = Form(visit)
    day = form.day("on", visit.day)
    found = [grounds(book, region, key, day, qualifier) for qualifier in book.qualifiers(key) or [()]]
    told = [each for each in found if each.span is not None] or found[:1]
    return render.page(
        visit,
        "book/value.html",
        {
            **_head(book, region, key),
            "day": day,
            "faults": form.faults,
            "sections": [_section(book, each) for each in told],
            "disputes": [_dispute(each) for each in found[0].disputes],
            "data": f"{addresses.of_rule(region, key)}.json",
        },
    )


def data(visit: Visit) -> Answer:
    """The same for programs."""
    book, region, key = visit.library.book, visit.parts["region"], visit.parts["rule"]
    if region not in book.regions or key not in BY_KEY:
        return states.not_found(visit)
    day = Form(visit).day("on", visit.day)
    told = [
        {"qualifier": qualifier, "history": [_span_data(book, span) for span in history(book, region, key, qualifier)]}
        for qualifier in book.qualifiers(key) or [()]
    ]
    head = {"region": region, "name": book.name(region), "rule": key, "rule_name": rule_name(key), "on": day}
    return as_json(head | {"digest": book.digest, "values": told})


def show_entry(visit: Visit) -> Answer:
    """One entry at its own address."""
    entry = _entry(visit)
    if entry is None:
        return states.not_found(visit)
    book = visit.library.book
    later = _later(book, entry)
    asked = visit.ask("book")
    return render.page(
        visit,
        "book/entry.html",
        {
            **_head(book, entry.region, entry.key),
            "rule": book_words.qualified_name(entry.key, entry.qualifier),
            "heading": _heading(entry.key, entry.qualifier, telling.said(entry), telling.sourced(entry)),
            "since": frame.since_text(entry.first_day, entry.no_later_than),
            "entry": entry,
            "sourced": telling.sourced(entry),
            "said": telling.said(entry),
            "facts": _facts(book, entry),
            "cited": cited(book, entry),
            "later": (words.later_text(frame.since_text(later.first_day, later.no_later_than)), later)
            if later
            else None,
            "later_href": addresses.of_entry(book, later) if later else "",
            "other_edition": bool(asked) and not book.digest.startswith(asked),
            "fixed_address": f"{addresses.of_entry(book, entry)}?book={book.digest[:DIGEST_SHOWN]}",
            "data": f"{addresses.of_entry(book, entry)}.json",
            "linked": linked.entry(book, entry, cited(book, entry)),
        },
    )


def entry_json(visit: Visit) -> Answer:
    """One entry for programs."""
    entry = _entry(visit)
    if entry is None:
        return states.not_found(visit)
    book = visit.library.book
    later = _later(book, entry)
    more = {"address": address(book, entry), "replaced_by": address(book, later) if later else None}
    return as_json(entry_data(book, entry) | more | {"digest": book.digest, "cite": cited(book, entry)})


def cited(book: Book, entry: Entry) -> str:
    """An entry as a sentence to quote."""
    says = entry.source.title, tier_name(entry.source.tier), frame.checked_text(book.regions[entry.region].checked_on)
    named = book_words.qualified_name(entry.key, entry.qualifier)
    since = frame.since_text(entry.first_day, entry.no_later_than)
    if not telling.sourced(entry):
        told = telling.said(entry)
        return words.cited_unknown(book.name(entry.region), named, told, since, says[2], address(book, entry))
    return words.cited(book.name(entry.region), named, entry_text(entry), since, says, address(book, entry))


def _entry(visit: Visit) -> Entry | None:
    text = "/".join(visit.parts[name] for name in ("region", "rule", "day"))
    try:
        return entry_at(visit.library.book, text)
    except AddressFault:
        return None


def _later(book: Book, entry: Entry) -> Entry | None:
    """The entry of the same file that came after."""
    after = [each for each in book.timeline(entry.region, entry.key, entry.qualifier) if each.index > entry.index]
    return after[0] if after else None


def _head(book: Book, region: str, key: str) -> dict[str, Any]:
    return {
        "words": words,
        "region": region,
        "place": book.name(region),
        "key": key,
        "rule": rule_name(key),
        "topic_name": readings.topic_name(topic_of(BY_KEY[key])),
        "everywhere": addresses.everywhere(key, (book.qualifiers(key) or [()])[0]),
        "of_region": addresses.of_region(region),
        "edition": addresses.edition(book),
    }


def _heading(key: str, qualifier: tuple[str, ...], text: str, known: bool) -> str:
    return words.value_title(book_words.qualified_name(key, qualifier), text, known)


def _section(book: Book, found: Grounds) -> dict[str, Any]:
    """One qualifier of the rule: what holds, its ground, the files looked into and the history."""
    span = found.span
    known = telling.known(span)
    doubt = span.doubt if span else None
    return {
        "heading": _heading(found.key, found.qualifier, telling.told(span) if span else "", known),
        "qualified": bool(found.qualifier),
        "known": known,
        "text": telling.told(span) if span else words.ABSENT,
        "days": telling.days_text(span.entry.first_day, span.end, span.entry.no_later_than) if span else "",
        "wanted": "" if known and doubt is None else book_words.wanted_text(doubt),
        "facts": _facts(book, span.entry) if span else [],
        "quote": span.entry.quote if span else "",
        "says": book_words.ended(span.entry.says) if span else "",
        "url": span.entry.source.url if span else "",
        "entry_href": addresses.of_entry(book, span.entry) if span else "",
        "cited": cited(book, span.entry) if span else "",
        "history": [_line(book, each, each is span or each == span) for each in _history(book, found)],
        "levels": [(book.name(level.region), _looked(book, level)) for level in found.chain],
    }


def _history(book: Book, found: Grounds) -> tuple[Span, ...]:
    return history(book, found.region, found.key, found.qualifier)


def _line(book: Book, span: Span, now: bool) -> Line:
    changing = span.doubt is Doubt.CHANGING
    return Line(
        days=telling.days_text(span.entry.first_day, span.end, span.entry.no_later_than),
        text=book_words.changing_text(entry_text(span.entry)) if changing else telling.told(span),
        known=telling.known(span),
        tier=span.entry.source.tier.value,
        title=span.entry.source.title,
        place=book.name(span.entry.region),
        href=addresses.of_entry(book, span.entry),
        now=now,
    )


def _looked(book: Book, level: Level) -> list[Line]:
    return [
        Line(
            days=frame.since_text(each.entry.first_day, each.entry.no_later_than),
            text=telling.said(each.entry),
            known=telling.sourced(each.entry),
            tier=each.entry.source.tier.value,
            title=each.entry.source.title,
            place="",
            href=addresses.of_entry(book, each.entry),
            now=each.verdict == "holds",
            note=book_words.verdict_text(each.verdict),
        )
        for each in reversed(level.looked)
    ]


def _facts(book: Book, entry: Entry) -> list[tuple[str, str, str]]:
    """Label, text, and the tier where the text is one."""
    source = entry.source
    told = [
        ("出处", source.title, ""),
        ("谁发的", source.issuer, ""),
        ("文号", source.number, ""),
        ("哪天发的", str(source.published or ""), ""),
        ("可信", tier_name(source.tier), source.tier.value),
        ("写在哪里", book.name(entry.region), ""),
        ("管哪里", source.scope, ""),
        ("查过", str(book.regions[entry.region].checked_on), ""),
    ]
    return [(label, text, tier) for label, text, tier in told if text]


def _dispute(each: Any) -> dict[str, str]:
    return {
        "about": book_words.ended(each.about),
        "resolution": book_words.ended(each.resolution),
        "title": each.source.title,
        "tier": each.source.tier.value,
    }


def _span_data(book: Book, span: Span) -> dict[str, Any]:
    return span_data(book, span) | {"until": span.end, "uncertain": span.doubt is Doubt.CHANGING}
