"""Choose the models that can be served here, and have those converted anew whose conversion must not be run."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from bot.errors import ModelError
from bot.generation.catalog import Catalog, choose_default, find_models
from bot.generation.engines.select import EngineChoice, check_tensorflow, select_engine
from bot.generation.model import Model
from bot.generation.signing import SigningKey

log = logging.getLogger(__name__)

Convert = Callable[[str], None]
"""Converts the model of a name, in its folder; raises `ModelError` where that fails."""
UNUSED: Final = "Model %s has a conversion that %s: it is not used, and none can be made now: %s"
CONVERT_SECONDS: Final = 300.0
"""How long a conversion may take; one of the usual size takes ten."""
_SECRET: Final = ("DISCORD_", "DATABASE_", "PROXY_")
_PROGRAM: Final = Path(__file__).resolve().parents[2]


def convert_apart(name: str, places: Mapping[str, str]) -> None:
    """Convert a model in a process of its own: TensorFlow takes 600 MB, which this one would keep.

    Args:
        name: the model's name.
        places: settings of the new process, beside those of this one that are no secrets.

    Raises:
        ModelError: it failed; the message has the last line that it printed.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_SECRET)}
    path = os.pathsep.join(filter(None, [str(_PROGRAM), environment.get("PYTHONPATH", "")]))
    command = [sys.executable, "-m", "bot", "convert", "--", name]
    try:
        done = subprocess.run(  # noqa: S603 - this very program
            command, env={**environment, **places, "PYTHONPATH": path}, timeout=CONVERT_SECONDS, capture_output=True,
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise ModelError(f"`charla convert` failed: {error}") from error
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ModelError(f"`charla convert` ended with {done.returncode}: {''.join(last)}")


def read_served(
    folders: Sequence[Path], default: str, engine: EngineChoice, key: SigningKey, convert: Convert
) -> Catalog:
    """Read the models that can be served; the log names the others, each with the reason.

    Args:
        folders: folders of model folders.
        default: the default model's name; empty for the first that suits.
        engine: what the operator chose to write with.
        key: tells which conversions were made here.
        convert: converts a model whose conversion was made elsewhere, or does not fit.

    Raises:
        ModelError: the model that is named as the default cannot be served, or none can.
    """
    read = Catalog.read(folders, default, key)
    places = find_models(folders)
    served, refusals = [], {}
    for model in read:
        current = _renew(model, places[model.name], key, convert) if engine != "tensorflow" else model
        try:
            select_engine(current, engine)
        except ModelError as error:
            refusals[model.name] = error
        else:
            served.append(current)
    if not served or default in refusals:
        raise refusals[read.default.name]
    for refusal in refusals.values():
        log.warning("Left out: %s", refusal)
    return Catalog(served, default or choose_default(model.name for model in served))


def _renew(model: Model, folder: Path, key: SigningKey, convert: Convert) -> Model:
    """Return a model with a conversion made here in place of one that must not be run, where one can be made."""
    if model.conversion is None or model.converted:
        return model
    flaw = model.conversion.flaw or "fits other weights"
    try:
        check_tensorflow()
    except ModelError:
        return model  # why it is left out then is said by `select_engine`
    if not os.access(folder, os.W_OK):
        log.warning(UNUSED, model.name, flaw, ModelError(f"{folder} cannot be written"))
        return model
    log.info("Model %s has a conversion that %s: it is converted anew", model.name, flaw)
    try:
        convert(model.name)
        return Model.read(folder, key)
    except ModelError as error:
        log.warning(UNUSED, model.name, flaw, error)
        return model
