"""Numbers as people write them: in digits, in Chinese, in tens of thousands; whole, and sums as text of yuan."""

import re

_DIGITS = {word: at for at, word in enumerate("零一二三四五六")} | {
    "七": 7,
    "八": 8,
    "九": 9,
    "两": 2,
    "俩": 2,
    "〇": 0,
}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_TEN_THOUSAND = "万"
_WRITTEN = re.compile(r"([0-9][0-9,]*)(?:\.([0-9]+))?")

NUMERAL = rf"(?:[0-9][0-9,]*(?:\.[0-9]+)?|[{''.join((*_DIGITS, *_PLACES))}]+){_TEN_THOUSAND}?"
"""The pattern of whatever may be a number."""


def whole_number(text: str) -> int | None:
    """ "6", "1,000", "2万", "1.5万", "二十一", "十"; None when it is no number or not whole."""
    scaled = text.endswith(_TEN_THOUSAND)
    body = text.removesuffix(_TEN_THOUSAND)
    if match := _WRITTEN.fullmatch(body):
        return _shifted(match[1], match[2] or "", 4 if scaled else 0)
    read = _chinese(body)
    return None if read is None else read * (10_000 if scaled else 1)


def yuan_written(text: str) -> str | None:
    """An amount as policy files write it: "1,000" as "1000.00"; None when it has more than two decimals."""
    match = _WRITTEN.fullmatch(text)
    if match and match[2]:
        return f"{int(match[1].replace(',', ''))}.{match[2].ljust(2, '0')}" if len(match[2]) <= 2 else None
    number = whole_number(text)
    return None if number is None else f"{number}.00"


def _shifted(digits: str, decimals: str, places: int) -> int | None:
    """Digits with the point moved to the right; None when something stays behind it."""
    moved, rest = decimals[:places].ljust(places, "0"), decimals[places:]
    return None if rest.strip("0") else int(digits.replace(",", "") + moved)


def _chinese(text: str) -> int | None:
    """Places fall from the left, and each has one digit before it; only a leading ten may stand without."""
    total, digit, last = 0, None, 10_000
    for at, word in enumerate(text):
        if word in _PLACES:
            if _PLACES[word] >= last or (digit is None and (at or _PLACES[word] > 10)):
                return None
            total, digit, last = total + (1 if digit is None else digit) * _PLACES[word], None, _PLACES[word]
        elif word in _DIGITS and (digit is None or digit == 0):
            digit = _DIGITS[word]
        else:
            return None
    return total + (digit or 0) if text else None
