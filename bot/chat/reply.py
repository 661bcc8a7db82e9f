"""Answer an interaction: defer first, edit the text in later; no answer is lost and none is sent twice."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Literal, cast

import discord

from bot.chat.answer import Asking
from bot.chat.components import Button, Layout, Rendered, make_view
from bot.chat.discord_codes import ALREADY_ANSWERED, TOO_LATE, UNKNOWN_MESSAGE
from bot.chat.markup import escape, shorten
from bot.chat.repetition import FAILURES, Repetition

if TYPE_CHECKING:
    from bot.chat.client import Charla

log = logging.getLogger(__name__)

NO_TEXT = "No text came of this. Telling why, in private…"
"""Shown for an instant in place of a public “thinking…”; it stays only where it cannot be deleted."""

NOTICE_LIMIT = 500
"""Characters of an ephemeral notice: it may repeat what a person typed, which may be 6,000 characters of anything."""

_EXTRAS_KEY = "charla.reply"


class Reply:
    """Answers an interaction; see `Answer`. Get it by `of`: all that handle the interaction share one.

    Each of its coroutines raises discord.HTTPException where Discord does not do what it asks for.
    """

    def __init__(self, interaction: discord.Interaction) -> None:
        self._interaction = interaction
        times = cast("Charla", interaction.client).responder.times
        # Counted from now on, by a clock that nobody sets.
        self._repetition = Repetition(times.again, times.answerable)
        self._deferred: Literal["privately", "publicly"] | None = None
        self._finished = False
        self._kept: Rendered | None = None

    @classmethod
    def of(cls, interaction: discord.Interaction) -> Reply:
        """Return the interaction's one reply."""
        reply = interaction.extras.setdefault(_EXTRAS_KEY, cls(interaction))
        assert isinstance(reply, cls)  # noqa: S101 - no other module uses the key
        return reply

    @property
    def asking(self) -> Asking:
        """The interaction."""
        return self._interaction

    async def defer(self, *, private: bool) -> None:
        """Show “thinking…”, to all or, where `private`, as an ephemeral message; once is enough."""
        if self._deferred:
            return
        response = self._interaction.response
        await self._answer_at_once(lambda: response.defer(ephemeral=private, thinking=True))
        self._deferred = "privately" if private else "publicly"

    async def finish(self, message: Rendered | Layout) -> None:
        """Put a message in place of “thinking…”. It is an edit, so a repeated attempt cannot double it."""
        await self._edit(None, message)
        self._finished = True

    async def show_progress(self, text: str, cancel: Button) -> None:
        """Put a line in place of “thinking…”, with a button under it. It is not repeated: another will follow."""
        try:
            await self._interaction.edit_original_response(content=text, view=make_view([cancel]))
        except FAILURES as error:
            if isinstance(error, discord.HTTPException) and error.code in TOO_LATE:
                raise
            log.info("Progress could not be shown: %s", error)

    async def send_at_once(self, embed: discord.Embed) -> None:
        """Answer at once with an ephemeral message: for what takes no waiting."""
        await self._answer_at_once(lambda: self._interaction.response.send_message(embed=embed, ephemeral=True))

    async def show_form(self, form: discord.ui.Modal) -> None:
        """Answer with a form to fill in."""
        await self._answer_at_once(lambda: self._interaction.response.send_modal(form))

    async def acknowledge(self) -> None:
        """Acknowledge the press of a button, and show nothing for it."""
        await self._answer_at_once(self._interaction.response.defer)

    async def delete_message(self) -> None:
        """Delete the message whose button was pressed: by the interaction, which needs no permission anywhere."""
        await self.acknowledge()
        await self._delete()
        self._finished = True

    def keep(self, message: Rendered) -> None:
        """Keep a message that goes along with a refusal, should there be one: what a person typed must not be lost."""
        self._kept = message

    async def refuse(self, text: str) -> None:
        """Say in an ephemeral message why there is no text, whichever way the interaction was deferred."""
        if self._finished:
            return
        self._finished = True
        text = shorten(text, NOTICE_LIMIT)
        notice = _notice(text, self._kept)
        if self._deferred == "privately":
            await self._edit(escape(text), self._kept)
        elif self._deferred == "publicly":
            await self._refuse_in_private(text, notice)
        elif self._interaction.response.is_done():
            await self._follow_up(notice)
        else:
            await self._answer_at_once(lambda: self._interaction.response.send_message(**notice()))

    async def _refuse_in_private(self, text: str, notice: Callable[[], dict[str, Any]]) -> None:
        """Take back a public “thinking…”, which stays as public as it is, and say in a message of its own why.

        In the order that Discord documents: an edit ends the deferral, and only then does a follow-up stand alone. A
        token whose “thinking…” was deleted need not take any.
        """
        stands_alone = await self._end_deferral()
        try:
            await self._follow_up(notice)
        except FAILURES:
            # It was refused, or nobody knows whether it arrived: better said to all, too, than to nobody.
            await self._edit(escape(text), self._kept)
            return
        if stands_alone:
            try:
                await self._delete()
            except FAILURES as error:  # gone already, or it may not be deleted: the person was told all the same
                log.info("“Thinking…” could not be taken back: %s", error)

    async def _end_deferral(self) -> bool:
        """Put a line in place of “thinking…”; return whether that was done.

        Where it was not, the next message takes its place, as public as it is: better than none.
        """
        try:
            await self._edit(NO_TEXT, None)
        except discord.HTTPException as error:
            if error.code in TOO_LATE:
                raise
            return False
        return True

    async def _follow_up(self, notice: Callable[[], dict[str, Any]]) -> None:
        """Send a message of its own: at most once, as unlike an edit it would be doubled."""
        await self._repetition.run_once(lambda: self._interaction.followup.send(**notice()))

    async def _delete(self) -> None:
        """Delete the reply. That it is gone already is as good: an attempt that was not answered may have done it."""
        try:
            await self._repetition.run(self._interaction.delete_original_response)
        except discord.NotFound as error:
            if error.code != UNKNOWN_MESSAGE:
                raise

    async def _edit(self, content: str | None, message: Rendered | Layout | None) -> None:
        await self._repetition.run(
            lambda: self._interaction.edit_original_response(
                content=content,
                embed=message.embed if message else None,
                attachments=message.files() if message else [],
                view=message.view() if message else None,
            )
        )

    async def _answer_at_once(self, attempt: Callable[[], Awaitable[object]]) -> None:
        try:
            await self._repetition.run(attempt)
        except discord.HTTPException as error:
            if error.code != ALREADY_ANSWERED:  # an attempt that was not answered had arrived after all
                raise


def _notice(text: str, kept: Rendered | None) -> Callable[[], dict[str, Any]]:
    """Return what makes the arguments of discord.py's call that sends an ephemeral notice; no link in it unfurls."""
    if kept is None:
        return lambda: {"content": text, "ephemeral": True, "suppress_embeds": True}
    # The embed is to be shown, so links cannot be kept from unfurling as above: they are escaped instead.
    return lambda: {
        "content": escape(text),
        "embed": kept.embed,
        "files": kept.files(),
        "view": kept.view(),
        "ephemeral": True,
    }
