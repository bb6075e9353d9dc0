"""The same for search engines: JSON-LD in the words of schema.org."""

from collections.abc import Mapping
from typing import Any

import msgspec
from markupsafe import Markup

from mulaid.policy.address import DIGEST_SHOWN, address
from mulaid.policy.book import Book
from mulaid.policy.entry import Entry
from mulaid.wording import package
from mulaid.wording.pages import book as words

_CONTEXT = "https://schema.org"
_LICENCE = "https://www.apache.org/licenses/LICENSE-2.0"
_NOT_IN_SCRIPT = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}
"""Written so, a text cannot end the element it stands in."""


def dataset(book: Book) -> Markup:
    """The whole book."""
    return _written(_dataset(book) | {"@context": _CONTEXT, "description": words.LEAD, "license": _LICENCE})


def region(book: Book, code: str) -> Markup:
    """The rules of one region."""
    place = {"@type": "AdministrativeArea", "name": book.name(code), "identifier": code}
    told = {"@context": _CONTEXT, "@type": "Dataset", "name": f"{package.TITLE}：{book.name(code)}"}
    about = {"description": words.LEAD, "license": _LICENCE, "spatialCoverage": place, "isPartOf": _dataset(book)}
    return _written(told | about)


def entry(book: Book, each: Entry, text: str) -> Markup:
    """One cited value."""
    source = each.source
    said = {
        "@type": "CreativeWork",
        "name": source.title,
        "url": source.url,
        "identifier": source.number,
        "datePublished": str(source.published or ""),
        "publisher": {"@type": "Organization", "name": source.issuer} if source.issuer else None,
    }
    told = {
        "@context": _CONTEXT,
        "@type": "Claim",
        "text": text,
        "identifier": address(book, each),
        "temporalCoverage": f"{each.first_day}/..",
        "spatialCoverage": {"@type": "AdministrativeArea", "name": book.name(each.region)},
        "appearance": {name: value for name, value in said.items() if value},
        "isPartOf": _dataset(book),
    }
    return _written(told)


def _dataset(book: Book) -> dict[str, Any]:
    return {"@type": "Dataset", "name": package.TITLE, "version": book.digest[:DIGEST_SHOWN]}


def _written(told: Mapping[str, Any]) -> Markup:
    return Markup(msgspec.json.encode(told).decode().translate(_NOT_IN_SCRIPT))
