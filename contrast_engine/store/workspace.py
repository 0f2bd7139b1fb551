"""The folder of one project: its images, features, labels, results and models."""

import weakref
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Self

from contrast_engine.errors import WorkspaceError
from contrast_engine.image_id import ImageId
from contrast_engine.store.annotators import Annotators
from contrast_engine.store.collection import shown
from contrast_engine.store.comparisons import ComparisonStore
from contrast_engine.store.known_images import KnownImages
from contrast_engine.store.labels import LabelStore
from contrast_engine.store.models import ModelStore
from contrast_engine.store.results_in_use import ResultsInUse
from contrast_engine.store.selections import SelectionStore
from contrast_engine.store.team import Team
from contrast_engine.store.thumbnails import Thumbnails
from contrast_engine.store.workspace_marker import is_workspace

__all__ = ["Workspace", "is_workspace"]


class Workspace(KnownImages, ResultsInUse):
    """Everything known about one collection of images, in one folder on this disk.

    Opening makes the folder where there is none yet. Many threads and processes may use one
    workspace at once.

    Args:
        root: The folder.

    Raises:
        WorkspaceError: The folder holds something else, is of a newer format, or cannot be
            written.
    """

    def __init__(self, root: str | Path) -> None:
        super().__init__(root)
        own, where = weakref.ref(self), self.root  # in a circle, databases would stay open

        def strangers(images: Iterable[ImageId]) -> Collection[ImageId]:
            return (own() or Workspace(where)).strangers(images)

        self.labels: LabelStore = LabelStore(
            self.root / "labels.sqlite", lambda: (own() or Workspace(where)).removed, strangers
        )
        self.comparisons: ComparisonStore = ComparisonStore(
            self.root / "comparisons.sqlite", strangers
        )
        self.annotators: Annotators = Annotators(self.root / "annotators.json")
        self.team: Team = Team(self.root / "team.sqlite")
        self.selections: SelectionStore = SelectionStore(self.root / "selections.sqlite")
        self.thumbs: Thumbnails = Thumbnails(self.root / "thumbs.sqlite")
        self.models: ModelStore = ModelStore(self.root / "models")

    @classmethod
    def open(cls, root: str | Path) -> Self:
        """The workspace in a folder where there already is one.

        Raises:
            WorkspaceError: There is none.
        """
        if not is_workspace(Path(root).expanduser()):
            raise WorkspaceError(
                f"there is no workspace at {shown(root)}; "
                f"make one with `contrast scan {shown(root)} PHOTOS`"
            )
        return cls(root)

    def _is_blind(self) -> bool:
        return self.labels.seen_of() is not None

    def close(self) -> None:
        """Close the databases; using the workspace again opens them again."""
        self.labels.close()
        self.comparisons.close()
        self.team.close()
        self.edits.close()
        self.selections.close()
        self.thumbs.close()
