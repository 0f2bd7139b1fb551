"""Pictures in linear light with the illuminant of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from contrast_engine.arrays import Bools, Floats, Floats32, Ints
from contrast_engine.errors import NotEnoughData
from contrast_engine.illuminants.angles import unit

WORKING_SIZE = 64
"""Side of the square that every picture is averaged to."""


@dataclass(frozen=True)
class Problem:
    """A row that could not be used, and the plain reason."""

    file: str
    reason: str


@dataclass(frozen=True, eq=False)
class IlluminantSet:
    """Pictures in linear light, what of them may be looked at, and their illuminants.

    Args:
        images: (n, s, s, 3) float32 linear light, 1 = white level; masked areas are 0.
        valid: (n, s, s) pixels that are neither masked, black nor saturated.
        truths: (n, 3) unit vectors.
        files: What each picture is called, in the order of the table.
        cameras: Which camera took it; "" where that is not said.
        scenes: What it shows, for drawing images of one scene together; empty if not said.
        title: What the set is called in words.
        is_synthetic: Whether the illuminants were put in by relighting photographs.
        problems: Rows that could not be used.
    """

    images: Floats32
    valid: Bools
    truths: Floats
    files: tuple[str, ...]
    cameras: tuple[str, ...]
    scenes: tuple[str, ...] = ()
    title: str = ""
    is_synthetic: bool = False
    problems: tuple[Problem, ...] = ()

    def __post_init__(self) -> None:
        n = len(self.images)
        counts = {len(self.valid), len(self.truths), len(self.files), len(self.cameras)}
        assert counts == {n}, "one mask, illuminant, name and camera for each picture"
        assert not self.scenes or len(self.scenes) == n, "one scene for each picture, or none"
        if n:
            object.__setattr__(self, "truths", unit(self.truths))

    def __len__(self) -> int:
        return len(self.images)

    def take(self, rows: Ints | Bools | Sequence[int]) -> "IlluminantSet":
        """Some of the pictures, by number or by a mask."""
        chosen = np.asarray(rows)
        at: Ints = np.flatnonzero(chosen) if chosen.dtype == bool else chosen.astype(np.int64)
        return replace(
            self,
            images=self.images[at],
            valid=self.valid[at],
            truths=self.truths[at],
            files=tuple(self.files[i] for i in at),
            cameras=tuple(self.cameras[i] for i in at),
            scenes=tuple(self.scenes[i] for i in at) if self.scenes else (),
        )

    def folds(self, n_folds: int = 3) -> Ints:
        """Which fold each picture is in, (n,): blocks in file order within each camera.

        Neighbours in a table were often taken one after the other, of one place in one light;
        blocks keep most of them together. Scenes that are named are never cut in two.

        Raises:
            NotEnoughData: There are fewer pictures than folds.
        """
        if len(self) < n_folds:
            raise NotEnoughData(
                f"{n_folds} folds need {n_folds} images at least, got {len(self)}; add images"
            )
        found = np.empty(len(self), np.int64)
        used = 0
        for camera in dict.fromkeys(self.cameras):
            rows = [row for row, name in enumerate(self.cameras) if name == camera]
            blocks = np.arange(len(rows)) * n_folds // max(len(rows), n_folds)
            found[rows] = (blocks + used) % n_folds
            used += len(set(blocks.tolist())) % n_folds  # cameras of one image fill other folds
        if self.scenes:
            of: dict[str, int] = {}
            for row, scene in enumerate(self.scenes):
                found[row] = of.setdefault(scene, int(found[row]))
        return found
