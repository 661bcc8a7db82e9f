"""Messages that mention the bot, or are written to it, over the wire."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Literal

import pytest

from bot.chat.addressed import UNSEEN
from bot.chat.ask import FORBIDDEN_SEED
from bot.chat.progress import ProgressTimes
from bot.chat.seen_message import NO_TEXT, SPOILER
from bot.generation.request import GenerationRequest
from bot.limits import MAX_SEED
from playground.wire.exchange import InteractionState
from playground.wire.records import Guild, Json, Message, RecordedRequest, User
from playground.wire.server import WireServer
from tests.support.gate import Gate
from tests.support.mentions import mention, replies_to, reply_to, shown_text
from tests.support.press_buttons import press
from tests.support.random_models import random_model
from tests.support.replies import ask, button_labels, expected_text, visible_message
from tests.support.running_bot import NO_PROGRESS, Running, Start
from tests.support.waiting import wait_until

BRIEF = replace(NO_PROGRESS, refusal=0.1)
"""A refusal goes soon, so that a test need not wait for it."""
QUICK = ProgressTimes(first_notice=0.05, update=0.05, refusal=0.1)


def sent(running: Running, path: str) -> list[RecordedRequest]:
    """Return the requests with which the bot wrote to channels, by the end of their path."""
    return [
        request
        for request in running.server.requests
        if request.method == "POST" and request.route == f"/channels/{{channel}}/{path}"
    ]


async def assert_silent(running: Running, *messages: Message) -> None:
    """Check that the bot answers none of the messages: it answers one that was written later, in direct messages."""
    heard = running.server.say("It was", user="eve", where="dm")
    await reply_to(running, heard)
    await wait_until(lambda: not running.bot._answering)
    assert [replies_to(running, message) for message in messages] == [[] for _ in messages]


def seed_of(reply: Message) -> tuple[str, str]:
    """Return the seed of a reply, and what was written after it, by what its buttons say."""
    length = int(reply.components[0]["components"][0]["custom_id"].split(":")[3])
    text = shown_text(reply)
    return text[:length], text[length:]


async def test_a_message_that_mentions_the_bot_is_answered_by_a_reply_that_pings_nobody(start: Start) -> None:
    running = await start()
    message = running.server.say(f"It *was* <@{running.server.bot.id}>, a night", user="ana")
    reply = await reply_to(running, message)
    number = int(reply.embeds[0]["footer"]["text"].split("random seed ")[1].split(" ")[0])
    request = GenerationRequest("It *was* a night", top_n=4, random_seed=number)
    assert reply.embeds[0]["description"] == expected_text(request, request.seed)
    assert button_labels(reply) == ["Again", "Continue", "Edit", "Delete"]
    (typed,), (posted,) = sent(running, "typing"), sent(running, "messages")
    assert typed.received_at < posted.received_at
    assert posted.body["allowed_mentions"] == {"parse": [], "replied_user": False}
    assert posted.body["nonce"] == str(message.id)
    assert running.server.world.as_json(reply)["mentions"] == []


async def test_buttons_under_such_a_reply_are_those_of_any_other(start: Start) -> None:
    running = await start()
    reply = await reply_to(running, mention(running, "It was", user="ana"))
    again = await press(running, reply, "Again", "ben")
    assert again.text.startswith("**It was**")
    assert (await press(running, reply, "Delete", "ben")).private
    pressed = await running.server.press_label(reply, "Delete", user="ana")
    await pressed.until(lambda e: e.state is InteractionState.DELETED)
    assert reply.deleted


async def test_a_reply_to_the_bot_goes_on_from_both_by_the_same_model(start: Start) -> None:
    running = await start(models=[random_model(), random_model("other", weights_seed=1)])
    first = visible_message(await ask(running, {"seed": "It was", "top_n": 9, "length": 50, "model": "other"}))
    second = await reply_to(running, running.server.say("And then?", user="ben", replies_to=first))
    assert second.embeds[0]["footer"]["text"].startswith("other · top-n 9 · ")
    assert seed_of(second)[0] == f"{shown_text(first)}\nAnd then?"
    third = await reply_to(running, mention(running, user="ben", replies_to=second))
    assert seed_of(third)[0] == shown_text(second)


async def test_of_a_long_conversation_the_end_is_read(start: Start) -> None:
    running = await start()
    first = await reply_to(running, mention(running, "word " * 390))
    said = "more " * 100 + "end"
    second = await reply_to(running, running.server.say(said, replies_to=first))
    whole = second.files[0].text if second.files else shown_text(second)
    assert whole[:MAX_SEED].endswith(f"\n{said}")


async def test_a_reply_to_several_texts_or_to_what_was_emptied_is_still_answered(start: Start) -> None:
    running = await start()
    several = visible_message(await ask(running, {"seed": "It was", "count": 2, "length": 20}))
    reply = await reply_to(running, running.server.say("And then?", replies_to=several))
    assert seed_of(reply)[0] == f"{shown_text(several)}\nAnd then?"
    several.embeds = []
    reply = await reply_to(running, running.server.say("And then?", replies_to=several))
    assert seed_of(reply)[0] == "And then?"


async def test_direct_messages_are_answered_and_read_like_any_other(start: Start) -> None:
    running = await start()
    reply = await reply_to(running, running.server.say("It <:was:123456789012345678>", user="ben", where="dm"))
    assert seed_of(reply)[0] == "It :was:"
    reply = await reply_to(running, running.server.say("And then?", user="ben", replies_to=reply))
    assert seed_of(reply)[0].endswith("\nAnd then?")


async def test_a_mention_alone_is_answered_from_a_seed_of_the_models_own(start: Start) -> None:
    running = await start()
    assert seed_of(await reply_to(running, mention(running)))[0] in {"Once upon ", "It was "}


async def test_however_often_the_bot_is_mentioned_its_name_is_taken_out_and_no_other(start: Start) -> None:
    running = await start()
    me, ben = running.server.bot.id, running.server.people["ben"].id
    message = running.server.say(f"<@{me}> <@!{me}>, @everyone: <@{ben}> said it was <@{me}>")
    assert seed_of(await reply_to(running, message))[0] == "@everyone: @Ben said it was"


async def test_what_is_not_for_the_bot_is_not_answered(start: Start) -> None:
    running = await start()
    say, (guild,) = running.server.say, running.server.guilds
    ours = visible_message(await ask(running, {"seed": "It was"}))
    quiet = [
        say("It was a night"),
        say("It was", replies_to=ours, pings=False),
        say(f"@everyone, <@{running.server.people['ben'].id}> and <@&{guild.id}>"),
        mention(running, "joined", extra={"type": 7}),
        mention(running, "from a webhook", extra={"webhook_id": "123456789012345678"}),
        mention(running, "elsewhere", where="elsewhere"),
        say(f"`<@{running.server.bot.id}> It was` and ```\n<@{running.server.bot.id}>\n```"),
        mention(running, extra={"content": "", "message_snapshots": [{"message": {"content": "It was"}}]}),
    ]
    for bot in (User("news", bot=True), running.server.bot):
        message = Message(author=bot, channel_id=guild.channel_id, where="guild", content=f"<@{running.server.bot.id}>")
        running.server.world.messages[message.id] = message
        running.server.announce(message)
        quiet.append(message)
    edited = say("It was")
    changed = replace(edited, content=f"<@{running.server.bot.id}> It was")
    await running.server.dispatch("MESSAGE_UPDATE", running.server.world.as_json(changed))
    await assert_silent(running, *quiet, edited)
    assert len(sent(running, "typing")) == 1


async def test_a_message_is_answered_once_however_often_the_bot_is_told_of_it(start: Start) -> None:
    running = await start()
    message = mention(running, "It was")
    await reply_to(running, message)
    running.server.announce(message)
    await assert_silent(running)
    await running.stop()
    running = await start(running.server)  # another process, which has not heard of it
    running.server.announce(message)
    await wait_until(lambda: len([r for r in sent(running, "messages") if r.body.get("nonce") == str(message.id)]) == 2)
    assert len(replies_to(running, message)) == 1


async def test_a_reply_whose_connection_drops_arrives_once(start: Start) -> None:
    running = await start()
    drops: list[Literal["before", "after"]] = ["before", "after"]
    for attempts, drop in zip((2, 4), drops, strict=True):
        running.server.faults.add("POST", r"/channels/\d+/messages$", drop=drop)
        message = mention(running, "It was")
        await wait_until(lambda attempts=attempts: len(sent(running, "messages")) == attempts)  # type: ignore[misc]
        assert shown_text(await reply_to(running, message)).startswith("It was")


async def test_where_the_bot_may_not_write_it_stays_silent(start: Start) -> None:
    async with WireServer(["ana", "ben", "eve"], guilds=[Guild("Server", closed=True)]) as server:
        running = await start(server)
        await wait_until(lambda: bool(running.bot.guilds))
        await assert_silent(running, mention(running, "It was"))
        assert len(sent(running, "typing")) == 1
        await running.stop()


async def test_where_discord_refuses_the_reply_it_stays_silent(start: Start) -> None:
    running = await start()
    for path in ("typing", "messages"):
        body = {"code": 50013, "message": "Missing Permissions"}
        channel = running.server.guilds[0].channel_id
        running.server.faults.add("POST", rf"/channels/{channel}/{path}$", status=403, body=body)
        message = mention(running, "It was")
        await wait_until(lambda: running.server.faults.pending == 0)
        await assert_silent(running, message)
    assert running.bot.pool.load == (0, 0)


@pytest.mark.parametrize(
    ("status", "code", "told"),
    [
        (400, 200000, "AutoMod blocked"),
        (400, 240000, "harmful"),
        (403, 20009, "explicit content"),
        (413, 40005, "too large"),
        (403, 50083, ""),
        (400, 160005, ""),
        (403, 20016, ""),
        (404, 10003, ""),
        (403, 50001, ""),
    ],
)
async def test_where_discord_refuses_only_what_was_written_the_reason_is_told(
    start: Start, caplog: pytest.LogCaptureFixture, status: int, code: int, told: str
) -> None:
    running = await start()
    channel, body = running.server.guilds[0].channel_id, {"code": code, "message": "Words for developers"}
    path = rf"/channels/{channel}/messages$"
    running.server.faults.add("POST", path, status=status, body=body, headers={"Via": ""})
    message = mention(running, "It was")
    if told:
        assert told in (await reply_to(running, message)).content
    else:
        await wait_until(lambda: running.server.faults.pending == 0)
        await assert_silent(running, message)
    assert [record for record in caplog.records if record.levelname != "INFO" or record.exc_info] == []


async def test_a_message_that_was_deleted_meanwhile_is_not_answered(start: Start) -> None:
    running = await start(make_copy=Gate, workers=1)
    message = mention(running, "It was")
    assert await asyncio.to_thread(Gate.reached.wait, 5)
    message.deleted = True
    Gate.opened.set()
    await wait_until(lambda: [request.status for request in sent(running, "messages")] == [400])
    assert replies_to(running, message) == []


async def test_a_refusal_goes_by_itself(start: Start) -> None:
    running = await start(times=BRIEF)
    wave = {"sticker_items": [{"id": "123456789012345678", "name": "wave", "format_type": 4}]}
    for text, extra, told in (
        ("What a kike said", {}, FORBIDDEN_SEED),
        ("It was ||the butler||", {}, SPOILER),
        ("", wave, NO_TEXT),
    ):
        refusal = await reply_to(running, running.server.say(text, where="dm", extra=extra))
        assert refusal.content == told
        await wait_until(lambda refusal=refusal: refusal.deleted)  # type: ignore[misc]
    assert (await reply_to(running, running.server.say("It was", where="dm"))).embeds


async def test_a_person_who_is_refused_again_and_again_is_told_once(start: Start) -> None:
    running = await start(rate_limit_user=1)
    answered = await reply_to(running, mention(running, "It was", user="ana"))
    refused = await reply_to(running, mention(running, "It was", user="ana"))
    assert answered.embeds
    assert "Please wait" in refused.content
    await assert_silent(running, mention(running, "It was", user="ana"))
    assert (await ask(running, {"seed": "It was"}, user="ana")).private  # it counts like a command
    assert not refused.deleted
    await running.stop()
    assert refused.deleted


async def test_another_persons_message_is_not_shown_to_the_bot(start: Start) -> None:
    running = await start()
    bens = running.server.say("It was a dark night", user="ben")
    refused = await reply_to(running, mention(running, user="ana", replies_to=bens, pings=False))
    assert refused.content == UNSEEN
    reply = await reply_to(running, mention(running, "And then?", user="eve", replies_to=bens, pings=False))
    assert seed_of(reply)[0] == "And then?"


async def test_a_message_that_cannot_be_read_ends_nothing(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    running = await start()
    broken = mention(running, "It was", extra={"embeds": ["none"]})
    await assert_silent(running, broken)
    assert "cannot be read: MESSAGE_CREATE" in caplog.text
    assert seed_of(await reply_to(running, mention(running, "It was")))[0] == "It was"


async def test_the_operator_switches_it_off_for_all(start: Start) -> None:
    running = await start(answer_mentions=False)
    assert [session.intents for session in running.server.sessions] == [1]
    about = await running.server.slash("about")
    await about.settled()
    assert "It answers no others" in str(visible_message(about).embeds)
    message = mention(running, "It was")
    await ask(running, {"seed": "It was"})
    assert replies_to(running, message) == []


async def test_the_intents_are_none_of_the_privileged_ones(start: Start) -> None:
    running = await start()
    assert [session.intents for session in running.server.sessions] == [1 | 1 << 9 | 1 << 12]


async def busy(start: Start) -> tuple[Running, Message]:
    """A bot whose only worker is held up in the answer to ana's message, whose reply says so by now."""
    running = await start(make_copy=Gate, workers=1, times=QUICK)
    message = mention(running, "It was", user="ana")
    await wait_until(lambda: [reply.content for reply in replies_to(running, message)] == ["Writing…"])
    return running, message


