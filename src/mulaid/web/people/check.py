"""查证: a statement or an equation, looked up in the book."""

from mulaid.web import claims, render
from mulaid.web.asked import Form
from mulaid.web.visit import Answer, Visit
from mulaid.wording.pages import check as words


def show(visit: Visit) -> Answer:
    """The question, and the answer where something was asked."""
    query = visit.ask("q")
    form = Form(visit)
    checked = claims.check(visit.library, query, form.day("on", visit.day)) if query else None
    return render.page(
        visit,
        "elder/check.html" if visit.look.elder else "people/check.html",
        {"words": words, "query": query, "checked": checked, "faults": form.faults},
    )
