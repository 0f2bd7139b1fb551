"""What a table says of one picture, and the set that many of them make."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Bools, Floats32
from contrast_engine.errors import CollectionError, ImageError
from contrast_engine.illuminants.datasets.illuminant_set import (
    WORKING_SIZE,
    IlluminantSet,
    Problem,
)
from contrast_engine.illuminants.datasets.pixels import (
    Polygon,
    linear_numbers,
    masked,
    raw_numbers,
    shrunk_to_square,
)

Tick = Callable[[int, int], None]


@dataclass(frozen=True)
class Entry:
    """One picture of known illuminant.

    Args:
        file: What it is called in messages and results.
        path: Where it is.
        truth: (r, g, b) of the illuminant, of any length.
        masks: Areas that are not looked at.
        is_mask_relative: Whether they are in 0..1 of the sides, not in pixels of the file.
        black: Number that stands for no light.
        white: Number from which on a channel is saturated; None for the most the file can hold,
            0 for the highest number in the file.
        camera: Which camera took it.
        scene: What it shows, if known.
    """

    file: str
    path: str | Path
    truth: tuple[float, float, float]
    masks: tuple[Polygon, ...] = ()
    black: float = 0.0
    white: float | None = None
    camera: str = ""
    scene: str = ""
    is_mask_relative: bool = False


Loaded = tuple[Floats32, Bools]
"""(s, s, 3) linear light and (s, s) the pixels that may be looked at."""


def load(
    entries: Iterable[Entry | Problem],
    *,
    size: int = WORKING_SIZE,
    title: str = "",
    tick: Tick | None = None,
) -> IlluminantSet:
    """The pictures of some entries, averaged to squares; one that fails is listed with a reason.

    Raises:
        CollectionError: None of them can be used.
    """
    found = list(entries)
    kept: list[Entry] = []
    pictures: list[Loaded] = []
    problems: list[Problem] = []
    for done, entry in enumerate(found):
        if isinstance(entry, Problem):
            problems.append(entry)
            continue
        try:
            pictures.append(picture(entry, size))
            kept.append(entry)
        except ImageError as error:
            problems.append(Problem(entry.file, str(error)))
        if tick is not None:
            tick(done + 1, len(found))
    if not kept:
        raise CollectionError(_nothing(title, problems))
    return IlluminantSet(
        images=np.stack([light for light, _ in pictures]),
        valid=np.stack([valid for _, valid in pictures]),
        truths=np.array([entry.truth for entry in kept], np.float64),
        files=tuple(entry.file for entry in kept),
        cameras=tuple(entry.camera for entry in kept),
        scenes=_scenes(kept),
        title=title,
        problems=tuple(problems),
    )


def picture(entry: Entry, size: int = WORKING_SIZE) -> Loaded:
    """One picture as linear light on a square, and the pixels of it that may be looked at.

    Raises:
        ImageError: It cannot be read, or nothing of it may be looked at.
    """
    codes = raw_numbers(entry.path)
    light, is_usable = linear_numbers(codes, entry.black, entry.white, entry.file)
    height, width = codes.shape[:2]
    unit = (width, height) if entry.is_mask_relative else (1, 1)
    is_seen = ~masked((height, width), entry.masks, unit)
    made, valid = shrunk_to_square(light, is_usable & is_seen, is_seen, size)
    if not valid.any():
        raise ImageError(
            f"{entry.file} has no pixel that is neither masked, black nor saturated; "
            "check its mask and its black and white level"
        )
    return made, valid


def _scenes(kept: Sequence[Entry]) -> tuple[str, ...]:
    if not any(entry.scene for entry in kept):
        return ()
    return tuple(entry.scene or f"file {entry.file}" for entry in kept)


def _nothing(title: str, problems: Sequence[Problem]) -> str:
    where = title or "the table"
    if not problems:
        return f"{where} names no image; add rows with file, r, g, b"
    return f"no image of {where} can be used; the first: {problems[0].reason}"
