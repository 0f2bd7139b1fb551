"""Labelling by keyboard in a real browser: every key counts once, and what is shown is saved."""

import pytest
from playwright.sync_api import Locator, Page, expect

from contrast_engine import Workspace
from tests.browser.app_server import AppServer
from tests.browser.known_as import address
from tests.faults_of_disks import full_disk

LABELS = ("low", "medium", "high")
WHO = "Ada"
SAVED = "root => root.dataset.seq === root.dataset.saved"


@pytest.fixture
def workspace(app_server: AppServer) -> Workspace:
    """The workspace of the app, with labels defined and none given."""
    workspace = Workspace(app_server.workspace)
    workspace.labels.define(LABELS, is_ordered=True)
    for who, given in workspace.labels.by_person().items():
        workspace.labels.add(given, None, who)
    return workspace


@pytest.fixture
def labeller(app_server: AppServer, page: Page, workspace: Workspace) -> Locator:
    page.goto(address(page, app_server, "label", WHO))
    page.wait_for_selector(".labeller[data-saved] .well img")
    return page.locator(".labeller")


def queue(labeller: Locator) -> list[str]:
    return labeller.evaluate("root => root.labeller.data.queue.map(card => card.id)")


def wait_until_saved(page: Page, labeller: Locator) -> None:
    page.wait_for_function(SAVED, arg=labeller.element_handle())


def test_keys_at_key_repeat_speed_are_all_kept_in_their_order(
    page: Page, labeller: Locator, workspace: Workspace
) -> None:
    ids = queue(labeller)[:12]
    for number in range(12):
        page.keyboard.press(str(number % 3 + 1), delay=0)
        page.wait_for_timeout(20)
    wait_until_saved(page, labeller)
    current = workspace.labels.current()
    assert [current[image].label for image in ids] == [LABELS[k % 3] for k in range(12)]
    assert len(current) == 12
    expect(labeller.locator(".place")).to_have_text(f"13 of {len(queue(labeller))}")


def test_undo_skip_and_arrows_do_what_their_keys_say(
    page: Page, labeller: Locator, workspace: Workspace
) -> None:
    first, second, third = queue(labeller)[:3]
    for key in ("1", " ", "3", "u"):
        page.keyboard.press(key)
    wait_until_saved(page, labeller)
    assert {i: label.label for i, label in workspace.labels.current().items()} == {first: "low"}
    expect(labeller.locator(".place")).to_have_text(f"3 of {len(queue(labeller))}")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("2")
    wait_until_saved(page, labeller)
    given = {i: label.label for i, label in workspace.labels.current().items()}
    assert given == {first: "low", second: "medium"}
    assert third not in given


def test_the_next_image_shows_only_once_the_label_is_on_disk(
    page: Page, labeller: Locator, workspace: Workspace
) -> None:
    shown = labeller.locator(".well img")
    page.evaluate(
        """() => {
          window.early = [];
          const root = [...document.querySelectorAll('*')].map(e => e.shadowRoot)
            .find(shadow => shadow?.querySelector('.labeller')).querySelector('.labeller');
          const well = root.querySelector('.well');
          new MutationObserver(() => {
            if (root.labeller.log.waiting) window.early.push(well.innerHTML);
          }).observe(well, { childList: true });
        }"""
    )
    before = shown.get_attribute("src")
    page.keyboard.press("2")
    expect(shown).not_to_have_attribute("src", before or "")
    assert len(workspace.labels.current()) == 1
    assert page.evaluate("window.early") == []


def test_a_reload_loses_nothing_and_goes_on_at_the_next_image(
    page: Page, labeller: Locator, workspace: Workspace
) -> None:
    for key in "123":
        page.keyboard.press(key)
    wait_until_saved(page, labeller)
    page.reload()
    page.wait_for_selector(".labeller[data-saved] .well img")
    again = page.locator(".labeller")
    expect(again.locator(".place")).to_have_text(f"4 of {len(queue(again))}")
    assert len(workspace.labels.current()) == 3


