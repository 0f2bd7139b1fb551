"""The candidates of a workspace: models trained again that nobody has decided about yet."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.arrays import Json
from contrast_engine.errors import UnknownName
from contrast_engine.store import Event, Workspace
from contrast_engine.store.artifacts import ArtifactStore
from contrast_engine.store.atomic_files import read_json
from contrast_engine.store.candidate import CandidateWorkspace
from contrast_engine.store.decisions import TOPIC, finish_decision

FOLDER = "retraining"
RECORD = "record.json"
COMPARED = "compared"

_NAME = re.compile(r"\w[\w.-]*")

MADE, ACCEPTED, ROLLED_BACK, SET_ASIDE = "made", "accepted", "rolled back", "set aside"


@dataclass(frozen=True)
class Candidate:
    """A model trained again, and what was decided about it.

    Args:
        id: Its name.
        state: "made", "accepted", "rolled back" or "set aside".
        who: Who decided last, or made it.
        at: When, as in ISO 8601.
        record: What was current, what would be, from which images, and how they compare.
    """

    id: str
    state: str
    who: str
    at: str
    record: Json

    @property
    def is_open(self) -> bool:
        """True while nobody has decided."""
        return self.state == MADE


def decisions(workspace: Workspace) -> tuple[Event, ...]:
    """Everything that was decided about retraining here, oldest first."""
    finish_decision(workspace.root, workspace.edits)
    return workspace.edits.events(TOPIC)


def candidates(workspace: Workspace) -> tuple[Candidate, ...]:
    """Every candidate whose record is still there, oldest first, as it was decided about last."""
    last: dict[str, Event] = {}
    for event in decisions(workspace):
        last[str(event.body["id"])] = event
    found = []
    for name, event in last.items():
        if not _NAME.fullmatch(name):  # written into the log by somebody else
            continue
        record = read_json(folder_of(workspace, name) / RECORD)
        if record is not None:
            found.append(Candidate(name, str(event.body["what"]), event.who, event.at, record))
    return tuple(found)


def open_candidate(workspace: Workspace) -> Candidate | None:
    """The candidate that waits for a decision, None without one."""
    return next((one for one in reversed(candidates(workspace)) if one.is_open), None)


def last_accepted(workspace: Workspace) -> Candidate | None:
    """The candidate accepted last that was not rolled back, None without one."""
    return next((one for one in reversed(candidates(workspace)) if one.state == ACCEPTED), None)


def folder_of(workspace: Workspace, name: str) -> Path:
    """Where a candidate is kept.

    Raises:
        UnknownName: It is no name of one.
    """
    if not _NAME.fullmatch(name):
        raise UnknownName(f"{name!r} is no model that was trained again")
    return workspace.root / FOLDER / name


@contextmanager
def looked_at(workspace: Workspace, name: str) -> Iterator[CandidateWorkspace]:
    """The workspace as it would be with a candidate."""
    view = CandidateWorkspace(workspace.root, folder_of(workspace, name))
    try:
        yield view
    finally:
        view.close()


def compared(workspace: Workspace, name: str) -> ArtifactStore:
    """What was computed only to compare: the old model's predictions of the new images."""
    return ArtifactStore(folder_of(workspace, name) / COMPARED)


def clear(workspace: Workspace) -> None:
    """Remove the folders that nothing leads back to: set aside, rolled back, or never finished.

    One that holds a table of images which was scanned and is scanned again stays.
    """
    kept = {one.id for one in candidates(workspace) if one.state in (MADE, ACCEPTED)}
    scanned = {Path(root).parent for root in workspace.roots}
    for folder in (workspace.root / FOLDER).glob("*"):
        if folder.is_dir() and folder.name not in kept and folder.resolve() not in scanned:
            shutil.rmtree(folder, ignore_errors=True)
