"""The whole book to take away: a data package, one JSON, and each region as a table."""

from mulaid.explain.listings import show_sheet
from mulaid.policy.history import spans_on
from mulaid.sheets import as_csv
from mulaid.web import render, states
from mulaid.web.answers import as_file
from mulaid.web.asked import Form
from mulaid.web.book import addresses
from mulaid.web.visit import JSON, Answer, Visit
from mulaid.wording.pages import book as words

CSV = "text/csv"


def show(visit: Visit) -> Answer:
    """What can be taken away."""
    book = visit.library.book
    rows = [(name, f"/book/download/{name}", len(content)) for name, content in sorted(visit.library.files().items())]
    return render.page(
        visit,
        "book/download.html",
        {
            "words": words,
            "rows": [(name, href, f"{-(-size // 1024):,}") for name, href, size in rows],
            "edition": addresses.edition(book),
            "regions": [(book.name(each), f"{addresses.of_region(each)}.csv") for each in visit.library.regions],
        },
    )


def take(visit: Visit) -> Answer:
    """One file of the book."""
    name = visit.parts["file"]
    content = visit.library.files().get(name)
    if content is None:
        return states.not_found(visit)
    return as_file(content, name, CSV if name.endswith(".csv") else JSON)


def region_table(visit: Visit) -> Answer:
    """What holds in one region, as a table."""
    book, region = visit.library.book, visit.parts["region"]
    if region not in book.regions:
        return states.not_found(visit)
    day = Form(visit).day("on", visit.day)
    return as_file(as_csv(show_sheet(book, spans_on(book, region, day), day)), f"{region}-{day}.csv", CSV)
