"""`mulaid bind make|end`: make or end one sponsorship, as a clerk would at the counter.

Identity numbers never stand in the arguments, where a list of processes and a shell's history would show them.
"""

import asyncio
import datetime
from collections.abc import Callable
from typing import Annotated, Any

import typer

from mulaid.app.house import bureau_on
from mulaid.cli.cannot import cannot
from mulaid.cli.opening import open_database
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.two_people import two_numbers
from mulaid.cli.usage import Commands
from mulaid.clock import china_now
from mulaid.counter.command import at_once, origin
from mulaid.explain.citing import Cited, cite, unverified_rules
from mulaid.policy.book import Book
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.procedures.sponsorship.requests import BindRequest, Bound, Ended, EndRequest
from mulaid.settings import Settings
from mulaid.store import people
from mulaid.store.arrays import Key
from mulaid.store.connect import connect
from mulaid.store.ids import wire
from mulaid.terms.actor import Role
from mulaid.terms.bill_case import Caps
from mulaid.terms.codes import Kinship
from mulaid.terms.money import MoneyError, fen
from mulaid.terms.reasons import EndRefusal
from mulaid.terms.sponsorship_case import Asker
from mulaid.wording import binding as words

app = Commands()

Ask = Callable[[Key, Key], BindRequest | EndRequest]
"""The request about two people, the sponsor first."""
Numbers = Annotated[str, typer.Option("--numbers", metavar="FILE", help=words.NUMBERS, show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help=words.AS_JSON)]

_STRANGE = {"allow_extra_args": True}
"""Arguments are taken only to say, without repeating them, that numbers do not belong there."""


class _Done:
    """An answer with the book that gave it and the moment it was given."""

    def __init__(
        self, answer: Bound | Ended | Refused, book: Book, moment: datetime.datetime, region: str = ""
    ) -> None:
        self.moment, self.day = moment, answer.day
        self.case = None if isinstance(answer, Refused) or answer.case_id is None else wire(region, answer.case_id)
        self.refused = answer.code if isinstance(answer, Refused) else None
        said = answer if isinstance(answer, Refused) else answer.outcome
        self.steps: list[Cited] = [] if said is None else cite(book, said.steps, [])
        used = () if said is None else said.used
        self.unverified = unverified_rules(book, used)
        self.assumed = list(getattr(said, "assumed", ()))


@app.callback(help=words.BIND)
def relation() -> None:
    """Only holds the subcommands together."""


@app.command(help=words.BIND_MAKE, context_settings=_STRANGE)
def make(
    context: typer.Context,
    kinship: Annotated[Kinship, typer.Option(help=words.KINSHIP)],
    numbers: Numbers = "",
    rank: Annotated[int, typer.Option(help=words.RANK, min=1)] = 1,
    limit_payment: Annotated[str, typer.Option(help=words.CAP_PAYMENT)] = "",
    not_confirmed: Annotated[bool, typer.Option("--not-confirmed", help=words.NOT_CONFIRMED)] = False,
    papers: Annotated[bool, typer.Option("--papers", help=words.PAPERS)] = False,
    as_json: AsJson = False,
) -> None:
    """Exit 0 when bound, 1 when refused, 2 when the numbers are none or the database cannot be used."""
    try:
        caps = Caps(payment=fen(limit_payment) if limit_payment else None)
    except MoneyError:
        cannot(words.not_money(limit_payment))

    def ask(one: Key, other: Key) -> BindRequest:
        return BindRequest(
            sponsor=one,
            beneficiary=other,
            kinship=kinship,
            rank=rank,
            caps=caps,
            confirmed=not not_confirmed,
            documents=papers,
        )

    done = _run(two_numbers(context, numbers), ask)
    day, today = None if done.refused else done.day, done.moment.date()
    text = words.not_bound(done.refused) if done.refused else words.bound(today, day)
    _tell(done, text, as_json, {"kind": "bind", "usable_on": day})


@app.command("end", help=words.BIND_END, context_settings=_STRANGE)
def end_(
    context: typer.Context,
    by: Annotated[Asker, typer.Option(help=words.BY)],
    numbers: Numbers = "",
    as_json: AsJson = False,
) -> None:
    """Exit 0 when ended, 1 when refused, 2 when the numbers are none or the database cannot be used."""

    done = _run(two_numbers(context, numbers), lambda one, other: EndRequest(sponsor=one, beneficiary=other, by=by))
    wish_kept = done.refused == EndRefusal.OTHER_SIDE_MUST_AGREE
    ends_on, possible_on = (None, done.day) if done.refused else (done.day, None)
    if ends_on is None:
        text = words.not_ended(done.refused or "", possible_on, wish_kept)
    else:
        text = words.ended(done.moment.date(), ends_on)
    days = {"ends_on": ends_on, "possible_on": possible_on}
    _tell(done, text, as_json, {"kind": "end", **days, "wish_kept": wish_kept})


def _run(numbers: tuple[str, str], ask: Ask) -> _Done:
    with open_database() as (settings, dsn):
        return asyncio.run(_act(settings, dsn, numbers, ask))


async def _act(settings: Settings, dsn: str, numbers: tuple[str, str], ask: Ask) -> _Done:
    connection = await connect(dsn, purpose="mulaid bind")
    try:
        bureau = await bureau_on(connection, settings, Book.load(settings.policies))
        one, other = [await people.find_person(connection, bureau.seal.blind_index(number)) for number in numbers]
        moment = china_now()
        if one is None or other is None:
            return _Done(Refused(code=Fault.UNKNOWN_PERSON), bureau.law.book, moment)
        request = ask(one, other)
        clerk = origin(bureau, request, Role.CLERK, region=one[0])
        answer = await at_once(connection, bureau, request, clerk, moment)
        assert isinstance(answer, (Bound, Ended, Refused))
        return _Done(answer, bureau.law.book, moment, one[0])
    finally:
        await connection.close()


def _tell(done: _Done, text: str, as_json: bool, more: dict[str, Any]) -> None:
    """What became of it, for a program or for people; exit 1 when it was refused."""
    refused = done.refused
    if as_json:
        head = {"accepted": refused is None, "refused": refused, "text": text, "case": done.case}
        steps = [
            {name: getattr(each, name) for name in ("code", "text", "rule", "source", "tier")} for each in done.steps
        ]
        weak = {"unverified": done.unverified, "assumed": done.assumed}
        print_json({**more, **head, **weak, "steps": steps})
    else:
        print_lines(words.lines(text, [(each.text, each.title, each.tier) for each in done.steps], done.assumed))
        if done.case is not None:
            print_lines([words.case_number(done.case)])
    if refused is not None:
        raise typer.Exit(1)
