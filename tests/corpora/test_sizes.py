"""Hold the texts to the sizes that they had, so that no bound or pattern leaves half of a work out unseen."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from corpora.__main__ import NAMES, load_recipe
from corpora.build import build

SIZES = tomllib.loads(Path(__file__).with_name("sizes.toml").read_text(encoding="utf-8"))
TOLERANCE = 0.03
"""Share by which a source may differ: lists of what is filtered grow, and packages are updated."""


@pytest.mark.parametrize("name", NAMES)
def test_every_source_has_a_size(name: str) -> None:
    assert list(SIZES[name]) == [source.name for source in load_recipe(name).sources]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", NAMES)
def test_no_text_has_become_smaller_or_larger(name: str) -> None:
    root = os.environ.get("CORPORA_ROOT")
    if not root:
        pytest.skip("CORPORA_ROOT names no folder that the packages of docs/training.md are unpacked in")
    built = build(load_recipe(name), Path(root))
    for count in built.sources:
        assert count.characters == pytest.approx(SIZES[name][count.source.name], rel=TOLERANCE), count.source.name
