"""The buttons under a reply, and the form behind *Edit*: each press is understood by the message and its id alone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Self

import discord
from discord.ext import commands

from bot.chat.answering import answer
from bot.chat.asking import MAX_PRIMED, Options, prepare
from bot.chat.buttons import ID, PREFIX, Action, Button, Unseen, as_item
from bot.chat.client import Charla
from bot.chat.continuing import on_from_reply
from bot.chat.drafts import LONGEST_NUMBER, Draft, form, render_draft, typed_into
from bot.chat.errors import RefusalError, answer_error
from bot.chat.reading import custom_ids, read_form
from bot.chat.reply import Reply

Interaction = discord.Interaction[Charla]

SOMEBODY_ELSE_SECONDS = 1.0
"""How long whoever has made a view or form without our prefix gets to answer; Discord waits for three."""

OUTDATED_BUTTON = "That button is not one of this version's. Please use /generate."
GONE = "The message that this belongs to is gone. Please use /generate."
NOT_YOURS = "Only the person who asked for this, or somebody who may manage messages here, can delete it."
NOT_YOUR_WAIT = "Only the person who asked for this can cancel it."
NOTHING_TO_CANCEL = "There is nothing to cancel any more."


class Pressed(discord.ui.DynamicItem[discord.ui.Button[Any]], template=ID):
    """A button of ours, made anew from its id whenever somebody presses it."""

    def __init__(self, button: Button) -> None:
        super().__init__(as_item(button))
        self.button = button

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button that an id stands for."""
        return cls(Button.of(match))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what it is there for."""
        await guarded(interaction, lambda: press(interaction, self.button))


class Buttons(commands.Cog):
    """Understands forms, and refuses what is no button or form of ours (any more)."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Called for every interaction; discord.py has handed the buttons of ours to `Pressed`."""
        data: Mapping[str, Any] = interaction.data or {}
        custom_id = str(data.get("custom_id"))
        if interaction.type not in {discord.InteractionType.component, discord.InteractionType.modal_submit}:
            return
        if not custom_id.startswith(PREFIX):
            await asyncio.sleep(SOMEBODY_ELSE_SECONDS)  # another part of the bot may have a view or form of its own
            if not interaction.response.is_done():
                await guarded(interaction, lambda: refuse(OUTDATED_BUTTON))
        elif interaction.type is discord.InteractionType.modal_submit:
            await guarded(interaction, lambda: submit(interaction))
        elif not is_known(interaction):
            await guarded(interaction, lambda: refuse(OUTDATED_BUTTON))


async def guarded(interaction: Interaction, work: Callable[[], Awaitable[None]]) -> None:
    """Do some work for an interaction, and answer whatever error it ends in: for buttons, discord.py answers none."""
    try:
        await work()
    except Exception as error:  # noqa: BLE001 - the one place that answers errors tells them apart
        await answer_error(interaction, error)


def is_known(interaction: Interaction) -> bool:
    """Whether a press is on a button of this version that its message really has."""
    data: Mapping[str, Any] = interaction.data or {}
    custom_id, message = str(data.get("custom_id")), interaction.message
    is_button = data.get("component_type") == discord.ComponentType.button.value
    return bool(is_button and message and custom_id in custom_ids(message) and Button.parse(custom_id))


async def refuse(text: str) -> None:
    """Refuse.

    Raises:
        RefusalError: always.
    """
    raise RefusalError(text)


async def press(interaction: Interaction, button: Button) -> None:
    """Do what a button is there for.

    Raises:
        Exception: what there is to be told to whoever pressed it.
    """
    interaction.client.answering()
    match button.action, button.unseen:
        case Action.AGAIN, _:
            await write(interaction, read_form(source(interaction), button))
        case Action.CONTINUE, Unseen() as unseen:
            await write_on(interaction, unseen)
        case Action.EDIT, _:
            await Reply.of(interaction).show_form(form(button.custom_id, read_form(source(interaction), button)))
        case Action.DELETE, _:
            await delete(interaction, button.whose)
        case _:
            await cancel(interaction, button.whose)


def source(interaction: Interaction) -> discord.Message:
    """The message that a button or a form belongs to.

    Raises:
        RefusalError: it is gone.
    """
    if interaction.message is None:
        raise RefusalError(GONE)
    return interaction.message


async def write_on(interaction: Interaction, unseen: Unseen) -> None:
    """Write on from a text's end."""
    options = await on_from_reply(interaction, source(interaction), unseen)
    await answer(interaction, [await prepare(interaction, options)])


async def submit(interaction: Interaction) -> None:
    """Answer a form that was filled in; what was typed goes along with whatever is answered in place of a text.

    Raises:
        Exception: what there is to be told to whoever filled it in.
    """
    data: Mapping[str, Any] = interaction.data or {}
    typed: dict[str, Any] = {**typed_into(data.get("components") or [])}
    Reply.of(interaction).keep(render_draft(Draft(**typed)))
    button = Button.parse(str(data.get("custom_id")))
    if button is None or button.action is not Action.EDIT:
        raise RefusalError(OUTDATED_BUTTON)
    draft = replace(read_form(source(interaction), button), **typed)
    Reply.of(interaction).keep(render_draft(draft))
    interaction.client.answering()
    await write(interaction, draft)


async def write(interaction: Interaction, draft: Draft) -> None:
    """Answer with the text that a form asks for.

    Raises:
        RefusalError: a value is not allowed.
    """
    options = Options(
        seed=draft.seed,
        top_n=number("top-n", draft.top_n),
        length=number("length", draft.length),
        count=draft.count,
        model=draft.model,
        private=draft.private,
        longest_seed=MAX_PRIMED,
    )
    await answer(interaction, [await prepare(interaction, options)])


async def delete(interaction: Interaction, requester: int) -> None:
    """Delete a reply, for whoever may.

    Raises:
        RefusalError: this person may not.
    """
    may = interaction.permissions
    if interaction.user.id != requester and not (may.manage_messages or may.administrator):
        raise RefusalError(NOT_YOURS)
    await Reply.of(interaction).delete_message()


async def cancel(interaction: Interaction, interaction_id: int) -> None:
    """Cancel what an earlier interaction waits for; that one's own answer then says so.

    Raises:
        RefusalError: it waits no more, or is somebody else's.
    """
    room = interaction.client.waiting
    wait = room.get(interaction_id)
    if wait is None:
        raise RefusalError(NOTHING_TO_CANCEL)
    if wait.user != interaction.user.id:
        raise RefusalError(NOT_YOUR_WAIT)
    await Reply.of(interaction).acknowledge()
    room.cancel(wait)


def number(name: str, typed: str) -> int:
    """A number that was typed.

    Raises:
        RefusalError: it is none.
    """
    digits = typed.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_NUMBER):
        raise RefusalError(f"{name} {typed!r}: allowed are whole numbers of 1 or more.")
    return int(digits)


async def setup(bot: Charla) -> None:
    """Called by discord.py when it loads this file, before the first press can arrive."""
    bot.add_dynamic_items(Pressed)
    await bot.add_cog(Buttons())
