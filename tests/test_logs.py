"""The log, in both formats: what a line has, what ties lines together, what no line may have."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys

import pytest

from bot.generation.model import Model
from bot.generation.request import GenerationRequest
from bot.generation.scheduler import WorkerPool
from bot.logs import JsonFormatter, TextFormatter, redact, tie_lines
from tests.support.random_models import NumpyCopy

TOKEN = "aW50ZXJhY3Rpb246MTIz_-xyz"
BOT_TOKEN = "MTk4NjIyNDgzNDcxOTI1MjQ4" + ".Cl2FMQ." + "ZnCjm1XVW7vRze4b7Cq4se7kKWs-x1"
FORMATTERS = [TextFormatter(), JsonFormatter()]


def record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("bot.x", logging.INFO, __file__, 1, message, args, info)


def test_a_line_for_people_has_time_level_logger_and_message() -> None:
    line = TextFormatter().format(record("Models: %s", "tiny"))
    assert re.fullmatch(r"[\d-]{10} [\d:,]{12} INFO    bot\.x: Models: tiny", line)


def test_a_line_for_programs_is_one_object_with_a_traceback_in_it() -> None:
    line = JsonFormatter().format(record("It “failed”:\n%d", 3, error=ValueError("two\nlines")))
    assert "\n" not in line
    said = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", said.pop("time"))
    assert said.pop("error").endswith("ValueError: two\nlines")
    assert said == {"level": "info", "logger": "bot.x", "message": "It “failed”:\n3"}


async def test_lines_of_one_interaction_have_its_id_also_in_tasks_that_go_on_after_it() -> None:
    async def log_later(go: asyncio.Event) -> list[str]:
        await go.wait()
        return [formatter.format(record("Later")) for formatter in FORMATTERS]

    go, tasks = asyncio.Event(), []
    for asking in (11, 22):
        with tie_lines(asking):
            tasks.append(asyncio.create_task(log_later(go)))
    go.set()
    for number, (text, as_json) in zip(("11", "22"), await asyncio.gather(*tasks), strict=True):
        assert text.endswith(f"bot.x: [{number}] Later")
        assert json.loads(as_json)["interaction"] == number
    assert "interaction" not in json.loads(JsonFormatter().format(record("Of none")))


def test_what_a_worker_logs_is_tied_to_what_it_was_asked_by(model: Model, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(NumpyCopy):
        def reset(self, rows: int) -> None:
            if sys._getframe(1).f_code.co_name == "write":
                raise RuntimeError("broken")
            super().reset(rows)

    caplog.handler.setFormatter(TextFormatter())
    pool = WorkerPool([model], Broken, workers=1, queue_size=2)
    pool.start()
    with tie_lines(77):
        ticket = pool.submit(GenerationRequest("seed", length=5, random_seed=1), model, "ana", 10)
    assert ticket.result.exception(10)
    pool.stop(grace=5)
    assert "[77] A worker's copy of model tiny failed" in caplog.text


@pytest.mark.parametrize("formatter", FORMATTERS)
@pytest.mark.parametrize(
    "message",
    [
        f"Connection timeout to host https://discord.com/api/v10/interactions/12/{TOKEN}/callback",
        f"PATCH https://discord.com/api/v10/webhooks/34/{TOKEN}/messages/@original?wait=true dropped",
        f"Authorization: Bot {BOT_TOKEN}",
    ],
)
def test_no_line_has_a_token_not_even_in_a_traceback(formatter: logging.Formatter, message: str) -> None:
    for line in (record(message), record("%s", message), record("It failed", error=ConnectionError(message))):
        shown = formatter.format(line)
        assert "***" in shown
        assert TOKEN not in shown
        assert BOT_TOKEN not in shown


def test_what_is_no_token_stays() -> None:
    for text in ("/interactions/12", "bot.storage.settings_store", "1.25.3", "a.b.c", "https://example.org/webhooks"):
        assert redact(text) == text
