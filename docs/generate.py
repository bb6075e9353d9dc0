"""Write the generated parts of the documents anew, from the program, the policy book and the worked cases.

    .venv/bin/python docs/generate.py            write the pages
    .venv/bin/python docs/generate.py --check    write nothing; exit 1 and name the pages that are stale

A page holds a generated part between two markers; everything outside them is written by hand and left alone.
"""

import inspect
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
import typer
from book import regions, reviews, rules_table
from fields import transactions as field_sections
from tables import code, table
from transactions import INPUTS

from mulaid import settings
from mulaid.cli import app
from mulaid.gateway import national
from mulaid.gateway.faults import FieldFault
from mulaid.gateway.profile import profile, profile_names
from mulaid.gateway.refusals import sentence
from mulaid.gateway.routes import ROUTES
from mulaid.intake.load_records import load_files
from mulaid.intake.loads import Loads, read_loads
from mulaid.policy.book import Book
from mulaid.procedures.act.answers import Refused
from mulaid.procedures.act.faults import Fault
from mulaid.terms.reasons import (
    BillRefusal,
    ChangeRefusal,
    ConsentRefusal,
    EndRefusal,
    PoolRefusal,
    RelationRefusal,
    Skip,
    SuspensionRefusal,
)
from mulaid.wording import gateway
from mulaid.wording import settings as setting_words
from mulaid.wording.kinship import payer_is, scheme_name
from mulaid.wording.refusals import act_sentence, end_sentence, refusal_sentence, relation_sentence

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
ANSWERS = ROOT / "tests" / "messages" / "valid" / "answers"
MARK = "<!-- made by docs/generate.py -->"

Part = Callable[[], str]

KINDS = {"hospital": "医院", "community": "社区", "pharmacy": "药店"}
ACCOUNTS = {"none": "都不用", "own": "本人的", "all": "本人的和家人的"}
SWITCHES = {
    "infcode_text": "`infcode` 是文字",
    "two_digit_codes": "字典代码写两位（`01`）",
    "newer_psn_types": "人员类别用新代码（退休是 `12`，不是 `21`）",
    "code_in_err_msg": "`err_msg` 前面有代码",
    "amounts_text": "金额是文字",
    "card_sn": "社保卡要有卡识别码（`card_sn`）",
}
"""What the switches of a profile do."""
MAPS = {
    "med_types": "医疗类别，报文里的",
    "psn_types": "人员类别，答复里的",
    "read_as": "节点和字段名，报文里的",
    "written_as": "节点和字段名，答复里的",
}
"""The lists of a profile's own words."""


def examples() -> dict[tuple[str, str], str]:
    """For each list of reasons and code, the smallest worked case that ends in it: those of real regions first."""
    found: dict[tuple[str, str], tuple[bool, int, str, str]] = {}
    for file in sorted(CASES.rglob("*.toml")):
        place = file.relative_to(CASES).as_posix()
        written = tomllib.loads(file.read_text("utf-8"))
        for kind in ("case", "sponsorship_case"):
            for case in written.get(kind, []):
                weight = (place.startswith("invented/"), len(json.dumps(case, default=str)), place, case["name"])
                for key in _ends_in("end" if "end" in case else kind, case.get("expect", {})):
                    found[key] = min(found.get(key, weight), weight)
    return {key: f"{name} ([{place}](../../tests/cases/{place}))" for key, (_, _, place, name) in found.items()}


