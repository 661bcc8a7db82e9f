"""What the loopback Discord answers and dispatches, so that clients other than the bot's can use it, too."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from playground.wire.exchange import InteractionState
from playground.wire.records import RecordedRequest
from playground.wire.server import WireServer
from playground.wire.world import Limits
from tests.support.raw_bot import COMMAND, RawBot, connect_raw, ready_raw
from tests.support.wire_contract import Contract, read_contract, wire_problems

BUTTON = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Form", "custom_id": "form"}]}
FORM = {
    "custom_id": "m",
    "title": "Form",
    "components": [
        {"type": 18, "label": name, "component": {"type": 4, "style": 1, "custom_id": name}} for name in ("a", "b")
    ],
}


@pytest.fixture
async def raw() -> AsyncIterator[RawBot]:
    async with ready_raw(WireServer(people=["ana", "ben"])) as raw:
        yield raw
        assert raw.server.violations == []
        assert wire_problems(raw.server) == []


async def test_what_the_gateway_introduces_fits_the_description() -> None:
    known = read_contract()
    async with connect_raw(WireServer()) as raw:
        await raw.receive()
        await raw.identify()
        ready, guild = [(await raw.receive())["d"] for _ in range(2)]
        assert known.schema_problems("UserPIIResponse", ready["user"]) == []
        assert known.schema_problems("GuildResponse", guild) == []
        for schema, key in (("Member", "members"), ("Channel", "channels"), ("Role", "roles")):
            assert guild[key]
            assert [text for part in guild[key] for text in known.schema_problems(f"Guild{schema}Response", part)] == []


async def test_what_can_be_read_fits_the_description(raw: RawBot) -> None:
    channel = raw.server.guilds[0].channel_id
    message = raw.server.say("hello")
    application = f"/applications/{raw.server.bot.id}/commands"
    command = raw.server.commands[0]["id"]
    for path in (
        "/users/@me", "/applications/@me", "/oauth2/applications/@me", "/gateway", "/gateway/bot",
        f"/channels/{channel}", f"/channels/{channel}/messages/{message.id}", application, f"{application}/{command}",
    ):  # fmt: skip
        assert (await raw.request("GET", path)).status == 200
    assert wire_problems(raw.server) == []
    assert all(read_contract()._find(request) for request in raw.server.requests)


def test_the_contract_sees_answers_that_do_not_fit() -> None:
    known = read_contract()
    for status, answer in ((200, b'{"id": "1"}'), (201, b"{}"), (200, None)):
        assert known.answer_problems(RecordedRequest("GET", "/users/@me", status=status, answer=answer))
    assert known.answer_problems(RecordedRequest("DELETE", "/channels/1/messages/2", status=204, answer=b"{}"))
    assert known.answer_problems(RecordedRequest("DELETE", "/channels/1/messages/2", status=204)) == []
    with pytest.raises(KeyError):
        known.schema_problems("NoResponse", {})


def test_without_the_description_nothing_is_taken_for_checked(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Contract(tmp_path / "openapi.json")


async def test_the_token_has_the_form_of_discords(raw: RawBot) -> None:
    first, _, _ = raw.server.token.split(".")
    assert first.isalnum()
    assert not first.endswith("=")


async def test_a_body_may_come_as_a_form_of_either_kind(raw: RawBot) -> None:
    path = f"/channels/{raw.server.guilds[0].channel_id}/messages"
    kinds = [{"payload_json": json.dumps({"content": "x"})}, {"content": "x"}]
    for fields in kinds:
        assert (await raw.request("POST", path, data=fields)).body["content"] == "x"
        form = aiohttp.MultipartWriter("form-data")
        for name, value in fields.items():
            form.append(value).set_content_disposition("form-data", name=name)
        assert (await raw.request("POST", path, data=form)).body["content"] == "x"
    exchange = await raw.server.slash("probe")
    path = f"/interactions/{exchange.id}/{exchange.token}/callback"
    assert (await raw.request("POST", path, data={"payload_json": '{"type": 5}'})).status == 204
    raw.server.requests.clear()  # of which the description knows the bodies in JSON alone


async def test_a_message_says_what_interaction_it_answers(raw: RawBot) -> None:
    ana, owners = str(raw.server.people["ana"].id), {"0": str(raw.server.guilds[0].id)}
    used = await raw.server.slash("probe")
    message = (await raw.call_back(used, 4, {"content": "x", "components": [BUTTON]})).body["resource"]["message"]
    metadata = message["interaction_metadata"]
    assert (metadata["id"], metadata["type"]) == (str(used.id), 2)
    assert (metadata["user"]["id"], metadata["authorizing_integration_owners"]) == (ana, owners)
    assert (message["type"], message["interaction"]["name"]) == (20, "probe")
    followed = (await raw.reply(used, "POST", body={"content": "y"})).body
    assert followed["interaction_metadata"]["original_response_message_id"] == message["id"]
    assert used.message is not None
    pressed = await raw.server.press(used.message, "form", user="ben")
    assert (await raw.call_back(pressed, 9, FORM)).status == 200
    sent = await raw.server.submit_modal(pressed, {"a": "1"})
    origin = (await raw.call_back(sent, 4, {"content": "z"})).body["resource"]["message"]["interaction_metadata"]
    assert origin["type"] == 5
    assert origin["triggering_interaction_metadata"]["interacted_message_id"] == message["id"]
    said = raw.server.say("hello")
    chosen = await raw.server.message_command("Probe this", said)
    answered = (await raw.call_back(chosen, 4, {"content": "w"})).body["resource"]["message"]
    assert answered["type"] == 23
    assert answered["interaction_metadata"]["target_message_id"] == str(said.id)


async def test_a_defer_is_answered_without_a_message(raw: RawBot) -> None:
    exchange = await raw.server.slash("probe")
    body = (await raw.call_back(exchange, 5)).body
    assert "resource" not in body
    assert body["interaction"]["response_message_loading"]
    assert (await raw.reply(exchange, "GET", "@original")).body["id"] == body["interaction"]["response_message_id"]


async def test_what_a_bot_leaves_out_is_filled_in(raw: RawBot) -> None:
    select = {"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "a"}]}
    body = {"embeds": [{"fields": [{"name": "n", "value": "v"}]}], "components": [{"type": 1, "components": [select]}]}
    message = (await raw.answer(body)).body["resource"]["message"]
    assert message["embeds"][0]["fields"] == [{"name": "n", "value": "v", "inline": False}]
    (made,) = message["components"][0]["components"]
    assert (made["min_values"], made["max_values"]) == (1, 1)


async def test_every_component_has_an_id_of_its_own(raw: RawBot) -> None:
    row = {"type": 1, "components": [{**BUTTON["components"][0], "custom_id": name} for name in "ab"]}  # type: ignore[index]
    row["components"][1]["id"] = 2  # type: ignore[index]
    message = (await raw.answer({"content": "x", "components": [row]})).body["resource"]["message"]
    (made,) = message["components"]
    assert [made["id"], *(part["id"] for part in made["components"])] == [1, 3, 2]
    asked = await raw.server.slash("probe")
    await raw.call_back(asked, 9, FORM)
    sent = await raw.server.submit_modal(asked, {"a": "1", "b": "2"})
    assert [part["id"] for part in sent.data["components"]] == [1, 3]
    assert [(part["component"]["id"], part["component"]["value"]) for part in sent.data["components"]] == [
        (2, "1"),
        (4, "2"),
    ]


async def test_a_select_that_is_left_as_it_was_shown_sends_what_was_chosen_in_it(raw: RawBot) -> None:
    options = [{"label": name, "value": name, "default": name == "b"} for name in "ab"]
    select = {"type": 3, "custom_id": "s", "options": options}
    asked = await raw.server.slash("probe")
    form = FORM | {"components": [{"type": 18, "label": "L", "component": select}]}
    assert (await raw.call_back(asked, 9, form)).status == 200
    for given, chosen in (({}, "b"), ({"s": "a"}, "a")):
        sent = await raw.server.submit_modal(asked, given)
        assert sent.data["components"][0]["component"]["values"] == [chosen]


async def test_what_is_chosen_and_ticked_in_a_form_is_sent_as_discord_sends_it(raw: RawBot) -> None:
    options = [{"label": name, "value": name, "default": name == "b"} for name in "ab"]
    parts = [
        {"type": 21, "custom_id": "radio", "options": options},
        {"type": 22, "custom_id": "boxes", "options": options},
        {"type": 23, "custom_id": "box", "default": True},
        {"type": 19, "custom_id": "upload", "required": False},
    ]
    labelled = [{"type": 18, "label": "L", "component": part} for part in parts]
    asked = await raw.server.slash("probe")
    form = FORM | {"components": [*labelled, {"type": 10, "content": "text"}]}
    assert (await raw.call_back(asked, 9, form)).status == 200
    left = await raw.server.submit_modal(asked, {})
    filled = await raw.server.submit_modal(asked, {"radio": "a", "boxes": "a", "box": False})
    for sent, chosen, ticked in ((left, "b", True), (filled, "a", False)):
        *entered, text = sent.data["components"]
        radio, boxes, box, upload = (part["component"] for part in entered)
        assert (radio["value"], boxes["values"], box["value"], upload["values"]) == (chosen, [chosen], ticked, [])
        assert set(text) == {"type", "id"}


async def test_texts_of_components_mention_people_as_the_content_does(raw: RawBot) -> None:
    ana = raw.server.people["ana"]
    section = {"type": 9, "components": [{"type": 10, "content": f"<@{ana.id}> @here"}],
               "accessory": {"type": 2, "style": 2, "label": "L", "custom_id": "l"}}  # fmt: skip
    body = {"flags": 1 << 15, "components": [{"type": 17, "components": [section]}]}
    message = (await raw.answer(body)).body["resource"]["message"]
    assert ([person["id"] for person in message["mentions"]], message["mention_everyone"]) == ([str(ana.id)], True)
    silent = (await raw.answer(body | {"allowed_mentions": {"parse": []}})).body["resource"]["message"]
    assert (silent["mentions"], silent["mention_everyone"]) == ([], False)


async def test_texts_in_other_languages_are_kept_and_given_where_they_are_asked_for(raw: RawBot) -> None:
    option = {**COMMAND["options"][0], "name_localizations": {"de": "wahl"}}
    command = {**COMMAND, "description_localizations": {"de": "Eine Sonde"}, "options": [option]}
    (made,) = (await raw.register(command)).body
    path = f"/applications/{raw.server.bot.id}/commands"
    (asked,) = (await raw.request("GET", f"{path}?with_localizations=true")).body
    (unasked,) = (await raw.request("GET", path)).body
    assert made == asked
    assert made["description_localizations"] == {"de": "Eine Sonde"}
    assert made["options"][0]["name_localizations"] == {"de": "wahl"}
    assert "description_localizations" not in unasked
    assert "name_localizations" not in unasked["options"][0]


@pytest.mark.parametrize(
    ("allowed", "users", "everyone"),
    [
        (None, ["ana", "ben"], True),
        ({"parse": []}, [], False),
        ({"parse": ["users"]}, ["ana", "ben"], False),
        ({"parse": ["everyone"], "users": ["ben"]}, ["ben"], True),
    ],
)
async def test_mentions_are_those_that_are_allowed(raw: RawBot, allowed: Any, users: list[str], everyone: bool) -> None:
    people = raw.server.people
    content = f"<@{people['ana'].id}> <@!{people['ben'].id}> <@{people['ana'].id}> <@5> @everyone"
    if allowed and "users" in allowed:
        allowed = allowed | {"users": [str(people[name].id) for name in allowed["users"]]}
    body = {"content": content} | ({"allowed_mentions": allowed} if allowed else {})
    message = (await raw.answer(body)).body["resource"]["message"]
    assert [user["username"] for user in message["mentions"]] == users
    assert message["mention_everyone"] is everyone


async def test_an_edit_may_take_embeds_away_and_bring_them_back(raw: RawBot) -> None:
    exchange = await raw.server.slash("probe")
    await raw.call_back(exchange, 4, {"content": "x", "flags": 64})
    for flags in (4, 0):
        assert (await raw.reply(exchange, "PATCH", "@original", {"flags": flags})).body["flags"] == 64 | flags


async def test_a_direct_channel_is_opened_with_those_who_are_there(raw: RawBot) -> None:
    ben = raw.server.people["ben"]
    opened = await raw.request("POST", "/users/@me/channels", {"recipient_id": str(ben.id)})
    assert (opened.body["id"], opened.body["type"]) == (str(ben.dm_id), 1)
    assert (await raw.request("POST", f"/channels/{ben.dm_id}/messages", {"content": "x"})).status == 200
    assert (await raw.request("POST", "/users/@me/channels", {"recipient_id": "5"})).code == 50033


async def test_answers_say_how_many_requests_are_left_and_what_is_too_much_is_refused() -> None:
    limits = Limits(bucket_requests=2, bucket_seconds=600)
    async with ready_raw(WireServer(guilds=2, limits=limits)) as raw:
        path, other = (f"/channels/{guild.channel_id}" for guild in raw.server.guilds)
        answers = [await raw.request("GET", path) for _ in range(3)]
        assert [answer.status for answer in answers] == [200, 200, 429]
        assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
        assert 0 < float(answers[0].headers["X-RateLimit-Reset-After"]) <= 600
        assert answers[2].body["retry_after"] == float(answers[2].headers["X-RateLimit-Reset-After"])
        apart = await raw.request("GET", other)
        assert apart.headers["X-RateLimit-Bucket"] == answers[0].headers["X-RateLimit-Bucket"]
        assert apart.headers["X-RateLimit-Remaining"] == "1"


async def test_first_answers_have_no_rate_limit() -> None:
    async with ready_raw(WireServer(limits=Limits(bucket_requests=1, bucket_seconds=600))) as raw:
        answers = [await raw.answer({"content": "x"}) for _ in range(2)]
        assert [answer.status for answer in answers] == [200, 200]
        assert not any(name.startswith("X-RateLimit") for answer in answers for name in answer.headers)


async def test_only_in_strict_mode_a_follow_up_in_place_of_what_was_deleted_is_refused() -> None:
    for strict in (False, True):
        async with ready_raw(WireServer(limits=Limits(strict=strict))) as raw:
            exchange = await raw.server.slash("probe")
            await raw.call_back(exchange, 5)
            assert (await raw.reply(exchange, "DELETE", "@original")).status == 204
            followed = await raw.reply(exchange, "POST", body={"content": "x", "flags": 64})
            assert (followed.status, followed.code) == ((404, 10008) if strict else (200, None))
            assert bool(raw.server.violations) is strict


@pytest.mark.parametrize("filled_by", ["edit", "follow-up"])
async def test_strict_mode_takes_a_follow_up_once_the_defer_was_filled(filled_by: str) -> None:
    async with ready_raw(WireServer(limits=Limits(strict=True))) as raw:
        exchange = await raw.server.slash("probe")
        await raw.call_back(exchange, 5)
        if filled_by == "edit":
            await raw.reply(exchange, "PATCH", "@original", {"content": "x"})
        else:
            await raw.reply(exchange, "POST", body={"content": "x"})
        assert exchange.state is InteractionState.ANSWERED
        await raw.reply(exchange, "DELETE", "@original")
        assert (await raw.reply(exchange, "POST", body={"content": "y"})).status == 200
        assert raw.server.violations == []
