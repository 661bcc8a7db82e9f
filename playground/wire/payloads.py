"""Build the JSON in which people, servers, channels and messages travel."""

from __future__ import annotations

from collections.abc import Iterable

from playground.wire.component_rules import completed
from playground.wire.exchange import Exchange, InteractionKind
from playground.wire.mentions import mentioned, mentions_everyone
from playground.wire.records import EPHEMERAL, File, Guild, Json, Message, User

ALL_PERMISSIONS = str((1 << 50) - 1)
SOMEBODYS_PERMISSIONS = str(
    # React, see, send, embed, attach, read, join, use slash commands, send in threads.
    1 << 6 | 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 20 | 1 << 31 | 1 << 38
)
SEND_MESSAGES = 1 << 11
MANAGE_GUILD = 1 << 5
MANAGE_MESSAGES = 1 << 13
JOINED = "2024-01-01T00:00:00.000000+00:00"
BOT_FLAGS = 1 << 23
"""The application has registered commands."""

# Keys that are always there, and null where nothing was set.
_UNSET_OF_USER = (
    "avatar", "banner", "accent_color", "avatar_decoration_data", "collectibles", "primary_guild",
)  # fmt: skip
_UNSET_OF_MEMBER = (
    "nick", "avatar", "banner", "avatar_decoration_data", "collectibles", "premium_since",
    "communication_disabled_until",
)  # fmt: skip
_UNSET_OF_GUILD = (
    "icon", "description", "home_header", "splash", "discovery_splash", "banner", "application_id", "afk_channel_id",
    "system_channel_id", "widget_channel_id", "max_presences", "vanity_url_code", "rules_channel_id",
    "safety_alerts_channel_id", "public_updates_channel_id", "incidents_data",
)  # fmt: skip
_LEVELS_OF_GUILD = (
    "premium_tier", "premium_subscription_count", "verification_level", "explicit_content_filter", "mfa_level",
    "nsfw_level", "system_channel_flags",
)  # fmt: skip
_EMPTY_OF_GUILD = (
    "features", "emojis", "stickers", "threads", "voice_states", "presences", "stage_instances",
    "guild_scheduled_events", "soundboard_sounds",
)  # fmt: skip


def user(person: User) -> Json:
    """Return a user object."""
    return {
        "id": str(person.id),
        "username": person.name,
        "global_name": None if person.bot else person.name.capitalize(),
        "discriminator": "0001" if person.bot else "0",
        "bot": person.bot,
        "public_flags": 0,
        "flags": 0,
        **dict.fromkeys(_UNSET_OF_USER),
    }


def own_user(bot: User) -> Json:
    """Return the bot's user object as only itself sees it."""
    return user(bot) | {"verified": True, "mfa_enabled": True, "locale": "en-US", "email": None}


def member(person: User) -> Json:
    """Return a guild member object."""
    return {
        "user": user(person),
        "roles": [],
        "joined_at": JOINED,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        **dict.fromkeys(_UNSET_OF_MEMBER),
        "permissions": permissions(person),
    }


def permissions(person: User) -> str:
    """Return what a person may do in a server."""
    if person.bot:
        return ALL_PERMISSIONS
    own = (MANAGE_GUILD if person.manages else 0) | (MANAGE_MESSAGES if person.moderates else 0)
    return str(int(SOMEBODYS_PERMISSIONS) | own)


def text_channel(guild: Guild, bot: User) -> Json:
    """Return the text channel of a server; one that is closed to the bot says so by an overwrite."""
    overwrite = {"id": str(bot.id), "type": 1, "allow": "0", "deny": str(SEND_MESSAGES)}
    return {
        "id": str(guild.channel_id),
        "type": 0,
        "guild_id": str(guild.id),
        "name": "general",
        "topic": None,
        "position": 0,
        "parent_id": None,
        "nsfw": guild.adults_only,
        "flags": 0,
        "rate_limit_per_user": 0,
        "permission_overwrites": [overwrite] if guild.closed else [],
        "permissions": SOMEBODYS_PERMISSIONS,
        "last_message_id": None,
    }


def direct_channel(channel_id: int, recipients: list[User]) -> Json:
    """Return a direct message channel."""
    return {
        "id": str(channel_id),
        "type": 1,
        "flags": 0,
        "last_message_id": None,
        "recipients": [user(person) for person in recipients],
    }


