"""The one counter: every order, whatever it came by, is counted, queued, waited for and answered here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import discord

from bot.chat.asking import Order
from bot.chat.client import Charla
from bot.chat.errors import RefusalError
from bot.chat.rendering import Rendered, render, shown_texts
from bot.chat.reply import Reply
from bot.chat.rules import rules_of
from bot.generation.decode import next_random_seed
from bot.generation.request import GenerationResult
from bot.generation.scheduler import GenerationError, Ticket

MAX_DRAWS = 4
"""How often a text is sampled, at the most, until it has no word that is refused."""
FORBIDDEN_TEXT = "Whatever I wrote had a word that I do not write. Please try another seed."

LayOut = Callable[[Sequence[Order], Sequence[GenerationResult], bool], Rendered]
"""Makes one message of the results of orders; links can be clicked where the last argument says so."""


def one_text(orders: Sequence[Order], results: Sequence[GenerationResult], keep_links: bool) -> Rendered:
    """The message that answers a single order."""
    (order,), (result,) = orders, results
    return render(result, order.typed_seed, order.requester, keep_links=keep_links)


async def answer(interaction: discord.Interaction[Charla], orders: Sequence[Order], lay_out: LayOut = one_text) -> None:
    """Have the orders' texts written, and answer the interaction with all of them in one message.

    Args:
        interaction: whose answer it is.
        orders: what to write; each takes a turn of its own in the queue, and counts for the rates.
        lay_out: makes the message of the results.

    Raises:
        RateLimitedError: its user or its server asked too often.
        RefusalError: all that the model wrote had words that are refused.
        GenerationError: why there is no text.
        discord.HTTPException: Discord did not take the answer.
    """
    bot, reply = interaction.client, Reply.of(interaction)
    bot.limiter.check(interaction, len(orders))
    # Accepted before it is deferred: a full queue can still refuse in private.
    tickets = accepted(interaction, orders, bot.settings.request_timeout)
    try:
        await reply.defer(private=orders[0].private)
        results = await sayable(interaction, orders, tickets)
    except BaseException:
        for ticket in tickets:
            bot.pool.cancel(ticket)  # nobody waits for the text any more
        raise
    # What may be shown is decided when it is shown; what may be asked was decided when it was asked.
    await reply.finish(lay_out(orders, results, (await rules_of(interaction)).keep_links))


async def sayable(
    interaction: discord.Interaction[Charla], orders: Sequence[Order], tickets: list[Ticket]
) -> list[GenerationResult]:
    """The tickets' results, awaited, without words that are refused where the interaction comes from.

    If one has such a word, all are sampled again, with the random seed that follows, a few times at the most; the
    tickets for that are added to `tickets`.

    Raises:
        RefusalError: none of a few texts may be said.
        GenerationError: why there is none.
    """
    bot = interaction.client
    results = await bot.waiting.results(interaction, tickets)
    for _ in range(1, MAX_DRAWS):
        refused = await unsayable(interaction, orders, results)
        if not refused:
            return results
        if any(orders[place].request.top_n == 1 for place in refused):
            raise RefusalError(FORBIDDEN_TEXT)  # always the likeliest: it would be the same again
        # All of them: what stands in one message has one random seed.
        orders = [redrawn(order) for order in orders]
        again = accepted(interaction, orders, tickets[0].deadline - time.monotonic())
        tickets.extend(again)
        results = await bot.waiting.results(interaction, again)
    if await unsayable(interaction, orders, results):
        raise RefusalError(FORBIDDEN_TEXT)
    return results


async def unsayable(
    interaction: discord.Interaction[Charla], orders: Sequence[Order], results: Sequence[GenerationResult]
) -> list[int]:
    """The places of those results that have a word which is refused, in the seed, the text, or where the two meet."""
    if not (await rules_of(interaction)).filtered:
        return []
    words = interaction.client.words
    shown = [
        [f"{order.typed_seed}{text}" for text in shown_texts(result)]
        for order, result in zip(orders, results, strict=True)
    ]
    # In a thread: ten texts of 2,000 characters take a while.
    return await asyncio.to_thread(lambda: [place for place, texts in enumerate(shown) if any(map(words.finds, texts))])


def redrawn(order: Order) -> Order:
    """The order for another text."""
    return replace(order, request=replace(order.request, random_seed=next_random_seed(order.request.random_seed)))


def accepted(interaction: discord.Interaction[Charla], orders: Sequence[Order], timeout: float) -> list[Ticket]:
    """Have the pool accept all of the orders, or none.

    Args:
        interaction: who asks.
        orders: what to write.
        timeout: seconds from now until all must be finished.

    Raises:
        GenerationError: it takes no more.
    """
    bot = interaction.client
    tickets: list[Ticket] = []
    try:
        tickets.extend(bot.pool.submit(order.request, order.model, interaction.user.id, timeout) for order in orders)
    except GenerationError:
        for ticket in tickets:
            bot.pool.cancel(ticket)
        raise
    return tickets
