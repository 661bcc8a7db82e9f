"""Name commands in the form in which this process was started, so that people can type what they are told."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "CHARLA_STARTED_BY"
"""The environment variable by which the Makefile and compose.yaml say how they start commands."""
MAKE, COMPOSE = "make", "compose"

MAKE_TARGETS = frozenset({"demo", "run", "train", "import", "convert", "evaluate"})
"""The commands that the Makefile has targets for."""
SLIM_COMMANDS = frozenset({"run", "demo", "models", "export"})
"""The commands that the slim image has all of; the others are called in the full one."""


def name_command(words: str, environment: Mapping[str, str] = os.environ, program: str | None = None) -> str:
    """Return what a person types for a command here: by make, by Docker, or by the program's path.

    Args:
        words: the command and its options, as a shell reads them, such as `train --name mine --resume`.
        environment: see `VARIABLE`.
        program: what this process was started as; `sys.argv[0]` by default.
    """
    command, _, options = words.partition(" ")
    way = environment.get(VARIABLE, "")
    if way == COMPOSE:
        return f"docker compose run --rm {'charla' if command in SLIM_COMMANDS else 'full'} {words}"
    if way == MAKE and command in MAKE_TARGETS:
        return f"make {command}{f' ARGS={_quote_for_make(options)}' if options else ''}"
    return f"{_name_program(sys.argv[0] if program is None else program)} {words}"


def _quote_for_make(options: str) -> str:
    """Quote what make hands on to a shell: make itself takes a dollar sign for the start of a variable."""
    if " " not in options:
        return options
    text = options.replace("$", "$$")
    return f'"{text}"' if not set('"$`\\') & set(text) else shlex.quote(text)


def _name_program(started_as: str) -> str:
    """Return the program as short as a shell finds it from here."""
    path = Path(started_as)
    if path.parts[-2:] == ("bot", "__main__.py"):  # `python -m bot`, by make too: the script lies beside that Python
        script = Path(sys.executable).with_name("charla")
        if not script.is_file():
            return f"{_shorten(Path(sys.executable))} -m bot"
        path = script
    if path.stem != "charla":
        return "charla"  # another program that calls the command line, such as a test
    found = shutil.which("charla")
    if found and Path(found).resolve() == path.resolve():
        return "charla"
    return _shorten(path)


def _shorten(path: Path) -> str:
    """Return a path from here where it lies below, quoted for a shell."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` would follow a virtual environment's links
    here = Path.cwd()
    return shlex.quote(str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute))
