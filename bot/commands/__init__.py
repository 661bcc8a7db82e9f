"""Hold the commands: each module declares the options of one (`add_arguments`) and does its work (`run`)."""

from __future__ import annotations

from bot.errors import ModelError


def require_tensorflow(otherwise: str = "") -> None:
    """Check that TensorFlow is there before work begins that needs it: the slim image has none.

    Args:
        otherwise: the end of the message, which says how it goes without.

    Raises:
        ModelError: it is not installed, or this processor cannot run it.
    """
    from bot.generation.engines.select import check_tensorflow  # noqa: PLC0415 - not for `charla --help`

    try:
        check_tensorflow()
    except ModelError as error:
        raise ModelError(f"{error}{otherwise}") from None
