"""List the error codes of Discord's API that the bot acts on (Discord's documentation, “JSON Error Codes”)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ALREADY_ANSWERED: Final = 40060
TOO_LATE: Final = frozenset({10008, 10015, 10062, 50027})
"""Message unknown, webhook unknown, interaction unknown, token expired: an interaction or a message that can be
answered no more, since it is too old or was deleted."""

FORBIDDEN: Final = (
    "Discord does not let me do this here. A person who manages this channel can allow Charla to view it, "
    "send messages, embed links and attach files, or end my time-out if I have one."
)
_CLOSED_THREAD: Final = (
    "This thread is archived or locked, so I cannot write in it. Please ask in an open channel, or ask a moderator to "
    "open the thread."
)
_WAIT_FOR_SLOW_MODE: Final = "This channel is in slow mode. Please wait a little and try again."
_BLOCKED_BY_AUTOMOD: Final = (
    "This server's AutoMod blocked the text, so I cannot show it here. Please try again, or take another seed."
)
_TOO_LARGE: Final = "The text is too large for Discord. Please ask for a shorter one, or for fewer at once."
_BUSY: Final = "Discord is busy. Please try again in a minute."

WORDS_REFUSED: Final = frozenset({20009, 40005, 50045, 200000, 200001, 240000})
"""What Discord refuses for its words or its size: a short line in its place is taken."""
MEANINGS: Final[Mapping[int, str]] = {
    10003: "This channel is gone. Please ask me in another one.",
    20009: "Discord took the text for explicit content and did not deliver it. Please try again, or take another seed.",
    20016: _WAIT_FOR_SLOW_MODE,
    20028: _WAIT_FOR_SLOW_MODE,
    20029: "This server has written too much in a short time. Please wait a little and try again.",
    40004: "Discord has switched sending messages off for a while. Please try again later.",
    40005: _TOO_LARGE,
    40062: _BUSY,
    40094: (
        "Discord lets me answer only five times more in a server that I am not in. "
        "Please use /generate again, or ask a person who manages the server to add me."
    ),
    50001: FORBIDDEN,
    50008: "I cannot write in this kind of channel. Please ask me in a text channel.",
    50013: FORBIDDEN,
    50024: "I cannot write in this kind of channel. Please ask me in a text channel.",
    50045: _TOO_LARGE,
    50083: _CLOSED_THREAD,
    130000: _BUSY,
    160005: _CLOSED_THREAD,
    200000: _BLOCKED_BY_AUTOMOD,
    200001: _BLOCKED_BY_AUTOMOD,
    240000: "Discord takes a link in the text for harmful and blocked it. Please try again, or take another seed.",
}
"""What a person is told, and can do, where Discord refuses something that is nobody's fault."""
NOBODYS_FAULT: Final = TOO_LATE | MEANINGS.keys()
"""What happens on Discord as a matter of course: an information for the log, no warning and no traceback."""
