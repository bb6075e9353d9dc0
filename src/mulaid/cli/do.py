"""`mulaid do ACT`: carry out one act about a relation as a clerk would at the counter, with the people before them."""

import asyncio
import datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec
import typer

from mulaid.app.house import bureau_on
from mulaid.cli.cannot import cannot
from mulaid.cli.opening import open_database
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.two_people import two_numbers
from mulaid.cli.usage import Commands
from mulaid.clock import china_now
from mulaid.counter.command import at_once, origin
from mulaid.policy.book import Book
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.sponsorship import requests
from mulaid.procedures.sponsorship.end import Preview, preview
from mulaid.procedures.table import act_of
from mulaid.settings import Settings
from mulaid.store import people
from mulaid.store.arrays import Key
from mulaid.store.connect import connect
from mulaid.terms.actor import Role
from mulaid.terms.bill_case import BOTH_USES, NO_CAPS, Caps
from mulaid.terms.codes import Kinship, Mechanism
from mulaid.terms.money import Fen, MoneyError, fen, yuan
from mulaid.terms.sponsorship_case import Asker, Evidence
from mulaid.wording import doing as words
from mulaid.wording.binding import AS_JSON, KINSHIP, NUMBERS

app = Commands()


class What(StrEnum):
    """The acts that a clerk carries out for two people."""

    PROPOSE = "propose"
    SUBMIT = "submit"
    CONFIRM = "confirm"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    BIND = "bind"
    CHANGE = "change"
    SUSPEND = "suspend"
    RESUME = "resume"
    END = "end"
    LINK = "link"
    UNLINK = "unlink"
    CONTRIBUTE = "contribute"
    LEAVE = "leave"


class _Options(msgspec.Struct, frozen=True, kw_only=True):
    kinship: Kinship | None
    mechanism: Mechanism | None
    quota: Fen | None
    amount: Fen
    caps: Caps | None
    rank: int | None
    until: datetime.date | None
    papers: bool
    guardian: bool
    by: Asker


_OF_TWO = {
    What.SUBMIT: requests.SubmitRequest,
    What.DECLINE: requests.DeclineRequest,
    What.WITHDRAW: requests.WithdrawProposalRequest,
    What.SUSPEND: requests.SuspendRequest,
    What.RESUME: requests.ResumeRequest,
}


@app.command(help=words.DO, context_settings={"allow_extra_args": True})
def command(
    context: typer.Context,
    act: Annotated[What, typer.Argument(help=words.ACT, show_default=False)],
    numbers: Annotated[str, typer.Option("--numbers", metavar="FILE", help=NUMBERS, show_default=False)] = "",
    kinship: Annotated[Kinship | None, typer.Option(help=KINSHIP, show_default=False)] = None,
    mechanism: Annotated[Mechanism | None, typer.Option(help=words.MECHANISM, show_default=False)] = None,
    quota: Annotated[str, typer.Option(help=words.QUOTA, show_default=False)] = "",
    amount: Annotated[str, typer.Option(help=words.AMOUNT, show_default=False)] = "",
    limit_payment: Annotated[str, typer.Option(help=words.LIMIT, show_default=False)] = "",
    rank: Annotated[int | None, typer.Option(help=words.RANK, min=1, show_default=False)] = None,
    until: Annotated[str, typer.Option(help=words.UNTIL, show_default=False)] = "",
    papers: Annotated[bool, typer.Option("--papers", help=words.PAPERS)] = False,
    guardian: Annotated[bool, typer.Option("--guardian", help=words.GUARDIAN)] = False,
    by: Annotated[Asker, typer.Option(help=words.BY)] = Asker.SPONSOR,
    show: Annotated[bool, typer.Option("--preview", help=words.PREVIEW)] = False,
    as_json: Annotated[bool, typer.Option("--json", help=AS_JSON)] = False,
) -> None:
    """Exit 0 when it was done (or can be), 1 when refused, 2 when it cannot be asked or the database cannot be used."""
    if act in (What.PROPOSE, What.BIND) and kinship is None:
        cannot(words.KINSHIP_NEEDED)
    if show and act is not What.END:
        cannot(words.ONLY_ENDS)
    cap = _fen(limit_payment)
    options = _Options(
        kinship=kinship,
        mechanism=mechanism,
        quota=_fen(quota),
        amount=_fen(amount) or 0,
        caps=None if cap is None else Caps(payment=cap),
        rank=rank,
        until=_day(until),
        papers=papers,
        guardian=guardian,
        by=by,
    )
    found = two_numbers(context, numbers)
    with open_database() as (settings, dsn):
        answer, name = asyncio.run(_do(settings, dsn, found, act, options, show))
    _tell(answer, name, as_json)


