"""Answer what a person asks for: check it, have it written, filter it, and put it in place of “thinking…”."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

import discord

from bot.chat.answer import Answer, Asking
from bot.chat.ask import Ask, make_request, read_options
from bot.chat.comparison import render_comparison
from bot.chat.components import Layout, Rendered
from bot.chat.fair_thread import FairThread
from bot.chat.limiter import Limiter
from bot.chat.policy import Policies, Policy
from bot.chat.progress import PendingReplies, ProgressTimes
from bot.chat.render import Render, render_text
from bot.chat.trim import trim_result
from bot.errors import GenerationError, RefusalError
from bot.generation.decode import next_random_seed
from bot.generation.model import Model
from bot.generation.request import GenerationRequest, GenerationResult
from bot.generation.scheduler import Ticket, WorkerPool
from bot.metrics import Metrics

T = TypeVar("T")

MAX_ATTEMPTS = 4
"""How often a text is sampled at most until it has no word that is refused."""
FORBIDDEN_TEXT = "Every text that I wrote had a word that I do not write. Please try another seed."


class Responder:
    """Answers interactions and messages with text.

    Args:
        policies: says what holds where a person asks.
        pool: writes.
        limiter: counts requests.
        timeout: seconds from a request to its text.
        times: when a reply says how long its text takes, and is acknowledged.
        metrics: where texts are counted.
    """

    def __init__(
        self,
        policies: Policies,
        pool: WorkerPool,
        limiter: Limiter,
        timeout: float,
        times: ProgressTimes,
        metrics: Metrics,
    ) -> None:
        self._policies = policies
        self._pool = pool
        self._limiter = limiter
        self._timeout = timeout
        self.times = times
        self._metrics = metrics
        self._thread = FairThread()
        self.pending = PendingReplies(pool, times)
        self._unsubmitted = 0  # requests that were acknowledged, or are about to be, and that no worker knows yet
        self._all_submitted = asyncio.Event()
        self._all_submitted.set()

    async def answer(self, answer: Answer, ask: Ask) -> None:
        """Answer with the text that a person asks for.

        Raises:
            CharlaError: why there is no text.
            discord.HTTPException: Discord did not take the answer.
        """
        with self._submitting():
            model, request = await self._admit(answer, ask)
            tickets = self._submit_all(answer.asking, model, [request], time.monotonic() + self._timeout)
        await self._respond(answer, model, tickets, render_text)

    async def compare(self, answer: Answer, ask: Ask, top_ns: Sequence[int]) -> None:
        """Answer with a text at each top-n and one of all characters, side by side in one message.

        Each takes a turn of its own in the queue, and counts by itself.

        Raises:
            CharlaError: why there is no text.
            discord.HTTPException: Discord did not take the answer.
        """
        with self._submitting():
            model, first = await self._admit(answer, ask, texts=len(top_ns) + 1)
            # What is compared is top-n alone: the first text that comes at each, as the tutorial samples.
            plain = replace(first, min_p=0.0, temperature=1.0, drafts=1)
            requests = [replace(plain, top_n=top_n) for top_n in (*top_ns, len(model.vocabulary))]
            tickets = self._submit_all(answer.asking, model, requests, time.monotonic() + self._timeout)
        await self._respond(answer, model, tickets, render_comparison)

    async def wait_until_submitted(self, seconds: float) -> None:
        """Wait, at most so long, until what was acknowledged waits for a worker, or will not."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._all_submitted.wait(), seconds)

    @contextlib.contextmanager
    def _submitting(self) -> Iterator[None]:
        self._unsubmitted += 1
        self._all_submitted.clear()
        try:
            yield
        finally:
            self._unsubmitted -= 1
            if not self._unsubmitted:
                self._all_submitted.set()

    async def _admit(self, answer: Answer, ask: Ask, *, texts: int = 1) -> tuple[Model, GenerationRequest]:
        """Count what a person asks for and acknowledge it, and only then read and check it: both may take a while.

        Args:
            answer: what it is to be answered by.
            ask: what the person wants.
            texts: how often it is to be written.

        Raises:
            RefusalError: it is not allowed here, or this user or server asked for too much.
            CharlaError: another reason why there can be no text.
        """
        # Nothing but what is refused at no cost comes before “thinking…”: Discord waits three seconds for it.
        self._limiter.check(answer.asking, ask.weight * texts)
        self._pool.check_room()
        widest = self._policies.widest
        read_options(ask, widest.choose_model(ask.model), widest)
        await answer.defer(private=ask.private)
        return await self._prepare(answer, ask)

    async def _prepare(self, answer: Answer, ask: Ask) -> tuple[Model, GenerationRequest]:
        """Read what a person asks for, and check it by the policy of the place.

        Raises:
            CharlaError: why there can be no text.
        """
        if ask.read_seed:
            ask = replace(ask, seed=await ask.read_seed(partial(answer.defer, private=ask.private)))
        policy = await self._policies.look_up(answer.asking)
        model = policy.choose_model(ask.model)
        request = await self._run(answer.asking, make_request, ask, model, policy, work=len(ask.seed or ""))
        return model, request

    async def _run(self, asking: Asking, function: Callable[..., T], *given: object, work: int) -> T:
        """Call a function in the thread for texts, in the turn of the person who asks."""
        user, server = asking.user.id, _server_of(asking)
        return await self._thread.run(function, *given, work=work, user=user, server=server)

    async def _respond(self, answer: Answer, model: Model, tickets: list[Ticket], render: Render) -> None:
        try:
            message = await self._write(answer, model, tickets, render)
        except BaseException:
            for ticket in tickets:
                self._pool.cancel(ticket)  # nobody waits for its text any more
            raise
        await answer.finish(message)

    async def _write(self, answer: Answer, model: Model, tickets: list[Ticket], render: Render) -> Rendered | Layout:
        """Wait for the tickets' results, and sample all of them again while one has a word that is refused.

        The tickets of further attempts are added to `tickets`.

        Raises:
            RefusalError: each of a few attempts has such a word.
            GenerationError: why there is no text.
        """
        latest = list(tickets)
        for attempt in range(1, MAX_ATTEMPTS + 1):
            written = await self.pending.wait_for(answer, latest)
            self._metrics.note_results(written)
            results = [trim_result(result) for result in written]
            # What may be shown is decided now; what may be asked was decided when it was asked.
            policy = await self._policies.look_up(answer.asking)
            forbidden = [result for result in results if await self._is_forbidden(answer.asking, policy, result)]
            if not forbidden:
                self._metrics.count_texts("shown", sum(result.request.count for result in results))
                work, user = sum(result.request.work for result in results), answer.asking.user.id
                return await self._run(answer.asking, render, results, user, policy.keep_links, work=work)
            if attempt == MAX_ATTEMPTS or any(result.request.top_n == 1 for result in forbidden):
                break  # at top-n 1 the text would be the same again
            # All of them are sampled again: the texts of one message have one random seed.
            again = [_resample(result.request) for result in results]
            self._metrics.count_texts("sampled_again", sum(request.count for request in again))
            latest = self._submit_all(answer.asking, model, again, tickets[0].deadline)
            tickets.extend(latest)
        self._metrics.count_texts("refused", sum(result.request.count for result in results))
        raise RefusalError(FORBIDDEN_TEXT)

    async def _is_forbidden(self, asking: Asking, policy: Policy, result: GenerationResult) -> bool:
        """Return whether a result has a word that is refused: in the seed, in a text, or where the two meet."""
        for text in result.completions if policy.words else ():  # one at a time: all would keep others waiting
            shown = f"{result.request.shown_seed}{text}"
            if await self._run(asking, policy.forbids, shown, work=len(shown)):
                return True
        return False

    def _submit_all(
        self, asking: Asking, model: Model, requests: Sequence[GenerationRequest], deadline: float
    ) -> list[Ticket]:
        """Submit all of the requests, or none.

        Raises:
            GenerationError: the queue takes no more.
        """
        timeout, user, server = deadline - time.monotonic(), asking.user.id, _server_of(asking)
        tickets: list[Ticket] = []
        try:
            tickets.extend(self._pool.submit(request, model, user, timeout, server=server) for request in requests)
        except GenerationError:
            for ticket in tickets:
                self._pool.cancel(ticket)
            raise
        return tickets


def _server_of(asking: Asking) -> int | None:
    """Return the id of the server whose users share turns; None where only a person brought the bot along."""
    if isinstance(asking, discord.Interaction) and not asking.is_guild_integration():
        return None
    return asking.guild_id


def _resample(request: GenerationRequest) -> GenerationRequest:
    """Return the request for another text of the same options."""
    return replace(request, random_seed=next_random_seed(request.random_seed))