async def test_a_reply_says_how_long_it_takes_and_becomes_the_text(start: Start) -> None:
    running, message = await busy(start)
    later = mention(running, "It was", user="ben")
    await wait_until(lambda: [r.content for r in replies_to(running, later)] == ["Waiting: your turn is next."])
    assert button_labels(replies_to(running, later)[0]) == ["Cancel"]
    Gate.opened.set()
    for waiting in (message, later):
        reply = await reply_to(running, waiting)
        assert reply.content == ""
        assert button_labels(reply) == ["Again", "Continue", "Edit", "Delete"]
    assert len(sent(running, "typing")) == 2


async def test_the_person_who_asked_may_cancel_and_nobody_else(start: Start) -> None:
    running, message = await busy(start)
    (reply,) = replies_to(running, message)
    refused = await press(running, reply, "Cancel", "eve")
    assert "Only the person who asked" in refused.text
    await running.server.press_label(reply, "Cancel", user="ana")
    await wait_until(lambda: next(iter(running.bot.pool._open))._given_up is not None)
    Gate.opened.set()
    await wait_until(lambda: reply.content == "Cancelled.")
    assert reply.components == []
    await wait_until(lambda: reply.deleted)


async def test_a_waiting_reply_that_somebody_deletes_gives_its_request_up(start: Start) -> None:
    running, _message = await busy(start)
    later = mention(running, "It was", user="ben")
    third = mention(running, "It was", user="eve")
    await wait_until(
        lambda: [r.content for r in replies_to(running, third)] == ["Waiting: 1 request is ahead of yours."]
    )
    (first,) = replies_to(running, later)
    replies_to(running, third)[0].deleted = True
    await running.server.press_label(first, "Cancel", user="ben")  # which is told to eve, and so noticed
    await wait_until(lambda: running.bot.pool.load == (0, 1))
    Gate.opened.set()


