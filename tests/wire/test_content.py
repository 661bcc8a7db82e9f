"""What may be said, over the wire."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from bot.chat.respond import MAX_ATTEMPTS
from bot.generation.decode import next_random_seed, uniform_stream
from bot.generation.model import Model
from bot.generation.request import Sampling
from bot.generation.vocabulary import Ids
from playground.wire.records import Guild
from playground.wire.server import WireServer
from tests.support.comparisons import compare, read_comparison
from tests.support.press_buttons import submit_edit_form
from tests.support.random_models import NumpyCopy
from tests.support.replies import ask, description, footer, visible_message
from tests.support.running_bot import Start
from tests.support.waiting import wait_until


class Sweary(NumpyCopy):
    """Writes a given text where the random numbers begin with some that it was told; else what the model writes.

    Attributes:
        begun: the first random number of every text so far.
        swears_at: the first random numbers that make it swear; all, if there are none.
        swears_from: the smallest top-n with which it does.
        curse: what it writes then.
    """

    begun: list[float]
    swears_at: set[float]
    swears_from: int
    curse: str

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self._vocabulary = model.vocabulary

    def reset(self, rows: int) -> None:
        super().reset(rows)
        self._begun = [False] * rows

    def advance(self, forced: Ids, uniforms: npt.NDArray[np.float64], sampling: Sampling) -> Ids:
        sampled = super().advance(forced, uniforms, sampling)
        for row, begun in enumerate(self._begun):
            live = np.flatnonzero(uniforms[row])
            if live.size and not begun:
                first = float(uniforms[row, live[0]])
                Sweary.begun.append(first)
                if sampling.top_n >= Sweary.swears_from and (first in Sweary.swears_at or not Sweary.swears_at):
                    ids = self._vocabulary.encode(Sweary.curse)[: live.size]
                    sampled[row, live[: len(ids)]] = ids
            self._begun[row] |= bool(live.size)
        return sampled


def first_number(random_seed: int, completion: int = 0) -> float:
    return float(uniform_stream(random_seed, completion).random())


@pytest.fixture(autouse=True)
def calm() -> None:
    Sweary.begun, Sweary.swears_at, Sweary.swears_from = [], {2.0}, 1
    Sweary.curse = " you kike, they said. And so it went on and on. "


async def test_a_text_with_a_slur_is_drawn_again_and_the_footer_says_how_to_get_what_came(start: Start) -> None:
    running = await start(make_copy=Sweary, workers=1)
    second = next_random_seed(7)
    Sweary.swears_at = {first_number(7)}
    options = {"seed": "It was", "top_n": 5, "length": 60}
    exchange = await ask(running, {**options, "random_seed": 7})
    assert not exchange.private
    assert exchange.edits == 1
    assert f" · random seed {second} · " in footer(exchange)
    assert [first_number(7), first_number(second)] == Sweary.begun
    assert description(await ask(running, {**options, "random_seed": second})) == description(exchange)
    assert description(await ask(running, {**options, "random_seed": 7})) == description(exchange)


async def test_what_is_nothing_but_slurs_is_refused_politely_and_in_private_after_a_few_draws(start: Start) -> None:
    running = await start(make_copy=Sweary, workers=1)
    Sweary.swears_at = set()
    exchange = await ask(running, {"seed": "It was", "top_n": 5})
    assert exchange.private
    assert "Please try another seed" in exchange.text
    assert "kike" not in exchange.text
    assert len(set(Sweary.begun)) == len(Sweary.begun) == MAX_ATTEMPTS


async def test_what_would_be_the_same_again_is_not_drawn_again(start: Start) -> None:
    running = await start(make_copy=Sweary, workers=1)
    Sweary.swears_at = set()
    exchange = await ask(running, {"seed": "It was", "top_n": 1})
    assert exchange.private
    assert len(Sweary.begun) == 1


async def test_a_list_is_drawn_again_for_one_of_its_texts(start: Start) -> None:
    running = await start(make_copy=Sweary, workers=1)
    Sweary.swears_at = {first_number(7, completion=2)}
    exchange = await ask(running, {"seed": "It was", "top_n": 5, "count": 3, "random_seed": 7})
    assert f" · random seed {next_random_seed(7)} · " in footer(exchange)
    assert "kike" not in description(exchange)


@pytest.mark.parametrize("curse", ["ke, they said. And so it went on and on and on.", "  k.i.k.e ha ha ha."])
async def test_a_word_is_found_where_seed_and_text_meet_and_in_disguise(start: Start, curse: str) -> None:
    running = await start(make_copy=Sweary, workers=1)
    Sweary.curse, Sweary.swears_at = curse, {first_number(7)}
    exchange = await ask(running, {"seed": "the ki", "top_n": 5, "random_seed": 7, "length": 50})
    assert f" · random seed {next_random_seed(7)} · " in footer(exchange)


async def test_a_word_that_is_cut_off_is_not_one_that_is_said(start: Start) -> None:
    running = await start(make_copy=Sweary, workers=1)
    Sweary.curse, Sweary.swears_at = " is nice, with spices", {first_number(7)}
    exchange = await ask(running, {"seed": "The kitchen", "top_n": 5, "random_seed": 7, "length": 19})
    assert description(exchange) == "**The kitchen** is nice, with"


@pytest.mark.parametrize("seed", ["a kike", "K1KE!", "k i k e", "кіке", "ki\u200bke", "a\nwetback\n"])
async def test_a_seed_with_a_slur_is_refused_in_private_and_nothing_is_written(start: Start, seed: str) -> None:
    running = await start(make_copy=Sweary)
    exchange = await ask(running, {"seed": seed})
    assert exchange.private
    assert exchange.deferred, "it is acknowledged before the filter looks at it"
    assert "That seed has a word that I do not write" in exchange.text
    assert Sweary.begun == []


async def test_no_way_in_takes_a_seed_with_a_slur(start: Start) -> None:
    running = await start()
    before = await ask(running, {"seed": "It was"})
    unfiltered = running.server.say("What a kike said")
    menu = await running.server.message_command("Continue this", unfiltered)
    compared = await running.server.slash("compare", {"seed": "A k1ke"})
    for exchange in (menu, compared, await submit_edit_form(running, visible_message(before), {"seed": "A k i k e"})):
        await exchange.settled()
        assert exchange.private
        assert "That seed has a word that I do not write" in exchange.text


async def test_what_stands_side_by_side_is_drawn_again_together(start: Start) -> None:
    running = await start(make_copy=Sweary, workers=1)
    Sweary.swears_at, Sweary.swears_from = {first_number(7)}, 2
    compared = read_comparison(await compare(running, {"random_seed": 7}))
    assert f" · random seed {next_random_seed(7)} · " in compared.small_print
    assert len(compared.texts) == 6
    assert not any("kike" in text for text in compared.texts.values())
    assert len(Sweary.begun) == 12


async def test_ordinary_words_are_no_slurs(start: Start) -> None:
    exchange = await ask(await start(), {"seed": "In Scunthorpe, a snigger at the Maine Coon's spices"})
    assert description(exchange)


async def test_without_the_filter_nothing_is_refused(start: Start) -> None:
    running = await start(make_copy=Sweary, content_filter="off")
    Sweary.swears_at = set()
    exchange = await ask(running, {"seed": "A kike", "top_n": 5, "random_seed": 7})
    assert description(exchange).startswith("**A kike** you kike, they said")
    assert "random seed 7 ·" in footer(exchange)


@pytest.mark.parametrize("adults_only", [True, False])
@pytest.mark.parametrize("filtering", ["on", "except-age-restricted"])
async def test_age_restricted_channels_may_be_exempted(start: Start, filtering: str, adults_only: bool) -> None:
    async with WireServer(["ana"], guilds=[Guild("Server", adults_only=adults_only)]) as server:
        running = await start(server, content_filter=filtering)
        exempted = filtering == "except-age-restricted" and adults_only
        assert (await ask(running, {"seed": "A kike"})).private is not exempted
        assert (await ask(running, {"seed": "A kike"}, where="dm")).private
        await running.stop()


@pytest.mark.parametrize("adults_only", [True, False])
async def test_a_thread_is_as_exempted_as_the_channel_it_hangs_on(
    start: Start, adults_only: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with WireServer(["ana"], guilds=[Guild("Server", adults_only=adults_only)]) as server:
        running = await start(server, content_filter="except-age-restricted")
        await wait_until(lambda: bool(running.bot.get_channel(server.guilds[0].channel_id)))
        thread = {
            "id": "1000000000000000009",
            "type": 11,
            "guild_id": str(server.guilds[0].id),
            "parent_id": str(server.guilds[0].channel_id),
            "name": "a thread",
            "owner_id": "1",
            "message_count": 0,
            "member_count": 1,
            "thread_metadata": {
                "archived": False,
                "auto_archive_duration": 60,
                "archive_timestamp": "2026-01-01T00:00:00+00:00",
                "locked": False,
            },
        }
        monkeypatch.setattr(server.world, "channel", lambda _: thread)
        assert (await ask(running, {"seed": "A kike"})).private is not adults_only
        await running.stop()


async def test_the_operators_words_count_too(start: Start, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("voldemort\n! kike\n")
    running = await start(word_list=tmp_path / "words.txt")
    assert (await ask(running, {"seed": "V0ldem0rt"})).private
    assert not (await ask(running, {"seed": "A kike"})).private


@pytest.mark.parametrize("filter_unasked", [True, False])
async def test_what_a_stranger_should_not_meet_unasked_is_refused_unless_the_operator_lets_it(
    start: Start, filter_unasked: bool
) -> None:
    running = await start(make_copy=Sweary, workers=1, filter_unasked=filter_unasked)
    Sweary.curse, Sweary.swears_at = " and raped her, they said. And so on. ", {first_number(7)}
    exchange = await ask(running, {"seed": "It was", "top_n": 5, "length": 60, "random_seed": 7})
    assert ("raped" in description(exchange)) is not filter_unasked
    assert (await ask(running, {"seed": "A rapist"})).private is filter_unasked
    assert (await ask(running, {"seed": "A kike"})).private


async def test_a_seed_that_is_turned_into_a_slur_is_refused_and_another_is_shown_unturned(start: Start) -> None:
    running = await start()
    assert (await ask(running, {"seed": "you \u202eekik\u202c"})).private
    exchange = await ask(running, {"seed": "a \u202edrow\u202c, it was", "length": 20})
    assert description(exchange).startswith("**a drow, it was**")


@pytest.mark.parametrize("keep_links", [True, False])
async def test_links_are_kept_or_defused_and_invites_always_defused(start: Start, keep_links: bool) -> None:
    running = await start(keep_links=keep_links)
    link, invites = (
        "https://example.org/a_b?c=1",
        ["https://discord.gg/x", "https://discord.com/invite/x", "discord.gg/x"],
    )
    visible_message = description(await ask(running, {"seed": " ".join([link, *invites]), "length": 1}))
    assert (link in visible_message) is keep_links
    assert link in readable(visible_message)
    for invite in invites:
        assert f" {invite}" not in visible_message
        assert invite in readable(visible_message)
        assert "discord\\.gg/x" in visible_message


def readable(shown: str) -> str:
    return shown.replace("\\", "")


async def test_a_word_list_that_cannot_be_used_is_told_at_the_start(tmp_path: Path, capsys: Any) -> None:
    from bot.__main__ import main  # noqa: PLC0415 - a command line, among tests of what it starts

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISCORD_TOKEN", "a.b.c")
        patch.setenv("WORD_LIST", str(tmp_path / "none"))
        assert main(["run"]) == 2
        patch.setenv("WORD_LIST", "")
        patch.setenv("DATABASE_URL", "mysql://user:s3cret@host/name")
        assert main(["run"]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith(f"charla run: WORD_LIST: '{tmp_path / 'none'}' cannot be read")
    assert second.startswith("charla run: DATABASE_URL begins with 'mysql': allowed are sqlite:///")
