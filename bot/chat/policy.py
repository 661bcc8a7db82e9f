"""Decide what may be asked for, and shown, in a place: the operator's settings with the server's own on top."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache

import discord

from bot.chat.answer import Asking
from bot.errors import RefusalError
from bot.generation.catalog import Catalog
from bot.generation.model import Model
from bot.moderation.word_filter import WordFilter
from bot.settings import Settings
from bot.storage.server_settings import DEFAULTS, ServerSettings
from bot.storage.settings_store import SettingsStore

log = logging.getLogger(__name__)

_OF_SERVERS = (
    discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.ForumChannel | discord.CategoryChannel
    | discord.Thread
)  # fmt: skip
MAX_REMEMBERED = 1000
"""How many different policies are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What holds in a place.

    Attributes:
        catalog: all models that are served, allowed here or not.
        models: the models that may be asked for.
        default_model: the one of them that writes where a person names none.
        top_n: the top-n where a person names none; None for what suits the model.
        max_length: the largest length that may be asked for, in characters.
        max_count: the largest number of completions that may be asked for.
        words: finds the words that are refused; None where no word is.
        keep_links: whether links can be clicked.
        answer_mentions: whether messages that mention the bot are answered.
    """

    catalog: Catalog
    models: tuple[Model, ...]
    default_model: Model
    top_n: int | None
    max_length: int
    max_count: int
    words: WordFilter | None
    keep_links: bool
    answer_mentions: bool

    def choose_model(self, name: str | None) -> Model:
        """Return the model of that name, or the default model where there is no name.

        Raises:
            ModelError: there is no model of that name.
            RefusalError: the model may not be used here.
        """
        if not name:
            return self.default_model
        model = self.catalog.get(name)
        if model not in self.models:
            allowed = ", ".join(model.name for model in self.models)
            raise RefusalError(f"The model {name} may not be used in this server: allowed are {allowed}.")
        return model

    def forbids(self, text: str) -> bool:
        """Return whether a text has a word that is refused here."""
        return self.words is not None and self.words.finds(text)


class Policies:
    """Looks up what holds in the place where a person asks."""

    def __init__(self, settings: Settings, catalog: Catalog, store: SettingsStore, words: WordFilter) -> None:
        self.settings = settings
        self.catalog = catalog
        self._store = store
        self._words = words
        # Most servers decided the same: nothing. So what holds is put together once, not for every request.
        self.combine = lru_cache(MAX_REMEMBERED)(self._combine)

    @property
    def widest(self) -> Policy:
        """What the operator allows: what is wrong by it is wrong in all places."""
        return self.combine(DEFAULTS, server=0, age_restricted=False)

    def replace_catalog(self, catalog: Catalog) -> None:
        """Let other models be asked for from now on."""
        self.catalog = catalog
        self.combine.cache_clear()

    async def look_up(self, asking: Asking) -> Policy:
        """Return the policy that holds now where a person asks; in direct messages, the operator's."""
        own = await self._store.get(asking.guild_id) if asking.guild_id else DEFAULTS
        server = 0 if own is DEFAULTS or asking.guild_id is None else asking.guild_id
        return self.combine(own, server=server, age_restricted=_is_age_restricted(asking.channel))

    def _combine(self, own: ServerSettings, *, server: int, age_restricted: bool) -> Policy:
        """Put a server's own settings on top of the operator's.

        A server cannot go beyond the operator's limits, and a setting that names a model which is gone is ignored; the
        log names the server then.
        """
        settings, catalog = self.settings, self.catalog
        models = _allowed_models(catalog, own, server)
        named = {model.name: model for model in models}
        filtering = own.content_filter or settings.content_filter
        filtered = filtering == "on" or (filtering == "except-age-restricted" and not age_restricted)
        return Policy(
            catalog=catalog,
            models=models,
            default_model=named.get(own.default_model or "") or named.get(catalog.default.name) or models[0],
            top_n=own.top_n or settings.default_top_n or None,
            max_length=min(own.max_length or settings.max_length, settings.max_length),
            max_count=min(own.max_count or settings.max_count, settings.max_count),
            words=self._words if filtered else None,
            keep_links=settings.keep_links if own.keep_links is None else own.keep_links,
            # Without the operator's leave the bot is told of no message at all.
            answer_mentions=settings.answer_mentions and own.answer_mentions is not False,
        )


def _is_age_restricted(channel: object) -> bool:
    """Return whether Discord lets only adults into a channel, or into the channel that a thread belongs to."""
    return isinstance(channel, _OF_SERVERS) and channel.is_nsfw()


def _allowed_models(catalog: Catalog, own: ServerSettings, server: int) -> tuple[Model, ...]:
    if own.allowed_models is None:
        return tuple(catalog)
    allowed = tuple(model for model in catalog if model.name in own.allowed_models)
    if not allowed:
        log.warning("Server %d allows none of the models that there are: all are allowed", server)
    return allowed or tuple(catalog)
