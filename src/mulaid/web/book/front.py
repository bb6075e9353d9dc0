"""The first page of the book, and its search: a region, a rule, a document, an address, or a sentence to look up."""

from contextlib import suppress
from typing import Any

from mulaid.explain.names import NoSuchRegion, region_named
from mulaid.policy.address import AddressFault, entry_at, is_address
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.entry import Entry
from mulaid.policy.rules import RULES
from mulaid.policy.topics import by_topic
from mulaid.web import claims, render
from mulaid.web.answers import as_json, go_to
from mulaid.web.asked import Form
from mulaid.web.book import addresses, linked, telling
from mulaid.web.library import Library
from mulaid.web.visit import Answer, Visit
from mulaid.wording import readings
from mulaid.wording.pages import book as words
from mulaid.wording.pages import check as check_words
from mulaid.wording.rules import RULE_NAMES

HITS_MAX = 20
_WORDY = 4
"""A query of so many characters may be a sentence."""


def show(visit: Visit) -> Answer:
    """The first page."""
    library, book = visit.library, visit.library.book
    provinces: dict[str, list[tuple[str, str]]] = {}
    for region in library.regions:
        province = book.name(f"{region[:2]}0000")
        provinces.setdefault(province, []).append((addresses.of_region(region), book.name(region)))
    topics = [
        (readings.topic_name(topic), [(_everywhere(library, rule.key), RULE_NAMES[rule.key]) for rule in rules])
        for topic, rules in by_topic()
    ]
    return render.page(
        visit,
        "book/front.html",
        {
            "words": words,
            "lead": words.fixed_lead(visit.day) if visit.fixed else words.LEAD,
            "provinces": list(provinces.items()),
            "topics": topics,
            "nation": (addresses.of_region(NATIONAL), book.name(NATIONAL)) if NATIONAL in book.regions else None,
            "edition": addresses.edition(book),
            "entries": len(book.entries),
            "sources": len(book.sources),
            "linked": linked.dataset(book),
        },
    )


def data(visit: Visit) -> Answer:
    """What there is, for programs."""
    library, book = visit.library, visit.library.book
    regions = [{"region": each, "name": book.name(each), "address": f"/book/{each}.json"} for each in library.regions]
    rules = [
        {
            "rule": rule.key,
            "number": rule.number,
            "name": RULE_NAMES[rule.key],
            "address": f"/book/rule/{rule.key}.json",
        }
        for rule in RULES
    ]
    return as_json({"digest": book.digest, "regions": regions, "rules": rules})


def search(visit: Visit) -> Answer:
    """What a query finds. An address leads straight to its entry, a region's full name to its page."""
    library, query = visit.library, visit.ask("q")
    if is_address(query):
        with suppress(AddressFault):
            return go_to(addresses.of_entry(library.book, entry_at(library.book, query)))
    if query in library.names:
        return go_to(addresses.of_region(region_named(library.book, query)))
    day = Form(visit).day("on", visit.day)
    rules, regions, papers = _rules(library, query), _regions(library, query), _papers(library, query)
    wordy = len(query) >= _WORDY and not (rules and len(rules) == 1 and rules[0][1] == query)
    checked = claims.check(library, query, day) if wordy else None
    count = len(rules) + len(regions) + len(papers)
    return render.page(
        visit,
        "book/search.html",
        {
            "words": words,
            "check_words": check_words,
            "query": query,
            "told": words.found_line(query, count) if query else words.SEARCH_HINT,
            "checked": checked if checked and not checked.empty else None,
            "unread": bool(checked and checked.empty and not count),
            "rules": rules,
            "regions": regions,
            "papers": papers,
        },
    )


def _everywhere(library: Library, key: str) -> str:
    return addresses.everywhere(key, (library.book.qualifiers(key) or [()])[0])


def _rules(library: Library, query: str) -> list[tuple[str, str]]:
    """The rules whose name, key or number has the query in it, or stands in it."""
    asked = query.lower()
    if not asked:
        return []
    found = [
        rule
        for rule in RULES
        if asked
        and (asked in RULE_NAMES[rule.key] or asked in (rule.key, rule.number.lower()) or RULE_NAMES[rule.key] in query)
    ]
    return [(_everywhere(library, rule.key), RULE_NAMES[rule.key]) for rule in found[:HITS_MAX]]


def _regions(library: Library, query: str) -> list[tuple[str, str]]:
    found = {code: name for name, code in library.names.items() if query and (query in name or _stem(name) in query)}
    with suppress(NoSuchRegion):
        found.setdefault(region_named(library.book, query), "")
    book = library.book
    return [(addresses.of_region(code), book.name(code)) for code in sorted(found) if code in book.regions][:HITS_MAX]


def _stem(name: str) -> str:
    """A region's name as people say it, without the last character of its kind."""
    return name[:-1] if len(name) > 2 else name


def _papers(library: Library, query: str) -> list[dict[str, Any]]:
    """Sources by title or number, each with the first entries that cite it."""
    if len(query) < 2:
        return []
    bare = query.replace(" ", "")
    matching = [
        source
        for source in library.book.sources.values()
        if bare in source.title.replace(" ", "") or (source.number and bare in source.number.replace(" ", ""))
    ]
    return [
        {
            "title": source.title,
            "number": source.number,
            "tier": source.tier.value,
            "url": source.url,
            "entries": [_cites(library, entry) for entry in library.book.entries if entry.source is source][:4],
        }
        for source in matching[:HITS_MAX]
    ]


def _cites(library: Library, entry: Entry) -> tuple[str, str]:
    named = f"{library.book.name(entry.region)}，{RULE_NAMES[entry.key]}：{telling.said(entry)}"
    return addresses.of_entry(library.book, entry), named
