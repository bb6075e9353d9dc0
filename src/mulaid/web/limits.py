"""How often one address may send something. Kept in memory: after a restart everybody may again."""

import datetime
from collections import OrderedDict, deque

ADDRESSES_MAX = 10_000


class Limit:
    """At most `most` in `seconds` from one address, and `everybody` from all together."""

    def __init__(self, *, most: int, seconds: int, everybody: int) -> None:
        self.most, self.everybody = most, everybody
        self.span = datetime.timedelta(seconds=seconds)
        self._seconds = seconds
        self._sent: OrderedDict[str, deque[datetime.datetime]] = OrderedDict()
        self._all: deque[datetime.datetime] = deque()

    def fresh(self) -> "Limit":
        """The same limit with nothing sent yet."""
        return Limit(most=self.most, seconds=self._seconds, everybody=self.everybody)

    def allows(self, address: str, now: datetime.datetime) -> bool:
        """Whether one more may come now; if so, it is counted."""
        mine = self._sent.pop(address, None) or deque()
        for times in (mine, self._all):
            while times and now - times[0] >= self.span:
                times.popleft()
        allowed = len(mine) < self.most and len(self._all) < self.everybody
        if allowed:
            mine.append(now)
            self._all.append(now)
        self._sent[address] = mine
        if len(self._sent) > ADDRESSES_MAX:
            self._sent.popitem(last=False)
        return allowed