def test_typing_in_a_text_field_gives_no_label(
    page: Page, labeller: Locator, workspace: Workspace
) -> None:
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('input'), {id: 'own'}))"
    )
    page.locator("#own").press_sequentially("u2 1")
    expect(page.locator("#own")).to_have_value("u2 1")
    assert labeller.get_attribute("data-seq") == "0"
    page.locator("#own").blur()
    page.keyboard.press("1")
    wait_until_saved(page, labeller)
    assert len(workspace.labels.current()) == 1


def test_the_buttons_do_the_same_as_the_keys(
    page: Page, labeller: Locator, workspace: Workspace
) -> None:
    first = queue(labeller)[0]
    labeller.get_by_role("button", name="high").click()
    wait_until_saved(page, labeller)
    assert workspace.labels.current()[first].label == "high"


@pytest.mark.slow
def test_keys_pressed_while_the_server_is_dead_are_saved_by_the_next_one(
    page: Page, labeller: Locator, workspace: Workspace, app_server: AppServer
) -> None:
    ids = queue(labeller)[:4]
    page.keyboard.press("1")
    page.keyboard.press("2")
    app_server.kill()
    page.keyboard.press("3")
    page.keyboard.press("1")
    expect(labeller.locator(".state")).to_contain_text("not saved yet", timeout=10_000)
    app_server.start()
    page.wait_for_function(SAVED, arg=labeller.element_handle(), timeout=60_000)
    current = workspace.labels.current()
    assert [current[image].label for image in ids] == ["low", "medium", "high", "low"]
    assert len(current) == 4


def test_unsure_is_kept_trains_nothing_and_shift_u_says_again(
    page: Page, labeller: Locator, workspace: Workspace
) -> None:
    first, second = queue(labeller)[:2]
    for key in ("0", "2", "u", "u", "Shift+U", "Shift+U"):
        page.keyboard.press(key)
    wait_until_saved(page, labeller)
    assert workspace.labels.by_person()[WHO] == {first: None, second: "medium"}
    assert list(workspace.labels.current()) == [second]
    expect(labeller.locator(".place")).to_have_text(f"3 of {len(queue(labeller))}")
    expect(labeller.locator(".state")).to_contain_text("1 unsure")


def test_many_labels_are_undone_and_said_again_by_keyboard(
    page: Page, app_server: AppServer, workspace: Workspace
) -> None:
    page.goto(address(page, app_server, "label?queue=random", WHO))
    page.wait_for_selector(".labeller[data-saved] .well img")
    labeller = page.locator(".labeller")
    before = len(workspace.labels.history())
    ids = queue(labeller)
    for step in range(26):
        page.keyboard.press(str(step % 3 + 1))
        if step == 12:
            for _ in range(13):
                page.keyboard.press("ArrowLeft")
    given = {i: label.label for i, label in workspace.labels.current().items()}
    for _ in range(26):
        page.keyboard.press("u")
    wait_until_saved(page, labeller)
    assert workspace.labels.current() == {}
    for _ in range(26):
        page.keyboard.press("Shift+U")
    wait_until_saved(page, labeller)
    assert len(workspace.labels.history()) == before + 52
    again = {i: label.label for i, label in workspace.labels.current().items()}
    assert again == {ids[k]: LABELS[(k + 13) % 3] for k in range(13)}
    assert set(given) <= set(again)


def test_the_line_and_the_curves_move_with_every_label(
    page: Page, labeller: Locator, workspace: Workspace
) -> None:
    expect(page.get_by_text("label a few images of at least two kinds")).to_be_visible()
    for key in "13131":
        page.keyboard.press(key)
    wait_until_saved(page, labeller)
    expect(page.get_by_text("5 labels →")).to_be_visible()
    page.keyboard.press("3")
    expect(page.get_by_text("6 labels →")).to_be_visible()
    expect(page.get_by_text("model updates so far, kept with the labels")).to_be_visible()


