"""What a person sees of an evaluation that goes on, in a terminal and elsewhere."""

from __future__ import annotations

import re

import pytest

from bot.commands.progress_views import EvaluationView

STEPS = (("reading", 0.5), ("reading", 1.0), ("writing [x]", 0.25))


def show() -> None:
    with EvaluationView() as view:
        for doing, done in STEPS:
            view(doing, done)


def test_elsewhere_than_in_a_terminal_each_thing_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    show()
    assert capsys.readouterr() == ("", "reading\nwriting [x]\n")


def test_in_a_terminal_each_thing_has_a_bar_and_what_is_over_is_full(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    show()
    out, err = capsys.readouterr()
    seen = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", err)
    assert out == ""
    assert "100% reading" in seen
    assert "25% writing [x]" in seen
