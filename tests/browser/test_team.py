"""A team labels in browsers: each is handed other images, and sees how far the others are."""

import sqlite3
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from contrast_engine import Workspace
from contrast_engine.imageset import ImageSet
from contrast_engine.steps.labels.overlap_sample import overlap_sample
from contrast_engine.store.team import AHEAD, EXPIRES
from tests.browser.app_server import AppServer
from tests.browser.known_as import address

LABELS = ("low", "medium", "high")
SAVED = "root => root.dataset.seq === root.dataset.saved"
OVERLAP = 0.2


@pytest.fixture
def workspace(app_server: AppServer) -> Workspace:
    """The workspace of the app, with labels defined, none given, and nobody here."""
    workspace = Workspace(app_server.workspace)
    workspace.labels.define(LABELS, is_ordered=True, overlap=OVERLAP)
    for who, given in workspace.labels.by_person().items():
        workspace.labels.add(given, None, who)
    workspace.team.give_back("nobody", "")  # makes the file, at first
    with sqlite3.connect(workspace.root / "team.sqlite") as team:  # those of the test before
        team.executescript("DELETE FROM presence; DELETE FROM leases")
    team.close()
    return workspace


@pytest.fixture
def bobs(browser: Browser) -> Iterator[Page]:
    """A page of another browser."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, bypass_csp=True)
    yield context.new_page()
    context.close()


def opened(page: Page, app_server: AppServer, who: str, query: str = "cover") -> Locator:
    page.goto(address(page, app_server, f"label?queue={query}", who))
    page.wait_for_selector(".labeller[data-saved]")
    return page.locator(".labeller")


def image_of(labeller: Locator) -> str:
    """The image on the screen."""
    return str(labeller.evaluate("root => root.labeller.data.queue[root.labeller.shown]?.id ?? ''"))


def wait_until_saved(labeller: Locator) -> None:
    labeller.page.wait_for_function(SAVED, arg=labeller.element_handle(), timeout=60_000)


def wait_until(page: Page, is_so: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"not so after {seconds} s"
        page.wait_for_timeout(200)


@pytest.mark.slow
def test_two_who_label_at_once_are_given_different_images_and_share_the_sample(
    app_server: AppServer, workspace: Workspace, page: Page, bobs: Page
) -> None:
    sample = overlap_sample(workspace, OVERLAP)
    ada, bob = opened(page, app_server, "ada-1"), opened(bobs, app_server, "bob-1")
    assert image_of(ada) != image_of(bob), "what Ada has on her screen is not given to Bob"
    for number in range(10):
        for labeller in (ada, bob):
            labeller.page.keyboard.press(str(number % 3 + 1), delay=0)
        page.wait_for_timeout(60)
    for labeller in (ada, bob):
        wait_until_saved(labeller)
    said = workspace.labels.by_person()
    assert [len(said[who]) for who in ("ada-1", "bob-1")] == [10, 10], "no key is lost"
    both = said["ada-1"].images & said["bob-1"].images
    assert set(both) <= set(sample), "twice only what everybody is asked about"
    line = bobs.locator(".team")
    expect(line).to_contain_text("ada-1")
    page.keyboard.press("1")
    wait_until(page, lambda: len(workspace.labels.by_person()["ada-1"]) == 11)  # on the disk
    expect(line).to_contain_text("11 images", timeout=5_000)


@pytest.mark.slow
def test_a_reload_stays_at_its_image_and_a_closed_tab_frees_its_images(
    app_server: AppServer, workspace: Workspace, page: Page, bobs: Page
) -> None:
    ada, bob = opened(page, app_server, "ada-2"), opened(bobs, app_server, "bob-2")
    page.keyboard.press("1")
    wait_until_saved(ada)
    before = image_of(ada)
    page.reload()
    page.wait_for_selector(".labeller[data-saved] .well img")
    again = page.locator(".labeller")
    assert image_of(again) == before
    own = set(again.evaluate("root => root.labeller.data.own"))
    own -= set(overlap_sample(workspace, OVERLAP))
    assert own <= set(workspace.team.held("bob-2"))
    wait_until(bobs, lambda: set(workspace.team.held("bob-2")) == own)
    page.goto("about:blank")
    bobs.keyboard.press("2")
    wait_until_saved(bob)
    # told as it closes, where that still arrives; else it is not heard of any more
    wait_until(bobs, lambda: not workspace.team.held("bob-2"), EXPIRES + 5)


@pytest.mark.slow
def test_what_another_has_is_asked_for_twice_and_the_line_moves_nothing(
    app_server: AppServer, workspace: Workspace, page: Page, bobs: Page
) -> None:
    bob = opened(bobs, app_server, "bob-3")
    theirs = image_of(bob)
    ada = opened(page, app_server, "ada-3")
    well = ada.locator(".well").bounding_box()
    place = ada.evaluate(
        "(root, id) => root.labeller.data.queue.findIndex(card => card.id === id)", theirs
    )
    ada.locator(f"button[data-at='{place}']").click()
    expect(ada.locator(".why")).to_have_text("bob-3 has this image now")
    page.keyboard.press("3")
    expect(ada.locator(".note")).to_contain_text("press 3 again")
    assert theirs not in workspace.labels.current()
    page.keyboard.press("3")
    wait_until_saved(ada)
    assert workspace.labels.current()[theirs].label == "high"
    bobs.goto("about:blank")
    page.wait_for_timeout(4_000)
    assert ada.locator(".well").bounding_box() == well


@pytest.mark.slow
def test_the_signs_of_life_take_no_key_and_draw_nothing_anew(
    app_server: AppServer, workspace: Workspace, page: Page
) -> None:
    ada = opened(page, app_server, "ada-4", "random")
    page.evaluate(
        """() => {
          const root = [...document.querySelectorAll('*')].map(e => e.shadowRoot)
            .find(shadow => shadow?.querySelector('.team')).querySelector('.team');
          window.signs = setInterval(() => root.team._sign(), 80);
          window.sent = () => root.team.log.seq;
        }"""
    )
    ids = ada.evaluate("root => root.labeller.data.queue.map(card => card.id)")[:30]
    for number in range(30):
        page.keyboard.press(str(number % 3 + 1), delay=0)
        page.wait_for_timeout(40)
    wait_until_saved(ada)
    assert page.evaluate("clearInterval(window.signs), window.sent()") > 10
    current = workspace.labels.by_person()["ada-4"]
    assert [current[image] for image in ids] == [LABELS[k % 3] for k in range(30)]
    runs = ada.evaluate("root => root.labeller.data.run")
    page.evaluate("document.querySelector('h1').dataset.kept = 1")
    page.wait_for_timeout(3_000)
    assert ada.evaluate("root => root.labeller.data.run") == runs, "the page is not run for it"


@pytest.mark.slow
def test_the_last_images_are_shared_out_and_keys_wait_for_them(
    app_server: AppServer, workspace: Workspace, page: Page, bobs: Page
) -> None:
    queue = opened(page, app_server, "ada-5").evaluate(
        "root => root.labeller.data.queue.map(card => card.id)"
    )
    sample = overlap_sample(workspace, OVERLAP)
    last = [image for image in queue if image not in sample][-8:]
    workspace.labels.add([image for image in queue if image not in last], "low", "me")
    ada, bob = opened(page, app_server, "ada-5"), opened(bobs, app_server, "bob-5")
    for _ in range(AHEAD + 6):
        for labeller in (ada, bob):
            labeller.page.keyboard.press("2", delay=0)
    page.wait_for_timeout(3_000)
    for labeller in (ada, bob):
        wait_until_saved(labeller)
    said = workspace.labels.by_person()
    own = {who: said[who].images & ImageSet.of(last) for who in ("ada-5", "bob-5")}
    assert not set(own["ada-5"]) & set(own["bob-5"])
    assert set(own["ada-5"]) | set(own["bob-5"]) == set(last), "and none is left over"


@pytest.mark.slow
@pytest.mark.parametrize("meanwhile", ["held", "labelled", "taken", "handed out", "nothing"])
def test_a_key_that_waited_never_lands_on_what_became_another_s(
    app_server: AppServer, workspace: Workspace, page: Page, meanwhile: str
) -> None:
    workspace.team.here("bob-7", "a tab", "label")
    ada = opened(page, app_server, "ada-7")
    given = ada.evaluate(
        """(root, meanwhile) => {
          const labeller = root.labeller, real = labeller.data, sent = {};
          const open = real.queue.slice(0, 4).map(card => (
            {...card, label: "", is_unsure: false, by: "", is_taken: false}));
          const [first, second, third] = open.map(card => card.id);
          const now = (own, changed, held = {}) => labeller.update({
            ...real, own, held, position: 0, run: real.run + 1,
            queue: open.map(card => card.id === second ? {...card, ...changed} : card),
            acknowledged: {[labeller.log.token]: labeller.log.seq},
          }, (_, log) => { sent.entries = [...(sent.entries ?? []), ...log.entries]; });
          now([first], {});
          labeller.label("low");  // the first image
          labeller.label("high"); // the next one, which is nobody's yet
          if (meanwhile === "held") now([third], {}, {[second]: "bob-7"});
          if (meanwhile === "labelled") now([third], {label: "medium", by: "bob-7"});
          if (meanwhile === "taken") now([third], {is_taken: true});
          if (meanwhile === "handed out") now([second, third], {});
          if (meanwhile === "nothing") now([], {});
          const labels = new Map((sent.entries ?? []).filter(one => one.action === "label")
            .map(one => [one.seq, [open.findIndex(card => card.id === one.id), one.label]]));
          return [...labels.values()];
        }""",
        meanwhile,
    )
    wanted = {"handed out": [1, "high"], "nothing": None}.get(meanwhile, [2, "high"])
    assert given == [[0, "low"], *([wanted] if wanted else [])]


def compared(page: Page, app_server: AppServer, who: str) -> Locator:
    page.goto(address(page, app_server, "pairs", who))
    page.wait_for_selector(".pair[data-saved] .well img")
    return page.locator(".pair")


def waiting(pair: Locator) -> set[frozenset[str]]:
    """The pairs that a browser was given."""
    found = pair.evaluate("root => root.pair.data.queue.map(one => [one.left, one.right])")
    return {frozenset(one) for one in found}


@pytest.mark.slow
def test_two_who_compare_at_once_are_given_different_pairs_and_no_key_is_lost(
    app_server: AppServer, workspace: Workspace, page: Page, bobs: Page
) -> None:
    ada, bob = compared(page, app_server, "ada-6"), compared(bobs, app_server, "bob-6")
    given = {"ada-6": waiting(ada), "bob-6": waiting(bob)}
    assert not given["ada-6"] & given["bob-6"], "what Ada is asked about Bob is not"
    for number in range(14):
        for pair in (ada, bob):
            pair.page.wait_for_function(
                "root => root.pair.shown && root.pair.seen === root.pair.shown",
                arg=pair.element_handle(),
            )
            pair.page.keyboard.press(("ArrowLeft", "ArrowRight", "ArrowDown")[number % 3])
    for pair in (ada, bob):
        wait_until_saved(pair)
    assert not waiting(ada) & waiting(bob)
    said = [one for one in workspace.comparisons.all() if one.who in given]
    own = {who: {frozenset((c.left, c.right)) for c in said if c.who == who} for who in given}
    assert [sum(c.who == who for c in said) for who in given] == [14, 14]
    assert given["ada-6"] & own["ada-6"]
    assert not own["ada-6"] & given["bob-6"]
    last = [c for c in said if c.who == "bob-6"][-1]
    bobs.keyboard.press("u")
    wait_until_saved(bob)
    assert frozenset((last.left, last.right)) in waiting(bob), "what is taken back is asked again"
    page.goto("about:blank")
    wait_until(bobs, lambda: not workspace.team.held_pairs("bob-6"), EXPIRES + 5)
