"""Takes the pictures of both pages in docs: `make screenshots`. They show a model alone, and the default in the bot."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' own contender to Chromium

from playwright.sync_api import Browser, Page, expect

from bot.export.browser_page import write_browser_folder
from bot.generation.catalog import SHIPPED_MODELS
from bot.generation.model import Model
from tests.support.chromium import CHROMIUM, open_chromium
from tests.support.static_server import serve_folder

HERE = Path(__file__).parent
RANDOM_SEED = 3
PLACE = 2
"""The character that the bars are shown for: the first of a word, where much could have come."""

ASKED = (
    ("Ben", "/generate seed: Known issue: random_seed: 23"),
    ("Ana", "/generate seed: Cats can no longer count: 3 random_seed: 10"),
)
TYPED = "/generate seed: Coffee model:"


@dataclass(frozen=True, slots=True)
class Look:
    """A picture: its name, the page's size in pixels, and the colours that the person prefers."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]

    def page(self, browser: Browser) -> Page:
        """Return a page that looks so."""
        return browser.new_page(viewport={"width": self.width, "height": self.height}, color_scheme=self.scheme)


MODEL_LOOKS = (Look("light", 1120, 912, "light"), Look("dark", 1120, 912, "dark"), Look("narrow", 390, 1280, "light"))
PLAYGROUND_LOOKS = (
    Look("dark", 1440, 800, "dark"),  # before anything else is typed that goes over the wire
    Look("light", 1120, 800, "light"),
    Look("narrow", 390, 800, "light"),
)


def take_model(browser: Browser, address: str, look: Look) -> None:
    """Write a text, look back at one of its characters, and take the picture."""
    page = look.page(browser)
    page.goto(address)
    page.get_by_label("Random seed").fill(str(RANDOM_SEED))
    page.get_by_role("button", name="Write").click()
    expect(page.get_by_role("status")).to_contain_text("random seed", timeout=60_000)
    page.get_by_label("of 280").fill(str(PLACE))
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=HERE / f"browser-{look.name}.png")
    page.close()


def converse(browser: Browser, address: str) -> None:
    """Have the bot answer what the pictures show."""
    page = browser.new_page()
    page.goto(address)
    for who, line in ASKED:
        page.get_by_role("radio", name=re.compile(f"^{who}")).check()
        expect(page.get_by_role("button", name="/about")).to_be_visible()
        page.get_by_role("combobox", name="Message").fill(line)
        page.keyboard.press("Enter")
        answer = page.get_by_role("log").get_by_role("listitem").last
        expect(answer).to_contain_text(f"{who} used")
        expect(answer).to_contain_text("random seed", timeout=60_000)
    page.close()


def take_playground(browser: Browser, address: str, look: Look) -> None:
    """Type the next command, and take the picture: with suggestions, or in a wide window with the wire."""
    page = look.page(browser)
    page.goto(address)
    expect(page.get_by_role("log").get_by_role("listitem")).to_have_count(len(ASKED))
    if look.width > 1200:
        page.get_by_role("button", name="Wire").click()
        page.locator("#steps summary").last.click()
        page.get_by_role("combobox", name="Message").focus()
    else:
        page.keyboard.type(TYPED)
        expect(page.get_by_role("option", name="patchnotes")).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
    page.wait_for_timeout(300)  # for what moves
    page.screenshot(path=HERE / f"playground-{look.name}.png")
    page.close()


@contextmanager
def playground() -> Iterator[str]:
    """Yield the address of the playground's page, for as long as the block lasts."""
    command = [sys.executable, "-m", "bot", "demo", "--page", "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            process.terminate()


def main() -> None:
    """Take them all."""
    if CHROMIUM is None:
        sys.exit("Chromium is not there: install it (on Debian: apt install chromium fonts-inter)")
    with tempfile.TemporaryDirectory() as folder, open_chromium() as browser:
        write_browser_folder(Model.read(SHIPPED_MODELS / "lexicon"), Path(folder, "page"))
        with serve_folder(Path(folder, "page")) as address:
            for look in MODEL_LOOKS:
                take_model(browser, address, look)
        with playground() as address:
            converse(browser, address)
            for look in PLAYGROUND_LOOKS:
                take_playground(browser, address, look)


if __name__ == "__main__":
    main()
