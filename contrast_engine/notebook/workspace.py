"""The workspace as Python code and notebooks have it: results with their types, and tables."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from contrast_engine import simulated
from contrast_engine.as_written import html
from contrast_engine.errors import NotEnoughData, OptionError, UnknownName
from contrast_engine.notebook.pictures import Pictures
from contrast_engine.results import Clustering, Predictions, Report
from contrast_engine.several import several
from contrast_engine.store import workspace as store
from contrast_engine.store.collection import file_name
from contrast_engine.vectors import ImageId, Vectors

if TYPE_CHECKING:
    from pandas import DataFrame

    from contrast_engine.views.overview import Overview

MOST_PICTURES = 60

GETTERS = {
    "features": ("features", "steps.measure(workspace) measures"),
    "maps": ("map", "steps.project(workspace) makes one"),
    "clusterings": ("clustering", "steps.cluster(workspace) makes one"),
    "predictions": ("predictions", "label images, then steps.pseudo_label(workspace) makes them"),
    "reports": ("evidence", "steps.validate(workspace) gathers it"),
    "embeddings": ("embedding", "steps.train and steps.embed make one"),
}
"""By kind of result, what gives it and what makes it."""

R = TypeVar("R", Vectors, Clustering, Predictions, Report)


class Workspace(store.Workspace):
    """Everything known about one collection of images, in one folder on this disk.

    Opening makes the folder where there is none yet; `Workspace.open` refuses that. Many threads
    and processes may use one workspace at once, the app among them.

    What stands in it: `images`, `labels`, `comparisons`, `selections`, `models`. What the steps
    made of it: `features()`, `map()`, `clustering()`, `predictions()`, `evidence()`,
    `embedding()`, each that is in use or the one of a key; all of them as one table: `to_frame()`.

    Args:
        root: The folder.

    Raises:
        WorkspaceError: The folder holds something else, is of a newer format, or cannot be
            written.
    """

    def to_frame(self, *, with_issues: bool = False) -> "DataFrame":
        """The table of `contrast export` as a frame of pandas: one row per readable image.

        The index is the id. Columns: path, every feature, cluster, label, predicted_label,
        probability, abstains, map_x, map_y, notes, and what `steps.table` says beyond these;
        empty where nothing is known yet. In the order of the paths.

        Args:
            with_issues: Add is_<issue>_issue and <issue>_score for every contrast issue.

        Raises:
            ModuleNotFoundError: pandas is not installed.
        """
        from contrast_engine.notebook.frames import frame_of
        from contrast_engine.steps.output.export import table

        return frame_of(table(self, with_issues=with_issues))

    def find(self, image: str | Path) -> ImageId:
        """The id of an image, by its path, a copy of its file, or its id.

        Raises:
            UnknownName: It is no image of this workspace.
        """
        from contrast_engine.store.find_image import find_image

        return find_image(self, str(image))

    def features(self, key: str | None = None) -> Vectors:
        """The features of every measured image, (n, d), in their own units.

        Args:
            key: A table measured before; by default the one in use.

        Raises:
            NotEnoughData: Nothing was measured yet.
            UnknownName: There is no such table.
        """
        return self._result("features", key, Vectors)

    def map(self, key: str | None = None) -> Vectors:
        """The places of the images on a map: columns map_x and map_y, and map_z where there is one.

        Args:
            key: What `steps.project` gave; by default the map in use.

        Raises:
            NotEnoughData: There is no map yet.
            UnknownName: There is no such map.
        """
        return self._result("maps", key, Vectors)

    def clustering(self, key: str | None = None) -> Clustering:
        """Which cluster each image belongs to.

        Args:
            key: What `steps.cluster` gave; by default the clustering in use.

        Raises:
            NotEnoughData: There is no clustering yet.
            UnknownName: There is no such clustering.
        """
        return self._result("clusterings", key, Clustering)

    def predictions(self, key: str | None = None) -> Predictions:
        """A label with its probability for every measured image, or that the model abstains.

        Args:
            key: What `steps.pseudo_label` gave; by default the predictions in use.

        Raises:
            NotEnoughData: There is no model yet.
            UnknownName: There are no such predictions.
        """
        return self._result("predictions", key, Predictions)

    def evidence(self, key: str | None = None) -> Report:
        """The findings of a validation, each with its space, n, interval and null.

        Args:
            key: What `steps.validate` gave; by default the last.

        Raises:
            NotEnoughData: Nothing was validated yet.
            UnknownName: There is no such report.
        """
        return self._result("reports", key, Report)

    def embedding(self, key: str | None = None) -> Vectors:
        """The embedding of the images by an encoder or of one's own, (n, d).

        Args:
            key: Of the embedding; by default the one in use.

        Raises:
            NotEnoughData: There is no embedding yet.
            UnknownName: There is no such embedding.
        """
        return self._result("embeddings", key, Vectors)

    def details(self, key: str) -> dict[str, Any]:
        """What a step says of the result it made: how separate, how faithful, how often wrong.

        Raises:
            UnknownName: There is no whole result of that key.
        """
        return self.manifest(key).details

    def overview(self) -> "Overview":
        """The collection at one look, as the app's first page has it."""
        from contrast_engine.views.overview import overview

        return overview(self)

    def pictures(
        self,
        images: Iterable[ImageId],
        captions: Mapping[ImageId, str] | Sequence[str] | None = None,
        *,
        most: int = MOST_PICTURES,
    ) -> Pictures:
        """Small pictures of some images, for the output of a cell.

        Args:
            images: Their ids, in the order in which they are shown.
            captions: A text for each, by id or in the same order; by default the file's name.
            most: How many to show at most; beyond, it says so.

        Raises:
            OptionError: One id instead of several, or not a caption for each.
            UnknownName: An image is not in this workspace.
        """
        ids = list(several(images, "images"))
        paths = self.images.paths
        strange = [image for image in ids if image not in paths]
        if strange:
            raise UnknownName(f"no image {strange[0]!r} in this workspace ({len(strange)} such)")
        if captions is None:
            words = [file_name(paths[image]) for image in ids]
        elif isinstance(captions, Mapping):
            words = [str(captions.get(image, "")) for image in ids]
        else:
            words = [*map(str, several(captions, "captions"))]
        if len(words) != len(ids):
            raise OptionError(f"{len(ids)} images need as many captions, got {len(words)}")
        shown = ids[:most]
        return Pictures(
            tuple(words[:most]), tuple(self.thumbs.get(image) for image in shown), len(ids)
        )

    def _result(self, kind: str, key: str | None, type_: type[R]) -> R:
        getter, makes = GETTERS[kind]
        if key is None:
            key = self.current(kind)
            if key is None:
                verb = "are" if getter.endswith("s") else "is"
                raise NotEnoughData(f"there {verb} no {getter} yet; {makes}")
        made = self.manifest(key)
        if made.kind != kind:
            there = GETTERS.get(made.kind, ("load", ""))[0]
            raise UnknownName(
                f"result {key} is not one of the {kind}, but of the {made.kind}; "
                f"workspace.{there}({key!r}) gives it"
            )
        found: R = self.load(key)
        return found

    def _repr_html_(self) -> str:
        """What is known so far, as a small table."""
        rows = "".join(
            f'<tr><th style="text-align:left">{html(name)}</th>'
            f'<td style="text-align:left">{html(value)}</td></tr>'
            for name, value in self._known()
        )
        return f"<table><caption>{html(self.name)}</caption>{rows}</table>"

    def _known(self) -> list[tuple[str, str]]:
        images, labels = self.images, self.labels.current()
        rows = [("folder", str(self.root)), ("images", _count(len(images), "image"))]
        if images.problems:
            rows.append(("not readable", _count(len(images.problems), "file")))
        for kind, (getter, makes) in GETTERS.items():
            key = self.current(kind)
            if key is not None:
                rows.append((getter, self._words_of(kind, key)))
            elif kind != "embeddings":
                rows.append((getter, f"none yet: {makes}"))
        if labels:
            people = simulated.said(label.who for label in labels.values())
            rows.append(("labels", f"{_count(len(labels), 'image')} by {people}"))
        return rows

    def _words_of(self, kind: str, key: str) -> str:
        made = self.manifest(key)
        rows = _count(made.rows, "finding" if kind == "reports" else "image")
        method = made.recipe.get("method") or made.recipe.get("model") or ""
        return f"{rows}, {method}, key {key}" if method else f"{rows}, key {key}"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
