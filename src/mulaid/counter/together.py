"""Many questions of one kind, one statement: whoever asks while an answer is fetched is answered by the next."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Together(Generic[Key, Value]):
    """Collects keys while its one fetch is under way; there is no timer, so a lone question is asked at once.

    `fetch` gets each key once and returns the values of those that have one; what it raises reaches everybody who
    waited for that fetch.
    """

    def __init__(self, fetch: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Value]]]) -> None:
        self._fetch = fetch
        self._waiting: dict[Key, asyncio.Future[Value | None]] = {}
        self._running: asyncio.Task[None] | None = None

    async def get(self, key: Key) -> Value | None:
        """The value of a key, None when it has none."""
        promise = self._waiting.get(key)
        if promise is None:
            promise = self._waiting[key] = asyncio.get_running_loop().create_future()
            if self._running is None or self._running.done():
                self._running = asyncio.create_task(self._run())
        # One who gives up waiting must not cancel the answer of the others.
        return await asyncio.shield(promise)

    async def _run(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting, {}
            try:
                found = await self._fetch(list(asked))
            except Exception as failure:
                for promise in asked.values():
                    promise.set_exception(failure)
            else:
                for key, promise in asked.items():
                    promise.set_result(found.get(key))
