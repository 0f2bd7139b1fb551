"""Two browsers label at once: whatever order keys come in, nothing is lost and nothing crossed."""

import random

import pytest
from playwright.sync_api import Browser, Locator, Page

from contrast_engine import Workspace
from tests.browser.app_server import AppServer
from tests.browser.known_as import address

LABELS = ("low", "medium", "high")
EVENTS = 80
SAVED = "root => root.dataset.seq === root.dataset.saved"


class Person:
    """What one person's keys should have done, by the plainest account of an editor."""

    def __init__(self, who: str, page: Page, queue: list[str]) -> None:
        self.who, self.page, self.queue = who, page, queue
        self.cursor = 0
        self.done: list[tuple[str, str | None]] = []
        self.undone: list[tuple[str, str | None]] = []
        self.sayings = 0

    @property
    def said(self) -> dict[str, str | None]:
        return dict(self.done)

    def press(self, rng: random.Random) -> None:
        keys = ["1", "2", "3", "0", "ArrowRight", " ", "ArrowLeft", "ArrowLeft", "u", "Shift+U"]
        key = rng.choices(keys, [3, 3, 3, 1, 1, 1, 4, 4, 3, 2])[0]
        answers = dict(zip("1230", (*LABELS, None), strict=True))
        is_nearly_through = len(self.said) >= len(self.queue) - 1
        if key in answers and (self.cursor >= len(self.queue) or is_nearly_through):
            key = "ArrowLeft"
        if (key == "u" and not self.done) or (key == "Shift+U" and not self.undone):
            key = "ArrowLeft"
        if key in answers:
            image, is_new = self.queue[self.cursor], self.queue[self.cursor] not in self.said
            if is_new or self.said[image] != answers[key]:
                self.done.append((image, answers[key]))
                self.undone.clear()
                self.sayings += 1
            self._go_on(is_new)
        elif key == "u":
            self.undone.append(self.done.pop())
            self.cursor = self.queue.index(self.undone[-1][0])
        elif key == "Shift+U":
            self.done.append(self.undone.pop())
            self.sayings += 1
            self.cursor = self.queue.index(self.done[-1][0]) + 1
        elif key == " ":
            self._go_on(is_past_finished=True)
        else:
            step = -1 if key == "ArrowLeft" else 1
            self.cursor = max(0, min(len(self.queue), self.cursor + step))
        self.page.keyboard.press(key)

    def _go_on(self, is_past_finished: bool) -> None:
        """To the image after this, or to the next one that has no answer."""
        self.cursor = min(self.cursor + 1, len(self.queue))
        while is_past_finished and self.cursor < len(self.queue):
            if self.queue[self.cursor] not in self.said:
                break
            self.cursor += 1


def opened(page: Page, app_server: AppServer, who: str) -> tuple[Person, Locator]:
    page.goto(address(page, app_server, "label?queue=random&blind=1", who))
    page.wait_for_selector(".labeller[data-saved] .well img")
    labeller = page.locator(".labeller")
    queue = labeller.evaluate("root => root.labeller.data.queue.map(card => card.id)")
    return Person(who, page, queue), labeller


@pytest.mark.slow
def test_random_events_of_two_people_are_all_kept_apart(
    browser: Browser, app_server: AppServer, page: Page
) -> None:
    workspace = Workspace(app_server.workspace)
    workspace.labels.define(LABELS, is_ordered=True, overlap=1)  # everybody is asked about all
    other = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 720}).new_page()
    people = [opened(page, app_server, "ann"), opened(other, app_server, "bob")]
    rng = random.Random(7)
    for _ in range(EVENTS):
        rng.choice(people)[0].press(rng)
        if rng.random() < 0.2:
            page.wait_for_timeout(rng.randrange(60))
    for person, labeller in people:
        person.page.wait_for_function(SAVED, arg=labeller.element_handle(), timeout=60_000)
    found = workspace.labels.by_person()
    for person, _ in people:
        assert found.get(person.who, {}) == person.said, f"what {person.who} said, no more no less"
    history = workspace.labels.history()
    for person, _ in people:
        assert sum(one.who == person.who for one in history) == person.sayings
    other.context.close()
