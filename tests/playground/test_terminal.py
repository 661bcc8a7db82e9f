"""Typed lines, drawn messages, and a conversation of both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from discord import app_commands
from discord.ext import commands

from playground.command_input import CommandLineError, parse, usage, values
from playground.terminal.conversation import converse
from playground.terminal.drawing import Pen, draw, size
from playground.wire.records import EPHEMERAL, File, Message, User
from playground.wire.redirect import discord_at
from playground.wire.server import WireServer
from playground.wire.world import Limits

COMMANDS: list[dict[str, Any]] = [
    {
        "name": "generate",
        "type": 1,
        "description": "Write",
        "options": [
            {"name": "seed", "type": 3, "description": "Start", "required": True, "max_length": 10},
            {"name": "top_n", "type": 4, "description": "Top", "min_value": 1, "max_value": 98},
            {"name": "n", "type": 10, "description": "Number", "min_value": 0},
            {"name": "private", "type": 5, "description": "Private"},
            {"name": "who", "type": 6, "description": "Who"},
            {"name": "mood", "type": 3, "description": "M", "choices": [{"name": "Sunny", "value": "sun"}]},
        ],
    },
    {
        "name": "models",
        "type": 1,
        "description": "Models",
        "options": [{"name": "show", "type": 1, "description": "Show one", "options": []}],
    },
    {"name": "Shout this", "type": 3, "description": ""},
]


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("/generate seed: It was top_n: 5 private: true", {"seed": "It was", "top_n": 5, "private": True}),
        ("/generate private: False seed:  x  ", {"seed": "x", "private": False}),
        ("/generate seed:a:b c: d", {"seed": "a:b c: d"}),
        ("/generate seed: tops_n: 5", {"seed": "tops_n: 5"}),
        ("/generate n: -0 seed: -1", {"n": 0.0, "seed": "-1"}),
        ("/generate n: 2.5 seed: x", {"n": 2.5, "seed": "x"}),
        ("/generate seed: x mood: Sunny", {"seed": "x", "mood": "sun"}),
        ("/generate seed: x mood: sun", {"seed": "x", "mood": "sun"}),
    ],
)
def test_a_line_becomes_a_command_with_typed_values(line: str, options: dict[str, Any]) -> None:
    typed = parse(line, COMMANDS)
    assert typed.name == "generate"
    assert typed.options == options


def test_a_subcommand_is_named_after_its_group() -> None:
    assert parse("/models show", COMMANDS).name == "models show"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("/", "There is no command /. There are: /generate, /models show."),
        ("/unknown x", "There is no command /unknown. There are: /generate, /models show."),
        ("/Shout this", "There is no command /Shout."),
        ("/generate", "/generate needs the option seed: Start"),
        ("/generate hello", "Before 'hello' the name of an option is missing. Its options: seed, top_n"),
        ("/generate sed: hello", "/generate has no option 'sed'. Its options: seed, top_n, n, private, who, mood."),
        ("/models show x: 1", "/models show has no option 'x'. It has no options."),
        ("/generate seed:", "seed has no value. (10 or fewer characters)"),
        ("/generate seed: 12345678901", "seed has 11 characters. (10 or fewer characters)"),
        ("/generate seed: x seed: y", "seed is given twice."),
        ("/generate seed: x top_n: five", "top_n: 'five' is not a whole number. (1 to 98)"),
        ("/generate seed: x top_n: 2.5", "top_n: '2.5' is not a whole number. (1 to 98)"),
        ("/generate seed: x top_n: 0", "top_n: 0 is out of range. (1 to 98)"),
        ("/generate seed: x top_n: 99", "top_n: 99 is out of range. (1 to 98)"),
        ("/generate seed: x n: -1", "n: -1 is out of range. (0 or more)"),
        ("/generate seed: x n: many", "n: 'many' is not a number. (0 or more)"),
        ("/generate seed: x private: yes", "private: 'yes' is neither true nor false."),
        ("/generate seed: x mood: rainy", "mood: 'rainy' is not allowed. There are: Sunny."),
        ("/generate seed: x who: ana", "who cannot be typed here"),
        (f"/generate seed: x top_n: {'9' * 5000}", f"top_n: '{'9' * 40}…' is not a whole number."),
    ],
)
def test_a_wrong_line_is_answered_with_what_is_allowed(line: str, message: str) -> None:
    with pytest.raises(CommandLineError) as caught:
        parse(line, COMMANDS)
    assert message in str(caught.value)


def test_single_options_become_values_or_what_is_wrong_with_them() -> None:
    options = COMMANDS[0]["options"]
    typed = {"seed": " x ", "top_n": " 5 ", "n": "", "private": "TRUE", "mood": "Sunny", "more": "x"}
    assert values(options, typed) == ({"seed": " x ", "top_n": 5, "private": True, "mood": "sun"}, {})
    found, wrong = values(options, {"top_n": "0", "n": "1", "private": "yes"})
    assert found == {"n": 1.0}
    assert wrong == {
        "seed": "seed is needed: Start (10 or fewer characters)",
        "top_n": "top_n: 0 is out of range. (1 to 98)",
        "private": "private: 'yes' is neither true nor false.",
    }


def test_usage_lists_commands_and_options() -> None:
    text = usage(COMMANDS)
    assert "/generate\n    seed: Start (10 or fewer characters)\n    top_n: Top (1 to 98)" in text
    assert "/models show" in text


def message(**parts: Any) -> Message:
    return Message(author=User("Charla", bot=True), channel_id=1, where="guild", **parts)


def test_an_embed_is_drawn_as_a_box() -> None:
    embed = {
        "title": "Title",
        "description": "**It \\*was\\*** a \\\\ day",
        "fields": [{"name": "Name", "value": "value"}],
        "footer": {"text": "top-n 5 · **raw**"},
    }
    assert draw(message(embeds=[embed], flags=EPHEMERAL), Pen(80)) == (
        "Charla BOT\n"
        "┌───────────────────┐\n"
        "│ Title             │\n"
        "│                   │\n"
        "│ It *was* a \\ day  │\n"
        "│                   │\n"
        "│ Name              │\n"
        "│ value             │\n"
        "│                   │\n"
        "│ top-n 5 · **raw** │\n"
        "└───────────────────┘\n"
        "(Only you can see this)\n"
    )


def test_bold_is_shown_on_a_terminal_alone() -> None:
    text = draw(message(content="a **b** c ** d"), Pen(80, ansi=True))
    assert text == "\x1b[1mCharla BOT\x1b[0m\na \x1b[1mb\x1b[0m c ** d\n"
    assert draw(message(content="a **b** c ** d"), Pen(80)) == "Charla BOT\na b c ** d\n"


def test_long_lines_are_wrapped_and_wide_characters_counted() -> None:
    text = draw(message(embeds=[{"description": "word " * 30 + "x" * 50 + " 漢字" * 20}]), Pen(40))
    lines = text.splitlines()[1:]
    widths = {sum(2 if c in "漢字" else 1 for c in line) for line in lines}
    assert len(widths) == 1
    assert widths.pop() <= 40
    assert "x" * 36 in text


def test_text_cannot_steer_the_terminal() -> None:
    file = File("a\x1b.txt", b"\x1b[2J\x07")
    text = draw(message(content="a\x1b]0;x\x07\tb\r", files=[file]), Pen(80))
    assert not set(text) & {"\x1b", "\x07", "\r", "\t"}


def test_files_and_buttons_are_listed() -> None:
    row = {"type": 1, "components": [{"type": 2, "label": "More"}, {"type": 2, "label": "Less"}]}
    files = [File("a.txt", b"one\ntwo\n"), File("b.bin", b"\xff" * 1500), File("c.txt", b"x\n" * 50)]
    text = draw(message(files=files, components=[row]), Pen(80))
    assert "[a.txt, 8 B]\n  one\n  two\n[b.bin, 1.5 kB]\n[c.txt, 100 B]\n  x\n" in text
    assert text.endswith("  … and 10 more lines\n[More] [Less]\n")
    assert size(2_500_000) == "2.5 MB"


def test_a_container_is_drawn_as_a_box_and_buttons_of_one_label_are_told_apart() -> None:
    def more(custom_id: str) -> dict[str, Any]:
        return {"type": 2, "label": "More", "custom_id": custom_id}

    sections = [
        {"type": 9, "components": [{"type": 10, "content": f"**{text}**"}], "accessory": more(text)} for text in "ab"
    ]
    row = {"type": 1, "components": [more("c"), {"type": 2, "label": "Less", "custom_id": "d"}]}
    container = {
        "type": 17,
        "components": [*sections, {"type": 14}, {"type": 10, "content": "-# small \\- print"}, row],
    }
    assert draw(message(components=[container]), Pen(80)) == (
        "Charla BOT\n"
        "┌─────────────────┐\n"
        "│ a               │\n"
        "│ [More]          │\n"
        "│                 │\n"
        "│ b               │\n"
        "│ [More 2]        │\n"
        "│                 │\n"
        "│ small - print   │\n"
        "│                 │\n"
        "│ [More 3] [Less] │\n"
        "└─────────────────┘\n"
    )


@app_commands.command(description="Answers")
async def echo(interaction: discord.Interaction[Any], text: str, wait: float = 0.0) -> None:
    if wait < 0:
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    await asyncio.sleep(wait)
    await interaction.edit_original_response(content=text)


async def typed_lines(*lines: str) -> AsyncIterator[str]:
    for line in lines:
        yield line


async def converse_with(
    command: app_commands.Command[Any, Any, Any], limits: Limits, *lines: str, **options: Any
) -> list[str]:
    """Type lines to a bot that has one command, and return what is shown."""
    intents = discord.Intents(guilds=True)
    bot = commands.AutoShardedBot(commands.when_mentioned, intents=intents, help_command=None, guild_ready_timeout=0.05)
    bot.tree.add_command(command)
    shown: list[str] = []
    async with WireServer(limits=limits) as server:
        with discord_at(server):
            await bot.login(server.token)
            await bot.tree.sync()
            serving = asyncio.create_task(bot.connect())
            await server.bot_ready()
            await converse(server, typed_lines(*lines), shown.append, pen=Pen(), **options)
            await bot.close()
            await serving
    return shown


async def test_a_conversation() -> None:
    lines = ("", "hello", "/nothing", "/echo text: hi", "/echo text: x wait: -1", "/echo text: x wait: 9")
    shown = await converse_with(echo, Limits(first_answer_seconds=0.2), *lines, patience=0.1)
    usage_text, unknown, answer, unanswered, unfinished = shown
    assert "/echo\n    text: …" in usage_text
    assert unknown == "There is no command /nothing. There are: /echo.\n"
    assert answer == "Charla BOT\nhi\n(Only you can see this)\n"
    assert unanswered == "The bot did not answer within 0.2 s.\n"
    assert unfinished == "The bot acknowledged the command, but did not answer it within 0.1 s.\n"


FORM_SHOWN = """\
Edit asks for (type /edit text: … more: … size: … kept: …)
  text: as it was
  more: of it
  size: Rather small (Rather small, Tall)
  kept: true (true or false)
