"""The door itself: bytes in, bytes out, HTTP 200 whatever happens, one clear sentence when nothing was done.

`create` is the Litestar application. The clock is read here, once a request, and passed down.
"""

import datetime
import logging
import secrets
import time
from collections.abc import Mapping
from functools import cache

import msgspec
import structlog
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send

from mulaid.clock import Clock, china_now
from mulaid.gateway import answered, bodies, credentials, envelope, national, refusals, shapes, tokens, wrapper
from mulaid.gateway.answered import Answered, Level, Told, kind_and_place
from mulaid.gateway.attempts import Attempts
from mulaid.gateway.bodies import BODY_LIMIT
from mulaid.gateway.call import Call, Output, handled
from mulaid.gateway.credentials import Shown, Unproven
from mulaid.gateway.envelope import Answer, Envelope, Outside
from mulaid.gateway.faults import FieldFault
from mulaid.gateway.offices import InstitutionRecord, Offices, Proof, ProofKind
from mulaid.gateway.page import page
from mulaid.gateway.profile import Profile, profile
from mulaid.gateway.refusals import Complaint
from mulaid.gateway.routes import ROUTES, plain
from mulaid.gateway.shapes import Answering, Manner
from mulaid.gateway.tokens import TokenFault
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.store.connect import lost
from mulaid.terms.actor import Actor, Channel, Origin, Role
from mulaid.wording import gateway as say

_HTML = b"text/html;charset=UTF-8"
_READ_AT_MOST = 32 << 20
_BASELINE = "baseline"
_LEVELS = {Level.INFO: logging.INFO, Level.WARNING: logging.WARNING, Level.ERROR: logging.ERROR}
_log = structlog.get_logger("mulaid.gateway")


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP request, as far as it matters."""

    path: str
    headers: Mapping[str, str]
    address: str
    """Where it came from, as far as that is known."""
    sandbox: bool
    body: bytes | None
    """None: larger than `BODY_LIMIT`."""


class Said(msgspec.Struct, kw_only=True):
    """What is known about a request while it is answered; enough for the answer's envelope and the log."""

    reference: str
    profile: Profile
    asked: Outside | None = None
    unproven: Unproven | None = None
    manner: Manner


class Watch:
    """What the door knows of more than one request: who failed to prove itself, and which signatures have been used.

    `told` hears of each answer.
    """

    def __init__(self, told: Told | None = None) -> None:
        self.told: Told = _logged if told is None else told
        self.attempts, self.nonces = Attempts(), credentials.new_nonces()


def create(offices: Offices, clock: Clock = china_now, sandbox: bool = False, watch: Watch | None = None) -> Litestar:
    """The application: the door alone, until pages are registered. `sandbox`: institutions without a secret may call
    from this very machine.

    Clients post to whatever path their area once printed. So a page or an API owns its first segment, and every other
    path is the door's.
    """
    watching = Watch() if watch is None else watch
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
        try:
            body = await _body(receive)
        except ConnectionError:
            return
        visitor = Visitor(
            path=scope["path"],
            headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]},
            address=client[0] if client else "",
            sandbox=sandbox,
            body=body,
        )
        told = token if scope["path"].endswith(tokens.PATH_END) else answer
        answering = await told(visitor, offices, clock, watching)
        await _send(send, answering.status, answering.kind, answering.body, *answering.heads)

    app.asgi_handler = door
    return app


async def answer(visitor: Visitor, offices: Offices, clock: Clock, watch: Watch) -> Answering:
    """Answer one request. Never raises."""
    moment, began = clock(), time.perf_counter()
    said = _nothing_said(moment)
    outcome: Output | Complaint
    level, failure = Level.INFO, ""
    try:
        found = await _outcome(visitor, offices, moment, said, watch)
        outcome = refusals.of_refusal(found) if isinstance(found, Refused) else found
    except FieldFault as fault:
        outcome = refusals.of_fields(fault)
    except Exception as error:
        # The message of an exception may quote a person's data: only its kind and place are told.
        failure = kind_and_place(error)
        if lost(error):
            level, outcome = Level.WARNING, refusals.of_refusal(Refused(code=Fault.NOT_COMMITTED))
        else:
            level, outcome = Level.ERROR, refusals.of_failure(said.reference)
    ended = clock()
    ms = round((time.perf_counter() - began) * 1000, 1)
    watch.told(_told(said, outcome, ended, ms, Level.WARNING if said.unproven else level, failure, visitor.address))
    return shapes.shaped(_answer(outcome, said, moment, ended), said.manner, said.unproven, ended)


