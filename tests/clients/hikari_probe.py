"""A bot of hikari for the tests of the playground: a command, a message menu, buttons, a select and a form.

It runs in an environment of its own. `WIRE_URL` and `WIRE_TOKEN` say where it connects. Each thing that it saw is a
line of JSON.
"""

from __future__ import annotations

import json
import os
import traceback
from typing import Any

import hikari
from hikari.impl import AutocompleteChoiceBuilder

WHISPER = hikari.MessageFlag.EPHEMERAL
CREATE, UPDATE = hikari.ResponseType.MESSAGE_CREATE, hikari.ResponseType.MESSAGE_UPDATE
DEFER, DEFER_UPDATE = hikari.ResponseType.DEFERRED_MESSAGE_CREATE, hikari.ResponseType.DEFERRED_MESSAGE_UPDATE

bot = hikari.GatewayBot(
    os.environ["WIRE_TOKEN"],
    rest_url=f"{os.environ['WIRE_URL']}/api/v10",
    intents=hikari.Intents.GUILDS,
    banner=None,
    logs="ERROR",
)


def saw(what: str, value: Any) -> None:
    print(json.dumps([what, value]), flush=True)  # noqa: T201 - this is what the test reads


def everywhere(builder: Any) -> Any:
    places, installs = hikari.ApplicationContextType, hikari.ApplicationIntegrationType
    builder.set_context_types([places.GUILD, places.BOT_DM, places.PRIVATE_CHANNEL])
    return builder.set_integration_types([installs.GUILD_INSTALL, installs.USER_INSTALL])


async def register(_event: Any) -> None:
    application = await bot.rest.fetch_application()
    probe = everywhere(bot.rest.slash_command_builder("probe", "A probe"))
    kinds = hikari.OptionType
    probe.add_option(hikari.CommandOption(type=kinds.STRING, name="pick", description="Picks", autocomplete=True))
    probe.add_option(
        hikari.CommandOption(type=kinds.INTEGER, name="num", description="Counts", min_value=1, max_value=10)
    )
    menu = everywhere(bot.rest.context_menu_command_builder(hikari.CommandType.MESSAGE, "Probe this"))
    made = await bot.rest.set_application_commands(application, [probe, menu])
    saw("registered", [command.name for command in made])
    saw("owner", application.owner.username)


def rows() -> list[Any]:
    buttons, selects = bot.rest.build_message_action_row(), bot.rest.build_message_action_row()
    for name in ("form", "update", "delete"):
        buttons.add_interactive_button(hikari.ButtonStyle.PRIMARY, name, label=name)
    selects.add_text_menu("choose").add_option("One", "one").add_option("Two", "two")
    return [buttons, selects]


async def answer(interaction: Any) -> None:
    saw("options", [option.value for option in interaction.options])
    await interaction.create_initial_response(DEFER)
    embed = hikari.Embed(title="Title", description="Text")
    edited = await interaction.edit_initial_response("edited", embed=embed, components=rows())
    saw("edited", [edited.interaction_metadata.user.username, edited.webhook_id == interaction.application_id])
    followed = await interaction.execute("with a file", attachment=hikari.Bytes(b"hello", "a.txt"))
    (file,) = followed.attachments
    saw("file", [file.filename, (await file.read()).decode()])
    whisper = await interaction.execute("whisper", flags=WHISPER)
    saw("ephemeral", bool(whisper.flags & WHISPER))
    saw("original", (await interaction.fetch_initial_response()).content)
    await interaction.edit_message(followed, "file edited")
    await interaction.delete_message(followed)


async def press(interaction: Any) -> None:
    if interaction.custom_id == "choose":
        await interaction.create_initial_response(CREATE, f"chose {','.join(interaction.values)}", flags=WHISPER)
    elif interaction.custom_id == "form":
        row = bot.rest.build_modal_action_row()
        row.add_text_input("field", "Field")
        await interaction.create_modal_response("Form", "form", component=row)
    elif interaction.custom_id == "update":
        await interaction.create_initial_response(DEFER_UPDATE)
        await interaction.edit_initial_response(f"updated by {interaction.user.username}")
    else:
        await interaction.create_initial_response(DEFER_UPDATE)
        await interaction.delete_initial_response()


async def handle(event: Any) -> None:
    interaction = event.interaction
    try:
        if isinstance(interaction, hikari.AutocompleteInteraction):
            await interaction.create_response([AutocompleteChoiceBuilder("apple", "apple")])
        elif isinstance(interaction, hikari.ComponentInteraction):
            await press(interaction)
        elif isinstance(interaction, hikari.ModalInteraction):
            typed = interaction.components[0].components[0].value
            await interaction.create_initial_response(UPDATE, f"form: {typed}", components=rows())
        elif interaction.command_type is hikari.CommandType.SLASH:
            await answer(interaction)
        else:
            (target,) = interaction.resolved.messages.values()
            await interaction.create_initial_response(CREATE, f"menu: {target.content}", flags=WHISPER)
    except Exception:  # noqa: BLE001 - whatever it is, the test shows it
        saw("failed", traceback.format_exc())


bot.subscribe(hikari.StartedEvent, register)
bot.subscribe(hikari.InteractionCreateEvent, handle)
bot.run(check_for_updates=False)
