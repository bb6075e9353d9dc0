"""What is wrong with a field that somebody filled in, and how to write it."""


def faults_title(count: int) -> str:
    """Above the list of what is wrong."""
    return f"有 {count} 处要改："


def no_such_day(text: str) -> str:
    """Not a day."""
    return f"“{text}”不是日期。请写成 2026-01-20 这样。"


def no_sum(text: str) -> str:
    """Not a sum of money."""
    return f"“{text}”不是钱数。请只写数字，例如 128.50。"


def no_number(text: str, least: int, most: int) -> str:
    """Not a number within bounds."""
    return f"“{text}”不对。请写 {least} 到 {most} 之间的整数。"


def wanted(what: str) -> str:
    """Something that has to be filled in is empty."""
    return f"请写{what}。"


def too_long(most: int) -> str:
    """More than is read."""
    return f"写得太长了，最多 {most} 个字。"
