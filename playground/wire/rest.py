"""Serve the routes of the REST API that a bot for slash commands uses."""

from __future__ import annotations

from aiohttp import web

from playground.wire import interactions, messages, payloads
from playground.wire.api_errors import ApiError
from playground.wire.command_registry import CommandRegistry, without_localizations
from playground.wire.exchange import Exchange
from playground.wire.gateway import Gateway
from playground.wire.http_entrance import API, HEADERS, RECORDED, Handler, command_list, reply
from playground.wire.records import Message
from playground.wire.world import World

GLOBAL = "/applications/{application}/commands"
IN_GUILD = "/applications/{application}/guilds/{guild}/commands"
WEBHOOK = "/webhooks/{application}/{token}"
CHANNEL = "/channels/{channel}"


class RestRoutes:
    """Handlers, each of them translating between HTTP and the rules."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway
        self._registry = CommandRegistry(world)

    def add_to(self, app: web.Application) -> None:
        """Add all routes."""
        routes: list[tuple[str, str, Handler]] = [
            ("GET", "/users/@me", self._me),
            ("POST", "/users/@me/channels", self._open_direct_channel),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/applications/@me", self._application),
            ("GET", "/soundboard-default-sounds", self._no_sounds),
            ("GET", "/gateway", self._where_gateway),
            ("GET", "/gateway/bot", self._where_gateway),
            ("POST", "/interactions/{id}/{token}/callback", self._callback),
            ("POST", WEBHOOK, self._follow_up),
            ("GET", f"{WEBHOOK}/messages/{{message}}", self._get_reply),
            ("PATCH", f"{WEBHOOK}/messages/{{message}}", self._edit_reply),
            ("DELETE", f"{WEBHOOK}/messages/{{message}}", self._delete_reply),
            ("GET", CHANNEL, self._channel),
            ("POST", f"{CHANNEL}/typing", self._type),
            ("POST", f"{CHANNEL}/messages", self._send),
            ("GET", f"{CHANNEL}/messages/{{message}}", self._get_message),
            ("PATCH", f"{CHANNEL}/messages/{{message}}", self._edit_message),
            ("DELETE", f"{CHANNEL}/messages/{{message}}", self._delete_message),
            *((method, path, handler) for path in (GLOBAL, IN_GUILD) for method, handler in self._on_commands()),
            *(
                (method, f"{path}/{{command}}", handler)
                for path in (GLOBAL, IN_GUILD)
                for method, handler in self._on_command()
            ),
        ]
        for method, path, handler in routes:
            app.router.add_route(method, f"{API}{path}", handler)
        app.router.add_get("/attachments/{file}/{name}", self._file)

    def _on_commands(self) -> list[tuple[str, Handler]]:
        return [("GET", self._commands), ("PUT", self._replace_commands), ("POST", self._create_command)]

    def _on_command(self) -> list[tuple[str, Handler]]:
        return [("GET", self._command), ("PATCH", self._edit_command), ("DELETE", self._delete_command)]

    async def _me(self, _request: web.Request) -> web.Response:
        return reply(payloads.own_user(self._world.bot))

    async def _open_direct_channel(self, _request: web.Request) -> web.Response:
        recipient = str(messages.body_of(RECORDED.get()).get("recipient_id"))
        for person in self._world.people.values():
            if str(person.id) == recipient:
                return reply(payloads.direct_channel(person.dm_id, [person]))
        raise ApiError(400, 50033, "Invalid Recipient(s)")

    async def _no_sounds(self, _request: web.Request) -> web.Response:
        return reply([])

    async def _application(self, _request: web.Request) -> web.Response:
        return reply(payloads.application(self._world.bot, self._world.person(None)))

    async def _where_gateway(self, request: web.Request) -> web.Response:
        if request.path.endswith("/bot"):
            return reply(self._gateway.address())
        return reply({"url": self._gateway.url})

    # Commands

    def _scope(self, request: web.Request) -> int:
        if _number(request, "application") != self._world.bot.id:
            raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
        guild_id = _number(request, "guild") if "guild" in request.match_info else 0
        if guild_id and guild_id not in {guild.id for guild in self._world.guilds}:
            raise ApiError(403, 50001, "Missing Access")
        return guild_id

    async def _commands(self, request: web.Request) -> web.Response:
        commands = self._registry.of(self._scope(request))
        wanted = request.query.get("with_localizations", "").lower() in {"1", "true"}
        return reply(commands if wanted else [without_localizations(command) for command in commands])

    async def _replace_commands(self, request: web.Request) -> web.Response:
        return reply(self._registry.replace(self._scope(request), command_list(RECORDED.get())))

    async def _create_command(self, request: web.Request) -> web.Response:
        command, new = self._registry.put(self._scope(request), messages.body_of(RECORDED.get()))
        return reply(command, 201 if new else 200)

    async def _command(self, request: web.Request) -> web.Response:
        return reply(self._registry.find(self._scope(request), _number(request, "command")))

    async def _edit_command(self, request: web.Request) -> web.Response:
        scope = self._scope(request)
        old = self._registry.find(scope, _number(request, "command"))
        changed = {**old, **messages.body_of(RECORDED.get())}
        return reply(self._registry.put(scope, changed, replaces=old)[0])

    async def _delete_command(self, request: web.Request) -> web.Response:
        scope = self._scope(request)
        self._registry.of(scope).remove(self._registry.find(scope, _number(request, "command")))
        return reply()

    # Interactions

    async def _callback(self, request: web.Request) -> web.Response:
        token = request.match_info["token"]
        answer = interactions.callback(self._world, _number(request, "id"), token, RECORDED.get())
        wanted = request.query.get("with_response", "").lower() in {"1", "true"}
        return reply(answer if wanted else None)

    def _exchange(self, request: web.Request) -> Exchange:
        return interactions.by_token(self._world, _number(request, "application"), request.match_info["token"])

    async def _follow_up(self, request: web.Request) -> web.Response:
        message = interactions.follow_up(self._world, self._exchange(request), RECORDED.get())
        return reply(self._world.as_json(message))

    async def _get_reply(self, request: web.Request) -> web.Response:
        message = interactions.message_of(self._exchange(request), request.match_info["message"])
        return reply(self._world.as_json(message))

    async def _edit_reply(self, request: web.Request) -> web.Response:
        exchange, name = self._exchange(request), request.match_info["message"]
        return reply(self._world.as_json(interactions.edit(self._world, exchange, name, RECORDED.get())))

    async def _delete_reply(self, request: web.Request) -> web.Response:
        interactions.delete(self._exchange(request), request.match_info["message"])
        return reply()

    # Channels

    async def _channel(self, request: web.Request) -> web.Response:
        return reply(self._world.channel(_number(request, "channel")))

    async def _send(self, request: web.Request) -> web.Response:
        channel_id = _number(request, "channel")
        message, new = messages.send(self._world, RECORDED.get(), channel_id, self._world.bot)
        if new:
            await self._gateway.announce(message)
        return reply(self._world.as_json(message))

    async def _type(self, request: web.Request) -> web.Response:
        messages.check_may_write(self._world, _number(request, "channel"))
        return reply()

    def _message(self, request: web.Request) -> Message:
        message = self._world.message(_number(request, "message"))
        if message.channel_id != _number(request, "channel") or message.private:
            raise ApiError(404, 10008, "Unknown Message")
        return message

    async def _get_message(self, request: web.Request) -> web.Response:
        return reply(self._world.as_json(self._message(request)))

    async def _edit_message(self, request: web.Request) -> web.Response:
        message, recorded = self._message(request), RECORDED.get()
        if not message.author.bot:
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        messages.edit(self._world, message, messages.body_of(recorded), recorded.files)
        return reply(self._world.as_json(message))

    async def _delete_message(self, request: web.Request) -> web.Response:
        message = self._message(request)
        if not message.author.bot:
            raise ApiError(403, 50013, "Missing Permissions")
        message.deleted = True
        return reply()

    async def _file(self, request: web.Request) -> web.Response:
        file = self._world.file(_number(request, "file"))
        if file is None:
            return web.Response(status=404, headers=HEADERS)
        kind = file.content_type or "application/octet-stream"
        return web.Response(body=file.content, headers={**HEADERS, "Content-Type": kind})


def _number(request: web.Request, name: str) -> int:
    value = request.match_info[name]
    if not value.isdecimal():
        raise ApiError(400, 50035, f'Value "{value}" is not snowflake.')
    return int(value)
