"""Write the generated parts of the documents anew, from the program, the policy book and the worked cases.

    .venv/bin/python docs/generate.py            write the pages
    .venv/bin/python docs/generate.py --check    write nothing; exit 1 and name the pages that are stale

A page holds a generated part between two markers; everything outside them is written by hand and left alone.
"""

import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import typer
from transactions import INPUTS
from typer.testing import CliRunner

from mulaid import settings
from mulaid.cli import app
from mulaid.cli.decide import decide_all
from mulaid.gateway.refusals import sentence
from mulaid.gateway.routes import ROUTES
from mulaid.policy.book import Book
from mulaid.policy.entry import Tier
from mulaid.policy.law import AidRules, OwnPlan
from mulaid.policy.rules import RULES
from mulaid.policy.shapes import Shape, ShapeFault
from mulaid.procedures.faults import Fault
from mulaid.procedures.requests import Refused
from mulaid.terms.reasons import BillRefusal, RelationRefusal, Skip
from mulaid.wording import settings as setting_words
from mulaid.wording.outcome import tally_line
from mulaid.wording.refusals import refusal_sentence, relation_sentence
from mulaid.wording.review import FINDINGS, KNOWN_FALSE
from mulaid.wording.rules import RULE_NAMES, RULE_UNITS

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
ANSWERS = ROOT / "tests" / "messages" / "valid" / "answers"
MOTHER = ROOT / "examples" / "cases" / "mother.toml"
WRITTEN = {
    "limits": "table of `payment` `day` `month` `year` as money, `scope` `member` or `all`",
    "premium_amount": '`{ year = 2024, amount = "380.00" }`',
    "premium_season": '`{ opens = "09-01", closes = "12-31" }`',
    "wallet_hours": '`{ closed_from = "22:00", closed_until = "06:00" }`',
    "wallet_return_by": '`"06:00"` of the next day',
} | {key: f"list of {key}" for key in ("channels", "penalties")}
"""How values look whose shape cannot be learnt from its complaints."""
MARK = "<!-- made by docs/generate.py -->"

