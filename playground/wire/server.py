"""Run a Discord on this machine's loopback that an unmodified bot connects to: for trying it, and for its tests."""

from __future__ import annotations

import asyncio
import base64
import secrets
import socket
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from playground.wire import client_app
from playground.wire.component_rules import BUTTON
from playground.wire.exchange import Exchange, InteractionKind
from playground.wire.faults import Faults
from playground.wire.gateway import PATH, Gateway, Session
from playground.wire.http_entrance import HttpEntrance
from playground.wire.records import Choice, Guild, Json, Message, PlaceKind, RecordedRequest, User
from playground.wire.rest import RestRoutes
from playground.wire.world import Limits, World

BACKLOG = 2048
"""Connections waiting to be accepted: with aiohttp's 128, some of hundreds at once would have to try again."""
LARGEST_REQUEST = 64 * 1024 * 1024


class WireServer:
    """Speaks Discord's HTTP API and gateway on 127.0.0.1, enforces the rules, and acts for people.

    Use it as `async with WireServer() as server`, and start the bot within `discord_at(server)`.

    Args:
        people: who may act; the first of them where nobody is named.
        guilds: the servers that the bot is in, or how many.
        shards: how many gateway connections are recommended.
        limits: what is allowed.
        bot_name: the name of the bot's user.
        moderators: the names of those who may manage messages.

    Attributes:
        token: the bot's; any other is refused.
        faults: where to order faults.
    """

    def __init__(
        self,
        people: Sequence[str | User] = ("you",),
        *,
        guilds: int | Sequence[Guild] = 1,
        shards: int = 1,
        limits: Limits | None = None,
        bot_name: str = "Charla",
        moderators: Sequence[str] = (),
    ) -> None:
        if not people:
            raise ValueError("There has to be at least one person.")
        bot = User(bot_name, bot=True)
        self.token = _token(bot)
        self.faults = Faults()
        self._world = World(
            token=self.token,
            bot=bot,
            people={
                person.name: person
                for person in (p if isinstance(p, User) else User(p, moderates=p in moderators) for p in people)
            },
            guilds=[Guild(f"Server {n}") for n in range(1, guilds + 1)] if isinstance(guilds, int) else [*guilds],
            limits=limits or Limits(),
        )
        self._gateway = Gateway(self._world, shards, self.faults)
        self._runner: web.AppRunner | None = None
        self._telling: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        app = web.Application(
            middlewares=[HttpEntrance(self._world, self.faults).middleware()], client_max_size=LARGEST_REQUEST
        )
        app.router.add_get(PATH, self._gateway.handle)
        app.router.add_get(f"{PATH}/", self._gateway.handle)
        RestRoutes(self._world, self._gateway).add_to(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        listener = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)
        await web.SockSite(self._runner, listener, backlog=BACKLOG).start()
        self._world.base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner:
            for site in list(self._runner.sites):
                await site.stop()  # first of all, or a bot that is still there would come back
            self._gateway.close()
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The server's address, such as `http://127.0.0.1:40001`."""
        return self._world.base

    @property
    def world(self) -> World:
        """The state behind the wire, for showing it."""
        return self._world

    @property
    def limits(self) -> Limits:
        """What is allowed here."""
        return self._world.limits

    @property
    def commands(self) -> list[Json]:
        """The global commands as registered; put some here to have them before the bot starts."""
        return self._world.commands[0]

    def guild_commands(self, guild: int = 0) -> list[Json]:
        """Return the commands of one server, by its place in `guilds`."""
        return self._world.commands.setdefault(self.guilds[guild].id, [])

    @property
    def requests(self) -> list[RecordedRequest]:
        """All requests so far."""
        return self._world.requests

    @property
    def violations(self) -> list[str]:
        """What Discord would have refused as the bot's own mistake, a sentence each."""
        return self._world.violations

    @property
    def guilds(self) -> list[Guild]:
        """The servers that the bot is in."""
        return self._world.guilds

    @property
    def people(self) -> Mapping[str, User]:
        """Those who may act, by name."""
        return self._world.people

    @property
    def bot(self) -> User:
        """The bot's own user."""
        return self._world.bot

    @property
    def sessions(self) -> list[Session]:
        """The gateway sessions that are connected now."""
        return self._gateway.sessions

    @property
    def identifies(self) -> int:
        """How many times a bot has identified."""
        return self._gateway.identifies

    async def bot_ready(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109 - a test reads best so
        """Wait, at most `timeout` seconds, until a bot has identified with all its shards.

        discord.py registers its commands before it connects, so that they are known by then.

        Raises:
            TimeoutError: none did.
        """
        async with asyncio.timeout(timeout):
            await self._gateway.wait(lambda: any(len(self.sessions) >= s.shards for s in self.sessions))

    async def resumed(self, times: int = 1, timeout: float = 5.0) -> None:  # noqa: ASYNC109 - a test reads best so
        """Wait, at most `timeout` seconds, until some shard has resumed its session this often.

        Raises:
            TimeoutError: none did.
        """
        async with asyncio.timeout(timeout):
            await self._gateway.wait(lambda: any(session.resumed >= times for session in self.sessions))

    def drop(self, shard: int = 0, *, resumable: bool = True) -> None:
        """Break a shard's gateway connection off; if not resumable, its RESUME is answered INVALID_SESSION."""
        self._gateway.drop(shard, resumable=resumable)

    async def end(self, code: int, shard: int = 0) -> None:
        """End a shard's gateway connection with a close code."""
        await self._gateway.end(shard, code)

    async def dispatch(self, event: str, data: Json, guild: int = 0) -> None:
        """Send the bot any event, as of one of the servers by its place in `guilds`."""
        await self._gateway.dispatch(event, data, self.guilds[guild].id)

    def allow_identify(self) -> None:
        """Take the next IDENTIFY at once, as if those before it were long ago."""
        self._gateway.forget_turns()

    def expire(self, exchange: Exchange) -> None:
        """Make an interaction's token invalid now."""
        exchange.expired = True

    def show_to_everybody(self, name: str) -> None:
        """Make servers show a command to all their members, even if it asks for permissions."""
        self._world.shown.add(name)

    async def remove_bot(self, guild: int = 0) -> None:
        """Make a person remove the bot from a server."""
        gone = self.guilds.pop(guild)
        await self._gateway.dispatch("GUILD_DELETE", {"id": str(gone.id)}, gone.id)

    async def outage(self, guild: int = 0) -> None:
        """Put a server out of reach, as when a part of Discord fails: the bot stays a member."""
        out = self.guilds[guild]
        await self._gateway.dispatch("GUILD_DELETE", {"id": str(out.id), "unavailable": True}, out.id)

    async def slash(
        self,
        name: str,
        options: Mapping[str, Any] | None = None,
        *,
        user: str | None = None,
        where: PlaceKind = "guild",
    ) -> Exchange:
        """Make a person use a slash command; return once the bot has been sent it.

        The values are sent as they are: only people's apps check them, and a bot may not rely on that.

        Args:
            name: of the command, with group and subcommand after it, with blanks between.
            options: values by the names of the options.
            user: who; the first of `people` if left out.
            where: the kind of place.

        Raises:
            ValueError: no such command is offered there, or it has no such option.
            RuntimeError: no bot is connected.
        """
        data = client_app.command_data(self._world, name, options or {}, where, self._world.person(user))
        return await self._act(InteractionKind.COMMAND, data, user, where)

    async def autocomplete(
        self,
        name: str,
        options: Mapping[str, Any] | None = None,
        *,
        focused: str,
        typed: str,
        user: str | None = None,
        where: PlaceKind = "guild",
    ) -> list[Choice]:
        """Return the suggestions for the option `focused`, into which a person has `typed` something.

        Raises:
            ValueError: no such command is offered there, or it has no such option.
            TimeoutError: the bot did not answer in time.
        """
        filled = {**(options or {}), focused: typed}
        data = client_app.command_data(self._world, name, filled, where, self._world.person(user), focused)
        exchange = await self._act(InteractionKind.AUTOCOMPLETE, data, user, where)
        await exchange.settled(self.limits.first_answer_seconds)
        return exchange.choices

    async def message_command(self, name: str, message: Message, *, user: str | None = None) -> Exchange:
        """Make a person use a command from a message's context menu.

        Raises:
            ValueError: no such command is offered there.
        """
        data = client_app.message_command_data(self._world, name, message, self._world.person(user))
        return await self._act(InteractionKind.COMMAND, data, user, message.where)

    async def press(
        self,
        message: Message,
        custom_id: str,
        *,
        values: Iterable[str] | None = None,
        user: str | None = None,
        forged: bool = False,
    ) -> Exchange:
        """Make a person press a button of a message, or select values.

        Args:
            message: as the person sees it.
            custom_id: of the component.
            values: for what is selected from.
            user: who; the first of `people` if left out.
            forged: send the press although the message has no such component.

        Raises:
            ValueError: they do not see the message, or it has no such component.
        """
        person = self._world.person(user)
        if not message.visible or (message.private and message.audience is not person):
            raise ValueError(f"{person.name} does not see that message.")
        if forged:
            data: Json = {"custom_id": custom_id, "component_type": BUTTON, "id": 1}
        else:
            data = client_app.component_data(message, custom_id, None if values is None else list(values))
        return await self._act(InteractionKind.COMPONENT, data, user, message.where, message)

    async def submit_modal(self, exchange: Exchange, values: Mapping[str, str | bool]) -> Exchange:
        """Have the person who was shown a form fill it in; values by the `custom_id` of the fields.

        Raises:
            ValueError: no form was shown, or it has no such field.
        """
        if exchange.modal is None:
            raise ValueError("The bot showed no form.")
        data = client_app.modal_data(exchange.modal, values)
        return await self._act(
            InteractionKind.MODAL, data, exchange.user.name, exchange.where, exchange.source, exchange
        )

    async def press_label(self, message: Message, label: str, *, user: str | None = None) -> Exchange:
        """Make a person press the button of a message that has this label.

        Raises:
            ValueError: they do not see the message, or it has no such button.
        """
        return await self.press(message, client_app.custom_id_of(message, label), user=user)

    def say(
        self,
        text: str,
        *,
        user: str | None = None,
        where: PlaceKind = "guild",
        replies_to: Message | None = None,
        pings: bool = True,
        extra: Json | None = None,
    ) -> Message:
        """Make a person write a message; the bot is told of it as its intents have it.

        Args:
            text: with mentions as the API has them, see `client_app.with_mentions`.
            user: who; the first of `people` if left out.
            where: the kind of place, unless it is a reply, which is where the other message is.
            replies_to: the message that it replies to.
            pings: whether a reply mentions the author of that message, as it does unless a person switches it off.
            extra: further keys of the message, as the API has them.
        """
        person = self._world.person(user)
        message = Message(
            author=person,
            channel_id=replies_to.channel_id if replies_to else self._world.channel_at(where, person),
            where=replies_to.where if replies_to else where,
            content=text,
            replies_to=replies_to.id if replies_to else None,
            pings=pings,
            extra=extra or {},
        )
        self._world.messages[message.id] = message
        self._world.changed()
        self.announce(message)
        return message

    def announce(self, message: Message) -> None:
        """Tell the bot of a message, once more if it was told before."""
        task = asyncio.get_running_loop().create_task(self._gateway.announce(message))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _act(
        self,
        kind: InteractionKind,
        data: Json,
        user: str | None,
        where: PlaceKind,
        source: Message | None = None,
        opened_by: Exchange | None = None,
    ) -> Exchange:
        person, guild = self._world.person(user), self._world.guild_at(where)
        exchange = Exchange(
            kind=kind,
            user=person,
            where=where,
            channel_id=source.channel_id if source else self._world.channel_at(where, person),
            guild_id=guild.id if guild else None,
            data=data,
            source=source,
            opened_by=opened_by,
        )
        self._world.exchanges[exchange.token] = exchange
        exchange.payload = client_app.interaction(self._world, exchange)
        await self._gateway.dispatch("INTERACTION_CREATE", exchange.payload, exchange.guild_id)
        self._world.changed()
        return exchange


def _token(bot: User) -> str:
    """Return a new token in Discord's form, of three parts; clients read the bot's id out of the first."""
    first = base64.urlsafe_b64encode(str(bot.id).encode()).decode().rstrip("=")
    return f"{first}.{secrets.token_urlsafe(4)}.{secrets.token_urlsafe(27)}"
