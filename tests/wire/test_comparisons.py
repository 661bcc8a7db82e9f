"""What can be done with the answer of `/compare`, over the wire: each of its texts is read out of its message alone."""

from __future__ import annotations

import json

import pytest

from bot.chat.markup import escape, plain, unguard
from bot.chat.progress import ProgressTimes
from bot.generation.request import GenerationRequest
from playground.wire.component_rules import walk
from playground.wire.records import COMPONENTS_V2
from tests.support.comparisons import compare, labels, pick, read_comparison
from tests.support.gate import Gate
from tests.support.press_buttons import press
from tests.support.random_models import random_model
from tests.support.replies import expected_text, footer, random_seed, visible_message
from tests.support.running_bot import Start

QUICK = ProgressTimes(first_notice=0.05, update=0.05)


@pytest.mark.parametrize(("top_n", "number"), [("top-n 1", 1), ("top-n 3", 3), ("all", 98)])
async def test_each_text_goes_on_from_its_own_end_at_its_own_top_n(start: Start, top_n: str, number: int) -> None:
    running = await start(models=[random_model("other", weights_seed=1), random_model()])
    compared = await compare(running, {"seed": " It *was*", "length": 40, "model": "tiny"}, user="ana")
    before = json.dumps(visible_message(compared).components)
    picked = await pick(running, compared, top_n, "ben")
    so_far = f" It *was*{plain(read_comparison(compared).texts[top_n])}"
    assert footer(picked).startswith(f"tiny · top-n {number} · ")
    request = GenerationRequest(so_far, top_n=number, length=40, random_seed=random_seed(picked))
    assert unguard(visible_message(picked).embeds[0]["description"]) == expected_text(request, so_far)
    assert labels(visible_message(picked)) == ["Again", "Continue", "Edit", "Delete"]
    assert visible_message(picked).replies_to == visible_message(compared).id
    assert json.dumps(visible_message(compared).components) == before


async def test_it_is_read_after_a_restart_too_and_answered_as_privately(start: Start) -> None:
    running = await start()
    compared = await compare(running, {"length": 30, "private": True})
    await running.stop()
    running = await start(running.server)
    assert compared.private
    assert (await pick(running, compared, "top-n 5")).private
    again = await press(running, visible_message(compared), "Again")
    assert again.private
    assert len(read_comparison(again).texts) == 6


async def test_again_compares_anew_with_the_same_options(start: Start) -> None:
    running = await start(models=[random_model(), random_model("a_b", weights_seed=1)])
    first = await compare(running, {"seed": "It\nwas", "length": 40, "model": "a_b", "random_seed": 7}, user="ana")
    again = await press(running, visible_message(first), "Again", "ben")
    assert read_comparison(again).seed == read_comparison(first).seed
    assert read_comparison(again).small_print.startswith(r"-# a\_b · random seed ")
    assert read_comparison(again).texts != read_comparison(first).texts
    assert labels(visible_message(again)) == labels(visible_message(first))
    deleted = await running.server.press_label(visible_message(again), "Delete", user="ben")
    await deleted.until(lambda e: visible_message(first) is not None and bool(e.message and e.message.deleted))


async def test_the_menu_says_which_button_to_press(start: Start) -> None:
    running = await start()
    compared = await compare(running)
    refused = await running.server.message_command("Continue this", visible_message(compared))
    await refused.settled()
    assert refused.private
    assert "a button *Continue* of its own" in refused.text


async def test_nothing_in_it_pings_formats_or_links(start: Start) -> None:
    running = await start()
    ben = running.server.people["ben"].id
    seed = f"@everyone <@{ben}> https://a.b/c [x](https://d.e)\n# - > \u202eturned"
    compared = await compare(running, {"seed": seed})
    shown = read_comparison(compared)
    assert plain(shown.seed) == seed.replace("\u202e", "")
    assert shown.seed == f"**{escape(seed.replace(chr(0x202E), ''))}**"
    message = running.server.world.as_json(visible_message(compared))
    assert message["flags"] & COMPONENTS_V2
    assert (message["mentions"], message["mention_everyone"]) == ([], False)
    assert visible_message(compared).allowed_mentions == {"parse": []}
    assert len(shown.small_print.splitlines()) == 1


async def test_a_comparison_takes_the_place_of_what_said_how_long_it_takes(start: Start) -> None:
    running = await start(make_copy=Gate, workers=1, times=QUICK)
    compared = await running.server.slash("compare", {"seed": "It was"})
    await compared.until(lambda e: bool(e.message and e.message.content))
    Gate.opened.set()
    await compared.settled(20)
    assert visible_message(compared).content == ""
    assert len(read_comparison(compared).texts) == 6


async def test_a_button_whose_message_says_nothing_any_more_is_refused(start: Start) -> None:
    running = await start()
    compared = await compare(running)
    message = visible_message(compared)
    for part in walk(message.components):
        if "content" in part:
            part["content"] = "gone"
    for label in ("Again", "Continue"):
        refused = await press(running, message, label)
        assert refused.private
        assert "cannot be read from that message" in refused.text
