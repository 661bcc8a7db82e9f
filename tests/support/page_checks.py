"""Check Charla's pages in a real browser: nothing goes wrong in them, and they are accessible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.chromium import CHROMIUM
from tests.support.node import PACKAGES

HOSTILE = "<img src=x onerror=alert(1)><b>bold</b>"
"""A text that does something where it is taken for markup."""

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not there")

_AXE = PACKAGES / "axe-core/axe.min.js"
needs_axe = pytest.mark.skipif(not _AXE.exists(), reason="axe-core is not there: `make test` with npm")


@contextmanager
def assert_nothing_goes_wrong(page: Page, *own: str) -> Iterator[None]:
    """Check that inside the block no error, dialog or console message appears, and that the page requests nothing but
    addresses that begin with one of `own`."""
    wrong: list[str] = []
    asked: list[str] = []
    listeners: dict[Any, Callable[[Any], None]] = {
        "pageerror": lambda error: wrong.append(str(error)),
        "console": lambda message: wrong.append(message.text),  # such as a breach of the content policy
        "dialog": lambda dialog: wrong.append(dialog.message),
        "request": lambda request: asked.append(request.url),
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    yield
    for event, listener in listeners.items():
        page.remove_listener(event, listener)
    assert wrong == []
    assert [address for address in asked if not address.startswith(own)] == []


def load_axe(page: Page) -> None:
    """Make `assert_accessible` work in a page, whose content policy must be bypassed."""
    page.evaluate(_AXE.read_text())


def assert_accessible(page: Page, *rules: str) -> None:
    """Check that axe-core finds nothing against what is shown, by these rules, or by all of its own."""
    found = page.evaluate("rules => axe.run(rules.length ? { runOnly: rules } : {})", rules)["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
