"""A computation done again, as plain data and as people read it."""

from typing import Any

from mulaid.policy.sums import Part, Share, Shares, Sum
from mulaid.wording.sums import number_text, shares_lines, sum_line


def sum_data(checked: Sum | Shares) -> dict[str, Any]:
    """The verdict with every figure as text, exact to six decimals."""
    if isinstance(checked, Shares):
        return {
            "kind": "shares",
            "verdict": "right" if checked.consistent else "wrong",
            "base": number_text(checked.base),
            "shares": [
                dict(zip(("ratio", "amount", "base", "expected"), _share(each), strict=True)) for each in checked.shares
            ],
        }
    return {
        "kind": "equation",
        "verdict": checked.verdict,
        "expression": checked.computed.text,
        "value": _value(checked, checked.computed),
        "stated": checked.stated.text,
        "deductible_first": _usual(checked),
        "only": [part.text for part in checked.only],
    }


def sum_lines(checked: Sum | Shares) -> list[str]:
    """The verdict in words."""
    if isinstance(checked, Shares):
        amounts = [share.amount for share in checked.shares]
        times = number_text(max(amounts) / min(amounts))
        return shares_lines(
            checked.consistent, number_text(checked.base), times, [_share(each) for each in checked.shares]
        )
    computed = checked.computed.text, _value(checked, checked.computed)
    only = [part.text for part in checked.only]
    return [sum_line(checked.verdict, computed, checked.stated.text, _usual(checked), only)]


def _usual(checked: Sum) -> tuple[str, str] | None:
    return (checked.usual.text, _value(checked, checked.usual)) if checked.usual else None


def _value(checked: Sum, part: Part) -> str:
    return number_text(part.value, percent=checked.stated.sign == "%")


def _share(share: Share) -> tuple[str, str, str, str]:
    return (
        number_text(share.ratio, percent=True),
        number_text(share.amount),
        number_text(share.base),
        number_text(share.expected),
    )
