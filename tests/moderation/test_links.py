from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.moderation.links import is_invite, split_links


def clickable(text: str) -> list[str]:
    return [piece for piece, kept in split_links(text) if kept]


@pytest.mark.parametrize(
    "link",
    ["https://example.org", "http://example.org:8080/a_b/c-d?e=f&g=%20#h", "HTTPS://EXAMPLE.ORG/", "https://a.b/(c)"],
)
def test_links_of_ordinary_characters_may_be_clicked(link: str) -> None:
    assert clickable(link) == [link]
    assert clickable(f"see {link} and\n{link}") == [link, link]


@pytest.mark.parametrize(
    "text",
    [
        "example.org", "ftp://example.org", "javascript://x", "https://", "xhttps://example.org",
        "https://example.org/*a*", "https://example.org/[a](b)", "https://example.org/||a||", "https://a\\.b",
        "https://google.com@example.org", "https://example.org/<@1>", "[a](https://example.org)", "https://exämple.org",
    ],
)  # fmt: skip
def test_what_might_format_or_deceive_may_not(text: str) -> None:
    assert clickable(text) == []


@pytest.mark.parametrize(
    "link",
    [
        "https://discord.gg/abc", "https://DISCORD.gg/abc", "http://www.discord.gg./abc", "https://discord.gg:443/abc",
        "https://discord.com/invite/abc", "https://discordapp.com/Invite/abc", "https://ptb.discord.com/invite/abc",
        "https://discord.com//invite/abc", "https://discord.com/%69nvite/abc", "https://discord.com/./x/../invite/abc",
        "https://dsc.gg/abc", "https://invite.gg/abc", "https://discord.com/%2569nvite/abc", "https://discord.co/invite/abc",
        "https://discord.com/x%2f..%2finvite/abc", "https://discord.com/;/../invite/abc", "https://discord.com/invite#abc",
        "https://discord.com/api/v10/invites/abc", "https://discord.com/servers", "https://discord.com/servers/abc-1",
        "https://discord.com/template/abc", "https://discord.new/abc", "https://discord.link/abc", "https://discord.me/abc",
        "https://disboard.org/server/join/1", "https://disboard.org/server/1", "https://discordservers.com/join/1",
        "https://discords.com/servers/1", "https://top.gg/servers/1/join", "https://discadia.com/abc",
        "https://discord.com/oauth2/authorize?client_id=1&scope=identify%20guilds.join",
    ],
)  # fmt: skip
def test_invites_may_never_be_clicked(link: str) -> None:
    assert is_invite(link)
    assert clickable(f"join {link} now") == []


@pytest.mark.parametrize(
    "link",
    [
        "https://discord.com/channels/1",
        "https://example.org/discord.gg/x",
        "https://gg",
        "https://notdiscord.com/invite/x",
        "https://discord.com/serverside",
        "https://discord.com/developers/servers",
        "https://top.gg/bot/1",
        "https://discord.com/oauth2/authorize?client_id=1&scope=bot",
        "https://support.discord.com/hc/en-us",
    ],
)
def test_other_links_are_no_invites(link: str) -> None:
    assert not is_invite(link)


@given(st.text(max_size=200) | st.from_regex(r"https?://[ -~]{0,40}( https://discord\.gg/[ -~]{0,9})?"))
def test_splitting_loses_nothing(text: str) -> None:
    assert "".join(piece for piece, _ in split_links(text)) == text
