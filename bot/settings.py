"""Read the settings once from the environment and `.env`, check them, and pass them on as one immutable object."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import SettingsError
from bot.generation.catalog import SHIPPED_MODELS
from bot.generation.signing import SigningKey
from bot.limits import MAX_COUNT, MAX_LENGTH
from bot.logs import LogFormat
from bot.setting_files import read_env_file, read_secret, tidy_value
from bot.storage.server_settings import Filtering

_APP = "charla"
LOOPBACK = "127.0.0.1"
LARGEST_PORT = 65535
OFF = "off"


def find_own_folder(above: Path) -> Path:
    """Return the folder where a person's own models and servers' settings go by default.

    Args:
        above: the folder that holds the package `bot`. If it is a checkout, its folders `models` and `data` are meant,
            which git and Docker ignore; else those in the place that the system has for a program's data.
    """
    return above if (above / ".env.example").exists() else user_data_path(_APP, appauthor=False)


OWN_FOLDER = find_own_folder(Path(__file__).resolve().parents[1])
ENV_FILE = Path(".env")
"""In the folder where Charla is started."""

_NO_TOKEN = "DISCORD_TOKEN is not a token: allowed is the line that Discord's portal shows"  # noqa: S105 - a message
_QUOTES = "<>\"'`"
_COMMENT = re.compile(r"\s+#.*")


def _whole_number(least: int, most: int, note: str = "") -> Any:  # noqa: ANN401 - pydantic's own type is not public
    return Field(ge=least, le=most, description=f"a whole number from {least} to {most}{note}")


Count = Annotated[int, _whole_number(1, 1_000_000)]
CountOrNone = Annotated[int, _whole_number(0, 1_000_000, ", 0 for none")]


class Address(NamedTuple):
    """Where the bot listens."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read `PORT`, which means this machine alone, `HOST:PORT` or `[IPV6]:PORT`.

        Raises:
            ValueError: it is none of these.
        """
        host, colon, port = text.strip().rpartition(":")
        if not (port.isascii() and port.isdecimal() and int(port) <= LARGEST_PORT) or (colon and not host.strip("[]")):
            raise ValueError(text)
        if ":" in host and not (host.startswith("[") and host.endswith("]")):
            raise ValueError(text)
        return cls(host.strip("[]") or LOOPBACK, int(port))

    def from_here(self) -> Address:
        """Return the address at which this machine reaches it: “all addresses” is none that can be asked."""
        return self._replace(host={"0.0.0.0": LOOPBACK, "::": "::1"}.get(self.host, self.host))  # noqa: S104 - not bound

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _check_address(text: str) -> str:
    if text != OFF:
        Address.parse(text)
    return text


Seconds = Annotated[float, Field(gt=0, le=840, description="seconds above 0, up to 840")]


def _own_database(folder: Path) -> SecretStr:
    return SecretStr(f"sqlite:///{folder.absolute() / 'charla.db'}")


class Settings(BaseSettings):
    """The bot's settings, each read from the variable of its name in capitals; `.env.example` explains them.

    Attributes:
        discord_token: the bot's token; never in a log or a repr.
        discord_token_file: a file that holds the token instead.
        models_dir: the folder of the operator's own models.
        data_dir: the folder of what Charla keeps: the key that conversions of models are signed with, and the database
            unless `database_url` names another place.
        default_model: the model that writes when a person names no model; empty for the first one.
        default_top_n: the top-n when a person names no number; 0 for what the model's card says.
        max_length: the largest length that a person may ask for, in characters.
        max_count: the largest number of completions that a person may ask for.
        content_filter: where slurs, and what else the filter finds, are refused.
        filter_unasked: whether the filter finds, besides slurs, what a stranger should not meet unasked.
        keep_links: whether links in texts can be clicked; invites never can.
        answer_mentions: whether messages that mention the bot, and direct messages, are answered; without it the bot is
            told of no message.
        word_list: a file with more words to refuse.
        database_url: the database of servers' own settings; it may hold a password, so it is in no log or repr.
        database_url_file: a file that holds the database's URL instead.
        proxy_url: the proxy by which Discord is reached, see `bot.chat.proxy`; it may hold a password.
        engine: the engine that runs the models, see `bot.generation.engines.select`.
        workers: threads that generate; 0 for as many as there are processors and memory for.
        queue_size: how many requests may wait.
        request_timeout: the most seconds from a command to its text. Discord lets a reply be edited for 15 minutes.
        rate_limit_user: how many requests a user may make within `rate_limit_seconds`; 0 for any number.
        rate_limit_server: how many all users of a server may make together; 0 for any number.
        rate_limit_seconds: the time in which requests are counted.
        grace_period: seconds that running requests have to finish when the bot is told to stop.
        development_guild: the only server in which commands are registered; 0 for everywhere.
        health_address: where health and metrics are served; off for nowhere.
        log_level: the lowest level that is logged.
        log_format: how the log is written, see `bot.logs`.
    """

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    discord_token: SecretStr | None = None
    discord_token_file: Path | None = None
    models_dir: Path = OWN_FOLDER / "models"
    data_dir: Path = OWN_FOLDER / "data"
    default_model: str = ""
    default_top_n: CountOrNone = 0
    max_length: Annotated[int, _whole_number(1, MAX_LENGTH)] = MAX_LENGTH
    max_count: Annotated[int, _whole_number(1, MAX_COUNT)] = MAX_COUNT
    content_filter: Annotated[Filtering, Field(description="on, off or except-age-restricted")] = "on"
    keep_links: Annotated[bool, Field(description="true or false")] = False
    answer_mentions: Annotated[bool, Field(description="true or false")] = True
    filter_unasked: Annotated[bool, Field(description="true or false")] = True
    word_list: Path | None = None
    database_url: SecretStr = Field(default_factory=lambda others: _own_database(others["data_dir"]))
    database_url_file: Path | None = None
    proxy_url: SecretStr | None = None
    engine: Annotated[Literal["auto", "tensorflow", "litert"], Field(description="auto, tensorflow or litert")] = "auto"
    workers: CountOrNone = 0
    queue_size: Count = 1024
    request_timeout: Seconds = 60.0
    rate_limit_user: CountOrNone = 5
    rate_limit_server: CountOrNone = 0
    rate_limit_seconds: Seconds = 20.0
    grace_period: Annotated[float, Field(ge=0, le=600, description="seconds from 0 to 600")] = 10.0
    development_guild: Annotated[int, Field(ge=0, description="a server's id, or 0")] = 0
    health_address: Annotated[
        str, AfterValidator(_check_address), Field(description="off, PORT, HOST:PORT or [IPV6]:PORT")
    ] = OFF
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="debug, info, warning or error")
    ] = "info"
    log_format: Annotated[LogFormat, Field(description="text or json")] = "text"

    @field_validator("content_filter", "engine", "health_address", "log_level", "log_format", mode="before")
    @classmethod
    def _in_small_letters(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - `_Written` reads what this one and the next would
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what `load` is given, then what people wrote."""
        return init_settings, _Written(settings_cls)

    @classmethod
    def load(cls, **given: Any) -> Settings:  # noqa: ANN401 - the types of the settings
        """Read the settings from the environment and `.env`; `given` values take precedence.

        Raises:
            SettingsError: a value is not allowed, or `.env` cannot be read.
        """
        try:
            return cls(**given)
        except ValidationError as error:
            raise SettingsError(_explain(error)) from None  # the chained error would show a secret value

    @property
    def model_folders(self) -> tuple[Path, Path]:
        """The folders of models: the shipped ones, then the operator's own."""
        return SHIPPED_MODELS, self.models_dir

    @property
    def health_place(self) -> Address | None:
        """Where health and metrics are served, or None."""
        return None if self.health_address == OFF else Address.parse(self.health_address)

    @property
    def signing_key(self) -> SigningKey:
        """The key by which conversions that were made here are known; it is made at its first use."""
        return SigningKey(self.data_dir)

    def token(self) -> str:
        """Return the bot's token.

        Raises:
            SettingsError: there is no token, or two, or its file cannot be read.
        """
        if self.discord_token and self.discord_token_file:
            raise SettingsError("DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set: allowed is one of them")
        if self.discord_token_file:
            text = read_secret(self.discord_token_file, "DISCORD_TOKEN")
        else:
            text = self.discord_token.get_secret_value().strip() if self.discord_token else ""
        if not text:
            raise SettingsError(
                "DISCORD_TOKEN is missing: set it, or DISCORD_TOKEN_FILE, to your bot's token (see .env.example)"
            )
        if not text.isascii() or any(c.isspace() or c in _QUOTES for c in text):
            raise SettingsError(_NO_TOKEN)
        return text

    def database(self) -> str:
        """Return the URL of the database of servers' own settings.

        Raises:
            SettingsError: there are two, or its file cannot be read.
        """
        if not self.database_url_file:
            return self.database_url.get_secret_value()
        if "database_url" in self.model_fields_set:
            raise SettingsError("DATABASE_URL and DATABASE_URL_FILE are both set: allowed is one of them")
        return read_secret(self.database_url_file, "DATABASE_URL")


