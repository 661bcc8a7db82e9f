"""Replies of a model whose card says how its voice is decoded: by min-p, from drafts, one item each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.chat.comparison import TOP_NS
from bot.chat.markup import plain, unescape
from bot.chat.trim import trim_end
from bot.generation.choose import choose, judge, widen
from bot.generation.decode import decode_as_advised
from bot.generation.learned_text import LearnedText
from bot.generation.model import Model
from bot.generation.request import GenerationRequest
from bot.generation.vocabulary import LINE_BREAK, Vocabulary
from bot.limits import COMPARE_LENGTH
from playground.wire.server import WireServer
from tests.support.comparisons import compare, pick, read_comparison
from tests.support.press_buttons import press, submit_edit_form
from tests.support.random_models import random_model
from tests.support.reference_texts import write_by_reference
from tests.support.replies import ask, footer, form_values, random_seed, text_so_far, visible_message
from tests.support.running_bot import Start

LENGTH = 280


def voice(line_break: float = 3.0, drafts: int = 10, vocabulary: Vocabulary | None = None) -> Model:
    """A model with random weights that ends its lines soon, and whose card advises all that a card can."""
    model = random_model("voice", vocabulary=vocabulary)
    bias = np.zeros_like(model.weights["output.bias"])
    bias[0] = -30.0  # the unknown character, which shows as nothing and makes texts look shorter than they are
    bias[model.vocabulary.encode(LINE_BREAK)] = line_break
    use = model.card.use.model_copy(update={"min_p": 0.1, "temperature": 0.9, "drafts": drafts, "one_item": True})
    return replace(
        model,
        card=model.card.model_copy(update={"use": use}),
        weights=dict(model.weights) | {"output.bias": bias},
        learned=LearnedText.collect(["the words of a text"]),
    )


MODEL = voice()


def choose_drafts(seed: str, number: int, count: int = 1) -> tuple[str, ...]:
    """Return the drafts that the reference writes and that are chosen."""
    plain = GenerationRequest(seed, random_seed=number, length=LENGTH, count=count, first_line=True)
    request = decode_as_advised(plain, MODEL)
    drafts = [write_by_reference(MODEL, widen(request), index).partition(LINE_BREAK)[0] for index in range(20)]
    # More than ten are written only where none of the first ten passes; of random letters none does.
    return choose(judge(drafts, request, MODEL.learned), request)


def chosen(seed: str, number: int) -> str:
    """Return the text that a reply shows after its seed."""
    return choose_drafts(seed, number)[0].rstrip()


async def test_without_a_top_n_a_reply_is_the_best_draft_of_one_item(start: Start) -> None:
    running = await start(models=[MODEL])
    reply = await ask(running, {"seed": "Kevin "})
    assert text_so_far(visible_message(reply)) == f"Kevin {chosen('Kevin ', random_seed(reply))}"
    assert " · min-p 0.1, temperature 0.9, best of 10 · random seed " in footer(reply)


async def test_the_same_random_seed_gives_the_same_reply(start: Start) -> None:
    running = await start(models=[MODEL])
    options = {"seed": "Kevin ", "random_seed": 7}
    first, second = await ask(running, options), await ask(running, options)
    assert text_so_far(visible_message(first)) == text_so_far(visible_message(second))


async def test_a_top_n_is_just_that(start: Start) -> None:
    running = await start(models=[MODEL])
    reply = await ask(running, {"seed": "Kevin ", "top_n": 5, "length": 60, "random_seed": 3})
    request = GenerationRequest("Kevin ", 5, length=60, random_seed=3)
    written = write_by_reference(MODEL, request, 0)
    assert written.startswith(text_so_far(visible_message(reply)).removeprefix("Kevin ").rstrip())
    assert " · top-n 5 · random seed 3 · " in footer(reply)


async def test_again_is_decoded_as_the_first_was(start: Start) -> None:
    running = await start(models=[MODEL])
    first = await ask(running, {"seed": "Kevin "})
    again = await press(running, visible_message(first), "Again")
    assert text_so_far(visible_message(again)) == f"Kevin {chosen('Kevin ', random_seed(again))}"


async def test_continue_begins_the_next_item(start: Start) -> None:
    running = await start(models=[MODEL])
    first = await ask(running, {"seed": "Kevin "})
    so_far = text_so_far(visible_message(first)) + LINE_BREAK
    more = await press(running, visible_message(first), "Continue")
    assert text_so_far(visible_message(more)) == f"{so_far}{chosen(so_far, random_seed(more))}"
    still_more = await press(running, visible_message(more), "Continue")
    assert text_so_far(visible_message(still_more)).count(LINE_BREAK) == 2


async def test_continue_goes_on_with_an_item_that_was_cut(start: Start) -> None:
    endless = voice(line_break=-30.0, drafts=1, vocabulary=Vocabulary("\n .abcde"))
    running = await start(models=[endless])
    first = await ask(running, {"seed": "abc "})
    so_far = text_so_far(visible_message(first))
    more = await press(running, visible_message(first), "Continue")
    plain = GenerationRequest(so_far, random_seed=random_seed(more), length=LENGTH, first_line=True)
    written = trim_end(write_by_reference(endless, decode_as_advised(plain, endless)))
    assert text_so_far(visible_message(more)) == f"{so_far}{written}"


async def test_edit_shows_what_was_left_out_as_empty_and_leaves_it_out(start: Start) -> None:
    async with WireServer(people=["ana"]) as server:
        running = await start(server, models=[MODEL])
        first = await ask(running, {"seed": "Kevin "})
        shown = form_values(await press(running, visible_message(first), "Edit"))
        assert (shown["top_n"], shown["length"]) == ("", "")
        edited = await submit_edit_form(running, visible_message(first), {"seed": "Ana "})
        assert text_so_far(visible_message(edited)) == f"Ana {chosen('Ana ', random_seed(edited))}"


async def test_a_length_that_is_named_goes_on_past_the_item(start: Start) -> None:
    running = await start(models=[MODEL])
    reply = await ask(running, {"seed": "Kevin ", "length": 200, "random_seed": 1})
    assert LINE_BREAK in text_so_far(visible_message(reply))


async def test_compare_shows_the_first_text_of_each_top_n(start: Start) -> None:
    running = await start(models=[MODEL])
    shown = read_comparison(await compare(running, {"seed": "Kevin ", "random_seed": 4})).texts
    expected = {f"top-n {n}": first_text(n) for n in TOP_NS} | {"all": first_text(len(MODEL.vocabulary))}
    assert {name: unescape(text) for name, text in shown.items()} == expected
    assert len(set(expected.values())) > 3


def first_text(top_n: int) -> str:
    """Return the text that `/compare` shows at a top-n."""
    request = GenerationRequest("Kevin ", top_n, length=COMPARE_LENGTH, random_seed=4, first_line=True)
    text, line_break, _ = write_by_reference(MODEL, request).partition(LINE_BREAK)
    return (text if line_break else trim_end(text)).strip()


@pytest.mark.parametrize(("top_n", "is_empty"), [("top-n 1", True), ("all", False)])
async def test_beside_an_item_of_a_comparison_continue_begins_the_next_one(
    start: Start, top_n: str, is_empty: bool
) -> None:
    running = await start(models=[MODEL])
    compared = await compare(running, {"seed": "Kevin ", "random_seed": 4})
    text = read_comparison(compared).texts[top_n]
    assert (text == "") is is_empty
    so_far = f"Kevin {plain(text)}{LINE_BREAK}"
    picked = visible_message(await pick(running, compared, top_n))
    assert text_so_far(picked).startswith(so_far)
    assert LINE_BREAK not in text_so_far(picked).removeprefix(so_far)


@pytest.mark.parametrize("count", [2, 3])
async def test_several_are_the_best_drafts_and_different(start: Start, count: int) -> None:
    running = await start(models=[MODEL])
    reply = await ask(running, {"seed": "Kevin ", "count": count, "random_seed": 5})
    seed, *items = text_so_far(visible_message(reply)).splitlines()
    best = choose_drafts("Kevin ", 5, count)
    expected = [f"{number}. {' '.join(text.split()) or '…'}" for number, text in enumerate(best, 1)]
    assert (seed, items) == ("Kevin ", expected)
    assert len(set(items)) == count
