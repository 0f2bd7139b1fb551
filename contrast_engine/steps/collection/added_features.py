"""Features of other packages: each measured into a table of its own, beside those of this program.

They are attributes of images: a new one, or a new version of one, is measured alone, and neither
the table of features nor the space, nor anything made of it, changes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.errors import ImageError
from contrast_engine.features import ANALYSIS_SIZE, added_names, features, measure_image
from contrast_engine.images import LinearImage
from contrast_engine.images.reader_version import AS_ALWAYS, reading_recipe
from contrast_engine.steps.attributes import attribute_tables, keep
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.row_cache import RowCache
from contrast_engine.vectors import ImageId, Vectors

STEP = "added-feature@"
"""What the step of such a table begins with; the name of the feature follows."""

Added = dict[str, float | str]
"""The value of each feature of one image, or why it has none."""

_PART_ROWS = 100


@dataclass(frozen=True)
class AddedFeature:
    """What became of a feature of another package.

    Args:
        name: Its column.
        package: The package with its version.
        images: Images that have a value.
        computed: Images measured now.
        failed: Images on which it failed.
        why: Of the first of them, why.
    """

    name: str
    package: str
    images: int
    computed: int
    failed: int
    why: str


@dataclass(eq=False)
class _Column:
    """The values of one feature, of all images of all ways of reading, NaN where it failed."""

    name: str
    package: str
    version: str
    root: Workspace
    computed: int = 0
    reasons: dict[ImageId, str] = field(default_factory=dict)
    values: dict[str, dict[ImageId, Floats]] = field(default_factory=dict)
    unsaved: dict[str, dict[ImageId, Floats]] = field(default_factory=dict)

    def question(self, readers: Iterable[str]) -> Json:
        return {
            "feature": self.name,
            "version": self.version,
            "size": ANALYSIS_SIZE,
            **reading_recipe(readers),
        }

    def cache(self, reader: str) -> RowCache:
        key = Artifact("attributes", STEP + self.name, self.question([reader])).key
        return RowCache(self.root.root / "features" / f"rows-{key}", (self.name,))

    def of(self, reader: str) -> dict[ImageId, Floats]:
        if reader not in self.values:
            self.values[reader] = self.cache(reader).read()
        return self.values[reader]

    def add(self, image: ImageId, reader: str, value: float | str) -> None:
        if isinstance(value, str):
            self.reasons[image] = value
        row = np.array([np.nan if isinstance(value, str) else value])
        self.of(reader)[image] = row
        self.unsaved.setdefault(reader, {})[image] = row
        self.computed += 1
        if sum(map(len, self.unsaved.values())) >= _PART_ROWS:
            self.flush()

    def flush(self) -> None:
        for reader, rows in self.unsaved.items():
            self.cache(reader).add(rows)
            self.cache(reader).tidy()
        self.unsaved = {}


class AddedFeatures:
    """What is measured of the features of other packages in a workspace, to add to it.

    The lock "measure" must be held.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._columns = [_column(workspace, name) for name in added_names()]

    def lacking(self, image: ImageId, reader: str) -> tuple[str, ...]:
        """The features that were not tried on an image read like this."""
        return tuple(one.name for one in self._columns if image not in one.of(reader))

    def add(self, image: ImageId, reader: str, found: Added) -> None:
        """Take in what was measured of one image."""
        for one in self._columns:
            if one.name in found:
                one.add(image, reader, found[one.name])

    def flush(self) -> None:
        """Save the values that are not on disk yet."""
        for one in self._columns:
            one.flush()

    def keep(self, ids: tuple[ImageId, ...]) -> tuple[AddedFeature, ...]:
        """Make the table of each feature, of those images; and say what became of it."""
        readers = self._workspace.images.read_otherwise
        return tuple(self._kept(one, ids, readers) for one in self._columns)

    def _kept(
        self, one: _Column, ids: tuple[ImageId, ...], readers: Mapping[ImageId, str]
    ) -> AddedFeature:
        read = {image: readers.get(image, AS_ALWAYS) for image in ids}
        rows = {image: one.of(read[image]).get(image) for image in ids}
        known = {i: row for i, row in rows.items() if row is not None and np.isfinite(row[0])}
        failed = [image for image in ids if rows[image] is not None and image not in known]
        why = next((one.reasons[i] for i in failed if i in one.reasons), "it failed before")
        said = AddedFeature(
            one.name, one.package, len(known), one.computed, len(failed), why if failed else ""
        )
        there = tuple(known)
        artifact = Artifact("attributes", STEP + one.name, one.question(read.values()), there)
        if known and attribute_tables(self._workspace).get(one.name) != artifact.key:
            table = Vectors(there, np.stack(list(known.values())), (one.name,))
            keep(self._workspace, artifact, table, {"added": about(one.name)})
        return said


def measured_added(image: LinearImage, names: Iterable[str]) -> Added:
    """Each of some features of other packages of a picture, or why it has none."""
    found: Added = {}
    for name in names:
        try:
            found[name] = measure_image(image, [name])[name]
        except ImageError as error:
            found[name] = str(error)
    return found


def about(name: str) -> Json:
    """What a table keeps of a feature, so that it can be read without the package."""
    known, plugin = features[name], features.plugin(name)
    return {
        "name": name, "package": plugin.package if plugin else "", "unit": known.unit,
        "low": known.low, "high": known.high, "direction": known.direction,
        "summary": known.summary,
    }  # fmt: skip


def _column(workspace: Workspace, name: str) -> _Column:
    plugin = features.plugin(name)
    assert plugin is not None, "of another package"
    return _Column(name, plugin.package, features[name].version or plugin.version, workspace)
