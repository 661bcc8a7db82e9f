"""The form behind Edit as people fill it in, over the wire: what was typed is never lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.chat.markup import unescape
from bot.chat.suggestions import CHOICE_LIMIT, LEFT_OUT
from bot.generation.card import Use
from playground.wire.exchange import Exchange
from tests.support.press_buttons import press, submit_edit_form
from tests.support.random_models import random_model
from tests.support.replies import (
    ask,
    button_labels,
    count_texts_sent,
    description,
    footer,
    form_values,
    visible_message,
)
from tests.support.running_bot import Start

ORIGINAL = r"/messages/@original$"
FOLLOW_UP = r"^/webhooks/\d+/[^/]+$"


def fields_of(form: Exchange) -> dict[str, Any]:
    assert form.modal
    return {part["component"]["custom_id"]: part["component"] for part in form.modal["components"]}


async def test_edit_shows_what_was_asked_and_answers_what_was_made_of_it(start: Start) -> None:
    running = await start(models=[random_model(), random_model("other", weights_seed=1)])
    first = await ask(running, {"seed": " 1. It\\was", "top_n": 4, "length": 40, "model": "other"})
    form = await press(running, visible_message(first), "Edit", "ben")
    chosen = {"model": "other", "private": False}
    assert form_values(form) == {"seed": " 1. It\\was", "top_n": "4", "length": "40"} | chosen
    answered = await running.server.submit_modal(form, {"seed": "Once\nupon", "top_n": " 9 ", "length": "30"})
    await answered.settled()
    assert description(answered).startswith("**Once\nupon**")
    assert footer(answered).startswith("other · top-n 9 · ")
    assert visible_message(answered).replies_to == visible_message(first).id
    assert visible_message(answered).components[0]["components"][0]["custom_id"] == "charla:1:again:9:30:1"
    assert visible_message(first).edited_at is None
    assert description(first).startswith("\u200b **1")


async def test_model_top_n_and_audience_are_chosen_in_the_form(start: Start) -> None:
    running = await start(models=[random_model(), random_model("other", weights_seed=1)])
    first = visible_message(await ask(running, {"seed": "It was", "length": 40, "top_n": 3}))
    form = await press(running, first, "Edit")
    fields = fields_of(form)
    assert list(fields) == ["seed", "model", "top_n", "length", "private"]
    assert [option["value"] for option in fields["model"]["options"]] == ["tiny", "other"]
    assert [option["label"] for option in fields["top_n"]["options"]] == [
        "As the voice's card advises", "1", "2", "3", "5", "10", "20", "50",
    ]  # fmt: skip
    assert form_values(form)["top_n"] == "3"
    sent = await running.server.submit_modal(form, {"model": "other", "top_n": "20", "private": True})
    await sent.settled()
    assert sent.private
    assert footer(sent).startswith("other · top-n 20 · ")
    advised = await submit_edit_form(running, visible_message(sent), {"top_n": LEFT_OUT, "private": False})
    assert not advised.private
    assert footer(advised).startswith("other · top-n 4 · ")  # what that model's card advises


async def test_what_was_chosen_in_a_form_is_kept_with_a_refusal_too(start: Start) -> None:
    running = await start(models=[random_model(), random_model("other", weights_seed=1)])
    first = visible_message(await ask(running, {"seed": "It was", "count": 2, "length": 40}))
    chosen: dict[str, str | bool] = {"model": "other", "top_n": "20", "private": True}
    refused = visible_message(await submit_edit_form(running, first, chosen | {"length": "many"}))
    form = await press(running, refused, "Edit")
    assert form_values(form) == {"seed": "It was", "length": "many"} | chosen
    mended = await submit_edit_form(running, refused, {"length": "30"})
    assert mended.private
    assert footer(mended).startswith("other · top-n 20 · ")
    assert len(description(mended).split("\n")) == 3


async def test_of_many_models_the_form_offers_the_one_in_force_and_the_most_useful(start: Start) -> None:
    models = [random_model(f"model_{n}") for n in range(40)]
    told = models[39].card.model_copy(update={"use": Use(example="A line\nof its own.")})
    models[39] = replace(models[39], card=told)
    running = await start(models=models, default_model="model_30")
    reply = visible_message(await ask(running, {"seed": "It was", "model": "model_38", "length": 20}))
    form = await press(running, reply, "Edit")
    options = fields_of(form)["model"]["options"]
    assert [option["value"] for option in options] == [
        "model_38", "model_30", "model_39", *(f"model_{n}" for n in range(22)),
    ]  # fmt: skip
    assert options[2]["description"] == "A line of its own."
    assert form_values(form)["model"] == "model_38"


async def test_a_model_whose_name_no_option_can_hold_writes_on_until_another_is_chosen(start: Start) -> None:
    name = "n" * (CHOICE_LIMIT + 50)
    running = await start(models=[random_model(), random_model(name)])
    first = visible_message(await ask(running, {"seed": "It was", "length": 40, "model": name}))
    assert footer(await submit_edit_form(running, first, {"seed": "Once"})).startswith(f"{name} · ")
    assert footer(await submit_edit_form(running, first, {"model": "tiny"})).startswith("tiny · ")


async def test_a_model_that_is_gone_stays_chosen_until_another_is(start: Start) -> None:
    running = await start(models=[random_model(), random_model("other", weights_seed=1)])
    reply = visible_message(await ask(running, {"seed": "It was", "model": "other", "length": 20}))
    await running.stop()
    running = await start(running.server, default_top_n=7)
    form = await press(running, reply, "Edit")
    assert [option["value"] for option in fields_of(form)["model"]["options"]] == ["other", "tiny"]
    assert fields_of(form)["top_n"]["options"][0]["label"] == "As usual here: top-n 7"
    refused = await submit_edit_form(running, reply, {})
    assert "there is no model 'other'" in unescape(refused.text)
    mended = await submit_edit_form(running, visible_message(refused), {"model": "tiny", "top_n": LEFT_OUT})
    assert footer(mended).startswith("tiny · top-n 7 · ")


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"top_n": "many"}, "top-n 'many': allowed are whole numbers of 1 or more"),
        ({"top_n": "0"}, "top-n 0: allowed are"),
        ({"top_n": "9" * 17}, "allowed are whole numbers of 1 or more"),
        ({"length": "-5"}, "length '-5': allowed are whole numbers of 1 or more"),
        ({"length": "2001"}, "length 2001: allowed are 1 to 2000"),
        ({"seed": ""}, "A seed of 0 characters: allowed are 1 to 2000"),
        ({"seed": "x" * 2001}, "A seed of 2,001 characters: allowed are 1 to 2000"),
        ({"seed": "☃"}, "tiny knows none of the characters"),
    ],
)
async def test_a_wrong_value_in_a_form_is_refused_in_private_and_what_was_typed_is_kept(
    start: Start, values: dict[str, str], complaint: str
) -> None:
    running = await start(models=[random_model(), random_model("other", weights_seed=1)])
    reply = await ask(running, {"seed": "It was", "model": "other", "length": 50})
    typed = {"seed": " *Once*\n```upon``` @everyone ", "top_n": "7", "length": "30"} | values
    refused = await submit_edit_form(running, visible_message(reply), typed)
    assert refused.private
    assert complaint.replace("tiny", "other") in unescape(visible_message(refused).content)
    assert count_texts_sent(running) == 1
    again = await press(running, visible_message(refused), "Edit")
    assert form_values(again) == typed | {"top_n": typed["top_n"][:16], "model": "other", "private": False}
    mended = await running.server.submit_modal(again, {"seed": "Once", "top_n": "9", "length": "40"})
    await mended.settled()
    assert not mended.private
    assert description(mended).startswith("**Once**")
    assert footer(mended).startswith("other · top-n 9 · ")
    assert button_labels(visible_message(mended)) == button_labels(visible_message(reply))


async def test_a_form_can_be_wrong_again_and_again_and_after_a_restart(start: Start) -> None:
    running = await start()
    reply = await ask(running, {"seed": "It was", "count": 3, "length": 20, "private": True})
    refused = await submit_edit_form(running, visible_message(reply), {"seed": "x" * 4000, "top_n": ""})
    await running.stop()
    running = await start(running.server)
    refused = await submit_edit_form(running, visible_message(refused), {"top_n": "many"})
    refused = await submit_edit_form(running, visible_message(refused), {"top_n": "3"})
    assert "A seed of 4,000 characters" in unescape(refused.text)
    mended = await submit_edit_form(running, visible_message(refused), {"seed": "Once"})
    assert mended.private
    assert len(description(mended).split("\n")) == 4


@pytest.mark.parametrize("where", ["dm", "user-install", "elsewhere"])
async def test_what_was_typed_is_kept_wherever_it_was(start: Start, where: str) -> None:
    running = await start()
    reply = await ask(running, {"seed": "It was"}, where=where)
    refused = await submit_edit_form(running, visible_message(reply), {"seed": "Once", "length": "0"})
    assert refused.private
    mended = await submit_edit_form(running, visible_message(refused), {"length": "9"})
    assert description(mended).startswith("**Once**")


async def test_what_was_typed_is_kept_whatever_there_is_instead_of_a_text(start: Start) -> None:
    running = await start(rate_limit_user=3, rate_limit_seconds=60)
    reply = await ask(running, {"seed": "It was"}, user="ana")
    refused = [await submit_edit_form(running, visible_message(reply), {"seed": "A kike"}, "ana")]
    running.server.faults.add("PATCH", ORIGINAL, status=403, body={"code": 50013, "message": "Missing"})
    refused.append(await submit_edit_form(running, visible_message(reply), {"seed": "Once *", "length": "8"}, "ana"))
    await refused[1].settled()
    refused.append(await submit_edit_form(running, visible_message(reply), {"seed": "Twice"}, "ana"))
    form = await press(running, visible_message(reply), "Edit", "ben")
    running.bot.stopping = True
    refused.append(await running.server.submit_modal(form, {"seed": "Thrice"}))
    await refused[-1].settled()
    running.bot.stopping = False
    for exchange, complaint, seed in zip(
        refused, ("a word that I do not write", "does not let me", "Please wait", "restarting"),
        ("A kike", "Once *", "Twice", "Thrice"), strict=True,
    ):  # fmt: skip
        assert exchange.private
        assert complaint in unescape(exchange.text)
        form = await press(running, exchange.shown[0], "Edit", exchange.user.name)
        assert form_values(form)["seed"] == seed


async def test_where_nothing_else_can_be_sent_the_deferred_reply_says_so_with_what_was_typed(start: Start) -> None:
    running = await start()
    reply = await ask(running, {"seed": "It was"})
    for method, route in (("PATCH", ORIGINAL), ("POST", FOLLOW_UP)):
        running.server.faults.add(method, route, status=403, body={"code": 50013, "message": "Missing"})
    refused = await submit_edit_form(running, visible_message(reply), {"seed": "Once"})
    assert "Discord does not let me do this here" in visible_message(refused).content
    assert button_labels(visible_message(refused)) == ["Edit"]
    assert description(await submit_edit_form(running, visible_message(refused), {})).startswith("**Once**")


async def test_a_form_whose_message_is_gone_says_so_and_hands_back_what_was_typed(start: Start) -> None:
    running = await start()
    reply = await ask(running, {"seed": "It was"})
    form = await press(running, visible_message(reply), "Edit")
    visible_message(reply).embeds = []
    refused = await running.server.submit_modal(form, {"seed": "Once *", "top_n": "7"})
    await refused.settled()
    form.source = None
    gone = await running.server.submit_modal(form, {"seed": "Once *", "top_n": "7"})
    await gone.settled()
    for exchange, complaint in ((refused, "cannot be read"), (gone, "is gone")):
        assert exchange.private
        assert complaint in exchange.text
        assert description(exchange) == "```\nOnce *\n```"
        assert visible_message(exchange).components == []
    assert count_texts_sent(running) == 1


async def test_a_link_in_what_is_handed_back_unfurls_nowhere(start: Start) -> None:
    running = await start()
    refused = await submit_edit_form(
        running, visible_message(await ask(running, {"seed": "It was"})), {"top_n": "https://a.b/c"}
    )
    assert "https\\://" in visible_message(refused).content
    assert "https://" not in visible_message(refused).content


@pytest.mark.parametrize(
    "data", [{"custom_id": "charla:9:edit:1:2:3", "components": []}, {"custom_id": "x", "components": []}]
)
async def test_a_form_of_another_version_is_refused_in_private(start: Start, data: dict[str, Any]) -> None:
    running = await start()
    reply = await ask(running, {"seed": "It was"})
    form = await press(running, visible_message(reply), "Edit")
    form.modal = data
    refused = await running.server.submit_modal(form, {})
    await refused.settled()
    assert refused.private
    assert "not one of this version's" in refused.text
    assert count_texts_sent(running) == 1