class _Written(PydanticBaseSettingsSource):
    """The settings as people wrote them: the environment, and before it the lines of `.env`; empty ones are unset."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - pydantic's signature
        """See `PydanticBaseSettingsSource.get_field_value`."""
        return self().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the values by the names of the fields."""
        found: dict[str, str] = {}
        for written in (read_env_file(ENV_FILE), os.environ):
            for name, value in written.items():
                field = name.lower()
                if field in self.settings_cls.model_fields and (tidy := _tidy(field, value)):
                    found[field] = tidy
        return found


def _tidy(field: str, value: str) -> str:
    """Return a value without what `docker run --env-file` leaves of a line of `.env`: quotes, and a comment."""
    tidy = tidy_value(value)
    return tidy if isinstance(Settings.model_fields[field].default, Path | SecretStr | None) else _COMMENT.sub("", tidy)


def _explain(error: ValidationError) -> str:
    """Say what is wrong with a value; one that may be secret, or tell of a secret, is not shown."""
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0])
    if name == "discord_token":
        return _NO_TOKEN
    allowed = Settings.model_fields[name].description or first["msg"]
    if not Settings.model_fields[name].description:
        return f"{name.upper()} is not allowed: {allowed}"
    return f"{name.upper()} is {first['input']!r}: allowed is {allowed}"
