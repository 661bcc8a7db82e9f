"""Messages in which Discord's API says less than discord.py expects."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.chat.readable_json import make_readable

ID = "123456789012345678"
LINK = "https://cdn.discordapp.com/x"
MINIMAL: dict[str, Any] = {
    "id": ID, "type": 0, "channel_id": ID, "content": "It was", "timestamp": "2026-01-01T00:00:00+00:00",
    "author": {"id": ID, "username": "ana", "discriminator": "0", "avatar": None},
}  # fmt: skip


def read(parts: dict[str, Any]) -> discord.Message:
    """Read a message with these parts as discord.py does."""
    payload: Any = MINIMAL | parts
    make_readable(payload)
    state = discord.Client(intents=discord.Intents.none())._connection
    channel: Any = discord.Object(int(ID))
    return discord.Message(state=state, channel=channel, data=payload)


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"author": None},
        {"poll": {"question": {"text": "It was?"}, "answers": [], "expiry": None}},
        {"attachments": [{"id": ID, "filename": "a.txt", "size": 1, "url": LINK}]},
        {"sticker_items": [{"id": ID, "name": "x"}]},
        {"message_reference": {"type": 7, "channel_id": ID, "message_id": ID}},
        {"message_snapshots": [{"message": {"content": "It was"}}, {}]},
        {"components": [{"type": 99}, {"type": 1, "components": [{"type": 2}, {"type": 3}]}]},
        {"components": [{"type": 17, "components": [{"type": 9, "components": [{"type": 10, "content": "It"}]}]}]},
        {"purchase_notification": {"type": 7}, "call": {}, "role_subscription_data": {}, "application": {}},
        {"embeds": [{"type": "holo", "frobnicate": 1}]},
    ],
)
def test_discord_py_reads_it(parts: dict[str, Any]) -> None:
    assert read(parts).content == "It was"


def test_what_the_bot_reads_is_kept() -> None:
    mention = {"id": "2", "username": "carol", "discriminator": "0", "avatar": None}
    forwarded = {"content": "It was", "mentions": [mention], "attachments": [{"filename": "message.txt", "url": LINK}]}
    button = {"type": 2, "style": 1, "label": "Again", "custom_id": "charla:1:again"}
    section = {"type": 9, "components": [{"type": 10, "content": "seen"}], "accessory": button}
    message = read(
        {
            "poll": {"question": {"text": "Was it?"}, "answers": [], "expiry": None},
            "components": [{"type": 1, "components": [button]}, section],
            "message_snapshots": [{"message": forwarded}],
        }
    )
    (snapshot,) = message.message_snapshots
    assert message.poll
    assert message.poll.question == "Was it?"
    assert snapshot.content == "It was"
    assert snapshot.attachments[0].url == LINK
    assert [user.name for user in message.mentions] == ["carol"]
    row, shown = message.components
    assert isinstance(row, discord.ActionRow)
    assert isinstance(shown, discord.TextDisplay)
    assert shown.content == "seen"
