"""The door itself: bytes in, bytes out, HTTP 200 whatever happens, one clear sentence when nothing was done.

`create` is the Litestar application. The clock is read here, once a request, and passed down.
"""

import datetime
import secrets
from collections.abc import Mapping
from functools import cache

import msgspec
import structlog
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send

from mulaid.clock import Clock, china_now
from mulaid.gateway import credentials, envelope, national, refusals
from mulaid.gateway.call import Call, Output, handled
from mulaid.gateway.envelope import Answer, Envelope
from mulaid.gateway.faults import FieldFault
from mulaid.gateway.offices import InstitutionRecord, Offices
from mulaid.gateway.page import page
from mulaid.gateway.profile import Profile, profile
from mulaid.gateway.refusals import Complaint
from mulaid.gateway.routes import ROUTES, plain
from mulaid.procedures.faults import Fault
from mulaid.procedures.requests import Refused
from mulaid.terms.actor import Actor, Channel, Origin, Role
from mulaid.wording import gateway as say

BODY_LIMIT = 1 << 20
_JSON, _HTML = b"application/json;charset=UTF-8", b"text/html;charset=UTF-8"
_READ_AT_MOST = 32 << 20
_BASELINE = "baseline"
_log = structlog.get_logger("mulaid.gateway")


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP request, as far as it matters."""

    path: str
    headers: Mapping[str, str]
    host: str
    body: bytes | None
    """None: larger than `BODY_LIMIT`."""


class Said(msgspec.Struct, kw_only=True):
    """What is known about a request while it is answered; enough for the answer's envelope and the log."""

    reference: str
    profile: Profile
    infno: str = ""
    institution: str = ""


def create(offices: Offices, clock: Clock = china_now, sandbox: bool = False) -> Litestar:
    """The application: the door alone, until pages are registered. `sandbox`: institutions without a secret may call
    from this very machine.

    Clients post to whatever path their area once printed. So a page or an API owns its first segment, and every other
    path is the door's.
    """
    app = Litestar([], openapi_config=None, request_max_body_size=None, logging_config=None)
    pages = app.asgi_handler

    @cache
    def owned() -> frozenset[str]:
        return frozenset(_first_segment(route.path) for route in app.routes)

    # As it comes from the server: requests and responses of a framework cost a third of what an answer does.
    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or _first_segment(scope["path"]) in owned():
            await pages(scope, receive, send)
            return
        if scope["method"] != "POST":
            await _show_page(scope["method"], send)
            return
        client = scope["client"]
        visitor = Visitor(
            path=scope["path"],
            headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]},
            host=client[0] if sandbox and client else "",
            body=await _body(receive),
        )
        await _send(send, 200, _JSON, await answer(visitor, offices, clock))

    app.asgi_handler = door
    return app


async def answer(visitor: Visitor, offices: Offices, clock: Clock) -> bytes:
    """Answer one request. Never raises."""
    moment = clock()
    said = Said(reference=envelope.reference("", moment, secrets.randbelow(10**10)), profile=profile(_BASELINE))
    outcome: Output | Complaint
    try:
        answered = await _outcome(visitor, offices, moment, said)
        outcome = refusals.of_refusal(answered) if isinstance(answered, Refused) else answered
    except FieldFault as fault:
        outcome = refusals.of_fields(fault)
    except Exception as error:
        # The message of an exception may quote a person's data: only its kind is logged.
        outcome = refusals.of_failure(said.reference)
        _log.error("request failed", kind=type(error).__name__, infno=said.infno, reference=said.reference)
    refused = outcome.code if isinstance(outcome, Complaint) else ""
    tell = _log.info if refused else _log.debug
    tell("answered", infno=said.infno, institution=said.institution, reference=said.reference, refused=refused)
    return _written(outcome, said, moment, clock())


async def _outcome(visitor: Visitor, offices: Offices, moment: datetime.datetime, said: Said) -> Output | Refused:
    if visitor.body is None:
        raise FieldFault(say.body_too_large)
    asked = envelope.read(visitor.body, national.numbered(visitor.path))
    infno = plain(asked.infno)
    if infno not in ROUTES:
        name = national.name(asked.infno)
        raise FieldFault(say.transaction_not_offered if name else say.transaction_unknown, "infno", name or "")
    said.infno = infno
    if (shut := offices.shut()) is not None:
        return shut
    institution = await offices.institution(asked.fixmedins_code)
    if institution is None:
        return Refused(code=Fault.UNKNOWN_INSTITUTION, field="fixmedins_code")
    loopback = credentials.from_this_machine(visitor.host, visitor.headers)
    if not credentials.proves(institution.auth, visitor.headers, moment, loopback):
        raise FieldFault(say.credential_refused, "fixmedins_code")
    said.institution, said.profile = institution.institution, profile(institution.profile)
    said.reference = institution.region + said.reference[len(institution.region) :]
    call = _call(asked, infno, institution, said, moment, offices)
    if foreign := call.foreign_message_id(asked.msgid, "msgid"):
        raise foreign
    return await handled(call, ROUTES[infno])


def _call(
    asked: Envelope,
    infno: str,
    institution: InstitutionRecord,
    said: Said,
    moment: datetime.datetime,
    offices: Offices,
) -> Call:
    given = envelope.nodes(asked)
    actor = Actor(Role.INSTITUTION, institution.region, institution.institution)
    origin = Origin(actor, Channel.TILL, asked.msgid, infno, envelope.content(infno, given))
    return Call(
        infno=asked.infno,
        given=given,
        origin=origin,
        institution=institution,
        profile=said.profile,
        reference=said.reference,
        moment=moment,
        offices=offices,
    )


def _written(outcome: Output | Complaint, said: Said, began: datetime.datetime, ended: datetime.datetime) -> bytes:
    done = outcome if isinstance(outcome, Output) else None
    refused = outcome if isinstance(outcome, Complaint) else None
    code = -1 if done is None else 0
    return msgspec.json.encode(
        Answer(
            infcode=str(code) if said.profile.infcode_text else code,
            inf_refmsgid=said.reference,
            refmsg_time=envelope.stamp(began),
            respond_time=envelope.stamp(ended),
            err_msg="" if refused is None else refused.text(said.profile),
            warn_msg="" if done is None else done.warning,
            exp_content="" if refused is None else refused.extension(),
            output=None if done is None else done.nodes,
        )
    )


async def _show_page(method: str, send: Send) -> None:
    """Somebody looks at the door: what it is, and where to read on."""
    if method not in ("GET", "HEAD"):
        await _send(send, 405, _HTML, b"", (b"allow", b"GET, HEAD, POST"))
        return
    await _send(send, 200, _HTML, page())


async def _send(send: Send, status: int, kind: bytes, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    told = [(b"content-type", kind), (b"content-length", b"%d" % len(body)), *headers]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _first_segment(path: str) -> str:
    return path.strip("/").partition("/")[0]


async def _body(receive: Receive) -> bytes | None:
    """The body, or None when it is too large: the rest is read and dropped so that the client gets its answer."""
    kept, size = bytearray(), 0
    more = True
    while more and size <= _READ_AT_MOST:
        event = await receive()
        if event["type"] != "http.request":
            break
        chunk, more = event["body"], event["more_body"]
        size += len(chunk)
        if size <= BODY_LIMIT:
            kept += chunk
    return bytes(kept) if size <= BODY_LIMIT else None
