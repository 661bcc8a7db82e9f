"""`/about`: which models write here, how busy the bot is, what is stored, how to invite it."""

from __future__ import annotations

import math

import discord
from discord import app_commands
from discord.ext import commands

from bot import __version__
from bot.chat.client import Charla
from bot.chat.markup import escape, shorten
from bot.chat.policy import Policy
from bot.chat.render import COLOUR, FIELD_LIMIT
from bot.chat.reply import Reply
from bot.generation.model import Model

MAX_MODELS = 8
"""Models that are described: all must stay within the 6,000 characters that Discord allows an embed."""
CARD_LIMIT = 400
"""Characters for one model."""
LINE_LIMIT = 150
"""Characters of those for what the model's maker says in a line."""

PURPOSE = "A neural network that writes on from your words, one character at a time. Try `/generate` and `/compare`."
STORED = (
    "Nothing of what you type, and nothing of what comes of it: texts stand in Discord's messages alone, and the "
    "buttons under them carry all they need. What a server's managers chose by `/settings` is kept, with the server's "
    "id."
)
READS = (
    "Messages that you choose *Continue this* on. Messages that mention it, replies to it unless you switch their "
    "mention off, and direct messages: it answers them. Of all others Discord shows it that they are there, and not "
    "what they say."
)
READS_NO_MENTIONS = "Messages that you choose *Continue this* on. It answers no others here."


class About(commands.Cog):
    """The command that says what the bot is."""

    def __init__(self, bot: Charla) -> None:
        self._bot = bot

    @app_commands.command()
    async def about(self, interaction: discord.Interaction) -> None:
        """What this bot is, who writes, how busy it is, what it stores, how to invite it"""  # noqa: D401, D415 - for Discord
        policy = await self._bot.policies.look_up(interaction)
        await Reply.of(interaction).send_at_once(describe_bot(self._bot, policy))


def describe_bot(bot: Charla, policy: Policy) -> discord.Embed:
    """Return all there is to say about the bot where this policy holds."""
    embed = discord.Embed(title=f"Charla {__version__}", description=PURPOSE, colour=COLOUR)
    models = list(policy.models)
    for model in models[:MAX_MODELS]:
        name = shorten(escape(model.name), 80)
        default = " (the default)" if model is policy.default_model else ""
        embed.add_field(name=f"{name}{default}", value=describe_model(model), inline=False)
    if len(models) > MAX_MODELS:
        names = ", ".join(escape(model.name) for model in models[MAX_MODELS:])
        embed.add_field(name="More models", value=shorten(names, FIELD_LIMIT // 2), inline=False)
    embed.add_field(name="Now", value=describe_load(bot), inline=False)
    reads = READS if policy.answer_mentions else READS_NO_MENTIONS
    embed.add_field(name="Which messages it reads", value=reads, inline=False)
    embed.add_field(name="What is stored", value=STORED, inline=False)
    embed.add_field(name="Invite it", value=describe_invitation(bot), inline=False)
    return embed


def describe_model(model: Model) -> str:
    """Return what a model's card says of it, in a few lines: the longest one last, for it may be cut."""
    card, lines = model.card, []
    if card.description:
        lines.append(shorten(card.description, LINE_LIMIT))
    if card.use.example:
        lines.append(f"“{shorten(card.use.example, LINE_LIMIT)}”")
    if card.corpus:
        lines.append(f"learned from {shorten(card.corpus.name, LINE_LIMIT)}, {card.corpus.characters:,} characters")
    if card.quality:
        lines.append(f"{card.quality.held_out_bits_per_character:.2f} bits per character of text it never saw")
    suits = f"min-p {card.use.min_p:g}, best of {card.use.drafts}" if card.use.min_p else f"top-n {card.use.top_n}"
    lines.append(f"{suits} suits it; it knows {len(model.vocabulary) - 1} characters")
    if card.corpus:
        lines.append(f"licence: {card.corpus.licence}")
    return shorten(escape("\n".join(lines)), CARD_LIMIT)


def describe_load(bot: Charla) -> str:
    """Return how quick and how busy the bot is."""
    waiting, running = bot.pool.load
    latency = f"{1000 * bot.latency:.0f} ms to Discord" if math.isfinite(bot.latency) else "just connected"
    workers = f"{bot.pool.workers} worker{'' if bot.pool.workers == 1 else 's'}"
    return f"{latency} · {waiting:,} waiting, {running:,} being written · {workers}"


def describe_invitation(bot: Charla) -> str:
    """Return how to have the bot in another place."""
    if bot.application and not bot.application.bot_public:
        return "The person who hosts it keeps it to themselves; it is free software, and you can host your own."
    return f"[To a server]({bot.invite_link}) · [For yourself, wherever you are]({bot.install_link})"


async def setup(bot: Charla) -> None:
    """Add the cog; discord.py calls this when it loads the module."""
    await bot.add_cog(About(bot))
