"""Define what the loopback Discord keeps: people, servers, messages, files and the requests it was sent."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
PlaceKind = Literal["guild", "dm", "user-install", "elsewhere"]
"""Where a person acts: in a server that has the bot; in a direct message to the bot; with the bot installed for
themselves, in a conversation with other people; or so, in a server that does not have the bot."""

EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15

_SHORT_LINE = 80
"""Characters: what is longer and ends with an ellipsis was cut off there, and is no line about what is to come."""
_EPOCH_MILLISECONDS = 1_420_070_400_000
_counter = itertools.count()


def snowflake() -> int:
    """Return a new id in Discord's form: milliseconds since 2015, then a serial number in the low 22 bits."""
    milliseconds = int(time.time() * 1000) - _EPOCH_MILLISECONDS
    return (milliseconds << 22) | (next(_counter) & 0x3FFFFF)


def timestamp() -> str:
    """Return the time now as the API writes it."""
    return dt.datetime.now(dt.UTC).isoformat()


@dataclass(frozen=True, slots=True)
class User:
    """A person, or the bot."""

    name: str
    bot: bool = False
    manages: bool = False
    """Whether they may manage servers."""
    moderates: bool = False
    """Whether they may manage messages in servers."""
    id: int = field(default_factory=snowflake)
    dm_id: int = field(default_factory=snowflake)
    """The channel of their direct messages with the bot."""


@dataclass(frozen=True, slots=True)
class Guild:
    """A Discord server, with one text channel that everybody may write in.

    Attributes:
        adults_only: whether its channel is age-restricted.
        closed: whether the bot may read its channel, and not write there.
    """

    name: str
    adults_only: bool = False
    closed: bool = False
    id: int = field(default_factory=snowflake)
    channel_id: int = field(default_factory=snowflake)


@dataclass(frozen=True, slots=True)
class File:
    """An attachment."""

    name: str
    content: bytes
    content_type: str | None = None
    description: str | None = None
    id: int = field(default_factory=snowflake)

    @property
    def text(self) -> str:
        """The content as UTF-8 text; what is none shows as replacement characters."""
        return self.content.decode("utf-8", "replace")


@dataclass(slots=True, kw_only=True)
class Message:
    """A message as it stands now.

    Attributes:
        where: the kind of place it is in.
        audience: the person whose interaction it answers; the only one to see it if it is ephemeral.
        embeds: as the API has them.
        components: rows of buttons, as the API has them.
        flags: Discord's message flags.
        deleted: whether it is gone.
        replies_to: the id of the message that it replies to, or whose button or form it answers.
        pings: whether a reply mentions the author of what it replies to.
        origin: the keys by which the API says what interaction it answers; empty without one.
        extra: further keys as the API has them, such as a poll or what was forwarded; they go before all others.
        allowed_mentions: whom its sender allowed to be pinged by it; None for all that it names.
    """

    author: User
    channel_id: int
    where: PlaceKind
    audience: User | None = None
    interaction_id: int | None = None
    replies_to: int | None = None
    pings: bool = False
    origin: Json = field(default_factory=dict)
    extra: Json = field(default_factory=dict)
    allowed_mentions: Json | None = None
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    flags: int = 0
    deleted: bool = False
    edited_at: str | None = None
    created_at: str = field(default_factory=timestamp)
    id: int = field(default_factory=snowflake)

    @property
    def private(self) -> bool:
        """Whether only its audience sees it."""
        return bool(self.flags & EPHEMERAL)

    @property
    def thinking(self) -> bool:
        """Whether it shows that the bot is thinking, and nothing else yet."""
        return bool(self.flags & LOADING)

    @property
    def unfinished(self) -> bool:
        """Whether it offers to cancel what it is to become, or is a short public line that ends in an ellipsis.

        Discord knows no such thing, but people read it so.
        """
        offers_to_cancel = any(
            part.get("label") == "Cancel" for row in self.components for part in row.get("components", ())
        )
        waits = self.content.endswith("…") and len(self.content) <= _SHORT_LINE and not (self.embeds or self.private)
        return offers_to_cancel or waits

    @property
    def visible(self) -> bool:
        """Whether there is something to read."""
        return not (self.deleted or self.thinking)


@dataclass(frozen=True, slots=True)
class Choice:
    """A suggestion of autocomplete."""

    name: str
    value: str | int | float


@dataclass(slots=True)
class RecordedRequest:
    """A request that the bot sent.

    Attributes:
        method: of HTTP.
        path: below `/api/v10`, as sent, without the query.
        route: the path with names in braces for its variable parts; empty if the server knows no such route.
        query: the query's parameters.
        body: the JSON, parsed; of a multipart request its `payload_json`; None if there was none.
        files: the files of a multipart request.
        status: what was answered; 0 while it is being handled, or when the connection was dropped instead.
        answer: the body of the answer as it was sent; None if it had none.
        received_at: when it came, in seconds of `time.monotonic`.
    """

    method: str
    path: str
    route: str = ""
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    files: dict[str, File] = field(default_factory=dict)
    status: int = 0
    answer: object = None
    received_at: float = field(default_factory=time.monotonic)
