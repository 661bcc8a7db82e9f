"""Declare the options that several commands share, and read what they name: models, checkpoints, texts."""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import fields, replace
from pathlib import Path

from bot.checkpoints.sandbox import MAX_FILE, read_checkpoint
from bot.commands import require_tensorflow
from bot.errors import InvalidInputError, explain_refusal
from bot.evaluation.bits_per_character import Read
from bot.generation.catalog import SHIPPED_BASES, read_model
from bot.generation.engines.protocol import StatefulCopy
from bot.generation.engines.select import make_stateful_copy, select_engine
from bot.generation.model import Model
from bot.settings import Settings
from bot.training.decoding import NotTextError, decode_file
from bot.training.text_files import FORMATS, STANDARD_INPUT, ReadingOptions, open_source


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare how a model is chosen."""
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        "--checkpoint-path", type=Path, metavar="FILE", help="a Keras checkpoint (HDF5 or .keras); - for standard input"
    )
    choice.add_argument("--model", metavar="NAME", default="", help="a model by its name (the default model)")
    add_characters_argument(parser)


def add_characters_argument(parser: argparse.ArgumentParser) -> None:
    """Declare how the characters of a checkpoint are given, which the file itself does not hold."""
    parser.add_argument(
        "--characters",
        type=Path,
        metavar="FILE",
        help="a UTF-8 file with the checkpoint's characters in the order of their ids, from id 1 on "
        "(the tutorial's vocabulary)",
    )


def add_engine_argument(parser: argparse.ArgumentParser) -> None:
    """Declare how the engine is chosen that writes."""
    parser.add_argument(
        "--engine",
        choices=("tensorflow", "litert"),
        default="tensorflow",
        help="float32 by TensorFlow, or eight bits by LiteRT, as the bot may serve it (%(default)s)",
    )


def make_copy(arguments: argparse.Namespace, model: Model) -> StatefulCopy:
    """Make a stateful copy of a model, by the engine that the arguments name.

    Raises:
        InvalidInputError: that engine cannot write with this model.
    """
    if arguments.engine == "litert" and arguments.checkpoint_path:
        raise InvalidInputError("--engine litert goes with --model: import the checkpoint first")
    return make_stateful_copy(model, arguments.engine)


def make_litert_reader(model: Model, rows: int) -> Read:
    """Convert a model, and make what reads text with its weights in eight bits: see `engines.litert.Reader`.

    Raises:
        InvalidInputError: the model cannot be converted.
    """
    select_engine(model, "tensorflow")  # it converts
    from bot.export.litert import convert_reader  # noqa: PLC0415 - imports TensorFlow: seconds
    from bot.generation.engines.litert import Reader  # noqa: PLC0415 - not everywhere, and all else is right by now

    return Reader(convert_reader(model, rows))


def choose_model(arguments: argparse.Namespace) -> Model:
    """Read the model that the arguments choose.

    Raises:
        InvalidInputError: there is no such model, or it is unusable.
    """
    if arguments.checkpoint_path:
        return import_checkpoint(arguments.checkpoint_path, arguments.characters)
    if arguments.characters:
        raise InvalidInputError("--characters goes with --checkpoint-path: a model has its own")
    settings = Settings.load()
    folders = [*settings.model_folders, SHIPPED_BASES]
    return read_model(folders, arguments.model or settings.default_model, settings.signing_key)


def import_checkpoint(path: Path, characters: Path | None) -> Model:
    """Read a checkpoint, with the characters in a file where it does not use the tutorial's.

    Raises:
        InvalidInputError: one of the files is unusable, or what reads checkpoints is not installed.
    """
    require_tensorflow()  # Keras's h5py comes with it
    known = None if characters is None else _only_line(characters)
    if path != STANDARD_INPUT:
        return read_checkpoint(path, known)
    with tempfile.NamedTemporaryFile(prefix="charla-") as copy:  # HDF5 is read here and there, not from start to end
        copy.write(sys.stdin.buffer.read(MAX_FILE + 1))
        copy.flush()
        return replace(read_checkpoint(Path(copy.name), known), name="standard input")


def _only_line(path: Path) -> str:
    text = read_text(path, "--characters")
    # An editor ends a file with a line break. One that is meant stands elsewhere too, or is the file's only one.
    return text.removesuffix("\n") if text.count("\n") > 1 else text


def read_text(path: Path, option: str) -> str:
    """Read a file of text that an option names, its line breaks as they are.

    Raises:
        InvalidInputError: it cannot be read, or is empty.
    """
    try:
        with open_source(path) as file:
            text = "".join(decode_file(file, keep_breaks=True))
    except NotTextError as error:
        raise InvalidInputError(f"{option} {path} {error}") from None
    except OSError as error:
        raise InvalidInputError(f"{option} {path} cannot be read: {explain_refusal(error, path)}") from None
    return text


def add_reading_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options that `parse_reading_options` reads."""
    group = parser.add_argument_group("reading the files")
    group.add_argument(
        "--format", default="auto", metavar="FORMAT", help=f"{', '.join(FORMATS)} (%(default)s: by the file's name)"
    )
    group.add_argument("--column", default="", metavar="NAME", help="the field of JSON or CSV that holds the text")
    group.add_argument(
        "--shortest", type=int, default=1, metavar="N", help="leave out items of fewer characters (%(default)d)"
    )
    group.add_argument(
        "--longest", type=int, default=0, metavar="N", help="cut longer items, between words (0: cut nothing)"
    )
    group.add_argument("--no-links", dest="keep_links", action="store_false", help="remove web addresses")
    group.add_argument(
        "--no-mentions", dest="keep_mentions", action="store_false", help="remove @name, :emoji: and the like"
    )
    group.add_argument("--lower-case", dest="keep_case", action="store_false", help="make all letters small")
    group.add_argument(
        "--webhooks",
        action="store_true",
        help="of exported chats, take what came through webhooks (PluralKit and others)",
    )
    group.add_argument("--drop-slurs", action="store_true", help="leave out items with a slur")


def parse_reading_options(arguments: argparse.Namespace) -> ReadingOptions:
    """Parse the options that say how files are read.

    Raises:
        InvalidInputError: a value is not allowed.
    """
    return ReadingOptions(**{option.name: getattr(arguments, option.name) for option in fields(ReadingOptions)})
