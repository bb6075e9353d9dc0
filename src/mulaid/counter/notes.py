"""What was seen of inquiries since it was last written down: kept short, and written after the answers."""

import datetime
from collections import Counter

import structlog

from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.inquiry import Inquiry, looks_at
from mulaid.procedures.inquiry.notes import Attempt, Look, NoteRequest
from mulaid.terms.actor import Origin

KEPT_MAX = 10_000
"""More different ones between two writings are counted in the log only."""

_log = structlog.get_logger()


class Notes:
    """Counts looks and refused inquiries until they are taken."""

    def __init__(self) -> None:
        self._seen: Counter[Look | Attempt] = Counter()
        self._since: datetime.datetime | None = None
        self._lost = 0

    def see(self, inquiry: Inquiry, request: object, origin: Origin, answer: object, moment: datetime.datetime) -> None:
        """Note an inquiry that has just been answered, if anybody will want to know of it."""
        about = inquiry.about(request)
        if about is None:
            return
        if isinstance(answer, Refused):
            self._add(Attempt(*about, inquiry.name, answer.code, origin.sender), moment)
        if looks_at(inquiry, request, origin) is not None:
            self._add(Look(*about, inquiry.name, origin.actor.role, origin.sender), moment)

    def _add(self, note: Look | Attempt, moment: datetime.datetime) -> None:
        if note in self._seen or len(self._seen) < KEPT_MAX:
            self._seen[note] += 1
            self._since = self._since or moment
        else:
            self._lost += 1

    def take(self) -> NoteRequest | None:
        """What to write down now, if anything; the next ones begin at nothing."""
        if self._lost:
            _log.warning("notes_lost", count=self._lost)
        seen, since = self._seen, self._since
        self._seen, self._since, self._lost = Counter(), None, 0
        return None if since is None else NoteRequest(tuple(seen.items()), since)
