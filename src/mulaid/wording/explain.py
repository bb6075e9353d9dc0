"""Who paid what of one settled bill and why, clause by clause: the answer of `mulaid explain`."""

import datetime
from collections.abc import Iterable, Mapping

from mulaid.wording.amounts import day_text, yuan_text
from mulaid.wording.kinship import payer_is
from mulaid.wording.outcome import amounts_line, source_text, weak_lines
from mulaid.wording.refusals import refusal_sentence

DIGEST_SHOWN = 12

_FUNDS_BY = {
    "institution": "这家机构登记了由核心系统计算",
    "region": "这个统筹区登记了由核心系统计算",
    "sandbox": "这是试用环境",
}


def explain_lines(
    *,
    patient: str,
    institution: str,
    day: datetime.date,
    amounts: Mapping[str, int] = {},
    refused: str = "",
    payers: Iterable[tuple[str, str, int]] = (),
    passed_over: Iterable[tuple[str, str]] = (),
    steps: Iterable[tuple[str, str, str, str]] = (),
    unverified: Iterable[str] = (),
    assumed: Iterable[str] = (),
    policy: str = "",
    funds_by: str = "",
) -> list[str]:
    """The lines that explain one case.

    `patient` and all payers are masked names; `day` is the day of care. `amounts`: fen by the keys of
    `outcome.AMOUNT_NAMES`; `refused`: the code when the whole bill is. `payers`: (name, kinship, fen), where kinship is
    what the patient is to the payer. `passed_over`: (name, sentence). `steps`: (sentence without its basis, what the
    source says, title of the source, tier). `unverified`, `assumed`: names of rules. `policy`: the book's digest.
    `funds_by`: what allowed the message to give the funds' part, where it did.
    """
    lines = [f"{patient}，{day_text(day)}，{institution}"]
    lines.append(f"不能结算：{refusal_sentence(refused)}" if refused else amounts_line(amounts))
    if funds_by:
        lines.append(f"医保基金付多少是报文给出的，没有按政策计算。依据：{_FUNDS_BY[funds_by]}。")
    lines += _part(
        "出钱的人", (f"{name}（患者的{payer_is(kin)}）付 {yuan_text(amount)}" for name, kin, amount in payers)
    )
    lines += _part("没有出钱的人", (f"{name}：{sentence}" for name, sentence in passed_over))
    lines += _part("一步一步怎么算", (_clause(number, *step) for number, step in enumerate(steps, 1)))
    lines += weak_lines(unverified, ())
    if names := "、".join(assumed):
        lines.append(f"没有人知道、本系统暂按自己的办法办的规则：{names}。")
    if policy:
        lines.append(f"所用规则的版本：{policy[:DIGEST_SHOWN]}")
    return lines


def _part(title: str, told: Iterable[str]) -> list[str]:
    """A titled list, or nothing at all when it is empty."""
    lines = [f"  {line}" for line in told]
    return [f"{title}：", *lines] if lines else []


def _clause(number: int, text: str, says: str, source: str, tier: str) -> str:
    basis = f"依据：{says.rstrip('。')}。" if says else ""
    return f"{number}. {text}{basis}（{source_text(source, tier)}）"
