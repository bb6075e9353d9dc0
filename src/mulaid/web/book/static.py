"""The policy book written as files: a site that opens from a disk, every link of it relative and leading somewhere.

The same book on the same day gives the same bytes.
"""

import datetime
import posixpath
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec

from mulaid.policy.rules import RULES
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
            link=partial(relative, path),
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
    for rule in RULES:
        of_rule = addresses.of_rule(code, rule.key)
        yield of_rule, value.show, named | {"rule": rule.key}
        yield f"{of_rule}.json", value.data, named | {"rule": rule.key}
