"""Labelling one image after the other, by keyboard."""

from collections.abc import Sequence

from contrast_engine.server import Urls
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.labels.queue import QueuedImage
from contrast_engine.views.labels.queue_strategies import LabelRequest
from pages.common import identity, live_model
from pages.components import labeller
from pages.labels import queue as label_queue
from pages.labels import team

HEIGHT = 510


def show(
    workspace: Workspace, name: str, queue: Sequence[QueuedImage], labels: Sequence[str]
) -> Sequence[LabelRequest]:
    """The queue as it is shown; draws the labeller and writes each decision to disk at once.

    Args:
        workspace: The open workspace.
        name: Names this very queue.
        queue: The images.
        labels: What the keys stand for.
    """
    store, who = workspace.labels, identity.who()

    def keep(keystrokes: list[labeller.Keystroke]) -> None:
        """Write each decision to disk; a decision received twice is written once."""
        why = {queued.image: queued.why for queued in queue}
        for stroke in keystrokes:
            token, reason = f"{stroke.token}:{stroke.seq}", why.get(stroke.id, "")
            if stroke.action == "undo":
                store.undo(who, token)
            elif stroke.action == "redo":
                store.redo(who, token)
            elif stroke.action == "unsure":
                store.unsure((stroke.id,), who, reason, token)
            elif stroke.action == "label":
                store.add((stroke.id,), stroke.label, who, reason, token)
            if stroke.id:
                is_past = stroke.action in {"label", "unsure", "skip", "redo"}
                team.arrived(workspace, name, stroke.id, is_past=is_past)
        if any(stroke.action != "look" for stroke in keystrokes):
            live_model.write_down(workspace)

    version = store.version()
    found = label_queue.seen(workspace, name, queue)
    handed = team.handed(workspace, name, found)
    if store.version() != version:  # what is handed out now, another may have labelled just before
        found = label_queue.seen(workspace, name, queue)
    labeller.show(
        key=f"labeller.{name}",
        queue=[
            labeller.Card(a.image, a.why, a.label, a.is_unsure, a.by, a.is_taken) for a in found
        ],
        held=handed.held,
        own=handed.own,
        others=handed.others,
        image=Urls(workspace.id).image,
        thumb=Urls(workspace.id).thumb,
        names="" if identity.is_blind() else Urls(workspace.id).about,
        labels=labels,
        position=next(
            (k for k, a in enumerate(found) if a.is_open and a.image not in handed.held), len(found)
        ),
        height=HEIGHT,
        on_keys=keep,
    )
    return found
