"""The results of a workspace, and which one of each kind is in use, by whose decision."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from contrast_engine.arrays import Json
from contrast_engine.errors import NotAllowed, UnknownName
from contrast_engine.login import login_name
from contrast_engine.store import in_use
from contrast_engine.store.artifacts import KINDS, Artifact, ArtifactStore, Manifest, Result
from contrast_engine.store.atomic_files import write_bytes
from contrast_engine.store.decisions import finish_decision
from contrast_engine.store.event_log import EventLog
from contrast_engine.store.in_use import Decision
from contrast_engine.store.workspace_folder import WorkspaceFolder
from contrast_engine.store.workspace_marker import read_mark

LEARNT = ("predictions",)
"""Kinds of results that tell what others said."""

BLIND = (
    "everybody labels blind in this collection, so what a model learnt from the labels of others "
    "is shown to owners only; ask one"
)


class ResultsInUse(WorkspaceFolder):
    """What was computed in a workspace; of each kind, one result is in use.

    Args:
        root: The folder of the workspace.
    """

    def __init__(self, root: str | Path) -> None:
        super().__init__(root)
        self.edits: EventLog = EventLog(self.root / "edits.sqlite")
        self._artifacts = ArtifactStore(self.root)
        self._pointers = self.root
        finish_decision(self.root, self.edits)

    def save(self, artifact: Artifact, result: Result, details: Json | None = None) -> str:
        """Key of the stored result: that of its question."""
        read_mark(self.root)  # a folder that was moved away is not begun anew
        return self._artifacts.save(artifact, result, details)

    def save_grown(
        self, artifact: Artifact, base: str, more: Result, details: Json | None = None
    ) -> str:
        """Key of a result that is another one, `base`, with further rows; it costs what they do.

        Args:
            artifact: The question it answers.
            base: Key of the other result, of the same type and with the same columns.
            more: The further rows. In features, embeddings and attributes all rows go by their
                ids, in other kinds these stand behind.
            details: What else is known about it.

        Raises:
            UnknownName: There is no whole result `base`.
            ValueError: The rows are of another kind, or an image has one already.
            WorkspaceError: It could not be written.
        """
        read_mark(self.root)  # a folder that was moved away is not begun anew
        return self._artifacts.save_grown(artifact, base, more, details)

    def key_of(self, artifact: Artifact) -> str | None:
        """The key of the answer to a question, maybe by an earlier version; None without one."""
        return self._artifacts.key_of(artifact)

    def has(self, artifact: Artifact) -> bool:
        """True if this question has been answered and the answer is whole."""
        return self._artifacts.has(artifact)

    def load(self, key: str) -> Any:
        """A stored result: `Vectors`, `Clustering`, `Predictions` or `Report`.

        Raises:
            UnknownName: There is no whole result of that key.
            NotAllowed: It says what a model learnt from the labels of others, and is asked for by
                somebody who is to label blind.
        """
        if self.manifest(key).kind in LEARNT and self._is_blind():
            raise NotAllowed(BLIND)
        return self._artifacts.load(key)

    def _is_blind(self) -> bool:
        """Whether who this acts for is to see nothing that others said."""
        return False

    def manifest(self, key: str) -> Manifest:
        """The question, size and details of a stored result.

        Raises:
            UnknownName: There is no whole result of that key.
        """
        return self._artifacts.manifest(key)

    def artifacts(self, kind: str) -> list[Manifest]:
        """The stored results of one kind, newest first."""
        if kind in LEARNT and self._is_blind():
            return []
        return self._artifacts.all(_kind(kind))

    def left_out(self) -> dict[str, str]:
        """Results that are left out for what their manifest says, by key: why, in words."""
        return self._artifacts.left_out()

    def current(self, kind: str) -> str | None:
        """The key of the result of this kind that is in use, if it is whole.

        None of what a model learnt from the labels of others, for who is to label blind.
        """
        if kind in LEARNT and self._is_blind():
            return None
        pointer = self._pointers / _kind(kind) / "current"
        try:
            key = pointer.read_text().strip()
            return self._artifacts.manifest(key).key
        except (OSError, UnicodeDecodeError, UnknownName):
            return None

    def make_current(self, kind: str, key: str) -> None:
        """Put a result into use that nobody chooses, such as the features measured last.

        What somebody chooses goes through `use`, which writes down who did.

        Raises:
            UnknownName: There is no whole result of that kind and key.
        """
        self._check(kind, key)
        if self.current(kind) != key:
            self._point(kind, key)

    def use(self, kind: str, key: str, who: str = "", why: str = "") -> None:
        """Put a result into use, and write down who decided that; exports and pages follow it.

        Args:
            kind: The kind of result.
            key: The result; where it is in use already nothing is written.
            who: Who decides; without it the name that is logged in.
            why: A remark.

        Raises:
            UnknownName: There is no whole result of that kind and key.
            WorkspaceError: It could not be written; what was in use stays.
        """
        self._check(kind, key)
        who = who or login_name()
        in_use.decide(self.edits, kind, key, who, why, *self._pointer(kind))

    def undo_use(self, kind: str, who: str = "") -> Decision | None:
        """The last decision of this kind, taken back now; None where none is left.

        The first result of a kind stays in use, and a retrained model is rolled back as a whole.

        Raises:
            UnknownName: What was in use before is no longer there.
            WorkspaceError: It could not be written; what was in use stays.
        """
        last = self.decision(kind)
        if last is not None and last.before is not None:
            self._check(kind, last.before)
        who = who or login_name()
        return in_use.undo(self.edits, kind, who, *self._pointer(kind), self._is_of)

    def decision(self, kind: str) -> Decision | None:
        """By which decision the result of this kind is in use; None where none was recorded."""
        events = self.edits.events(in_use.TOPIC)
        return in_use.in_force(events, _kind(kind), self.current(kind), self._is_of)

    def decisions(self, kind: str = "") -> tuple[Decision, ...]:
        """Every decision about a kind, or about all, oldest first, with those taken back."""
        return in_use.decisions(self.edits.events(in_use.TOPIC), kind)

    def _check(self, kind: str, key: str) -> None:
        if self._artifacts.manifest(key).kind != _kind(kind):
            raise UnknownName(f"result {key} is not one of the {kind}")

    def _pointer(self, kind: str) -> tuple[Callable[[], str | None], Callable[[str], None]]:
        """What reads and what writes which result of a kind is in use."""
        return partial(self.current, kind), partial(self._point, kind)

    def _point(self, kind: str, key: str) -> None:
        write_bytes(self._pointers / kind / "current", f"{key}\n".encode())

    def _is_of(self, key: str, other: str) -> bool:
        """True if a result is another one, or was edited from it."""
        return key == other or other in self._artifacts.manifest(key).inputs[1:]


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise UnknownName(f"no kind of result {kind!r}; there are: {', '.join(KINDS)}")
    return kind
