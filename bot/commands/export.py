"""Export a model to a folder for the browser or to a file for Keras: `charla export NAME --to PLACE`."""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from pathlib import Path

from bot.commands import require_tensorflow
from bot.commands.streams import open_standard_output, read_model_tar, write_tar
from bot.commands.waiting import show_waiting
from bot.errors import InvalidInputError
from bot.export.browser_page import write_browser_folder
from bot.export.tensorflow_js import Precision
from bot.generation.catalog import read_model
from bot.generation.model import Model
from bot.settings import Settings

STANDARD_INPUT = STANDARD_OUTPUT = "-"
KERAS_SUFFIX = ".keras"
OTHER_SUFFIXES = {".h5", ".hdf5", ".json", ".onnx", ".tflite", ".zip"}
"""Names of files that a person might expect end in these: a folder of such a name would be a surprise."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `export`."""
    parser.add_argument(
        "name", metavar="NAME", help="a model by its name; - for a tar archive of a model's folder on standard input"
    )
    parser.add_argument(
        "--to",
        type=Path,
        required=True,
        metavar="PLACE",
        help="a new folder, for TensorFlow.js and a page that runs the model in the browser; "
        f"or a new file whose name ends in {KERAS_SUFFIX}, for Keras; or - for standard output, as a tar archive",
    )
    parser.add_argument("--keras", action="store_true", help="of an archive: that it holds the file for Keras")
    parser.add_argument(
        "--precision",
        choices=["float32", "float16"],
        default="float32",
        help="how a folder's weights are stored; float16 takes half the room (%(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the folder or the file; return 0 when it is there."""
    target: Path = arguments.to
    streamed = str(target) == STANDARD_OUTPUT
    if arguments.keras and not streamed:
        raise InvalidInputError(f"--keras goes with --to -: a file for Keras is one whose name ends in {KERAS_SUFFIX}")
    suffix = KERAS_SUFFIX if arguments.keras else target.suffix
    if suffix in OTHER_SUFFIXES:
        raise InvalidInputError(f"--to {target}: allowed are a folder, or a file whose name ends in {KERAS_SUFFIX}")
    if suffix == KERAS_SUFFIX and arguments.precision != "float32":
        raise InvalidInputError(f"--precision {arguments.precision}: allowed for a {KERAS_SUFFIX} file is float32")
    if streamed:
        _send(arguments, suffix)
        return 0
    _write(_read(arguments.name), target, arguments.precision)
    way = "" if suffix == KERAS_SUFFIX else f"; to look at it:\n  {_serving_command(target)}"
    sys.stderr.write(f"{target}: written{way}\n")
    return 0


def _send(arguments: argparse.Namespace, suffix: str) -> None:
    """Write what is asked for to standard output, as an archive."""
    with open_standard_output("--to -") as archive, tempfile.TemporaryDirectory(prefix="charla-") as place:
        model = _read(arguments.name)
        written = Path(place, f"{model.name}{suffix}")
        _write(model, written, arguments.precision)
        write_tar(written, archive)


def _read(name: str) -> Model:
    if name == STANDARD_INPUT:
        return read_model_tar(sys.stdin.buffer)
    return read_model(Settings.load().model_folders, name)


def _write(model: Model, target: Path, precision: Precision) -> None:
    if target.suffix == KERAS_SUFFIX:
        _write_keras(model, target)
    else:
        write_browser_folder(model, target, precision)


def _write_keras(model: Model, path: Path) -> None:
    require_tensorflow()
    from bot.export.keras_file import write_keras  # noqa: PLC0415 - seconds, and the name is right by now

    with show_waiting("writing with Keras"):
        write_keras(model, path)


def _serving_command(folder: Path) -> str:
    where = shlex.quote(str(folder))
    return f"python3 -m http.server --bind 127.0.0.1 --directory {where} 8000    # then open http://127.0.0.1:8000/"
