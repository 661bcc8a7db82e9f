"""Read the Chit-Chat data set: what people wrote to one another in a chat that a university ran, a message a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from corpora.item_text import ADDRESS, plain
from corpora.prose_text import paragraph_items, read_json
from corpora.source import Origin, Source

LONGEST_MESSAGE = 150
"""In characters; one that is longer and does not end goes on in the next: the chat cut what was too long for it."""
_FEWEST_WORDS = 3
_ENDED = re.compile(r"[.!?)]\W*$")
_PRIVATE = re.compile(
    r"\d[\d\s().-]{5,}\d|@\w|\b(?:snapchat|instagram|venmo|discord|facebook|twitter)\b|"
    r"\b(?:last|full|sur|user) ?names?\b|\bmy name\b|\b(?:phone|my) number\b",
    re.IGNORECASE,
)
"""What may lead to a person: numbers as long as a telephone's, names, also those on other services."""
_NO_TALK = re.compile(r"(.)\1{4}|\bThe odd \w+ \w+ \w+\.|[<>{}|\\^~=_]|^\W|\b\w{19}")
"""Letters that somebody leaned on, sentences that a program filled rooms with, mark-up, what continues another one."""


def parse_chit_chat(path: Path) -> Iterator[str]:
    """Yield the messages of `dataset.json`; those that one person sent in a row are one item while they are sentences.

    Raises:
        ValueError: the file is no JSON, or holds something else than conversations.
    """
    (chat,) = read_json((path,))
    try:
        conversations = [conversation["messages"] for conversation in chat.values()]
        turns = [[str(message["text"]) for message in turn] for messages in conversations for turn in messages]
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{path.name}: a conversation has no messages with texts: {error!r}") from None
    for turn in turns:
        yield from turn_items(turn)


def turn_items(messages: Iterable[str]) -> Iterator[str]:
    """Yield what one person said before another one did, without what is no talk or may lead to a person."""
    said = before = ""
    for message in filter(None, map(plain, messages)):
        # No punctuation is invented: what has none, and was not cut, stands alone.
        if _ENDED.search(before) or len(before) > LONGEST_MESSAGE:
            said = f"{said} {message}"
        else:
            yield from _talk(said)
            said = message
        before = message
    yield from _talk(said)


def _talk(said: str) -> Iterator[str]:
    words = said.lower().split()
    if len(set(words)) >= _FEWEST_WORDS and 2 * len(set(words)) > len(words):
        yield from (item for item in paragraph_items(said) if not _is_left_out(item))


def _is_left_out(item: str) -> bool:
    return any(pattern.search(item) for pattern in (_PRIVATE, _NO_TALK, ADDRESS))


CHIT_CHAT = Source(
    name="Chit-Chat data set",
    origin=Origin.PYPI,
    package="chitchat-dataset==0.9.0",
    path="site-packages/chitchat_dataset/dataset.json",
    licence="MIT licence",
    parse=parse_chit_chat,
    notice="site-packages/chitchat_dataset-0.9.0.dist-info/LICENSE",
)