async def test_a_line_about_progress_of_whose_arrival_nobody_heard_becomes_the_text(start: Start) -> None:
    running = await start(make_copy=Gate, workers=1, times=replace(QUICK, silent=0.1, update=60.0))
    running.server.faults.add("POST", r"/messages$", drop="after")
    message = mention(running, "It was")
    await wait_until(lambda: len(sent(running, "messages")) == 1)
    Gate.opened.set()
    await wait_until(lambda: any(reply.embeds for reply in replies_to(running, message)))
    (reply,) = replies_to(running, message)
    assert reply.content == ""


async def test_a_bot_that_leaves_takes_back_what_it_said_of_progress(start: Start) -> None:
    running = await start(make_copy=Gate, workers=1, times=QUICK, grace_period=0)
    message = mention(running, "It was", user="ana")
    await wait_until(lambda: [reply.content for reply in replies_to(running, message)] == ["Writing…"])
    later = mention(running, "It was", user="ben")
    await wait_until(lambda: len(replies_to(running, later)) == 1)
    stopping = asyncio.create_task(running.stop())
    await wait_until(lambda: replies_to(running, later)[0].deleted)
    Gate.opened.set()
    await stopping
    assert replies_to(running, message)[0].deleted


FORUM_ID = "1000000000000000009"
THREAD: Json = {
    "parent_id": FORUM_ID, "owner_id": "1", "message_count": 0, "member_count": 1,
    "thread_metadata": {"archived": False, "auto_archive_duration": 60, "locked": False,
                        "archive_timestamp": "2026-01-01T00:00:00+00:00"},
}  # fmt: skip
NO_WRITING = str(1 << 11 | 1 << 38)


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize(
    ("kind", "parent"),
    [(5, None), (2, None), (13, None), (10, 5), (11, 15), (12, 0)],
    ids=["announcements", "voice", "stage", "thread of announcements", "forum", "private thread"],
)
async def test_wherever_people_may_write_they_are_answered(
    start: Start, kind: int, parent: int | None, closed: bool
) -> None:
    running = await start()
    (guild,) = running.server.guilds
    await wait_until(lambda: bool(running.bot.get_channel(guild.channel_id)))
    place: Json = {"id": str(guild.channel_id), "guild_id": str(guild.id), "type": 0, "name": "place", "position": 0}
    everybody = {"id": str(guild.id), "type": 0, "allow": "0", "deny": NO_WRITING if closed else "0"}
    rules: Json = {"permission_overwrites": [everybody], "bitrate": 64000, "user_limit": 0}
    await running.server.dispatch("CHANNEL_DELETE", place)
    if parent is None:
        await running.server.dispatch("CHANNEL_CREATE", place | rules | {"type": kind})
    else:
        await running.server.dispatch("CHANNEL_CREATE", place | rules | {"type": parent, "id": FORUM_ID})
        await running.server.dispatch("THREAD_CREATE", place | THREAD | {"type": kind})
    message = mention(running, "It was")
    if closed:
        await assert_silent(running, message)
    else:
        assert (await reply_to(running, message)).embeds


async def test_in_a_thread_of_a_channel_that_is_not_known_discord_decides(start: Start) -> None:
    running = await start()
    (guild,) = running.server.guilds
    await wait_until(lambda: bool(running.bot.get_channel(guild.channel_id)))
    place: Json = {"id": str(guild.channel_id), "guild_id": str(guild.id), "type": 0, "name": "place", "position": 0}
    await running.server.dispatch("CHANNEL_DELETE", place)
    await running.server.dispatch("THREAD_CREATE", place | THREAD | {"type": 11})
    assert (await reply_to(running, mention(running, "It was"))).embeds
