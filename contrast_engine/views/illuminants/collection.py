"""The light of a whole collection: how many casts are strong, where lights lie, how they spread."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.figures.illuminants import Lights, plane, spread
from contrast_engine.illuminants.casts import FARTHEST, STRONG_ANGLE
from contrast_engine.illuminants.estimators import ESTIMATORS
from contrast_engine.illuminants.planckian import rgb_of_uv_1976
from contrast_engine.issues import FlaggedImages
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.steps.collection.issues import ATTRIBUTE, issues
from contrast_engine.store.collection import file_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.illuminants.chromaticity import cie_1976, swatch

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

BINS = 30
MOST = 4000
"""Images that are drawn on the plane; of more, every so many by cast."""


@dataclass(frozen=True, eq=False)
class Casts:
    """What was estimated of a collection.

    Args:
        method: That estimated it, as a page calls it.
        table: Chromaticity and cast angle of every image that has them.
        temperatures: Colour temperatures in kelvin of those that have one.
        lacking: Images of the collection without an estimate.
        strong: The images with a strong colour cast.
    """

    method: str
    table: Vectors
    temperatures: Floats
    lacking: int
    strong: FlaggedImages | None

    @property
    def angles(self) -> Floats:
        """(n,) degrees from neutral."""
        return self.table.column(ATTRIBUTE)

    @property
    def threshold(self) -> float:
        """Degrees from which a cast counts as strong in this collection."""
        return FARTHEST * (1 - self.strong.threshold) if self.strong else FARTHEST

    def worst(self, count: int) -> tuple[ImageId, ...]:
        """The images whose light is farthest from neutral, the farthest first."""
        order = np.argsort(-self.angles, kind="stable")[:count]
        return tuple(self.table.ids[row] for row in order.tolist())

    def captions(self, ids: tuple[ImageId, ...]) -> dict[ImageId, str]:
        """The cast angle of some images in words."""
        return {image: f"{self.angles[self.table.rows[image]]:.1f}°" for image in ids}


def casts(workspace: Workspace) -> Casts | None:
    """What was estimated last of a collection; None before anything was."""
    key = attribute_tables(workspace).get(ATTRIBUTE)
    return casts_of(workspace, key) if key else None


def casts_of(workspace: Workspace, key: str) -> Casts:
    """What a table of chromaticities and cast angles says of the images of now.

    Args:
        workspace: Where they are.
        key: Of the table.
    """
    stored: Vectors = workspace.load(key)
    images = set(workspace.images.ids)
    table = stored.take([image for image in stored.ids if image in images])
    warm = attribute_tables(workspace).get("illuminant_cct")
    warmth: Vectors | None = workspace.load(warm) if warm else None
    known = [] if warmth is None else [row for row, i in enumerate(warmth.ids) if i in images]
    method = str(workspace.manifest(key).recipe.get("method", ""))
    found = issues(workspace) if workspace.current("features") else ()
    strong = next((one for one in found if one.issue.name == "strong_cast"), None)
    return Casts(
        ESTIMATORS[method].title if method in ESTIMATORS else method,
        table,
        warmth.column("illuminant_cct")[known] if warmth is not None else np.empty(0),
        len(images) - len(table),
        strong,
    )


def strong_words(found: Casts) -> str:
    """Why an angle counts as a strong cast here."""
    own = ""
    if found.strong is not None and not found.strong.is_usual:
        own = f" The calibrated limit is {STRONG_ANGLE:.0f}°; here another one was chosen."
    return (
        "Of 349 photographs that their cameras had balanced, nineteen in twenty are within "
        f"{STRONG_ANGLE:.0f}° of neutral (half within 2.7°), so content alone seldom goes farther."
        f"{own}"
    )


def temperature_words(found: Casts) -> str:
    """How many images have a temperature."""
    have, n = len(found.temperatures), len(found.table)
    if have == n:
        return "Every image has a temperature."
    return f"{have:,} of {n:,} images have one; the others are too far from every black body."


def lights(workspace: Workspace, found: Casts) -> "Figure":
    """Every image's light on the plane of CIE 1976, in its own colour; a click gives the image."""
    order: Ints = np.argsort(found.angles, kind="stable")
    rows = order[:: max(1, -(-len(order) // MOST))].tolist()
    where = np.column_stack([found.table.column(f"illuminant_{axis}") for axis in "uv"])[rows]
    paths, ids = workspace.images.paths, [found.table.ids[row] for row in rows]
    said = [
        f"{file_name(paths[image])}: {found.angles[row]:.1f}° from neutral"
        for image, row in zip(ids, rows, strict=True)
    ]
    colours = [swatch(rgb) for rgb in rgb_of_uv_1976(where)]
    group = Lights("one image each", where, colours, said, ids=[str(i) for i in ids], size=10)
    return plane([group], cie_1976())


def drawn_words(found: Casts) -> str:
    """How many lights `lights` draws, and what a mark is."""
    n = len(found.table)
    drawn = len(range(0, n, max(1, -(-n // MOST))))
    which = "One mark for each image" if drawn == n else (
        f"One mark each for {drawn:,} of {n:,} images, evenly from weak to strong casts"
    )  # fmt: skip
    return (
        f"{which}, in the colour of its light; click one to look at it. The cross is neutral "
        "light, the curve black bodies."
    )


def angle_histogram(found: Casts) -> "Figure":
    """How far from neutral the lights are, with the threshold of strong casts."""
    top = max(15.0, float(found.angles.max(initial=0)) * 1.02)
    counts, edges = np.histogram(found.angles, BINS, (0, top))
    marks = {f"strong from {found.threshold:.1f}°": found.threshold} if found.strong else {}
    return spread(counts, edges, marks, title="angle from neutral", unit="degrees")


def temperature_histogram(found: Casts) -> "Figure | None":
    """How warm or cool the lights are; None where none has a temperature."""
    known = found.temperatures
    if not len(known):
        return None
    mireds = 1e6 / known
    counts, steps = np.histogram(mireds, BINS, (mireds.min() - 1, mireds.max() + 1))
    marks = {"neutral 6,504 K": 6504.0} if known.min() <= 6504 <= known.max() else {}
    return spread(
        counts[::-1], 1e6 / steps[::-1], marks,
        title="correlated colour temperature", unit="K", is_log=True,
    )  # fmt: skip
