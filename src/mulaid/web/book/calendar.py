"""What happens on which day, in one region or everywhere: a year ahead, and what has been."""

import datetime
from typing import Any

from mulaid.explain.listings import occasion_source, occasion_text
from mulaid.policy.address import address
from mulaid.policy.calendar import Kind, Occasion, occasions
from mulaid.policy.history import span_on
from mulaid.web import render, states
from mulaid.web.answers import as_json
from mulaid.web.asked import Form
from mulaid.web.book import addresses
from mulaid.web.visit import Answer, Visit
from mulaid.wording import book as book_words
from mulaid.wording import readings
from mulaid.wording.pages import book as words

A_YEAR = datetime.timedelta(days=365)
PAST_SHOWN = 30


def show(visit: Visit) -> Answer:
    """The calendar, of the region its address or its form names."""
    form = Form(visit)
    region = visit.parts.get("region") or form.region("region")
    if region and region not in visit.library.book.regions:
        return states.not_found(visit)
    day = form.day("from", visit.day)
    book = visit.library.book
    coming = occasions(book, region or None, day, day + A_YEAR)
    before = occasions(book, region or None, datetime.date.min, day)[-PAST_SHOWN:]
    name = book.name(region) if region else readings.ALL_REGIONS
    season = span_on(book, region, "premium_season", day) if region else None
    return render.page(
        visit,
        "book/calendar.html",
        {
            "words": words,
            "name": name,
            "region": region,
            "faults": form.faults,
            "day": day,
            "names": sorted(book.regions[each].name for each in visit.library.regions),
            "months": _months(coming, day),
            "coming": [_row(visit, each) for each in coming],
            "before": [_row(visit, each) for each in reversed(before)],
            "season_unknown": bool(region) and (season is None or not season.ruling.known),
            "of_region": addresses.of_region(region) if region else "",
            "data": f"/book/{region}/calendar.json" if region else "/book/calendar.json",
        },
    )


def data(visit: Visit) -> Answer:
    """The same for programs: a year ahead."""
    form = Form(visit)
    region = visit.parts.get("region") or form.region("region")
    if region and region not in visit.library.book.regions:
        return states.not_found(visit)
    book, day = visit.library.book, form.day("from", visit.day)
    told = [
        {
            "day": each.day,
            "region": each.region,
            "kind": each.kind,
            "text": occasion_text(each),
            "source": occasion_source(each),
            "address": address(book, each.entry) if each.entry else None,
        }
        for each in occasions(book, region or None, day, day + A_YEAR)
    ]
    return as_json({"region": region or None, "from": day, "digest": book.digest, "occasions": told})


def _months(coming: list[Occasion], day: datetime.date) -> list[tuple[int, bool]]:
    """The twelve months from this one on, and whether something happens in each."""
    busy = {each.day.month for each in coming}
    return [((day.month - 1 + ahead) % 12 + 1, (day.month - 1 + ahead) % 12 + 1 in busy) for ahead in range(12)]


def _row(visit: Visit, each: Occasion) -> dict[str, Any]:
    book = visit.library.book
    source = (each.entry or each.event).source  # type: ignore[union-attr]
    return {
        "day": book_words.event_day(each.day, bool(each.event and each.event.approximate)),
        "place": book.name(each.region),
        "kind": readings.occasion_name(each.kind),
        "yearly": each.kind not in (Kind.EVENT, Kind.BEGINS),
        "text": occasion_text(each),
        "title": source.title,
        "tier": source.tier.value,
        "href": addresses.of_entry(book, each.entry) if each.entry else "",
    }
