from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.components import Action, Button, Rendered
from bot.chat.markup import MarkupError, bold, escape, guard, unescape, unguard, units, well_formed
from bot.chat.render import EMBED_LIMIT, choose_colour, read_back, render_text
from bot.chat.trim import SENTENCE_END, trim_end, trim_result
from bot.generation.catalog import SHIPPED_MODELS
from bot.generation.request import GenerationRequest, GenerationResult
from tests.support.hostile_text import ANYTHING, MARKS


def result(*completions: str, **options: int) -> GenerationResult:
    values = {"seed": "folded", "top_n": 3, "random_seed": 42, "count": len(completions)} | options
    request = GenerationRequest(**values, first_line=len(completions) > 1)  # type: ignore[arg-type]
    return GenerationResult(request, completions, "lexicon", "tensorflow", 0.25, 0.5)


def render(made: GenerationResult, typed_seed: str, requester: int = 0, *, keep_links: bool = False) -> Rendered:
    """The message that answers a request whose seed was typed so."""
    request = replace(made.request, typed_seed=typed_seed)
    return render_text([trim_result(replace(made, request=request))], requester, keep_links)


def shown_by_a_client(text: str) -> str:
    """What a Discord client shows of escaped text: a backslash goes, the mark after it stays."""
    return re.sub(r"\\([^\sA-Za-z0-9])", r"\1", text)


@pytest.mark.parametrize(
    ("text", "trimmed"),
    [
        ("One line that is whole.\nAnother that is cu", "One line that is whole."),
        ("Short.\nA much longer line. With sentences. And a cut e", "Short.\nA much longer line. With sentences."),
        ("No. This sentence goes on for so long that it is cu", "No. This sentence goes on for so long that it is"),
        ('He said: "Here it ends." And then', 'He said: "Here it ends."'),
        ("pi is 3.14159 and so o", "pi is 3.14159 and so"),
        ("Unfinishedword", "Unfinishedword"),
        ("ends at a blank ", "ends at a blank"),
        ("", ""),
        ("a\n", "a"),
        ("\n\n", ""),
    ],
)  # fmt: skip
def test_the_end_is_trimmed_where_it_reads_best(text: str, trimmed: str) -> None:
    assert trim_end(text) == trimmed


@given(st.text("a.!…\"') \n", max_size=60))
def test_a_sentence_ends_after_all_of_its_marks(text: str) -> None:
    """Looking at each run of marks once finds what looking at every place would."""
    plainly = [found.end() for found in re.finditer(r"[.!?…]+[\"')\]’”]*(?=\s|$)", text)]
    assert [found.end() for found in SENTENCE_END.finditer(text)] == plainly


@given(st.text(max_size=300))
def test_trimming_only_ever_cuts_the_end(text: str) -> None:
    assert text.startswith(trim_end(text))
    assert trim_end(text) or not text.strip() or text[0].isspace()


@given(st.text(max_size=300))
def test_escaping_loses_nothing(text: str) -> None:
    assert unescape(escape(text)) == text
    assert shown_by_a_client(escape(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "*i* **b** __u__ ~~s~~ ||spoiler|| `code` ```block```",
        "> quote\n>>> quote",
        "# heading\n## heading\n-# small",
        "- list\n  - list\n+ list\n1. list\n2) list",
        "[label](https://example.com) <https://example.com> https://example.com discord://x",
        "@everyone @here <@1> <@&1> <@!1> <#1> </cmd:1> <t:1:R> <:e:1> <a:e:1> :smile: <id:guide>",
        "\\*already\\* \\",
    ],
)
def test_nothing_in_a_text_formats_links_or_mentions(text: str) -> None:
    escaped = escape(text)
    for mark in re.finditer(r"[*_~|`<>\[\]@#:]|^[ \t]*[-+]|(?<=\d)[.)](?=\s)", escaped, re.MULTILINE):
        last = mark.end() - 1
        assert escaped[last - 1] == "\\", escaped[: mark.end()]
    assert shown_by_a_client(escaped) == text


def test_plain_prose_stays_as_it_is() -> None:
    prose = "DISCORD, n. A state of things (see it) that's well-known - at 3.5 points, or 1.5%!"
    assert escape(prose) == prose


def test_the_seed_is_bold_and_shown_as_typed_and_the_footer_says_how_it_was_made() -> None:
    message = render(result(" a subtle thing! And more. Of i"), "“The meaning” of *life* is")
    assert message.embed.description == "**“The meaning” of \\*life\\* is** a subtle thing! And more."
    made = "lexicon · top-n 3 · random seed 42 · 0.75 s · tensorflow"
    assert message.embed.footer.text == f"{made} · read as “folded”"
    assert message.files() == []
    assert render(result(" one"), "folded").embed.footer.text == made


