"""What one person is shown of a queue: their own words, and others' only where that is fair."""

import pytest

from contrast_engine.store import Workspace
from contrast_engine.store.collection import ImageFile
from contrast_engine.vectors import ImageId
from contrast_engine.views.labels.queue import QueuedImage
from contrast_engine.views.labels.queue_strategies import (
    AGAIN,
    BLIND,
    label_requests,
    selection_queue,
    unsure_of,
)

A, B, C, D, GONE = (ImageId(letter * 16) for letter in "abcde")
QUEUE = (
    QueuedImage(A, "typical of hazy"),
    QueuedImage(B, "at random", True),
    QueuedImage(C, "x"),
    QueuedImage(D, "y"),
)


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    workspace = Workspace(tmp_path / "w")
    workspace.save_files(
        [ImageFile(f"/p/{i}.jpg", "/p", id=i, width=4, height=3) for i in (A, B, C, D)]
    )
    workspace.labels.add([A, B], "low", "ann")
    workspace.labels.add([C], "high", "bob")
    workspace.labels.unsure([D], "bob")
    return workspace


def test_others_labels_show_but_not_of_images_that_everybody_judges(workspace) -> None:
    found = label_requests(workspace, QUEUE, "bob")
    assert [one.label for one in found] == ["low", "", "high", ""]
    assert [one.is_open for one in found] == [False, True, False, False]
    assert [one.label for one in label_requests(workspace, QUEUE, "ann")] == [
        "low",
        "low",
        "high",
        "",
    ]


def test_blind_shows_only_ones_own_words_and_no_reasons(workspace) -> None:
    found = label_requests(workspace, QUEUE, "bob", is_blind=True)
    assert [one.label for one in found] == ["", "", "high", ""]
    assert {one.why for one in found} == {BLIND}


def test_what_one_was_unsure_about_comes_back_last(workspace) -> None:
    workspace.labels.unsure([A], "bob")
    last = unsure_of(workspace, "bob")
    assert last == {A, D}
    found = label_requests(workspace, QUEUE, "bob", last=last)
    assert [one.image for one in found] == [B, C, A, D]
    assert [one.why for one in found][2:] == [AGAIN, AGAIN]
    assert unsure_of(workspace, "ann") == set()


def test_lasso_selected_images_that_are_gone_are_left_out(workspace) -> None:
    assert [one.image for one in selection_queue(workspace, (A, GONE))] == [A]


def test_nobody_is_asked_about_an_image_that_has_gone_since_the_queue_was_made(workspace) -> None:
    found = label_requests(workspace, (QueuedImage(GONE, "typical"), *QUEUE), "bob")
    assert [one.image for one in found] == [A, B, C, D]