async def token(visitor: Visitor, offices: Offices, clock: Clock, watch: Watch) -> Answering:
    """Answer one request for a token of variant C."""
    moment, began = clock(), time.perf_counter()
    form = dict(bodies.read(visitor.body or b"", visitor.headers).fields)
    client = tokens.client_of(visitor.headers, form)
    if offices.shut() is not None:
        return shapes.token(None)
    proofs = [found.auth for found in await offices.institutions_by_key(client[0])] if client[0] else []
    granted = tokens.grant(client, form, proofs, int(moment.timestamp()))
    claim = f"{tokens.PATH_END} {client[0]}" if proofs else "", visitor.address
    fault = granted if isinstance(granted, TokenFault) else None
    if fault is None:
        watch.attempts.proved(claim)
    else:
        await watch.attempts.failed(claim)
    watch.told(
        Answered(
            time=clock(),
            level=Level.INFO if fault is None else Level.WARNING,
            transaction=answered.TOKEN,
            institution=answered.key(client[0], moment.date()),
            code=answered.DONE if fault is None else fault.upper(),
            ms=round((time.perf_counter() - began) * 1000, 1),
            message_id="",
            reference="",
            address=answered.address(visitor.address) if fault else "",
        )
    )
    return shapes.token(granted)


def unread(why: FieldFault | Refused, clock: Clock) -> bytes:
    """An answer to what was not even read to its end."""
    moment = clock()
    complaint = refusals.of_fields(why) if isinstance(why, FieldFault) else refusals.of_refusal(why)
    return msgspec.json.encode(_answer(complaint, _nothing_said(moment), moment, moment))


def _nothing_said(moment: datetime.datetime) -> Said:
    reference = envelope.reference("", moment, secrets.randbelow(10**10))
    return Said(reference=reference, profile=profile(_BASELINE), manner=Manner())


def _told(
    said: Said,
    outcome: Output | Complaint,
    ended: datetime.datetime,
    ms: float,
    level: Level,
    failure: str,
    address: str,
) -> Answered:
    """An answer as the log and the metrics tell it."""
    asked, day = said.asked, ended.date()
    refused = outcome if isinstance(outcome, Complaint) else None
    return Answered(
        time=ended,
        level=level,
        transaction=answered.transaction(asked.text("infno")) if asked else "",
        institution=answered.key(asked.text("fixmedins_code"), day) if asked else "",
        code=refused.code if refused else answered.DONE,
        ms=ms,
        message_id=answered.key(asked.text("msgid"), day) if asked else "",
        reference=said.reference,
        field=answered.key(refused.fields[0].field, day) if refused and refused.fields else "",
        failure=failure,
        unproven=said.unproven or "",
        address=answered.address(address) if said.unproven else "",
    )


def _logged(told: Answered) -> None:
    """Where nobody else listens, an answer is a line of the log."""
    fields = msgspec.structs.asdict(told)
    _log.log(_LEVELS[fields.pop("level")], "answered", **fields)


async def _outcome(
    visitor: Visitor, offices: Offices, moment: datetime.datetime, said: Said, watch: Watch
) -> Output | Refused:
    if visitor.body is None:
        raise FieldFault(say.body_too_large)
    body = bodies.read(visitor.body, visitor.headers)
    said.manner.gbk = body.gbk
    json = await _unwrapped(body.json, visitor, offices, said, watch)
    assert said.asked is not None
    asked = envelope.read(said.asked)
    infno = plain(asked.infno)
    if infno not in ROUTES:
        name = national.name(asked.infno)
        raise FieldFault(say.transaction_not_offered if name else say.transaction_unknown, "infno", name or "")
    if (shut := offices.shut()) is not None:
        return shut
    institution = await offices.institution(asked.fixmedins_code)
    if institution is None:
        said.unproven = Unproven.UNKNOWN_INSTITUTION
        await watch.attempts.failed(("", visitor.address))
        return Refused(code=Fault.UNKNOWN_INSTITUTION, field="fixmedins_code")
    said.manner.proof = institution.auth
    shown = Shown(headers=visitor.headers, json=json, form=body.fields, wrapped=said.manner.wrapped)
    said.unproven = _unproven(institution.auth, shown, asked, visitor, moment, watch)
    claim = institution.institution, visitor.address
    if said.unproven is not None:
        await watch.attempts.failed(claim)
        raise _refused(said.unproven, "fixmedins_code", visitor)
    watch.attempts.proved(claim)
    said.manner.proved = True
    said.profile = profile(institution.profile)
    said.reference = institution.region + said.reference[len(institution.region) :]
    call = _call(asked, infno, institution, said, moment, offices)
    if foreign := call.foreign_message_id(asked.msgid, "msgid"):
        raise foreign
    return await handled(call, ROUTES[infno])


