"""*Continue this* reads what people see of a message, over the wire."""

from __future__ import annotations

from typing import Any

from bot.chat.attachments import MAX_FILE_BYTES
from bot.chat.markup import plain
from bot.limits import MAX_SEED
from playground.wire.exchange import Exchange
from playground.wire.records import File, Json, Message, User
from tests.support.replies import ask, description, visible_message
from tests.support.running_bot import Running, Start

WHEN = "2026-01-01T00:00:00+00:00"
EMOJI = "123456789012345678"
NEWS = User("news", bot=True)


def forwarded(**parts: Any) -> Json:
    """What a message has that forwards another one with these parts."""
    snapshot = {
        "type": 0, "content": "", "embeds": [], "attachments": [], "timestamp": WHEN, "edited_timestamp": None,
        "flags": 0, "mentions": [], "mention_roles": [], "components": [], **parts,
    }  # fmt: skip
    reference = {"type": 1, "channel_id": EMOJI, "message_id": EMOJI}
    return {"flags": 1 << 14, "message_reference": reference, "message_snapshots": [{"message": snapshot}]}


def poll(question: str, expiry: str | None) -> Json:
    asked: Json = {"question": {"text": question}, "answers": [], "expiry": expiry, "allow_multiselect": False}
    results = {"answer_counts": [], "is_finalized": False}
    return {"poll": {**asked, "layout_type": 1, "results": results}}


def text(content: str, number: int = 1) -> Json:
    return {"type": 10, "id": number, "content": content}


def container(*inner: Json, spoiler: bool = False) -> Json:
    return {"type": 17, "id": 90, "accent_color": None, "spoiler": spoiler, "components": list(inner)}


def laid_out(*components: Json) -> Json:
    return {"flags": 1 << 15, "components": list(components)}


def embed(**parts: Any) -> Json:
    return {"type": "rich", **parts}


def pasted(**changes: Any) -> Json:
    return {
        "id": EMOJI,
        "filename": "message.txt",
        "size": 9,
        "url": "https://a.b",
        "proxy_url": "https://a.b",
    } | changes


def said(running: Running, content: str = "", extra: Json | None = None, files: list[File] | None = None) -> Message:
    message = running.server.say(content, user="ben")
    message.extra, message.files = extra or {}, files or []
    return message


async def continued(running: Running, message: Message) -> Exchange:
    exchange = await running.server.message_command("Continue this", message)
    await exchange.settled()
    return exchange


async def assert_read(running: Running, message: Message, seed: str) -> None:
    """Check that the reply begins with `seed`, in bold."""
    reply = await continued(running, message)
    assert not reply.private, reply.text
    assert plain(description(reply)).startswith(seed)
    again = visible_message(reply).components[0]["components"][0]["custom_id"]
    assert again.split(":")[3] == str(len(seed))


FORMATTED = [
    ("It was <:smile:123456789012345678> <a:dance:223456789012345678>", "It was :smile: :dance:"),
    ("> It was\n- a list\n# heading\n-# small", "It was\n- a list\nheading\nsmall"),
    (">>> It was\nquoted", "It was\nquoted"),
    ("It was ```py\nprint(1)\n``` and `x || y || z`", "It was print(1) and x || y || z"),
    ("**It was** __underlined__ *and* ~~struck~~ `__init__`", "It was underlined *and* struck __init__"),
    (r"It was \*not\* \|\|hidden\|\| \<3", "It was *not* ||hidden|| <3"),
    ("It was [here](https://example.org/x) <https://example.com>", "It was here https://example.com"),
    ("It was <t:1700000000:D> by </generate:123456789012345678>", "It was 14 November 2023 by /generate"),
    ("> > It was\n> ```py\n> print(1)\n> ```\nafter", "It was\nprint(1)\nafter"),
    ("```\n> It was\n``` ``a ` b``", "> It was a ` b"),
    ("***It was*** ___both___ <id:customize> <mail@example.org>", "It was both Channels & Roles mail@example.org"),
    ("@everyone and @here, it was", "@everyone and @here, it was"),
    ("a || b, x <3 y, 2 * 3 * 4", "a || b, x <3 y, 2 * 3 * 4"),
]
"""What people type, and how it looks."""


async def test_formatting_is_read_as_it_looks(start: Start) -> None:
    running = await start()
    for content, seed in FORMATTED:
        await assert_read(running, said(running, content), seed)


async def test_mentions_are_read_by_their_names(start: Start) -> None:
    running = await start()
    server = running.server
    eve, (guild,) = server.people["eve"].id, server.guilds
    known = f"<@{eve}> and <@!{eve}> in <#{guild.channel_id}> with <@&{guild.id}>"
    await assert_read(running, said(running, known), "@Eve and @Eve in #general with @everyone")
    unknown = f"<@{EMOJI}>, <@&{EMOJI}>, <#{EMOJI}>"
    await assert_read(running, said(running, unknown), "@unknown-user, @deleted-role, #unknown")


