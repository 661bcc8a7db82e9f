"""Queue a bounded number of items so that users take turns."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class QueueFullError(Exception):
    """The queue is full."""


class FairQueue(Generic[Item]):
    """A queue with a line for each user; the users take turns, an item each in rotation.

    However many items a user has waiting, another user's next item waits for at most one of them.
    Not thread-safe: threads that share it must hold a lock.

    Args:
        capacity: how many items may wait, 1 or more.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lines: OrderedDict[Hashable, deque[Item]] = OrderedDict()  # whose turn is next comes first
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Item]:
        """Yield the items in the order in which they will be taken, should nothing join or leave."""
        lines = [list(line) for line in self._lines.values()]
        for turn in range(max(map(len, lines), default=0)):
            yield from (line[turn] for line in lines if turn < len(line))

    def put(self, user: Hashable, item: Item) -> None:
        """Add an item at the end of its user's line.

        Raises:
            QueueFullError: as many items as `capacity` are waiting.
        """
        if self._length >= self._capacity:
            raise QueueFullError
        self._lines.setdefault(user, deque()).append(item)
        self._length += 1

    def take(self) -> Item | None:
        """Remove and return the next item, None when nothing waits; its user goes to the end of the rotation."""
        if not self._lines:
            return None
        user, line = self._lines.popitem(last=False)
        item = line.popleft()
        if line:
            self._lines[user] = line
        self._length -= 1
        return item

    def ahead(self, user: Hashable, item: Item) -> int | None:
        """Return how many items will be taken before this one, if none joins or leaves; None if it does not wait."""
        line = self._lines.get(user)
        if line is None or item not in line:
            return None
        position = line.index(item)
        ahead, passed = position, False
        for other, waiting in self._lines.items():
            if other == user:
                passed = True
            else:  # a user whose turn comes before this user's has one more turn until then
                ahead += min(len(waiting), position + (not passed))
        return ahead

    def remove(self, user: Hashable, item: Item) -> bool:
        """Remove a waiting item; return False if it does not wait any more."""
        line = self._lines.get(user)
        if line is None or item not in line:
            return False
        line.remove(item)
        if not line:
            del self._lines[user]
        self._length -= 1
        return True