Part = Callable[[], str]


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    heads = list(head)
    lines = [heads, ["---"] * len(heads), *([str(cell).replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def code(words: Iterable[object]) -> str:
    return " ".join(f"`{word}`" for word in words)


def examples() -> dict[tuple[str, str], str]:
    """For each list of reasons and code, the smallest worked case that ends in it: those of real regions first."""
    found: dict[tuple[str, str], tuple[bool, int, str, str]] = {}
    for file in sorted(CASES.rglob("*.toml")):
        place = file.relative_to(CASES).as_posix()
        written = tomllib.loads(file.read_text("utf-8"))
        for kind in ("case", "sponsorship_case"):
            for case in written.get(kind, []):
                weight = (place.startswith("invented/"), len(json.dumps(case, default=str)), place, case["name"])
                for key in _ends_in(kind, case.get("expect", {})):
                    found[key] = min(found.get(key, weight), weight)
    return {key: f"{name} ([{place}](../../tests/cases/{place}))" for key, (_, _, place, name) in found.items()}


def _ends_in(kind: str, expect: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "refused" in expect:
        yield ("bill" if kind == "case" else "relation"), expect["refused"]
    for skipped in expect.get("skipped", {}).values():
        yield "sponsor", skipped


def _reasons(kind: str, codes: Iterable[str], told: Callable[[str], str]) -> str:
    cases = examples()
    rows = [(at, f"`{each}`", told(each), cases[kind, each]) for at, each in enumerate(codes, 1)]
    return table(("", "code", "sentence", "smallest example"), rows)


def bills() -> str:
    return _reasons("bill", BillRefusal, refusal_sentence)


def sponsors() -> str:
    return _reasons("sponsor", Skip, lambda each: refusal_sentence(each, {"payer": "出钱的人"}))


def relations() -> str:
    return _reasons("relation", RelationRefusal, relation_sentence)


def faults() -> str:
    rows = [(f"`{each.value}`", sentence(Refused(code=each.value, detail={"case": "…"}))) for each in Fault]
    return table(("code", "sentence"), rows)


def mother() -> str:
    """What `mulaid decide` prints for the example of the first screen."""
    return _decided(MOTHER.read_text("utf-8"))


def poorer_daughter() -> str:
    """The same example with the number changed that the tutorial changes, and the expectation left as it was."""
    text = MOTHER.read_text("utf-8")
    assert text.count('balance = "120.00"') == 1
    return _decided(text.replace('balance = "120.00"', 'balance = "20.00"'))


def _decided(text: str) -> str:
    with TemporaryDirectory() as folder:
        file = Path(folder) / MOTHER.name
        file.write_text(text, "utf-8")
        (decided,) = decide_all([file], [])
    return _fenced([*decided.report, tally_line(1, int(not decided.result["ok"]))])


def printed(*typed: str) -> Part:
    """What a policy command prints on a wide screen."""
    return lambda: _fenced(CliRunner().invoke(app, ["policy", *typed], env={"COLUMNS": "110"}).stdout.splitlines())


def _fenced(lines: Iterable[str]) -> str:
    return "\n".join(["```", *(line.rstrip() for line in lines if line.strip()), "```"])


def glossary() -> str:
    """The table under the glossary's heading in README.md, for the Chinese page."""
    below = (ROOT / "README.md").read_text("utf-8").partition("\n## Glossary\n")[2]
    return "\n".join(line for line in below.splitlines() if line.startswith("|"))


def commands() -> str:
    """Every command with its help, its arguments and options, and its exit codes."""
    return "\n\n".join(_command(command, path) for command, path in _spelled(typer.main.get_command(app), "mulaid"))


def _spelled(command: Any, path: str) -> Iterator[tuple[Any, str]]:
    if not hasattr(command, "list_commands"):
        yield command, path
        return
    context = typer.Context(command)
    for name in command.list_commands(context):
        yield from _spelled(command.get_command(context, name), f"{path} {name}")


def _command(command: Any, path: str) -> str:
    # An argument's place is shown in the usage; that the command can be asked for help needs no row.
    parameters = [each for each in command.params if each.name != "help"]
    arguments = [each for each in parameters if each.param_type_name == "argument"]
    options = ["[OPTION]…"] if parameters != arguments else []
    usage = " ".join([path, *map(_argument, arguments), *options])
    told = [f"## `{path}`", f"```sh\n{usage}\n```", command.help or command.short_help or ""]
    if parameters:
        told.append(table(("", "", "default"), [_parameter(each) for each in parameters]))
    if ends := (command.callback.__doc__ or "").strip().split("\n\n")[0]:
        told.append(" ".join(ends.split()))
    return "\n\n".join(part for part in told if part)


def _argument(parameter: Any) -> str:
    name = parameter.name.upper() + ("…" if parameter.nargs == -1 else "")
    return name if parameter.required else f"[{name}]"


def _parameter(parameter: Any) -> tuple[str, str, str]:
    named = parameter.name.upper() if parameter.param_type_name == "argument" else " ".join(parameter.opts)
    default = f"`{parameter.default}`" if parameter.default and not callable(parameter.default) else ""
    told = " ".join((parameter.help or "").split())
    return f"`{named}`", f"{told} (`{parameter.envvar}`)" if parameter.envvar else told, default


def settings_table() -> str:
    """Every setting: what it is for, what may stand in it, and its default."""
    rows = []
    defaults = msgspec.structs.asdict(settings.from_environment({})) | {"home": "~/.mulaid"}
    for field, meaning in setting_words.MEANINGS.items():
        allowed = setting_words.bounds(*settings.BOUNDS[field]) if field in settings.BOUNDS else ""
        allowed = code(settings.CHOICES[field]) if field in settings.CHOICES else allowed
        value = defaults[field]
        shown = ",".join(map(str, value)) if isinstance(value, tuple) else value
        rows.append((f"`{settings.variable(field)}`", meaning, allowed, "" if shown in (None, "") else f"`{shown}`"))
    return table(("设定", "说明", "可以写", "默认"), rows)


def transactions() -> str:
    """Every transaction offered with the fields it reads, node by node."""
    assert INPUTS.keys() == ROUTES.keys()
    rows: list[tuple[str, ...]] = []
    for number, (name, struct) in INPUTS.items():
        for at, node in enumerate(msgspec.structs.fields(struct)):
            rows.append((*((number, name) if at == 0 else ("", "")), *_fields(node)))
    return table(("", "", "node", "must be there", "may be there"), rows)


def _fields(node: Any) -> tuple[str, str, str]:
    """A node's name, the fields it must have and those it may have."""
    listed = not isinstance(node.type, type)
    fields = msgspec.structs.fields(node.type.__args__[0] if listed else node.type)
    named = f"`{node.name}`{', a list' if listed else ''}"
    must, may = [each.name for each in fields if each.required], [each.name for each in fields if not each.required]
    return named, code(must), code(may)


def fields_written() -> str:
    """The nodes and fields of the golden answers; a node written alike by several transactions is shown once."""
    written: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for number in INPUTS:
        nodes: dict[str, list[str]] = {}
        for file in sorted(ANSWERS.glob(f"{number}*.json")):
            for node, value in json.loads(file.read_text("utf-8")).items():
                fields = nodes.setdefault(node, [])
                row = (value[0] if value else {}) if isinstance(value, list) else value
                fields += [name for name in (row if isinstance(row, dict) else ()) if name not in fields]
        for node, fields in nodes.items():
            written.setdefault((node, tuple(fields)), []).append(number)
    rows = []
    seen: dict[str, tuple[str, ...]] = {}
    for (node, fields_), numbers in written.items():
        rows.append((f"`{node}`", " ".join(numbers), _compared(fields_, seen.get(node))))
        seen.setdefault(node, fields_)
    return table(("node", "written by", "fields"), rows)


def _compared(fields_: tuple[str, ...], first: tuple[str, ...] | None) -> str:
    if first is None or not set(first) & set(fields_):
        return code(fields_)
    more, less = [each for each in fields_ if each not in first], [each for each in first if each not in fields_]
    told = [f"with {code(more)}" if more else "", f"without {code(less)}" if less else ""]
    return "as above, " + ", ".join(part for part in told if part)


def profiles() -> str:
    read = tomllib.loads((ROOT / "src" / "mulaid" / "gateway" / "profiles.toml").read_text("utf-8"))
    rows = []
    for name, profile in read.items():
        flags = [f"`{key}` = {word}" for key, word in profile.pop("accounts").items()]
        values = ["yes" if value else "" for value in profile.values()]
        rows.append((f"`{name}`", *values, ", ".join(flags)))
    switches = [f"`{key}`" for key in next(iter(read.values()))]
    return table(("", *switches, "`acct_used_flag`"), rows)


def rules_table() -> str:
    """Every rule, and which of them no decision asks for so far."""
    rows = []
    for rule in RULES:
        named = rule.number, f"`{rule.key}`", RULE_NAMES[rule.key], RULE_UNITS[rule.key]
        rows.append((*named, WRITTEN.get(rule.key) or _shape(rule.shape), code(rule.qualifiers)))
    asked = {*AidRules.__struct_fields__, *OwnPlan.__struct_fields__, "benefit_year_start"}
    idle = code(rule.key for rule in RULES if rule.key not in asked)
    rules = table(("", "key", "中文", "unit", "value", "qualifiers"), rows)
    return f"{rules}\n\nKept and shown, but no decision asks for them yet: {idle}."


def _shape(shape: Shape) -> str:
    """What a value looks like, learnt from how its shape complains about something else."""
    reason, detail = _complaint(shape, "\0")
    if reason == "not_a_list":
        return _list_shape(shape)
    if reason == "not_a_table":
        return _table_shape(shape)
    if reason == "not_a_choice":
        return f"one of {code(_words(detail))}"
    if reason == "not_a_count":
        return "whole number" + ("" if _complaint(shape, "unlimited")[0] else ' or `"unlimited"`')
    return {"not_a_flag": "`true` or `false`", "not_money": 'money, `"128.50"`', "not_a_month_day": '`"07-01"`'}[reason]


def _list_shape(shape: Shape) -> str:
    reason, detail = _complaint(shape, ["\0"])
    if reason == "not_a_choice":
        return f"{'all, in order' if _complaint(shape, [])[0] else 'set'} of {code(_words(detail))}"
    return "set of whole numbers" if reason == "not_a_count" else "rows"


def _table_shape(shape: Shape) -> str:
    keys = _words(_complaint(shape, {"\0": "\0"})[1])
    return f"table from {code(keys)} to {_shape(lambda value: shape({keys[0]: value}))}"


def _complaint(shape: Shape, value: Any) -> tuple[str, str]:
    """Reason and detail of what is wrong with a value; two empty texts when nothing is."""
    try:
        shape(value)
    except ShapeFault as fault:
        return fault.reason, fault.detail
    return "", ""


def _words(detail: str) -> list[str]:
    return detail.rpartition(" / ")[2].split()


def regions() -> str:
    """Every file of the book: how much it says, how much of that is unknown, and how good its sources are."""
    book = Book.load()
    rows = []
    for region, head in sorted(book.regions.items()):
        entries = [entry for entry in book.entries if entry.region == region]
        unknown = sum(entry.wholly_unknown for entry in entries)
        partly = sum(bool(entry.unknown) for entry in entries) - unknown
        tiers = [sum(entry.source.tier is tier for entry in entries) or "" for tier in Tier]
        rules = f"{len({entry.key for entry in entries})} of {len(RULES)}"
        rows.append((region, head.name, head.checked_on, rules, len(entries) - unknown, unknown, partly or "", *tiers))
    heads = ("", "", "checked on", "rules", "values", "unknown", "partly", *(f"tier {tier}" for tier in Tier))
    return table(heads, rows)


def reviews() -> str:
    """Every code of a review, claims known to be false one by one; what is filled in is shown as dots."""
    found = [*FINDINGS.items(), *(("known_false", told) for told in KNOWN_FALSE.values())]
    rows = [(f"`{name}`", *(re.sub(r"{\w+}", "…", part) for part in told)) for name, told in found]
    return table(("code", "", ""), (row for row in rows if row[1] != "…"))


PAGES: dict[str, tuple[Part, ...]] = {
    "README.md": (mother,),
    "README.zh-CN.md": (mother, glossary),
    "docs/policy-commands.md": (
        printed("show", "防城港市", "P17", "--on", "2026-03-02"),
        printed("diff", "湖北省", "--on", "2024-09-30", "--and", "2024-10-01"),
        printed("timeline", "湖北省", "亲属范围"),
        printed("coverage", "--on", "2026-11-22"),
        printed("why", "武汉市", "max_members", "--on", "2026-03-02"),
    ),
    "docs/policy-format.md": (rules_table,),
    "docs/review.md": (reviews,),
    "docs/reference/cli.md": (commands,),
    "docs/reference/messages.md": (transactions, fields_written, profiles),
    "docs/reference/refusals.md": (bills, sponsors, relations, faults),
    "docs/reference/regions.md": (regions,),
    "docs/reference/settings.md": (settings_table,),
    "docs/tutorial.md": (mother, poorer_daughter),
}
"""The pages with generated parts, each part in its place."""


def renewed(text: str, parts: Iterable[str]) -> str:
    """A page with everything between its pairs of markers written anew."""
    made = list(parts)
    pieces = re.split(rf"^{re.escape(MARK)}$", text, flags=re.MULTILINE)
    if len(pieces) != 2 * len(made) + 1:
        raise ValueError(f"{len(pieces) - 1} markers for {len(made)} parts")
    pieces[1::2] = [f"\n\n{part}\n\n" for part in made]
    return MARK.join(pieces)


def stale() -> dict[str, str]:
    """The pages that are not what they would be if they were written now, with what they would be."""
    found = {}
    for name, parts in PAGES.items():
        text = (ROOT / name).read_text("utf-8")
        new = renewed(text, (part() for part in parts))
        if new != text:
            found[name] = new
    return found


def main() -> int:
    pages = stale()
    if "--check" not in sys.argv[1:]:
        for name, text in pages.items():
            (ROOT / name).write_text(text, "utf-8")
        return 0
    for name in pages:
        print(f"{name} is stale: run docs/generate.py", file=sys.stderr)
    return 1 if pages else 0


if __name__ == "__main__":
    sys.exit(main())
