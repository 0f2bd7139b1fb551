"""What a page hides or closes, sent all the same: nothing on the disk is another after it."""

import hashlib
import json
import time
from pathlib import Path

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from contrast_engine.jobs import JobRunner
from contrast_engine.store import Workspace
from tests.access.conftest import Served
from tests.access.websocket import Widget, opened

PAGES = ("collection", "clusters", "label", "model", "export", "validate", "encoders")


def state(root: Path) -> dict[str, str]:
    """What is on the disk: each file's content, the logs as their rows."""
    home = Workspace(root)
    said = {
        "labels": str(home.labels.history()), "set": str(home.labels.label_set()),
        "comparisons": str(home.comparisons.all()), "saved": str(home.selections.saved()),
        "edits": str([home.edits.events(topic) for topic in ("in use", "clusters")]),
        "jobs": str([job.id for job in JobRunner(home).jobs()]),
        "removed": str(sorted(home.removed)),
    }  # fmt: skip
    home.close()
    files = [p for p in root.rglob("*") if p.is_file() and p.suffix in (".json", ".parquet", "")]
    return said | {
        str(path.relative_to(root)): hashlib.blake2b(path.read_bytes()).hexdigest()
        for path in files
        if "locks" not in path.parts
    }


def pressed(widget: Widget) -> WidgetState:
    """What a browser would send for a click, or a form that is sent."""
    return WidgetState(id=widget.id, trigger_value=True)


def drawn(served: Served, role: str, page: str) -> dict[str, Widget]:
    """The widgets of a page as somebody of a role is shown them."""
    with opened(served.url, served.headers(role)) as there:
        there.run(page)
        return there.widgets


def buttons(widgets: dict[str, Widget]) -> list[Widget]:
    return [one for one in widgets.values() if one.kind == "button"]


@pytest.mark.slow
@pytest.mark.parametrize("role", ["viewer", "annotator"])
@pytest.mark.parametrize("page", PAGES)
def test_no_button_of_an_owner_does_anything_for_another(
    served: Served, collection: Path, role: str, page: str
) -> None:
    owners = buttons(drawn(served, "owner", page))
    allowed = {w.id for w in buttons(drawn(served, role, page)) if not w.is_closed}
    forged = [one for one in owners if one.id not in allowed]
    assert forged, "an owner has nothing here that others have not"
    before = state(collection)
    with opened(served.url, served.headers(role)) as there:
        there.run(page)
        for one in forged:
            there.run(page, states=[pressed(one)])
        there.run(page, states=[pressed(one) for one in forged])
    assert state(collection) == before, [one.label for one in forged]


@pytest.mark.slow
def test_the_same_message_of_an_owner_does_something(served: Served, collection: Path) -> None:
    train = next(w for w in buttons(drawn(served, "owner", "model")) if w.label == "Train again")
    known = len(JobRunner(Workspace(collection)).jobs())
    for role, new in (("viewer", 0), ("annotator", 0), ("owner", 1)):
        with opened(served.url, served.headers(role)) as there:
            there.run("model")
            there.run("model", states=[pressed(train)])
        assert len(JobRunner(Workspace(collection)).jobs()) == known + new, role
    until = time.monotonic() + 120
    while JobRunner(Workspace(collection)).running():
        assert time.monotonic() < until
        time.sleep(0.2)


def keystroke(component: Widget, image: str, token: str) -> WidgetState:
    """A key pressed in the labeller, as its component sends it."""
    entry = {"seq": 1, "action": "label", "id": image, "label": "high"}
    log = {"token": token, "entries": [entry]}
    return WidgetState(id=component.id, json_value=json.dumps({"log": log}))


@pytest.mark.slow
def test_a_key_is_of_who_pressed_it_and_nobody_elses(served: Served, workspace: Workspace) -> None:
    shown = drawn(served, "annotator", "label").values()
    labeller = next(one for one in shown if "labeller" in one.id)
    image = next(iter(workspace.images.ids))
    for role in ("viewer", "annotator"):
        known = len(workspace.labels.history())
        token = f"{served.mode} {role}"
        with opened(served.url, served.headers(role)) as there:
            there.run("label")
            there.run("label", states=[keystroke(labeller, image, token)])
        new = workspace.labels.history()[known:]
        assert [one.who for one in new] == ([] if role == "viewer" else [served.names[role]])


def drawn_of(served: Served, role: str, image: str) -> dict[str, Widget]:
    with opened(served.url, served.headers(role)) as there:
        there.run("image", query=f"image={image}")
        return there.widgets


@pytest.mark.slow
def test_a_label_is_given_under_the_name_of_who_logged_in(
    served: Served, workspace: Workspace
) -> None:
    image = next(iter(workspace.images.ids))
    for role in ("viewer", "annotator", "owner"):
        known = len(workspace.labels.history())
        with opened(served.url, served.headers(role)) as there:
            there.run("image", query=f"image={image}&who=Mallory")
            named = {w.label: w for w in buttons(drawn_of(served, "owner", image))}
            there.run("image", query=f"image={image}&who=Mallory", states=[pressed(named["high"])])
        new = workspace.labels.history()[known:]
        expected = [] if role == "viewer" else [served.names[role]]
        assert [one.who for one in new] == expected