def _ends_in(kind: str, expect: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "refused" in expect:
        yield {"case": "bill", "sponsorship_case": "relation"}.get(kind, kind), expect["refused"]
    for skipped in expect.get("skipped", {}).values():
        yield "sponsor", skipped


def _reasons(kind: str, codes: Iterable[str], told: Callable[[str], str]) -> str:
    cases = examples()
    rows = [(at, f"`{each}`", told(each), cases.get((kind, each), "—")) for at, each in enumerate(codes, 1)]
    return table(("先后", "代码", "句子", "最小的例子"), rows)


def bills() -> str:
    return _reasons("bill", BillRefusal, refusal_sentence)


def sponsors() -> str:
    return _reasons("sponsor", Skip, lambda each: refusal_sentence(each, {"payer": "出钱的人"}))


def relations() -> str:
    return _reasons("relation", RelationRefusal, relation_sentence)


def ends() -> str:
    return _reasons("end", EndRefusal, end_sentence)


def acts() -> str:
    """The refusals of the other acts about relations, a list each; their examples are stories."""
    lists: tuple[tuple[str, str, type[StrEnum]], ...] = (
        ("确认、谢绝", "consent", ConsentRefusal),
        ("更改", "change", ChangeRefusal),
        ("暂停、恢复", "suspension", SuspensionRefusal),
        ("家庭共济金", "pool", PoolRefusal),
    )
    rows = [
        (name, at, f"`{each}`", act_sentence(kind, each))
        for name, kind, codes in lists
        for at, each in enumerate(codes, 1)
    ]
    return table(("事项", "先后", "代码", "句子"), rows)


def faults() -> str:
    rows = [
        (f"`{each.value}`", sentence(Refused(code=each.value, detail={"case": "…", "transaction": "…"})))
        for each in Fault
    ]
    return table(("代码", "句子"), rows)


def field_complaints() -> str:
    """Every complaint about a field of a message, as it reads of some field."""
    named = inspect.getmembers(gateway, inspect.isfunction)
    told = [each for _, each in named if list(inspect.signature(each).parameters) == ["field", "detail"]]
    return table(("代码", "句子"), ((f"`{FieldFault(each).code}`", each("某字段", "…")) for each in told))


def glossary() -> str:
    """The table under the glossary's heading in README.md, for the Chinese page."""
    below = (ROOT / "README.md").read_text("utf-8").partition("\n## Glossary\n")[2]
    return "\n".join(line for line in below.splitlines() if line.startswith("|"))


def commands() -> str:
    """Every command with its help, its arguments and its options."""
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
    options = ["[选项…]"] if parameters != arguments else []
    usage = " ".join([path, *map(_argument, arguments), *options])
    told = [f"## `{path}`", f"```\n{usage}\n```", command.help or command.short_help or ""]
    if parameters:
        told.append(table(("参数", "说明", "默认"), [_parameter(each) for each in parameters]))
    return "\n\n".join(part for part in told if part)


def _argument(parameter: Any) -> str:
    name = parameter.name.upper() + ("…" if parameter.nargs == -1 else "")
    return name if parameter.required else f"[{name}]"


def _parameter(parameter: Any) -> tuple[str, str, str]:
    named = parameter.name.upper() if parameter.param_type_name == "argument" else " ".join(parameter.opts)
    default = f"`{parameter.default}`" if parameter.default and not callable(parameter.default) else ""
    told = " ".join((parameter.help or "").split())
    return f"`{named}`", f"{told}（`{parameter.envvar}`）" if parameter.envvar else told, default


def settings_table() -> str:
    """Every setting: what it is for, what may stand in it, and its default."""
    rows = []
    defaults = msgspec.structs.asdict(settings.from_environment({})) | {"home": settings.HOME}
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
    for number, struct in INPUTS.items():
        for at, node in enumerate(msgspec.structs.fields(struct)):
            rows.append((*((number, national.name(number) or "") if at == 0 else ("", "")), *_fields(node)))
    return table(("交易", "名称", "节点", "必须有", "可以有"), rows)


def not_offered() -> str:
    """The transactions of the national interface that no handler answers yet."""
    known = national.names()
    return table(("交易", "名称"), (each for each in known.items() if each[0] not in ROUTES))


def _fields(node: Any) -> tuple[str, str, str]:
    """A node's name, the fields it must have and those it may have."""
    listed = not isinstance(node.type, type)
    fields = msgspec.structs.fields(node.type.__args__[0] if listed else node.type)
    named = f"`{node.name}`{'，列表' if listed else ''}"
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
    return table(("节点", "哪些交易", "字段"), rows)


def _compared(fields_: tuple[str, ...], first: tuple[str, ...] | None) -> str:
    if first is None or not set(first) & set(fields_):
        return code(fields_)
    more, less = [each for each in fields_ if each not in first], [each for each in first if each not in fields_]
    told = [f"多 {code(more)}" if more else "", f"少 {code(less)}" if less else ""]
    return "同上，" + "，".join(part for part in told if part)


def profiles() -> str:
    rows = []
    for name in profile_names():
        spoken = msgspec.structs.asdict(profile(name))
        accounts = [f"`{key}` {ACCOUNTS[word]}" for key, word in spoken["accounts"].items()]
        switches = ["是" if spoken[key] else "" for key in SWITCHES]
        rows.append((f"`{name}`", *switches, f"`{spoken['clr_way']}`", "，".join(accounts)))
    lists = [(f"`{name}`", MAPS[key], told) for name in profile_names() for key in MAPS if (told := _mapped(name, key))]
    heads = ("方言", *SWITCHES.values(), "`clr_way` 按项目", "`acct_used_flag`")
    return table(heads, rows) + "\n\n" + table(("方言", "哪些", "各地的写法 → 这里的写法"), lists)


def _mapped(name: str, key: str) -> str:
    """A dialect's own words; what it has from the baseline is told there."""
    words = getattr(profile(name), key)
    if name != "baseline" and words == getattr(profile("baseline"), key):
        return ""
    back = key in ("psn_types", "written_as")
    pairs = ((value, word) if back else (word, value) for word, value in words.items())
    return "，".join(f"`{there}` → `{here}`" for there, here in pairs)


def _sandbox() -> Loads:
    resolve = Book.load(()).divisions.resolve
    return read_loads(load_files([ROOT / "examples" / "population"]), resolve, lambda *_: None)


def sandbox_institutions() -> str:
    rows = []
    for row in _sandbox().institutions:
        form, given = row.form, row.form.credential
        proof = "" if given is None else f"`{given.kind}`，`{given.key}` / `{given.secret}`"
        rows.append((f"`{form.code}`", form.name, KINDS[form.kind], f"`{form.profile}`", proof))
    return table(("编号", "名称", "种类", "方言", "凭据：种类，访问编号 / 密钥"), rows)


def sandbox_people() -> str:
    loads = _sandbox()
    people = {row.form.number: row for row in loads.people}
    payers: dict[str, list[str]] = {}
    for row in loads.sponsorships:
        name = people[row.form.sponsor].form.name
        payers.setdefault(row.form.beneficiary, []).append(f"{name}（{payer_is(row.form.kinship)}）")
    rows = []
    for number, person in people.items():
        schemes = [scheme_name(each.scheme) for each in person.form.enrolments if each.until is None]
        told = "，".join(dict.fromkeys(payers.get(number, [])))
        rows.append((f"`{number}`", person.form.name, person.region, "、".join(schemes), told))
    return table(("身份证号码", "姓名", "统筹区", "医保", "有谁出钱（是患者的什么人）"), rows)


PAGES: dict[str, tuple[Part, ...]] = {
    "README.zh-CN.md": (glossary,),
    "docs/integration.md": (sandbox_institutions, sandbox_people),
    "docs/policy-format.md": (rules_table,),
    "docs/review.md": (reviews,),
    "docs/reference/cli.md": (commands,),
    "docs/reference/message-fields.md": (field_sections,),
    "docs/reference/messages.md": (transactions, not_offered, fields_written, profiles),
    "docs/reference/refusals.md": (bills, sponsors, relations, ends, acts, faults, field_complaints),
    "docs/reference/regions.md": (regions,),
    "docs/reference/settings.md": (settings_table,),
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
