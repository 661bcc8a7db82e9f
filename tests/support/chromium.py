"""Open a headless Chromium, for tests of the pages and for the screenshots in docs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

# It looks for nothing on the network beside the page's own files.
_OPTIONS = [
    "--disable-background-networking", "--disable-component-update", "--disable-gpu", "--disable-quic",
    "--disable-sync", "--no-first-run",
]  # fmt: skip


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Open the browser, which must be installed (`CHROMIUM`), inside the block."""
    # Chromium's sandbox refuses to run as root, which CI often is; it opens our own pages only.
    options = [*_OPTIONS, "--no-sandbox"] if os.geteuid() == 0 else _OPTIONS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        browser.close()
