"""*Continue this*, `/compare` and `/about`, over the wire."""

from __future__ import annotations

import asyncio
import importlib.metadata
import re
from dataclasses import replace

import pytest

from bot import __version__
from bot.chat.markup import escape, plain, unescape, unguard
from bot.chat.trim import trim_end
from bot.generation.card import Corpus
from bot.generation.request import GenerationRequest
from bot.generation.scheduler import Ticket
from bot.limits import MAX_SEED
from cogs.about import LINE_LIMIT, describe_model
from playground.wire.exchange import Exchange, InteractionState
from playground.wire.records import Message
from tests.support.comparisons import compare, labels, read_comparison
from tests.support.gate import Gate
from tests.support.press_buttons import ask_for_file, press
from tests.support.random_models import random_model
from tests.support.reference_texts import write_by_reference
from tests.support.replies import ask, button_labels, description, expected_text, footer, random_seed, visible_message
from tests.support.running_bot import Running, Start
from tests.support.waiting import wait_until


async def continued(running: Running, message: Message, user: str | None = None) -> Exchange:
    exchange = await running.server.message_command("Continue this", message, user=user)
    await exchange.settled()
    return exchange


@pytest.mark.parametrize("where", ["guild", "dm", "user-install", "elsewhere"])
async def test_anybodys_message_can_be_continued(start: Start, where: str) -> None:
    running = await start()
    message = running.server.say("  It *was* a “dark” night\nand", user="ben", where=where)  # type: ignore[arg-type]
    reply = await continued(running, message)
    request = GenerationRequest('  It *was* a "dark" night\nand', top_n=4, random_seed=random_seed(reply))
    assert unguard(description(reply)) == expected_text(request, message.content)
    assert button_labels(visible_message(reply)) == ["Again", "Continue", "Edit", "Delete"]
    assert not reply.private


async def test_of_a_long_message_the_end_is_continued(start: Start) -> None:
    running = await start()
    message = running.server.say("word " * 800 + "end")
    reply = await continued(running, message)
    text = (visible_message(reply).files[0].text if visible_message(reply).files else plain(description(reply)))[
        :MAX_SEED
    ]
    assert text == message.content[-MAX_SEED:]


async def test_mentions_are_read_as_people_see_them_and_ping_nobody(start: Start) -> None:
    running = await start()
    channel = running.server.guilds[0].channel_id
    reply = await continued(running, running.server.say(f"@everyone come to <#{channel}> now"))
    assert plain(description(reply)).replace("\u200b", "").startswith("@everyone come to #general now")
    assert visible_message(reply).content == ""


async def test_our_own_reply_is_continued_as_it_was_written(start: Start) -> None:
    running = await start(models=[random_model(), random_model("other", weights_seed=1)])
    first = await ask(running, {"seed": "It was", "top_n": 9, "length": 50, "model": "other"})
    reply = await continued(running, visible_message(first), "ben")
    assert footer(reply).startswith("other · top-n 9 · ")
    assert plain(description(reply)).startswith(plain(description(first)))
    assert visible_message(reply).components[0]["components"][0]["custom_id"].endswith(":50:1")


async def test_our_own_file_is_continued_from_its_end_and_a_list_as_it_stands(start: Start) -> None:
    running = await start()
    long = await ask_for_file(running)
    reply = await continued(running, visible_message(long))
    seed = visible_message(long).files[0].text.removesuffix("\n")[-MAX_SEED:]
    whole = visible_message(reply).files[0].text if visible_message(reply).files else plain(description(reply))
    assert whole.startswith(seed)
    several = await ask(running, {"seed": "It was", "count": 2, "length": 20})
    assert plain(description(await continued(running, visible_message(several)))).startswith("It was\n1. ")


async def test_a_private_reply_of_ours_is_continued_in_private(start: Start) -> None:
    running = await start()
    assert (await continued(running, visible_message(await ask(running, {"seed": "It was", "private": True})))).private


async def test_a_comparison_shows_one_random_seed_at_every_top_n(start: Start) -> None:
    running = await start()
    exchange = await compare(running, {"seed": "It *was*", "length": 40, "random_seed": 7}, user="ana")
    shown = read_comparison(exchange)
    assert shown.seed == "**It \\*was\\***"
    assert list(shown.texts) == ["top-n 1", "top-n 2", "top-n 3", "top-n 5", "top-n 10", "all"]
    for top_n, text in zip((1, 2, 3, 5, 10, 98), shown.texts.values(), strict=True):
        request = GenerationRequest("It *was*", top_n=top_n, length=40, random_seed=7)
        assert unguard(text) == escape(trim_end(write_by_reference(random_model(), request)))
    assert re.fullmatch(r"-# tiny · random seed 7 · \d+\.\d\d s · numpy", shown.small_print)
    assert labels(visible_message(exchange)) == ["Continue"] * 6 + ["Again", "Delete"]
    assert (await press(running, visible_message(exchange), "Delete", "ben")).private
    pressed = await running.server.press_label(visible_message(exchange), "Delete", user="ana")
    await pressed.until(lambda e: e.state is InteractionState.DELETED)


