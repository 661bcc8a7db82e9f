"""Run clients other than the bot's against the playground, and act for the people who use them."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playground.wire.exchange import Exchange, InteractionState
from playground.wire.records import Message, PlaceKind
from playground.wire.server import WireServer
from tests.support.paths import ROOT
from tests.support.waiting import wait_until

CLIENTS = ROOT / ".venv/clients"
SECONDS = 60.0
"""How long anything may take: these are other people's programs, and the machine may be busy."""


@dataclass
class OtherClient:
    """A client in a process of its own, and what it said."""

    saw: list[tuple[str, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def all(self, what: str) -> list[Any]:
        """Return what it saw of this kind, in order."""
        return [value for kind, value in self.saw if kind == what]

    async def read(self, stream: asyncio.StreamReader) -> None:
        """Read its lines to their end."""
        async for line in stream:
            try:
                what, value = json.loads(line)
                self.saw.append((what, value))
            except ValueError:
                self.errors.append(line.decode())


@asynccontextmanager
async def other_client(server: WireServer, *command: str | Path) -> AsyncIterator[OtherClient]:
    """Start a client that is told the server's address and token, and end it."""
    environment = os.environ | {"WIRE_URL": server.url, "WIRE_TOKEN": server.token}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=pipe, stderr=asyncio.subprocess.STDOUT
    )
    assert process.stdout is not None
    client = OtherClient()
    reading = asyncio.create_task(client.read(process.stdout))
    try:
        yield client
    except BaseException as error:
        error.add_note(f"The client saw {client.saw} and said {client.errors}")
        raise
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()
        await reading


async def use_everything(server: WireServer) -> None:
    """Have people use each command, button, select and form of a probe, in each place, and break its connection."""
    await server.bot_ready(SECONDS)
    await wait_until(lambda: {"probe", "Probe this"} <= {command["name"] for command in server.commands}, SECONDS)
    (choice,) = await server.autocomplete("probe", {}, focused="pick", typed="a")
    assert choice.value == "apple"
    message = await use_command(server)
    await use_components(server, message)
    menu = await server.message_command("Probe this", server.say("hello"))
    assert await text_of(menu) == "menu: hello"
    for where in ("dm", "user-install", "elsewhere"):
        await use_command(server, where)
    server.drop()
    await server.resumed(1, SECONDS)
    await use_command(server)
    server.allow_identify()
    known = server.identifies
    server.drop(resumable=False)
    await wait_until(lambda: server.identifies > known and server.sessions, SECONDS)
    await use_command(server)


async def use_command(server: WireServer, where: PlaceKind = "guild") -> Message:
    """Use the command; return its answer, when all that follows it has come, and one of that is gone again."""
    exchange = await server.slash("probe", {"pick": "apple", "num": 7}, where=where)
    await exchange.until(lambda e: len(e.followups) == 2 and e.followups[0].deleted, SECONDS)
    assert exchange.deferred
    assert exchange.text == "edited\nText\nwhisper"
    assert [message.content for message in exchange.followups] == ["file edited", "whisper"]
    assert exchange.followups[1].private
    assert exchange.message is not None
    return exchange.message


async def use_components(server: WireServer, message: Message) -> None:
    """Use each component of the command's answer; the last one deletes it."""
    form = await server.press(message, "form")
    await form.until(lambda e: e.state is InteractionState.MODAL, SECONDS)
    await (await server.submit_modal(form, {"field": "typed"})).settled(SECONDS)
    assert message.content == "form: typed"
    await (await server.press(message, "update", user="ben")).until(lambda e: e.edits > 0, SECONDS)
    assert message.content == "updated by ben"
    chosen = await server.press(message, "choose", values=["two"])
    assert await text_of(chosen) == "chose two"
    assert chosen.private
    deleted = await server.press(message, "delete")
    await deleted.until(lambda e: e.state is InteractionState.DELETED, SECONDS)
    assert message.deleted


async def text_of(exchange: Exchange) -> str:
    """Return what an interaction was answered."""
    await exchange.settled(SECONDS)
    return exchange.text
