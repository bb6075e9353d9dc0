"""`mulaid bind make|end`: make or end one sponsorship, as a clerk would at the counter."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from mulaid.app.house import bureau_on
from mulaid.cli.cannot import cannot
from mulaid.cli.opening import open_database
from mulaid.cli.usage import Commands
from mulaid.clock import china_now
from mulaid.policy.book import Book
from mulaid.procedures.bind import BindRequest, bind, end
from mulaid.procedures.bureau import Bureau
from mulaid.procedures.faults import Fault
from mulaid.procedures.requests import Done, Refused
from mulaid.settings import Settings
from mulaid.store import people
from mulaid.store.arrays import Key
from mulaid.store.connect import Connection, connect
from mulaid.terms.bill_case import Caps
from mulaid.terms.codes import Kinship
from mulaid.terms.money import MoneyError, fen
from mulaid.wording import commands
from mulaid.wording.faults import fault_sentence, is_fault
from mulaid.wording.refusals import relation_sentence

app = Commands()

Act = Callable[[Connection, Bureau, Key, Key], Awaitable[Done | Refused]]
Sponsor = Annotated[str, typer.Argument(help=commands.SPONSOR_NUMBER)]
Beneficiary = Annotated[str, typer.Argument(help=commands.BENEFICIARY_NUMBER)]


@app.callback(help=commands.BIND)
def relation() -> None:
    """Only holds the subcommands together."""


@app.command(help=commands.BIND_MAKE)
def make(
    sponsor: Sponsor,
    beneficiary: Beneficiary,
    kinship: Annotated[Kinship, typer.Option(help=commands.KINSHIP)],
    rank: Annotated[int, typer.Option(help=commands.RANK, min=1)] = 1,
    limit_payment: Annotated[str, typer.Option(help=commands.CAP_PAYMENT)] = "",
    not_confirmed: Annotated[bool, typer.Option("--not-confirmed", help=commands.NOT_CONFIRMED)] = False,
) -> None:
    """Exit 0 when bound, 1 when refused, 2 when the database cannot be used."""
    try:
        caps = Caps(payment=fen(limit_payment) if limit_payment else None)
    except MoneyError:
        cannot(commands.not_money(limit_payment))

    async def act(connection: Connection, bureau: Bureau, one: Key, other: Key) -> Done | Refused:
        request = BindRequest(
            sponsor=one, beneficiary=other, kinship=kinship, rank=rank, caps=caps, confirmed=not not_confirmed
        )
        return await bind(connection, bureau, request, china_now())

    _tell(_run(sponsor, beneficiary, act), commands.BOUND)


@app.command("end", help=commands.BIND_END)
def end_(sponsor: Sponsor, beneficiary: Beneficiary) -> None:
    """Exit 0 when ended, 1 when there is nothing to end, 2 when the database cannot be used."""

    async def act(connection: Connection, bureau: Bureau, one: Key, other: Key) -> Done | Refused:
        return await end(connection, one, other, china_now())

    _tell(_run(sponsor, beneficiary, act), commands.ENDED)


def _run(sponsor: str, beneficiary: str, act: Act) -> Done | Refused:
    with open_database() as (settings, dsn):
        return asyncio.run(_act(settings, dsn, sponsor, beneficiary, act))


async def _act(settings: Settings, dsn: str, sponsor: str, beneficiary: str, act: Act) -> Done | Refused:
    connection = await connect(dsn, purpose="mulaid bind")
    try:
        bureau = await bureau_on(connection, settings, Book.load(settings.policies))
        one = await people.find_person(connection, bureau.seal.blind_index(sponsor))
        other = await people.find_person(connection, bureau.seal.blind_index(beneficiary))
        if one is None or other is None:
            return Refused(code=Fault.UNKNOWN_PERSON)
        return await act(connection, bureau, one, other)
    finally:
        await connection.close()


def _tell(done: Done | Refused, success: str) -> None:
    if isinstance(done, Refused):
        sentence = fault_sentence if is_fault(done.code) else relation_sentence
        print(sentence(done.code, done.detail))
        raise typer.Exit(1)
    print(success)
