"""Comparing by keyboard in a real browser: every answer is about the pair that was seen."""

import pytest
from playwright.sync_api import Locator, Page, expect

from contrast_engine import Workspace
from tests.browser.app_server import AppServer
from tests.browser.known_as import address

SAVED = "root => root.dataset.seq === root.dataset.saved"
SEEN = "root => root.pair.shown && root.pair.seen === root.pair.shown"


@pytest.fixture
def workspace(app_server: AppServer) -> Workspace:
    """The workspace of the app, with no comparisons."""
    workspace = Workspace(app_server.workspace)
    while workspace.comparisons.undo("Ada"):
        pass
    return workspace


@pytest.fixture
def pair(app_server: AppServer, page: Page, workspace: Workspace) -> Locator:
    page.goto(address(page, app_server, "pairs", "Ada"))
    page.wait_for_selector(".pair[data-saved] .well img")
    return page.locator(".pair")


def shown(pair: Locator) -> tuple[str, str]:
    """The two images on the screen, once both are drawn."""
    pair.page.wait_for_function(SEEN, arg=pair.element_handle())
    left, right = pair.evaluate("r => [...r.querySelectorAll('.well')].map(w => w.dataset.id)")
    return left, right


def answer(pair: Locator, key: str) -> tuple[str, str]:
    """Press a key for the pair on the screen, wait until it is saved, and give that pair."""
    seen = shown(pair)
    pair.page.keyboard.press(key)
    pair.page.wait_for_function(SAVED, arg=pair.element_handle())
    return seen


def test_left_right_and_down_say_what_their_keys_say_about_the_pair_shown(
    pair: Locator, workspace: Workspace
) -> None:
    keys = ("ArrowLeft", "ArrowRight", "ArrowDown")
    given = [(*answer(pair, keys[i % 3]), ("left", "right", "tie")[i % 3]) for i in range(12)]
    said = [(one.left, one.right, one.answer) for one in workspace.comparisons.all()]
    assert said == given
    assert len(set(given)) > 6, "the next batch of pairs follows by itself"
    expect(pair.locator(".count")).to_have_text("12 answered by you")


def test_undo_brings_the_last_pair_back_and_it_can_be_judged_anew(
    pair: Locator, workspace: Workspace
) -> None:
    answer(pair, "ArrowDown")
    second = answer(pair, "ArrowLeft")
    answer(pair, "u")
    assert len(workspace.comparisons.all()) == 1
    assert answer(pair, "ArrowRight") == second
    assert [one.answer for one in workspace.comparisons.all()] == ["tie", "right"]


def test_every_key_of_a_quick_person_is_an_answer_about_the_pair_that_was_seen(
    page: Page, pair: Locator, workspace: Workspace
) -> None:
    keys, seen, n = ("ArrowLeft", "ArrowRight", "ArrowDown"), [], 24
    shown(pair)
    for k in range(n):
        page.wait_for_timeout(60)
        seen.append((*shown(pair), ("left", "right", "tie")[k % 3]))
        page.keyboard.press(keys[k % 3])
    page.wait_for_function(SAVED, arg=pair.element_handle())
    assert [(one.left, one.right, one.answer) for one in workspace.comparisons.all()] == seen
    expect(pair.locator(".count")).to_have_text(f"{n} answered by you")
    expect(pair.locator(".state")).to_have_text("All saved")


def test_undo_in_the_middle_of_quick_answers_brings_back_the_pair_before(
    page: Page, pair: Locator, workspace: Workspace
) -> None:
    seen = []
    for key in ("ArrowLeft", "ArrowRight", "u", "ArrowDown", "ArrowLeft"):
        seen.append(shown(pair))
        page.keyboard.press(key)
    page.wait_for_function(SAVED, arg=pair.element_handle())
    first, second, _, again, third = seen
    assert again == second
    said = [((one.left, one.right), one.answer) for one in workspace.comparisons.all()]
    assert said == [(first, "left"), (second, "tie"), (third, "left")]


def test_a_held_key_answers_one_pair_and_a_burst_answers_none_unseen(
    page: Page, pair: Locator, workspace: Workspace
) -> None:
    first = shown(pair)
    page.evaluate(
        """() => { for (let k = 0; k < 20; k++) document.body.dispatchEvent(new KeyboardEvent(
             "keydown", { key: "ArrowLeft", bubbles: true, composed: true, repeat: k > 9 })) }"""
    )
    expect(pair.locator(".state")).to_contain_text("9 keys came before the pair was drawn")
    page.wait_for_function(SAVED, arg=pair.element_handle())
    (said,) = workspace.comparisons.all()
    assert (said.left, said.right) == first


def test_a_click_on_an_image_and_the_button_do_the_same_as_the_keys(
    page: Page, pair: Locator, workspace: Workspace
) -> None:
    shown(pair)
    pair.locator(".well[data-side=right]").click()
    page.wait_for_function(SAVED, arg=pair.element_handle())
    shown(pair)
    pair.get_by_role("button", name="No difference").click()
    page.wait_for_function(SAVED, arg=pair.element_handle())
    assert [one.answer for one in workspace.comparisons.all()] == ["right", "tie"]


@pytest.mark.slow
def test_an_answer_to_a_dead_server_is_saved_once_by_the_next_one(
    page: Page, pair: Locator, workspace: Workspace, app_server: AppServer
) -> None:
    seen = shown(pair)
    app_server.kill()
    page.keyboard.press("ArrowLeft")
    expect(pair.locator(".state")).to_contain_text("1 not saved yet", timeout=10_000)
    app_server.start()
    page.wait_for_function(SAVED, arg=pair.element_handle(), timeout=60_000)
    (said,) = workspace.comparisons.all()
    assert (said.left, said.right, said.answer) == (*seen, "left")
