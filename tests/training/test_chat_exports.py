from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.training.text_files import ReadingOptions, ReadingReport, read_items
from tests.support.text_files import export, items, message, write


def telegram(*messages: dict[str, Any]) -> dict[str, Any]:
    """A chat as Telegram's desktop program exports it, less what plays no part."""
    usual = {"id": 1, "type": "message", "date": "2024-05-01T10:00:00", "from": "Ann", "from_id": "user1"}
    return {"name": "Cats", "type": "private_group", "id": 1, "messages": [usual | message for message in messages]}


CHAT = telegram(
    {"text": "hello,\nworld", "text_entities": [{"type": "plain", "text": "hello,\nworld"}]},
    {
        "text": [
            "hi ",
            {"type": "mention_name", "text": "Bob Ray", "user_id": 2},
            ", see ",
            {"type": "bold", "text": "it"},
        ]
    },
    {"text": "", "photo": "photo.jpg"},
    {"type": "service", "action": "invite_members", "text": ""},
    {"text": "said elsewhere", "forwarded_from": "Carol"},
    {"text": "a picture", "via_bot": "@pic"},
)


@pytest.mark.parametrize("value", [CHAT, {"about": "all", "chats": {"about": "", "list": [telegram(), CHAT]}}])
def test_of_telegrams_chats_stays_what_people_wrote(tmp_path: Path, value: object) -> None:
    path = write(tmp_path / "result.json", json.dumps(value))
    report = ReadingReport()
    assert list(read_items([path], ReadingOptions(), report)) == ["hello, world", "hi Bob Ray, see it"]
    assert items(path, ReadingOptions(keep_mentions=False)) == ["hello, world", "hi , see it"]
    assert list(report.describe()) == [
        "items left out: 1 empty",
        "of 6 messages 3 were left out: 1 that only announce (joins, pins and the like), 1 forwarded, 1 by bots",
    ]


def test_webhooks_are_taken_when_asked_for_and_bots_never(tmp_path: Path) -> None:
    webhook, bot = message("by PluralKit", bot=True), message("by a bot", bot=True)
    bot["author"]["discriminator"] = "4876"
    path = write(tmp_path / "a.json", export(message("by Ann"), webhook, bot))
    report = ReadingReport()
    assert list(read_items([path], ReadingOptions(), report)) == ["by Ann"]
    (note,) = report.describe()
    assert note == (
        "of 3 messages 2 were left out: 2 by bots or webhooks (--webhooks takes what came through webhooks, as "
        "PluralKit's)"
    )
    report = ReadingReport()
    assert list(read_items([path], ReadingOptions(webhooks=True), report)) == ["by Ann", "by PluralKit"]
    assert list(report.describe()) == ["of 3 messages 1 were left out: 1 by bots"]


def test_forwarded_messages_are_others_words(tmp_path: Path) -> None:
    forwarded = message("") | {"forwardedMessage": {"content": "said elsewhere"}}
    path = write(tmp_path / "a.json", export(message("mine"), forwarded))
    report = ReadingReport()
    assert list(read_items([path], ReadingOptions(), report)) == ["mine"]
    assert list(report.describe()) == ["of 2 messages 1 were left out: 1 forwarded"]


def exported_table(*rows: tuple[str, str, str]) -> str:
    lines = [f'"{number}","{author}","2024-05-01","{content}","",""' for number, author, content in rows]
    return "\n".join(["AuthorID,Author,Date,Content,Attachments,Reactions", *lines])


def test_of_a_table_of_messages_stays_what_people_wrote_as_far_as_it_says_so(tmp_path: Path) -> None:
    notices = ("Joined the server.", "Pinned a message.", "Started a call that lasted 12 minutes.", "Started a thread.")
    rows = [("1", "ann", "hello @Game Night"), ("2", "bob", "Pinned a message. Ha!"), ("3", "MEE6#4876", "level 3!")]
    path = write(tmp_path / "a.csv", exported_table(*rows, *(("1", "ann", notice) for notice in notices)))
    report = ReadingReport()
    assert list(read_items([path], ReadingOptions(), report)) == ["hello @Game Night", "Pinned a message. Ha!"]
    assert list(report.describe()) == [
        "of 7 messages 5 were left out: 1 by bots, 4 that only announce (joins, pins and the like)",
        f"{path}: a CSV export does not say who is a bot; -f Json does, and leaves them out here",
    ]
    assert items(path, ReadingOptions(keep_mentions=False))[0] == "hello"
    old = write(tmp_path / "old.csv", exported_table(("1", "ann#0001", "hello"), ("2", "MEE6#4876", "level 3!")))
    assert items(old) == ["hello", "level 3!"]


@pytest.mark.parametrize(
    ("content", "left"),
    [
        ("hi @Bob Ray and @everyone, look", "hi and , look"),
        ("hi @Bob Ray and @Game Night who plays?", "hi and"),
        ("ask @mods, please", "ask , please"),
        ("see #💬-off-topic", "see"),
        ("see #how do I install and :wave:", "see"),
        ("in #Game Room [voice] now", "in now"),
        ("@✨Lia✨", ""),
        ("one @Game Night\ntwo", "one two"),
        (
            "a@example.org is #1, see https://example.org/#top",
            "a@example.org is #1, see https://example.org/#top",
        ),
    ],
)
def test_nothing_of_a_mention_stays(tmp_path: Path, content: str, left: str) -> None:
    path = write(tmp_path / "a.json", export(message("first"), message(content, mentions=["Bob Ray"])))
    assert items(path, ReadingOptions(keep_mentions=False)) == ["first", *filter(None, [left])]
