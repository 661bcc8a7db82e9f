"""The loopback Discord by clients of other makers: what they take for Discord's behaviour it has to have."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from playground.wire.server import WireServer
from tests.support.node import NODE, PACKAGES, SCRIPTS
from tests.support.other_clients import CLIENTS, OtherClient, other_client, use_everything
from tests.support.paths import ROOT
from tests.support.wire_contract import wire_problems

HIKARI = CLIENTS / "hikari/bin/python"
SIMCORD = CLIENTS / "simcord"
USES = 6


async def use(*command: str | Path) -> OtherClient:
    """Have a client used in every way; return what it saw, when the rules that it kept to have been looked at."""
    async with WireServer(people=["ana", "ben"]) as server:
        async with other_client(server, *command) as client:
            await use_everything(server)
        assert server.violations == []
        assert wire_problems(server) == []
    assert client.all("failed") == []
    assert client.errors == []
    return client


@pytest.mark.skipif(
    NODE is None or not (PACKAGES / "discord.js").exists(),
    reason="discord.js is not among the npm packages of tests/browser: `make test` with npm",
)
async def test_discord_js_can_do_everything() -> None:
    client = await use(str(NODE), "--no-warnings", SCRIPTS / "discord_js.mjs")
    assert client.all("registered") == [["probe", "Probe this"]]
    assert client.all("localised") == [[{"es-ES": "Una sonda"}, None]]
    assert client.all("options") == [["apple", 7]] * USES
    assert client.all("edited") == [[True, "ana"]] * USES
    assert client.all("file") == [["a.txt", "a file", "hello"]] * USES
    assert client.all("ephemeral") == [True] * USES
    assert client.all("original") == ["edited"] * USES


@pytest.mark.skipif(
    not HIKARI.exists(), reason="hikari is not in .venv/clients/hikari: `make test` where it can be installed"
)
async def test_hikari_can_do_everything() -> None:
    client = await use(HIKARI, ROOT / "tests/clients/hikari_probe.py")
    assert client.all("registered") == [["probe", "Probe this"]]
    assert client.all("owner") == ["ana"]
    assert client.all("options") == [["apple", 7]] * USES
    assert client.all("edited") == [["ana", True]] * USES
    assert client.all("file") == [["a.txt", "hello"]] * USES
    assert client.all("ephemeral") == [True] * USES
    assert client.all("original") == ["edited"] * USES


@pytest.mark.skipif(
    not SIMCORD.exists(), reason="simcord is not in .venv/clients/simcord: `make test` where it can be installed"
)
def test_the_whole_bot_runs_in_simcord(tmp_path: Path) -> None:
    script = ROOT / "tests/clients/simcord_charla.py"
    done = subprocess.run(
        [sys.executable, str(script), f"sqlite:///{tmp_path / 'charla.db'}"],
        env=os.environ | {"PYTHONPATH": f"{SIMCORD}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr
    saw = json.loads(done.stdout.splitlines()[-1])
    for name, seed in {"generate": "It was", "again": "It was", "menu": "It was", "edited": "It was a"}.items():
        assert saw[name]["descriptions"][0].startswith(f"**{seed}**")
        assert saw[name]["buttons"] == ["Again", "Continue", "Edit", "Delete"]
        assert not saw[name]["private"]
    assert saw["continue"]["descriptions"][0].startswith(
        saw["generate"]["descriptions"][0].replace("**It was**", "**It was")
    )
    assert saw["several"]["descriptions"][0].count("\n") == 3
    assert "100 characters" in saw["settings"]["descriptions"][0]
    assert "100 characters" not in saw["reset"]["descriptions"][0]
    assert "there is no model 'nonesuch'" in saw["unknown model"]["content"]
    assert "length 'zero'" in saw["wrong"]["content"]
    assert "can delete it" in saw["delete by another"]["content"]
    for name in ("several", "about", "settings", "reset", "unknown model", "wrong", "delete by another"):
        assert saw[name]["private"]
    for name in ("compare", "compare again"):
        assert len(saw[name]["texts"]) == 1 + 6 * 2 + 1
    assert saw["edit"]["form"]
    assert saw["deleted"]
    assert saw["suggested"] == ["tiny"]
    mention, reply, direct = (saw["written"][name][0] for name in ("mention", "reply", "direct"))
    assert mention.startswith("**It was**")
    assert reply.startswith(mention.replace("**It was**", "**It was"))
    assert "\nAnd then?**" in reply
    assert direct.startswith("**It was**")
    assert saw["written"]["other"] == [None]
    assert [error for error in saw["errors"] if "nonesuch" not in error] == []
