"""Find the links in a text that may be clicked."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

INVITE_DOT = r"(?<=discord)\.(?=gg\b|com/+invite|me/|io/|li/) | (?<=discordapp)\.(?=com/+invite) | (?<=dsc)\.(?=gg/)"
"""A pattern (in verbose syntax) for the dot in an invite's address, which some clients link without https."""

_INVITE_HOSTS = ("discord.gg", "discord.me", "discord.io", "discord.li", "dsc.gg", "invite.gg")
# A link has no character in it that formats, and nothing before its host that could be taken for the host.
_LINK = re.compile(
    r"""((?<![^\s("'])https?://[-\w.]+(?::\d+)?(?:[/?#][-\w./?#=&%+,;:!$~()']*)?(?!\S))""", re.ASCII | re.IGNORECASE
)


def split_links(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the text in pieces, in order, and whether each is a link that may be clicked; an invite may not."""
    for index, piece in enumerate(_LINK.split(text)):
        yield piece, bool(index % 2) and not is_invite(piece)


def is_invite(link: str) -> bool:
    """Return whether a link leads into a Discord server."""
    address = urlsplit(link)
    host = (address.hostname or "").rstrip(".")
    if host.endswith(("discord.com", "discordapp.com")):
        path = posixpath.normpath(f"/{unquote(address.path).lstrip('/')}")
        return path.casefold().startswith("/invite")
    return any(host == known or host.endswith(f".{known}") for known in _INVITE_HOSTS)
