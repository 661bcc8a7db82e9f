"""Make a message of a request's body, or change one by it."""

from __future__ import annotations

from typing import Any

from playground.wire.api_errors import INVALID_FORM, ApiError, Problem, refuse
from playground.wire.checks import bad_id, no_object
from playground.wire.component_rules import completed
from playground.wire.message_rules import check_files, check_not_empty, message_problems, whole_problems
from playground.wire.records import (
    COMPONENTS_V2,
    EPHEMERAL,
    LOADING,
    File,
    Json,
    Message,
    PlaceKind,
    RecordedRequest,
    User,
    timestamp,
)
from playground.wire.world import World

SUPPRESS_EMBEDS = 1 << 2
_SENDABLE_FLAGS = EPHEMERAL | COMPONENTS_V2 | SUPPRESS_EMBEDS | 1 << 12  # and without a sound


def body_of(request: RecordedRequest) -> Json:
    """Return the body, which has to be an object.

    Raises:
        ApiError: it is none.
    """
    if not isinstance(request.body, dict):
        refuse([Problem((), "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")])
    body: Json = request.body
    return body


def fill(world: World, message: Message, body: Json, files: dict[str, File]) -> None:
    """Put what a body and its files say into a message; what they do not mention stays.

    Raises:
        ApiError: Discord would refuse it; the message is then as it was.
    """
    flags = message.flags | flags_of(body) & COMPONENTS_V2
    refuse(message_problems(body, flags))
    if flags & COMPONENTS_V2 and body.get("poll"):
        text = "The 'poll' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
        refuse([Problem(("poll",), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)])
    check_files(files, world.limits.attachment_bytes)
    changed = Message(author=message.author, channel_id=message.channel_id, where=message.where, flags=flags)
    changed.content = (body["content"] or "").strip() if "content" in body else message.content
    changed.embeds = [_trimmed(embed) for embed in body["embeds"] or []] if "embeds" in body else message.embeds
    changed.components = body["components"] or [] if "components" in body else message.components
    changed.files = _files(message.files, body, files)
    check_not_empty(changed)
    refuse(whole_problems(changed))
    message.content, message.embeds = changed.content, changed.embeds
    message.components, message.files = completed(changed.components), changed.files
    if "content" in body or "allowed_mentions" in body:
        message.allowed_mentions = body.get("allowed_mentions")
    message.flags = flags
    world.messages[message.id] = message


def edit(world: World, message: Message, body: Json, files: dict[str, File]) -> None:
    """Change a message; one that showed “thinking…” shows something else from now on.

    Raises:
        ApiError: Discord would refuse it.
    """
    fill(world, message, body, files)
    if "flags" in body:
        message.flags = message.flags & ~SUPPRESS_EMBEDS | flags_of(body) & SUPPRESS_EMBEDS
    if not message.thinking:
        message.edited_at = timestamp()
    message.flags &= ~LOADING


def flags_of(body: Json) -> int:
    """Return the flags that a body asks for; none where they are no number, which the rules refuse later."""
    flags = body.get("flags")
    return flags if isinstance(flags, int) else 0


def sendable_flags(body: Json) -> int:
    """Return the flags of a new message that its sender may choose."""
    return flags_of(body) & _SENDABLE_FLAGS


def check_may_write(world: World, channel_id: int) -> None:
    """Check that the bot may write in a channel.

    Raises:
        ApiError: there is no such channel, or it is closed to the bot.
    """
    world.channel(channel_id)
    guild = world.guild_of(channel_id)
    if guild and guild.closed:
        raise ApiError(403, 50013, "Missing Permissions")


def send(world: World, request: RecordedRequest, channel_id: int, author: User) -> tuple[Message, bool]:
    """Put a message into a channel, without an interaction; return it, and whether it is new.

    It is not where the body has a nonce that has to be unique, and a message was sent by that nonce already.

    Raises:
        ApiError: there is no such channel, or Discord would refuse the message.
    """
    check_may_write(world, channel_id)
    body = body_of(request)
    nonce = str(body["nonce"]) if body.get("nonce") and body.get("enforce_nonce") else ""
    if nonce in world.nonces:
        return world.nonces[nonce], False
    where: PlaceKind = "guild" if world.guild_of(channel_id) else "dm"
    message = Message(author=author, channel_id=channel_id, where=where, **_reply(world, body, channel_id))
    message.flags = sendable_flags(body) & ~EPHEMERAL
    fill(world, message, body, request.files)
    if nonce:
        world.nonces[nonce] = message
    return message, True


def _reply(world: World, body: Json, channel_id: int) -> Json:
    """Return what a body says of the message that it replies to, in the words of `Message`.

    Raises:
        ApiError: there is no such message in the channel, and the body does not do without.
    """
    reference = body.get("message_reference")
    if reference is None:
        return {}
    refuse(no_object(reference, "message_reference"))
    refuse(bad_id(reference.get("message_id"), "message_reference", "message_id"))
    target = world.messages.get(int(reference["message_id"]))
    if target is None or target.deleted or target.channel_id != channel_id:
        if not reference.get("fail_if_not_exists", True):
            return {}
        unknown = Problem(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        error = ApiError(400, INVALID_FORM, "Invalid Form Body", [unknown])
        error.violations = []  # it may have been deleted a moment ago
        raise error
    allowed = body.get("allowed_mentions")
    return {"replies_to": target.id, "pings": allowed is None or bool(allowed.get("replied_user"))}


def _files(present: list[File], body: Json, files: dict[str, File]) -> list[File]:
    """Return the files that stay, and the new ones with the names and descriptions that the body gives them."""
    if "attachments" not in body:
        return present + list(files.values())
    kept: list[File] = []
    for entry in body["attachments"] or []:
        number = str(entry.get("id"))
        new = files.get(f"files[{number}]")
        old = next((file for file in present if str(file.id) == number), None)
        if new:
            name, description = entry.get("filename") or new.name, entry.get("description")
            kept.append(File(name, new.content, new.content_type, description, new.id))
        elif old:
            kept.append(old)
        else:
            refuse([Problem(("attachments",), "ATTACHMENT_NOT_FOUND", f"There is no file {number}")])
    missing = [file for file in files.values() if file.id not in {k.id for k in kept}]
    return kept + missing


def _trimmed(part: Any) -> Any:  # noqa: ANN401 - any part of an embed
    """Return an embed without white space around its texts, as Discord keeps it."""
    if isinstance(part, dict):
        return {key: _trimmed(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_trimmed(value) for value in part]
    return part.strip() if isinstance(part, str) else part
