"""Arrays as literals: one text, made by Python at once and cast to the array it is by the statement.

asyncpg asks of every element of an array whether it is an array itself, which for a batch costs more than all the rest
of encoding it.
"""

from collections.abc import Sequence

from mulaid.store import regions

Key = tuple[str, int]
"""A region and a number in it: a person, a pool, a visit."""


def literal(numbers: Sequence[int | None]) -> str:
    """[1, None, 3] as "{1, NULL, 3}". Plain ints only: an enum would write its name."""
    return "{" + str(list(numbers))[1:-1].replace("None", "NULL") + "}"


def texts(values: Sequence[str]) -> str:
    """["a", 'b"c'] as '{"a","b\\"c"}'. Members of a `StrEnum` are text too."""
    joined = "".join(values)
    if '"' in joined or "\\" in joined:
        values = [value.replace("\\", "\\\\").replace('"', '\\"') for value in values]
    return '{"' + '","'.join(values) + '"}' if values else "{}"


def places(names: Sequence[str]) -> tuple[int | None, str]:
    """The regions of a batch's rows, as its statements take them: the only region or None, and one for each row.

    A statement says `region = coalesce($1, asked.region)`: a batch of one region is bound to that region.
    """
    numbers = [regions.number(name) for name in names]
    return numbers[0] if len(set(numbers)) == 1 else None, literal(numbers)


def numbered(keys: Sequence[Key]) -> tuple[int | None, str, str]:
    """Keys as a batch's statements take them: `places`, and the numbers."""
    return *places([region for region, _ in keys]), literal([number for _, number in keys])


def named(keys: Sequence[tuple[str, int, str]]) -> tuple[int | None, str, str, str]:
    """The same for keys that end in a text: an institution, a batch of charges."""
    return *numbered([key[:2] for key in keys]), texts([key[2] for key in keys])
