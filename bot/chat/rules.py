"""What may be asked for, and shown, where somebody asks: the operator's settings, and the server's own on top."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache

import discord

from bot.chat.client import Charla
from bot.generation.catalog import Catalog
from bot.generation.model import Model
from bot.settings import Settings
from bot.storage.server_settings import DEFAULTS, ServerSettings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What holds in a place.

    Attributes:
        models: those that may be asked for.
        default_model: the one of them for whoever names none.
        top_n: for whoever says nothing of it; None for what suits the model.
        max_length: the largest length that may be asked for, in characters.
        max_count: likewise of completions.
        filtered: whether slurs are refused here.
        keep_links: whether links can be clicked.
    """

    models: tuple[Model, ...]
    default_model: Model
    top_n: int | None
    max_length: int
    max_count: int
    filtered: bool
    keep_links: bool


async def rules_of(interaction: discord.Interaction[Charla]) -> Rules:
    """The rules that hold now where an interaction comes from; in direct messages, the operator's."""
    bot, server = interaction.client, interaction.guild_id
    own = await bot.store.get(server) if server else DEFAULTS
    return combine(bot.settings, bot.catalog, own, server=server, age_restricted=is_age_restricted(interaction))


def combine(
    settings: Settings, catalog: Catalog, own: ServerSettings, *, server: int | None, age_restricted: bool
) -> Rules:
    """The operator's settings with a server's own on top.

    A server may not go beyond the operator's limits, and what names a model that is gone counts as not said.
    """
    models = _allowed_models(catalog, own, server)
    named = {model.name: model for model in models}
    filtering = own.content_filter or settings.content_filter
    return Rules(
        models=models,
        default_model=named.get(own.default_model or "") or named.get(catalog.default.name) or models[0],
        top_n=own.top_n or settings.default_top_n or None,
        max_length=min(own.max_length or settings.max_length, settings.max_length),
        max_count=min(own.max_count or settings.max_count, settings.max_count),
        filtered=filtering == "on" or (filtering == "except-age-restricted" and not age_restricted),
        keep_links=settings.keep_links if own.keep_links is None else own.keep_links,
    )


def is_age_restricted(interaction: discord.Interaction[Charla]) -> bool:
    """Whether Discord lets only adults into the channel; of a thread, into the channel it hangs on."""
    channel = interaction.channel
    if channel is None or isinstance(channel, discord.DMChannel | discord.GroupChannel):
        return False
    return channel.is_nsfw()


def _allowed_models(catalog: Catalog, own: ServerSettings, server: int | None) -> tuple[Model, ...]:
    if own.allowed_models is None:
        return tuple(catalog)
    allowed = tuple(model for model in catalog if model.name in own.allowed_models)
    if not allowed:
        _note_once(f"Server {server} allows none of the models that there are: all are allowed")
    return allowed or tuple(catalog)


@lru_cache(maxsize=1000)
def _note_once(message: str) -> None:
    log.warning(message)
