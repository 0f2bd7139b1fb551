"""Layouts of public sets as they are unpacked: Gehler-Shi and SimpleCube++."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import CollectionError
from contrast_engine.illuminants.datasets.entries import Entry
from contrast_engine.illuminants.datasets.illuminant_set import Problem
from contrast_engine.illuminants.datasets.pixels import Polygon

CUBE_BLACK = 2048.0
CUBE_AREA = (175 / 648, 250 / 432)
"""Width and height of the calibration object's area, lower right, in sides of the picture."""

GEHLER_BLACK = {"canon_1d": 0.0, "canon_5d": 129.0}
GEHLER_WHITE = 4095.0
TRUTHS = ("real_illum_568..mat", "real_illum_568.mat", "real_illum.mat", "real_illum.txt")


def simple_cube(
    folder: Path, rows: Mapping[str, tuple[float, float, float]]
) -> list[Entry | Problem]:
    """Entries of SimpleCube++: 16-bit PNG with black at 2048, white image by image.

    Source: Ershov 2020; the layout as in the README of Visillect/CubePlusPlus.

    Args:
        folder: Holds PNG/ID.png.
        rows: Illuminant of each id, from gt.csv.
    """
    x, y = 1 - CUBE_AREA[0], 1 - CUBE_AREA[1]
    corner: Polygon = ((x, y), (1, y), (1, 1), (x, 1))
    return [
        Entry(name, folder / "PNG" / f"{name.removesuffix('.png')}.png", truth, (corner,),
              black=CUBE_BLACK, white=0, camera="canon_550d_600d", is_mask_relative=True)
        for name, truth in rows.items()
    ]  # fmt: skip


def is_gehler_shi(folder: Path) -> bool:
    """Whether a folder holds Gehler-Shi as it is unpacked: pictures and measured illuminants."""
    return _truth_file(folder) is not None


def gehler_shi(folder: Path) -> list[Entry | Problem]:
    """Entries of Gehler-Shi, Shi's linear 12-bit PNG, whose colour chart is masked.

    The illuminants are in the order of the names: 8D5U... of the Canon 1D, then IMG_... of the
    Canon 5D, whose black is at 129. Needed are coordinates/NAME_macbeth.txt: the size that they
    are in, then four corners. A picture without them is listed, since its chart gives the light
    away.

    Source: Shi & Funt, re-processed version of Gehler 2008; layout as public readers of it have it.

    Raises:
        CollectionError: Pictures and illuminants are not as many.
    """
    file = _truth_file(folder)
    if file is None:
        raise CollectionError(f"{folder.name} has no {TRUTHS[0]} with the measured illuminants")
    truths = _illuminants(file)
    pictures = sorted(folder.rglob("*.png"), key=lambda path: path.name)
    if len(pictures) != len(truths):
        raise CollectionError(
            f"{folder.name} has {len(pictures)} PNG files and {file.name} {len(truths)} "
            "illuminants; they go by the order of names, so as many are needed"
        )
    charts = {path.name: path for path in folder.rglob("*_macbeth.txt")}
    return [
        _of_chart(path, tuple(truth), charts.get(f"{path.stem}_macbeth.txt"))
        for path, truth in zip(pictures, truths.tolist(), strict=True)
    ]


def _of_chart(path: Path, truth: tuple[float, ...], chart: Path | None) -> Entry | Problem:
    if chart is None:
        return Problem(path.name, f"{path.name} has no {path.stem}_macbeth.txt to mask its chart")
    try:
        corners = _corners(chart.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Problem(path.name, f"{chart.name} does not hold a size and four corners")
    camera = "canon_5d" if path.name.upper().startswith("IMG") else "canon_1d"
    r, g, b = truth
    return Entry(
        path.name, path, (r, g, b), (corners,), GEHLER_BLACK[camera], GEHLER_WHITE, camera,
        is_mask_relative=True,
    )  # fmt: skip


def _corners(text: str) -> Polygon:
    """Four corners in 0..1; they are listed row by row, so the last two change places."""
    lines = [[float(cell) for cell in line.split()] for line in text.splitlines() if line.strip()]
    (width, height), *corners = lines[:5]
    if len(corners) != 4 or width <= 0 or height <= 0:
        raise ValueError(text)
    first, second, third, fourth = ((x / width, y / height) for x, y in corners)
    return first, second, fourth, third


def _truth_file(folder: Path) -> Path | None:
    found = (path for name in TRUTHS for path in sorted(folder.rglob(name)))
    return next(found, None)


def _illuminants(path: Path) -> Floats:
    """(n, 3) of the file of illuminants.

    Raises:
        CollectionError: It does not hold three columns of numbers.
    """
    reading: Callable[[Path], Floats] = _of_mat if path.suffix == ".mat" else np.loadtxt
    try:
        found = np.asarray(reading(path), np.float64)
    except (OSError, ValueError, KeyError, NotImplementedError) as fault:
        why = f"{path.name} cannot be read as illuminants; save three columns as real_illum.txt"
        raise CollectionError(why) from fault
    if found.ndim != 2 or found.shape[1] != 3:
        raise CollectionError(f"{path.name} holds {found.shape} numbers, not three columns")
    return found


def _of_mat(path: Path) -> Floats:
    from scipy.io import loadmat

    return np.asarray(loadmat(path)["real_rgb"], np.float64)
