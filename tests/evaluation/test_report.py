from __future__ import annotations

import json
import re
from dataclasses import replace

from bot.evaluation.report import to_json, to_markdown, to_text
from tests.support.evaluation_results import EVALUATION


def test_the_text_says_what_was_measured() -> None:
    text = to_text(EVALUATION)
    for row in (
        r"50,000 characters held out of 1,050,000; of both, 3 were spelled differently and 2 dropped",
        r"a\|b<c +1\.9321\n",
        r"Kneser-Ney, order 9: learned the last 20 characters +1\.9562\n",
        r"PPMd variant H, order 10 +1\.9445\n",
        r"top-n 3 +0\.1000 +0\.02000 +0\.3000 +0\.10000\n",
        r"top-n all +0\.0200 +0\.00100 +0\.0800 +0\.02000\n",
        r"real text +0\.0100 +0\.00090 +0\.0700 +0\.01900\n",
        r"top-n 3 +97\.5% +98\.0% +80\.0% +1\.0%\n",
        r"held-out text +97\.0% +98\.9% +98\.5% +0\.1%\n",
        r"top-n 5, 100,000 characters +0\.12%\n",
        r"held-out text +0\.44%\n",
    ):
        assert re.search(row, text), row


def test_the_advice_names_the_top_n_and_what_frequencies_leave_open() -> None:
    text = to_text(EVALUATION)
    assert "Recommended top-n: all" in text
    assert "at most 2% below the held-out text's" in text
    assert "anything of sense" in text


def test_without_a_word_list_the_learned_words_alone_are_shown() -> None:
    written = tuple(replace(each, words=replace(each.words, in_list=None)) for each in EVALUATION.written)
    real = replace(EVALUATION.real_words, in_list=None)
    text = to_text(replace(EVALUATION, written=written, real_words=real, word_list=""))
    assert re.search(r"top-n 3 +– +98\.0%", text)
    assert "none was found: install wamerican-large" in text


def test_columns_of_the_text_are_aligned() -> None:
    lines = to_text(EVALUATION).splitlines()
    rows = [line for line in lines if re.match(r"  (top-n (1|3|all)|real text) .*\d$", line)]
    assert len(rows) == 4
    assert len({len(row) for row in rows}) == 1


def test_markdown_has_every_table_with_as_many_cells_in_each_row() -> None:
    tables = re.findall(r"(?:^\|.*\|\n)+", to_markdown(EVALUATION), re.MULTILINE)
    assert len(tables) == 4
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1
    assert r"| a\|b<c | 1.9321 |" in tables[0]


def test_json_has_everything_by_name() -> None:
    found = json.loads(to_json(EVALUATION))
    assert found["predictors"][2] == {"name": "PPMd variant H, order 10", "bits": 1.94449, "note": ""}
    assert found["written"][1]["closeness"]["bigram_divergence"] == 0.1
    assert found["recommended"] == 98
