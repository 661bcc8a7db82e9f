"""Which messages the loopback Discord tells a bot of, and what it keeps from it."""

from __future__ import annotations

from typing import Any

from playground.wire.client_app import with_mentions, with_names
from playground.wire.records import Guild, Json
from playground.wire.server import WireServer
from tests.support.raw_bot import RawBot, connect_raw
from tests.support.wire_contract import read_contract

GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES = 1, 1 << 9, 1 << 12


async def identify(raw: RawBot, intents: int) -> None:
    """Identify with these intents; what comes of that alone has been read."""
    await raw.receive()
    await raw.identify(intents=intents)
    for _ in range(1 + len(raw.server.guilds)):
        await raw.receive()


async def told(raw: RawBot) -> Json:
    """Return the message that the bot is told of next."""
    frame = await raw.receive()
    assert frame["t"] == "MESSAGE_CREATE"
    message: Json = frame["d"]
    assert read_contract().message_problems(message) == []
    return message


async def test_what_does_not_concern_a_bot_is_kept_from_it() -> None:
    async with connect_raw(WireServer(people=["ana", "ben"])) as raw:
        server = raw.server
        await identify(raw, GUILDS | GUILD_MESSAGES | DIRECT_MESSAGES)
        poll = {"poll": {"question": {"text": "?"}}}
        other = server.say("It was", user="ben", extra=poll)
        message = await told(raw)
        assert (message["content"], "poll" in message, message["guild_id"]) == ("", False, str(server.guilds[0].id))
        assert message["member"]["joined_at"]
        server.say(with_mentions(server.world, "@charla, it was by @Ben"))
        message = await told(raw)
        assert with_names(server.world, message["content"]) == "@Charla, it was by @ben"
        assert [user["username"] for user in message["mentions"]] == ["Charla", "ben"]
        server.say("It was", where="dm")
        assert ((await told(raw))["content"], "guild_id" in message) == ("It was", True)
        server.say("It was", replies_to=other)
        assert (await told(raw))["referenced_message"]["content"] == ""


async def test_a_reply_concerns_its_author_unless_it_does_not_ping() -> None:
    async with connect_raw(WireServer()) as raw:
        server = raw.server
        await identify(raw, GUILDS | GUILD_MESSAGES)
        channel = server.guilds[0].channel_id
        sent = await raw.request("POST", f"/channels/{channel}/messages", {"content": "It was"})
        assert (await told(raw))["content"] == "It was"
        ours = server.world.messages[int(sent.body["id"])]
        server.say("And then?", replies_to=ours)
        message = await told(raw)
        assert (message["content"], message["referenced_message"]["content"]) == ("And then?", "It was")
        server.say("And then?", replies_to=ours, pings=False)
        message = await told(raw)
        assert (message["content"], message["referenced_message"]["content"]) == ("", "It was")


async def test_a_bot_is_told_of_nothing_that_it_did_not_ask_for() -> None:
    async with connect_raw(WireServer()) as raw:
        await identify(raw, GUILDS | DIRECT_MESSAGES)
        raw.server.say("in a server")
        raw.server.say("elsewhere", where="elsewhere")
        raw.server.say("in a conversation", where="user-install")
        raw.server.say("to the bot", where="dm")
        assert (await told(raw))["content"] == "to the bot"


async def test_a_reply_names_a_message_that_is_there_and_pings_as_it_is_allowed_to() -> None:
    async with connect_raw(WireServer()) as raw:
        server = raw.server
        await identify(raw, GUILDS)
        said = server.say("It was")
        path = f"/channels/{said.channel_id}/messages"
        reference: Json = {"message_id": str(said.id)}

        async def reply(**parts: Any) -> Any:
            return await raw.request("POST", path, {"content": "x", "message_reference": reference, **parts})

        answer = await reply()
        assert (answer.body["type"], [user["username"] for user in answer.body["mentions"]]) == (19, ["you"])
        answer = await reply(allowed_mentions={"parse": [], "replied_user": False})
        assert (answer.body["mentions"], answer.body["referenced_message"]["content"]) == ([], "It was")
        said.deleted = True
        assert (await reply()).code == 50035
        reference["fail_if_not_exists"] = False
        assert (await reply()).body["type"] == 0
        assert server.violations == []


async def test_of_messages_with_one_nonce_the_first_is_kept() -> None:
    async with connect_raw(WireServer()) as raw:
        await identify(raw, GUILDS)
        path = f"/channels/{raw.server.guilds[0].channel_id}/messages"
        ids = {
            (await raw.request("POST", path, {"content": content, **nonce})).body["id"]
            for content in ("one", "two")
            for nonce in ({"nonce": "7", "enforce_nonce": True}, {"nonce": "7"})
        }
        assert len(ids) == 3


async def test_a_channel_may_be_closed_to_the_bot() -> None:
    async with connect_raw(WireServer(guilds=[Guild("Server", closed=True)])) as raw:
        await identify(raw, GUILDS)
        channel = f"/channels/{raw.server.guilds[0].channel_id}"
        for path in ("messages", "typing"):
            refused = await raw.request("POST", f"{channel}/{path}", {"content": "x"})
            assert (refused.status, refused.code) == (403, 50013)
        open_one = raw.server.people["you"].dm_id
        assert (await raw.request("POST", f"/channels/{open_one}/typing")).status == 204
