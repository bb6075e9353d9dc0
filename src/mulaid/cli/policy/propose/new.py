"""`mulaid policy propose new REGION RULE …`: a correction in a folder of its own, reviewed at once."""

import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from mulaid.cli.asking import AsJson, Policies, Region, book_of, day_of, region_of, rules_of
from mulaid.cli.cannot import cannot
from mulaid.cli.policy.propose import REFUSED
from mulaid.cli.policy.proposing import data, lines, look, write_head
from mulaid.cli.printing import print_json, print_lines
from mulaid.cli.usage import Commands
from mulaid.clock import china_now
from mulaid.intake.proposals import POLICIES, SOURCES, Proposal
from mulaid.policy.entry import Tier
from mulaid.policy.written import inline
from mulaid.wording import book as book_words
from mulaid.wording import commands
from mulaid.wording import proposals as words

app = Commands()


def _qualifier(name: str) -> Any:
    return typer.Option(f"--{name}", help=words.QUALIFIERS[name], show_default=False)


@app.command(help=words.NEW)
def command(
    region: Region,
    rule: Annotated[str, typer.Argument(help=book_words.RULE_ASKED)],
    begins: Annotated[str, typer.Option("--from", help=words.FROM_DAY)],
    value: Annotated[str, typer.Option("--value", help=words.VALUE)],
    says: Annotated[str, typer.Option("--says", help=words.SAYS)],
    quote: Annotated[str, typer.Option("--quote", help=words.QUOTE)],
    by: Annotated[str, typer.Option("--by", help=words.BY)],
    out: Annotated[Path, typer.Option("--out", help=words.PROPOSALS)],
    source: Annotated[str, typer.Option("--source", help=words.SOURCE, show_default=False)] = "",
    title: Annotated[str, typer.Option("--title", help=words.TITLE, show_default=False)] = "",
    issuer: Annotated[str, typer.Option("--issuer", help=words.ISSUER, show_default=False)] = "",
    url: Annotated[str, typer.Option("--url", help=words.URL, show_default=False)] = "",
    published: Annotated[str, typer.Option("--published", help=words.PUBLISHED, show_default=False)] = "",
    tier: Annotated[Tier, typer.Option("--tier", help=words.TIER)] = Tier.A,
    scheme: Annotated[str, _qualifier("scheme")] = "",
    group: Annotated[str, _qualifier("group")] = "",
    care: Annotated[str, _qualifier("care")] = "",
    mechanism: Annotated[str, _qualifier("mechanism")] = "",
    policies: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Exit 0 when nothing has to be put right, 1 when something has, 2 when something cannot be read or written."""
    if bool(source) == bool(title):
        cannot(words.ONE_SOURCE)
    book, day, today = book_of(policies), day_of(begins), china_now().date()
    place, asked = region_of(book, region), rules_of([rule])
    if len(asked) != 1:
        cannot(words.ONE_RULE)
    if source and source not in book.sources:
        cannot(words.no_such_source(source))
    key, cited = asked[0].key, source or f"proposed-{place}-{asked[0].key}-{day}".replace("_", "-")
    qualifiers = {"scheme": scheme, "group": group, "care": care, "mechanism": mechanism}
    told = {"from": day, **_stated(qualifiers), "value": _read(value), "source": cited, "says": says, "quote": quote}
    files = {f"{key}.toml": f"{_heading(book.regions, book.name(place), place, today)}\n[[{key}]]\n{_toml(told)}"}
    if title:
        given = {"id": cited, "title": title, "issuer": issuer, "url": url, "tier": str(tier)}
        dated = {"published": day_of(published)} if published else {}
        files[f"{SOURCES}/{cited}.toml"] = f"[[source]]\n{_toml(_stated(given) | dated)}"
    folder = out / f"{today}-{place}-{key}"
    _write(folder, files, Proposal(region=place, rule=key, proposed_by=by, proposed_on=today))
    try:
        looked = look(folder, policies, None)
    except typer.Exit:
        shutil.rmtree(folder)
        raise
    if as_json:
        print_json(data(looked))
    else:
        shown = words.written(str(folder), f"{book_words.qualified_name(key, ())} {value}", book.name(place), day)
        print_lines([shown, *lines(looked)])
    raise typer.Exit(REFUSED if looked.to_put_right else 0)


def _stated(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: text for name, text in given.items() if text}


def _read(text: str) -> Any:
    """A value as a policy file writes it; what is no TOML is a text: 300.00 is an amount, not a number."""
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    return text if isinstance(value, float) else value


def _heading(known: Mapping[str, Any], name: str, region: str, today: Any) -> str:
    """A region that has a file is amended; one that has none gets it."""
    if region in known:
        return f"amends = {inline(region)}\n"
    return _toml({"region": region, "name": name, "checked_on": today})


def _toml(table: Mapping[str, Any]) -> str:
    return "".join(f"{name} = {inline(item)}\n" for name, item in table.items())


def _write(folder: Path, files: Mapping[str, str], head: Proposal) -> None:
    """A new folder; one that is there is another proposal."""
    try:
        (folder / POLICIES).mkdir(parents=True)
        write_head(folder, head)
        for name, text in files.items():
            (folder / POLICIES / name).parent.mkdir(exist_ok=True)
            (folder / POLICIES / name).write_text(text, "utf-8")
    except FileExistsError:
        cannot(commands.file_exists(str(folder)))
    except OSError as error:
        cannot(commands.cannot_write(str(error.filename or folder), error.strerror or ""))
