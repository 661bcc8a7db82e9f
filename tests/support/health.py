"""Ask a bot that runs in the test for its health and its metrics, over HTTP."""

from __future__ import annotations

import re

import aiohttp
import pytest

from tests.support.metrics import Samples, read_samples

ANY_PORT = "127.0.0.1:0"
"""The setting HEALTH_ADDRESS of such a bot."""


def find_address(caplog: pytest.LogCaptureFixture) -> str:
    """Return where the bot serves, which its log says."""
    return str(re.findall(r"Health and metrics: http://(\S+)", caplog.text)[-1])


async def get(address: str, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://{address}{path}") as response:
        return response.status, await response.text()


async def get_metrics(address: str) -> Samples:
    status, text = await get(address, "/metrics")
    assert status == 200
    return read_samples(text)
