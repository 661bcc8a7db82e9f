"""Follow one interaction from its dispatch to its last edit, as the person who started it sees it."""

from __future__ import annotations

import asyncio
import enum
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.wire.component_rules import texts
from playground.wire.records import Choice, Json, Message, PlaceKind, User, snowflake


class InteractionKind(enum.IntEnum):
    """Discord's numbers for the kinds of interaction."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class InteractionState(enum.StrEnum):
    """What the person sees."""

    WAITING = "waiting"
    """Nothing yet."""
    THINKING = "thinking"
    """That the bot is thinking."""
    UPDATING = "updating"
    """The message that they acted on; the bot said that it will change it."""
    ANSWERED = "answered"
    """A message."""
    DELETED = "deleted"
    """Nothing any more: the bot deleted its answer."""
    MODAL = "modal"
    """A form to fill in."""
    CHOICES = "choices"
    """Suggestions."""


@dataclass(eq=False, kw_only=True)
class Exchange:
    """An interaction and all that the bot answered to it.

    Attributes:
        user: who acted.
        data: the `data` of the interaction.
        payload: the whole interaction as it was dispatched.
        source: the message whose component was used.
        opened_by: the interaction that was answered by the form that was filled in.
        state: what the user sees now.
        message: the original response as it stands; None before there is one. Stays when it is deleted.
        followups: the messages that followed, oldest first.
        edits: how many edits of any of them there were.
        modal: the form that the bot showed.
        choices: what autocomplete suggested.
        dispatched_at: when the interaction went out, in seconds of `time.monotonic`.
        acknowledged_at: when the first answer came.
        settled_at: when there was something to read.
        pending: whether “thinking…” was shown, and no edit or follow-up has come for it.
        expired: whether its token was declared invalid.
    """

    kind: InteractionKind
    user: User
    where: PlaceKind
    channel_id: int
    guild_id: int | None
    data: Json
    payload: Json = field(default_factory=dict, repr=False)
    source: Message | None = None
    opened_by: Exchange | None = None
    state: InteractionState = InteractionState.WAITING
    message: Message | None = None
    followups: list[Message] = field(default_factory=list)
    edits: int = 0
    modal: Json | None = None
    choices: list[Choice] = field(default_factory=list)
    dispatched_at: float = field(default_factory=time.monotonic)
    acknowledged_at: float | None = None
    settled_at: float | None = None
    deferred: bool = False
    pending: bool = False
    expired: bool = False
    id: int = field(default_factory=snowflake)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    _acknowledged: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _settled: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _changed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def acknowledged(self) -> bool:
        """Whether the bot gave a first answer."""
        return self.acknowledged_at is not None

    @property
    def private(self) -> bool:
        """Whether only the user sees the answer: the original response, or the follow-up that came in its place."""
        shown = self.shown
        if shown:
            return shown[0].private
        return self.message is not None and self.message.private

    @property
    def shown(self) -> list[Message]:
        """What there is to read now: the original response, if it is there, and the follow-ups that are."""
        return [message for message in (self.message, *self.followups) if message and message.visible]

    @property
    def text(self) -> str:
        """All that there is to read now: content, embed descriptions and components' texts, a line each."""
        parts = [
            part
            for message in self.shown
            for part in (
                message.content,
                *(embed.get("description", "") for embed in message.embeds),
                *texts(message.components),
            )
        ]
        return "\n".join(part for part in parts if part)

    async def acknowledgement(self, timeout: float = 3.0) -> None:  # noqa: ASYNC109 - a test reads best so
        """Wait for the first answer, at most `timeout` seconds.

        Raises:
            TimeoutError: there was none.
        """
        await self._wait(self._acknowledged, timeout, "was not acknowledged")

    async def settled(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109 - a test reads best so
        """Wait, at most `timeout` seconds, until there is something to read that is more than “thinking…”.

        Progress with a button to cancel is not more, nor is a line that ends with an ellipsis.

        Raises:
            TimeoutError: there was nothing.
        """
        await self._wait(self._settled, timeout, "did not settle")

    async def until(self, condition: Callable[[Exchange], bool], seconds: float = 5.0) -> None:
        """Wait, at most `seconds`, until what there is to see meets a condition.

        Raises:
            TimeoutError: it did not.
        """
        async with asyncio.timeout(seconds):
            while not condition(self):
                self._changed.clear()
                await self._changed.wait()

    async def _wait(self, event: asyncio.Event, seconds: float, complaint: str) -> None:
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            name = self.data.get("name") or self.data.get("custom_id")
            raise TimeoutError(f"{name} {complaint} within {seconds} s; it is {self.state}") from None

    def acknowledge(self) -> None:
        """Note the first answer."""
        self.acknowledged_at = time.monotonic()
        self._acknowledged.set()

    def note(self, state: InteractionState | None = None) -> None:
        """Note a change; with it there may be something to read at last."""
        self.state = state or self.state
        self._changed.set()
        is_final = not (self.message and self.message.visible and self.message.unfinished)
        readable = self.state in {InteractionState.ANSWERED, InteractionState.MODAL, InteractionState.CHOICES}
        replaced = self.state is not InteractionState.THINKING and any(m.visible for m in self.followups)
        if is_final and (readable or replaced) and self.settled_at is None:
            self.settled_at = time.monotonic()
            self._settled.set()

    def answer(self) -> Json:
        """Return the interaction's own part of the answer to a callback."""
        response: Json = {
            "id": str(self.id),
            "type": int(self.kind),
            "response_message_loading": self.state is InteractionState.THINKING,
            "response_message_ephemeral": self.message is not None and self.message.private,
        }
        if self.message is not None:
            response["response_message_id"] = str(self.message.id)
        return {"interaction": response}
