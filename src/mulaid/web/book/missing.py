"""What is missing: the rules nobody knows, and what it would take to know them."""

import datetime
from typing import Any

from mulaid.policy.coverage import Cover, Status
from mulaid.policy.entry import Tier
from mulaid.policy.history import Doubt, span_on
from mulaid.policy.rules import RULES
from mulaid.web import render, states
from mulaid.web.answers import as_json
from mulaid.web.book import addresses, telling
from mulaid.web.book.region import TOPICS
from mulaid.web.book.telling import Part
from mulaid.web.library import Library
from mulaid.web.visit import Answer, Visit
from mulaid.wording import book as book_words
from mulaid.wording import readings
from mulaid.wording.pages import book as words
from mulaid.wording.rules import rule_name


def show_all(visit: Visit) -> Answer:
    """Every region with how much of it has a source, the poorest first."""
    library = visit.library
    counted = sorted((_sourced(library, region, visit.day), region) for region in library.regions)
    rows = [
        {
            "name": library.book.name(region),
            "href": f"{addresses.of_region(region)}/missing",
            "counts": words.missing_counts(count, len(RULES)),
            "parts": telling.laid_out(
                [
                    Part(fill="ta", hatch=0, name=words.SOURCED, count=count),
                    Part(fill="off", hatch=0, name=words.UNSOURCED, count=len(RULES) - count),
                ]
            ),
        }
        for count, region in counted
    ]
    return render.page(visit, "book/missing_all.html", {"words": words, "rows": rows})


def show(visit: Visit) -> Answer:
    """What is missing in one region, the rules a family asks for first."""
    library, region = visit.library, visit.parts["region"]
    if region not in library.book.regions:
        return states.not_found(visit)
    topics = [(readings.topic_name(topic), _rows(library, region, topic, visit.day)) for topic in TOPICS]
    return render.page(
        visit,
        "book/missing.html",
        {
            "words": words,
            "region": region,
            "name": library.book.name(region),
            "topics": [(name, rows) for name, rows in topics if rows],
            "of_region": addresses.of_region(region),
            "data": f"{addresses.of_region(region)}/missing.json",
        },
    )


def data(visit: Visit) -> Answer:
    """The same for programs."""
    library, region = visit.library, visit.parts["region"]
    if region not in library.book.regions:
        return states.not_found(visit)
    told = [
        {"rule": cover.key, "name": rule_name(cover.key), "status": cover.status, "assumed": cover.tier is Tier.OWN}
        for cover in library.covers(region, visit.day)
        if _without_source(cover)
    ]
    return as_json({"region": region, "on": visit.day, "digest": library.book.digest, "missing": told})


def _without_source(cover: Cover) -> bool:
    return cover.status in (Status.UNKNOWN, Status.ABSENT) or cover.tier is Tier.OWN


def _sourced(library: Library, region: str, day: datetime.date) -> int:
    return sum(not _without_source(cover) for cover in library.covers(region, day))


def _rows(library: Library, region: str, topic: str, day: datetime.date) -> list[dict[str, Any]]:
    lacking = {cover.key: cover for cover in library.covers(region, day) if _without_source(cover)}
    return [_row(library, region, rule.key, lacking[rule.key], day) for rule in TOPICS[topic] if rule.key in lacking]


def _row(library: Library, region: str, key: str, cover: Cover, day: datetime.date) -> dict[str, Any]:
    qualifier = (library.book.qualifiers(key) or [()])[0]
    span = span_on(library.book, region, key, day, qualifier)
    assumed = cover.tier is Tier.OWN and cover.status in (Status.VALUE, Status.INHERITED)
    doubt = span.doubt if span else None
    return {
        "name": rule_name(key),
        "href": addresses.of_rule(region, key),
        "assumed": assumed,
        "text": telling.told(span) if span else words.ABSENT,
        "wanted": book_words.wanted_text(doubt or (Doubt.STATED if span else None)),
        "correct": f"/book/correct?region={region}&rule={key}",
    }
