"""Every address of the site and the page behind it. What browsers may send in is told apart from what they look at."""

from collections.abc import Mapping

import msgspec

from mulaid.web import look
from mulaid.web.book import calendar, compare, correction, download, everywhere, front, missing, region, value
from mulaid.web.people import bereavement, can, check, four, guide, home, trial
from mulaid.web.visit import Answer, Page, Visit

JSON, CSV = ".json", ".csv"


def _either(page: Page, data: Page, last: str, table: Page | None = None) -> Page:
    """The page, or with `.json` at the end of its address the same for programs; with `.csv` as a table."""

    def chosen(visit: Visit) -> Answer:
        for kind, which in ((JSON, data), (CSV, table)):
            if which is not None and visit.parts[last].endswith(kind):
                parts = dict(visit.parts) | {last: visit.parts[last].removesuffix(kind)}
                return which(msgspec.structs.replace(visit, parts=parts))
        return page(visit)

    return chosen


BOOK: Mapping[str, Page] = {
    "/book": front.show,
    "/book.json": front.data,
    "/book/search": front.search,
    "/book/compare": compare.show,
    "/book/compare.json": compare.data,
    "/book/calendar": calendar.show,
    "/book/calendar.json": calendar.data,
    "/book/missing": missing.show_all,
    "/book/correct": correction.show,
    "/book/download": download.show,
    "/book/download/{file:str}": download.take,
    "/book/rule/{rule:str}": _either(everywhere.show, everywhere.data, "rule"),
    "/book/{region:str}": _either(region.show, region.data, "region", download.region_table),
    "/book/{region:str}/calendar": calendar.show,
    "/book/{region:str}/calendar.json": calendar.data,
    "/book/{region:str}/missing": missing.show,
    "/book/{region:str}/missing.json": missing.data,
    "/book/{region:str}/topic/{topic:str}": region.show,
    "/book/{region:str}/{rule:str}": _either(value.show, value.data, "rule"),
    "/book/{region:str}/{rule:str}/{day:str}": _either(value.show_entry, value.entry_json, "day"),
}
PEOPLE: Mapping[str, Page] = {
    "/": home.show,
    "/can": can.show,
    "/try": trial.show,
    "/check": check.show,
    "/guide": guide.show,
    "/four": four.show,
    "/bereavement": bereavement.show,
    "/look": look.show,
}
SHOWN: Mapping[str, Page] = {**PEOPLE, **BOOK}
SENT: Mapping[str, Page] = {"/look": look.choose, "/book/correct": correction.send}
LIMITED = frozenset({correction.send})
"""What may only be sent so often from one address."""


def segments() -> frozenset[str]:
    """The first segments of all addresses: what lies below them is a page's, everything else the gateway's."""
    return frozenset(path.strip("/").partition("/")[0].partition(".")[0] for path in (*SHOWN, "/static"))
