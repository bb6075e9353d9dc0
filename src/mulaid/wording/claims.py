"""A rule's value from the words it is shown in: what people may write behind `--is`."""

import re
from collections.abc import Mapping
from typing import Any

from mulaid.terms.numerals import whole_number, yuan_written
from mulaid.wording.rules import RULE_UNITS
from mulaid.wording.values import UNLIMITED_TEXT, WORDS

_FLAGS: Mapping[Any, str] = {True: "是", False: "否"}


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
