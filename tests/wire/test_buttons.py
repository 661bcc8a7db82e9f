"""The buttons under a reply as people press them, over the wire."""

from __future__ import annotations

import asyncio
import re

import pytest

from bot.chat.markup import unguard
from bot.generation.request import GenerationRequest
from bot.limits import MAX_SEED
from playground.wire.exchange import Exchange, InteractionState
from playground.wire.records import Guild
from playground.wire.server import WireServer
from tests.support.press_buttons import ask_for_file, press, submit_edit_form
from tests.support.random_models import random_model
from tests.support.replies import (
    ask,
    button_labels,
    count_texts_sent,
    description,
    expected_text,
    random_seed,
    text_so_far,
    visible_message,
)
from tests.support.running_bot import Running, Start
from tests.support.waiting import wait_until

ORIGINAL = r"/messages/@original$"


async def test_again_is_a_new_reply_to_the_message_with_another_random_seed(start: Start) -> None:
    running = await start()
    first = await ask(running, {"seed": "It *was* ", "top_n": 7, "length": 90, "random_seed": 5}, user="ana")
    assert button_labels(visible_message(first)) == ["Again", "Continue", "Edit", "Delete"]
    again = await press(running, visible_message(first), "Again", "ben")
    assert visible_message(again).replies_to == visible_message(first).id
    assert again.deferred
    request = GenerationRequest("It *was* ", top_n=7, length=90, random_seed=random_seed(again))
    assert request.random_seed != 5
    assert unguard(description(again)) == expected_text(request, "It *was* ")
    assert button_labels(visible_message(again)) == button_labels(visible_message(first))
    assert not again.private


async def test_continue_writes_on_from_the_text_so_far(start: Start) -> None:
    running = await start()
    reply = await ask(running, {"seed": "“It” was ", "top_n": 5, "length": 300})
    so_far = ""
    while len(so_far) < MAX_SEED:
        so_far = text_so_far(visible_message(reply))[-MAX_SEED:]
        reply = await press(running, visible_message(reply), "Continue")
        request = GenerationRequest(
            random_model().vocabulary.fold(so_far), top_n=5, length=300, random_seed=random_seed(reply)
        )
        assert unguard(description(reply)) == expected_text(request, so_far)


@pytest.mark.parametrize("where", ["guild", "dm", "user-install", "elsewhere"])
async def test_delete_takes_the_message_away_for_its_requester_wherever_it_is(start: Start, where: str) -> None:
    running = await start()
    for private in (False, True):
        reply = await ask(running, {"seed": "It was", "private": private}, user="ana", where=where)
        pressed = await running.server.press_label(visible_message(reply), "Delete", user="ana")
        await pressed.until(lambda e: e.state is InteractionState.DELETED)
        assert reply.message
        assert reply.message.deleted
        assert pressed.followups == []


async def test_a_stranger_gets_a_private_word_and_a_moderator_may_delete(start: Start) -> None:
    async with WireServer(people=["ana", "ben", "eve"], moderators=["eve"]) as server:
        running = await start(server)
        reply = await ask(running, {"seed": "It was"}, user="ana")
        refused = await press(running, visible_message(reply), "Delete", "ben")
        assert refused.private
        assert "Only the person who asked" in refused.text
        assert visible_message(reply)
        again = await press(running, visible_message(reply), "Again", "ben")
        assert (await press(running, visible_message(again), "Delete", "ana")).private  # it is ben's
        for exchange in (reply, again):
            pressed = await running.server.press_label(visible_message(exchange), "Delete", user="eve")
            await pressed.until(lambda e: e.state is InteractionState.DELETED)
        await running.stop()


async def test_ten_texts_can_be_written_anew_and_not_continued(start: Start) -> None:
    running = await start()
    first = await ask(running, {"seed": "It was\t", "count": 10, "length": 20})
    assert button_labels(visible_message(first)) == ["Again", "Edit", "Delete"]
    again = await press(running, visible_message(first), "Again")
    assert len(description(again).split("\n")) == 11
    assert description(again).startswith("**It was**")
    edited = await submit_edit_form(running, visible_message(first), {"seed": "Once"})
    assert len(description(edited).split("\n")) == 11


async def test_a_private_reply_begets_private_ones(start: Start) -> None:
    running = await start()
    reply = await ask(running, {"seed": "It was", "private": True})
    assert (await press(running, visible_message(reply), "Again")).private
    assert (await press(running, visible_message(reply), "Continue")).private
    assert (await submit_edit_form(running, visible_message(reply), {})).private


async def test_a_reply_that_came_as_a_file_goes_on_from_its_end(start: Start) -> None:
    running = await start()
    reply = await ask_for_file(running)
    (file,) = visible_message(reply).files
    so_far = file.text.removesuffix("\n")
    assert so_far.startswith("*" * 1990 + " It was ")
    continued = await press(running, visible_message(reply), "Continue")
    seed = so_far[-MAX_SEED:]
    request = GenerationRequest(seed, top_n=98, length=2000, random_seed=random_seed(continued))
    message = visible_message(continued)
    whole = message.files[0].text.removesuffix("\n") if message.files else text_so_far(message)
    assert whole == re.sub(r"\\(.)|\*\*", r"\1", expected_text(request, seed))
    again = await press(running, visible_message(reply), "Again")
    (other,) = visible_message(again).files
    assert other.text.startswith("*" * 1990 + " It was ")


