"""What the page is told of an interaction: what somebody did, and what went over the wire for it."""

from __future__ import annotations

from typing import Any

import pytest

from playground.page import view, wire_log
from playground.wire.exchange import Exchange, InteractionKind
from playground.wire.records import File, Message, RecordedRequest, User
from playground.wire.server import WireServer

ROW = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Again", "custom_id": "a"}]}


def exchange(server: WireServer, kind: InteractionKind, data: dict[str, Any]) -> Exchange:
    source = Message(author=server.bot, channel_id=1, where="guild", components=[ROW])
    made = Exchange(
        kind=kind,
        user=server.people["ana"],
        where="guild",
        channel_id=server.guilds[0].channel_id,
        guild_id=server.guilds[0].id,
        data=data,
        source=source if kind in {InteractionKind.COMPONENT, InteractionKind.MODAL} else None,
    )
    made.payload = {"data": data, "token": made.token}
    server.world.exchanges[made.token] = made
    return made


@pytest.fixture
def server() -> WireServer:
    return WireServer([User("ana"), User("ben")])


OPTIONS = [{"name": "seed", "type": 3, "value": "It was"}, {"name": "private", "type": 5, "value": True}]


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        (InteractionKind.COMMAND, {"name": "about"}, "Ana used /about "),
        (
            InteractionKind.COMMAND,
            {"name": "generate", "options": OPTIONS},
            "Ana used /generate seed: It was private: true",
        ),
        (
            InteractionKind.COMMAND,
            {"name": "models", "options": [{"name": "show", "type": 1, "options": OPTIONS[:1]}]},
            "Ana used /models show seed: It was",
        ),
        (
            InteractionKind.COMMAND,
            {"name": "models", "options": [{"name": "list", "type": 1, "options": []}]},
            "Ana used /models list ",
        ),
        (InteractionKind.COMMAND, {"name": "Continue this", "target_id": "1"}, "Ana chose Continue this "),
        (InteractionKind.COMPONENT, {"custom_id": "a"}, "Ana pressed Again "),
        (InteractionKind.COMPONENT, {"custom_id": "gone"}, "Ana pressed a button "),
        (InteractionKind.MODAL, {"custom_id": "a"}, "Ana sent Again "),
    ],
)
def test_a_message_tells_what_it_answers(
    server: WireServer, kind: InteractionKind, data: dict[str, Any], told: str
) -> None:
    made = exchange(server, kind, data)
    answer = Message(author=server.bot, channel_id=made.channel_id, where="guild", interaction_id=made.id)
    server.world.messages[answer.id] = answer
    (shown,) = view.messages(server.world, server.people["ben"], "guild")
    assert "{who} {did} {what} {options}".format(**shown["cause"]) == told


def test_the_wire_of_the_last_interaction_cuts_its_token_short(server: WireServer) -> None:
    earlier = exchange(server, InteractionKind.COMMAND, {"name": "earlier"})
    last = exchange(server, InteractionKind.COMMAND, {"name": "generate"})
    paths = [f"/interactions/{each.id}/{each.token}/callback" for each in (earlier, last)]
    server.requests.extend(RecordedRequest("POST", path, body={"type": 5}, status=200) for path in paths)
    files = {"files[0]": File("charla.txt", b"x" * 1500)}
    edit = RecordedRequest("PATCH", f"/webhooks/1/{last.token}/messages/@original", body={"content": "é"}, files=files)
    server.requests.append(edit)
    sent, deferred, edited = view.traffic(server.world, server.people["ana"])
    assert sent["what"] == "INTERACTION_CREATE"
    assert '"name": "generate"' in sent["body"]
    assert deferred["what"] == f"POST /interactions/{last.id}/{last.token[:6]}…/callback"
    assert deferred["meaning"] == "The bot needs a moment: people see “thinking…”."
    assert deferred["status"] == 200
    assert edited["status"] is None  # it is being answered
    assert '"content": "é"' in edited["body"]
    assert '"files[0]": "charla.txt, 1.5 kB"' in edited["body"]
    assert last.token not in str([sent, deferred, edited])
    assert view.traffic(server.world, server.people["ben"]) == []


def test_only_the_latest_requests_are_looked_through(server: WireServer) -> None:
    last = exchange(server, InteractionKind.COMMAND, {"name": "generate"})
    server.requests.extend(RecordedRequest("GET", f"/webhooks/1/{last.token}/messages/@original") for _ in range(3))
    assert len(wire_log.steps(server.world, last, latest=2)) == 3
