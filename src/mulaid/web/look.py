"""How a visitor likes to read: light or dark, 长辈版 or the usual one. Chosen by a button, kept in a cookie."""

import msgspec

from mulaid.web.render import page
from mulaid.web.visit import Answer, Theme, Visit
from mulaid.wording.pages import look as words


def show(visit: Visit) -> Answer:
    """What can be chosen."""
    chosen = "elder" if visit.look.elder else "usual"
    return page(visit, "look.html", {"words": words, "chosen": chosen, "theme": visit.look.theme.value or "device"})


def choose(visit: Visit) -> Answer:
    """Keep what was chosen and go back to where the visitor was."""
    look = visit.look
    if (version := visit.ask("version")) in ("elder", "usual"):
        look = msgspec.structs.replace(look, elder=version == "elder")
    if (theme := visit.ask("theme")) in ("device", *Theme):
        look = msgspec.structs.replace(look, theme=Theme.DEVICE if theme == "device" else Theme(theme))
    return Answer(
        body="", status=303, headers={"look": look.written or "usual", "location": back_to(visit.ask("back"))}
    )


def back_to(path: str) -> str:
    """A page of this site, whatever a form says; the first page where it names anything else."""
    ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isascii()
    return path if ours and not any(letter.isspace() for letter in path) else "/"
