"""Answer what a person asks for: check it, have it written, filter it, and put it in place of “thinking…”."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

from bot.chat.answer import Answer
from bot.chat.ask import Ask, make_request
from bot.chat.components import Rendered
from bot.chat.limiter import Limiter
from bot.chat.policy import Policies, Policy
from bot.chat.progress import PendingReplies, ProgressTimes
from bot.chat.render import Render, render_comparison, render_text
from bot.chat.trim import trim_result
from bot.errors import GenerationError, RefusalError
from bot.generation.decode import next_random_seed
from bot.generation.model import Model
from bot.generation.request import GenerationRequest, GenerationResult
from bot.generation.scheduler import Ticket, WorkerPool

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
        times: when a reply says how long its text takes.
    """

    def __init__(
        self, policies: Policies, pool: WorkerPool, limiter: Limiter, timeout: float, times: ProgressTimes
    ) -> None:
        self._policies = policies
        self._pool = pool
        self._limiter = limiter
        self._timeout = timeout
        self.times = times
        self.pending = PendingReplies(pool, times)

    async def answer(self, answer: Answer, ask: Ask) -> None:
        """Answer with the text that a person asks for.

        Raises:
            CharlaError: why there is no text.
            discord.HTTPException: Discord did not take the answer.
        """
        model, request = await self._make_request(answer, ask)
        await self._respond(answer, model, [request], render_text, private=ask.private)

    async def compare(self, answer: Answer, ask: Ask, top_ns: Sequence[int]) -> None:
        """Answer with a text at each top-n and one of all characters, side by side in one message.

        Each takes a turn of its own in the queue, and counts as a request.

        Raises:
            CharlaError: why there is no text.
            discord.HTTPException: Discord did not take the answer.
        """
        model, first = await self._make_request(answer, ask)
        # What is compared is top-n alone: the first text that comes at each, as the tutorial samples.
        plain = replace(first, min_p=0.0, temperature=1.0, drafts=1)
        requests = [replace(plain, top_n=top_n) for top_n in (*top_ns, len(model.vocabulary))]
        await self._respond(answer, model, requests, render_comparison, private=ask.private)

    async def _make_request(self, answer: Answer, ask: Ask) -> tuple[Model, GenerationRequest]:
        policy = await self._policies.look_up(answer.asking)
        model = policy.choose_model(ask.model)
        return model, make_request(ask, model, policy)

    async def _respond(
        self,
        answer: Answer,
        model: Model,
        requests: Sequence[GenerationRequest],
        render: Render,
        *,
        private: bool,
    ) -> None:
        self._limiter.check(answer.asking, len(requests))
        # Submitted before it is deferred: a full queue can still be told in an ephemeral message.
        tickets = self._submit_all(answer.asking.user.id, model, requests, time.monotonic() + self._timeout)
        try:
            await answer.defer(private=private)
            message = await self._write(answer, model, tickets, render)
        except BaseException:
            for ticket in tickets:
                self._pool.cancel(ticket)  # nobody waits for its text any more
            raise
        await answer.finish(message)

    async def _write(self, answer: Answer, model: Model, tickets: list[Ticket], render: Render) -> Rendered:
        """Wait for the tickets' results, and sample all of them again while one has a word that is refused.

        The tickets of further attempts are added to `tickets`.

        Raises:
            RefusalError: each of a few attempts has such a word.
            GenerationError: why there is no text.
        """
        latest = list(tickets)
        for attempt in range(1, MAX_ATTEMPTS + 1):
            results = [trim_result(result) for result in await self.pending.wait_for(answer, latest)]
            # What may be shown is decided now; what may be asked was decided when it was asked.
            policy = await self._policies.look_up(answer.asking)
            forbidden = await asyncio.to_thread(_find_forbidden, policy, results)
            if not forbidden:
                return render(results, answer.asking.user.id, policy.keep_links)
            if attempt == MAX_ATTEMPTS or any(result.request.top_n == 1 for result in forbidden):
                break  # at top-n 1 the text would be the same again
            # All of them are sampled again: the texts of one message have one random seed.
            again = [_resample(result.request) for result in results]
            latest = self._submit_all(answer.asking.user.id, model, again, tickets[0].deadline)
            tickets.extend(latest)
        raise RefusalError(FORBIDDEN_TEXT)

    def _submit_all(
        self, user: int, model: Model, requests: Sequence[GenerationRequest], deadline: float
    ) -> list[Ticket]:
        """Submit all of the requests, or none.

        Raises:
            GenerationError: the queue takes no more.
        """
        timeout = deadline - time.monotonic()
        tickets: list[Ticket] = []
        try:
            tickets.extend(self._pool.submit(request, model, user, timeout) for request in requests)
        except GenerationError:
            for ticket in tickets:
                self._pool.cancel(ticket)
            raise
        return tickets


def _find_forbidden(policy: Policy, results: Sequence[GenerationResult]) -> list[GenerationResult]:
    """Return the results that have a word which is refused: in the seed, in a text, or where the two meet.

    Takes a while for ten texts of 2,000 characters, so it runs in a thread.
    """
    if policy.words is None:
        return []
    return [
        result
        for result in results
        if any(policy.forbids(f"{result.request.shown_seed}{text}") for text in result.completions)
    ]


def _resample(request: GenerationRequest) -> GenerationRequest:
    """Return the request for another text of the same options."""
    return replace(request, random_seed=next_random_seed(request.random_seed))
