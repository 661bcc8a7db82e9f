"""List the error codes of Discord's API that the bot acts on (Discord's documentation, “JSON Error Codes”)."""

from __future__ import annotations

from typing import Final

ALREADY_ANSWERED: Final = 40060
TOO_LATE: Final = frozenset({10008, 10015, 10062, 50027})
"""Message unknown, webhook unknown, interaction unknown, token expired: an interaction or a message that can be
answered no more, since it is too old or was deleted."""
