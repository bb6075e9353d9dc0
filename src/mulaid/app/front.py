"""One address for two: pages for people who look, the gateway for systems that send.

Clients of the gateway post to whatever path their area once printed. So only what is asked of a page's own address goes
to the pages, and a POST to the first page is the gateway's.
"""

from collections.abc import Collection

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

_LOOKS = frozenset({"GET", "HEAD"})


def beside(gateway: ASGIApp, pages: ASGIApp, segments: Collection[str]) -> ASGIApp:
    """Both as one application. `segments` are the first segments of the pages' addresses; the first page's is empty.

    Whatever else the server tells, its start and its end, is told to the gateway.
    """
    owned = frozenset(segments)

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            first = scope["path"].strip("/").partition("/")[0].partition(".")[0]
            if first in owned and (first or scope["method"] in _LOOKS):
                await pages(scope, receive, send)
                return
        await gateway(scope, receive, send)

    return front
