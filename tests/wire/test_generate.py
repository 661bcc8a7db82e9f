"""`/generate` as people use it, over the wire."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from bot.chat.render import render_text
from bot.chat.trim import trim_end, trim_result
from bot.generation.request import GenerationRequest, GenerationResult
from bot.limits import MAX_RANDOM_SEED
from tests.support.random_models import random_model
from tests.support.reference_texts import write_by_reference
from tests.support.replies import ask, description, footer
from tests.support.running_bot import Start

SUPPRESS_EMBEDS = 1 << 2


async def test_a_seed_is_answered_by_editing_the_deferred_reply(start: Start) -> None:
    exchange = await ask(await start(), {"seed": "It was", "top_n": 5, "length": 100, "random_seed": 7})
    assert exchange.deferred
    assert exchange.edits == 1
    assert exchange.followups == []
    assert not exchange.private
    text = write_by_reference(random_model(), GenerationRequest("It was", top_n=5, length=100, random_seed=7))
    expected = GenerationResult(GenerationRequest("It was"), (text,), "tiny", "numpy", 0, 0)
    assert description(exchange) == render_text([trim_result(expected)], 0, False).embed.description
    assert re.fullmatch(r"tiny · top-n 5 · random seed 7 · \d+\.\d\d s · numpy", footer(exchange))


async def test_without_options_the_models_card_decides(start: Start) -> None:
    exchange = await ask(await start())
    assert description(exchange).startswith(("**Once upon** ", "**It was** "))
    assert " · top-n 4 · " in footer(exchange)


async def test_the_same_random_seed_gives_the_same_text(start: Start) -> None:
    running = await start()
    options = {"seed": "It was", "random_seed": MAX_RANDOM_SEED, "top_n": 98}
    texts = {description(await ask(running, options)) for _ in range(3)}
    assert len(texts) == 1
    other = await ask(running, {"seed": "It was", "top_n": 98})
    assert description(other) not in texts


async def test_the_length_is_a_cap_and_the_end_is_trimmed(start: Start) -> None:
    running = await start()
    for length in (1, 40, 2000):
        exchange = await ask(running, {"seed": "A", "length": length, "random_seed": 3, "top_n": 98})
        text = write_by_reference(random_model(), GenerationRequest("A", top_n=98, length=length, random_seed=3))
        assert len(text) <= length
        expected = GenerationResult(GenerationRequest("A"), (text,), "tiny", "numpy", 0, 0)
        assert description(exchange) == render_text([trim_result(expected)], 0, False).embed.description
        assert trim_end(text)


async def test_a_private_reply_is_for_the_person_who_asked(start: Start) -> None:
    exchange = await ask(await start(), {"seed": "It was", "private": True})
    assert exchange.private
    assert description(exchange)


async def test_ten_completions_are_a_list(start: Start) -> None:
    exchange = await ask(await start(), {"seed": "It was", "count": 10, "random_seed": 1, "length": 60})
    head, *items = description(exchange).split("\n")
    assert head == "**It was**"
    assert [item.split(". ")[0] for item in items] == [str(n) for n in range(1, 11)]
    assert len({item.split(". ", 1)[1] for item in items}) > 5


async def test_text_over_a_messages_limit_comes_as_a_file(start: Start) -> None:
    options = {"seed": "It was", "count": 10, "length": 2000, "top_n": 2, "random_seed": 1}
    exchange = await ask(await start(), options)
    assert exchange.message
    (file,) = exchange.message.files
    assert "in the file" in description(exchange)
    lines = file.content.decode().splitlines()
    assert lines[0] == "It was"
    assert len(lines) == 11


async def test_what_phones_type_is_folded_and_shown_as_typed(start: Start) -> None:
    running = await start()
    typed = await ask(running, {"seed": "“Café” — it’s", "random_seed": 5})
    plain = await ask(running, {"seed": '"Cafe" - it\'s', "random_seed": 5})
    assert description(typed).startswith("**“Café” — it’s**")
    assert footer(typed).endswith(' · numpy · read as “"Cafe" - it\'s”')
    assert footer(plain).endswith(" · numpy")
    assert description(typed).split("**")[2] == description(plain).split("**")[2]


async def test_characters_that_are_spelt_out_in_dozens_are_survived(start: Start) -> None:
    exchange = await ask(await start(), {"seed": "\ufdfa" * 500, "random_seed": 5})
    assert not exchange.private
    assert description(exchange)


async def test_another_model_may_be_chosen(start: Start) -> None:
    running = await start(models=[random_model("one"), random_model("two", weights_seed=2)])
    texts = {}
    for name in ("one", "two"):
        exchange = await ask(running, {"seed": "It was", "model": name, "random_seed": 1})
        assert footer(exchange).startswith(f"{name} · ")
        texts[name] = description(exchange)
    assert texts["one"] != texts["two"]
    assert description(await ask(running, {"seed": "It was", "random_seed": 1})) == texts["one"]


@pytest.mark.parametrize("where", ["guild", "dm", "user-install", "elsewhere"])
async def test_it_works_wherever_it_is_installed(start: Start, where: str) -> None:
    exchange = await ask(await start(), {"seed": "It was"}, where=where)
    assert description(exchange).startswith("**It was**")


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"top_n": 0}, "top-n 0: allowed are"),
        ({"top_n": -3}, "top-n -3: allowed are"),
        ({"length": 0}, "length 0: allowed are 1 to 2000"),
        ({"length": 2001}, "length 2001: allowed are 1 to 2000"),
        ({"count": 0}, "count 0: allowed are whole numbers from 1 to 10"),
        ({"count": 11}, "count 11: allowed are whole numbers from 1 to 10"),
        ({"random_seed": -1}, "random seed -1: allowed are"),
        ({"random_seed": 2**53}, f"random seed {2**53}: allowed are"),
        ({"seed": "x" * 501}, "A seed of 501 characters: allowed are 1 to 500"),
        ({"model": "http://x " * 600}, "there is no model 'http://x"),
        ({"model": "unknown"}, "there is no model 'unknown': there are tiny"),
    ],
)
async def test_a_wrong_value_is_refused_in_private_with_what_is_allowed(
    start: Start, options: dict[str, Any], complaint: str
) -> None:
    exchange = await ask(await start(), {"seed": "It was"} | options)
    assert exchange.private
    assert not exchange.deferred
    assert complaint in exchange.text
    assert exchange.shown[0].flags & SUPPRESS_EMBEDS, "no link in it unfurls"


async def test_a_seed_of_unknown_characters_is_refused_in_private(start: Start) -> None:
    exchange = await ask(await start(), {"seed": "☃☃"})
    assert exchange.private
    assert "tiny knows none of the characters in that seed" in exchange.text


@pytest.mark.parametrize(
    "hostile", ["@everyone <@1> https://discord.gg/x", "**bold** `code` ||x|| [a](http://b)", "# x\n> y"]
)
async def test_a_hostile_seed_pings_nobody_and_formats_nothing(start: Start, hostile: str) -> None:
    running = await start()
    exchange = await ask(running, {"seed": hostile})
    assert exchange.message
    assert exchange.message.content == ""
    seed = description(exchange).split("**")[1]
    assert re.sub(r"\\([^\sA-Za-z0-9])", r"\1", seed) == hostile
    assert not re.search(r"(?<!\\)[*`|\[<@#]", seed)
    for request in running.server.requests:
        if request.body and "embeds" in request.body:
            assert request.body["allowed_mentions"]["parse"] == []


async def test_two_people_at_once_each_get_their_own(start: Start) -> None:
    running = await start()
    asked = [await running.server.slash("generate", {"seed": f"{name} says"}, user=name) for name in ("ana", "ben")]
    await asyncio.gather(*(exchange.settled() for exchange in asked))
    assert [description(exchange).split("**")[1] for exchange in asked] == ["ana says", "ben says"]


async def test_asking_too_often_is_answered_in_private(start: Start) -> None:
    running = await start(rate_limit_user=2, rate_limit_seconds=60)
    for _ in range(2):
        assert not (await ask(running, user="ana")).private
    refused = await ask(running, user="ana")
    assert refused.private
    assert re.search(r"Please wait \d+ s", refused.text)
    assert not (await ask(running, user="ben")).private


async def test_top_n_suggestions_say_what_a_value_does(start: Start) -> None:
    running = await start()
    choices = await running.server.autocomplete("generate", {}, focused="top_n", typed="")
    assert {choice.value: choice.name.split(" – ")[1].split(":")[0] for choice in choices} == {
        1: "greedy", 3: "coherent", 5: "lively", 10: "adventurous", 98: "all",
    }  # fmt: skip
    typed = await running.server.autocomplete("generate", {}, focused="top_n", typed="7")
    assert [choice.value for choice in typed] == [7]
    for odd in ("x", "-1", "9" * 16, "9" * 5000):
        choices = await running.server.autocomplete("generate", {}, focused="top_n", typed=odd)
        assert [choice.value for choice in choices] == [1, 3, 5, 10, 98]


async def test_model_suggestions_come_from_the_catalogue(start: Start) -> None:
    running = await start(models=[random_model("one"), random_model("two")])
    everything = await running.server.autocomplete("generate", {}, focused="model", typed="")
    assert [choice.value for choice in everything] == ["one", "two"]
    assert [c.value for c in await running.server.autocomplete("generate", {}, focused="model", typed="TW")] == ["two"]
