"""Answer the buttons under a reply and the form behind *Edit*, each by its message and its id alone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import discord
from discord.ext import commands

from bot.chat.client import Charla
from bot.chat.comparison import TOP_NS, ask_to_compare_again, ask_to_continue_one
from bot.chat.components import PREFIX, Action, Button
from bot.chat.edit_form import EditForm, read_form, render_unsent, typed_fields
from bot.chat.error_messages import answer_error
from bot.chat.handling import counted
from bot.chat.read_message import ask_again, ask_to_continue, custom_ids
from bot.chat.reply import Reply
from bot.errors import RefusalError

FOREIGN_SECONDS = 1.0
"""How long a view or form without our prefix gets to be answered by the code that made it; Discord waits for three."""

OUTDATED_BUTTON = "That button is not one of this version's. Please use /generate."
MESSAGE_GONE = "The message that this belongs to is gone. Please use /generate."
NOT_YOURS = "Only the person who asked for this, or a person who may manage messages here, can delete it."
NOT_YOUR_REQUEST = "Only the person who asked for this can cancel it."
NOTHING_TO_CANCEL = "There is nothing to cancel any more."


class Buttons(commands.Cog):
    """Answers the presses of buttons and the forms that are sent."""

    def __init__(self, bot: Charla) -> None:
        self._bot = bot
        self._responder = bot.responder

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer a press or a form; discord.py calls this for every interaction, and answers no error of it itself."""
        if interaction.type not in {discord.InteractionType.component, discord.InteractionType.modal_submit}:
            return
        with counted():
            try:
                await self._answer(interaction)
            except Exception as error:  # noqa: BLE001 - the one place that answers errors tells them apart
                await answer_error(interaction, error)

    async def _answer(self, interaction: discord.Interaction) -> None:
        """Answer a press or a form.

        Raises:
            Exception: what the person who pressed or sent it is to be told.
        """
        data: Mapping[str, Any] = interaction.data or {}
        custom_id = str(data.get("custom_id"))
        if not custom_id.startswith(PREFIX):
            await asyncio.sleep(FOREIGN_SECONDS)  # another part of the bot may have a view or form of its own
            if not interaction.response.is_done():
                raise RefusalError(OUTDATED_BUTTON)
            return
        button = Button.parse(custom_id)
        if interaction.type is discord.InteractionType.modal_submit:
            await self._submit_form(interaction, button, typed_fields(data.get("components") or []))
            return
        # Any program can send a press: only one on a button that the message really has is answered.
        is_button = data.get("component_type") == discord.ComponentType.button.value
        if not (button and is_button and interaction.message and custom_id in custom_ids(interaction.message)):
            raise RefusalError(OUTDATED_BUTTON)
        self._bot.register_answer()
        await self._press(interaction, interaction.message, button)

    async def _press(self, interaction: discord.Interaction, message: discord.Message, button: Button) -> None:
        """Do what a button is there for."""
        reply = Reply.of(interaction)
        match button.action:
            case Action.AGAIN:
                await self._responder.answer(reply, ask_again(message, button))
            case Action.CONTINUE:
                await self._responder.answer(reply, ask_to_continue(message, button))
            case Action.COMPARE:
                await self._responder.compare(reply, ask_to_compare_again(message, button), TOP_NS)
            case Action.PICK:
                await self._responder.answer(reply, ask_to_continue_one(message, button))
            case Action.EDIT:
                policy = await self._bot.policies.look_up(interaction)
                await reply.show_form(read_form(message, button).to_modal(button.custom_id, policy))
            case Action.DELETE:
                await self._delete(interaction, button.owner)
            case Action.CANCEL:
                await self._cancel(interaction, button.owner)

    async def _submit_form(
        self, interaction: discord.Interaction, button: Button | None, typed: Mapping[str, Any]
    ) -> None:
        """Answer a form that was sent; what was typed goes along with a refusal, should no text come of it.

        Raises:
            RefusalError: the form is of another version, its message is gone, or a value is not allowed.
        """
        reply = Reply.of(interaction)
        # Without a model, what is kept can only be copied: how many texts it was for, its message alone would say.
        reply.keep(render_unsent(EditForm(**{**typed, "model": ""})))
        if button is None or button.action is not Action.EDIT:
            raise RefusalError(OUTDATED_BUTTON)
        if interaction.message is None:
            raise RefusalError(MESSAGE_GONE)
        form = read_form(interaction.message, button).filled_in(typed)
        reply.keep(render_unsent(form))
        self._bot.register_answer()
        await self._responder.answer(reply, form.to_ask())

    async def _delete(self, interaction: discord.Interaction, requester: int) -> None:
        """Delete a reply.

        Raises:
            RefusalError: this person did not ask for it and may not manage messages.
        """
        may = interaction.permissions
        if interaction.user.id != requester and not (may.manage_messages or may.administrator):
            raise RefusalError(NOT_YOURS)
        await Reply.of(interaction).delete_message()

    async def _cancel(self, interaction: discord.Interaction, asking: int) -> None:
        """Cancel what an earlier interaction or a message waits for; its own answer then says so.

        Raises:
            RefusalError: it does not wait any more, or another person asked for it.
        """
        pending = self._responder.pending.get(asking)
        if pending is None:
            raise RefusalError(NOTHING_TO_CANCEL)
        if pending.user != interaction.user.id:
            raise RefusalError(NOT_YOUR_REQUEST)
        await Reply.of(interaction).acknowledge()
        self._responder.pending.cancel(pending)


async def setup(bot: Charla) -> None:
    """Add the cog; discord.py calls this when it loads the module."""
    await bot.add_cog(Buttons(bot))
