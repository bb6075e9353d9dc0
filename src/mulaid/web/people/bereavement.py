"""What happens to the account of somebody who has died, as far as the book knows it in the region asked about."""

from mulaid.policy.divisions import NATIONAL
from mulaid.policy.history import span_on
from mulaid.web import render
from mulaid.web.asked import Form
from mulaid.web.book import telling
from mulaid.web.visit import Answer, Visit
from mulaid.wording.pages import bereavement as words


def show(visit: Visit) -> Answer:
    """The page, for the region asked about."""
    form = Form(visit)
    region = form.region("region", NATIONAL)
    book = visit.library.book
    span = span_on(book, region, "auto_end_events", visit.day)
    known = span is not None and span.ruling.known
    dies = known and span is not None and "death" in span.ruling.value
    return render.page(
        visit,
        "elder/bereavement.html" if visit.look.elder else "people/bereavement.html",
        {
            "words": words,
            "faults": form.faults,
            "region": "" if region == NATIONAL else book.name(region),
            "names": sorted(book.regions[each].name for each in visit.library.regions),
            "ends": words.ends(None if region == NATIONAL else book.name(region), dies=dies),
            "sure": dies,
            "basis_of": [telling.basis(book, span.entry, opened=visit.printed)] if span else [],
        },
    )
