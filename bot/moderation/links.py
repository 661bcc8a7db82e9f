"""Find the links in a text that may be clicked."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

INVITE_DOT = r"""
    (?<=discord)\.(?=gg\b|com/+(?:invite|servers|template)|new\b|me/|io/|li/|link/|co/+invite)
    | (?<=discordapp)\.(?=com/+(?:invite|servers|template)) | (?<=dsc)\.(?=gg/) | (?<=disboard)\.(?=org/)
"""
"""A pattern (in verbose syntax) for the dot in an invite's address, which some clients link without https."""

_DISCORD = ("discord.com", "discordapp.com", "discord.co")
_DISCORD_PATHS = re.compile(
    r"/(?:api/(?:v\d+/)?)?(?:invites?|servers|guild-discovery|discovery|template|guilds/templates)(?:/|$)"
)
"""What leads into a server, or to a list of servers to join, or makes one of a template."""
_INVITE_HOSTS = (
    "discord.gg", "discord.new", "discord.me", "discord.io", "discord.li", "discord.link", "dsc.gg", "invite.gg",
    "disboard.org", "discadia.com", "disforge.com", "discords.com", "discordservers.com", "discordhome.com",
    "discord-list.com", "discordlist.gg", "watchanimeattheoffice.com", "bigbeans.solutions",
)  # fmt: skip
"""Hosts that do nothing else: Discord's own, shorteners of invites, and lists of servers."""
_LISTS_AMONG_OTHERS = {"top.gg": ("/servers", "/discord/servers"), "discordbotlist.com": ("/servers",)}
"""Hosts that list servers among other things, and where."""
_MOST_DECODINGS = 3
"""How often an address is decoded that was encoded several times over."""
# A link has no character in it that formats, and nothing before its host that could be taken for the host.
_LINK = re.compile(
    r"""((?<![^\s("'])https?://[-\w.]+(?::\d+)?(?:[/?#][-\w./?#=&%+,;:!$~()']*)?(?!\S))""", re.ASCII | re.IGNORECASE
)


def split_links(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the text in pieces, in order, and whether each is a link that may be clicked; an invite may not."""
    for index, piece in enumerate(_LINK.split(text)):
        yield piece, bool(index % 2) and not is_invite(piece)


def is_invite(link: str) -> bool:
    """Return whether a link leads into a Discord server, or to where servers are joined."""
    address = urlsplit(link)
    host, path = (address.hostname or "").rstrip("."), _decode_path(address.path)
    if _is_of(host, _DISCORD):
        return bool(_DISCORD_PATHS.match(path)) or "guilds.join" in unquote(address.query).casefold()
    if any(_is_of(host, (known,)) and path.startswith(paths) for known, paths in _LISTS_AMONG_OTHERS.items()):
        return True
    return _is_of(host, _INVITE_HOSTS)


def _is_of(host: str, known: tuple[str, ...]) -> bool:
    return any(host == each or host.endswith(f".{each}") for each in known)


def _decode_path(path: str) -> str:
    """Return the path that a server may see: decoded, without dots, in small letters."""
    for _ in range(_MOST_DECODINGS):
        path = unquote(path)
    return posixpath.normpath(f"/{path.lstrip('/')}").casefold()
