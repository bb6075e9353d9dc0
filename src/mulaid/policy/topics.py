"""The rules by what they are about, those that a family asks for first before all others."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from mulaid.policy.rules import RULES, Rule


class Topic(StrEnum):
    """What a rule is about, in the order topics are shown."""

    FAMILY = "family"
    """The ten that decide whether and how a family's money can be used at all."""
    BINDING = "binding"
    ENDING = "ending"
    PAYING = "paying"
    PREMIUM = "premium"
    WALLET = "wallet"
    CREDIT = "credit"
    BENEFIT = "benefit"
    CARE = "care"
    SETTLING = "settling"
    OTHER = "other"


FAMILY_FIRST = (
    *("mechanisms", "relations_allowed", "territory", "max_members", "max_sponsors_per_beneficiary"),
    *("floor", "own_account_rule", "sponsor_order_rule", "confirm_mode", "uses"),
)
_NUMBERS: dict[Topic, Iterable[int]] = {
    Topic.BINDING: (1, 2, 3, 4, 5, 6, 7, 8, 13, 14, 24, 25, 32, 36),
    Topic.ENDING: (9, 10, 11, 12),
    Topic.PAYING: (15, 16, 17, 18, 19, 20, 21, 22, 23),
    Topic.PREMIUM: (29,),
    Topic.WALLET: (31,),
    Topic.CREDIT: (33,),
    Topic.BENEFIT: (34, 37, 38),
    Topic.CARE: (35,),
    Topic.SETTLING: (26, 27, 28, 30),
}
"""Topics by the numbers of the parameter list."""
_BY_NUMBER = {f"P{number:02}": topic for topic, numbers in _NUMBERS.items() for number in numbers}


def topic_of(rule: Rule) -> Topic:
    """What a rule is about; a number nobody has sorted yet stands among the others."""
    return Topic.FAMILY if rule.key in FAMILY_FIRST else _BY_NUMBER.get(rule.number, Topic.OTHER)


def by_topic(rules: Iterable[Rule] = RULES) -> Iterator[tuple[Topic, tuple[Rule, ...]]]:
    """The topics that have rules, each with its own; the family's in the order families ask, others as listed."""
    grouped: dict[Topic, list[Rule]] = {topic: [] for topic in Topic}
    for rule in rules:
        grouped[topic_of(rule)].append(rule)
    grouped[Topic.FAMILY].sort(key=lambda rule: FAMILY_FIRST.index(rule.key))
    yield from ((topic, tuple(found)) for topic, found in grouped.items() if found)
