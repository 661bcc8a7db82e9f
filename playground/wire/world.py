"""Remember what happens on the loopback Discord: people, servers, commands, messages, interactions, requests."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from playground.wire import payloads
from playground.wire.api_errors import ApiError
from playground.wire.exchange import Exchange
from playground.wire.records import File, Guild, Json, Message, PlaceKind, RecordedRequest, User, snowflake


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What Discord allows.

    Attributes:
        first_answer_seconds: how long an interaction waits for its first answer.
        token_seconds: how long an interaction's token serves for follow-ups and edits.
        attachment_bytes: the largest file.
        commands_a_day: how many commands may be created in 24 hours.
        foreign_followups: follow-ups to an interaction where only the user has the bot.
        identify_seconds: how long after one IDENTIFY the next is answered by INVALID_SESSION. Discord's five seconds,
            less what a client that waits just so long may be early by the time it took to get there.
        bucket_requests: how many requests to one route, for one channel or interaction, are taken before a 429.
        bucket_seconds: within what time.
        strict: refuse what Discord takes without documenting that it does: a follow-up after the bot deleted
            “thinking…”, where neither an edit nor another follow-up has taken its place.
    """

    first_answer_seconds: float = 3.0
    token_seconds: float = 15 * 60.0
    attachment_bytes: int = 10 * 1024 * 1024
    commands_a_day: int = 200
    foreign_followups: int = 5
    identify_seconds: float = 4.5
    bucket_requests: int = 50
    bucket_seconds: float = 1.0
    strict: bool = True


@dataclass(kw_only=True)
class World:
    """The state behind the wire.

    Attributes:
        people: by name, in the order in which they were named; the first is who acts when nobody is named.
        commands: the registered ones as payloads, by the id of their server, or 0 for the global ones.
        created: when commands were created, in seconds of `time.monotonic`.
        shown: names of commands that servers show to all, even if the command asks for permissions.
        violations: the bot's mistakes, a sentence each.
        nonces: the messages that the bot sent by a nonce that has to be unique.
        watchers: called whenever there may be something new to see.
    """

    token: str
    bot: User
    people: dict[str, User]
    guilds: list[Guild]
    limits: Limits
    commands: dict[int, list[Json]] = field(default_factory=lambda: {0: []})
    created: list[float] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict)
    exchanges: dict[str, Exchange] = field(default_factory=dict)
    requests: list[RecordedRequest] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)
    watchers: set[Callable[[], None]] = field(default_factory=set)
    nonces: dict[str, Message] = field(default_factory=dict)
    conversation_id: int = field(default_factory=snowflake)
    elsewhere: Guild = field(default_factory=lambda: Guild("A server without the bot"))
    base: str = ""
    """The server's own address, such as `http://127.0.0.1:40001`."""

    @property
    def files(self) -> str:
        """Where attachments are to be had."""
        return f"{self.base}/attachments"

    def changed(self) -> None:
        """Tell the watchers that there may be something new to see."""
        for watcher in list(self.watchers):
            watcher()

    def person(self, name: str | None) -> User:
        """Return a person by name, the first of all if no name is given.

        Raises:
            KeyError: nobody has that name.
        """
        return self.people[next(iter(self.people)) if name is None else name]

    def guild_of(self, channel_id: int) -> Guild | None:
        """Return the server with the bot in it that a channel belongs to, if it belongs to one."""
        return next((guild for guild in self.guilds if guild.channel_id == channel_id), None)

    def guild_at(self, where: PlaceKind) -> Guild | None:
        """Return the server that such a place is in, if it is in any.

        Raises:
            ValueError: the bot is in no server.
        """
        if where == "elsewhere":
            return self.elsewhere
        if where != "guild":
            return None
        if not self.guilds:
            raise ValueError("The bot is in no server: start WireServer with guilds=1 or more.")
        return self.guilds[0]

    def channel_at(self, where: PlaceKind, user: User) -> int:
        """Return the id of the channel of such a place."""
        guild = self.guild_at(where)
        if guild:
            return guild.channel_id
        return user.dm_id if where == "dm" else self.conversation_id

    def channel(self, channel_id: int) -> Json:
        """Return a channel object.

        Raises:
            ApiError: there is no such channel.
        """
        for guild in (*self.guilds, self.elsewhere):
            if guild.channel_id == channel_id:
                return payloads.text_channel(guild, self.bot)
        people = list(self.people.values())
        for person in people:
            if person.dm_id == channel_id:
                return payloads.direct_channel(channel_id, [person])
        if channel_id == self.conversation_id:
            return payloads.direct_channel(channel_id, people[:2])
        raise ApiError(404, 10003, "Unknown Channel")

    def message(self, message_id: int) -> Message:
        """Return a message that has not been deleted.

        Raises:
            ApiError: there is none.
        """
        message = self.messages.get(message_id)
        if message is None or message.deleted:
            raise ApiError(404, 10008, "Unknown Message")
        return message

    def file(self, file_id: int) -> File | None:
        """Return an attachment of a message that has not been deleted."""
        present = (m for m in self.messages.values() if not m.deleted)
        return next((file for m in present for file in m.files if file.id == file_id), None)

    def as_json(self, message: Message) -> Json:
        """Return a message object, with the message that it replies to unless that answers an interaction."""
        made = payloads.message(message, self.files, [self.bot, *self.people.values()])
        if message.interaction_id or not message.replies_to:
            return made
        target = self.messages.get(message.replies_to)
        if target is None or target.deleted:
            return made | {"referenced_message": None}
        if message.pings and str(target.author.id) not in {user["id"] for user in made["mentions"]}:
            made["mentions"].append(payloads.user(target.author))
        return made | {"referenced_message": self.as_json(replace(target, replies_to=None))}

    def dead(self, exchange: Exchange) -> bool:
        """Return whether an interaction went without an answer for too long."""
        waited = time.monotonic() - exchange.dispatched_at
        return not exchange.acknowledged and waited > self.limits.first_answer_seconds

    def out_of_time(self, exchange: Exchange) -> bool:
        """Return whether an interaction's token has become invalid."""
        return exchange.expired or time.monotonic() - exchange.dispatched_at > self.limits.token_seconds
