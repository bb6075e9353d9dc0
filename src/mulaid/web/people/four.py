"""四样东西别弄混: four things with names alike, whose money each spends and where the book says so."""

from typing import Any

from mulaid.policy.divisions import NATIONAL
from mulaid.policy.history import span_on
from mulaid.web import render
from mulaid.web.book import telling
from mulaid.web.visit import Answer, Visit
from mulaid.wording.notices import penalty_text
from mulaid.wording.pages import four as words

_RESTS_ON = ("territory", "mechanisms", "penalties")


def show(visit: Visit) -> Answer:
    """The page; what it says of reach and of penalties is the book's of that day."""
    book = visit.library.book
    spans = {key: span_on(book, NATIONAL, key, visit.day) for key in _RESTS_ON}
    penalties, territory = spans["penalties"], spans["territory"]
    told: dict[str, Any] = {
        "words": words,
        "reach": _reach(territory.ruling.value if territory and territory.ruling.known else {}),
        "penalties": [penalty_text(each) for each in penalties.ruling.value if each.suspend_from is not None]
        if penalties and penalties.ruling.known
        else [],
        "basis_of": [telling.basis(book, span.entry, opened=visit.printed) for span in spans.values() if span],
    }
    return render.page(visit, "elder/four.html" if visit.look.elder else "people/four.html", told)


def _reach(territory: Any) -> dict[str, str]:
    """How far each of the two that pay reaches, in the words of the page."""
    return {name: words.REACHES[str(territory.get(key, ""))] for name, key in words.MECHANISMS.items()}
