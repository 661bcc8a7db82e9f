"""What compose.yaml starts without surprises: the demo, on a page that the host alone can reach."""

from __future__ import annotations

import argparse
import re

from bot.commands.demo import add_arguments, choose_place
from tests.support.paths import ROOT

COMPOSE = (ROOT / "compose.yaml").read_text()


def service(name: str) -> str:
    """Return what compose.yaml says of a service."""
    found = re.search(rf"^  {name}:\n((?:    .*\n|\n)+)", COMPOSE, re.MULTILINE)
    assert found
    return found[1]


def test_the_demo_is_served_on_the_port_that_is_published_on_loopback() -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    command = re.findall(r"[\w-]+", re.findall(r"^    command: \[(.*)\]$", service("demo"), re.MULTILINE)[0])
    assert command[0] == "demo"
    options = parser.parse_args(command[1:])
    place = choose_place(options)
    assert options.page
    assert place.listens_on == ""
    assert re.findall(r'^ +- "([\d.:]+)"', service("demo"), re.MULTILINE) == [f"127.0.0.1:{place.port}:{place.port}"]
    assert COMPOSE.count("ports:") == 1


def test_no_service_needs_a_file_of_settings_to_start() -> None:
    assert re.findall(r"^ +- path: (\S+)\n +required: (\w+)", COMPOSE, re.MULTILINE) == [(".env", "false")]
    assert COMPOSE.count("env_file:") == 1


def test_the_demo_starts_only_when_it_is_asked_for_and_once() -> None:
    assert "    profiles: [demo]\n" in service("demo")
    assert '    restart: "no"\n' in service("demo")


def test_the_bot_comes_back_after_a_reboot() -> None:
    assert COMPOSE.count("\n  restart: unless-stopped\n") == 1