def everyone(guild: Guild) -> Json:
    """Return the role that all members of a server have."""
    return {
        "id": str(guild.id),
        "name": "@everyone",
        "description": None,
        "permissions": SOMEBODYS_PERMISSIONS,
        "position": 0,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "icon": None,
        "unicode_emoji": None,
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def guild_create(guild: Guild, people: list[User]) -> Json:
    """Return a whole server, as the gateway introduces it; the first of `people` is the bot."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(people[-1].id),
        "member_count": len(people),
        "members": [member(person) for person in people],
        "roles": [everyone(guild)],
        "channels": [text_channel(guild, people[0])],
        "joined_at": JOINED,
        "unavailable": False,
        "large": False,
        "nsfw": False,
        "premium_progress_bar_enabled": False,
        "widget_enabled": False,
        "region": "us-east",
        "preferred_locale": "en-US",
        "default_message_notifications": 1,
        "afk_timeout": 300,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        **dict.fromkeys(_LEVELS_OF_GUILD, 0),
        **dict.fromkeys(_UNSET_OF_GUILD),
        **{key: [] for key in _EMPTY_OF_GUILD},
    }


def application(bot: User, owner: User) -> Json:
    """Return the application that the bot belongs to."""
    install = {"scopes": ["applications.commands", "bot"], "permissions": "0"}
    return {
        "id": str(bot.id),
        "name": bot.name,
        "type": None,
        "icon": None,
        "description": "",
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": user(owner),
        "team": None,
        "flags": BOT_FLAGS,
        "flags_new": str(BOT_FLAGS),
        "tags": [],
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": install["scopes"],
        "install_params": install,
        "integration_types_config": {"0": {"oauth2_install_params": install}, "1": {}},
        "approximate_guild_count": 1,
        "approximate_user_install_count": 1,
        "approximate_user_authorization_count": 0,
        "bot": user(bot),
    }


def attachment(file: File, base: str) -> Json:
    """Return an attachment object; `base` is where the files are to be had."""
    return {
        "id": str(file.id),
        "filename": file.name,
        "size": len(file.content),
        "url": f"{base}/{file.id}/{file.name}",
        "proxy_url": f"{base}/{file.id}/{file.name}",
        **({"content_type": file.content_type} if file.content_type else {}),
        **({"description": file.description} if file.description else {}),
    }


def message(entry: Message, base: str, people: Iterable[User]) -> Json:
    """Return a message object; `base` is where its files are to be had, `people` those whom it may mention."""
    ephemeral = {"ephemeral": True} if entry.flags & EPHEMERAL else {}
    return {
        "id": str(entry.id),
        "type": _kind(entry),
        "channel_id": str(entry.channel_id),
        "author": user(entry.author),
        "content": entry.content,
        "embeds": [_embed(embed) for embed in entry.embeds],
        "attachments": [attachment(file, base) | ephemeral for file in entry.files],
        "components": completed(entry.components),
        "flags": entry.flags,
        "timestamp": entry.created_at,
        "edited_timestamp": entry.edited_at,
        "tts": False,
        "pinned": False,
        "mention_everyone": mentions_everyone(entry),
        "mentions": [user(person) for person in mentioned(entry, people)],
        "mention_roles": [],
        **({"application_id": str(entry.author.id)} if entry.author.bot else {}),
        **({"webhook_id": str(entry.author.id)} if entry.interaction_id else {}),
        **({"message_reference": reference(entry)} if entry.replies_to else {}),
        **entry.origin,
        **entry.extra,
    }


def message_create(entry: Message, made: Json, guild: Guild | None, bot: User) -> Json:
    """Return the event that tells the bot of a message, without what is kept from it.

    Args:
        entry: the message.
        made: its message object.
        guild: the server that it is in; None for a direct message.
        bot: sees what it wrote itself, what mentions it, and direct messages; of all others, that they are there.

    Source: https://docs.discord.com/developers/events/gateway#message-content-intent
    """
    if guild is None:
        return made | {"channel_type": 1}
    event = _kept(made, bot) | {"channel_type": 0, "guild_id": str(guild.id), "member": _author(entry.author)}
    if event.get("referenced_message"):
        event["referenced_message"] = _kept(event["referenced_message"], bot)
    return event


def _kept(made: Json, bot: User) -> Json:
    """Return a message without what it says, if it does not concern the bot."""
    if _concerns(made, bot):
        return made
    empty = {"content": "", "embeds": [], "attachments": [], "components": []}
    return {key: value for key, value in (made | empty).items() if key not in {"poll", "message_snapshots"}}


def _concerns(made: Json, bot: User) -> bool:
    return str(bot.id) in {made["author"]["id"], *(user["id"] for user in made["mentions"])}


def _author(person: User) -> Json:
    """Return the member that goes along with a message: without the user, who is its author."""
    return {key: value for key, value in member(person).items() if key not in {"user", "permissions"}}


def _embed(embed: Json) -> Json:
    """Return an embed with what Discord fills in."""
    fields = {"fields": [{"inline": False, **field} for field in embed["fields"]]} if embed.get("fields") else {}
    return {"type": "rich", **embed, **fields}


def _kind(entry: Message) -> int:
    """Return Discord's number for an ordinary message, a reply, or the answer to a command or a menu."""
    if entry.replies_to:
        return 19
    if not entry.interaction_id:
        return 0
    return 23 if "target_message_id" in entry.origin.get("interaction_metadata", {}) else 20


def reference(entry: Message) -> Json:
    """Return what a message replies to."""
    return {"type": 0, "message_id": str(entry.replies_to), "channel_id": str(entry.channel_id)}


def origin(exchange: Exchange) -> Json:
    """Return the keys by which a message says what interaction it answers, the older way with them.

    Source: https://docs.discord.com/developers/resources/message (message interaction metadata object)
    """
    made: Json = {"interaction_metadata": interaction_metadata(exchange)}
    if exchange.kind is InteractionKind.COMMAND:
        head = {"id": str(exchange.id), "type": int(exchange.kind), "name": exchange.data["name"]}
        made["interaction"] = head | {"user": user(exchange.user)}
    return made


def interaction_metadata(exchange: Exchange) -> Json:
    """Return who did what, and by whose installation."""
    made: Json = {
        "id": str(exchange.id),
        "type": int(exchange.kind),
        "user": user(exchange.user),
        "authorizing_integration_owners": exchange.payload["authorizing_integration_owners"],
    }
    if "target_id" in exchange.data:
        made["target_message_id"] = exchange.data["target_id"]
    if exchange.kind is InteractionKind.COMPONENT:
        made["interacted_message_id"] = exchange.payload["message"]["id"]
    if exchange.opened_by:
        made["triggering_interaction_metadata"] = interaction_metadata(exchange.opened_by)
    return made
