from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.components import Action, Button, make_view

WRITES = st.builds(
    Button,
    st.sampled_from([Action.AGAIN, Action.CONTINUE, Action.EDIT]),
    seed_length=st.integers(1, 2000),
    length=st.integers(1, 2000),
    count=st.integers(1, 10),
    cut=st.booleans(),
)
ENDS = st.sampled_from([Action.DELETE, Action.CANCEL])
SNOWFLAKES = st.integers(0, 2**64 - 1)


COMPARES = st.builds(Button, st.just(Action.COMPARE), seed_length=st.integers(0, 500), length=st.integers(0, 300))
PICKS = st.builds(
    Button,
    st.just(Action.PICK),
    seed_length=st.integers(0, 500),
    length=st.integers(0, 300),
    top_n=st.integers(1, 512),
)


@given(WRITES | COMPARES | PICKS | st.builds(Button, ENDS, owner=SNOWFLAKES) | st.just(Button(Action.EDIT)))
def test_an_id_carries_all_of_a_button_and_fits(button: Button) -> None:
    assert Button.parse(button.custom_id) == button
    assert len(button.custom_id) <= 100


@pytest.mark.parametrize(
    "custom_id",
    [
        "",
        "charla:1:again",
        "charla:1:again:1:2",
        "charla:1:again:1:2:3:4",
        "charla:1:again:1:2:3\n",
        "charla:1:again:1:2:3:cut:cut",
        "charla:1:delete:1:cut",
        "charla:1:again:-1:2:3",
        "charla:1:again:\u0661:2:3",
        "charla:1:again:10000:2:3",
        "charla:1:again:1:2:0",
        "charla:1:delete:",
        "charla:1:delete:" + "9" * 21,
        "charla:1:explode:1",
        "charla:1:edit:",
        "charla:1:delete",
        "charla:1:compare",
        "charla:1:compare:1:2:3",
        "charla:1:pick:1:2",
        "charla:1:pick:1:2:0",
        "charla:0:delete:1",
        "charla:2:again:1:2:3",
        "more",
    ],
)
def test_an_id_of_another_version_or_nobodys_is_none(custom_id: str) -> None:
    assert Button.parse(custom_id) is None


async def test_each_button_has_a_label_and_discord_py_keeps_none() -> None:
    made = make_view([Button(Action.AGAIN, 1, 2, 3), Button(Action.DELETE, owner=4)])
    assert made.is_finished()
    (row,) = made.to_components()
    assert [(part["label"], part["custom_id"]) for part in row["components"]] == [
        ("Again", "charla:1:again:1:2:3"),
        ("Delete", "charla:1:delete:4"),
    ]
