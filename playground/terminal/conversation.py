"""Hold a conversation with the bot at a terminal: a typed line in, the message that answers it out."""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncIterator, Callable

from playground.command_input import CommandLineError, parse, usage
from playground.terminal.drawing import Pen, clean, draw
from playground.wire.client_app import buttons, shown_choices
from playground.wire.command_rules import BOOLEAN, STRING
from playground.wire.component_rules import BOX, RADIO, STRING_SELECT, TEXT_INPUT, walk
from playground.wire.exchange import Exchange, InteractionState
from playground.wire.records import Json, Message
from playground.wire.server import WireServer

PATIENCE_SECONDS = 120.0

Write = Callable[[str], object]


async def converse(
    server: WireServer,
    lines: AsyncIterator[str],
    write: Write,
    *,
    patience: float = PATIENCE_SECONDS,
    pen: Pen | None = None,
) -> None:
    """Run typed lines one after another, and show what the bot answers to each.

    A line is a command, or the name of a button under the message that was shown last, such as `/again`;
    after the name of a button that shows a form its fields may be filled in, as `/edit seed: It was`.

    Args:
        server: where the bot is connected.
        lines: what is typed; blank lines are passed over.
        write: takes text to show, line breaks included.
        patience: seconds that the bot may take for an answer, after it has acknowledged the command.
        pen: how to draw; to suit standard output if left out.
    """
    chosen = pen or Pen(min(100, shutil.get_terminal_size().columns), sys.stdout.isatty())
    conversation = _Conversation(server, patience, chosen)
    async for line in lines:
        if line.strip():
            write(await conversation.answer(line.strip()))


class _Conversation:
    """What has been shown so far, as far as there is something to press in it."""

    def __init__(self, server: WireServer, patience: float, pen: Pen) -> None:
        self._server = server
        self._patience = patience
        self._pen = pen
        self._last: Message | None = None

    async def answer(self, line: str) -> str:
        """Return what there is to be shown for a line."""
        if not line.startswith("/"):
            return usage(self._server.commands)
        words = line.removeprefix("/").split()
        # A label may be of two words, the second of which tells it from others: the longer one is meant.
        names = [" ".join(words[:count]) for count in (2, 1)]
        label = next((label for name in names for label in self._labels() if label.casefold() == name), None)
        try:
            if label and self._last:
                return await self._press(self._last, label, line)
            typed = parse(line, self._server.commands)
        except CommandLineError as error:
            return f"{clean(str(error))}\n"
        return await self._shown(await self._server.slash(typed.name, typed.options))

    def _labels(self) -> list[str]:
        there = self._last and self._last.visible
        return list(buttons(self._last)) if self._last and there else []

    async def _press(self, message: Message, label: str, line: str) -> str:
        exchange = await self._server.press_label(message, label)
        shown = await self._shown(exchange)
        if exchange.modal is None:
            return shown
        form = _as_command(label, exchange.modal)
        typed = parse(line, [form])
        if not typed.options:
            return _fields(label, form)
        return await self._shown(await self._server.submit_modal(exchange, typed.options))

    async def _shown(self, exchange: Exchange) -> str:
        seconds = self._server.limits.first_answer_seconds
        try:
            await exchange.acknowledgement(seconds)
        except TimeoutError:
            return f"The bot did not answer within {seconds:g} s.\n"
        try:
            await exchange.until(_is_answered, self._patience)
        except TimeoutError:
            return f"The bot acknowledged the command, but did not answer it within {self._patience:g} s.\n"
        if exchange.state is InteractionState.DELETED and not exchange.shown:
            return "(The message is deleted.)\n"
        if not exchange.shown:
            return f"The bot answered with what cannot be shown here ({exchange.state}).\n"
        self._last = next((message for message in exchange.shown if buttons(message)), self._last)
        return "".join(draw(message, self._pen) for message in exchange.shown)


def _is_answered(exchange: Exchange) -> bool:
    # A deleted message whose button was pressed is the answer; a deleted deferral is followed by a message.
    deleted = exchange.state is InteractionState.DELETED and exchange.source is not None
    return exchange.settled_at is not None or deleted


def _as_command(label: str, modal: Json) -> Json:
    """Return a form as a command whose options are its fields; an option's description is what the field shows."""
    fields = (_as_option(part) for part in walk(modal["components"]))
    return {"name": label.casefold(), "description": modal["title"], "options": [field for field in fields if field]}


def _as_option(part: Json) -> Json | None:
    """Return a field as an option of a command; None for what is no field, or none that can be typed here."""
    if part["type"] == TEXT_INPUT:
        return {"name": part["custom_id"], "type": STRING, "description": part.get("value") or ""}
    if part["type"] == BOX:
        ticked = "true" if part.get("default") else "false"
        return {"name": part["custom_id"], "type": BOOLEAN, "description": ticked}
    if part["type"] not in {STRING_SELECT, RADIO}:
        return None
    choices = [{"name": option["label"], "value": option["value"]} for option in part["options"]]
    shown = ", ".join(choice["name"] for choice in choices if choice["value"] in shown_choices(part))
    return {"name": part["custom_id"], "type": STRING, "description": shown, "choices": choices}


def _fields(label: str, form: Json) -> str:
    """Return what a form shows, and how to fill it in."""
    lines = [f"{option['name']}: {clean(option['description'])}{_choices(option)}" for option in form["options"]]
    names = " ".join(f"{option['name']}: …" for option in form["options"])
    return "\n".join([f"{label} asks for (type /{form['name']} {names})", *(f"  {line}" for line in lines)]) + "\n"


def _choices(option: Json) -> str:
    """Return what may be chosen for an option, in brackets."""
    if option["type"] == BOOLEAN:
        return " (true or false)"
    names = ", ".join(clean(choice["name"]) for choice in option.get("choices", ()))
    return f" ({names})" if names else ""