SEEN: list[tuple[Json, str]] = [
    (forwarded(content="It was a **dark** night"), "It was a dark night"),
    (forwarded(embeds=[embed(description="It was the news")]), "It was the news"),
    (forwarded(components=[text("It was laid out")]), "It was laid out"),
    (poll("It was the best of which times?", "2027-01-01T00:00:00+00:00"), "It was the best of which times?"),
    (poll("It was endless?", None), "It was endless?"),
    (laid_out(container(text("It was", 2), text("in a **box**", 3)), text("and below", 4)),
     "It was\nin a box\nand below"),
    ({"embeds": [embed(title="News", description="It was <:a:1>", fields=[{"name": "Where", "value": "here",
      "inline": False}], footer={"text": "the end"})]}, "News\nIt was :a:\nWhere\nhere"),
    ({"sticker_items": [{"id": EMOJI, "name": "wave", "format_type": 4}], "content": "It was"}, "It was"),
    ({"embeds": [embed(title="A preview") | {"type": "article"}], "content": "It was https://example.org"},
     "It was https://example.org"),
    ({"type": 46, "embeds": [embed(fields=[{"name": "poll_question_text", "value": "It was?", "inline": False}])
      | {"type": "poll_result"}]}, "It was?"),
]  # fmt: skip
"""What a message has besides its content, and what people see of it."""


async def test_all_that_people_see_is_read(start: Start) -> None:
    running = await start()
    for extra, seed in SEEN:
        await assert_read(running, said(running, extra=extra), seed)


async def test_another_bots_embed_is_read_and_whom_a_forwarded_message_mentions_is_named(start: Start) -> None:
    running = await start()
    channel = running.server.guilds[0].channel_id
    message = Message(author=NEWS, channel_id=channel, where="guild", embeds=[{"description": "It was the news"}])
    await assert_read(running, message, "It was the news")
    carol = {"id": EMOJI, "username": "carol", "discriminator": "0", "avatar": None, "global_name": "Carol",
             "public_flags": 0, "flags": 0, "primary_guild": None}  # fmt: skip
    extra = forwarded(content=f"It was <@{EMOJI}>", mentions=[carol])
    await assert_read(running, said(running, extra=extra), "It was @Carol")


async def test_a_reply_of_ours_that_was_forwarded_is_read_as_it_looks(start: Start) -> None:
    running = await start()
    first = await ask(running, {"seed": "It *was* :", "length": 60, "top_n": 98})
    (ours,) = visible_message(first).embeds
    whole = plain(ours["description"])
    await assert_read(running, said(running, extra=forwarded(embeds=[embed(description=ours["description"])])), whole)


async def test_a_pasted_file_is_read_as_it_stands_and_when_it_was_forwarded(start: Start) -> None:
    running = await start()
    pasted = File("message.txt", "\ufeffIt was **raw** ||text||\n".encode(), "text/plain; charset=utf-8")
    message = said(running, "Look:", files=[pasted])
    await assert_read(running, message, "Look:\nIt was **raw** ||text||")
    files = running.server.world.as_json(message)["attachments"]
    await assert_read(running, said(running, extra=forwarded(attachments=files)), "It was **raw** ||text||")


async def test_of_a_long_pasted_file_the_end_is_continued_and_a_longer_one_is_refused(start: Start) -> None:
    running = await start()
    long = "".join(f"word{n} " for n in range(1000)) + "end"
    reply = await continued(running, said(running, files=[File("message.txt", long.encode())]))
    shown = visible_message(reply).files[0].text if visible_message(reply).files else plain(description(reply))
    assert shown[:MAX_SEED] == long[-MAX_SEED:]
    refused = await continued(running, said(running, files=[File("message.txt", b"x" * (MAX_FILE_BYTES + 1))]))
    assert refused.private
    assert "at most 64 KiB" in refused.text


async def test_a_file_that_lies_elsewhere_is_not_read(start: Start) -> None:
    running = await start()
    for address in ("http://127.0.0.1:9/x", "https://example.org/message.txt", "file:///etc/passwd", ""):
        file: Json = {"id": EMOJI, "filename": "message.txt", "size": 9, "url": address, "proxy_url": address}
        refused = await continued(running, said(running, extra={"attachments": [file]}))
        assert refused.private
        assert "cannot be had from Discord" in refused.text


HIDDEN: list[Json] = [
    {"content": "It was ||the butler||"},
    {"content": "It **was ||the\nbutler||**"},
    {"content": "It was\n> > ||the\n> butler||"},
    {"content": "It was </a ||the butler|| b:123456789012345678>"},
    {"attachments": [pasted(filename="SPOILER_message.txt")]},
    {"attachments": [pasted(flags=1 << 3)]},
    forwarded(content="It was ||the butler||"),
    {"embeds": [embed(description="It was ||the butler||")]},
    laid_out(text("It was ||the butler||")),
    laid_out(container(text("It was the butler"), spoiler=True)),
]


async def test_a_spoiler_is_not_uncovered(start: Start) -> None:
    running = await start()
    for extra in HIDDEN:
        refused = await continued(running, said(running, extra=extra))
        assert refused.private
        assert "spoiler" in refused.text
        assert "butler" not in refused.text


async def test_a_message_without_text_is_told_in_private(start: Start) -> None:
    running = await start()
    picture: Json = {"id": EMOJI, "filename": "a.png", "size": 9, "url": "https://example.org", "proxy_url": ""}
    for extra in ({"content": " "}, {"content": "\u200b \u3164"}, {"attachments": [picture]}, {"type": 7}, forwarded()):
        refused = await continued(running, said(running, extra=extra))
        assert refused.private
        assert "no text in that message" in refused.text
