"""`charla demo`: when it is the page and when the terminal, and how the page is opened and ended."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.commands.demo import add_arguments, choose_place
from playground.demo import has_browser
from playground.page.site import PagePlace

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")

BROWSER = """#!/bin/sh
echo "$1" > opened.tmp && mv opened.tmp opened
"""


def test_in_a_pipe_it_is_the_terminal() -> None:
    command = [sys.executable, "-m", "bot", "demo"]
    done = subprocess.run(command, input="/about\n", capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Charla BOT\n")
    assert "What is stored" in done.stdout
    assert "http" not in done.stderr


@contextmanager
def in_a_terminal(*words: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """`charla demo` with a terminal as its standard input."""
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "bot", "demo", *words]
    others = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("SSH_")}
    with subprocess.Popen(
        command, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=others | environment
    ) as process:
        os.close(theirs)
        try:
            yield process
        finally:
            process.kill()
            os.close(ours)


def enter(address: str) -> tuple[int, Any]:
    """Status and answer of what the page asks first."""
    base, _, key = address.partition("/#")
    headers = {"Origin": base, "Authorization": f"Bearer {key}"}
    request = urllib.request.Request(f"{base}/api/enter", b"", headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.status or 0, None


def appeared(path: Path) -> str:
    """What is in a file, once it is there."""
    for _ in range(400):
        if path.exists():
            return path.read_text()
        time.sleep(0.05)
    raise AssertionError(f"{path} did not appear")


def test_in_a_terminal_it_is_the_page_which_a_browser_opens_once(tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(BROWSER)
    browser.chmod(0o755)
    # A token that somebody has set for the real bot is not used: the server refuses every one but its own.
    own = {"BROWSER": f"{browser} %s", "DISPLAY": ":99", "DISCORD_TOKEN": "somebody's"}
    with in_a_terminal(**own) as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        assert enter(address)[0] == 200
        once = appeared(tmp_path / "opened").strip()
        assert once.partition("#")[0] == address.partition("#")[0]
        assert once != address
        status, told = enter(once)
        assert (status, told["secret"]) == (200, address.partition("#")[2])
        assert enter(once)[0] == 401
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert process.stderr
        assert "Traceback" not in process.stderr.read()


@pytest.mark.parametrize(
    "words",
    [["--port", "0"], ["--port", "65536"], ["--port", "x"], ["--terminal", "--page"], ["--host", "0.0.0.0"]],
)
def test_wrong_options_exit_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["demo", *words])
    assert caught.value.code == 2
    assert words[0] in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["--terminal", *others] for others in (["--port", "8000"], ["--no-open"], ["--published"])]
)
def test_the_pages_options_are_not_for_the_terminal(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", *words]) == 2
    assert "--port, --published and --no-open are for the page" in capsys.readouterr().err


def test_the_page_is_on_loopback_but_in_a_container_that_publishes_it(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    assert choose_place(parser.parse_args(["--port", "8000"])) == PagePlace(8000, "127.0.0.1")
    assert choose_place(parser.parse_args(["--port", "8000", "--published"])) == PagePlace(8000, "")
    assert main(["demo", "--page", "--published"]) == 2
    assert "--published needs --port" in capsys.readouterr().err


def test_a_port_that_is_taken_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["demo", "--page", "--no-open", "--port", str(port)]) == 2
    assert f"--port {port}: cannot be used: Address already in use" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "platform", "likely"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "linux", False),
        ({}, "darwin", True),
        ({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, "darwin", False),
        ({"SSH_TTY": "/dev/pts/0", "DISPLAY": "localhost:10"}, "linux", False),
        ({"CI": "true", "DISPLAY": ":0"}, "linux", False),
    ],
)
def test_a_browser_is_opened_where_it_is_likely_to_be_seen(
    environment: dict[str, str], platform: str, likely: bool
) -> None:
    assert has_browser(environment, platform) is likely
