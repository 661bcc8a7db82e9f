from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, find_own_folder
from tests.support.paths import ROOT

TOKEN = "abc.def.ghi"


def test_the_defaults_are_those_that_are_promised() -> None:
    settings = Settings.load()
    assert settings.queue_size == 1024
    assert (settings.rate_limit_user, settings.rate_limit_seconds) == (5, 20)
    assert settings.rate_limit_server == 0
    assert settings.health_place is None
    assert settings.models_dir == ROOT / "models"


def test_what_people_make_goes_to_the_checkout_or_where_the_system_wants_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert find_own_folder(ROOT) == ROOT
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))  # which other systems than Linux do not heed
    installed = find_own_folder(tmp_path / "site-packages")
    assert installed.name == "charla"
    assert sys.platform != "linux" or installed == tmp_path / "charla"


def test_the_environment_goes_before_the_env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("QUEUE_SIZE=7\nRATE_LIMIT_USER=9\nSOMETHING_ELSE=1\n")
    monkeypatch.setenv("QUEUE_SIZE", "8")
    settings = Settings.load()
    assert (settings.queue_size, settings.rate_limit_user) == (8, 9)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("QUEUE_SIZE", "0", "1 to 1000000"),
        ("QUEUE_SIZE", "many", "1 to 1000000"),
        ("WORKERS", "-1", "0 for none"),
        ("RATE_LIMIT_SECONDS", "0", "above 0"),
        ("REQUEST_TIMEOUT", "901", "840"),
        ("GRACE_PERIOD", "-1", "0 to 600"),
        ("LOG_LEVEL", "loud", "debug, info, warning or error"),
        ("LOG_FORMAT", "xml", "text or json"),
        ("HEALTH_ADDRESS", "here", "off, PORT, HOST:PORT or [IPV6]:PORT"),
        ("HEALTH_ADDRESS", "127.0.0.1:65536", "off, PORT, HOST:PORT or [IPV6]:PORT"),
        ("HEALTH_ADDRESS", ":9464", "off, PORT, HOST:PORT or [IPV6]:PORT"),
        ("HEALTH_ADDRESS", "::1:9464", "off, PORT, HOST:PORT or [IPV6]:PORT"),
        ("HEALTH_ADDRESS", "[]:9464", "off, PORT, HOST:PORT or [IPV6]:PORT"),
        ("DEVELOPMENT_GUILD", "my server", "id"),
        ("MAX_LENGTH", "2001", "1 to 2000"),
        ("MAX_COUNT", "0", "1 to 10"),
        ("CONTENT_FILTER", "maybe", "on, off or except-age-restricted"),
        ("KEEP_LINKS", "some", "true or false"),
        ("FILTER_UNASKED", "perhaps", "true or false"),
    ],
)
def test_a_wrong_value_is_one_line_with_the_variable_the_value_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    message = str(caught.value)
    assert message.startswith(f"{name} is {value!r}: allowed is ")
    assert allowed in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("value", "place", "from_here", "shown"),
    [
        ("off", None, None, ""),
        ("9464", ("127.0.0.1", 9464), "127.0.0.1", "127.0.0.1:9464"),
        ("0.0.0.0:9464", ("0.0.0.0", 9464), "127.0.0.1", "0.0.0.0:9464"),
        ("[::]:0", ("::", 0), "::1", "[::]:0"),
        ("[::1]:1", ("::1", 1), "::1", "[::1]:1"),
        ("bot.local:80", ("bot.local", 80), "bot.local", "bot.local:80"),
    ],
)
def test_the_address_of_health_is_this_machine_alone_unless_it_names_another(
    value: str, place: tuple[str, int] | None, from_here: str | None, shown: str
) -> None:
    found = Settings.load(health_address=value).health_place
    assert found == place
    if found:
        assert found.from_here() == (from_here, found.port)
        assert str(found) == shown


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(Exception, match="frozen"):
        Settings.load().queue_size = 3  # type: ignore[misc]  # that it is refused is the point


def test_the_token_comes_from_the_variable_or_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", f" {TOKEN}\n")
    assert Settings.load().token() == TOKEN
    (tmp_path / "secret").write_text(f"{TOKEN}\n")
    monkeypatch.setenv("DISCORD_TOKEN", "")
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(tmp_path / "secret"))
    assert Settings.load().token() == TOKEN


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ({}, "DISCORD_TOKEN is missing"),
        ({"DISCORD_TOKEN": "   "}, "DISCORD_TOKEN is missing"),
        ({"DISCORD_TOKEN": "two words"}, "DISCORD_TOKEN is not a token"),
        ({"DISCORD_TOKEN": "“curly”"}, "DISCORD_TOKEN is not a token"),
        ({"DISCORD_TOKEN_FILE": "nowhere"}, "DISCORD_TOKEN_FILE is 'nowhere'"),
        ({"DISCORD_TOKEN": TOKEN, "DISCORD_TOKEN_FILE": "nowhere"}, "both set"),
    ],
)
def test_a_missing_or_unusable_token_is_said_in_one_line_without_it(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], complaint: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=complaint) as caught:
        Settings.load().token()
    assert "\n" not in str(caught.value)
    secret = variables.get("DISCORD_TOKEN", "").strip()
    assert not secret or secret not in str(caught.value)


def test_the_token_shows_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    settings = Settings.load()
    assert TOKEN not in repr(settings) + str(settings) + str(settings.model_dump())


def test_the_databases_url_shows_in_no_repr_and_is_read_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.load().database_url.get_secret_value() == f"sqlite:///{ROOT / 'data' / 'charla.db'}"
    monkeypatch.setenv("DATABASE_URL", "postgresql://charla:s3cret@host/name")
    settings = Settings.load()
    assert "s3cret" not in repr(settings) + str(settings) + str(settings.model_dump())
    assert settings.database_url.get_secret_value().endswith("s3cret@host/name")


def test_env_example_explains_every_setting_and_gives_its_default() -> None:
    example = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}
    for name, value in re.findall(r"^#([A-Z_]+)=(\S*)$", example, re.MULTILINE):
        field = Settings.model_fields[name.lower()]
        if isinstance(field.default, bool):
            assert value == str(field.default).lower(), name
        elif isinstance(field.default, int | float) or name in {"LOG_LEVEL", "LOG_FORMAT", "CONTENT_FILTER"}:
            assert type(field.default)(value) == field.default, name
