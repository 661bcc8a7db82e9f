from __future__ import annotations

import re

import pytest

from bot.training.foreign_files import LEARN_ANYWAY, recognise

FOREIGN = {
    "an exporter's HTML": (
        '<!DOCTYPE html>\n<html lang="en"><head></head><div class="chatlog__message">hi</div>',
        "is DiscordChatExporter's HTML, names and layout included: export again with -f Json",
    ),
    "Telegram's HTML": ('<!DOCTYPE html>\n<html><body><div class="page_wrap">', "is Telegram's HTML"),
    "a page": ("\n<html>\n<body>hello", "is HTML"),
    "a page behind its XML line": ('<?xml version="1.0"?>\n<!-- made -->\n<!doctype HTML>', "is HTML"),
    "a part of a page": ("Cats\n" + "<p>They <b>sleep</b>.</p><br/>\n" * 5, "is HTML"),
    "paragraphs of a page": (
        "<p>They sleep on the mat, because nobody has fed them since Tuesday.</p>\n" * 9,
        "is HTML",
    ),
    "RTF": (r"{\rtf1\ansi\deff0 {\fonttbl {\f0 Times;}} hello", "is RTF"),
    "SubRip": ("1\n00:00:01,000 --> 00:00:04,000\nHello.\n", "is a file of subtitles"),
    "WebVTT": ("WEBVTT\n\n00:01.000 --> 00:04.000\nHello.\n", "is a file of subtitles"),
    "SubStation Alpha": ("[Script Info]\nTitle: x\n", "is a file of subtitles"),
    "lyrics": ("[ar:Somebody]\n[00:12.00]Hello\n", "is a file of subtitles"),
    "XML": ('<?xml version="1.0"?>\n<smses count="1">', "is XML"),
    "tweets": ('window.YTD.tweets.part0 = [\n  {\n    "tweet": {', "is JavaScript, as in Twitter's archive"),
    "old tweets": ('Grailbird.data.tweets_2014_01 = \n [ {\n  "source"', "is JavaScript"),
    "an exporter's TXT": (
        "==============\nGuild: Cats\nChannel: Text / general\n==============\n\n[05/01/2024 10:00] ann\nhi\n",
        "is DiscordChatExporter's TXT",
    ),
    "a mail box": (
        "From a@example.org Wed May  1 10:00:00 2024\nReturn-Path: <a@example.org>\nFrom: Ann\n\tLee\nSubject: x\n\nhi",
        "is mail",
    ),
    "a mail": ("Received: by x\nDate: now\nMIME-Version: 1.0\nX-Any: y\n\nhi", "is mail"),
    "WhatsApp": ("12/31/23, 10:15 PM - Ann: hello\n12/31/23, 10:16\u202fPM - Bob Ray: hi\n" * 2, "is a log of a chat"),
    "WhatsApp on another telephone": ("[31.12.23, 22:15:09] Ann: hello\n" * 3, "is a log of a chat"),
    "IRC": ("[22:15] <ann> hello\n22:16 <bob> hi\n22:16 <bob> so\n", "is a log of a chat"),
    "JSON": ('[\n {\n  "message": "hello"\n }\n]', "is JSON"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_text_is_recognised_by_its_start(name: str) -> None:
    start, what = FOREIGN[name]
    found = recognise(start, as_text=True)
    assert found is not None
    assert found.startswith(what)
    assert found.endswith(f"({LEARN_ANYWAY})")


@pytest.mark.parametrize(
    "start",
    [
        "hello\nworld\n",
        "I <3 you <b>\nx = [1, 2]\nfrom here: to there\n",
        "10:30 we met\n11:00 we ate\n12:15 we left\n",
        "Romeo: But soft\nJuliet: Ay me\nNurse: Madam\n",
        "From the start it was so in 2024\nand on\n",
        "1\n2\n3\n",
        "[the cat] sat\n[the dog] ran\n",
        '{"text": "a"}\n',
        "<!-- -->" * 5000 + "a text",
        "# A title\n\nSome *Markdown* with <br> in it, and <https://example.org>\n",
        "",
    ],
)
def test_texts_are_no_foreign_files(start: str) -> None:
    assert recognise(start, as_text=True) is None


def test_json_is_foreign_only_where_lines_are_items() -> None:
    assert recognise('[{"a": 1}]', as_text=False) is None


@pytest.mark.parametrize("name", ["WhatsApp", "WhatsApp on another telephone", "IRC"])
def test_the_way_out_of_a_log_takes_times_and_names_away(name: str) -> None:
    start, _ = FOREIGN[name]
    found = recognise(start, as_text=True) or ""
    pattern = re.search(r"s/(.*) //'", found)
    assert pattern is not None
    left = [re.sub(f"{pattern[1]} ", "", line) for line in start.splitlines()]
    assert set(left) <= {"hello", "hi", "so"}