"""


class Form(discord.ui.Modal, title="Change"):
    text: discord.ui.TextInput[Form] = discord.ui.TextInput(label="Text", custom_id="text", default="as it was")
    more: discord.ui.TextInput[Form] = discord.ui.TextInput(label="More", custom_id="more", default="of it")
    size: discord.ui.Label[Form] = discord.ui.Label(
        text="Size",
        component=discord.ui.Select(
            custom_id="size",
            options=[
                discord.SelectOption(label="Rather small", value="small", default=True),
                discord.SelectOption(label="Tall", value="tall"),
            ],
        ),
    )
    kept: discord.ui.Label[Form] = discord.ui.Label(
        text="Kept", component=discord.ui.Checkbox(custom_id="kept", default=True)
    )

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        size, kept = self.size.component, self.kept.component
        assert isinstance(size, discord.ui.Select)
        assert isinstance(kept, discord.ui.Checkbox)
        await interaction.response.send_message(
            f"{self.text.value} / {self.more.value} / {','.join(size.values)} / {kept.value}"
        )


class Buttons(discord.ui.View):
    @discord.ui.button(label="Again")
    async def again(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Buttons]) -> None:
        await interaction.response.send_message("once more")

    @discord.ui.button(label="Edit")
    async def edit(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Buttons]) -> None:
        await interaction.response.send_modal(Form())

    @discord.ui.button(label="Delete")
    async def delete(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Buttons]) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()


@app_commands.command(description="Shows buttons")
async def buttons(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_message("press", view=Buttons())


async def test_buttons_are_pressed_by_their_names() -> None:
    lines = (
        "/again",
        "/buttons",
        "/again",
        "/AGAIN",
        "/edit",
        "/edit more: new",
        "/edit size: tall kept: false",
        "/edit size: wide",
        "/edit x: y",
        "/delete",
        "/again",
    )
    shown = await converse_with(buttons, Limits(), *lines)
    assert shown == [
        "There is no command /again. There are: /buttons.\n",
        "Charla BOT\npress\n[Again] [Edit] [Delete]\n",
        "Charla BOT\nonce more\n",
        "There is no command /AGAIN. There are: /buttons.\n",
        FORM_SHOWN,
        "Charla BOT\nas it was / new / small / True\n",
        "Charla BOT\nas it was / of it / tall / False\n",
        "size: 'wide' is not allowed. There are: Rather small, Tall.\n",
        "/edit has no option 'x'. Its options: text, more, size, kept.\n",
        "(The message is deleted.)\n",
        "There is no command /again. There are: /buttons.\n",
    ]
