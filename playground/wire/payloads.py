"""Build the JSON in which people, servers, channels and messages travel."""

from __future__ import annotations

from playground.wire.records import File, Guild, Json, Message, User

ALL_PERMISSIONS = str((1 << 50) - 1)
SOMEBODYS_PERMISSIONS = str(
    1 << 6 | 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 31  # react, see, send, embed, attach, read, slash
)
MANAGE_GUILD = 1 << 5
MANAGE_MESSAGES = 1 << 13
JOINED = "2024-01-01T00:00:00.000000+00:00"
BOT_FLAGS = 1 << 23
"""The application has registered commands."""


def user(person: User) -> Json:
    """Return a user object."""
    return {
        "id": str(person.id),
        "username": person.name,
        "global_name": None if person.bot else person.name.capitalize(),
        "discriminator": "0001" if person.bot else "0",
        "avatar": None,
        "bot": person.bot,
        "public_flags": 0,
    }


def member(person: User) -> Json:
    """Return a guild member object."""
    return {
        "user": user(person),
        "nick": None,
        "avatar": None,
        "roles": [],
        "joined_at": JOINED,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
        "permissions": permissions(person),
    }


def permissions(person: User) -> str:
    """Return what a person may do in a server."""
    if person.bot:
        return ALL_PERMISSIONS
    own = (MANAGE_GUILD if person.manages else 0) | (MANAGE_MESSAGES if person.moderates else 0)
    return str(int(SOMEBODYS_PERMISSIONS) | own)


def text_channel(guild: Guild) -> Json:
    """Return the text channel of a server."""
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
        "permission_overwrites": [],
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


def guild_create(guild: Guild, people: list[User]) -> Json:
    """Return a whole server, as the gateway introduces it."""
    everyone = {
        "id": str(guild.id),
        "name": "@everyone",
        "permissions": SOMEBODYS_PERMISSIONS,
        "position": 0,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(people[-1].id),
        "member_count": len(people),
        "members": [member(person) for person in people],
        "roles": [everyone],
        "channels": [text_channel(guild)],
        "joined_at": JOINED,
        "unavailable": False,
        "large": False,
        "features": [],
        "preferred_locale": "en-US",
        "premium_tier": 0,
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "system_channel_flags": 0,
        "afk_timeout": 300,
        **{key: [] for key in ("emojis", "stickers", "threads", "voice_states", "presences", "stage_instances")},
        "guild_scheduled_events": [],
    }


def application(bot: User, owner: User) -> Json:
    """Return the application that the bot belongs to."""
    install = {"scopes": ["applications.commands", "bot"], "permissions": "0"}
    return {
        "id": str(bot.id),
        "name": bot.name,
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": user(owner),
        "team": None,
        "flags": BOT_FLAGS,
        "tags": [],
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "install_params": install,
        "integration_types_config": {"0": {"oauth2_install_params": install}, "1": {}},
        "approximate_guild_count": 1,
        "approximate_user_install_count": 1,
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
        "content_type": file.content_type,
        **({"description": file.description} if file.description else {}),
    }


def message(entry: Message, base: str) -> Json:
    """Return a message object; `base` is where its files are to be had."""
    return {
        "id": str(entry.id),
        "type": 0 if not entry.interaction_id else 19 if entry.replies_to else 20,
        "channel_id": str(entry.channel_id),
        "author": user(entry.author),
        "content": entry.content,
        "embeds": [{"type": "rich", **embed} for embed in entry.embeds],
        "attachments": [attachment(file, base) for file in entry.files],
        "components": entry.components,
        "flags": entry.flags,
        "timestamp": entry.created_at,
        "edited_timestamp": entry.edited_at,
        "tts": False,
        "pinned": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        **({"application_id": str(entry.author.id)} if entry.author.bot else {}),
        **({"webhook_id": str(entry.author.id)} if entry.interaction_id else {}),
        **({"message_reference": reference(entry)} if entry.replies_to else {}),
    }


def reference(entry: Message) -> Json:
    """Return what a message replies to."""
    return {"type": 0, "message_id": str(entry.replies_to), "channel_id": str(entry.channel_id)}
