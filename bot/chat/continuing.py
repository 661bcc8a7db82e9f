"""What is asked for when somebody has a message continued: a reply of ours, or anybody's words."""

from __future__ import annotations

import discord

from bot.chat.asking import MAX_PRIMED, Options
from bot.chat.buttons import Unseen
from bot.chat.client import Charla
from bot.chat.errors import RefusalError
from bot.chat.reading import buttons_of, read_reply, text_so_far, words_of
from bot.chat.reply import Reply

SEVERAL = "Of several texts none can be continued."


async def on_from(interaction: discord.Interaction[Charla], message: discord.Message) -> Options:
    """Writing on from a message, as its text was written where it is a reply of ours.

    Raises:
        RefusalError: there is no text in it.
    """
    ours = message.author == interaction.client.user
    unseen = next((button.unseen for button in buttons_of(message) if button.unseen), None) if ours else None
    if unseen and unseen.count == 1:
        return await on_from_reply(interaction, message, unseen)
    text = words_of(message, ours=ours)
    return Options(seed=text[-MAX_PRIMED:], private=message.flags.ephemeral, longest_seed=MAX_PRIMED)


async def on_from_reply(interaction: discord.Interaction[Charla], message: discord.Message, unseen: Unseen) -> Options:
    """Writing on from a reply of ours with one text, by the same model.

    Raises:
        RefusalError: it has several, or what it has cannot be read.
    """
    if unseen.count > 1:
        raise RefusalError(SEVERAL)
    private, reply = message.flags.ephemeral, read_reply(message, unseen)
    if reply.texts is None:  # reading a file may take longer than Discord waits
        await Reply.of(interaction).defer(private=private)
    return Options(
        seed=(await text_so_far(message, reply))[-MAX_PRIMED:],
        top_n=reply.top_n,
        length=unseen.length,
        model=reply.model,
        private=private,
        longest_seed=MAX_PRIMED,
    )
