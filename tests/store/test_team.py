"""People who label together: who is here, and no image in two hands, whatever happens."""

import multiprocessing
import os
import signal
import sqlite3
import time
from collections import Counter
from pathlib import Path

import pytest

from contrast_engine.store.team import AHEAD, EXPIRES, GRACE, Team
from contrast_engine.vectors import ImageId

QUEUE = [ImageId(f"{n:016x}") for n in range(60)]


class Clock:
    """Time that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def team(tmp_path: Path, clock: Clock) -> Team:
    return Team(tmp_path / "team.sqlite", clock)


def test_who_joins_is_not_given_what_the_first_has(team: Team) -> None:
    ada = team.hand_out("ada", "a", QUEUE)
    bob = team.hand_out("bob", "b", QUEUE)
    assert ada.own == tuple(QUEUE[:AHEAD])
    assert (ada.others, bob.others) == (0, 1)
    assert bob.own == tuple(QUEUE[AHEAD : 2 * AHEAD])
    assert bob.held == dict.fromkeys(QUEUE[:AHEAD], "ada")


def test_what_is_labelled_or_passed_over_is_free_again_and_the_next_is_held(team: Team) -> None:
    team.hand_out("ada", "a", QUEUE)
    again = team.hand_out("ada", "a", QUEUE[3:])
    assert again.own == tuple(QUEUE[3 : 3 + AHEAD])
    assert team.held("bob") == dict.fromkeys(QUEUE[3 : 3 + AHEAD], "ada")


def test_an_image_that_everybody_labels_is_in_nobodys_hands(team: Team) -> None:
    shared = frozenset(QUEUE[::5])
    ada = team.hand_out("ada", "a", QUEUE, shared=shared)
    bob = team.hand_out("bob", "b", QUEUE, shared=shared)
    assert not shared & {*ada.own, *bob.own, *ada.held, *bob.held}
    assert not {*ada.own} & {*bob.own}


def test_what_is_on_the_screen_after_an_undo_is_held_first(team: Team) -> None:
    team.hand_out("ada", "a", QUEUE[5:])
    assert team.hand_out("ada", "a", QUEUE[4:]).own == tuple(QUEUE[4 : 4 + AHEAD])


def test_the_last_images_of_a_queue_are_shared_out(team: Team) -> None:
    last = QUEUE[:4]
    ada, bob = team.hand_out("ada", "a", last), team.hand_out("bob", "b", last)
    assert ada.own == (last[0], last[1])
    assert bob.own == (last[2],)
    assert team.hand_out("cem", "c", last).own == (last[3],)
    nothing = team.hand_out("dee", "d", last)
    assert nothing.own == ()
    assert set(nothing.held) == set(last)


def test_a_reload_keeps_its_images_and_two_tabs_of_one_person_have_the_same(team: Team) -> None:
    first = team.hand_out("ada", "old tab", QUEUE)
    team.leave("ada", "old tab")
    assert team.hand_out("bob", "b", QUEUE).own[0] == QUEUE[AHEAD]
    assert team.hand_out("ada", "new tab", QUEUE).own == first.own
    assert team.hand_out("ada", "old tab", QUEUE).own == first.own


def test_closing_a_tab_frees_its_images_and_leaves_those_of_another_tab(
    team: Team, clock: Clock
) -> None:
    team.here("ada", "a", "label")
    team.hand_out("ada", "a", QUEUE[:4])
    team.hand_out("ada", "second", QUEUE[30:34])
    team.leave("ada", "a")
    clock.now += GRACE + 1
    assert set(team.hand_out("bob", "b", QUEUE).held) == set(QUEUE[30:32])


def test_who_is_not_heard_of_blocks_nothing_and_who_is_keeps_theirs(
    team: Team, clock: Clock
) -> None:
    team.hand_out("ada", "a", QUEUE)
    for _ in range(10):
        clock.now += EXPIRES / 2
        assert team.here("ada", "a", "label", "Coverage") == AHEAD
    assert team.hand_out("bob", "b", QUEUE).own[0] == QUEUE[AHEAD]
    clock.now += EXPIRES + 1
    assert team.held("bob") == {}
    assert team.hand_out("bob", "b", QUEUE).own[0] == QUEUE[0]
    assert team.here("ada", "a", "label") == 0, "her tab learns that it holds nothing any more"
    assert team.hand_out("ada", "a", QUEUE).own[0] == QUEUE[AHEAD]


@pytest.mark.parametrize("jump", [-900.0, 90_000.0])
def test_a_clock_that_begins_anew_blocks_no_image(team: Team, clock: Clock, jump: float) -> None:
    team.here("ada", "a", "label")
    team.hand_out("ada", "a", QUEUE)
    clock.now += jump
    assert not team.people()[0].is_here
    assert team.hand_out("bob", "b", QUEUE).own[0] == QUEUE[0]


def test_each_person_is_listed_once_with_what_they_do(team: Team, clock: Clock) -> None:
    assert team.people() == ()
    team.here("ada", "a", "label", "Coverage")
    team.here("bob", "b", "pairs")
    clock.now += EXPIRES / 2
    team.here("ada", "second", "agreement")
    clock.now += EXPIRES * 0.75
    team.here("cem", "c", "label")
    found = {one.who: (one.page, one.is_here) for one in team.people()}
    assert found == {"cem": ("label", True), "ada": ("agreement", True), "bob": ("pairs", False)}


def draw(path: Path, who: str, count: int) -> None:
    """Label the first image handed out that has no label yet, on and on."""
    team, queue = Team(path), [ImageId(f"{n:016x}") for n in range(count)]
    labels = sqlite3.connect(path.with_name("labels"), timeout=60, isolation_level=None)
    done: set[str] = set()
    while len(done) < count:
        still = [image for image in queue if image not in done][:40]
        own = team.hand_out(who, who, still).own
        # what was labelled since is passed over, as by the page
        done = {image for (image,) in labels.execute("SELECT image FROM given")}
        image = next((i for i in own if i not in done), None)
        if image is not None:
            labels.execute("INSERT INTO given VALUES (?, ?)", (image, who))
            done.add(image)


@pytest.mark.slow
def test_processes_that_race_for_images_never_have_the_same(tmp_path: Path) -> None:
    count, people = 1000, 4
    labels = sqlite3.connect(tmp_path / "labels", isolation_level=None)
    labels.execute("PRAGMA journal_mode=WAL")
    labels.execute("CREATE TABLE given (image TEXT, who TEXT)")
    context = multiprocessing.get_context("spawn")
    started = [
        context.Process(target=draw, args=(tmp_path / "team.sqlite", f"p{n}", count))
        for n in range(people)
    ]
    for one in started:
        one.start()
    for one in started:
        one.join(timeout=240)
    given = labels.execute("SELECT image, who FROM given").fetchall()
    assert len({who for _, who in given}) == people
    assert max(Counter(image for image, _ in given).values()) == 1
    assert len(given) == count


def hold(path: Path) -> None:
    """Hold images until killed."""
    team = Team(path)
    team.hand_out("ada", "a", QUEUE)
    (path.parent / "held").touch()
    time.sleep(600)


def test_a_holder_that_is_killed_leaves_a_whole_file_and_blocks_half_a_minute(
    tmp_path: Path,
) -> None:
    holder = multiprocessing.get_context("spawn").Process(
        target=hold, args=(tmp_path / "team.sqlite",)
    )
    holder.start()
    while not (tmp_path / "held").exists():
        time.sleep(0.02)
    assert holder.pid
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    path = tmp_path / "team.sqlite"
    assert Team(path).hand_out("bob", "b", QUEUE).own[0] == QUEUE[AHEAD]
    later = Team(path, lambda: time.monotonic() + EXPIRES + 1)
    assert later.hand_out("bob", "b", QUEUE).own[0] == QUEUE[0]


PAIRS = [(QUEUE[k], QUEUE[k + 1]) for k in range(40)]
MANY = 1_770
"""Pairs of sixty images."""


def test_a_pair_is_in_one_persons_hands_whichever_stands_left(team: Team) -> None:
    ada = team.hand_out_pairs("ada", "a", PAIRS[:10], most=10, there_are=MANY)
    assert ada == tuple(PAIRS[:10])
    turned = [(two, one) for one, two in PAIRS[5:15]]
    bob = team.hand_out_pairs("bob", "b", turned, most=10, there_are=MANY)
    assert bob == tuple(PAIRS[10:15])
    assert team.held_pairs("bob") == dict.fromkeys(PAIRS[:10], "ada")


def test_images_and_pairs_are_held_apart(team: Team) -> None:
    adas = dict.fromkeys(QUEUE[:AHEAD], "ada")
    team.hand_out("ada", "a", QUEUE)
    team.hand_out_pairs("bob", "b", PAIRS[:5], most=5, there_are=MANY)
    assert team.held("bob") == adas
    assert team.held_pairs("bob") == {}
    assert team.held("ada") == {}
    assert team.held_pairs("ada") == dict.fromkeys(PAIRS[:5], "bob")
    assert team.hand_out("cleo", "c", QUEUE).held == adas
    # who goes on to another page holds nothing of the one before
    team.hand_out("bob", "b", QUEUE[40:])
    assert team.held_pairs("ada") == {}


def test_a_closed_tab_frees_its_pairs_and_one_that_slept_finds_them_taken(
    team: Team, clock: Clock
) -> None:
    team.hand_out_pairs("ada", "a", PAIRS[:5], most=5, there_are=MANY)
    team.leave("ada", "a")
    clock.now += GRACE + 1
    assert team.hand_out_pairs("bob", "b", PAIRS[:5], most=5, there_are=MANY) == tuple(PAIRS[:5])
    assert team.here("ada", "a", "pairs") == 0
    clock.now += EXPIRES - 1
    assert team.here("bob", "b", "pairs") == 5
    clock.now += EXPIRES + 1
    assert team.hand_out_pairs("ada", "a", PAIRS[:5], most=5, there_are=MANY) == tuple(PAIRS[:5])


def test_few_pairs_are_shared_out(team: Team) -> None:
    ada = team.hand_out_pairs("ada", "a", PAIRS[:6], most=6, there_are=6)
    bob = team.hand_out_pairs("bob", "b", PAIRS[:6], most=6, there_are=6)
    assert ada
    assert bob
    assert not {*ada} & {*bob}
