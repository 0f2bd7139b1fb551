"""A server that people log in to, as they meet it: what is theirs to do, and the way out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from contrast_engine import Workspace
from contrast_engine.access.phrases import hashed
from tests.browser.app_server import AppServer
from tests.browser.conftest import own_copy
from tests.browser.watching import WINDOW

LOOKS, LABELS = "only looks at it all", "labels all day long"


@pytest.fixture(scope="module")
def server(
    browser: Browser, clustered_workspace: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppServer]:
    """An app over its own workspace, with a phrase for viewers and one for annotators."""
    folder = tmp_path_factory.mktemp("logged in")
    root = own_copy(clustered_workspace, folder)
    workspace = Workspace(root)
    workspace.labels.define(["low", "high"], is_ordered=True)
    workspace.close()
    phrases = folder / "phrases.txt"
    phrases.write_text(f"viewer: {hashed(LOOKS)}\nannotator: {hashed(LABELS)}\n", encoding="utf-8")
    started = AppServer(root, folder / "app.log", "--password-file", str(phrases))
    started.start()
    yield started
    started.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport=WINDOW)
    yield opened
    opened.close()


def logged_in(context: BrowserContext, server: AppServer, name: str, phrase: str, at: str) -> Page:
    page = context.new_page()
    page.goto(f"{server.url}/{at}")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Pass phrase").fill(phrase)
    page.get_by_role("button", name="Log in").click()
    return page


def test_a_viewer_is_told_whose_turn_it_is(context: BrowserContext, server: AppServer) -> None:
    page = logged_in(context, server, "Vera", LOOKS, "model")
    expect(page.get_by_text("Next for annotators: label 20 images")).to_be_visible()
    expect(page.get_by_text("Next for annotators: label images.")).to_be_visible()
    expect(page.get_by_role("button", name="Label images")).to_have_count(0)


@pytest.mark.slow
def test_logging_out_is_one_click_and_other_tabs_say_so(
    context: BrowserContext, server: AppServer
) -> None:
    first = logged_in(context, server, "Ada", LABELS, "agreement")
    expect(first.get_by_role("button", name="Ada")).to_be_visible()
    second = context.new_page()
    second.goto(f"{server.url}/overview")
    second.get_by_role("button", name="Ada").click()
    second.get_by_role("link", name="Log out").click()
    second.wait_for_url("**/login")
    assert len(context.pages) == 2
    first.bring_to_front()
    said = first.get_by_role("dialog", name="You are logged out")
    expect(said).to_be_visible()
    said.get_by_role("button", name="Log in again").click()
    expect(first.get_by_label("Pass phrase")).to_be_visible()
    assert "/agreement" in first.url


@pytest.mark.slow
def test_where_all_label_blind_an_annotator_cannot_switch_it_off_and_sees_nobodys_label(
    context: BrowserContext, server: AppServer
) -> None:
    workspace = Workspace(server.workspace)
    image = sorted(workspace.images.ids)[0]
    workspace.labels.add([image], "high", "Bob")
    said = "Label: high, given by Bob"
    try:
        page = logged_in(context, server, "Ada", LABELS, f"image?image={image}")
        expect(page.get_by_text(said)).to_be_visible()
        workspace.labels.define(["low", "high"], is_ordered=True, is_blind=True)
        page.reload()
        expect(page.get_by_text("Cluster")).not_to_have_count(0)
        expect(page.get_by_text(said)).to_have_count(0)
        page.goto(f"{server.url}/label?queue=random")
        page.wait_for_selector(".labeller[data-saved] .well img")
        page.get_by_role("button", name="2 labels, blind").click()
        switch = page.get_by_role("switch", name="Label blind")
        expect(switch).to_be_checked()
        expect(switch).to_be_disabled()
        page.goto(f"{server.url}/agreement")
        expect(page.get_by_text("You label blind")).to_be_visible()
    finally:
        workspace.labels.define(["low", "high"], is_ordered=True)
        workspace.close()
