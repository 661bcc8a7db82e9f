"""What the real bot logs of interactions that fail: tied by their ids, and without anything that is people's own."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bot.logs import JsonFormatter
from bot.storage.server_settings import ServerSettings
from bot.storage.settings_store import SettingsStore
from tests.support.press_buttons import suggest
from tests.support.replies import ask, description
from tests.support.running_bot import Start
from tests.support.waiting import wait_until

DEFER, ORIGINAL = r"/callback$", r"/messages/@original$"
SEED = "My own secret words"
FORM_ERROR = {
    "code": 50035,
    "message": "Invalid Form Body",
    "errors": {"embeds": {"_errors": [{"code": "X", "message": f"Value {SEED!r} is not allowed"}]}},
}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What goes to standard error, as JSON."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


async def test_lines_of_an_interaction_have_its_id(start: Start, log: io.StringIO) -> None:
    running = await start()
    asked = []
    for _ in range(2):
        running.server.faults.add("POST", DEFER, drop="before")
        asked.append(await ask(running, {"seed": "It was"}))
    dropped = [line["interaction"] for line in lines(log) if "did not answer" in line["message"]]
    assert dropped == [str(exchange.id) for exchange in asked]
    assert all(description(exchange) for exchange in asked)


class Broken(SettingsStore):
    """A store that fails in an unforeseen way."""

    def __init__(self) -> None: ...

    async def open(self) -> None: ...

    async def aclose(self) -> None: ...

    async def get(self, server: int) -> ServerSettings:
        raise RuntimeError("broken")


async def test_no_line_has_what_a_person_typed_who_it_was_or_a_token(start: Start, log: io.StringIO) -> None:
    running = await start()
    server = running.server
    server.faults.add("PATCH", ORIGINAL, status=400, body=FORM_ERROR)
    exchanges = [await ask(running, {"seed": SEED, "private": True})]
    server.faults.spoil("INTERACTION_CREATE", lambda data: data["data"].update(name=SEED))
    exchanges.append(await ask(running, {"seed": SEED}))
    server.faults.add("*", ORIGINAL, times=2, drop="before")
    exchanges.append(await ask(running, {"seed": SEED}))
    running.bot.policies._store = Broken()
    exchanges.append(await suggest(running))
    await wait_until(lambda: "Suggestions for 'generate' failed" in log.getvalue())
    said = lines(log)
    assert any(line.get("error", "").endswith("(error code: 50035): Invalid Form Body") for line in said)
    for line in said:
        told = json.dumps(line, ensure_ascii=False)
        assert SEED not in told
        assert server.token not in told
        for exchange in exchanges:
            assert exchange.token not in told
            assert str(exchange.user.id) not in told