def test_what_was_read_is_said_only_if_it_is_not_what_was_typed_and_misleads_nobody() -> None:
    composed = result(" one", seed="café")  # type: ignore[arg-type]
    assert "read as" not in (render(composed, "cafe\u0301").embed.footer.text or "")
    long = result(" one", seed="x" * 2000)  # type: ignore[arg-type]
    assert (render(long, "y").embed.footer.text or "").endswith(f" · read as “{'x' * 199}…”")
    odd = result(" one", seed=" · top-n 9 · random seed 1 · z")  # type: ignore[arg-type]
    message = render(odd, "typed")
    ask, _ = read_back(*sent(message), again(message))
    assert (ask.model, ask.top_n, ask.random_seed, ask.seed) == ("lexicon", 3, 42, "typed")


def test_white_space_around_the_seed_stays_outside_the_bold() -> None:
    assert bold(" life is ") == " **life is** "
    assert bold("   ") == "   "


def test_a_seed_that_turns_the_writing_direction_does_not_turn_the_text() -> None:
    assert bold("a\u202eb") == "**a\u202eb**\u202c"
    assert bold("a\u2066\u202eb\u202cc") == "**a\u2066\u202eb\u202cc**\u2069"


def test_what_is_shown_stands_in_the_order_in_which_the_word_filter_read_it() -> None:
    turned = "you \u202ereggin\u202c \u2067a\u2069 \u200fb\u200e\u061c"
    message = render(result(f" {turned} there."), turned)
    assert message.embed.description == "**you reggin a b** you reggin a b there."
    ask, texts = read_back(*sent(message), again(message))
    assert (ask.seed, texts) == ("you reggin a b", (" you reggin a b there.",))


def test_what_turned_the_writing_direction_in_a_message_of_an_earlier_version_is_read_back() -> None:
    footer = "lexicon · top-n 3 · random seed 42 · 0.75 s · tensorflow"
    ask, texts = read_back("**a\u202eb**\u202c and so on.", footer, Button(Action.AGAIN, 3, 20, 1))
    assert (ask.seed, texts) == ("a\u202eb", (" and so on.",))


def test_several_completions_are_a_tidy_list() -> None:
    message = render(result(" is  one", " # two", "", length=280), "Seed")
    assert message.embed.description == "**Seed**\n1. is one\n2. \\# two\n3. …"


def test_a_completion_that_was_cut_is_trimmed_and_one_that_ended_is_not() -> None:
    message = render(result("a whole li", "cut off in the mi", length=17), "Seed")
    assert message.embed.description == "**Seed**\n1. a whole li\n2. cut off in the"


@pytest.mark.parametrize(("first_line", "length", "cut"), [(True, 17, False), (True, 16, True), (False, 16, False)])
def test_buttons_carry_whether_an_item_was_cut(first_line: bool, length: int, cut: bool) -> None:
    made = result("It is a whole it", length=length)
    message = render(replace(made, request=replace(made.request, first_line=first_line)), "Seed")
    assert {button.cut for button in message.buttons if button.count} == {cut}
    assert again(message).length == (0 if first_line else length)


def test_a_text_longer_than_a_message_holds_comes_as_a_file() -> None:
    line = "word " * 399 + "end."
    message = render(result(*[line] * 10, length=2000), "The *seed*")
    assert message.embed.description
    assert len(message.embed.description) < EMBED_LIMIT
    assert "in the file" in message.embed.description
    (file,) = message.files()
    lines = file.fp.read().decode().splitlines()
    assert lines == ["The *seed*", *(f"{n}. {line}" for n in range(1, 11))]


def test_a_file_can_be_sent_again() -> None:
    message = render(result("*" * 3000, length=3000), "Seed")
    first, second = message.files()[0], message.files()[0]
    assert first.fp.read() == second.fp.read()


@given(st.text(min_size=1, max_size=500), st.lists(st.text(max_size=2000), min_size=1, max_size=3))
def test_whatever_the_texts_the_message_fits(seed: str, completions: list[str]) -> None:
    message = render(result(*completions, length=2000), seed)
    assert message.embed.description is not None
    assert len(message.embed.description.encode("utf-16-le", "surrogatepass")) // 2 <= EMBED_LIMIT


LINKS = st.sampled_from(
    ["https://example.org/a_b?c=1", " (http://a.b/(c)) ", "https://discord.gg/x ", "\nhttps://a.b."]
)
TEXTS = st.lists(st.text(ANYTHING | MARKS, max_size=30) | LINKS, max_size=3).map("".join)
SEEDS = TEXTS.filter(bool)


