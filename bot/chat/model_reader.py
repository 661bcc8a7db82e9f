"""Read the models again while the bot serves: what is new can be asked for at once, and no request is lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from bot.chat.policy import Policies
from bot.errors import ModelError
from bot.generation.catalog import Catalog
from bot.generation.scheduler import WorkerPool

log = logging.getLogger(__name__)


class ModelReader:
    """Reads the models again.

    Args:
        policies: say which models may be asked for.
        pool: writes with them.
        read: reads them, in a thread of its own; raises `ModelError` where none is left, or the default is unusable.
    """

    def __init__(self, policies: Policies, pool: WorkerPool, read: Callable[[], Catalog]) -> None:
        self._policies = policies
        self._pool = pool
        self._read = read
        self._one_at_a_time = asyncio.Lock()

    async def read_again(self) -> str:
        """Read the models, put them in the place of the earlier ones, and return what is different now.

        Requests that were accepted before are written with the models that they were meant for. Nothing changes where
        the models cannot be read.

        Raises:
            ModelError: the default model is unusable, or none is left.
        """
        async with self._one_at_a_time:
            before = self._policies.catalog
            after = await asyncio.to_thread(lambda: before.renewed(self._read()))
            self._policies.replace_catalog(after)
            self._pool.replace_models(after, after.default)
        return describe_change(before, after)

    async def read_and_log(self) -> None:
        """Read the models again, as on SIGHUP; the log says what came of it. Raises nothing."""
        try:
            log.info("Models read again: %s", await self.read_again())
        except ModelError as error:
            log.error("The models stay as they were: %s", error)  # noqa: TRY400 - an operator's mistake, no fault
        except Exception:  # a fault in reading must not end a bot that serves the models it has
            log.exception("The models stay as they were")


def describe_change(before: Catalog, after: Catalog) -> str:
    """Return which models came, went and changed, in a line."""
    old, new = ({model.name: model for model in catalog} for catalog in (before, after))
    changed = [name for name in new if name in old and new[name] is not old[name]]
    parts = {
        "new": [name for name in new if name not in old],
        "changed": changed,
        "gone": [name for name in old if name not in new],
    }
    said = [f"{what}: {', '.join(names)}" for what, names in parts.items() if names]
    if before.default.name != after.default.name:
        said.append(f"default: {after.default.name}")
    return "; ".join(said) or "nothing changed"
