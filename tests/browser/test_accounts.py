"""A server that knows people by their account, as they meet it: to the issuer and back, and out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from contrast_engine import Workspace
from tests.browser.app_server import AppServer
from tests.browser.conftest import own_copy
from tests.browser.watching import WINDOW

pytest.importorskip("authlib", reason="Streamlit's login needs Authlib: contrast-engine[login]")

from tests.access.issuer import Issuer

ADA, OLGA = "ada@example.org", "olga@example.org"


@pytest.fixture(scope="module")
def server(
    browser: Browser, clustered_workspace: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppServer]:
    """An app whose people an issuer knows."""
    folder = tmp_path_factory.mktemp("accounts")
    root = own_copy(clustered_workspace, folder)
    workspace = Workspace(root)
    workspace.labels.define(["low", "high"], is_ordered=True)
    workspace.close()
    roles = folder / "roles"
    roles.write_text(f"{ADA}: annotator\n{OLGA}: owner\n", encoding="utf-8")
    started = AppServer(root, folder / "app.log", "--login", "oidc", "--roles", str(roles))
    with Issuer() as issuer:
        secrets = folder / "secrets.toml"
        secrets.write_text(issuer.secrets_toml(started.url), encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("STREAMLIT_SECRETS_FILES", str(secrets))
            started.start()
        yield started
        started.stop()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport=WINDOW)  # with the content policy, as everybody has it
    yield opened
    opened.close()


def logged_in(context: BrowserContext, server: AppServer, account: str, at: str) -> Page:
    page = context.new_page()
    page.goto(f"{server.url}/{at}")
    page.get_by_role("link", name="Log in").click()
    expect(page.get_by_role("heading", name="Choose an account")).to_be_visible()
    page.get_by_role("link", name=account, exact=True).click()
    return page


def test_an_annotator_comes_back_to_the_page_and_labels_under_the_address(
    context: BrowserContext, server: AppServer
) -> None:
    page = logged_in(context, server, "annotator", "label?queue=random")
    page.wait_for_selector(".labeller[data-saved] .well img")
    assert "/label?queue=random" in page.url
    expect(page.get_by_role("button", name=ADA)).to_be_visible()
    page.keyboard.press("1")
    expect(page.locator(".labeller")).to_have_attribute("data-saved", "1")
    workspace = Workspace(server.workspace)
    assert [one.who for one in workspace.labels.history()] == [ADA]
    workspace.close()


def test_an_annotator_runs_nothing_and_an_owner_does(
    context: BrowserContext, server: AppServer, browser: Browser
) -> None:
    page = logged_in(context, server, "annotator", "complexity")
    measure = "Measure complexity"
    expect(page.get_by_role("button", name=measure)).to_be_disabled()
    other = browser.new_context(viewport=WINDOW)
    owner = logged_in(other, server, "owner", "complexity")
    expect(owner.get_by_role("button", name=OLGA)).to_be_visible()
    expect(owner.get_by_role("button", name=measure)).to_be_enabled()
    other.close()


def test_who_may_not_come_in_is_told_so_and_takes_another_account(
    context: BrowserContext, server: AppServer
) -> None:
    page = logged_in(context, server, "unverified", "overview")
    expect(page.get_by_text("has not confirmed that the e-mail address is yours")).to_be_visible()
    page.get_by_role("link", name="Log out").click()
    page.get_by_role("link", name="Log in").click()
    page.get_by_role("link", name="owner", exact=True).click()
    expect(page.get_by_role("button", name=OLGA)).to_be_visible()


def test_logging_out_ends_it_here_and_in_other_tabs(
    context: BrowserContext, server: AppServer
) -> None:
    first = logged_in(context, server, "annotator", "agreement")
    expect(first.get_by_role("button", name=ADA)).to_be_visible()
    second = context.new_page()
    second.goto(f"{server.url}/overview")
    second.get_by_role("button", name=ADA).click()
    second.get_by_role("link", name="Log out").click()
    expect(second.get_by_role("link", name="Log in")).to_be_visible()
    first.bring_to_front()
    said = first.get_by_role("dialog", name="You are logged out")
    expect(said).to_be_visible()
    said.get_by_role("button", name="Log in again").click()
    expect(first.get_by_role("link", name="Log in")).to_be_visible()
