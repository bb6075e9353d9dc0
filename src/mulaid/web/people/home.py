"""The first page: what can be asked here without signing in."""

from mulaid.web import render
from mulaid.web.visit import Answer, Visit
from mulaid.wording.pages import home as words


def show(visit: Visit) -> Answer:
    """The doors; four of them in 长辈版."""
    return render.page(visit, "elder/home.html" if visit.look.elder else "people/home.html", {"words": words})
