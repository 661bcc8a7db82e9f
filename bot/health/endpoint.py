"""Serve health and metrics over HTTP, for a container's engine, an orchestrator and Prometheus."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.errors import SettingsError
from bot.health.state import Problem, State
from bot.metrics import Metrics
from bot.settings import Address

log = logging.getLogger(__name__)

SHUTDOWN_SECONDS = 1.0
"""How long an answer that is under way may take when the bot leaves."""


@asynccontextmanager
async def open_endpoint(address: Address, state: State, metrics: Metrics) -> AsyncIterator[int]:
    """Serve `/healthz`, `/readyz` and `/metrics` inside the block; yield the port, which is any where 0 was asked for.

    It runs in the bot's own event loop: that it answers at all says that the loop turns.

    Raises:
        SettingsError: the address cannot be listened on.
    """
    # Without signal handlers and access log: the bot has its own, and a line every few seconds says nothing.
    runner = web.AppRunner(make_app(state, metrics.registry), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    metrics.registry.register(state)
    try:
        try:
            await web.TCPSite(runner, address.host, address.port).start()
        except OSError as error:
            reason = error.strerror or error
            raise SettingsError(f"HEALTH_ADDRESS is {str(address)!r}: it cannot be listened on: {reason}") from None
        port: int = runner.addresses[0][1]
        log.info("Health and metrics: http://%s", address._replace(port=port))
        yield port
    finally:
        metrics.registry.unregister(state)
        await runner.cleanup()


def make_app(state: State, registry: CollectorRegistry) -> web.Application:
    """Return the application that answers the three addresses."""

    async def tell_health(_request: web.Request) -> web.Response:
        return _tell(state.find_faults())

    async def tell_readiness(_request: web.Request) -> web.Response:
        return _tell(state.find_obstacles())

    async def tell_metrics(_request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/healthz", tell_health)
    app.router.add_get("/readyz", tell_readiness)
    app.router.add_get("/metrics", tell_metrics)
    return app


def _tell(problems: Sequence[Problem]) -> web.Response:
    """Answer with a line for each problem: 200 where there is none, else 503."""
    lines = "".join(f"{problem}\n" for problem in problems)
    return web.Response(text=lines or "ok\n", status=503 if problems else 200, headers={"Cache-Control": "no-store"})
