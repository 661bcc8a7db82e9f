"""What compose.yaml starts without surprises: the demo, on a page that the host alone can reach."""

from __future__ import annotations

import argparse
import re

import pytest

from bot.commands.demo import add_arguments, choose_place
from bot.errors import SettingsError
from bot.setting_files import SECRETS
from bot.storage.database import parse_url
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


def test_what_connects_gets_its_secrets_as_files_and_nothing_else_gets_any() -> None:
    connected = "    environment: *connected\n    secrets: *secrets\n"
    assert COMPOSE.count(connected) == 2
    for name in ("charla", "tensorflow"):
        assert connected in service(name), name
    for name in ("demo", "full"):
        assert "secrets" not in service(name), name
        assert "*connected" not in service(name), name
    assert COMPOSE.count("DISCORD_TOKEN_FILE: /run/secrets/discord_token") == 1
    assert re.findall(r"^secrets:\n  discord_token:\n    file: (\S+)$", COMPOSE, re.MULTILINE) == [
        "./secrets/discord_token"
    ]


def test_a_secret_in_the_file_of_settings_shows_in_no_container() -> None:
    shared = re.search(r"^  environment: &environment\n((?:    .*\n)+)", COMPOSE, re.MULTILINE)
    assert shared
    values = dict(re.findall(r"^    ([A-Z_]+): (.*?)(?: #.*)?$", shared[1], re.MULTILINE))
    assert values["DISCORD_TOKEN"] == '""'
    # Compose puts this in place of whatever stands there, and the bot refuses it: nobody's settings go elsewhere.
    assert values["DATABASE_URL"] == "${DATABASE_URL:+belongs-into-secrets/database_url}"
    with pytest.raises(SettingsError, match="DATABASE_URL is no URL"):
        parse_url("belongs-into-secrets/database_url")
    assert set(SECRETS) <= set(values)


def test_what_lies_in_the_folder_of_secrets_is_in_no_commit() -> None:
    assert "/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
