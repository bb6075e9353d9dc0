"""Arrays as literals: one text, made by Python at once and cast to the array it is by the statement.

asyncpg asks of every element of an array whether it is an array itself, which for a batch costs more than all the rest
of encoding it.
"""

from collections.abc import Sequence


def literal(numbers: Sequence[int | None]) -> str:
    """[1, None, 3] as "{1, NULL, 3}". Plain ints only: an enum would write its name."""
    return "{" + str(list(numbers))[1:-1].replace("None", "NULL") + "}"


def texts(values: Sequence[str]) -> str:
    """["a", 'b"c'] as '{"a","b\\"c"}'. Members of a `StrEnum` are text too."""
    joined = "".join(values)
    if '"' in joined or "\\" in joined:
        values = [value.replace("\\", "\\\\").replace('"', '\\"') for value in values]
    return '{"' + '","'.join(values) + '"}' if values else "{}"