async def _unwrapped(json: bytes, visitor: Visitor, offices: Offices, said: Said, watch: Watch) -> bytes:
    """The envelope, which may have come in the national wrapper; what stands on it is kept in `said`."""
    path = national.numbered(visitor.path)
    said.asked = envelope.outside(json, path)
    if "fixmedins_code" in said.asked.fields or (wrapped := wrapper.read(json)) is None:
        return json
    said.manner.wrapped = wrapped
    proofs = [found.auth for found in await offices.institutions_by_key(wrapped.app)]
    proof = next((each for each in proofs if each.kind is ProofKind.WRAPPER), None)
    if proof is None:
        said.unproven = Unproven.WRONG_KEY
        await watch.attempts.failed(("", visitor.address))
        raise _refused(said.unproven, "appId", visitor)
    try:
        json = wrapper.content(wrapped, proof.secret)
    except ValueError as error:
        said.unproven = Unproven.NOT_DECRYPTED
        await watch.attempts.failed((wrapped.app, visitor.address))
        raise _refused(said.unproven, "encData", visitor) from error
    said.asked = envelope.outside(json, path)
    return json


def _refused(unproven: Unproven, wire: str, visitor: Visitor) -> FieldFault:
    """A sandbox says which part was wrong; elsewhere that would help who guesses."""
    return FieldFault(say.credential_refused, wire, say.unproven(unproven) if visitor.sandbox else "")


def _unproven(
    proof: Proof, shown: Shown, asked: Envelope, visitor: Visitor, moment: datetime.datetime, watch: Watch
) -> Unproven | None:
    loopback = visitor.sandbox and credentials.from_this_machine(visitor.address, visitor.headers)
    if (wrong := credentials.unproven(proof, shown, moment, loopback, watch.nonces)) is not None:
        return wrong
    if proof.kind is not ProofKind.OAUTH or not proof.public_key:
        return None
    try:
        plain_input = envelope.plain_input(asked, credentials.opener(proof))
    except FieldFault:
        return Unproven.NOT_DECRYPTED
    return credentials.input_unproven(proof, shown.json, plain_input)


def _call(
    asked: Envelope,
    infno: str,
    institution: InstitutionRecord,
    said: Said,
    moment: datetime.datetime,
    offices: Offices,
) -> Call:
    given = said.profile.read(envelope.nodes(asked, credentials.opener(institution.auth)))
    said.manner.encrypted = envelope.encrypted(asked)
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


def _answer(outcome: Output | Complaint, said: Said, began: datetime.datetime, ended: datetime.datetime) -> Answer:
    done = outcome if isinstance(outcome, Output) else None
    refused = outcome if isinstance(outcome, Complaint) else None
    code = -1 if done is None else 0
    return Answer(
        infcode=str(code) if said.profile.infcode_text else code,
        inf_refmsgid=said.reference,
        refmsg_time=envelope.stamp(began),
        respond_time=envelope.stamp(ended),
        err_msg="" if refused is None else refused.text(said.profile),
        warn_msg="" if done is None else done.warning,
        exp_content="" if refused is None else refused.extension(),
        output=None if done is None else said.profile.written(done.nodes),
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
    """The body, or None when it is too large: the rest is read and dropped so that the client gets its answer.

    Raises `ConnectionError` when the client is gone before all of it has come: nobody waits for an answer then.
    """
    kept, size = bytearray(), 0
    more = True
    while more and size <= _READ_AT_MOST:
        event = await receive()
        if event["type"] != "http.request":
            raise ConnectionError(event["type"])
        chunk, more = event["body"], event["more_body"]
        size += len(chunk)
        if size <= BODY_LIMIT:
            kept += chunk
    return bytes(kept) if size <= BODY_LIMIT else None