def test_going_blind_takes_the_name_of_the_file_away_at_once(
    page: Page, labeller: Locator, workspace: Workspace
) -> None:
    expect(labeller.locator(".name")).not_to_be_empty()
    page.get_by_text("3 labels").click()
    page.get_by_text("Label blind").click()
    expect(page.get_by_text("labelling blind")).to_be_visible()
    expect(labeller.locator(".name")).to_be_empty()


@pytest.mark.slow
def test_keys_pressed_on_a_full_disk_wait_and_are_saved_once_there_is_room(
    page: Page, labeller: Locator, workspace: Workspace, app_server: AppServer
) -> None:
    ids = queue(labeller)[:3]
    page.keyboard.press("1")
    wait_until_saved(page, labeller)
    with full_disk(pid=app_server.pid):
        page.keyboard.press("2")
        page.keyboard.press("3")
        state = labeller.locator(".state")
        expect(state).to_contain_text("2 not saved yet")
        expect(state).to_contain_text(f"free some space on the disk that holds {workspace.root}")
        expect(labeller.locator(".place")).to_have_text(f"2 of {len(queue(labeller))}")
        assert list(workspace.labels.current()) == ids[:1]
    wait_until_saved(page, labeller)
    current = workspace.labels.current()
    assert [current[image].label for image in ids] == ["low", "medium", "high"]
    expect(labeller.locator(".place")).to_have_text(f"4 of {len(queue(labeller))}")


def test_a_finished_queue_ends_and_what_is_finished_changes_only_on_purpose(
    page: Page, labeller: Locator, workspace: Workspace
) -> None:
    # what everybody is asked about would be asked after Bob, too
    workspace.labels.define(["low", "medium", "high"], is_ordered=True, overlap=0)
    page.reload()
    page.wait_for_selector(".labeller[data-saved] .well img")
    ids, note = queue(labeller), labeller.locator(".note")
    workspace.labels.add(ids[3:], "low", "Bob")
    page.reload()
    page.wait_for_selector(".labeller[data-saved] .well img")
    for key in "1123":  # the last comes after the end
        page.keyboard.press(key)
    wait_until_saved(page, labeller)
    expect(labeller.locator(".end")).to_contain_text("This queue is finished.")
    expect(page.get_by_text(f"All {len(ids)} images of this queue are done: low")).to_be_visible()
    expect(page.get_by_text("Train a model on these labels")).to_be_visible()
    own = workspace.labels.by_person()[WHO]
    assert own == dict(zip(ids, ("low", "low", "medium"), strict=False))
    labeller.get_by_role("button", name="Look through them again").click()
    page.keyboard.press("3")
    expect(note).to_contain_text("Image 1 was ‘low’, now ‘high’")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("2")
    expect(note).to_contain_text("Bob said ‘low’: press 2 again to say ‘medium’")
    page.keyboard.press("Escape")
    wait_until_saved(page, labeller)
    assert workspace.labels.by_person()[WHO][ids[0]] == "high"
    assert ids[3] not in workspace.labels.by_person()[WHO]
    for key in "22":
        page.keyboard.press(key)
    wait_until_saved(page, labeller)
    assert workspace.labels.by_person()[WHO][ids[3]] == "medium"


def test_thirty_labels_are_given_by_digit_by_letter_and_by_typing(
    page: Page, labeller: Locator, workspace: Workspace
) -> None:
    names = [f"kind {k}" for k in range(28)] + ["fog", "misty dawn"]
    workspace.labels.define(names)
    page.reload()
    page.wait_for_selector(".labeller[data-saved] .well img")
    ids = queue(labeller)
    box = labeller.get_by_role("button", name="misty dawn").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 720, "all of them are on the screen"
    letter = labeller.locator("[data-label=fog] kbd").inner_text()
    for key in ("9", letter.lower()):
        page.keyboard.press(key)
    page.keyboard.press("/")
    page.keyboard.type("dawn")
    expect(labeller.get_by_role("option")).to_have_text("misty dawn")
    page.keyboard.press("Enter")
    wait_until_saved(page, labeller)
    given = workspace.labels.current()
    assert [given[image].label for image in ids[:3]] == ["kind 8", "fog", "misty dawn"]