async def test_a_file_that_is_gone_or_no_text_of_ours_is_a_private_word(start: Start) -> None:
    running = await start()
    reply = await ask_for_file(running)
    running.server.faults.add("POST", r"/callback$", delay=0.1)
    pressed = await running.server.press_label(visible_message(reply), "Continue")
    (file,) = visible_message(reply).files
    visible_message(reply).deleted = True
    await pressed.settled()
    assert pressed.private
    assert "cannot be had" in pressed.text
    other = await ask_for_file(running)
    visible_message(other).files[0] = type(file)("charla.txt", b"x" * 70_000)
    refused = await press(running, visible_message(other), "Continue")
    assert refused.private
    assert "cannot be read" in refused.text


async def test_buttons_and_forms_work_after_a_restart_and_on_another_shard(start: Start) -> None:
    async with WireServer(people=["ana", "ben"], guilds=2, shards=2) as server:
        running = await start(server)
        reply = await ask(running, {"seed": "It was", "random_seed": 3}, user="ana")
        form = await press(running, visible_message(reply), "Edit", "ana")
        await running.stop()
        running = await start(server)
        assert description(await press(running, visible_message(reply), "Again", "ben")).startswith("**It was**")
        assert description(await press(running, visible_message(reply), "Continue", "ben")).startswith("**It was")
        submitted = await server.submit_modal(form, {"seed": "Once"})
        await submitted.settled()
        assert description(submitted).startswith("**Once**")
        pressed = await server.press_label(visible_message(reply), "Delete", user="ana")
        await pressed.until(lambda e: e.state is InteractionState.DELETED)
        await running.stop()


async def test_a_button_works_on_a_shard_that_its_message_never_knew(start: Start) -> None:
    guild = Guild("Server", id=1_000_000_001 << 22)  # the second one's of two shards
    async with WireServer(people=["ana"], guilds=[guild], shards=2) as server:
        running = await start(server)
        reply = await ask(running, {"seed": "It was"})
        await running.stop()
        server._gateway.shards = 1
        running = await start(server)
        assert [session.shard for session in server.sessions] == [0]
        assert description(await press(running, visible_message(reply), "Continue")).startswith("**It was")
        await running.stop()


@pytest.mark.parametrize("where", ["dm", "user-install", "elsewhere"])
async def test_every_button_works_wherever_its_message_is(start: Start, where: str) -> None:
    running = await start()
    reply = await ask(running, {"seed": "It was"}, where=where)
    assert description(await press(running, visible_message(reply), "Again")).startswith("**It was**")
    continued = await press(running, visible_message(reply), "Continue")
    assert description(continued).startswith("**It was")
    edited = await submit_edit_form(running, visible_message(continued), {"seed": "Once"})
    assert description(edited).startswith("**Once**")
    assert visible_message(edited).replies_to == visible_message(continued).id
    pressed = await running.server.press_label(visible_message(edited), "Delete")
    await pressed.until(lambda e: e.state is InteractionState.DELETED)


async def test_two_people_press_one_button_and_each_gets_a_text(start: Start) -> None:
    running = await start()
    reply = await ask(running, {"seed": "It was"})
    pressed = [await running.server.press_label(visible_message(reply), "Again", user=name) for name in ("ana", "ben")]
    await asyncio.gather(*(exchange.settled() for exchange in pressed))
    assert len({description(exchange) for exchange in pressed}) == 2
    assert button_labels(visible_message(reply))  # it is as it was


async def test_two_people_delete_one_message_and_neither_sees_an_error(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    async with WireServer(people=["ana", "eve"], moderators=["eve"]) as server:
        running = await start(server)
        reply = await ask(running, {"seed": "It was"}, user="ana")
        pressed = [await server.press_label(visible_message(reply), "Delete", user=name) for name in ("ana", "eve")]
        await wait_until(lambda: sum(r.method == "DELETE" for r in server.requests) == 2)
        await running.stop()
        assert reply.message
        assert reply.message.deleted
        assert [exchange.followups for exchange in pressed] == [[], []]
        assert not [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}]


async def test_a_press_on_a_message_that_is_gone_by_then_is_still_answered(start: Start) -> None:
    running = await start()
    reply = await ask(running, {"seed": "It was"})
    running.server.faults.add("POST", r"/callback$", delay=0.1)
    pressed = await running.server.press_label(visible_message(reply), "Again")
    visible_message(reply).deleted = True
    await pressed.settled()
    assert description(pressed).startswith("**It was**")


