"""Templates and what all of them may use. Every text is escaped; a name that a template misspells is an error."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import jinja2

from mulaid.web import assets
from mulaid.web.visit import Answer, Visit
from mulaid.wording import amounts
from mulaid.wording.pages import frame as words
from mulaid.wording.rules import tier_name

TABS = (
    ("/", "home"),
    ("/can", "ask"),
    ("/try", "sum"),
    ("/guide", "guide"),
    ("/book", "book"),
)
"""Address and icon; what a tab is called stands in `words.TABS`."""
ELDER_TABS = (("/", "home"), ("/guide", "guide"))


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("mulaid.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "frame": words,
        "asset": assets.address,
        "tier_name": tier_name,
        "tabs": TABS,
        "elder_tabs": ELDER_TABS,
    }
    made.filters |= {"yuan": amounts.grouped_yuan, "day": amounts.day_text}
    return made


def page(visit: Visit, template: str, given: Mapping[str, Any], status: int = 200) -> Answer:
    """A page in the frame. `given` is what the template is told beside the visit itself."""
    told = {"visit": visit, "to": visit.link, "elder": visit.look.elder, "fixed": visit.fixed}
    body = _environment().get_template(template).render(told | dict(given))
    return Answer(body=body, status=status)
