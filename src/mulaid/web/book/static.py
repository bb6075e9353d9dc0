"""The policy book written as files: a site that opens from a disk, every link of it relative and leading somewhere.

The same book on the same day gives the same bytes.
"""

import datetime
import posixpath
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec

from mulaid.policy.book import Book
from mulaid.policy.rules import BY_KEY, RULES
from mulaid.web import assets
from mulaid.web.book import addresses, calendar, download, everywhere, front, missing, region, value
from mulaid.web.library import Library
from mulaid.web.visit import Answer, Page, Visit

_DATA = (".json", ".csv", ".css", ".svg")


class Written(msgspec.Struct, frozen=True):
    """What was written: files and bytes."""

    files: int
    size: int


def build(library: Library, day: datetime.date, folder: Path) -> Written:
    """Write the site into a folder; files that are already there are replaced. Raises `OSError`."""
    files, size = 0, 0
    for name, content in contents(library, day):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        files, size = files + 1, size + len(content)
    return Written(files, size)


def contents(library: Library, day: datetime.date) -> Iterator[tuple[str, bytes]]:
    """Every file of the site by its path, one after the other."""
    for address, name in assets.by_address().items():
        yield file_of(address), assets.content(name)
    for path, page, parts in _pages(library):
        visit = Visit(
            library=library,
            day=day,
            path=path,
            here=path,
            parts=parts,
            fixed=True,
            link=partial(_link, library.book, path),
        )
        answer: Answer = page(visit)
        yield file_of(path), answer.body.encode() if isinstance(answer.body, str) else answer.body


def file_of(address: str) -> str:
    """Where the page of an address lies in the folder: `/book/450600/floor` in `450600/floor.html`."""
    path = address.partition("?")[0].partition("#")[0]
    if path == addresses.ROOT:
        return "index.html"
    inside = path.removeprefix(f"{addresses.ROOT}/").strip("/")
    return inside if inside.endswith(_DATA) else f"{inside}.html"


def relative(here: str, target: str) -> str:
    """How one page is reached from another by a relative link."""
    return posixpath.relpath(file_of(target), posixpath.dirname(file_of(here)) or ".")


def _link(book: Book, here: str, target: str) -> str:
    """A relative link. A rule that a region does not write itself leads to where it stands: its province, the nation,
    else the rule over the country."""
    region, _, key = target.removeprefix(f"{addresses.ROOT}/").partition("/")
    if key not in BY_KEY or region == "rule":
        return relative(here, target)
    qualifiers = book.qualifiers(key) or ((),)
    for place in book.divisions.chain(region):
        if any(book.timeline(place, key, qualifier) for qualifier in qualifiers):
            return relative(here, addresses.of_rule(place, key))
    return relative(here, addresses.everywhere(key, qualifiers[0]))


def _pages(library: Library) -> Iterator[tuple[str, Page, dict[str, str]]]:
    """Address, page and what the address names, of everything that is written."""
    yield "/book", front.show, {}
    yield "/book.json", front.data, {}
    yield "/book/calendar", calendar.show, {}
    yield "/book/calendar.json", calendar.data, {}
    yield "/book/missing", missing.show_all, {}
    yield "/book/download", download.show, {}
    for name in library.files():
        yield f"/book/download/{name}", download.take, {"file": name}
    for rule in RULES:
        for qualifier in library.book.qualifiers(rule.key) or [()]:
            path = addresses.everywhere(rule.key, qualifier)
            named = {"rule": path.rpartition("/")[2]}
            yield path, everywhere.show, named
            yield f"{path}.json", everywhere.data, named
    for code in sorted(library.book.regions):
        yield from _region(code)
    for code, key in dict.fromkeys((entry.region, entry.key) for entry in library.book.entries):
        of_rule, named = addresses.of_rule(code, key), {"region": code, "rule": key}
        yield of_rule, value.show, named
        yield f"{of_rule}.json", value.data, named
    for entry in library.book.entries:
        path = addresses.of_entry(library.book, entry)
        named = dict(zip(("region", "rule", "day"), path.removeprefix(f"{addresses.ROOT}/").split("/"), strict=True))
        yield path, value.show_entry, named
        yield f"{path}.json", value.entry_json, named


def _region(code: str) -> Iterator[tuple[str, Page, dict[str, str]]]:
    path, named = addresses.of_region(code), {"region": code}
    yield path, region.show, named
    yield f"{path}.json", region.data, named
    yield f"{path}.csv", download.region_table, named
    yield f"{path}/calendar", calendar.show, named
    yield f"{path}/calendar.json", calendar.data, named
    yield f"{path}/missing", missing.show, named
    yield f"{path}/missing.json", missing.data, named
    for topic in region.TOPICS:
        yield addresses.of_topic(code, topic), region.show, named | {"topic": topic}
