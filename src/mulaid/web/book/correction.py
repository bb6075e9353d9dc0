"""A correction that a reader sends in: kept for two people to hold against the original.

It is a TOML file in the folder of corrections. Its name is made of its content, so that sending it twice keeps it once.
Nothing in the book changes by it: whoever has read the original makes a proposal of it (`mulaid policy propose`).
"""

import datetime
import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from mulaid.policy.rules import BY_KEY
from mulaid.web import render, states
from mulaid.web.asked import FIRST_DAY, Form
from mulaid.web.book import addresses
from mulaid.web.visit import ASKED_MAX, Answer, Visit
from mulaid.wording.pages import asked as asked_words
from mulaid.wording.pages import book as words
from mulaid.wording.rules import RULE_NAMES

KEPT_MAX = 2000
"""So many wait at most; then somebody has to read them first."""
NUMBER_SHOWN = 8


def show(visit: Visit) -> Answer:
    """The form, filled as far as the address says what it is about."""
    return _form(visit, {})


def send(visit: Visit) -> Answer:
    """Keep a correction, or say what is wrong with it."""
    folder = visit.library.corrections
    form = Form(visit)
    region, rule = form.region("region"), visit.ask("rule")
    quote, where = visit.ask("quote"), visit.ask("where")
    begins = form.day("from", FIRST_DAY) if visit.ask("from") else None
    if not region and "region" not in form.faults:
        form.faults["region"] = asked_words.wanted("地区")
    if not quote:
        form.faults["quote"] = asked_words.wanted(words.QUOTE_ASKED)
    if not where:
        form.faults["where"] = asked_words.wanted(words.WHERE_ASKED)
    form.faults |= {name: asked_words.too_long(ASKED_MAX - 1) for name in ("quote", "where") if _cut(visit.ask(name))}
    if form.faults:
        return _form(visit, form.faults, 422)
    if folder is None:
        return states.not_here(visit)
    told = {
        "region": region,
        "rule": rule if rule in BY_KEY else "",
        "quote": quote,
        "where": where,
        "from": begins.isoformat() if begins else "",
        "note": visit.ask("note"),
        "book": visit.library.book.digest,
    }
    number = keep(folder, told, visit.day)
    if number is None:
        return states.too_many(visit)
    return render.page(
        visit,
        "book/corrected.html",
        {"words": words, "number": words.received(number), "of_region": addresses.of_region(region)},
    )


def keep(folder: Path, told: Mapping[str, str], day: datetime.date) -> str | None:
    """Write a correction and give its number; None where too many wait already."""
    number = hashlib.sha256(msgspec.json.encode(sorted(told.items()))).hexdigest()[:NUMBER_SHOWN]
    folder.mkdir(parents=True, exist_ok=True)
    kept = list(folder.glob("*.toml"))
    if any(file.stem.endswith(number) for file in kept):
        return number
    if len(kept) >= KEPT_MAX:
        return None
    # A JSON text is a TOML text too.
    lines = [f"{name} = {msgspec.json.encode(text).decode()}" for name, text in told.items() if text]
    text = "\n".join(["[correction]", f"received_on = {day}", *lines, ""])
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).rename(folder / f"{day}-{number}.toml")
    return number


def _cut(text: str) -> bool:
    return len(text) >= ASKED_MAX


def _form(visit: Visit, faults: Mapping[str, str], status: int = 200) -> Answer:
    book, region = visit.library.book, visit.ask("region")
    return render.page(
        visit,
        "book/correct.html",
        {
            "words": words,
            "faults": faults,
            "faults_title": asked_words.faults_title(len(faults)),
            "region": book.name(region) if region in book.regions else region,
            "rules": {"": "说不准是哪一条"} | RULE_NAMES,
            "asked": {name: visit.ask(name) for name in ("rule", "quote", "where", "from", "note")},
            "names": sorted(book.regions[each].name for each in visit.library.regions),
            "open": visit.library.corrections is not None,
        },
        status,
    )
