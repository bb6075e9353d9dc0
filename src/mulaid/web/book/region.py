"""A region on a day: the ten rules that matter first, the others by topic, how much is known and what is not."""

import datetime
from typing import Any

from mulaid.explain.spans import span_data
from mulaid.policy.coverage import Status
from mulaid.policy.entry import Tier
from mulaid.policy.history import Span, spans_on
from mulaid.policy.rules import RULES, Rule
from mulaid.policy.topics import Topic, by_topic
from mulaid.web import render, states
from mulaid.web.answers import as_json
from mulaid.web.asked import Form
from mulaid.web.book import addresses, linked, telling
from mulaid.web.library import Library
from mulaid.web.visit import Answer, Visit
from mulaid.wording import readings
from mulaid.wording.book import qualified_name
from mulaid.wording.pages import book as words

TOPICS = {topic.value: rules for topic, rules in by_topic()}


def show(visit: Visit) -> Answer:
    """The page of a region, or of one topic of it."""
    region, topic = visit.parts["region"], visit.parts.get("topic", Topic.FAMILY.value)
    if region not in visit.library.book.regions or topic not in TOPICS:
        return states.not_found(visit)
    form = Form(visit)
    day = form.day("on", visit.day)
    return render.page(visit, "book/region.html", _told(visit, region, topic, day) | {"faults": form.faults})


def data(visit: Visit) -> Answer:
    """The same for programs: every rule of the region."""
    library, region = visit.library, visit.parts["region"]
    if region not in library.book.regions:
        return states.not_found(visit)
    day = Form(visit).day("on", visit.day)
    book = library.book
    head = {"region": region, "name": book.name(region), "on": day, "digest": book.digest}
    return as_json(head | {"values": [span_data(book, span) for span in spans_on(book, region, day)]})


def _told(visit: Visit, region: str, topic: str, day: datetime.date) -> dict[str, Any]:
    book = visit.library.book
    spans = list(spans_on(book, region, day, TOPICS[topic]))
    silent = [rule for rule in TOPICS[topic] if rule.key not in {span.key for span in spans}]
    covers = visit.library.covers(region, day)
    parts = telling.known_parts(covers)
    sourced = sum(part.count for part in parts if part.tier and part.tier != Tier.OWN)
    assumed = sum(part.count for part in parts if part.tier == Tier.OWN)
    return {
        "words": words,
        "region": region,
        "name": book.name(region),
        "heading": words.region_title(book.name(region), day, visit.day),
        "topic": topic,
        "topic_name": readings.topic_name(topic),
        "topics": [(addresses.of_topic(region, each), readings.topic_name(each), each) for each in TOPICS],
        "day": day,
        "names": sorted(book.regions[each].name for each in visit.library.regions),
        "parts": parts,
        "bar_text": words.bar_label((part.name, part.count) for part in parts),
        "counts": words.counts_line(len(RULES), sourced, assumed, len(RULES) - sourced - assumed),
        "rows": [telling.row(book, span) for span in spans],
        "silent": [(qualified_name(rule.key, ()), addresses.of_rule(region, rule.key)) for rule in silent],
        "missing": _missing(visit.library, region, day),
        "edition": addresses.edition(book),
        "checked": book.regions[region].checked_on,
        "linked": linked.region(book, region),
    }


def _missing(library: Library, region: str, day: datetime.date) -> list[tuple[str, str]]:
    """The first rules a family asks for that nobody knows here."""
    unknown = [cover.key for cover in library.covers(region, day) if cover.status in (Status.UNKNOWN, Status.ABSENT)]
    ordered = [rule.key for rules in TOPICS.values() for rule in rules if rule.key in unknown]
    return [(qualified_name(key, ()), addresses.of_rule(region, key)) for key in ordered[:7]]


def spans_of(library: Library, region: str, rule: Rule, day: datetime.date) -> list[Span]:
    """What holds of one rule, for each of its qualifiers that the book uses."""
    return list(spans_on(library.book, region, day, [rule]))
