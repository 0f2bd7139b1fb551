"""The map: one to move in, and the drawing that stands for it on paper and without scripts."""

from contrast_engine.colouring import map_colouring
from contrast_engine.map_file import colour_choices, map_parts
from contrast_engine.projections import projections
from contrast_engine.report.document import LiveMap, Paragraph, Section
from contrast_engine.report.material import Material, lacking
from contrast_engine.report.pictures import small
from contrast_engine.report.scatter import drawn_words, scatter, typical_first
from contrast_engine.vectors import ImageId
from contrast_engine.views.words import axis_words, map_words

NAME, TITLE = "map", "Map"
WORDS = "Every point is one image; images near each other have similar contrast."

ROOM = 5_000_000
"""Bytes that the pictures of the map may take, a third more once they are written as text."""

SIDES = ((400, 224), (1000, 176), (2000, 128))
"""Up to so many images, pictures of so many pixels; of more a part is drawn by lot."""

ON_DRAWING = 60
"""Pictures offered to the drawing; those that would lie over another are left out."""


def the_map(material: Material) -> Section:
    """The map in use."""
    workspace = material.workspace
    key = workspace.current("maps")
    if key is None:
        return lacking(NAME, TITLE, WORDS, "There is no map yet; `contrast project` makes one.")
    place, manifest = workspace.load(key), workspace.manifest(key)
    name, (_, source) = next(iter(colour_choices(workspace, key).items()))
    what = f"{name}@{source}"
    method = projections.of_result(manifest.recipe)
    title = f"Map of {len(place):,} images, {method.title.partition(':')[0]}"
    colours = map_colouring(workspace, key, what)
    still = scatter(
        "map.map", title, place.values, colours, _on_drawing(material, place.ids),
        is_equal=not method.reads_features, axes=axis_words(manifest.details),
    )  # fmt: skip
    pictures = _Pictures(material, len(place))
    parts = map_parts(workspace, key, what, picture=pictures.of)
    below = " ".join(filter(None, (drawn_words(len(place)), pictures.words)))
    seen = f"{WORDS} {title}; space: {manifest.details.get('space', 'the features')}."
    return Section(
        NAME,
        TITLE,
        seen,
        (
            LiveMap(still, below, parts),
            Paragraph(map_words(manifest.details)),
        ),
    )


class _Pictures:
    """Makes the pictures of the map as long as there is room, and counts them."""

    def __init__(self, material: Material, n: int) -> None:
        self._material, self._n, self._left = material, n, ROOM
        self._side = next((side for most, side in SIDES if n <= most), SIDES[-1][1])
        self.made = self._asked = 0

    def of(self, webp: bytes) -> bytes | None:
        """The picture made small; None once there is no room left."""
        self._asked += 1
        self._material.tick(self._asked, min(self._n, SIDES[-1][0]))
        found = small(webp, self._side) if self._left > 0 else None
        if found is None or len(found) > self._left:
            self._left = 0 if found else self._left
            return None
        self._left -= len(found)
        self.made += 1
        return found

    @property
    def words(self) -> str:
        """How many images bring their picture, where not all do."""
        if self.made == self._n:
            return f"With pictures of all {self._n:,} images."
        return f"With pictures of {self.made:,} of {self._n:,} images, drawn by lot."


def _on_drawing(material: Material, ids: tuple[ImageId, ...]) -> dict[ImageId, bytes]:
    """Pictures of the images that stand for the clusters; of the first ones without clusters."""
    workspace = material.workspace
    clustering = workspace.current("clusterings")
    kept = workspace.manifest(clustering).details.get("representatives", {}) if clustering else {}
    chosen = typical_first([[ImageId(i) for i in images] for images in kept.values()])
    return material.webp([*chosen, *ids[:ON_DRAWING]][:ON_DRAWING], 96)
