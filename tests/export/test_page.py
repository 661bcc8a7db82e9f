"""The page in a real browser: what a person sees, types and gets."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.checkpoints.sandbox import read_checkpoint
from bot.export.browser_page import write_browser_folder
from bot.generation.card import Corpus, Use
from bot.generation.catalog import SHIPPED_MODELS
from bot.generation.decode import write
from bot.generation.engines.tensorflow import TensorFlowCopy
from bot.generation.model import Model
from bot.generation.request import GenerationRequest
from bot.generation.vocabulary import Vocabulary
from tests.support.chromium import open_chromium
from tests.support.page_checks import (
    HOSTILE,
    assert_accessible,
    assert_nothing_goes_wrong,
    load_axe,
    needs_axe,
    needs_chromium,
)
from tests.support.random_models import random_model
from tests.support.static_server import serve_folder
from tests.support.tutorial_checkpoints import LEGACY

pytestmark = needs_chromium

SEED = "The meaning of life is "
LOOKS: list[tuple[Literal["light", "dark"], int]] = [("light", 1200), ("dark", 1200), ("light", 320)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a folder of exported models: a shipped one, a tiny one, and the tutorial's that are there."""
    root = tmp_path_factory.mktemp("exported")
    write_browser_folder(Model.read(SHIPPED_MODELS / "lexicon"), root / "lexicon")
    write_browser_folder(random_model(), root / "tiny")
    for checkpoint in LEGACY.glob("*/*/checkpoint.hdf5"):
        write_browser_folder(read_checkpoint(checkpoint, None), root / checkpoint.parent.name)
    with serve_folder(root) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that says whatever goes wrong in it, and asks nobody but its own server."""
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(30_000)
        with assert_nothing_goes_wrong(page, "http://127.0.0.1:", "data:"):
            yield page


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.get_by_role("button", name="Write")).to_be_visible(timeout=30_000)
    return page


def finished(page: Page) -> str:
    """The text, once it is written."""
    expect(page.get_by_role("status")).to_contain_text("random seed", timeout=60_000)
    return page.locator("#text").text_content() or ""


def written(page: Page, request: GenerationRequest) -> str:
    """The text that the page writes for these options."""
    fields = {
        "Seed": request.seed,
        "Top-n": request.top_n,
        "Temperature": request.temperature,
        "Length": request.length,
        "Random seed": request.random_seed,
    }
    for label, value in fields.items():
        page.get_by_label(label, exact=True).fill(str(value))
    page.get_by_role("button", name="Write").click()
    return finished(page)


def test_the_text_is_the_command_lines(page: Page, exported: str) -> None:
    model = Model.read(SHIPPED_MODELS / "lexicon")
    copy = TensorFlowCopy(model)
    opened(page, f"{exported}lexicon/")
    request = GenerationRequest(SEED, top_n=1, length=300, random_seed=7)
    for asked in (request, replace(request, top_n=4, temperature=1.2, length=100)):
        by_command_line = "".join(text for (text,) in write(copy, model.vocabulary, asked))
        assert written(page, asked) == SEED + by_command_line


@pytest.mark.parametrize("path", ["k222/ck-1x64-default", "k224/ck-2x64-drop02"])
def test_greedy_text_of_a_checkpoint_is_what_the_tutorials_script_printed(page: Page, exported: str, path: str) -> None:
    if not (LEGACY / path).exists():
        pytest.skip(f"the tutorial's checkpoints are not there: {LEGACY}")
    kind, name = path.split("/")
    opened(page, f"{exported}{name}/")
    for number, seed in enumerate(json.loads((LEGACY / "seeds.json").read_text())):
        if seed != Vocabulary.tutorial().fold(seed):
            continue  # the page folds a seed, as the bot does; the tutorial's script feeds the unknown as id 0
        printed = (LEGACY / kind / f"golden/{name}.seed{number}.top1.len300.txt").read_bytes().decode()
        text = written(page, GenerationRequest(seed, top_n=1, length=300))
        assert text.removesuffix("\n") == printed.removesuffix("\n")


def test_the_keyboard_is_enough_and_a_long_text_can_be_stopped(page: Page, exported: str) -> None:
    opened(page, f"{exported}lexicon/")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Seed", exact=True)).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("It was ")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.get_by_label("Length").evaluate("element => element === document.activeElement"):
            break
    page.keyboard.type("5000")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_have_text(re.compile(r"^It was [\s\S]{5}"))
    page.keyboard.press("Escape")
    text = finished(page)
    assert 10 < len(text) < 5000
    assert text.startswith("It was ")
    expect(page.get_by_role("status")).to_contain_text(f"stopped · {len(text) - 7} characters")
    page.get_by_role("button", name="Write").press("Enter")  # it goes on from there
    page.get_by_role("button", name="Stop").press("Enter")
    finished(page)
    page.get_by_role("button", name="Write").press("Enter")
    page.get_by_label("Seed", exact=True).fill("It is ")  # not what is being written any more
    expect(page.get_by_text("After the seed")).to_be_visible()
    expect(page.locator("#text")).to_have_text("It is ")
    expect(page.get_by_role("status")).to_be_empty()


def test_bars_show_what_top_n_keeps_and_cuts_for_every_character(page: Page, exported: str) -> None:
    opened(page, f"{exported}tiny/")
    page.get_by_label("Top-n", exact=True).fill("3")
    expect(page.locator("tbody tr.cut")).to_have_count(7)
    expect(page.locator("tbody tr.kept")).to_have_count(3)
    chances = page.locator("tbody td:nth-child(3)").all_text_contents()
    assert sum(float(chance.rstrip("%")) for chance in chances[:3]) == pytest.approx(100, abs=0.2)
    assert set(chances[3:]) == {"–"}
    expect(page.get_by_text("Top-n 3 keeps")).to_be_visible()
    page.get_by_label("Top-n", exact=True).fill("98")
    expect(page.get_by_text("Nothing is cut away")).to_be_visible()
    page.get_by_label("Seed", exact=True).fill(SEED)
    page.get_by_label("Random seed").fill("1")
    page.get_by_role("button", name="Write").click()
    text = finished(page)
    before = page.locator("#text-before")
    for place in (279, 9):
        page.get_by_label("of 280").fill(str(place))
        expect(page.locator("mark")).not_to_be_empty()
        character = page.locator("mark").text_content()
        assert text.startswith(f"{SEED}{before.text_content()}{character}")
        name = {" ": "space", "\n": "line break", "\t": "tab"}.get(character or "", character)
        expect(page.locator("tbody tr.picked th")).to_have_text(name or "")


WRONG = [
    ("Seed", "", "The seed is empty"),
    ("Seed", "☃", "The seed is empty"),
    ("Top-n", "0", "Top-n: allowed are whole numbers from 1 to 98"),
    ("Temperature", "0", "Temperature: allowed are numbers from 0.01"),
    ("Length", "2.5", "Length: allowed are whole numbers from 1 to 5000"),
    ("Random seed", "9007199254740992", "Random seed: allowed are whole numbers from 0 to 9007199254740991"),
]


def test_a_wrong_value_is_told_and_nothing_is_written(page: Page, exported: str) -> None:
    opened(page, f"{exported}tiny/")
    for label, value, complaint in WRONG:
        field = page.get_by_label(label, exact=True)
        right = field.input_value()
        field.fill(value)
        page.get_by_role("button", name="Write").click()
        expect(page.get_by_role("alert")).to_contain_text(complaint)
        expect(field).to_be_focused()
        expect(page.get_by_role("status")).to_be_empty()
        field.fill(right)


def test_whatever_the_card_and_the_seed_say_stays_text(page: Page, tmp_path: Path) -> None:
    model = random_model()
    corpus = Corpus(name=HOSTILE, licence=HOSTILE, characters=5)
    card = model.card.model_copy(
        update={"description": HOSTILE, "corpus": corpus, "use": Use(seeds=(HOSTILE, f"{HOSTILE}2"))}
    )
    write_browser_folder(Model("<i>name", card, model.weights, notice=HOSTILE), tmp_path / "page")
    with serve_folder(tmp_path / "page") as address:
        opened(page, address)
        expect(page.get_by_role("heading", name="<i>name")).to_be_visible()
        expect(page.locator("#description")).to_have_text(HOSTILE)
        page.get_by_label("Seed", exact=True).fill(f"{HOSTILE}☃")
        page.get_by_role("button", name="Write").click()
        assert finished(page).startswith(HOSTILE)
        expect(page.locator("#seed-read")).to_contain_text(HOSTILE)
        assert page.locator("img, b, i, script:not([src])").count() == 0


def test_what_keeps_it_from_running_is_told(page: Page, tmp_path: Path) -> None:
    write_browser_folder(random_model(), tmp_path / "page")
    shutil.copytree(tmp_path / "page", tmp_path / "damaged")
    shard = tmp_path / "damaged/group1-shard1of1.bin"
    shard.write_bytes(shard.read_bytes()[:-4])
    with serve_folder(tmp_path) as address:
        page.goto(f"{address}damaged/")
        expect(page.get_by_role("alert")).to_contain_text("The model cannot be used: the weights are incomplete")


def test_opened_as_a_file_it_says_that_it_needs_a_server(browser: Browser, tmp_path: Path) -> None:
    write_browser_folder(random_model(), tmp_path / "page")
    with browser.new_context() as context:
        page = context.new_page()
        page.goto((tmp_path / "page/index.html").as_uri())
        expect(page.get_by_text("This page runs once a web server hands it out")).to_be_visible()
        expect(page.get_by_text("python3 -m http.server --bind 127.0.0.1")).to_be_visible()
        expect(page.get_by_role("button", name="Write")).to_be_hidden()


@needs_axe
def test_axe_finds_nothing_to_complain_about(browser: Browser, exported: str) -> None:
    with browser.new_context(bypass_csp=True) as context:  # axe needs a way past the page's content policy
        page = opened(context.new_page(), f"{exported}tiny/")
        page.get_by_role("button", name="Write").click()
        finished(page)
        load_axe(page)
        for scheme, width in LOOKS:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            assert_accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
