"""`charla run` as a process of its own, with the real engine: from its start to a signal in the middle of its work."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.bot_process import PROGRAM
from bot.export.litert import convert_model
from bot.generation.signing import SigningKey
from playground.wire.server import WireServer
from playground.wire.world import Limits
from tests.support.random_models import random_model
from tests.support.replies import description, footer
from tests.support.waiting import wait_until

RUN = f"""
import atexit, sys
atexit.register(lambda: print(sorted({{"tensorflow", "keras"}} & set(sys.modules))))
{PROGRAM}
"""
START_SECONDS = 240.0
"""Of a machine that does other things besides."""


def patient_server() -> WireServer:
    """Return a server for a bot that shares the processor with other tests: it waits longer than Discord does."""
    return WireServer(limits=Limits(first_answer_seconds=START_SECONDS))


@asynccontextmanager
async def bot_process(server: WireServer, models: Path, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    made = convert_model(random_model())
    assert made.conversion
    replace(made, conversion=made.conversion.signed(SigningKey(models.parent / "data"))).write(models / "tiny")
    own = {"DATA_DIR": str(models.parent / "data"), "MODELS_DIR": str(models), "WORKERS": "1"}
    own |= {"RATE_LIMIT_USER": "0"}
    environment = os.environ | {"DISCORD_TOKEN": server.token} | own | settings
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        RUN,
        server.url,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_in_the_middle_of_a_text_lets_it_finish(tmp_path: Path, number: signal.Signals) -> None:
    async with patient_server() as server, bot_process(server, tmp_path / "models", GRACE_PERIOD="240") as process:
        await server.bot_ready(START_SECONDS)
        options = {"seed": "It was", "length": 2000, "count": 10, "model": "tiny"}
        asked = [await server.slash("generate", options) for _ in range(4)]
        for exchange in asked:
            await exchange.acknowledgement()
        process.send_signal(number)
        for exchange in asked:
            await exchange.settled(START_SECONDS)
            assert description(exchange)
        out, err = await process.communicate()
        assert process.returncode == 0
        assert b"Traceback" not in err
        assert server.token.encode() not in err
        assert out == b"[]\n", "LiteRT serves without TensorFlow"
        assert footer(asked[0]).endswith("litert")


async def test_with_tensorflow_a_model_gets_its_copy_at_its_first_request(tmp_path: Path) -> None:
    async with patient_server() as server, bot_process(server, tmp_path / "models", ENGINE="tensorflow") as process:
        await server.bot_ready(START_SECONDS)
        for model in ("tiny", "lexicon", "tiny"):
            exchange = await server.slash("generate", {"seed": "It was", "model": model})
            await exchange.settled(START_SECONDS)
            assert footer(exchange).endswith("tensorflow")
        process.send_signal(signal.SIGTERM)
        out, err = await process.communicate()
        assert (process.returncode, out) == (0, b"['keras', 'tensorflow']\n")
        assert b"Traceback" not in err


async def test_a_default_model_that_nothing_can_write_with_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    random_model("bare").write(tmp_path / "models/bare")
    settings = {"ENGINE": "litert", "DEFAULT_MODEL": "bare"}
    async with patient_server() as server, bot_process(server, tmp_path / "models", **settings) as process:
        _, err = await asyncio.wait_for(process.communicate(), START_SECONDS)
        assert process.returncode == 2
        assert err.startswith(b"charla run: model bare has no conversion for LiteRT: run `charla convert bare`")
        assert err.count(b"\n") == 1


async def test_with_no_grace_everybody_is_told(tmp_path: Path) -> None:
    async with patient_server() as server, bot_process(server, tmp_path / "models", GRACE_PERIOD="0") as process:
        await server.bot_ready(START_SECONDS)
        options = {"seed": "It was", "length": 2000, "count": 10, "model": "tiny"}
        asked = [await server.slash("generate", options) for _ in range(5)]
        await asked[-1].acknowledgement()
        process.send_signal(signal.SIGTERM)
        for exchange in asked:
            await exchange.settled(START_SECONDS)
        told = [exchange for exchange in asked if "restarting" in exchange.text]
        assert told
        assert all(exchange.private for exchange in told)
        assert all(description(exchange) for exchange in asked if exchange not in told)
        await process.communicate()
        assert process.returncode == 0


async def test_a_button_outlives_a_crash(tmp_path: Path) -> None:
    async with patient_server() as server:
        async with bot_process(server, tmp_path / "one") as process:
            await server.bot_ready(START_SECONDS)
            reply = await server.slash("generate", {"seed": "It was", "model": "tiny", "length": 40})
            await reply.settled(20)
            process.kill()
            await process.wait()
        await wait_until(lambda: not server.sessions)
        async with bot_process(server, tmp_path / "two") as process:
            await server.bot_ready(START_SECONDS)
            assert reply.message
            for label in ("Again", "Continue"):
                pressed = await server.press_label(reply.message, label)
                await pressed.settled(20)
                assert description(pressed).startswith("**It was")


async def test_a_refused_token_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    async with (
        patient_server() as server,
        bot_process(server, tmp_path / "models", DISCORD_TOKEN="wrong.token") as process,
    ):
        _, err = await asyncio.wait_for(process.communicate(), START_SECONDS)
        assert process.returncode == 2
        last = err.decode().splitlines()[-1]
        assert last.startswith("charla run: DISCORD_TOKEN was refused by Discord")
        assert b"Traceback" not in err
        assert b"wrong.token" not in err
