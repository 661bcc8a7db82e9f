from __future__ import annotations

import json

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.components import Button, Rendered
from bot.chat.edit_form import MAX_FIELD, EditForm, read_unsent, render_unsent
from bot.chat.markup import MarkupError, units, well_formed
from bot.chat.render import EMBED_LIMIT
from bot.limits import MAX_TYPED_DIGITS
from tests.support.hostile_text import ANYTHING, MARKS

SEEDS = st.text(ANYTHING | MARKS | st.just("`"), max_size=200) | st.text(MARKS | st.just("`"), min_size=3900)
NUMBERS = st.text(ANYTHING | MARKS, max_size=MAX_TYPED_DIGITS)
FORMS = st.builds(
    EditForm,
    seed=SEEDS.map(lambda seed: seed[:MAX_FIELD]),
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


@given(FORMS)
def test_reading_a_form_back_undoes_rendering(form: EditForm) -> None:
    message = render_unsent(form)
    typed = {name: well_formed(getattr(form, name)) for name in ("seed", "top_n", "length")}
    assert units(message.embed.description or "") <= EMBED_LIMIT
    assert [Button.parse(button.custom_id) for button in message.buttons] == list(message.buttons) != []
    back = read_unsent(sent(message))
    assert {name: getattr(back, name) for name in typed} == typed
    assert (back.model, back.count, back.private) == (form.model, form.count, form.private)


def test_a_seed_that_does_not_fit_goes_along_as_a_file() -> None:
    seed = "\N{SNOWMAN}\N{GRINNING FACE}" * 2000
    message = render_unsent(EditForm(seed=seed, model="lexicon"))
    assert message.buttons == ()
    (file,) = message.files()
    assert file.fp.read().decode() == seed


def test_without_a_model_a_form_can_only_be_copied() -> None:
    assert render_unsent(EditForm(seed="It was")).buttons == ()


@given(st.text(), st.text())
def test_what_is_no_form_is_refused(description: str, footer: str) -> None:
    for embed in (None, discord.Embed(), discord.Embed(description=description).set_footer(text=footer)):
        with pytest.raises(MarkupError):
            read_unsent(embed)
