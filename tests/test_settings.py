from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.setting_files import is_exposed
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
        ({"DISCORD_TOKEN_FILE": "nowhere"}, "DISCORD_TOKEN_FILE cannot be read"),
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


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (b"\xef\xbb\xbfDISCORD_TOKEN=abc.def.ghi\r\nMAX_LENGTH=500\r\n", 500),
        ("DISCORD_TOKEN=abc.def.ghi\nMAX_LENGTH=500\n".encode("utf-16"), 500),
        ("DISCORD_TOKEN=abc.def.ghi\nMAX_LENGTH=500\n".encode("utf-16-le"), 500),
        ("DISCORD_TOKEN=abc.def.ghi\nMAX_LENGTH=500\n".encode("utf-16-be"), 500),
        ("# für den Bot\nDISCORD_TOKEN=abc.def.ghi\nMAX_LENGTH=500 # Zeichen\n".encode("cp1252"), 500),
        (b"export DISCORD_TOKEN='abc.def.ghi'\nmax_length = \"500\"\n", 500),
    ],
)
def test_an_env_file_is_read_as_editors_write_it(content: bytes, read: int) -> None:
    Path(".env").write_bytes(content)
    settings = Settings.load()
    assert (settings.token(), settings.max_length) == (TOKEN, read)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"DISCORD_TOKEN: abc.def.ghi\n", ".env, line 1: allowed are lines of the form NAME=VALUE"),
        (b"DISCORD_TOKEN=abc.def.ghi\0\n", ".env is no text that can be read: save it as UTF-8"),
        (b"DISCORD_TOKEN=abc.def.ghi\n" * 50_000, ".env is no text"),
        ("DISCORD_TOKEN=abc.def.ghi\n".encode("utf-32"), ".env is no text"),
        (None, ".env cannot be read: it is a folder"),
    ],
)
def test_an_env_file_that_cannot_be_read_is_one_line_without_what_it_holds(
    content: bytes | None, complaint: str
) -> None:
    if content is None:
        Path(".env").mkdir()
    else:
        Path(".env").write_bytes(content)
    with pytest.raises(SettingsError, match=f"^{re.escape(complaint)}") as caught:
        Settings.load()
    assert TOKEN not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_docker_leaves_of_a_line_is_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "DISCORD_TOKEN": f'"{TOKEN}"\r',
        "CONTENT_FILTER": "'Off'",
        "MAX_LENGTH": "500 # characters",
        "LOG_LEVEL": "INFO ",
        "LOG_FORMAT": "JSON",
        "HEALTH_ADDRESS": "Off",
        "ENGINE": "LiteRT",
        "MAX_COUNT": '""',
        "WORD_LIST": "a # b.txt",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = Settings.load()
    assert settings.token() == TOKEN
    assert (settings.content_filter, settings.max_length, settings.log_level) == ("off", 500, "info")
    assert (settings.log_format, settings.health_place) == ("json", None)
    assert (settings.engine, settings.max_count, settings.word_list) == ("litert", 10, Path("a # b.txt"))


@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "DATABASE_URL"])
def test_a_secret_that_was_put_in_the_place_of_its_files_name_is_not_told(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"{name}_FILE", "s3cret.token")
    settings = Settings.load()
    with pytest.raises(SettingsError, match=f"^{name}_FILE cannot be read") as caught:
        settings.token() if name == "DISCORD_TOKEN" else settings.database()
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "DATABASE_URL"])
@pytest.mark.parametrize("content", ["{0}\r\n", "\ufeff{0}", "{1}={0}\n", '"{0}"\n'])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_of_a_secret_is_read_as_people_write_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, content: str, encoding: str
) -> None:
    secret = TOKEN if name == "DISCORD_TOKEN" else "postgresql://user:s3cret@host/name"
    (tmp_path / "secret").write_bytes(content.format(secret, name).encode(encoding))
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))
    settings = Settings.load()
    assert (settings.token() if name == "DISCORD_TOKEN" else settings.database()) == secret
    assert secret not in repr(settings)


def test_the_databases_url_comes_from_one_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "kept"))
    assert Settings.load().database() == f"sqlite:///{tmp_path / 'kept/charla.db'}"
    monkeypatch.setenv("DATABASE_URL", "sqlite:////there.db")
    assert Settings.load().database() == "sqlite:////there.db"
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    with pytest.raises(SettingsError, match="both set"):
        Settings.load().database()


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such modes")
def test_an_env_file_with_a_secret_that_others_can_read_is_noticed() -> None:
    path = Path(".env")
    assert not is_exposed(path)
    path.write_text(f"DISCORD_TOKEN={TOKEN}\n")
    for mode, exposed in ((0o600, False), (0o640, True), (0o604, True), (0o622, False)):
        path.chmod(mode)
        assert is_exposed(path) is exposed, oct(mode)
    path.chmod(0o644)
    path.write_text("PROXY_URL=http://user:password@proxy.example:3128\n")
    assert is_exposed(path)
    path.write_text("MAX_LENGTH=500\nDISCORD_TOKEN=\n")
    assert not is_exposed(path), "there is no secret in it"


def test_the_token_shows_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    settings = Settings.load()
    assert TOKEN not in repr(settings) + str(settings) + str(settings.model_dump())


def test_the_databases_url_shows_in_no_repr_and_is_read_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATA_DIR")
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
