"""The page that somebody sees who opens the door in a browser."""

from functools import cache
from html import escape
from importlib.resources import files

from mulaid.gateway import national
from mulaid.gateway.routes import ROUTES


@cache
def page() -> bytes:
    """page.html with the transactions that are offered."""
    rows = (f"<tr><td>{infno}<td>{escape(national.name(infno) or '')}" for infno in ROUTES)
    text = files("mulaid.gateway").joinpath("page.html").read_text(encoding="utf-8")
    return text.replace("{transactions}", "\n".join(rows)).encode()
