from __future__ import annotations

import json

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.buttons import Button
from bot.chat.drafts import LONGEST_NUMBER, LONGEST_SEED, Draft, read_draft, render_draft
from bot.chat.markup import MarkupError, units, well_formed
from bot.chat.rendering import EMBED_LIMIT, Rendered
from tests.chat.test_rendering import ANYTHING, MARKS

SEEDS = st.text(ANYTHING | MARKS | st.just("`"), max_size=200) | st.text(MARKS | st.just("`"), min_size=3900)
NUMBERS = st.text(ANYTHING | MARKS, max_size=LONGEST_NUMBER)
DRAFTS = st.builds(
    Draft,
    seed=SEEDS.map(lambda seed: seed[:LONGEST_SEED]),
    top_n=NUMBERS,
    length=NUMBERS,
    model=st.sampled_from(["lexicon", "a · b", "3 texts · public"]),
    count=st.integers(1, 10),
    private=st.booleans(),
)


def sent(message: Rendered) -> discord.Embed:
    """The embed as it comes back: sent as JSON, each text of it trimmed by Discord."""
    embed = json.loads(json.dumps(message.embed.to_dict()).encode())
    embed["description"] = embed["description"].strip()
    embed["fields"] = [field | {"value": field["value"].strip()} for field in embed["fields"]]
    return discord.Embed.from_dict(embed)


@given(DRAFTS)
def test_reading_a_draft_back_undoes_rendering(draft: Draft) -> None:
    message = render_draft(draft)
    typed = {name: well_formed(getattr(draft, name)) for name in ("seed", "top_n", "length")}
    assert units(message.embed.description or "") <= EMBED_LIMIT
    assert [Button.parse(button.custom_id) for button in message.buttons] == list(message.buttons) != []
    back = read_draft(sent(message))
    assert {name: getattr(back, name) for name in typed} == typed
    assert (back.model, back.count, back.private) == (draft.model, draft.count, draft.private)


def test_a_seed_that_does_not_fit_goes_along_as_a_file() -> None:
    seed = "\N{SNOWMAN}\N{GRINNING FACE}" * 2000
    message = render_draft(Draft(seed=seed, model="lexicon"))
    assert message.buttons == ()
    (file,) = message.files()
    assert file.fp.read().decode() == seed


def test_without_a_model_a_draft_can_only_be_copied() -> None:
    assert render_draft(Draft(seed="It was")).buttons == ()


@given(st.text(), st.text())
def test_what_is_no_draft_is_refused(description: str, footer: str) -> None:
    for embed in (None, discord.Embed(), discord.Embed(description=description).set_footer(text=footer)):
        with pytest.raises(MarkupError):
            read_draft(embed)
