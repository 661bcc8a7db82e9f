"""Check what a client sends over the gateway, and end the connection as Discord does where it may not be sent.

Source: https://docs.discord.com/developers/topics/opcodes-and-status-codes (Gateway Close Event Codes)
"""

from __future__ import annotations

import json
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from playground.wire.records import Json

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, RESUME, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 3, 6, 9, 10, 11
_WITH_SESSION = {PRESENCE, 4, 8, 31}
"""What a client may send once it has a session: its presence, voice states, requests for members and for sounds."""

UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED, AUTHENTICATION_FAILED, ALREADY_AUTHENTICATED = range(4001, 4006)
INVALID_SEQUENCE, RATE_LIMITED, _SESSION_TIMED_OUT, INVALID_SHARD = range(4007, 4011)
INVALID_VERSION, INVALID_INTENTS, DISALLOWED_INTENTS = range(4012, 4015)

LARGEST_BYTES = 4096
EVENTS, EVENT_SECONDS = 120, 60.0
VERSIONS = {"9", "10"}
INTENTS = (1 << 17) - 1 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25
PRIVILEGED_INTENTS = 1 << 1 | 1 << 8 | 1 << 15


class GatewayError(Exception):
    """What ends a connection.

    Attributes:
        code: with which it is closed.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(slots=True)
class Pace:
    """When a connection sent its latest events, for the limit on how many it may send."""

    _moments: deque[float] = field(default_factory=deque)

    def count(self) -> None:
        """Count one more event.

        Raises:
            GatewayError: there were too many of them lately.
        """
        now = time.monotonic()
        while self._moments and now - self._moments[0] > EVENT_SECONDS:
            self._moments.popleft()
        self._moments.append(now)
        if len(self._moments) > EVENTS:
            raise GatewayError(RATE_LIMITED, "You are being rate limited.")


def parse(sent: str | bytes) -> Json:
    """Return the message that a client sent, as text or in a binary frame.

    Raises:
        GatewayError: it is too large, or no JSON object with an operation.
    """
    if len(sent if isinstance(sent, bytes) else sent.encode()) > LARGEST_BYTES:
        raise GatewayError(DECODE_ERROR, "Payload is too large.")
    try:
        message: Any = json.loads(sent)
    except ValueError:
        raise GatewayError(DECODE_ERROR, "Error while decoding payload.") from None
    if not isinstance(message, dict) or not isinstance(message.get("op"), int):
        raise GatewayError(DECODE_ERROR, "Error while decoding payload.")
    return message


def check_operation(operation: int, data: object, *, identified: bool) -> None:
    """Check that a client may send this operation now, with data of a kind that it can have.

    Raises:
        GatewayError: there is no such operation, or not in this state of the connection.
    """
    if operation not in {HEARTBEAT, IDENTIFY, RESUME, *_WITH_SESSION}:
        raise GatewayError(UNKNOWN_OPCODE, "Unknown opcode.")
    if operation in _WITH_SESSION and not identified:
        raise GatewayError(NOT_AUTHENTICATED, "Not authenticated.")
    if operation in {IDENTIFY, RESUME} and identified:
        raise GatewayError(ALREADY_AUTHENTICATED, "Already authenticated.")
    if operation in _WITH_SESSION and not isinstance(data, dict):
        raise GatewayError(DECODE_ERROR, "Error while decoding payload.")


def check_version(version: str | None) -> None:
    """Check the version of the API that a client names in the gateway's address, if it names one.

    Raises:
        GatewayError: there is no such version.
    """
    if version is not None and version not in VERSIONS:
        raise GatewayError(INVALID_VERSION, "Invalid API version.")


def check_token(data: Json, token: str) -> None:
    """Check the token of IDENTIFY or RESUME; Discord takes it with the word that HTTP has before it, too.

    Raises:
        GatewayError: it is none, or not the bot's.
    """
    sent = data.get("token")
    if not isinstance(sent, str):
        raise GatewayError(DECODE_ERROR, "Error while decoding payload.")
    if sent.removeprefix("Bot ") != token:
        raise GatewayError(AUTHENTICATION_FAILED, "Authentication failed.")


def check_identify(data: Json) -> None:
    """Check all of IDENTIFY but its token.

    Raises:
        GatewayError: a field is missing or wrong.
    """
    intents, shard = data.get("intents"), data.get("shard") or [0, 1]
    if not isinstance(intents, int) or not isinstance(data.get("properties"), dict):
        raise GatewayError(DECODE_ERROR, "Error while decoding payload.")
    numbers = isinstance(shard, list) and len(shard) == 2 and all(isinstance(part, int) for part in shard)
    if not numbers or not 0 <= shard[0] < shard[1]:
        raise GatewayError(INVALID_SHARD, "Invalid shard.")
    if intents & ~INTENTS:
        raise GatewayError(INVALID_INTENTS, "Invalid intent(s).")
    if intents & PRIVILEGED_INTENTS:
        raise GatewayError(DISALLOWED_INTENTS, "Disallowed intent(s).")
