"""`/about`: who writes here, how it goes, what is stored, how to invite."""

from __future__ import annotations

import math

import discord
from discord import app_commands
from discord.ext import commands

from bot import __version__
from bot.chat.client import Charla
from bot.chat.markup import escape
from bot.chat.rendering import COLOUR, FIELD_LIMIT, shortened
from bot.chat.reply import Reply
from bot.chat.rules import Rules, rules_of
from bot.generation.model import Model

MAX_MODELS = 8
"""So that all stays within the 6,000 characters that Discord allows an embed."""
CARD_LIMIT = 400
LINE_LIMIT = 150
"""Of those, for what its maker says in a line of it."""

PURPOSE = "A neural network that writes on from your words, one character at a time. Try `/generate` and `/compare`."
STORED = (
    "Nothing of what you type, and nothing of what comes of it: texts stand in Discord's messages alone, and the "
    "buttons under them carry all they need. What a server's managers chose by `/settings` is kept, with the server's "
    "id. It reads no messages but those you choose *Continue this* on."
)


class About(commands.Cog):
    """The command that says what this is."""

    @app_commands.command()
    async def about(self, interaction: discord.Interaction[Charla]) -> None:
        """What this bot is, who writes, how busy it is, what it stores, how to invite it"""  # noqa: D415 - for Discord
        await Reply.of(interaction).say(about(interaction.client, await rules_of(interaction)))


def about(bot: Charla, rules: Rules) -> discord.Embed:
    """All there is to say about the bot, where these rules hold."""
    embed = discord.Embed(title=f"Charla {__version__}", description=PURPOSE, colour=COLOUR)
    models = list(rules.models)
    for model in models[:MAX_MODELS]:
        name = shortened(escape(model.name), 80)
        default = " (the default)" if model is rules.default_model else ""
        embed.add_field(name=f"{name}{default}", value=card(model), inline=False)
    if len(models) > MAX_MODELS:
        names = ", ".join(escape(model.name) for model in models[MAX_MODELS:])
        embed.add_field(name="More models", value=shortened(names, FIELD_LIMIT // 2), inline=False)
    embed.add_field(name="Now", value=state(bot), inline=False)
    embed.add_field(name="What is stored", value=STORED, inline=False)
    embed.add_field(name="Invite it", value=invitation(bot), inline=False)
    return embed


def card(model: Model) -> str:
    """What a model's card says of it, in a few lines: the longest one last, for it may be cut."""
    said, lines = model.card, []
    if said.description:
        lines.append(shortened(said.description, LINE_LIMIT))
    if said.corpus:
        lines.append(f"learned from {shortened(said.corpus.name, LINE_LIMIT)}, {said.corpus.characters:,} characters")
    if said.quality:
        lines.append(f"{said.quality.held_out_bits_per_character:.2f} bits per character of text it never saw")
    lines.append(f"top-n {said.use.top_n} suits it; it knows {len(model.vocabulary) - 1} characters")
    if said.corpus:
        lines.append(f"licence: {said.corpus.licence}")
    return shortened(escape("\n".join(lines)), CARD_LIMIT)


def state(bot: Charla) -> str:
    """How quick and how busy the bot is."""
    waiting, running = bot.pool.load
    latency = f"{1000 * bot.latency:.0f} ms to Discord" if math.isfinite(bot.latency) else "just connected"
    workers = f"{bot.pool.workers} worker{'' if bot.pool.workers == 1 else 's'}"
    return f"{latency} · {waiting:,} waiting, {running:,} being written · {workers}"


def invitation(bot: Charla) -> str:
    """How to have the bot somewhere else."""
    if bot.application and not bot.application.bot_public:
        return "Whoever hosts it keeps it to themselves; it is free software, and you can host your own."
    return f"[To a server]({bot.invite_link}) · [For yourself, wherever you are]({bot.install_link})"


async def setup(bot: Charla) -> None:
    """Called by discord.py when it loads this file."""
    await bot.add_cog(About())