@pytest.mark.parametrize("forbidden", [(403, 50013), (403, 50001)])
async def test_missing_permissions_are_told_in_private(start: Start, forbidden: tuple[int, int]) -> None:
    running = await start()
    status, code = forbidden
    reply = await ask(running, {"seed": "It was"}, user="ana")
    for method, label in (("PATCH", "Again"), ("DELETE", "Delete")):
        running.server.faults.add(method, ORIGINAL, status=status, body={"code": code, "message": "Missing"})
        refused = await running.server.press_label(visible_message(reply), label, user="ana")
        await refused.settled()
        assert refused.followups[0].private
        assert "Discord does not let me do this here" in refused.text
    assert visible_message(reply)


@pytest.mark.parametrize(
    "custom_id",
    ["charla:0:again:6:280:1", "charla:2:again:6:280:1", "charla:1:again:6:280", "something", "charla:1:delete:x"],
)
async def test_an_outdated_button_is_refused_in_private(start: Start, custom_id: str) -> None:
    refused = await press_in_place_of_again(await start(), custom_id)
    assert "not one of this version's" in refused.text


async def press_in_place_of_again(running: Running, custom_id: str) -> Exchange:
    """Put another id under a reply in place of the first button's, press it, and check that it is refused."""
    reply = await ask(running, {"seed": "It was"})
    visible_message(reply).components[0]["components"][0]["custom_id"] = custom_id
    refused = await running.server.press(visible_message(reply), custom_id)
    await refused.settled()
    assert refused.private
    assert count_texts_sent(running) == 1
    return refused


async def test_a_forged_button_is_refused_in_private_and_nothing_is_run(start: Start) -> None:
    running = await start()
    reply = await ask(running, {"seed": "It was"}, user="ana")
    ben = running.server.people["ben"]
    for custom_id in (f"charla:1:delete:{ben.id}", "charla:1:again:6:2000:1", "charla:1:cancel:1"):
        refused = await running.server.press(visible_message(reply), custom_id, user="ben", forged=True)
        await refused.settled()
        assert refused.private
        assert "not one of this version's" in refused.text
    assert visible_message(reply)
    assert count_texts_sent(running) == 1


@pytest.mark.parametrize("custom_id", ["charla:1:again:100:280:1", "charla:1:continue:6:280:9", "charla:1:edit:0:1:1"])
async def test_a_button_that_does_not_fit_its_message_is_refused_in_private(start: Start, custom_id: str) -> None:
    await press_in_place_of_again(await start(), custom_id)


@pytest.mark.parametrize("label", ["Again", "Continue", "Edit"])
async def test_a_message_whose_embed_somebody_took_away_is_told(start: Start, label: str) -> None:
    running = await start()
    reply = await ask(running, {"seed": "It was"})
    visible_message(reply).embeds = []
    refused = await press(running, visible_message(reply), label)
    assert refused.private
    assert "cannot be read" in refused.text


async def test_a_button_of_a_model_that_is_gone_is_told(start: Start) -> None:
    running = await start(models=[random_model(), random_model("other")])
    reply = await ask(running, {"seed": "It was", "model": "other"})
    await running.stop()
    running = await start(running.server)
    refused = await press(running, visible_message(reply), "Again")
    assert refused.private
    assert "there is no model 'other'" in refused.text


async def test_buttons_and_forms_count_for_the_same_rate_as_commands(start: Start) -> None:
    running = await start(rate_limit_user=3, rate_limit_seconds=60)
    reply = await ask(running, {"seed": "It was"}, user="ana")
    assert not (await press(running, visible_message(reply), "Again", "ana")).private
    assert not (await submit_edit_form(running, visible_message(reply), {}, "ana")).private
    menu = await running.server.message_command("Continue this", visible_message(reply), user="ana")
    await menu.settled()
    for refused in (
        menu,
        await press(running, visible_message(reply), "Again", "ana"),
        await press(running, visible_message(reply), "Continue", "ana"),
        await submit_edit_form(running, visible_message(reply), {}, "ana"),
        await ask(running, {"seed": "It was"}, user="ana"),
    ):
        assert refused.private
        assert re.search(r"Please wait \d+ s", refused.text)
    assert not (await press(running, visible_message(reply), "Again", "ben")).private


async def test_a_servers_rate_is_shared_by_commands_and_buttons_and_spares_other_places(start: Start) -> None:
    running = await start(rate_limit_server=2, rate_limit_seconds=60)
    reply = await ask(running, {"seed": "It was"}, user="ana")
    assert not (await press(running, visible_message(reply), "Again", "ben")).private
    for refused in (await press(running, visible_message(reply), "Again", "eve"), await ask(running, user="eve")):
        assert refused.private
        assert re.search(r"This server may ask 2 times in 60 seconds. Please wait \d+ s", refused.text)
    assert not (await ask(running, user="eve", where="dm")).private


async def test_while_the_bot_leaves_buttons_are_refused_in_private(start: Start) -> None:
    running = await start()
    reply = await ask(running, {"seed": "It was"})
    running.bot.stopping = True
    refused = await press(running, visible_message(reply), "Again")
    running.bot.stopping = False
    assert refused.private
    assert "restarting" in refused.text
