"""The one counter: every order, whatever it came by, is counted, queued, waited for and answered here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

import discord

from bot.chat.asking import Order
from bot.chat.client import Charla
from bot.chat.rendering import Rendered, render
from bot.chat.reply import Reply
from bot.generation.pool import DeadlineError, GenerationError, Ticket
from bot.generation.request import GenerationResult

HUNG_SECONDS = 5.0

LayOut = Callable[[Sequence[Order], Sequence[GenerationResult]], Rendered]
"""Makes one message of the results of orders."""


def one_text(orders: Sequence[Order], results: Sequence[GenerationResult]) -> Rendered:
    """The message that answers a single order."""
    (order,), (result,) = orders, results
    return render(result, order.typed_seed)


async def answer(interaction: discord.Interaction[Charla], orders: Sequence[Order], lay_out: LayOut = one_text) -> None:
    """Have the orders' texts written, and answer the interaction with all of them in one message.

    Args:
        interaction: whose answer it is.
        orders: what to write; each takes a turn of its own in the queue, and counts for the rates.
        lay_out: makes the message of the results.

    Raises:
        RateLimitedError: its user or its server asked too often.
        GenerationError: why there is no text.
        discord.HTTPException: Discord did not take the answer.
    """
    bot, reply = interaction.client, Reply.of(interaction)
    bot.limiter.check(interaction)
    # Accepted before it is deferred: a full queue can still refuse in private.
    tickets = accepted(interaction, orders)
    try:
        await reply.defer(private=orders[0].private)
        results = await asyncio.gather(*map(finished, tickets))
    except BaseException:
        for ticket in tickets:
            bot.pool.cancel(ticket)  # nobody waits for the text any more
        raise
    await reply.finish(lay_out(orders, results))


def accepted(interaction: discord.Interaction[Charla], orders: Sequence[Order]) -> list[Ticket]:
    """Have the pool accept all of the orders, or none.

    Raises:
        GenerationError: it takes no more.
    """
    bot = interaction.client
    tickets: list[Ticket] = []
    try:
        tickets.extend(
            bot.pool.submit(order.request, order.model, interaction.user.id, bot.settings.request_timeout)
            for order in orders
        )
    except GenerationError:
        for ticket in tickets:
            bot.pool.cancel(ticket)
        raise
    return tickets


async def finished(ticket: Ticket) -> GenerationResult:
    """The ticket's result, awaited.

    Raises:
        GenerationError: why there is none.
    """
    left = ticket.deadline - time.monotonic()
    try:
        # The workers keep the deadline; should one ever hang, nobody shall hang with it.
        return await asyncio.wait_for(asyncio.wrap_future(ticket.result), left + HUNG_SECONDS)
    except TimeoutError:
        raise DeadlineError("No worker finished this in time. Please try again.") from None
