"""One decided case as lines for a terminal: what came out, who paid, who could not and why. Plain text, no markup.

A result is what `mulaid decide --json` writes for a case: amounts as "128.50", people by name, refusals by code.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from mulaid.wording.refusals import refusal_sentence, relation_sentence
from mulaid.wording.rules import rule_name, tier_name

Result = Mapping[str, Any]
Differences = Iterable[tuple[str, Any, Any]]
"""(key of the expectation, what was expected, what came out)."""

AMOUNT_NAMES = {
    "total": "费用一共",
    "funds": "医保基金",
    "own": "患者自己的账户",
    "mutual": "家人共济",
    "cash": "现金",
    "institution": "医院承担",
}
_NAMES = AMOUNT_NAMES | {
    "by": "各人付的钱",
    "skipped": "不能付的人",
    "refused": "拒绝的原因",
    "unverified": "用了未经核实的来源",
    "accepted": "可以绑定",
}


def decide_report(result: Result, differences: Differences) -> list[str]:
    """The lines for one decided case of either kind."""
    return (bill_lines if result["kind"] == "bill" else relation_lines)(result, differences)


def bill_lines(result: Result, differences: Differences) -> list[str]:
    """The lines for one decided bill."""
    refused = result["refused"]
    answer = f"不能结算：{refusal_sentence(refused)}（{refused}）" if refused else amounts_line(result)
    payers = [f"{name} 付 {amount} 元" for name, amount in result["by"].items()]
    skipped = [
        f"{name} 不能付：{refusal_sentence(code, {'payer': name})}（{code}）"
        for name, code in result["skipped"].items()
    ]
    return _report(result, [answer, *payers, *skipped], differences)


def relation_lines(result: Result, differences: Differences) -> list[str]:
    """The lines for one decided relation."""
    refused = result["refused"]
    answer = f"不能绑定：{relation_sentence(refused)}（{refused}）" if refused else "可以绑定。"
    return _report(result, [answer], differences)


def tally_line(decided: int, failed: int) -> str:
    """How many cases were decided, and how many came out otherwise than their file expects."""
    return f"一共 {decided} 例，" + (f"{failed} 例和预期不符。" if failed else "都和预期相符。")


def amounts_line(amounts: Mapping[str, Any]) -> str:
    """The parts of a bill on one line, each "128.50"; the institution's only when there is one."""
    told = {key: amounts[key] for key in AMOUNT_NAMES if amounts.get(key) is not None}
    if told.get("institution") == "0.00":
        del told["institution"]
    return "，".join(f"{AMOUNT_NAMES[key]} {amount} 元" for key, amount in told.items())


def source_text(title: str, tier: str) -> str:
    """A source with how far it is trusted."""
    return f"来源：{title}，{tier_name(tier)}"


def weak_lines(unverified: Iterable[str], assumed: Iterable[str]) -> list[str]:
    """What an outcome has to say about its own ground: the Chinese names of rules from weak sources and from none."""
    lines = []
    if names := "、".join(unverified):
        lines.append(f"未经核实的规则：{names}。请以当地医保部门的说法为准。")
    if names := "、".join(assumed):
        lines.append(f"没有来源、由本系统约定的规则：{names}。")
    return lines


def _report(result: Result, answers: list[str], differences: Differences) -> list[str]:
    steps = [
        f"{number}. {step['text']}（{source_text(step['source'], step['tier'])}）"
        for number, step in enumerate(result["steps"], 1)
    ]
    weak = weak_lines(map(rule_name, result["unverified"]), map(rule_name, result["assumed"]))
    wrong = [
        f"{_NAMES.get(key, key)}：应该是 {_shown(key, expected)}，算出来是 {_shown(key, got)}"
        for key, expected, got in differences
    ]
    head = f"{'相符' if result['ok'] else '不符'}  {result['name']}"
    return [head, *(f"  {line}" for line in (*answers, *steps, *weak, *wrong))]


def _shown(key: str, value: Any) -> str:
    """One side of a difference: amounts with their unit, flags and nothing in words, codes as they are."""
    if isinstance(value, Mapping):
        return "、".join(f"{name} {_shown(key, item)}" for name, item in value.items()) or "没有"
    if value is None:
        return "没有"
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{value} 元" if key in AMOUNT_NAMES or key == "by" else str(value)
