"""accept, roll_back: which of two models is current; both are recorded, and all or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from contrast_engine.arrays import Json
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.steps.monitoring import candidates as kept
from contrast_engine.steps.monitoring.candidates import Candidate
from contrast_engine.steps.monitoring.retrain import labels_now
from contrast_engine.store import Workspace, shown
from contrast_engine.store.artifacts import HAVE_CURRENT
from contrast_engine.store.atomic_files import read_whole
from contrast_engine.store.candidate import AFTER, BEFORE, NAMES, TABLES
from contrast_engine.store.decisions import LOCK, record
from contrast_engine.store.file_switch import copied, is_same, switch
from contrast_engine.store.in_use import CHOSEN

LOOSE = ("maps/current", "embeddings/current", "reports/current", "attributes/current")
"""Another of these may be current since; nothing that is compared rests on them."""

SINCE = {
    "images.parquet": "the collection was scanned",
    "unmeasurable.json": "images were measured",
    "workspace.json": "what is scanned, or how files are read, was changed",
    "features/current": "the collection was measured",
    "clusterings/current": "another clustering became current",
    "predictions/current": "another model became current",
}
"""What makes a candidate outdated, in words, by the file that shows it."""


@dataclass(frozen=True)
class Decision:
    """What was decided about a candidate.

    Args:
        id: The candidate.
        decision: "accepted", "rolled back" or "set aside".
        who: Who decided.
        words: What that means, in sentences.
        current: What is current now, by kind of result.
    """

    id: str
    decision: str
    who: str
    words: str
    current: dict[str, str | None]


def accept(workspace: Workspace, *, who: str = "me") -> Decision:
    """Make the candidate current: its images, clusters, map and model; labels stay as they are.

    Killed at any moment, it has either not happened, or the next who opens the workspace
    completes it.

    Args:
        workspace: With a candidate.
        who: Who accepts it; recorded.

    Raises:
        NotEnoughData: There is no candidate, or it was decided about already.
        OptionError: It is outdated: labels, images, clusters or the model changed since.
        WorkspaceError: Somebody else is deciding, or the disk is full.
    """
    with workspace.lock(LOCK):
        candidate = _open(workspace)
        outdated = outdated_by(workspace, candidate)
        if outdated:
            raise OptionError(
                f"the candidate is outdated: since it was made, {' and '.join(outdated)}; retrain "
                f"with `contrast retrain {shown(workspace.root)}`, and what is current stays"
            )
        folder = kept.folder_of(workspace, candidate.id)
        with kept.looked_at(workspace, candidate.id) as view:
            view.hand_over()
        copied(workspace.root, LOOSE, folder / BEFORE)
        keys = candidate.record
        changed = [kind for kind in HAVE_CURRENT if keys["before"][kind] != keys["after"][kind]]
        names = [*TABLES, *(f"{kind}/current" for kind in changed)]
        body = {
            "what": kept.ACCEPTED, "id": candidate.id, "images": candidate.record["images"],
            "before": _current(workspace), "after": candidate.record["after"],
        }  # fmt: skip
        event = {
            "who": who, "body": body, "token": f"{candidate.id} {kept.ACCEPTED}",
            "switched": _switched(workspace, folder / AFTER, changed),
        }  # fmt: skip
        switch(workspace.root, folder / AFTER, names, event, partial(record, workspace.edits))
    images = candidate.record["images"]
    words = (
        f"The retrained model is current, with {images['new']:,} new images beside the "
        f"{images['old']:,} old ones. Labels are as they were. `roll back` restores what was "
        "current before."
    )
    return Decision(candidate.id, kept.ACCEPTED, who, words, _current(workspace))


def roll_back(workspace: Workspace, *, who: str = "me") -> Decision:
    """Set the open candidate aside; or, with none, restore what was current before the last one.

    What was current before is then current again, byte for byte. Images that were scanned since
    stay, and so does every label.

    Args:
        workspace: With a candidate, open or accepted.
        who: Who rolls it back; recorded.

    Raises:
        NotEnoughData: There is nothing to roll back.
        WorkspaceError: Somebody else is deciding, or the disk is full.
    """
    with workspace.lock(LOCK):
        candidate = kept.open_candidate(workspace)
        if candidate is not None:
            body: Json = {"what": kept.SET_ASIDE, "id": candidate.id}
            event = {"who": who, "body": body, "token": f"{candidate.id} {kept.SET_ASIDE}"}
            record(workspace.edits, event)
            kept.clear(workspace)
            words = "The candidate is set aside. It was never current, so nothing else changed."
            return Decision(candidate.id, kept.SET_ASIDE, who, words, _current(workspace))
        accepted = kept.last_accepted(workspace)
        if accepted is None:
            raise NotEnoughData(_nothing_to(workspace, "roll back"))
        folder = kept.folder_of(workspace, accepted.id)
        workspace.join_files()
        scanned = [name for name in TABLES if not is_same(workspace.root, folder / AFTER, name)]
        names = [name for name in NAMES if name not in scanned]
        now = _current(workspace)
        body = {
            "what": kept.ROLLED_BACK, "id": accepted.id, "before": now,
            "after": accepted.record["before"], "kept": scanned,
        }  # fmt: skip
        event = {
            "who": who, "body": body, "token": f"{accepted.id} {kept.ROLLED_BACK}",
            "switched": _switched(workspace, folder / BEFORE, HAVE_CURRENT),
        }  # fmt: skip
        switch(workspace.root, folder / BEFORE, names, event, partial(record, workspace.edits))
        kept.clear(workspace)
    words = "What was current before is current again. Every label is kept."
    if scanned:
        words += " The images stay as they are now, because they were scanned since."
    return Decision(accepted.id, kept.ROLLED_BACK, who, words, _current(workspace))


def _switched(workspace: Workspace, kept_in: Path, kinds: Iterable[str]) -> Json:
    """By kind of result that somebody chooses: what is in use, and what will be."""
    files = {kind: kept_in / kind / "current" for kind in kinds if kind in CHOSEN}
    return {
        kind: (workspace.current(kind), read_whole(file).decode().strip())
        for kind, file in files.items()
        if file.exists()
    }


def outdated_by(workspace: Workspace, candidate: Candidate) -> list[str]:
    """What happened since a candidate was made that it does not know of, in words."""
    before = kept.folder_of(workspace, candidate.id) / BEFORE
    found = [
        what
        for name, what in SINCE.items()
        if not is_same(workspace.root, before, name)
        or (name == "images.parquet" and workspace.files_are_in_parts)
    ]
    if candidate.record["labels"]["hash"] != labels_now(workspace):
        found.insert(0, "labels changed")
    return found


def _open(workspace: Workspace) -> Candidate:
    candidate = kept.open_candidate(workspace)
    if candidate is None:
        raise NotEnoughData(_nothing_to(workspace, "accept"))
    return candidate


def _nothing_to(workspace: Workspace, act: str) -> str:
    """Why there is nothing to accept or roll back, by what was decided last."""
    make = f"make a candidate with `contrast retrain {shown(workspace.root)}`"
    decided = [e for e in kept.decisions(workspace) if e.body["what"] != kept.MADE]
    if not decided:
        return f"there is no retrained model to {act}; {make}"
    last = decided[-1]
    return (
        f"the last candidate was {last.body['what']} already, by {last.who} on {last.at[:10]} at "
        f"{last.at[11:16]} UTC, so there is nothing to {act}; {make}"
    )


def _current(workspace: Workspace) -> dict[str, str | None]:
    return {kind: workspace.current(kind) for kind in HAVE_CURRENT}
