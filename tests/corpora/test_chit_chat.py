from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpora.works.chit_chat import LONGEST_MESSAGE, parse_chit_chat, turn_items
from tests.support.corpus_packages import write_text


def test_every_turn_of_every_conversation_is_read(tmp_path: Path) -> None:
    first = {"messages": [[{"text": "How are you today?", "sender": "1"}], [{"text": "I am well, thanks"}]]}
    second = {"prompt": "What is your name?", "messages": [[{"text": "is anybody here"}]]}
    write_text(tmp_path / "dataset.json", json.dumps({"a": first, "b": second}))
    said = ["How are you today?", "I am well, thanks", "is anybody here"]
    assert list(parse_chit_chat(tmp_path / "dataset.json")) == said


def test_sentences_that_follow_one_another_are_one_item_and_no_punctuation_is_invented() -> None:
    assert list(
        turn_items(["Hey there!", "I like it a lot", "my dog was there", "It ran off. ", "  It came back."])
    ) == [
        "Hey there! I like it a lot",
        "my dog was there",
        "It ran off. It came back.",
    ]


def test_a_message_that_the_chat_cut_goes_on_in_the_next_one() -> None:
    cut = " ".join(f"then{n} came" if n == 9 else f"the{n}th" for n in range(LONGEST_MESSAGE // 5))
    assert len(cut) > LONGEST_MESSAGE
    assert list(turn_items([cut, "home in the end", "so they said"])) == [f"{cut} home in the end", "so they said"]


@pytest.mark.parametrize(
    "message",
    [
        "my number is 801-555-0100 call me",
        "write to somebody@example.org when you can",
        "look at www.example.org for more",
        "I am @somebody over there",
        "add me on snapchat if you like",
        "my name is Some Body by the way",
        "what is your last name again?",
        "noooooooooo that is sad",
        "a a a a a a a a",
        "The odd kettle laughed slowly.",
        "<b>that is bold</b>",
        "so good",
        ", and so it went",
    ],
)
def test_what_is_no_talk_or_may_lead_to_a_person_is_left_out(message: str) -> None:
    assert list(turn_items([message])) == []


@pytest.mark.parametrize(
    "text", ["no JSON", "[]", '{"a": []}', '{"a": {}}', '{"a": {"messages": [[{}]]}}', '{"a": {"messages": 1}}']
)
def test_a_damaged_file_is_told(tmp_path: Path, text: str) -> None:
    write_text(tmp_path / "dataset.json", text)
    with pytest.raises(ValueError, match=r"Expecting value|no messages with texts"):
        list(parse_chit_chat(tmp_path / "dataset.json"))
