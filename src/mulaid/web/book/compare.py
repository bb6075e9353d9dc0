"""Regions side by side: only what differs, topic by topic."""

import datetime
from typing import Any
from urllib.parse import urlencode

from mulaid.explain.spans import span_data
from mulaid.policy.difference import Difference, Place, differences
from mulaid.policy.history import Span
from mulaid.policy.rules import BY_KEY
from mulaid.policy.topics import topic_of
from mulaid.web import render
from mulaid.web.answers import as_json
from mulaid.web.asked import Form
from mulaid.web.book import addresses, telling
from mulaid.web.visit import Answer, Visit
from mulaid.wording import book as book_words
from mulaid.wording import readings
from mulaid.wording.pages import book as words
from mulaid.wording.rules import RULE_NAMES

SIDES = ("a", "b", "c", "d")


def show(visit: Visit) -> Answer:
    """The page of a comparison; the form alone before two sides are named."""
    form = Form(visit)
    places = _places(form)
    found = differences(visit.library.book, places) if len(places) > 1 else []
    topics = list(dict.fromkeys(topic_of(BY_KEY[each.key]).value for each in found))
    topic = form.word("topic", topics, topics[0] if topics else "")
    shown = [each for each in found if topic_of(BY_KEY[each.key]) == topic]
    book = visit.library.book
    return render.page(
        visit,
        "book/compare.html",
        {
            "words": words,
            "faults": form.faults,
            "asked": {side: form.place(side) for side in SIDES},
            "day": form.day("on", visit.day),
            "names": sorted(book.regions[each].name for each in visit.library.regions),
            "sides": [(book.name(region), addresses.of_region(region)) for region, _ in places],
            "compared": len(places) > 1,
            "told": readings.compared([book.name(region) for region, _ in places], len(found)),
            "topics": [
                (_query(visit, each), readings.topic_name(each), _count(found, each), each == topic) for each in topics
            ],
            "rows": [_row(each) for each in shown],
            "data": f"/book/compare.json?{urlencode(dict(visit.asked))}",
        },
    )


def data(visit: Visit) -> Answer:
    """The same for programs."""
    form = Form(visit)
    places, book = _places(form), visit.library.book
    told = [
        {
            "rule": each.key,
            "name": RULE_NAMES[each.key],
            "qualifier": each.qualifier,
            "sides": [span_data(book, side) if side else None for side in each.sides],
        }
        for each in (differences(book, places) if len(places) > 1 else [])
    ]
    sides = [{"region": region, "name": book.name(region), "on": day} for region, day in places]
    return as_json({"places": sides, "digest": book.digest, "faults": form.faults, "differences": told})


def _places(form: Form) -> list[Place]:
    """The sides that are named; a second day compares the first region with itself."""
    day = form.day("on", form.visit.day)
    regions = [region for side in SIDES if (region := form.region(side))]
    places: list[tuple[str, datetime.date]] = [(region, day) for region in dict.fromkeys(regions)]
    if len(places) == 1 and form.visit.ask("and"):
        places.append((places[0][0], form.day("and", day)))
    return places


def _count(found: list[Difference], topic: str) -> int:
    return sum(topic_of(BY_KEY[each.key]) == topic for each in found)


def _query(visit: Visit, topic: str) -> str:
    return "/book/compare?" + urlencode(dict(visit.asked) | {"topic": topic})


def _row(each: Difference) -> dict[str, Any]:
    return {
        "name": book_words.qualified_name(each.key, each.qualifier),
        "href": addresses.everywhere(each.key, each.qualifier),
        "sides": [_side(side) for side in each.sides],
    }


def _side(span: Span | None) -> dict[str, Any]:
    if span is None:
        return {"text": words.ABSENT, "known": True, "tier": "", "href": ""}
    return {
        "text": telling.told(span),
        "known": telling.known(span),
        "tier": span.entry.source.tier.value,
        "href": addresses.of_rule(span.region, span.key),
    }