def sent(message: Rendered) -> tuple[str, str]:
    """Description and footer as they come back: sent as JSON, trimmed by Discord."""
    embed = json.loads(json.dumps(message.embed.to_dict()).encode())
    return embed["description"].strip(), embed["footer"]["text"].strip()


def again(message: Rendered) -> Button:
    """The button *Again*, read from its id; all that write carry the same."""
    buttons = [Button.parse(button.custom_id) for button in message.buttons]
    found = [button for button in buttons if button and button.count]
    assert len({(button.seed_length, button.length, button.count) for button in found}) == 1
    return found[0]


@given(SEEDS, TEXTS, st.booleans())
def test_reading_a_text_back_undoes_rendering(seed: str, text: str, keep_links: bool) -> None:
    made = result(text, length=len(text) + 1, top_n=5, random_seed=7)
    message = render(made, seed, keep_links=keep_links)
    ask, texts = read_back(*sent(message), again(message))
    assert (ask.seed, texts) == (well_formed(seed), trim_result(made).completions)
    assert (ask.top_n, ask.random_seed, ask.model) == (5, 7, "lexicon")
    assert again(message) == Button(Action.AGAIN, len(well_formed(seed)), len(text) + 1, 1)


@given(SEEDS, st.lists(TEXTS, min_size=2, max_size=10), st.booleans())
def test_reading_a_list_back_undoes_rendering(seed: str, texts: list[str], keep_links: bool) -> None:
    made = result(*texts)
    message = render(made, seed, keep_links=keep_links)
    ask, back = read_back(*sent(message), again(message))
    assert (ask.seed, back) == (well_formed(seed), trim_result(made).completions)


@given(st.text(ANYTHING | MARKS, min_size=1, max_size=2000).map(lambda seed: (seed * 2000)[:2000]))
def test_of_what_went_into_a_file_the_longest_seed_is_read_back(seed: str) -> None:
    text = ("word " * 399 + "\n") * 3
    message = render(result(text, length=2000), seed)
    assert message.text == f"{well_formed(seed)}{trim_end(text)}\n"
    assert units(message.embed.description or "") <= EMBED_LIMIT
    ask, texts = read_back(*sent(message), again(message))
    assert (ask.seed, texts) == (well_formed(seed), None)


@given(TEXTS)
def test_guarding_is_undone_and_survives_trimming(text: str) -> None:
    assert unguard(guard(text)) == text
    assert guard(text).strip() == guard(text)


@pytest.mark.parametrize("text", ["a\ud83d", "\ude00b", "\ude00\ud83d"])
def test_half_a_surrogate_pair_is_shown_as_a_replacement(text: str) -> None:
    assert "\ufffd" in well_formed(text)
    well_formed(text).encode()
    assert well_formed("\ud83d\ude00") == "\U0001f600"


@given(
    TEXTS,
    TEXTS,
    st.builds(Button, st.just(Action.AGAIN), st.integers(0, 2000), st.integers(0, 2000), st.integers(1, 99)),
)
def test_what_fits_nothing_is_refused_and_never_an_error_of_ours(description: str, footer: str, made: Button) -> None:
    with pytest.raises(MarkupError):
        read_back(description, footer, made)
    with pytest.raises(MarkupError):
        read_back(
            "**Seed** text",
            f"lexicon · top-n 3 · random seed 4 · {footer}",
            Button(Action.AGAIN, made.seed_length + 6, 1, 1),
        )


def test_a_list_that_lost_a_line_is_refused() -> None:
    message = render(result("one", "two"), "Seed")
    description, footer = sent(message)
    with pytest.raises(MarkupError):
        read_back(description.replace("\n2. two", ""), footer, again(message))


def test_several_texts_cannot_be_continued() -> None:
    def actions(message: Rendered) -> list[Action]:
        return [button.action for button in message.buttons]

    one, two = render(result("one"), "Seed", 5), render(result("one", "two"), "Seed", 5)
    assert actions(one) == [Action.AGAIN, Action.CONTINUE, Action.EDIT, Action.DELETE]
    assert actions(two) == [Action.AGAIN, Action.EDIT, Action.DELETE]
    assert one.buttons[-1].owner == 5


def test_a_text_has_its_models_colour_and_no_other_models() -> None:
    names = [path.name for path in SHIPPED_MODELS.iterdir()]
    colours = {name: choose_colour(name) for name in names}
    assert len(set(colours.values())) == len(names) > 1
    assert choose_colour("lexicon") == render(result("one"), "Seed").embed.colour == colours["lexicon"]


@given(st.text(max_size=32))
def test_a_models_colour_is_bright_enough_on_dark_and_light(name: str) -> None:
    assert max(choose_colour(name).to_rgb()) == round(0.75 * 255)
    assert min(choose_colour(name).to_rgb()) == pytest.approx(0.75 * 0.45 * 255, abs=1)
