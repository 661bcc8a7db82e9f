"""What some people ask for does not keep the bot from others, over the wire."""

from __future__ import annotations

import asyncio
import re
import threading

import pytest

from bot.chat import attachments, read_message
from bot.chat.progress import ProgressTimes
from bot.generation.vocabulary import Vocabulary
from bot.moderation.word_filter import WordFilter
from playground.wire.exchange import Exchange
from playground.wire.records import PlaceKind
from tests.support.gate import Gate
from tests.support.press_buttons import ask_for_file, press, submit_edit_form
from tests.support.replies import ask, description, visible_message
from tests.support.running_bot import Running, Start
from tests.support.waiting import wait_until

HOSTILE = "\ufdfa" * 2000
"""Each is spelt in dozens of letters."""


class Watch:
    """Notes in which thread seeds are folded and texts are filtered, and which files are fetched."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.folding, self.filtering = list[threading.Thread](), list[threading.Thread]()
        self.fetched = list[str]()
        fold, finds, read = Vocabulary.fold, WordFilter.finds, attachments.read_text_file

        def noting_fold(vocabulary: Vocabulary, text: str) -> str:
            self.folding.append(threading.current_thread())
            return fold(vocabulary, text)

        def noting_finds(words: WordFilter, text: str) -> bool:
            self.filtering.append(threading.current_thread())
            return finds(words, text)

        async def noting_read(address: str, size: int, *, proxy: str | None) -> str:
            self.fetched.append(address)
            return await read(address, size, proxy=proxy)

        patch.setattr(read_message, "read_text_file", noting_read)
        patch.setattr(Vocabulary, "fold", noting_fold)
        patch.setattr(WordFilter, "finds", noting_finds)


async def use_every_door(running: Running, user: str, long: Exchange) -> list[Exchange]:
    """Have a person ask in every way there is; `long` has a text in a file."""
    server, message = running.server, visible_message(long)
    hostile = server.say(HOSTILE, user=user)
    asked = [
        await ask(running, {"seed": HOSTILE[:500]}, user=user),
        await server.slash("compare", {"seed": HOSTILE[:500]}, user=user),
        await server.message_command("Continue this", hostile, user=user),
        await server.message_command("Continue this", message, user=user),
        await press(running, message, "Again", user),
        await press(running, message, "Continue", user),
        await submit_edit_form(running, message, {"seed": HOSTILE}, user),
    ]
    for exchange in asked:
        await exchange.settled(20)
    return asked


async def test_whichever_way_it_comes_nothing_is_read_before_it_is_counted(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = await start(rate_limit_user=6, rate_limit_seconds=600)
    long = await ask_for_file(running)
    assert not (await ask(running, {"count": 10}, user="ben")).private
    watch = Watch(monkeypatch)
    for refused in await use_every_door(running, "ben", long):
        assert refused.private
        assert re.search(r"You may ask 6 times in 600 seconds. Please wait \d+ s", refused.text)
    assert not watch.folding + watch.filtering
    assert not watch.fetched


async def test_whichever_way_it_comes_it_is_read_and_filtered_outside_the_event_loop(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = await start()
    long = await ask_for_file(running)
    watch = Watch(monkeypatch)
    for answered in await use_every_door(running, "ben", long):
        assert not answered.private
    assert len(watch.folding) == 7
    assert len(watch.filtering) > 7
    assert threading.main_thread() not in {*watch.folding, *watch.filtering}
    assert len(watch.fetched) == 2


async def test_a_request_that_is_refused_counts_as_it_was_looked_through(start: Start) -> None:
    running = await start(rate_limit_user=2, rate_limit_seconds=600)
    for _ in range(2):
        assert "a word that I do not write" in (await ask(running, {"seed": "a kike"}, user="ana")).text
    assert "Please wait" in (await ask(running, {"seed": "Once"}, user="ana")).text


@pytest.mark.parametrize(
    ("options", "left"), [({}, 9), ({"length": 501}, 8), ({"count": 3}, 7), ({"count": 2, "length": 1001}, 4)]
)
async def test_what_is_counted_is_how_much_may_be_written(start: Start, options: dict[str, int], left: int) -> None:
    running = await start(rate_limit_user=10, rate_limit_seconds=600)
    assert not (await ask(running, options, user="ana")).private
    assert not (await ask(running, {"count": left, "length": 9}, user="ana")).private
    assert "Please wait" in (await ask(running, {"length": 9}, user="ana")).text


@pytest.mark.parametrize("where", ["dm", "user-install", "elsewhere"])
async def test_the_users_of_a_server_share_its_turns_and_others_do_not_wait_for_all(
    start: Start, where: PlaceKind
) -> None:
    running = await start(make_copy=Gate, workers=1, times=ProgressTimes(first_notice=0.05, update=0.05))
    first = await running.server.slash("generate", {"seed": "First"}, user="ana")
    assert await asyncio.to_thread(Gate.reached.wait, 5)
    crowd = [
        await running.server.slash("generate", {"seed": f"{user} {number}"}, user=user)
        for number in range(3)
        for user in ("ana", "ben")
    ]
    await wait_until(lambda: running.bot.pool.load == (6, 1))
    eves = await running.server.slash("generate", {"seed": "eve 0"}, user="eve", where=where)
    await eves.until(lambda e: e.text == "Waiting: 1 request is ahead of yours.")
    Gate.opened.set()
    for exchange in (first, *crowd, eves):
        await exchange.settled(20)


async def test_what_takes_long_to_check_is_acknowledged_meanwhile(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go, fold = threading.Event(), Vocabulary.fold

    def slow_fold(vocabulary: Vocabulary, text: str) -> str:
        assert let_go.wait(20)
        return fold(vocabulary, text)

    running = await start(times=ProgressTimes(first_notice=60, unchecked=0.01))
    monkeypatch.setattr(Vocabulary, "fold", slow_fold)
    asked = [await running.server.slash("generate", {"seed": seed}, user="ana") for seed in ("Once", "a kike")]
    for exchange in asked:
        await exchange.acknowledgement()
    let_go.set()
    for exchange in asked:
        await exchange.settled(20)
    assert description(asked[0]).startswith("**Once**")
    assert asked[1].private
    assert "a word that I do not write" in asked[1].text
