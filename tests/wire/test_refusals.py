"""What the loopback Discord refuses by itself, because Discord would."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from playground.wire.records import RecordedRequest
from playground.wire.server import WireServer
from playground.wire.world import Limits
from tests.support.small_bot import connect_small_bot, post
from tests.support.wire_contract import read_contract

OPTION = {"name": "a", "description": "d", "type": 3}
SUBCOMMAND = {"name": "sub", "description": "d", "type": 1}
MANY_CHOICES = [{"name": f"{n} " + "n" * 90, "value": "v" * 90} for n in range(25)]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": "Upper"}, "name is invalid"),
        ({"name": "has blank"}, "name is invalid"),
        ({"name": "x" * 33}, "name is invalid"),
        ({"description": ""}, "between 1 and 100"),
        ({"description": " "}, "between 1 and 100"),
        ({"handler": 1}, "handler: This field may not"),
        ({"description": "x" * 101}, "between 1 and 100"),
        ({"options": [{**OPTION, "name": f"o{n}"} for n in range(26)]}, "25 or fewer"),
        ({"options": [OPTION, OPTION]}, "used already"),
        ({"options": [OPTION, {**OPTION, "name": "b", "required": True}]}, "before non-required"),
        ({"options": [{**OPTION, "description": ""}]}, "between 1 and 100"),
        ({"options": [{**OPTION, "choices": [{"name": f"{n}", "value": f"{n}"} for n in range(26)]}]}, "25 or fewer"),
        ({"options": [{**OPTION, "choices": [{"name": "n", "value": 1}]}]}, "interpret as a string"),
        (
            {"options": [{**OPTION, "choices": [{"name": "n", "value": "1"}], "autocomplete": True}]},
            "cannot both be given",
        ),
        ({"options": [{**OPTION, "type": 4, "min_value": 5, "max_value": 4}]}, "below the minimum"),
        ({"options": [{**OPTION, "type": 4, "max_value": 2**53 + 1}]}, "should be between"),
        ({"options": [{**OPTION, "min_value": 5}]}, "does not fit the type"),
        ({"options": [{**OPTION, "min_length": 6001}]}, "should be between"),
        ({"options": [{**OPTION, "max_length": 0}]}, "should be between"),
        ({"options": [{**OPTION, "type": 4, "min_value": 1.5}]}, "should be between"),
        ({"options": [{**OPTION, "required": "x"}]}, "required: Must be either true or false"),
        ({"options": [{**SUBCOMMAND, "type": 2}]}, "options: This field is required"),
        ({"options": [{**SUBCOMMAND, "type": 2, "options": [OPTION]}]}, "A group holds subcommands alone"),
        ({"options": [{**OPTION, "type": 4, "choices": [{"name": "n", "value": 2**53 + 1}]}]}, "beyond 2^53"),
        ({"options": [{**OPTION, "type": 7, "channel_types": [99]}]}, "Value must be one of"),
        ({"options": [{**OPTION, "channel_types": [0]}]}, "Value must be one of"),
        ({"options": [{**OPTION, "type": 11, "autocomplete": True}]}, "Not for this type"),
        ({"options": [SUBCOMMAND, OPTION]}, "mutually exclusive"),
        ({"options": [{**SUBCOMMAND, "options": [SUBCOMMAND]}]}, "stands in a command or a group"),
        ({"options": [{**SUBCOMMAND, "type": 2, "options": [{**SUBCOMMAND, "type": 2}]}]}, "a group in a command"),
        ({"options": "x"}, "Only lists"),
        ({"options": [{**OPTION, "name": f"o{n}", "choices": MANY_CHOICES} for n in range(25)]}, "maximum size (8000)"),
        ({"contexts": [3]}, "Value must be one of"),
        ({"contexts": [0, 0]}, "each once"),
        ({"contexts": []}, "at least one"),
        ({"integration_types": [2]}, "Value must be one of"),
        ({"integration_types": []}, "at least one"),
        ({"default_member_permissions": "x"}, "is not int"),
        ({"description_localizations": {"xx-YY": "d"}}, "Value must be one of"),
        ({"description_localizations": {"de": "d" * 101}}, "between 1 and 100"),
        ({"name_localizations": {"de": "a b"}}, "name is invalid"),
        ({"name_localizations": ["de"]}, "Only dictionaries"),
        ({"nsfw": "yes"}, "true or false"),
        ({"type": 5}, "Value must be one of"),
        ({"type": 3, "description": "", "name_localizations": {"de": "x" * 33}}, "between 1 and 32"),
        ({"type": 3, "description": "", "name_localizations": {"xx": "x"}}, "Value must be one of"),
        ({"type": 3, "description": "", "options": [OPTION]}, "cannot have"),
    ],
)
async def test_commands_that_discord_would_refuse(change: dict[str, Any], problem: str) -> None:
    async with WireServer() as server:
        path = f"/applications/{server.bot.id}/commands"
        command = {"name": "fine", "description": "Fine"}
        assert await post(server, path, [command], "PUT") == (200, None)
        assert server.violations == []
        assert await post(server, path, [command | change], "PUT") == (400, 50035)
        assert problem in server.violations[0]
        assert [known["name"] for known in server.commands] == ["fine"]


async def test_menus_are_fifteen_of_a_type() -> None:
    async with WireServer() as server:
        path = f"/applications/{server.bot.id}/commands"
        menus: list[Any] = [{"name": f"m{n}", "type": kind} for kind in (2, 3) for n in range(15)]
        assert await post(server, path, menus, "PUT") == (200, None)
        assert await post(server, path, {"name": "more", "type": 3}) == (400, 50035)
        assert await post(server, path, [*menus, {"name": "more", "type": 2}], "PUT") == (400, 50035)
        assert len(server.commands) == 30


async def test_command_creations_are_counted_by_the_day() -> None:
    async with WireServer(limits=Limits(commands_a_day=2)) as server:
        path = f"/applications/{server.bot.id}/commands"
        for _ in range(3):
            assert await post(server, path, {"name": "one", "description": "d"}) in {(200, None), (201, None)}
        assert await post(server, path, {"name": "two", "description": "d"}) == (201, None)
        assert await post(server, path, {"name": "three", "description": "d"}) == (400, 30034)


ROW = {"type": 1, "components": [{"type": 2, "style": 1, "label": "L", "custom_id": "c"}]}


@pytest.mark.parametrize(
    ("body", "code", "problem"),
    [
        ({"content": "x" * 2001}, 50035, "content: Must be 2000"),
        ({"content": " "}, 50006, "empty message"),
        ({"embeds": [{}]}, 50006, "empty message"),
        ({"embeds": [{"title": "x" * 257}]}, 50035, "embeds.0.title: Must be 256"),
        ({"embeds": [{"description": "x" * 4097}]}, 50035, "description: Must be 4096"),
        ({"embeds": [{"footer": {"text": "x" * 2049}}]}, 50035, "footer.text: Must be 2048"),
        ({"embeds": [{"fields": [{"name": "n", "value": "v"}] * 26}]}, 50035, "fields: Must be 25"),
        ({"embeds": [{"fields": [{"name": "", "value": "v"}]}]}, 50035, "between 1 and 256"),
        ({"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]}, 50035, "maximum size of 6000"),
        ({"components": [ROW] * 6}, 50035, "Must be 5"),
        ({"components": [ROW, ROW]}, 50035, "cannot be duplicated"),
        (
            {"components": [{"type": 1, "components": [{"type": 2, "custom_id": "x" * 101, "label": "l"}]}]},
            50035,
            "100",
        ),
        ({"components": [{"type": 1, "components": [{"type": 2, "custom_id": "x"}]}]}, 50035, "label or emoji"),
        ([], 50035, "Only dictionaries"),
    ],
)
async def test_messages_that_discord_would_refuse(body: Any, code: int, problem: str) -> None:
    async with WireServer() as server:
        path = f"/channels/{server.guilds[0].channel_id}/messages"
        assert await post(server, path, body) == (400, code)
        assert problem in server.violations[0]


async def test_a_file_over_the_limit_is_refused() -> None:
    async with WireServer(limits=Limits(attachment_bytes=10)) as server:
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("payload_json", '{"content": "x"}', content_type="application/json")
        form.add_field("files[0]", b"x" * 11, filename="a.txt")
        path = f"/channels/{server.guilds[0].channel_id}/messages"
        assert await post(server, path, form) == (413, 40005)
        assert "a.txt has more than 10 bytes" in server.violations[0]


async def test_suggestions_that_discord_would_refuse() -> None:
    async with connect_small_bot(WireServer()) as running:
        exchange = await running.server._act(
            4, {"name": "say", "options": [{"name": "times", "type": 4, "focused": True}]}, None, "guild"  # type: ignore[arg-type]
        )  # fmt: skip
        path = f"/interactions/{exchange.id}/{exchange.token}/callback"
        for choices in ([{"name": "", "value": 1}], [{"name": "n", "value": "no"}], [{"name": "n", "value": 1}] * 26):
            assert await post(running.server, path, {"type": 8, "data": {"choices": choices}}) == (400, 50035)
        assert await post(running.server, path, {"type": 4, "data": {"content": "x"}}) == (400, 50035)


async def test_what_the_server_does_not_know_is_a_violation() -> None:
    async with WireServer() as server:
        assert await post(server, "/somewhere/else", {}, "PATCH") == (404, 0)
        assert server.violations == ["PATCH /somewhere/else: 404: Not Found"]


def test_the_contract_sees_what_does_not_fit() -> None:
    known = read_contract()
    path = "/webhooks/1/token/messages/@original"
    fine = RecordedRequest("PATCH", path, body={"content": "x", "attachments": [{"id": 0, "filename": "a"}]})
    assert known.knows(fine)
    assert known.problems(fine) == []
    assert known.problems(RecordedRequest("PATCH", path, body={"content": 5}))
    assert known.problems(RecordedRequest("POST", "/interactions/1/token/callback", body={"type": "x"}))
    assert not known.knows(RecordedRequest("PATCH", "/unknown", body={}))
