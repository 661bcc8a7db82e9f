"""Takes the pictures in docs/browser.md: `make screenshots`. They show what `charla export lexicon` writes."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' own way to Chromium

from playwright.sync_api import Browser, expect

from bot.export.browser import write_browser_folder
from bot.generation.catalog import SHIPPED_MODELS
from bot.generation.model import Model
from tests.chromium import CHROMIUM, chromium
from tests.serving import served

HERE = Path(__file__).parent
RANDOM_SEED = 3
PLACE = 2
"""The character that the bars are shown for: the first of a word, where much could have come."""


@dataclass(frozen=True, slots=True)
class Look:
    """A picture: its name, the page's size in pixels, and the colours that the person prefers."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]


LOOKS = (Look("light", 1120, 912, "light"), Look("dark", 1120, 912, "dark"), Look("narrow", 390, 1280, "light"))


def take(browser: Browser, address: str, look: Look) -> None:
    """Write a text, look back at one of its characters, and take the picture."""
    page = browser.new_page(viewport={"width": look.width, "height": look.height}, color_scheme=look.scheme)
    page.goto(address)
    page.get_by_label("Random seed").fill(str(RANDOM_SEED))
    page.get_by_role("button", name="Write").click()
    expect(page.get_by_role("status")).to_contain_text("random seed", timeout=60_000)
    page.get_by_label("of 280").fill(str(PLACE))
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=HERE / f"browser-{look.name}.png")
    page.close()


def main() -> None:
    """Take them all."""
    if CHROMIUM is None:
        sys.exit("Chromium is not there: install it (on Debian: apt install chromium fonts-inter)")
    with tempfile.TemporaryDirectory() as folder:
        write_browser_folder(Model.read(SHIPPED_MODELS / "lexicon"), Path(folder, "page"))
        with served(Path(folder, "page")) as address, chromium() as browser:
            for look in LOOKS:
                take(browser, address, look)


if __name__ == "__main__":
    main()
