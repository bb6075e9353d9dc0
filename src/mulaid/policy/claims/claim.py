"""One thing said of one rule, in the form the book can be asked for, and how it is read from what people write."""

from enum import StrEnum
from typing import Any

import msgspec

from mulaid.policy.rules import BY_KEY, Rule
from mulaid.policy.shapes import ShapeFault
from mulaid.terms.money import MoneyError, basis_points, fen


class Comparison(StrEnum):
    """How a claim compares a rule with its value."""

    IS = "is"
    IS_NOT = "is_not"
    HAS = "has"
    """Every member stands in the set; of a table or of rows: it says this value somewhere."""
    LACKS = "lacks"
    """No member stands in the set."""
    AT_MOST = "at_most"
    AT_LEAST = "at_least"


DENIED = {
    Comparison.IS: Comparison.IS_NOT,
    Comparison.IS_NOT: Comparison.IS,
    Comparison.HAS: Comparison.LACKS,
    Comparison.LACKS: Comparison.HAS,
}
"""What a "not" makes of a comparison."""


class Unlisted(msgspec.Struct, frozen=True):
    """A word no value of the rule has: whoever knows the rule knows that it is not this."""

    word: str


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One thing said of one rule. `value` is as the book holds it; `item` names one entry of a table."""

    key: str
    comparison: Comparison
    value: Any
    qualifier: tuple[str, ...] = ()
    item: str = ""
    who: dict[str, Any] = {}
    """What is said of the person and the place of care: conditions as rows of a schedule state them."""


HOURS = ("closed_from", "closed_until")
"""From when until when: a claim may name the first alone."""


def read_value(key: str, comparison: Comparison, written: Any, item: str = "") -> Any:
    """A claim's value from the form of a policy file. Raises `ShapeFault`."""
    rule = BY_KEY[key]
    if key == "wallet_hours" and isinstance(written, dict) and len(written) == 1:
        (start,) = written.values()
        return (rule.shape(dict.fromkeys(HOURS, start))[0],)
    if item:
        return rule.shape({item: written})[item]
    if comparison in (Comparison.HAS, Comparison.LACKS):
        return _read_members(rule, written)
    value = rule.shape(written)
    if comparison in (Comparison.AT_MOST, Comparison.AT_LEAST) and (
        isinstance(value, bool) or not isinstance(value, int)
    ):
        raise ShapeFault("not_a_count", str(written))
    return value


def _read_members(rule: Rule, written: Any) -> Any:
    """Members of a set; of rows one amount or percentage; of a table one of its words; of notices what they hold."""
    if rule.key == "penalties":
        return dict(written)
    if rule.key == "channels":
        return frozenset(written if isinstance(written, list | tuple) else [written])
    listed = list(written) if isinstance(written, list | tuple) else [written]
    if rule.qualifiers:
        try:
            return frozenset(basis_points(one) if str(one).endswith("%") else fen(str(one)) for one in listed)
        except MoneyError:
            raise ShapeFault("not_money", str(written)) from None
    if key := _TABLES.get(rule.key):
        return frozenset(rule.shape({key: one})[key] for one in listed)
    read = rule.shape(listed)
    if not isinstance(read, frozenset):
        raise ShapeFault("not_a_list", rule.key)
    return read


_TABLES = {"territory": "premium", "schedule_for": "outpatient", "per_relation_max": "child", "limits": "payment"}
"""Rules whose value is a table, each with an entry to read one of its values by."""
