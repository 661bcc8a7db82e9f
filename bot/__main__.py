"""Run a command: `python -m bot COMMAND`, or `charla COMMAND`."""

from __future__ import annotations

import argparse
import codecs
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from keyword import iskeyword

from bot import __version__
from bot.errors import CharlaError, show_controls

COMMANDS = {
    "run": "connect to Discord and answer",
    "health": "ask the bot that runs here whether it is well",
    "demo": "try the bot on this machine, without a Discord account",
    "generate": "write on from a seed, to standard output",
    "probabilities": "show what a model expects after a text",
    "models": "list the models there are",
    "import": "make a model of a Keras checkpoint",
    "convert": "make a model quick to serve: convert it for LiteRT",
    "export": "write a model for the browser, or as a file that Keras loads",
    "train": "train a model on a text",
    "evaluate": "measure how well a model writes",
}

MOVED = {"corpus": "`python -m corpora`, in a checkout of Charla"}

KEPT = "\n\t"
"""Control characters that a message may have."""
WRONG_USAGE = 2
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command, and return the exit code: 0 done, 1 failed, 2 wrong usage or an unusable file."""
    _accept_any_text()
    words = list(sys.argv[1:] if argv is None else argv)
    if words and words[0] in MOVED:
        sys.stderr.write(f"charla {words[0]}: this command is now {MOVED[words[0]]}\n")
        return WRONG_USAGE
    command = _choose(words[:1])
    # A command's module, and all that it imports, is loaded only when it is the one to run.
    module = import_module(f"bot.commands.{command}_" if iskeyword(command) else f"bot.commands.{command}")
    parser = argparse.ArgumentParser(prog=f"charla {command}", description=COMMANDS[command])
    module.add_arguments(parser)
    try:
        return int(module.run(parser.parse_args(words[1:])))
    except CharlaError as error:
        sys.stderr.write(f"charla {command}: {show_controls(str(error), keep=KEPT)}\n")
        return WRONG_USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The program that read our output has gone: nothing is left to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _accept_any_text() -> None:
    """Have what a console cannot encode replaced by `?`; bytes of a seed that are no text come out as they came in."""
    codecs.register_error("charla", _replace_unencodable)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a test's may be another
            stream.reconfigure(errors="charla")


def _replace_unencodable(error: UnicodeError) -> tuple[str | bytes, int]:
    """Return what stands for the characters that cannot be encoded, and where to go on: see `codecs.register_error`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    characters = error.object[error.start : error.end]
    # Python puts bytes of the command line that it cannot decode into U+DC80 to U+DCFF ("surrogateescape").
    kept = bytes(ord(each) - 0xDC00 if "\udc80" <= each <= "\udcff" else ord("?") for each in characters)
    return kept, error.end


def _choose(words: Sequence[str]) -> str:
    width = max(map(len, COMMANDS))
    listing = "\n".join(f"  {name:{width}}  {what}" for name, what in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="charla",
        description="A Discord bot that writes on from your words, one character at a time.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"commands:\n{listing}\n\n`charla COMMAND --help` tells a command's options.",
    )
    parser.add_argument("command", metavar="COMMAND", choices=COMMANDS, help="one of those below")
    parser.add_argument("--version", action="version", version=f"Charla {__version__}")
    return str(parser.parse_args(words).command)


if __name__ == "__main__":
    sys.exit(main())
