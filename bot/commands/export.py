"""`charla export NAME --format keras --to FILE`: a model as a file for other programs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.commands import as_usage_error
from bot.generation.catalog import read_model
from bot.generation.model import ModelError
from bot.settings import Settings, SettingsError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `export`."""
    parser.add_argument("name", metavar="NAME", help="a model by its name")
    parser.add_argument("--format", choices=["keras"], default="keras", help="what to write (%(default)s)")
    parser.add_argument("--to", type=Path, required=True, metavar="FILE", help="the file to write")


def run(arguments: argparse.Namespace) -> int:
    """Write the file; 0 when it is there."""
    with as_usage_error(SettingsError, ModelError):
        model = read_model(Settings.load().model_folders, arguments.name)
    from bot.export.keras_file import ExportError, write_keras  # noqa: PLC0415 - seconds, and the name is right by now

    with as_usage_error(ExportError):
        write_keras(model, arguments.to)
    sys.stderr.write(f"{arguments.to}: written\n")
    return 0
