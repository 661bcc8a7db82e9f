"""Does for people what the page asks for: the same ways into the wire-level Discord as the terminal's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from playground.command_input import flattened, values
from playground.page.view import sees
from playground.wire import client_app
from playground.wire.exchange import Exchange, InteractionKind
from playground.wire.records import File, Json, Message, PlaceKind, User
from playground.wire.server import WireServer

MESSAGE_LIMIT = 2000
"""Characters of a message that a person writes, as on Discord."""

Id = Annotated[int, Field(ge=0, strict=False)]
"""As JSON a string: its numbers are too large for JavaScript's."""


class PageActionError(ValueError):
    """What cannot be done; the message is for the person at the page."""


class PageAction(BaseModel):
    """Something that a person asks for."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    who: str


class Say(PageAction):
    """Write a message."""

    where: PlaceKind
    text: str = Field(min_length=1, max_length=MESSAGE_LIMIT)


class Command(PageAction):
    """Use a slash command; the options are as they were typed."""

    where: PlaceKind
    name: str
    options: dict[str, str]


class Suggest(Command):
    """Get suggestions for the option that a person types into."""

    focused: str


class Menu(PageAction):
    """Use a command from a message's menu."""

    name: str
    message: Id


class Press(PageAction):
    """Press a button."""

    message: Id
    custom_id: str


class Submit(PageAction):
    """Send a form."""

    form: Id
    fields: dict[str, str | bool]


class Fetch(PageAction):
    """Get a file."""

    file: Id


class PageActions:
    """Takes what the page asks for.

    Args:
        server: where the bot is connected.
    """

    def __init__(self, server: WireServer) -> None:
        self._server = server
        self._world = server.world
        self._kinds: dict[str, tuple[type[PageAction], Callable[[Any], Awaitable[Json]]]] = {
            "say": (Say, self._say),
            "command": (Command, self._command),
            "suggest": (Suggest, self._suggest),
            "menu": (Menu, self._menu),
            "press": (Press, self._press),
            "submit": (Submit, self._submit),
        }

    async def do(self, kind: str, body: bytes) -> Json:
        """Do something; what there is to be told to the page.

        That is `wrong`, by the names of options; or `form`, to be filled in; or nothing: messages come by themselves.

        Raises:
            PageActionError: it cannot be done.
        """
        if kind not in self._kinds:
            raise PageActionError(f"There is no {kind!r} to do.")
        model, work = self._kinds[kind]
        try:
            asked = model.model_validate_json(body)
            self._person(asked)
            return await work(asked)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise PageActionError(f"{place}: {first['msg']}" if place else first["msg"]) from None
        except (ValueError, RuntimeError) as error:  # what the wire-level Discord refuses
            raise PageActionError(str(error)) from None

    def file(self, body: bytes) -> File:
        """Return a file that a person sees.

        Raises:
            PageActionError: they see none.
        """
        try:
            asked = Fetch.model_validate_json(body)
        except ValidationError:
            raise PageActionError("That asks for no file.") from None
        person = self._person(asked)
        for message in self._world.messages.values():
            for file in message.files:
                if file.id == asked.file and sees(person, message):
                    return file
        raise PageActionError("That file is gone.")

    def _person(self, asked: PageAction) -> User:
        person = self._server.people.get(asked.who)
        if person is None:
            raise PageActionError("There is nobody of that name.")
        return person

    def _message(self, asked: Menu | Press) -> Message:
        message = self._world.messages.get(asked.message)
        if message is None or not sees(self._person(asked), message):
            raise PageActionError("That message is gone.")
        return message

    async def _say(self, asked: Say) -> Json:
        if not asked.text.strip():
            raise PageActionError("There is nothing to send.")
        text = client_app.with_mentions(self._world, asked.text.strip())
        self._server.say(text, user=asked.who, where=asked.where)
        return {}

    async def _command(self, asked: Command) -> Json:
        found, wrong = values(self._options(asked), asked.options)
        if wrong:
            return {"wrong": wrong}
        return await self._answered(await self._server.slash(asked.name, found, user=asked.who, where=asked.where))

    async def _suggest(self, asked: Suggest) -> Json:
        # What is wrong in another option is no reason to suggest nothing in this one.
        found, _ = values([o for o in self._options(asked) if o["name"] != asked.focused], asked.options)
        typed = asked.options.get(asked.focused, "")
        try:
            choices = await self._server.autocomplete(
                asked.name, found, focused=asked.focused, typed=typed, user=asked.who, where=asked.where
            )
        except TimeoutError:
            return {"choices": []}
        return {"choices": [{"name": choice.name, "value": str(choice.value)} for choice in choices]}

    def _options(self, asked: Command) -> list[Json]:
        there = dict(flattened(client_app.offered(self._world, asked.where, self._person(asked))))
        if asked.name not in there:
            raise PageActionError(f"There is no command /{asked.name} for {asked.who} there.")
        options: list[Json] = there[asked.name].get("options") or []
        return options

    async def _menu(self, asked: Menu) -> Json:
        message = self._message(asked)
        return await self._answered(await self._server.message_command(asked.name, message, user=asked.who))

    async def _press(self, asked: Press) -> Json:
        message = self._message(asked)
        return await self._answered(await self._server.press(message, asked.custom_id, user=asked.who))

    async def _submit(self, asked: Submit) -> Json:
        shown = (e for e in self._world.exchanges.values() if e.id == asked.form and e.user.name == asked.who)
        exchange = next(shown, None)
        if exchange is None:
            raise PageActionError("That form is gone.")
        return await self._answered(await self._server.submit_modal(exchange, asked.fields))

    async def _answered(self, exchange: Exchange) -> Json:
        seconds = self._server.limits.first_answer_seconds
        try:
            await exchange.acknowledgement(seconds)
        except TimeoutError:
            what = "command" if exchange.kind is InteractionKind.COMMAND else "press"
            name = self._server.bot.name
            raise PageActionError(f"{name} did not answer this {what} within {seconds:g} seconds.") from None
        if exchange.modal is None:
            return {}
        return {"form": {"id": str(exchange.id), **exchange.modal}}