@pytest.mark.parametrize("where", ["dm", "user-install", "elsewhere"])
async def test_a_comparison_works_wherever_it_is_installed(start: Start, where: str) -> None:
    running = await start()
    exchange = await compare(running, where=where)
    assert len(read_comparison(exchange).texts) == 6
    continued = await press(running, visible_message(exchange), "Continue")
    assert description(continued).startswith("**It was")


async def test_the_longest_comparison_fits_a_message(start: Start) -> None:
    running = await start()
    exchange = await compare(running, {"seed": "*" * 500, "length": 300})
    assert len(read_comparison(exchange).texts) == 6


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"length": 301}, "length 301: allowed are 1 to 300"),
        ({"seed": "x" * 501}, "A seed of 501 characters"),
        ({"model": "unknown"}, "there is no model 'unknown'"),
    ],
)
async def test_a_wrong_comparison_is_refused_in_private(
    start: Start, options: dict[str, object], complaint: str
) -> None:
    running = await start()
    refused = await running.server.slash("compare", options)
    await refused.settled()
    assert refused.private
    assert complaint in refused.text


async def test_a_comparison_counts_as_all_its_texts_and_takes_turns(start: Start) -> None:
    running = await start(make_copy=Gate, workers=1, rate_limit_user=7, rate_limit_seconds=60)
    comparison = await running.server.slash("compare", {"seed": "It was"}, user="ana")
    assert await asyncio.to_thread(Gate.reached.wait, 5)
    bens = await running.server.slash("generate", {"seed": "It was"}, user="ben")
    await bens.acknowledgement()

    def of_ben() -> list[Ticket]:
        return [t for t in running.bot.pool._open if t.user == running.server.people["ben"].id]

    await wait_until(of_ben)  # it is acknowledged first, then submitted
    (ben,) = of_ben()
    assert running.bot.pool.ahead(ben) == 1  # one of ana's five, and the next is ben's
    refused = await running.server.slash("compare", {"seed": "It was"}, user="ana")
    await refused.settled()
    assert refused.private
    assert "Please wait" in refused.text
    Gate.opened.set()
    await comparison.settled()
    assert not (await ask(running, {"seed": "It was"}, user="ana")).private
    assert (await ask(running, {"seed": "It was"}, user="ana")).private


async def test_a_comparison_that_does_not_fit_the_queue_leaves_nothing_in_it(start: Start) -> None:
    running = await start(make_copy=Gate, workers=1, queue_size=4)
    refused = await running.server.slash("compare", {"seed": "It was"}, user="ana")
    await refused.settled()
    assert refused.private
    assert "requests are waiting already" in refused.text
    Gate.opened.set()
    assert description(await ask(running, {"seed": "It was"}, user="ben"))
    assert running.bot.pool.load == (0, 0)


async def test_about_says_who_writes_how_it_goes_and_how_to_invite(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In an image Charla is no package that is installed, and what only pip knows is not there.
    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: 1 / 0)
    running = await start(models=[random_model(f"model_{n}") for n in range(30)], rate_limit_user=1)
    for _ in range(2):  # it writes nothing, and counts for nothing
        exchange = await running.server.slash("about", user="ana", where="dm")
        await exchange.settled()
        assert exchange.private
    (embed,) = visible_message(exchange).embeds
    fields = {field["name"]: field["value"] for field in embed["fields"]}
    assert embed["title"] == f"Charla {__version__}"
    assert "random weights" in fields["model\\_0 (the default)"]
    assert "model\\_29" in fields["More models"]
    assert re.fullmatch(r"(\d+ ms to Discord|just connected) · 0 waiting, 0 being written · 2 workers", fields["Now"])
    assert "Nothing of what you type" in fields["What is stored"]
    assert "Messages that mention it" in fields["Which messages it reads"]
    assert f"client_id={running.server.bot.id}&scope=bot+applications.commands" in fields["Invite it"]
    assert "integration_type=1" in fields["Invite it"]


async def test_about_says_what_matters_of_a_model_whose_maker_says_a_lot(start: Start) -> None:
    model = random_model()
    corpus = Corpus(name="letters, " * 99, licence="with everybody's consent, " * 99, characters=12_345)
    card = model.card.model_copy(update={"description": "wordy " * 99, "corpus": corpus})
    running = await start(models=[replace(model, card=card)])
    exchange = await running.server.slash("about")
    await exchange.settled()
    said = visible_message(exchange).embeds[0]["fields"][0]["value"]
    assert "wordy wordy" in said
    assert re.search(r"learned from letters, .*…, 12,345 characters$", said, re.MULTILINE)
    assert "it knows 97 characters" in said
    assert re.search(r"licence\\: with everybody.*…$", said)


def test_of_a_model_a_line_that_it_writes_is_shown_after_what_it_is() -> None:
    card = random_model().card
    use = card.use.model_copy(update={"example": f"Cats *may* be {'very ' * 99}", "min_p": 0.1, "drafts": 10})
    described = describe_model(replace(random_model(), card=card.model_copy(update={"use": use})))
    assert "Cats \\*may\\*" in described
    what, line, *_, suits = unescape(described).splitlines()
    assert what == "random weights (tiny)"
    assert re.fullmatch(r"“Cats \*may\* be very .*…”", line)
    assert len(line) == LINE_LIMIT + 2
    assert suits.startswith("min-p 0.1, best of 10 suits it")
