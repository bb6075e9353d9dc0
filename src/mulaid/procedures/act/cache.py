"""Answers kept for a short while, for what is asked with every message and changes once a year."""

import time
from collections import OrderedDict
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """At most so many answers, each for so many seconds; the oldest is forgotten first."""

    def __init__(self, most: int, seconds: int) -> None:
        self._most, self._seconds = most, seconds
        self._kept: OrderedDict[Key, tuple[int, Value]] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        found = self._kept.get(key)
        if found is None or time.monotonic_ns() > found[0]:
            return None
        return found[1]

    def put(self, key: Key, value: Value) -> None:
        self._kept.pop(key, None)
        self._kept[key] = (time.monotonic_ns() + self._seconds * 1_000_000_000, value)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