def request_of(what: What, one: Key, other: Key, options: _Options) -> Any:
    """The request about the sponsor and the beneficiary (of a pool: its holder, and the member)."""
    two: dict[str, Any] = {"sponsor": one, "beneficiary": other}
    guardian = one if options.guardian else None
    if what in (What.PROPOSE, What.BIND):
        assert options.kinship is not None
        offer = {
            **two,
            "kinship": options.kinship,
            "mechanism": options.mechanism or Mechanism.INSTANT_DRAW,
            "documents": options.papers,
            "evidence": Evidence.DOCUMENTS if options.papers else Evidence.COMMITMENT,
            "rank": options.rank or 1,
            "until": options.until,
            "caps": options.caps or NO_CAPS,
            "uses": BOTH_USES,
            "quota": options.quota or 0,
        }
        if what is What.PROPOSE:
            return requests.ProposeRequest(**offer)
        return requests.BindRequest(**offer, guardian=guardian)
    if what in (What.LINK, What.UNLINK):
        return requests.LinkRequest(**two, stands=what is What.LINK)
    if what is What.CONTRIBUTE:
        return requests.ContributeRequest(person=other, holder=one, amount=options.amount)
    if what is What.LEAVE:
        return requests.LeaveRequest(person=other, holder=one)
    two["mechanism"] = options.mechanism
    if what is What.END:
        return requests.EndRequest(**two, by=options.by)
    if what is What.CONFIRM:
        return requests.ConfirmRequest(**two, guardian=guardian)
    if what is What.CHANGE:
        until = msgspec.UNSET if options.until is None else options.until
        return requests.ChangeRequest(
            **two, rank=options.rank, caps=options.caps, until=until, quota=options.quota, by=options.by
        )
    return _OF_TWO[what](**two)


async def _do(
    settings: Settings, dsn: str, numbers: tuple[str, str], what: What, options: _Options, show: bool
) -> tuple[Any, str]:
    """The answer, and the name of its act."""
    connection = await connect(dsn, purpose="mulaid do")
    try:
        bureau = await bureau_on(connection, settings, Book.load(settings.policies))
        one, other = [await people.find_person(connection, bureau.seal.blind_index(number)) for number in numbers]
        if one is None or other is None:
            return Refused(code=Fault.UNKNOWN_PERSON), what.value
        request = request_of(what, one, other, options)
        clerk = origin(bureau, request, Role.CLERK, region=one[0])
        if show:
            return await preview(connection, bureau, request, clerk, china_now()), act_of(request).name
        return await at_once(connection, bureau, request, clerk, china_now()), act_of(request).name
    finally:
        await connection.close()


def _tell(answer: Any, act: str, as_json: bool) -> None:
    refused = answer.code if isinstance(answer, Refused) else None
    if isinstance(answer, Refused):
        text = words.refused(act, answer.code, answer.detail, answer.day)
    elif isinstance(answer, Preview):
        text = words.previewed(answer.ends_on, answer.returned, answer.rebind_from)
    else:
        text = words.done(
            act, getattr(answer, "state", None), getattr(answer, "day", None), getattr(answer, "returned", 0)
        )
    if as_json:
        shown = {"act": act, "accepted": refused is None, "refused": refused, "text": text}
        for name in ("state", "day", "ends_on", "rebind_from", "returned"):
            value = getattr(answer, name, None)
            shown[name] = yuan(value) if name == "returned" and value is not None else value
        print_json(shown)
    else:
        print_lines([text])
    if refused is not None:
        raise typer.Exit(1)


def _fen(text: str) -> Fen | None:
    try:
        return fen(text) if text else None
    except MoneyError:
        cannot(words.not_money(text))


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        cannot(words.not_a_day(text))
