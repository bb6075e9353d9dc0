"""What a visitor sees when there is no page, or it cannot be shown: what happened, whether money moved, what next."""

import traceback
from collections.abc import Mapping
from pathlib import Path

from mulaid.web.render import page
from mulaid.web.visit import Answer, Page, Visit
from mulaid.wording.pages import states as words
from mulaid.wording.pages.states import State

TOO_MANY = 429


def shown(visit: Visit, state: State, status: int) -> Answer:
    """One state as a page of its own."""
    return page(visit, "state.html", {"state": state}, status)


def not_found(visit: Visit) -> Answer:
    return shown(visit, words.NOT_FOUND, 404)


def not_read(visit: Visit) -> Answer:
    return shown(visit, words.NOT_READ, 400)


def not_here(visit: Visit) -> Answer:
    return shown(visit, words.NOT_HERE, 405)


def too_large(visit: Visit) -> Answer:
    return shown(visit, words.TOO_LARGE, 413)


def too_many(visit: Visit) -> Answer:
    return shown(visit, words.TOO_MANY, TOO_MANY)


def failure(reference: str) -> Page:
    """Something went wrong with us; the reference is in the log."""
    return lambda visit: shown(visit, words.failed(reference), 500)


BY_STATUS: Mapping[int, Page] = {400: not_read, 404: not_found, 405: not_here, 413: too_large, TOO_MANY: too_many}


def kind_and_place(error: Exception) -> str:
    """The class of an exception and where it was raised: `KeyError at can.py:41`."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {place}"
