"""What a browser says that no button of a page sends: refused in words, by every way in."""

from typing import Any

import pytest

from contrast_engine import steps
from contrast_engine.cli import main
from contrast_engine.errors import ContrastError
from contrast_engine.steps.labels.add_labels import add_labels
from contrast_engine.store import Workspace
from contrast_engine.store.label_imports import NewAnnotation
from tests.pages.test_faults_of_the_disk import said, send, told

STRANGER = "feedfacefeedface"
REFUSED = "is not in the collection"


def kept(workspace: Workspace) -> tuple[object, ...]:
    """All that anybody said, read anew."""
    fresh = Workspace(workspace.root)
    try:
        return fresh.labels.history(), fresh.labels.label_set(), fresh.comparisons.rows()
    finally:
        fresh.close()


KEYS: dict[str, tuple[dict[str, Any], str]] = {
    "a label of an image elsewhere": ({"id": STRANGER}, REFUSED),
    "unsure of an image elsewhere": ({"id": STRANGER, "action": "unsure", "label": ""}, REFUSED),
    "a label that is not offered": ({"label": "made up"}, "'made up' is not offered here"),
    "a label that is a list": ({"label": ["low"]}, "is not offered here"),
    "an action that is none": ({"action": "delete"}, "'delete' is not offered here"),
    "an id that is a path": ({"id": "../../etc/passwd"}, "is no image id"),
    "an id that is a list": ({"id": [STRANGER]}, "is no text"),
    "an id that is missing": ({"id": ...}, "no button of it sends"),
    "an action that is missing": ({"action": ...}, "no button of it sends"),
}


def forged(entry: dict[str, Any], **changed: Any) -> dict[str, Any]:
    said = {name: value for name, value in (entry | changed).items() if value is not ...}
    return {"token": "t", "entries": [said]}


def test_a_forged_key_of_the_labeller_is_refused_in_words(at_stage, visit) -> None:
    workspace = at_stage("labelled")
    app, key = visit("labels/label.py", queue="random"), "labeller.random"
    image = told(app, key)["queue"][0]["id"]
    right = {"seq": 1, "id": image, "action": "label", "label": "low"}
    before = kept(workspace)
    for name, (changed, why) in KEYS.items():
        app = send(app, key, forged(right, **changed))
        assert not app.exception, name
        assert why in told(app, key)["problem"], name
        assert kept(workspace) == before, name
    for log in ([], {"token": 7, "entries": {}}, {"token": "x", "entries": [7, {"seq": "x"}]}):
        app = send(app, key, log)
        assert not app.exception, log
    assert kept(workspace) == before
    app = send(app, key, forged(right))
    assert told(app, key)["problem"] == ""
    assert len(kept(workspace)[0]) == len(before[0]) + 1, "what the page offers is taken"


PAIRS: dict[str, tuple[dict[str, Any], str]] = {
    "the left one elsewhere": ({"left": STRANGER}, REFUSED),
    "the right one elsewhere": ({"right": STRANGER}, REFUSED),
    "an answer that is none": ({"answer": "best"}, "'best' is not offered here"),
    "an action that is none": ({"action": "erase"}, "'erase' is not offered here"),
    "a side that is missing": ({"left": ...}, "no button of it sends"),
    "a side that is a list": ({"left": []}, "is no text"),
}


def test_a_forged_answer_to_a_pair_is_refused_in_words(at_stage, visit) -> None:
    workspace = at_stage("measured")
    app = visit("labels/pairs.py")
    pair = told(app, "pairs")["queue"][0]
    right = {"seq": 1, "action": "answer", "answer": "left", **pair}
    before = kept(workspace)
    for name, (changed, why) in PAIRS.items():
        app = send(app, "pairs", forged(right, **changed))
        assert not app.exception, name
        assert why in told(app, "pairs")["problem"], name
        assert kept(workspace) == before, name


def test_images_elsewhere_that_are_ticked_or_opened_are_selected_nowhere(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    image = next(iter(workspace.images.ids))
    key = steps.collection.keep_selection.keep_selection(workspace, _set(STRANGER, image))
    assert list(workspace.selections.images(key)) == [image]
    assert steps.collection.keep_selection.keep_selection(workspace, _set(STRANGER)) == ""
    app = visit("collection/gallery.py", image=STRANGER)
    assert not app.exception
    assert said(app) is not None


def _set(*images: str) -> Any:
    from contrast_engine.imageset import ImageSet

    return ImageSet.of(images)


@pytest.mark.parametrize(
    "act",
    [
        lambda w, i: w.labels.add([i], "low"), lambda w, i: w.labels.unsure([i]),
        lambda w, i: w.labels.add([w.images.ids[0], i], "low"),
        lambda w, i: w.labels.add([i], None), lambda w, i: w.labels.say([i], "low"),
        lambda w, i: w.comparisons.add(w.images.ids[0], i, "left"),
        lambda w, i: w.comparisons.say(i, w.images.ids[0], "tie"),
        lambda w, i: add_labels(w.root, [i], "low"),
        lambda w, i: add_labels(w.root, [i], None, is_unsure=True),
    ],
)  # fmt: skip
def test_no_way_in_takes_an_image_that_is_elsewhere(act, at_stage) -> None:
    workspace = at_stage("measured")
    before = kept(workspace)
    with pytest.raises(ContrastError, match=r"not in the collection|no image"):
        act(workspace, STRANGER)
    assert kept(workspace) == before
    assert main(["label", "add", str(workspace.root), "--image", STRANGER, "--label", "low"]) != 0
    assert kept(workspace) == before


def test_a_stranger_is_found_among_many(at_stage) -> None:
    workspace = at_stage("measured")
    own = list(workspace.images.ids)
    assert workspace.strangers(own) == workspace.strangers(own * 5) == ()
    assert workspace.strangers([*own, STRANGER] * 5) == (STRANGER,)
    assert set(workspace.strangers([*own, STRANGER])) == {STRANGER}


def test_what_is_known_here_though_gone_is_still_taken(at_stage) -> None:
    workspace = at_stage("measured")
    image, other = workspace.images.ids[:2]
    steps.remove(workspace, [str(image)])
    assert image not in workspace.images.images
    workspace.labels.add([image], "low")  # it was taken out while it was on somebody's screen
    new = NewAnnotation((STRANGER,), "low", False, "ann", "2026", "")
    body = {"file": "f", "format": "x", "digest": "d", "annotations": 1, "images": 1}
    workspace.labels.take([new], "ann", body)
    workspace.labels.add([STRANGER], None, "ann")  # what was imported can be taken away
    workspace.labels.add([other], "low")
    empty = Workspace(workspace.root.with_name("empty.contrast"))
    empty.labels.add([STRANGER], "low")  # before the first scan nothing is known
    assert len(empty.labels.history()) == 1
