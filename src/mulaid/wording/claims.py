"""What a statement claims, read with the wordings of `claim_patterns`. What none fits is handed back, not guessed.

The result is plain data: a rule's key, a comparison, and a value in the form of a policy file.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from mulaid.wording.claim_patterns import TABLES, WORDINGS, Wording
from mulaid.wording.rules import RULE_UNITS
from mulaid.wording.sums import Arithmetic, arithmetic_in
from mulaid.wording.values import UNLIMITED_TEXT, WORDS

_DIGITS = {word: at for at, word in enumerate("零一二三四五六七八九")} | {"两": 2}


class Said(msgspec.Struct, frozen=True):
    """One claim a statement makes. `value` is in the form of a policy file; `note` names a remark to make."""

    key: str
    comparison: str
    value: Any
    item: str = ""
    qualifier: tuple[str, ...] = ()
    note: str = ""


def claims_in(statement: str) -> tuple[list[Said | Arithmetic], list[str]]:
    """What a statement claims or computes, and the parts of it that cannot be read.

    The whole is tried first, then its parts between commas, then between enumeration commas.
    """
    return _parts(_plain(statement), ("；;。", "，,", "、"))


def whole_number(text: str) -> int | None:
    """A number written with digits or as 一 to 九十九; None when it is neither or not whole."""
    if re.fullmatch(r"[0-9][0-9,]*", text):
        return int(text.replace(",", ""))
    tens, ten, ones = text.rpartition("十")
    if all(word in _DIGITS for word in tens + ones) and max(len(tens), len(ones)) <= 1 and tens + ten + ones:
        return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)
    return None


def yuan_written(text: str) -> str | None:
    """An amount as policy files write it: "1,000" as "1000.00"; None when it has more than two decimals."""
    if match := re.fullmatch(r"([0-9][0-9,]*)(?:\.([0-9]{1,2}))?", text):
        return f"{int(match[1].replace(',', ''))}.{(match[2] or '').ljust(2, '0')}"
    number = whole_number(text)
    return None if number is None else f"{number}.00"


def _plain(statement: str) -> str:
    return re.sub(r"[\s“”\"'「」]", "", statement).strip("。！!？?；;，,")


def regions_named(text: str, names: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """The regions a statement begins with, and the rest of it: "济南、青岛最多绑定7人". `names` are their full names.

    A region may be called by its name without what it is, as people do.
    """
    short = {re.sub("(壮族|回族|维吾尔)?自治区$|[省市]$", "", name): region for name, region in names.items()}
    called = short | dict(names)
    one = "|".join(sorted(map(re.escape, called), key=len, reverse=True))
    match = re.match(f"(?P<named>(?:{one})(?:[、和](?:{one}))*)(?:医保|规定|的|：|:|，)*(?=.)", text)
    if match is None:
        return (), text
    return tuple(dict.fromkeys(called[name] for name in re.findall(one, match["named"]))), text[match.end() :]


def written_value(key: str, text: str) -> Any:
    """A rule's value from the words `value_text` shows it in, in the form of a policy file; None when they are none.

    Sets, single words and numbers with their unit are read; tables and rows are not.
    """
    words, unit = WORDS.get(key, _FLAGS), RULE_UNITS[key]
    named = {word: member for member, word in words.items()}
    if text in named:
        return named[text]
    if text == UNLIMITED_TEXT:
        return "unlimited"
    number = text.removesuffix(unit).strip()
    if unit == "元":
        return yuan_written(number)
    if (count := whole_number(number)) is not None:
        return count
    one = "|".join(sorted(map(re.escape, named), key=len, reverse=True))
    return [named[word] for word in re.findall(one, text)] if re.fullmatch(f"(?:{one})(?:、(?:{one}))*", text) else None


def _parts(text: str, marks: tuple[str, ...]) -> tuple[list[Said | Arithmetic], list[str]]:
    if arithmetic := arithmetic_in(text):
        return [arithmetic], []
    if said := _said(text):
        return [*said], []
    while marks and not re.search(f"[{marks[0]}]", text):
        marks = marks[1:]
    if not marks:
        return [], [text]
    found: list[Said | Arithmetic] = []
    strange: list[str] = []
    for part in filter(None, re.split(f"[{marks[0]}]", text)):
        claims, rest = _parts(part, marks[1:])
        found, strange = found + claims, strange + rest
    return found, strange


def _said(text: str) -> list[Said]:
    for wording in WORDINGS:
        if (match := wording.pattern.fullmatch(text)) and (said := _claims(wording, match)):
            return said
    return []


def _claims(wording: Wording, match: re.Match[str]) -> list[Said]:
    """What a pattern that fits claims; nothing when a number in it cannot be read."""
    written = wording.written
    groups = {name.rstrip("_"): word for name, word in match.groupdict().items() if word}
    denied = groups.pop("no", None) is not None
    qualifier = tuple(_words(words, groups.pop(name))[0] for name, words in TABLES.qualifiers.items() if name in groups)
    value = _value(groups) if written.value is None else written.value
    if value is None:
        return []
    said = Said(
        key=written.rule,
        comparison=_DENIED[written.compares] if denied else written.compares,
        value=value,
        item=written.item,
        qualifier=qualifier,
        note="" if written.note == "wallet_limit" and _WALLET in match[0] else written.note,
    )
    return [said, Said(written.also, "is_not" if denied else "is", True)] if written.also else [said]


_WALLET = "钱包"
_FLAGS: Mapping[Any, str] = {True: "是", False: "否"}
_DENIED = {"is": "is_not", "is_not": "is", "has": "lacks", "lacks": "has"}


def _words(words: Mapping[str, str], text: str) -> list[str]:
    """The words that a list of them names, in the order they stand there."""
    one = "|".join(f"(?P<{word}>{pattern})" for word, pattern in words.items())
    return [str(match.lastgroup) for match in re.finditer(one, text)]


def _named(name: str, text: str) -> list[str] | None:
    """The words of a table that a list names, those that stand for several too; None when one may mean two things."""
    found: set[str] = set()
    rest = text
    for word, members in TABLES.several.get(name, {}).items():
        if word in rest:
            found, rest = found.union(members), rest.replace(word, "")
    found.update(_words(TABLES.words[name], rest))
    for word, apart in TABLES.unclear.get(name, {}).items():
        if word in rest and rest != word and not found.issuperset(apart):
            return None
    return sorted(found)


_NUMBERS: dict[str, Callable[[str], Any]] = {
    "count": whole_number,
    "days": whole_number,
    "months": lambda text: None if (number := whole_number(text)) is None else 30 * number,
    "yuan": yuan_written,
    "tier": lambda text: None if (number := whole_number(text)) is None else [number],
    "percent": str,
}
"""How the number in a named group is read; a month counts 30 days, as in the book."""


def _value(groups: Mapping[str, str]) -> Any:
    """The value the named groups say; None when a number in it cannot be read."""
    if "year" in groups:
        amount = yuan_written(groups["yuan"])
        return amount and {"year": int(groups["year"]), "amount": amount}
    if "month" in groups:
        month, day = whole_number(groups["month"]), whole_number(groups["day"])
        return f"{month:02d}-{day:02d}" if month and day else None
    if "closed_from" in groups:
        return {name: time.zfill(5) for name, time in groups.items()}
    ((name, text),) = groups.items()
    return _named(name, text) if name in TABLES.words else _NUMBERS[name](text)
