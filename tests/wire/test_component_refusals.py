"""What the loopback Discord refuses of components, embeds and forms, because Discord would."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from playground.wire.records import COMPONENTS_V2, Json
from playground.wire.server import WireServer
from tests.support.raw_bot import RawBot, ready_raw

TEXT: Json = {"type": 10, "content": "x"}
OPTION: Json = {"label": "a", "value": "a"}
BOTH: Json = {"label": "b", "value": "b", "default": True}


def row(*parts: Json) -> Json:
    return {"components": [{"type": 1, "components": list(parts)}]}


def button(**changes: Any) -> Json:
    return {"type": 2, "style": 1, "label": "x", "custom_id": "a"} | changes


def select(**changes: Any) -> Json:
    return {"type": 3, "custom_id": "s", "options": [OPTION]} | changes


def second(*parts: Json, **others: Any) -> Json:
    return {"flags": COMPONENTS_V2, "components": list(parts)} | others


def form(*parts: Json) -> Json:
    return {"custom_id": "m", "title": "t", "components": list(parts)}


def label(**changes: Any) -> Json:
    """Return a label around a text input with these changes; None leaves a key out."""
    inner = {"type": 4, "custom_id": "t", "style": 1} | changes
    return {"type": 18, "label": "L", "component": {key: value for key, value in inner.items() if value is not None}}


def labelled(**inner: Any) -> Json:
    return {"type": 18, "label": "L", "component": inner}


@pytest.fixture
async def raw() -> AsyncIterator[RawBot]:
    async with ready_raw(WireServer()) as raw:
        yield raw


SOUND = [
    {"content": "x", **row(button(), button(custom_id="b"), {"type": 2, "style": 5, "label": "x", "url": "https://a.b"})},
    row(select(placeholder="p", min_values=0, max_values=1)),
    row({"type": 5, "custom_id": "u"}),
    row({"type": 2, "style": 6, "sku_id": "1"}),
    {"embeds": [{"title": "x", "color": 0xFFFFFF, "url": "https://a.b", "timestamp": "2026-01-01T00:00:00+00:00",
                 "footer": {"text": "f"}, "author": {"name": "n"}, "image": {"url": "https://a.b/c.png"}}]},
    {"content": "x", "allowed_mentions": {"parse": ["users"], "roles": ["1"]}},
    {"content": "x", "allowed_mentions": {"parse": [], "users": ["1"]}},
    second(TEXT, {"type": 14, "spacing": 2}, {"type": 1, "components": [button()]}),
    second({"type": 9, "components": [TEXT] * 3, "accessory": {"type": 11, "media": {"url": "https://a.b/c.png"}}}),
    second({"type": 17, "accent_color": 5, "components": [TEXT, {"type": 12, "items": [{"media": {"url": "https://a.b"}}]}]}),
]  # fmt: skip


@pytest.mark.parametrize("data", SOUND)
async def test_what_is_in_order_is_taken(raw: RawBot, data: Json) -> None:
    answer = await raw.answer(data)
    assert (answer.status, raw.server.violations) == (200, [])


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (row(button(style=None)), "0.style: This field is required"),
        (row(button(style=99)), "0.style: Value must be one of"),
        (row(button(style=5, url="https://a.b")), "0.custom_id: This field may not"),
        (row({"type": 2, "style": 5, "label": "x", "url": "javascript:1"}), "0.url: Scheme 'javascript'"),
        (row(button(url="https://a.b")), "0.url: This field may not"),
        (row(button(label="x" * 81)), "label: Must be 80"),
        (row(button(label=5)), "label: Could not interpret"),
        (row({"type": 2, "style": 6, "label": "x"}), "label: This field may not"),
        (row({"type": 2, "style": 6}), "sku_id: This field is required"),
        (row(button(emoji="x")), "emoji: Only dictionaries"),
        (row(button(emoji={"animated": True})), "emoji: Invalid emoji"),
        (row(button(disabled="yes")), "disabled: Must be either true or false"),
        (row({"type": 99, "custom_id": "a"}), 'type" must be one of (2,)'),
        (row({"type": 4, "custom_id": "a", "style": 1, "label": "x"}), 'type" must be one of (2,)'),
        (row(*(button(custom_id=f"{n}") for n in range(6))), "Must be between 1 and 5"),
        (row(select(), button()), "Must be between 1 and 1"),
        (row(select(options=[])), "options: Must be between 1 and 25"),
        (row(select(options=[OPTION, {"label": "b", "value": "a"}])), "already used"),
        (row(select(options=[{"label": "a" * 101, "value": "a"}])), "label: Must be between 1 and 100"),
        (row(select(options=5)), "options: Only lists"),
        (row(select(placeholder="a" * 151)), "placeholder: Must be 150"),
        (row(select(max_values=26)), "max_values: int value"),
        (row(select(min_values=2, max_values=1)), "min_values: The minimum"),
        (row({"type": 3, "options": [OPTION]}), "custom_id: This field is required"),
        (row(select(max_values=2)), "options: Must be between 2 and 25"),
        (row(select(options=[OPTION | {"default": True}, {"label": "b", "value": "b", "default": True}])), "Must be 1"),
        (row(select(options=[OPTION | {"default": "x"}])), "default: Must be either true or false"),
        (row({"type": 5, "custom_id": "u", "default_values": [{"id": "1", "type": "role"}]}), "0.type: Value must be"),
        (row({"type": 6, "custom_id": "u", "default_values": [{"id": "x", "type": "role"}]}), "'x' is not snowflake"),
        (row({"type": 7, "custom_id": "u", "default_values": [{"id": "1", "type": "user"}] * 2}), "Must be 1 or fewer"),
        (row({"type": 8, "custom_id": "c", "channel_types": [99]}), "channel_types.0: Value must be one of"),
        (row({"type": 5, "custom_id": "u", "channel_types": [0]}), "channel_types.0: Value must be one of"),
        ({"components": [{"type": 1, "id": 7, "components": [button(id=7)]}]}, "id: Component id cannot"),
        ({"components": [TEXT]}, 'type" must be one of (1,)'),
        ({"components": {"type": 1}}, "components: Only lists"),
        ({"components": [{"type": 1, "components": ["x"]}]}, "components.0.components: Only lists"),
    ],
)
async def test_rows_that_discord_would_refuse(raw: RawBot, data: Json, problem: str) -> None:
    assert (await raw.answer(data)).code == 50035
    assert problem in raw.server.violations[0]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (second(TEXT, content="x"), "'content' field cannot be used"),
        (second(TEXT, embeds=[{"title": "x"}]), "'embeds' field cannot be used"),
        (second(TEXT, poll={"question": {"text": "x"}}), "'poll' field cannot be used"),
        (second(*({"type": 10, "content": str(n)} for n in range(41))), "40 or fewer in all"),
        (second(*([{"type": 10, "content": "x" * 2001}] * 2)), "more than 4000"),
        (second({"type": 10, "content": ""}), "content: Must be between 1 and 4000"),
        (second({"type": 10, "content": " \n"}), "content: Must be between 1 and 4000"),
        (second({"type": 9, "components": [TEXT]}), "accessory: This field is required"),
        (second({"type": 9, "components": [TEXT] * 4, "accessory": button()}), "Must be between 1 and 3"),
        (second({"type": 9, "components": [TEXT], "accessory": select()}), "must be one of (2, 11)"),
        (second({"type": 17, "components": [{"type": 17, "components": [TEXT]}]}), "must be one of (1, 9, 10, 12"),
        (second({"type": 17, "components": []}), "components: Must be between 1"),
        (second({"type": 17, "components": [TEXT], "accent_color": 1 << 24}), "accent_color: int value"),
        (second(button()), "must be one of (1, 9, 10, 12"),
        (second(label()), "must be one of (1, 9, 10, 12"),
        (second({"type": 12, "items": []}), "items: Must be between 1 and 10"),
        (second({"type": 12, "items": [{"media": {}}]}), "items.0.media.url: This field is required"),
        (second({"type": 13, "file": {"url": "attachment://no.txt"}}), "attachment was not found"),
        (second({"type": 13, "file": {"url": "https://a.b"}}), "file.url: Scheme 'https'"),
        (second({"type": 14, "spacing": 3}), "spacing: int value"),
        (second({"type": 14, "divider": "x"}), "divider: Must be either true or false"),
        (second({"type": 17, "components": [TEXT], "spoiler": "x"}), "spoiler: Must be either true or false"),
        (second({"type": 1, "components": [button(label=None)]}), "must have a label or emoji"),
    ],
)
async def test_components_of_the_second_version_that_discord_would_refuse(
    raw: RawBot, data: Json, problem: str
) -> None:
    assert (await raw.answer(data)).code == 50035
    assert problem in raw.server.violations[0]


async def test_a_message_of_the_second_version_stays_one(raw: RawBot) -> None:
    exchange = await raw.server.slash("probe")
    await raw.call_back(exchange, 4, second(TEXT))
    assert (await raw.reply(exchange, "PATCH", "@original", {"content": "plain"})).code == 50035
    edited = await raw.reply(exchange, "PATCH", "@original", {"components": [{"type": 10, "content": "y"}]})
    assert edited.body["flags"] & COMPONENTS_V2


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"embeds": [{"title": "x", "color": 0x1000000}]}, "embeds.0.color: int value"),
        ({"embeds": [{"title": "x", "color": -1}]}, "embeds.0.color: int value"),
        ({"embeds": [{"title": "x", "url": "ftp://x"}]}, "embeds.0.url: Scheme 'ftp'"),
        ({"embeds": [{"image": {"url": "nope"}}]}, "embeds.0.image.url: Not a well formed URL"),
        ({"embeds": [{"title": "x", "image": {}, "thumbnail": {"width": 5}}]}, "thumbnail.url: This field is required"),
        ({"embeds": [{"title": "x", "timestamp": "yesterday"}]}, "Could not parse 'yesterday'"),
        ({"embeds": [{"fields": [{"name": "n"}]}]}, "fields.0.value: This field is required"),
        ({"embeds": [{"fields": [{"name": "n", "value": " "}]}]}, "fields.0.value: Must be between 1 and 1024"),
        ({"embeds": [{"fields": [{"name": "n", "value": "v", "inline": "x"}]}]}, "inline: Must be either true or"),
        ({"embeds": [{"title": "x", "author": {"icon_url": "https://a.b"}}]}, "author.name: This field is required"),
        ({"embeds": [{"title": "x", "footer": "f"}]}, "footer: Only dictionaries"),
        ({"embeds": {"title": "x"}}, "embeds: Only lists"),
        ({"content": 5}, "content: Could not interpret"),
        ({"content": ["x"]}, "content: Could not interpret"),
        ({"content": "x", "flags": "x"}, "flags: int value"),
        ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "mutually exclusive"),
        ({"content": "x", "allowed_mentions": {"parse": ["nonsense"]}}, "parse.0: Value must be one of"),
        ({"content": "x", "allowed_mentions": {"users": [str(n) for n in range(101)]}}, "users: Must be 100"),
        ({"content": "x", "allowed_mentions": []}, "allowed_mentions: Only dictionaries"),
        ({"content": "x", "allowed_mentions": {"users": ["ana"]}}, "users.0: Value 'ana' is not snowflake"),
        ({"content": "x", "allowed_mentions": {"roles": "1"}}, "roles: Only lists"),
        ({"content": "x", "allowed_mentions": {"replied_user": "x"}}, "replied_user: Must be either true or false"),
        ({"content": "x", "tts": "x"}, "tts: Must be either true or false"),
        ({"content": "x", "attachments": [{"id": "0", "description": "x" * 1025}]}, "description: Must be 1024"),
    ],
)
async def test_messages_that_discord_would_refuse(raw: RawBot, data: Json, problem: str) -> None:
    assert (await raw.answer(data)).code == 50035
    assert problem in raw.server.violations[0]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"content": "x", "nonce": "x" * 26}, "nonce: Must be 25 or fewer"),
        ({"content": "x", "nonce": [1]}, "nonce: Could not interpret"),
        ({"content": "x", "message_reference": {}}, "message_id: Value None is not snowflake"),
        ({"content": "x", "message_reference": "1"}, "message_reference: Only dictionaries"),
    ],
)
async def test_messages_in_a_channel_that_discord_would_refuse(raw: RawBot, data: Json, problem: str) -> None:
    assert (await raw.request("POST", f"/channels/{raw.server.guilds[0].channel_id}/messages", data)).code == 50035
    assert problem in raw.server.violations[0]


async def test_eleven_files_are_refused(raw: RawBot) -> None:
    path = f"/channels/{raw.server.guilds[0].channel_id}/messages"
    for number, status in ((10, 200), (11, 400)):
        body = aiohttp.FormData()
        body.add_field("payload_json", json.dumps({"content": "x"}))
        for index in range(number):
            body.add_field(f"files[{index}]", b"x", filename=f"{index}.txt")
        assert (await raw.request("POST", path, data=body)).status == status


async def test_a_form_with_all_that_it_may_hold_is_taken(raw: RawBot) -> None:
    two = [OPTION, {"label": "b", "value": "b"}]
    first = form(
        label(label=None, value="ab", min_length=3, max_length=5),
        labelled(type=19, custom_id="f", min_values=0, max_values=10, required=False),
        labelled(type=21, custom_id="r", options=two), labelled(type=22, custom_id="b", options=two),
        labelled(type=23, custom_id="c"),
    )  # fmt: skip
    older = form({"type": 1, "components": [{"type": 4, "custom_id": "t", "style": 1, "label": "x"}]}, TEXT)
    for data in (first, older, form(labelled(**select()))):
        assert (await raw.answer(data, kind=9)).status == 200
    assert raw.server.violations == []


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        (label(value="abcdef", max_length=3), "value: Must be 3 or fewer"),
        (label(min_length=5, max_length=3), "do not fit"),
        (label(max_length=4001), "max_length: int value"),
        (label(placeholder="x" * 101), "placeholder: Must be 100"),
        (label(style=None), "style: This field is required"),
        (label(style=3), "style: Value must be one of (1, 2)"),
        (label(label="inner"), "component.label: This field may not"),
        (label(custom_id=None), "custom_id: This field is required"),
        ({**label(), "label": None}, "label: This field is required"),
        ({**label(), "description": "x" * 101}, "description: Must be 100"),
        ({"type": 18, "label": "L"}, "component: This field is required"),
        ({"type": 18, "label": "L", "component": "x"}, "component: Only dictionaries"),
        (labelled(**button()), "component.type: Value of field"),
        (row({"type": 4, "custom_id": "t", "style": 1})["components"][0], "label: This field is required"),
        (row(*({"type": 4, "custom_id": c, "style": 1, "label": "x"} for c in "ab"))["components"][0], "1 and 1"),
        (row(button())["components"][0], "components.0.type: Value of field"),
        (labelled(**select(disabled=True)), "disabled: This field may not"),
        (labelled(type=19, custom_id="f", max_values=11), "max_values: int value"),
        (labelled(type=21, custom_id="f", options=[OPTION]), "options: Must be between 2 and 10"),
        ({"type": 19, "custom_id": "f"}, "components.0.type: Value of field"),
        (labelled(type=19, custom_id="f", min_values=0), "min_values: Where nothing need be chosen"),
        (labelled(**select(min_values=0, required=True)), "min_values: Where nothing need be chosen"),
        (label(required="x"), "required: Must be either true or false"),
        (labelled(type=21, custom_id="r", options=[OPTION | {"default": True}, BOTH]), "Must be 1 or fewer"),
        (labelled(type=22, custom_id="b", options=[OPTION], max_values=2), "options: Must be between 2 and 10"),
        (labelled(type=23, custom_id="b", default="x"), "default: Must be either true or false"),
    ],
)
async def test_forms_that_discord_would_refuse(raw: RawBot, part: Json, problem: str) -> None:
    assert (await raw.answer(form(part), kind=9)).code == 50035
    assert problem in raw.server.violations[0]


@pytest.mark.parametrize("body", [{"type": "4"}, {"type": 99}, {"type": [4]}, {}, {"type": 4, "data": "x"}])
async def test_an_answer_of_no_kind_that_there_is_is_refused(raw: RawBot, body: Json) -> None:
    exchange = await raw.server.slash("probe")
    path = f"/interactions/{exchange.id}/{exchange.token}/callback"
    assert (await raw.request("POST", path, body)).code == 50035


async def test_a_request_without_a_user_agent_does_not_get_through(raw: RawBot) -> None:
    assert (await raw.request("GET", "/users/@me", headers={"User-Agent": ""})).code == 40333
