"""The illuminant of files and of the images of a workspace, estimated."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.errors import ImageError, NotEnoughData
from contrast_engine.illuminants.angles import unit
from contrast_engine.illuminants.casts import cast_angle
from contrast_engine.illuminants.datasets import Entry
from contrast_engine.illuminants.datasets.entries import picture
from contrast_engine.illuminants.datasets.illuminant_set import WORKING_SIZE
from contrast_engine.illuminants.datasets.pixels import shrunk_to_square
from contrast_engine.illuminants.estimators import estimate, estimator
from contrast_engine.illuminants.planckian import NO_MATRIX, rgb_of_uv_1976, temperature, uv_1976
from contrast_engine.illuminants.relighting import is_saturated
from contrast_engine.images import read_image
from contrast_engine.images.reading_options import USUAL, ReadingOptions
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, within
from contrast_engine.steps.attributes import keep, kept
from contrast_engine.steps.encoders.train import reading_of_images, trainable
from contrast_engine.steps.illuminants.photographs import linear_photographs
from contrast_engine.store import Artifact, Workspace, shown
from contrast_engine.vectors import ImageId, Vectors

STEP = "illuminants@1"
TEMPERATURES = "illuminant_temperatures@1"
USUAL_METHOD = "shades-of-grey"

RENDERED = (
    "of a photograph its camera has balanced: white balance was applied already, so this is the "
    "cast that is left, not the light that there was"
)
RAW = "of linear camera colours: they have no colour temperature without a matrix of the camera"

COLOUR = ("illuminant_u", "illuminant_v", "cast_angle")
TEMPERATURE = ("illuminant_cct", "illuminant_duv")

_TOGETHER = 512  # pictures whose light is in memory at a time: 25 MB


@dataclass(frozen=True)
class FileEstimate:
    """The estimated illuminant of one file, or why there is none.

    Args:
        path: The file.
        r, g, b: Unit vector in linear sRGB, or in the colours of the camera; None if not read.
        cct: Correlated colour temperature in kelvin, or None.
        duv: Distance from the Planckian locus, above 0 towards green, or None.
        method: That estimated it.
        cast_angle: Degrees from neutral, or None.
        reason: Why the file was not read, or why it has no temperature; "" for neither.
        problem: Whether the file was not read.
    """

    path: str
    r: float | None
    g: float | None
    b: float | None
    cct: float | None
    duv: float | None
    method: str
    cast_angle: float | None = None
    reason: str = ""
    problem: bool = False


def estimate_file(
    path: str | Path,
    method: str = USUAL_METHOD,
    *,
    is_raw: bool = False,
    options: ReadingOptions = USUAL,
) -> FileEstimate:
    """The illuminant of one file by a statistical method with its usual options.

    Args:
        path: An image.
        method: Name of an estimator.
        is_raw: Whether its numbers are linear colours of a camera; else it is a photograph.
        options: What was chosen about reading photographs.

    Raises:
        UnknownName: There is no such method.
    """
    estimator(method)
    try:
        if is_raw:
            light, valid = picture(Entry(shown(Path(path).name), path, (1.0, 1.0, 1.0)))
        else:
            rgb = read_image(path, 256, options=options).rgb.astype(np.float32)
            everywhere = np.ones(rgb.shape[:2], np.bool_)
            usable = (rgb.sum(axis=2) > 0) & ~is_saturated(rgb)
            light, valid = shrunk_to_square(rgb, usable, everywhere, WORKING_SIZE)
    except ImageError as error:
        nothing = (None, None, None, None, None)
        return FileEstimate(shown(path), *nothing, method, reason=str(error), problem=True)
    found = estimate(method, light[None], valid[None])[0]
    warmth = NO_MATRIX if is_raw else temperature(found)
    r, g, b = found.tolist()
    angle = float(cast_angle(found)[0])
    return FileEstimate(
        shown(path), r, g, b, warmth.cct, warmth.duv, method, angle, warmth.reason
    )  # fmt: skip


def estimate_illuminants(
    workspace: Workspace, method: str = USUAL_METHOD, *, progress: Progress = SILENT
) -> str:
    """Estimate the illuminant of every image as attributes, unless done; give the table's key.

    Two tables: chromaticity u', v' and the angle from neutral of every image; colour temperature
    and Duv of those that have one. All of it in linear sRGB, of photographs that were balanced
    already.

    Args:
        workspace: Where the images are.
        method: Name of an estimator, with its usual options.
        progress: Told after each part.

    Raises:
        NotEnoughData: No image can be read.
        UnknownName: There is no such method.
    """
    progress = paced(progress, f"illuminants {method}", workspace, "looking what is there")
    options: Json = {"method": method, "options": estimator(method).usual.as_json()}
    ids = trainable(workspace)
    recipe = options | reading_of_images(workspace, ids)
    colours = Artifact("attributes", STEP, recipe, ids)
    warmths = Artifact("attributes", TEMPERATURES, recipe, ids)
    if kept(workspace, warmths) and kept(workspace, colours):
        return colours.key
    there, found = _estimated(workspace, ids, method, progress)
    if not len(there):
        raise NotEnoughData("illuminants are estimated of images, there are none; scan a folder")
    values = np.column_stack([uv_1976(found), cast_angle(found)])
    known = {image: temperature(one) for image, one in zip(there, found, strict=True)}
    rows = {image: (one.cct, one.duv) for image, one in known.items() if one.cct is not None}
    keep(workspace, warmths, Vectors(tuple(rows), np.array(list(rows.values())), TEMPERATURE))
    return keep(workspace, colours, Vectors(there, values, COLOUR))


def table_of_estimates(workspace: Workspace, key: str) -> list[FileEstimate]:
    """What a table of chromaticities says of each image, in the order of their paths."""
    table: Vectors = workspace.load(key)
    method = str(workspace.manifest(key).recipe["method"])
    lights = unit(rgb_of_uv_1976(table.values[:, :2]))
    angles = table.column(COLOUR[2])
    paths = workspace.images.paths
    found = []
    for image, light, angle in zip(table.ids, lights, angles.tolist(), strict=True):
        r, g, b = light.tolist()
        warmth = temperature(light)
        found.append(FileEstimate(
            paths[image], r, g, b, warmth.cct, warmth.duv, method, angle, warmth.reason
        ))  # fmt: skip
    return sorted(found, key=lambda one: one.path)


def _estimated(
    workspace: Workspace, ids: tuple[ImageId, ...], method: str, progress: Progress
) -> tuple[tuple[ImageId, ...], Floats]:
    there: list[ImageId] = []
    found: list[Floats] = []
    for start in range(0, len(ids), _TOGETHER):
        progress.tick(start, len(ids), "estimating illuminants")
        together = ids[start : start + _TOGETHER]
        reading = within(progress, start, len(together), len(ids))
        some, light = linear_photographs(workspace, together, reading)
        if some:
            valid = (light.sum(axis=3) > 0) & ~is_saturated(light)
            there += some
            found.append(estimate(method, light, valid))
    progress.tick(len(ids), len(ids), "estimating illuminants")
    return tuple(there), np.concatenate(found) if found else np.empty((0, 3))
