"""Set up logging."""

from __future__ import annotations

import logging


def set_up_logging(level: str) -> None:
    """Log to standard error from `level` on.

    The libraries' debug messages are left out at any level: they show the tokens of interactions.
    """
    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    for library in ("discord", "aiohttp", "asyncio"):
        logging.getLogger(library).setLevel(max(logging.INFO, logging.getLogger().level))
