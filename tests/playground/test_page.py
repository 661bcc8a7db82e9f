"""The playground's page in a real browser, with the real bot behind it: what a person types, sees and presses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.generation.card import Corpus, Use
from bot.generation.model import Model
from tests.support.chromium import open_chromium
from tests.support.gate import Gate
from tests.support.page_checks import (
    HOSTILE,
    assert_accessible,
    assert_nothing_goes_wrong,
    load_axe,
    needs_axe,
    needs_chromium,
)
from tests.support.playground_page import Stage, play
from tests.support.random_models import random_model

pytestmark = needs_chromium

SCRIPT = "<script>alert(2)</script>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    card = random_model().card
    corpus = Corpus(name=HOSTILE, licence=SCRIPT, characters=5)
    hostile = card.model_copy(update={"description": HOSTILE, "corpus": corpus, "use": Use(seeds=(HOSTILE,))})
    models = [random_model(), Model("hostile", hostile, random_model(weights_seed=2).weights)]
    with play(models, tmp_path_factory.mktemp("playground")) as stage:
        yield stage


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture
def page(tab: Page, stage: Stage) -> Iterator[Page]:
    """The page, opened anew, which says whatever goes wrong in it, and asks nobody but its own server."""
    here = stage.address.partition("#")[0]
    with assert_nothing_goes_wrong(tab, here, here.replace("http", "ws", 1), "data:", f"blob:{here}", "about:"):
        yield begun(tab, stage)


def begun(page: Page, stage: Stage) -> Page:
    """The page as Ana sees it in the server, with nothing typed; opened anew only where a test left something open."""
    here = stage.address.partition("#")[0]
    if page.url == here and page.locator("dialog[open], #wire:not([hidden])").count() == 0:
        page.get_by_role("radio", name="Direct messages").check()  # there and back: nothing stays typed
        page.get_by_role("radio", name="#general").check()
        become(page, "Ana")
        line(page).focus()
        return page
    page.goto("about:blank")
    return opened(page, stage)


def opened(page: Page, stage: Stage) -> Page:
    page.goto(stage.address)
    expect(line(page)).to_be_focused()
    return settled(page)


def settled(page: Page) -> Page:
    """The page once it shows who and what was chosen."""
    expect(page.locator("#messages:not([aria-busy])")).to_have_count(1)
    return page


def line(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Message", exact=True)


def last(page: Page) -> Locator:
    return page.get_by_role("log").get_by_role("listitem").last


def entered(page: Page, containing: str = "random seed") -> Locator:
    """The message that comes of pressing Enter here, once it has this in it."""
    messages = page.get_by_role("log").get_by_role("listitem")
    before = messages.last.get_attribute("data-id") if messages.count() else ""
    page.keyboard.press("Enter")
    expect(messages.last).not_to_have_attribute("data-id", before or "")
    expect(messages.last).to_contain_text(containing, timeout=20_000)
    return last(page)


def sent(page: Page, typed: str, containing: str = "random seed") -> Locator:
    """The message that answers a line, once it is there."""
    line(page).fill(typed)
    return entered(page, containing)


def become(page: Page, name: str) -> None:
    page.get_by_role("radio", name=re.compile(f"^{name}")).check()
    expect(page.get_by_role("status")).to_contain_text(f"You are {name}")
    settled(page)


def test_from_a_slash_to_a_reply_with_the_keyboard_alone(page: Page) -> None:
    keys = page.keyboard
    keys.type("/")
    commands = page.get_by_role("option")
    expect(commands).to_have_count(4)
    expect(commands.first).to_have_text(re.compile("/generate.*Let a neural network write on"))
    keys.type("gen")
    expect(commands).to_have_count(1)
    keys.press("Tab")
    expect(page.get_by_role("combobox", name="seed")).to_be_focused()
    expect(page.get_by_text("seed: What the text starts with")).to_be_visible()
    keys.type("It was *not* ")
    keys.press("Tab")
    expect(page.get_by_role("combobox", name="More options of /generate")).to_be_focused()
    expect(page.get_by_role("option", name="random_seed")).to_be_visible()
    keys.type("top")
    keys.press("Enter")
    expect(page.get_by_role("combobox", name="top_n")).to_be_focused()
    expect(page.get_by_role("option", name="3 – coherent")).to_be_visible()  # by the bot
    keys.type("1")
    expect(page.get_by_role("option")).to_have_text(["1 – greedy: always the likeliest", "10 – adventurous"])
    keys.press("ArrowUp")
    keys.press("Enter")
    expect(page.get_by_role("combobox", name="top_n")).to_have_value("10")
    reply = entered(page)
    expect(reply).to_contain_text("Ana used /generate seed: It was *not*  top_n: 10")
    expect(reply.locator(".description strong")).to_have_text("It was *not*")  # unescaped, and in bold
    expect(reply).to_contain_text("tiny · top-n 10 · random seed")
    expect(line(page)).to_be_focused()


def test_while_the_bot_writes_it_is_thinking(page: Page) -> None:
    Gate.opened.clear()
    line(page).fill("/generate seed: It was")
    thinking = entered(page, "Charla is thinking…")
    Gate.opened.set()
    expect(thinking).to_contain_text("random seed")
    expect(page.get_by_role("log").get_by_text("thinking…")).to_have_count(0)


def test_buttons_a_form_and_the_menu_with_the_keyboard_alone(page: Page) -> None:
    keys = page.keyboard
    reply = sent(page, "/generate seed: It was random_seed: 1")
    for name in ("Delete", "Edit", "Continue", "Again"):
        while not reply.get_by_role("button", name=name).evaluate("element => element === document.activeElement"):
            keys.press("Shift+Tab")
    expect(entered(page)).to_contain_text("Ana pressed Again")
    last(page).get_by_role("button", name="Edit").focus()
    keys.press("Enter")
    form = page.get_by_role("dialog", name="Edit")
    expect(form.get_by_label("Seed")).to_be_focused()
    expect(form.get_by_label("Seed")).to_have_value("It was")
    keys.press("Escape")
    expect(form).to_be_hidden()
    expect(last(page).get_by_role("button", name="Edit")).to_be_focused()
    keys.press("Enter")
    expect(form.get_by_label("Seed")).to_be_focused()
    keys.press("Tab")
    keys.type("h")
    expect(form.get_by_label("Model")).to_have_value("hostile")
    keys.press("Tab")
    keys.type("50")
    expect(form.get_by_label("Top-n")).to_have_value("50")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Space")
    expect(form.get_by_label("Private")).to_be_checked()
    edited = entered(page)
    expect(edited).to_contain_text("Ana sent Edit")
    expect(edited).to_contain_text("hostile · top-n 50")
    expect(edited).to_contain_text("Only you can see this")
    sent(page, "Said by somebody", "Said by somebody")
    expect(line(page)).to_have_value("")
    keys.press("ArrowUp")
    expect(last(page)).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("menuitem", name="Continue this")).to_be_focused()
    keys.press("Escape")
    keys.press("Escape")
    expect(line(page)).to_be_focused()
    keys.press("ArrowUp")
    keys.press("Enter")
    continued = entered(page)
    expect(continued).to_contain_text("Ana chose Continue this")
    expect(continued.locator(".description strong")).to_have_text("Said by somebody")
    last(page).get_by_role("button", name="Delete").focus()
    there = page.get_by_role("log").get_by_role("listitem").count()
    keys.press("Enter")
    expect(page.get_by_role("log").get_by_role("listitem")).to_have_count(there - 1)
    expect(line(page)).to_be_focused()


def test_what_was_typed_into_a_form_comes_back_where_it_cannot_be_sent(page: Page) -> None:
    sent(page, "/generate seed: It was random_seed: 6").get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog", name="Edit")
    form.get_by_label("Seed").fill("`Kept` *as* it is")
    form.get_by_label("Model").select_option("hostile")
    form.get_by_label("Private").check()
    form.get_by_label("Length").fill("none")
    handed_back = entered(page, "length 'none': allowed are whole numbers")
    expect(handed_back).to_contain_text("Only you can see this")
    handed_back.get_by_role("button", name="Edit").click()
    expect(form.get_by_label("Seed")).to_have_value("`Kept` *as* it is")
    expect(form.get_by_label("Length")).to_have_value("none")
    expect(form.get_by_label("Model")).to_have_value("hostile")
    expect(form.get_by_label("Private")).to_be_checked()
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()


def test_what_is_private_is_marked_so_and_nobody_elses(page: Page) -> None:
    open_to_all = sent(page, "/generate seed: Open random_seed: 2").get_attribute("data-id")
    reply = sent(page, "/generate seed: Secret private: true")
    expect(reply).to_contain_text("Only you can see this")
    private = reply.get_attribute("data-id")
    become(page, "Ben")
    expect(page.locator(f"[data-id='{open_to_all}']")).to_be_visible()
    expect(page.locator(f"[data-id='{private}']")).to_have_count(0)
    page.locator(f"[data-id='{open_to_all}']").get_by_role("button", name="Delete").click()
    expect(last(page)).to_contain_text("Only the person who asked for this")
    expect(last(page)).to_contain_text("Only you can see this")
    line(page).fill("/")
    expect(page.get_by_role("option")).to_have_count(3)
    expect(page.get_by_role("option", name="/settings")).to_have_count(0)  # he may not manage the server
    become(page, "Mia")
    page.locator(f"[data-id='{open_to_all}']").get_by_role("button", name="Delete").click()
    expect(page.locator(f"[data-id='{open_to_all}']")).to_have_count(0)  # she may manage messages
    become(page, "Ana")
    expect(page.locator(f"[data-id='{private}']")).to_be_visible()
    expect(page.get_by_text("Only the person who asked for this")).to_have_count(0)


def test_another_place_has_other_messages(page: Page) -> None:
    here = sent(page, "/generate seed: Here random_seed: 3").get_attribute("data-id")
    for place in ("Direct messages", "A group chat", "Another server"):
        page.get_by_role("radio", name=place).check()
        expect(page.get_by_role("heading", name=place)).to_be_visible()
        settled(page)
        expect(page.locator(f"[data-id='{here}']")).to_have_count(0)
        sent(page, "/generate seed: There")


def test_a_wrong_value_is_told_at_its_option_and_nothing_is_lost(page: Page) -> None:
    line(page).fill("/generate seed: Kept top_n: none length: 2001 count: 3")
    page.keyboard.press("Enter")
    top_n, length = (page.get_by_role("combobox", name=name) for name in ("top_n", "length"))
    expect(top_n).to_be_focused()
    expect(top_n).to_have_accessible_description(re.compile("top_n: 'none' is not a whole number. \\(1 or more\\)"))
    expect(length).to_have_accessible_description(re.compile("length: 2001 is out of range. \\(1 to 2000\\)"))
    expect(page.get_by_role("combobox", name="seed")).to_have_value("Kept")
    expect(page.get_by_role("combobox", name="count")).to_have_value("3")
    top_n.fill("3")
    length.fill("20")
    expect(entered(page)).to_contain_text("top-n 3")
    line(page).fill("/nothing")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="There is no command /nothing")).to_be_visible()
    expect(line(page)).to_have_value("/nothing")


def test_a_command_can_be_typed_as_one_line(page: Page) -> None:
    page.keyboard.type("/generate seed: It: was top_n: 5 length: 12 ")
    expect(entered(page)).to_contain_text("Ana used /generate seed: It: was top_n: 5 length: 12")
    page.keyboard.type("/generate x")
    for _ in range(3):
        page.keyboard.press("Backspace")  # the letter, the option, the command
    expect(line(page)).to_be_focused()
    page.keyboard.type("/settings links:")
    expect(page.get_by_role("option")).to_have_text(["kept", "defused"])
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(line(page)).to_be_focused()


def test_whatever_people_models_and_settings_say_stays_text(page: Page) -> None:
    expect(sent(page, f"/generate seed: {HOSTILE} model: tiny").locator("strong").last).to_have_text(HOSTILE)
    expect(sent(page, "/generate model: hostile")).to_contain_text(HOSTILE)
    sent(page, f"{SCRIPT} {HOSTILE}", f"{SCRIPT} {HOSTILE}")
    page.keyboard.type("/generate model:")
    expect(page.get_by_role("option", name=HOSTILE)).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    line(page).fill("/about")
    page.keyboard.press("Enter")
    about = entered(page, f"learned from {HOSTILE}, 5 characters")
    expect(about).to_contain_text(f"licence: {SCRIPT}")
    sent(page, f"/settings default_model: {HOSTILE}", HOSTILE)
    page.get_by_role("button", name="Wire").click()
    expect(page.locator("#steps")).to_contain_text(HOSTILE)
    assert page.locator("img, #messages b:not(.cause b), #steps b, script:not([src])").count() == 0


def test_settings_are_changed_by_a_person_who_manages_the_server(page: Page) -> None:
    changed = sent(page, "/settings max_length: 50 content_filter: off", "Largest length: 50 characters")
    expect(changed).to_contain_text("Only you can see this")
    sent(page, "/settings reset: everything", "Largest length: 2,000 characters")


def test_a_comparison_has_a_button_beside_each_text(page: Page) -> None:
    compared = sent(page, f"/compare seed: {HOSTILE} random_seed: 7 length: 40")
    expect(compared.locator(".section")).to_have_count(6)
    expect(compared.locator(".text").first).to_have_text(HOSTILE)
    expect(compared.locator("small")).to_contain_text("tiny · random seed 7 · ")
    text = compared.locator(".section").nth(2).locator(".text").nth(1).inner_text()
    compared.get_by_role("button", name="Continue").nth(2).click()
    expect(last(page)).to_contain_text("Ana pressed Continue")
    expect(last(page)).to_contain_text("top-n 3 · ", timeout=20_000)
    expect(last(page).locator(".description strong")).to_contain_text(text.removeprefix("…").strip().splitlines()[0])


def test_a_long_text_is_a_file_to_download(page: Page) -> None:
    sent(page, "/generate seed: It was random_seed: 4 top_n: 98").get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Seed").fill("*" * 1990 + " It was ")
    expect(form.get_by_label("Top-n")).to_have_value("98")
    form.get_by_label("Length").fill("2000")
    form.get_by_role("button", name="Submit").click()
    expect(last(page)).to_contain_text("the text is longer than a message holds", ignore_case=True, timeout=30_000)
    with page.expect_download() as download:
        last(page).get_by_role("button", name="Download charla.txt").click()
    assert download.value.suggested_filename == "charla.txt"
    assert Path(download.value.path()).read_text().startswith("*" * 1990 + " It was ")


def test_the_wire_of_the_last_interaction(page: Page, stage: Stage) -> None:
    page.get_by_role("button", name="Wire").click()
    sent(page, "/generate seed: Wired random_seed: 5")
    steps = page.locator("#steps li")
    expect(steps).to_have_count(3)
    expect(steps.nth(0)).to_contain_text("INTERACTION_CREATE")
    expect(steps.nth(1)).to_contain_text("The bot needs a moment: people see “thinking…”.")
    expect(steps.nth(2)).to_contain_text("PATCH /webhooks/")
    steps.nth(0).locator("summary").press("Enter")
    expect(steps.nth(0).locator("pre")).to_contain_text('"value": "Wired"')
    box, window = steps.nth(0).bounding_box(), page.viewport_size
    assert box
    assert window
    assert box["x"] + box["width"] <= window["width"]
    whole = page.locator("#steps").text_content() or ""
    assert stage.server.token not in whole
    assert not [exchange.token for exchange in stage.server.world.exchanges.values() if exchange.token in whole]
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Wire")).to_be_focused()
    expect(page.locator("#wire")).to_be_hidden()


def test_the_address_serves_after_a_reload_and_lets_nobody_in_without_its_secret(page: Page, stage: Stage) -> None:
    assert page.url == stage.address.partition("#")[0]  # the secret does not stay in sight
    page.reload()
    expect(page.get_by_role("button", name="/about")).to_be_visible()
    with page.context.browser.new_context() as context:  # type: ignore[union-attr]
        other = context.new_page()
        other.goto(f"{stage.address.partition('#')[0]}#wrong")
        for _ in ("wrong", "none"):
            expect(other.get_by_role("alert")).to_contain_text("This address lets nobody in")
            expect(line(other)).to_have_count(0)
            other.reload()


def test_the_end_of_the_playground_is_told(browser: Browser, tmp_path: Path) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        with play([random_model()], tmp_path) as stage:
            opened(page, stage)
        expect(page.get_by_text("The playground is not running any more")).to_be_visible()
        line(page).fill("still there?")
        page.keyboard.press("Enter")
        expect(page.locator("#complaint")).to_contain_text("The playground is not running any more")
        expect(line(page)).to_have_value("still there?")


@needs_axe
def test_axe_finds_nothing_to_complain_about(browser: Browser, stage: Stage) -> None:
    with browser.new_context(bypass_csp=True) as context:  # axe needs a way past the page's content policy
        page = opened(context.new_page(), stage)
        load_axe(page)
        page.get_by_role("radio", name="Direct messages").check()  # where there is not much
        settled(page)
        sent(page, "/generate seed: It was private: true")
        page.get_by_role("button", name="Wire").click()
        page.locator("#steps summary").first.click()
        line(page).focus()
        page.keyboard.type("/generate top_n: x")
        page.keyboard.press("Enter")
        expect(page.locator(".wrong").filter(has_text="top_n")).to_be_visible()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("option").first).to_be_visible()
        assert_accessible(page)
        page.emulate_media(color_scheme="dark")
        assert_accessible(page, "color-contrast")
        page.set_viewport_size({"width": 320, "height": 800})
        page.get_by_role("button", name="Close").click()
        page.get_by_role("button", name="Ana: change who and where you are").click()
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.get_by_role("button", name="Ana: change who and where you are").click()
        page.get_by_role("button", name="Edit").last.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert_accessible(page)
