"""Queue a bounded number of items so that servers, and within each server its users, get equal shares of the work.

Work is shared, not turns. Every server has a mark that moves on by the work of what is taken of it, and the next item
is that of the server whose mark would come least far with it; within a server the same goes for its users. A server
that begins to wait starts at the furthest mark that was reached: it is owed nothing for having asked for nothing, and
needs no memory once nothing of it waits. So until its item is taken, each other server gets at most as much work as
that item is, and one item more, however many users and items it has.

This is self-clocked fair queueing (S. J. Golestani, “A self-clocked fair queueing scheme for broadband applications”,
INFOCOM 1994), once over the servers and once within each.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)


class QueueFullError(Exception):
    """The queue is full."""


@dataclass(eq=False, slots=True)
class _Entry(Generic[Item]):
    """An item that waits, and whose it is."""

    item: Item
    server: Hashable
    user: Hashable
    work: int


@dataclass(eq=False, slots=True)
class _User(Generic[Item]):
    """What waits of a user.

    Attributes:
        mark: moves on by the work of what is taken.
        turn: when it began to wait, or was served last: of two that are level, the earlier goes first.
        entries: in the order of asking.
    """

    mark: int
    turn: int
    entries: deque[_Entry[Item]] = field(default_factory=deque)

    def __iter__(self) -> Iterator[_Entry[Item]]:
        return iter(self.entries)


@dataclass(eq=False, slots=True)
class _Server(Generic[Item]):
    """What waits of a server.

    Attributes:
        mark: as that of a user, among the servers.
        turn: as that of a user, among the servers.
        users: those of whom something waits.
        furthest: the furthest mark that one of its users has reached.
    """

    mark: int
    turn: int
    users: dict[Hashable, _User[Item]] = field(default_factory=dict)
    furthest: int = 0

    def __iter__(self) -> Iterator[_Entry[Item]]:
        return _in_order(self.users.values())


class FairQueue(Generic[Item]):
    """A queue in which servers, and within each server its users, share the work evenly.

    Not thread-safe: threads that share it must hold a lock.

    Args:
        capacity: how many items may wait, 1 or more.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._entries: dict[Item, _Entry[Item]] = {}
        self._servers: dict[Hashable, _Server[Item]] = {}
        self._furthest = 0
        self._turns = count()
        self._places: dict[Item, int] = {}  # each item's place, worked out when it is asked for; empty until then

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def is_full(self) -> bool:
        """Whether as many items wait as may."""
        return len(self) >= self._capacity

    def __iter__(self) -> Iterator[Item]:
        """Yield the items in the order in which they will be taken, should nothing join or leave."""
        return (entry.item for entry in _in_order(self._servers.values()))

    def put(self, server: Hashable, user: Hashable, item: Item, work: int) -> None:
        """Add an item behind those of its user.

        Args:
            server: its users share what it gets; None for a user who is a server by themselves.
            user: of that server.
            item: none that waits already.
            work: how much work the item is, 1 or more.

        Raises:
            QueueFullError: as many items as `capacity` are waiting.
        """
        if self.is_full:
            raise QueueFullError
        server = (None, user) if server is None else server
        if server not in self._servers:
            self._servers[server] = _Server(self._furthest, next(self._turns))
        users = self._servers[server].users
        if user not in users:
            users[user] = _User(self._servers[server].furthest, next(self._turns))
        entry = _Entry(item, server, user, work)
        users[user].entries.append(entry)
        self._entries[item] = entry
        self._places.clear()

    def take(self) -> Item | None:
        """Remove and return the next item, None when nothing waits."""
        entry = next(_in_order(self._servers.values()), None)
        if entry is None:
            return None
        server = self._servers[entry.server]
        user = server.users[entry.user]
        for line in (server, user):
            line.mark += entry.work
            line.turn = next(self._turns)
        self._furthest = max(self._furthest, server.mark)
        server.furthest = max(server.furthest, user.mark)
        self._drop(entry)
        return entry.item

    def ahead(self, item: Item) -> int | None:
        """Return how many items will be taken before this one, if none joins or leaves; None if it does not wait."""
        if not self._places:
            self._places = {waiting: place for place, waiting in enumerate(self)}
        return self._places.get(item)

    def remove(self, item: Item) -> bool:
        """Remove a waiting item; return False if it does not wait any more."""
        entry = self._entries.get(item)
        if entry is None:
            return False
        self._drop(entry)
        return True

    def _drop(self, entry: _Entry[Item]) -> None:
        """Forget an entry, and its user and server if nothing else of theirs waits."""
        server = self._servers[entry.server]
        user = server.users[entry.user]
        user.entries.remove(entry)
        if not user.entries:
            del server.users[entry.user]
        if not server.users:
            del self._servers[entry.server]
        del self._entries[entry.item]
        self._places.clear()


def _in_order(lines: Iterable[_User[Item] | _Server[Item]]) -> Iterator[_Entry[Item]]:
    """Yield what waits in several lines, in the order in which it will be taken."""
    lines = list(lines)
    turns = count(max((line.turn for line in lines), default=0) + 1)
    # No two lines have the same turn, so entries are never compared.
    heap = []
    for line in lines:
        rest = iter(line)
        entry = next(rest)
        heap.append((line.mark + entry.work, line.turn, entry, rest))
    heapq.heapify(heap)
    while heap:
        mark, _, entry, rest = heap[0]
        yield entry
        following = next(rest, None)
        if following is None:
            heapq.heappop(heap)
        else:
            heapq.heapreplace(heap, (mark + following.work, next(turns), following, rest))
