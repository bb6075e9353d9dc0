"""The pages as an application: addresses, headers, the look kept in a cookie, and a page for every failure.

Nothing is loaded from elsewhere and no script runs, so the policy that browsers are told forbids both.
"""

import asyncio
import secrets
from collections.abc import Mapping
from typing import Any

import structlog
from litestar import Litestar, Request, Response, route
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler

from mulaid.clock import Clock
from mulaid.web import assets, routes, states
from mulaid.web.library import Library
from mulaid.web.limits import Limit
from mulaid.web.visit import ASKED_MAX, Answer, Page, Visit, read_look

LOOK = "look"
A_YEAR = 365 * 24 * 3600
BODY_MAX = 64 << 10
SENDING = Limit(most=6, seconds=3600, everybody=200)
"""What one address may send us in an hour, and everybody together."""
_SECURITY = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_HSTS = "max-age=31536000"
_FOR_EVER = {"cache-control": f"public, max-age={A_YEAR}, immutable"}
_PERSONAL = {"cache-control": "private, no-cache", "vary": "Cookie"}
_log = structlog.get_logger("mulaid.web")

Asked = Request[Any, Any, Any]


def create(library: Library, clock: Clock, *, sandbox: bool = False) -> Litestar:
    """The pages of one service."""
    sending = SENDING.fresh()

    async def answered(request: Asked, page: Page, asked: Mapping[str, str]) -> Response[bytes]:
        # In a thread: whoever settles a bill in this process shall not wait until a page is written.
        answer = await asyncio.to_thread(page, _visit(request, library, clock, sandbox, asked))
        return _response(request, answer)

    def shown(path: str, page: Page) -> HTTPRouteHandler:
        async def show(request: Asked) -> Response[bytes]:
            return await answered(request, page, _clean(request.query_params.dict()))

        return route(path, http_method=["GET", "HEAD"], name=f"GET {path}")(show)

    def sent(path: str, page: Page) -> HTTPRouteHandler:
        async def send(request: Asked) -> Response[bytes]:
            if page in routes.LIMITED and not sending.allows(_address(request), clock()):
                return await answered(request, states.too_many, {})
            form = await request.form()
            return await answered(
                request, page, _clean({name: list(map(str, values)) for name, values in form.dict().items()})
            )

        return route(path, http_method=["POST"], name=f"POST {path}", status_code=200)(send)

    def failing(request: Asked, page: Page) -> Response[bytes]:
        return _response(request, page(_visit(request, library, clock, sandbox, {})))

    def failed(request: Asked, error: Exception) -> Response[bytes]:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status < 500:
            return failing(request, states.BY_STATUS.get(status, states.not_found))
        reference = secrets.token_hex(4).upper()
        # The message of an exception may quote what somebody typed: only its kind and place are told.
        _log.error("page_failed", path=request.url.path, reference=reference, failure=states.kind_and_place(error))
        return failing(request, states.failure(reference))

    handlers = [
        *(shown(path, page) for path, page in routes.SHOWN.items()),
        *(sent(path, page) for path, page in routes.SENT.items()),
        route("/static/{name:str}", http_method=["GET", "HEAD"], sync_to_thread=False, name="static")(_static),
    ]
    return Litestar(
        handlers,
        openapi_config=None,
        logging_config=None,
        request_max_body_size=BODY_MAX,
        exception_handlers={Exception: failed},
    )


def _visit(request: Asked, library: Library, clock: Clock, sandbox: bool, asked: Mapping[str, str]) -> Visit:
    return Visit(
        library=library,
        day=clock().date(),
        path=request.url.path,
        here=_here(request),
        asked=asked,
        parts=_parts(request),
        look=read_look(request.cookies.get(LOOK, "")),
        sandbox=sandbox,
        address=_address(request),
    )


def _here(request: Asked) -> str:
    url = request.url
    return f"{url.path}?{url.query}" if url.query and request.method == "GET" else url.path


def _parts(request: Asked) -> dict[str, str]:
    return {name: str(value) for name, value in request.scope.get("path_params", {}).items()}


def _address(request: Asked) -> str:
    return request.client.host if request.client else ""


def _clean(asked: Mapping[str, list[str]]) -> dict[str, str]:
    """The last value of each field, short and printable."""
    return {name: "".join(filter(_printable, values[-1]))[:ASKED_MAX].strip() for name, values in asked.items()}


def _printable(letter: str) -> bool:
    return letter.isprintable() or letter == "\n"


def _response(request: Asked, answer: Answer) -> Response[bytes]:
    body = answer.body.encode() if isinstance(answer.body, str) else answer.body
    secured = {"strict-transport-security": _HSTS} if request.url.scheme == "https" else {}
    headers = _SECURITY | _PERSONAL | secured | dict(answer.headers)
    if (look := headers.pop("look", None)) is not None:
        secure = "; Secure" if request.url.scheme == "https" else ""
        headers["set-cookie"] = f"{LOOK}={look}; Path=/; Max-Age={A_YEAR}; HttpOnly; SameSite=Lax{secure}"
    return Response(body, status_code=answer.status, media_type=answer.kind, headers=headers)


def _static(request: Asked) -> Response[bytes]:
    found = assets.by_address().get(request.url.path)
    if found is None:
        raise HTTPException(status_code=404)
    kind = assets.KINDS[found.rpartition(".")[2]]
    return Response(assets.content(found), media_type=kind, headers=_SECURITY | _FOR_EVER)
