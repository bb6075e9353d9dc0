"""One decided case as lines for a terminal: what came out, who paid, who could not and why. Plain text, no markup."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from mulaid.wording.amounts import day_text, yuan_text
from mulaid.wording.refusals import end_sentence, refusal_sentence, relation_sentence
from mulaid.wording.rules import tier_name

Steps = Iterable[tuple[str, str, str]]
"""(sentence, title of the source, tier)."""

Differences = Iterable[tuple[str, Any, Any]]
"""(key of the expectation, what was expected, what came out); amounts as "128.50"."""

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
    "accepted": "可以办理",
    "ends_on": "从哪天起不能再用",
    "possible_on": "哪天起可以解除",
}
_VERDICTS = {True: "相符", False: "不符", None: "没有预期可比"}


def decide_report(
    *,
    name: str,
    ok: bool | None,
    refused: str = "",
    unknown: str = "",
    amounts: Mapping[str, int] = {},
    payers: Iterable[tuple[str, int]] = (),
    skipped: Iterable[tuple[str, str, str]] = (),
    steps: Steps = (),
    weak: Iterable[str] = (),
    differences: Differences = (),
) -> list[str]:
    """The lines for one decided bill.

    `ok`: whether what it expects came out; None when it expects nothing. `refused`: the code when the whole bill is,
    `unknown`: the name of the rule that nobody knows, where that is why. `amounts`: fen by the keys of `AMOUNT_NAMES`.
    `payers`: (name, fen). `skipped`: (name, code, name of the unknown rule). `weak`: from `weak_lines`.
    """
    why = refusal_sentence(refused, {"rule_name": unknown}) if refused else ""
    answer = f"不能结算：{why}（{refused}）" if refused else amounts_line(amounts)
    paid = [f"{payer} 付 {yuan_text(amount)}" for payer, amount in payers]
    unpaid = [
        f"{payer} 不能付：{refusal_sentence(code, {'payer': payer, 'rule_name': rule})}（{code}）"
        for payer, code, rule in skipped
    ]
    return _report(name, ok, [answer, *paid, *unpaid], steps, weak, differences)


def relation_report(
    *,
    name: str,
    ok: bool | None,
    refused: str = "",
    unknown: str = "",
    steps: Steps = (),
    weak: Iterable[str] = (),
    differences: Differences = (),
) -> list[str]:
    """The lines for one decided relation; `refused` is the code when it is. The others are those of a bill."""
    why = relation_sentence(refused, {"rule_name": unknown}) if refused else ""
    answer = f"不能绑定：{why}（{refused}）" if refused else "可以绑定。"
    return _report(name, ok, [answer], steps, weak, differences)


def tally_line(decided: int, failed: int, silent: int = 0) -> str:
    """How many cases were decided, how many came out otherwise than they expect, and how many expect nothing."""
    if not failed and not silent:
        return f"一共 {decided} 例，都和预期相符。"
    if silent == decided:
        return f"一共 {decided} 例，都没有写预期，没有可比的。"
    told = [f"{failed} 例和预期不符"] if failed else [f"{decided - silent} 例和预期相符"]
    return f"一共 {decided} 例，{'，'.join([*told, *([f'{silent} 例没有写预期'] if silent else [])])}。"


Assumed = tuple[str, str, str, int | None, str]
"""A rule that was assumed: its name, whose it is, as what, the most the patient would pay more in fen, the risk."""


def ask_text(place: str) -> str:
    """Whom to ask about a rule of this place."""
    return f"{place}医保窗口，或打 12393"


def rule_names(names: Iterable[str]) -> str:
    """Several rules in one sentence."""
    return "、".join(names)


def weak_lines(unverified: Iterable[str], assumed: Iterable[Assumed], indifferent: Iterable[str] = ()) -> list[str]:
    """What an outcome rests on that nobody vouches for, by the names of rules; nothing where there is none."""
    lines = []
    if names := "、".join(unverified):
        lines.append(f"未经核实的规则：{names}。请以当地医保部门的说法为准。")
    for name, place, value, worst, risk in assumed:
        more = f"换一种说法，患者最多多付 {yuan_text(worst)}。" if worst else ""
        lines.append(f"不知道{place}的“{name}”，本系统暂按“{value}”办：{risk}。{more}请问{ask_text(place)}。")
    if names := "、".join(indifferent):
        lines.append(f"还没有查清、但怎么规定结果都一样的：{names}。")
    return lines


def end_report(
    *,
    name: str,
    ok: bool | None,
    refused: str = "",
    ends_on: datetime.date | None = None,
    possible_on: datetime.date | None = None,
    steps: Steps = (),
    weak: Iterable[str] = (),
    differences: Differences = (),
) -> list[str]:
    """The lines for one decided end of a relation; `refused` is the code when it is."""
    return _report(name, ok, [end_answer(refused, ends_on, possible_on)], steps, weak, differences)


def end_answer(refused: str, ends_on: datetime.date | None, possible_on: datetime.date | None) -> str:
    """Whether a relation may be ended, and the day that matters."""
    if ends_on is not None:
        return f"可以解除，从 {day_text(ends_on)} 起不能再用。"
    detail = {} if possible_on is None else {"possible_on": day_text(possible_on)}
    return f"不能解除：{end_sentence(refused, detail)}（{refused}）"


def amounts_line(amounts: Mapping[str, int]) -> str:
    """The parts of a bill on one line, in the order they pay; the institution's only when there is one."""
    told = [key for key in AMOUNT_NAMES if key in amounts and (amounts[key] or key != "institution")]
    return "，".join(f"{AMOUNT_NAMES[key]} {yuan_text(amounts[key])}" for key in told)


def source_text(title: str, tier: str) -> str:
    """A source with how far it is trusted; without one, that what is given leaves nothing else."""
    return f"来源：{title}，{tier_name(tier)}" if title else "由所给情况得出"


def step_lines(steps: Steps) -> list[str]:
    """One numbered line a step, with its source."""
    return [f"{number}. {text}（{source_text(title, tier)}）" for number, (text, title, tier) in enumerate(steps, 1)]


def _report(
    name: str, ok: bool | None, answers: list[str], steps: Steps, weak: Iterable[str], differences: Differences
) -> list[str]:
    wrong = [
        f"{_NAMES.get(key, key)}：应该是 {_shown(key, expected)}，算出来是 {_shown(key, got)}"
        for key, expected, got in differences
    ]
    return [f"{_VERDICTS[ok]}  {name}", *(f"  {line}" for line in (*answers, *step_lines(steps), *weak, *wrong))]


def _shown(key: str, value: Any) -> str:
    """One side of a difference: amounts with their unit, flags and nothing in words, codes as they are."""
    if isinstance(value, Mapping):
        return "、".join(f"{name} {_shown(key, item)}" for name, item in value.items()) or "没有"
    if value is None:
        return "没有"
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{value} 元" if key in AMOUNT_NAMES or key == "by" else str(value)
