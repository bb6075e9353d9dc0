"""What a review of the book finds: where, which rule of the review, and the particulars its sentence needs."""

from typing import Any

import msgspec

from mulaid.policy.entry import Entry


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something to put right. The sentence is made in `mulaid.wording.review` from `code` and `details`."""

    file: str
    line: int
    """Of the entry's `[[…]]` header; of the key where the finding is about the head of a file."""
    region: str = ""
    rule: str = ""
    code: str
    details: dict[str, Any] = {}


def about(entry: Entry, code: str, **details: Any) -> Finding:
    """A finding about one entry."""
    return Finding(file=entry.file, line=entry.line, region=entry.region, rule=entry.key, code=code, details=details)
