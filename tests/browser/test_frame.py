"""The frame around a page: menu, tabs, what is next, what runs, help; live, and by keyboard."""

from pathlib import Path

from playwright.sync_api import Page, expect

from contrast_engine import Workspace
from contrast_engine.jobs import JobRunner
from tests.browser.app_server import AppServer
from tests.browser.open_pages import go_to, open_page

SMALL, PHONE = {"width": 1280, "height": 720}, {"width": 375, "height": 720}


def test_labels_of_anyone_and_the_end_of_a_job_are_seen_without_touching_the_page(
    app_server: AppServer, page: Page, tmp_path: Path
) -> None:
    open_page(page, f"{app_server.url}/glossary")
    following = page.locator(".frame .next")
    expect(following).to_have_text("Next:Label 20 images")
    workspace = Workspace(app_server.workspace)
    workspace.labels.define(["low", "high"], is_ordered=True)
    for place, label in enumerate(("low", "high", "low")):
        workspace.labels.add([workspace.images.ids[place]], label)
    expect(following).to_have_text("Next:Label 17 more")
    JobRunner(workspace).submit("export", path=str(tmp_path / "all.csv"))
    ended = page.locator(".frame .toast")
    expect(ended).to_contain_text("Exporting is done.")
    expect(page.locator(".frame [data-at=exported]")).to_have_attribute("data-standing", "done")
    ended.get_by_role("link", name="Show").click()
    expect(page.locator("h1")).to_have_text("Export")


def test_menu_tabs_and_help_lead_on_and_say_where_one_is(app_server: AppServer, page: Page) -> None:
    page.set_viewport_size(SMALL)
    open_page(page, f"{app_server.url}/collection")
    entries = page.locator(".st-key-menu a")
    assert entries.count() <= 10
    assert all(box["y"] + box["height"] < SMALL["height"] for box in
               (entries.nth(i).bounding_box() or {} for i in range(entries.count())))  # fmt: skip
    go_to(page, "Map")
    expect(page.locator(".st-key-menu a[aria-current]")).to_have_count(1)
    expect(page.locator(".st-key-menu a[aria-current=true]")).to_contain_text("Pictures")
    expect(page.locator(".st-key-tabs a[aria-current=page]")).to_have_text("Map")
    box = page.locator(".frame .next").bounding_box()
    assert box
    assert box["y"] + box["height"] < 50
    said = page.locator(".st-key-tabs [data-testid=stCaptionContainer]")
    said.click(position={"x": 5, "y": 5})  # out of whatever takes letters
    page.keyboard.press("?")
    help = page.get_by_text("outline a group with the lasso").filter(has_text="L")
    expect(help.last).to_be_visible()
    page.get_by_role("link", name="Glossary: what the words mean").click()
    expect(page.locator("h1")).to_have_text("Glossary")
    page.set_viewport_size(PHONE)
    open_page(page, f"{app_server.url}/gallery")
    expect(page.locator(".frame .next")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
