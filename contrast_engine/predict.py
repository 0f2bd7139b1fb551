"""New images through the model of a workspace: the same measuring, the same scale."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints, Json
from contrast_engine.clusterings import means
from contrast_engine.errors import ImageError, ModelError, NotEnoughData
from contrast_engine.features import FEATURE_VERSION
from contrast_engine.images import (
    IMAGE_SUFFIXES,
    LinearImage,
    ReadingOptions,
    looks_like_image,
    read_image,
)
from contrast_engine.progress import SILENT, Progress
from contrast_engine.pseudo_labels import Abstaining, classifiers
from contrast_engine.pseudo_labels.abstaining import distances, nearest_distance
from contrast_engine.pseudo_labels.calibration import Sets
from contrast_engine.pseudo_labels.promise import Promise, promise_words
from contrast_engine.steps.parallel import side_by_side
from contrast_engine.steps.structure.spaces import SpaceEncoder
from contrast_engine.store import Workspace
from contrast_engine.store.collection import shown
from contrast_engine.vectors import Vectors


@dataclass(frozen=True)
class Prediction:
    """What the model says about one file, or the problem that kept it from saying anything.

    Args:
        path: The file.
        label: The most probable label, also where the model abstains.
        probability: How probable the model holds it.
        abstains: The model does not know enough to be believed.
        cluster: The nearest cluster, None without a clustering.
        problem: Why the file could not be used; then all else is None.
    """

    path: str
    label: str | None = None
    probability: float | None = None
    abstains: bool | None = None
    cluster: int | None = None
    problem: str | None = None


class Predictor:
    """Labels new files by the current model of a workspace, which it leaves unchanged.

    A file goes through the same steps as the collection did: decoded, measured at the same size,
    brought to the scale fitted on the collection, judged by the saved model.

    Args:
        workspace: Where the model is.
        options: How files are read; by default as the images were that the model learnt from.

    Attributes:
        promise: How often its answers are wrong, in words.

    Raises:
        NotEnoughData: No model was trained in this workspace.
        ModelError: The model was saved by a version that measured differently, or is damaged.
    """

    def __init__(self, workspace: Workspace, options: ReadingOptions | None = None) -> None:
        key = workspace.current("predictions")
        if key is None:
            raise NotEnoughData(
                "there is no model in this workspace yet; label images of at least two kinds and "
                f"run `contrast pseudo-label {shown(workspace.root)}`"
            )
        arrays, recipe = workspace.models.load(key)
        if recipe.get("feature_version") != FEATURE_VERSION:
            raise ModelError(
                "the model was trained on features of another version; run "
                f"`contrast measure {shown(workspace.root)}` and "
                f"`contrast pseudo-label {shown(workspace.root)}` again"
            )
        fitted = {n.removeprefix("model."): a for n, a in arrays.items() if n.startswith("model.")}
        self._model = classifiers[recipe["method"]].load(fitted)
        self._labels = tuple(recipe["classes"])
        self._unsure = rule_of(recipe)
        self.promise = promise_words(workspace.manifest(key).details)
        self._limit = float(recipe["limit"])
        self._labelled: Floats = arrays["labelled"]
        self.options = options or options_of_model(workspace, recipe)
        self._encoder = SpaceEncoder(workspace, recipe["space"])
        self._clusters = NearestCluster.of(workspace)

    def predict(
        self,
        paths: Sequence[str | Path],
        progress: Progress = SILENT,
        *,
        workers: int | None = None,
    ) -> tuple[Prediction, ...]:
        """Predictions of files; one that cannot be read becomes a problem and the rest goes on.

        Args:
            paths: The files.
            progress: Told after every file.
            workers: Files at a time; as many as there are cores by default.
        """
        found = []
        progress.tick(0, len(paths), "predicting")
        for _, prediction in side_by_side(self._one, paths, self._at_a_time(workers)):
            found.append(prediction)
            progress.tick(len(found), len(paths), "predicting")
        return tuple(found)

    def predict_bytes(self, files: Sequence[tuple[str, bytes]]) -> tuple[Prediction, ...]:
        """Predict the contents of image files, each under the name that is given with it."""
        return tuple(self._one(name, data) for name, data in files)

    def judge(self, image: LinearImage, name: str = "") -> Prediction:
        """The prediction of one picture that is decoded already.

        Raises:
            ImageError: It cannot be measured.
        """
        row = self._encoder.place(image)
        cluster = None
        if self._clusters:
            other = self._clusters.encoder
            there = row if other.key == self._encoder.key else other.place(image)
            cluster = self._clusters.nearest(there)
        values = row.values
        known: Ints | None = None if cluster is None else np.array([cluster])
        probability = self._model.predict_proba(values, known)
        is_far = nearest_distance(values, self._labelled) > self._limit
        best = int(probability[0].argmax())
        return Prediction(
            path=name,
            label=self._labels[best],
            probability=float(probability[0, best]),
            abstains=bool((self._unsure(probability) | is_far)[0]),
            cluster=cluster,
        )

    def _at_a_time(self, workers: int | None) -> int | None:
        """One where an encoder looks at the pictures: it uses the cores itself."""
        encoders = [self._encoder, *([self._clusters.encoder] if self._clusters else [])]
        return 1 if any(encoder.has_network for encoder in encoders) else workers

    def _one(self, path: str | Path, data: bytes | None = None) -> Prediction:
        name = shown(path)
        try:
            source = path if data is None else data
            image = read_image(source, name=Path(name).name, options=self.options)
            return self.judge(image, name)
        except ImageError as error:
            return Prediction(name, problem=str(error))


def rule_of(recipe: Json) -> Callable[[Floats], Bools]:
    """Where the model abstains: by its promise, or as models of before did, by sets or plainly."""
    if "promise" in recipe:
        return Promise(**recipe["promise"]).unsure
    if recipe.get("sets"):
        return Sets(**recipe["sets"]).unsure
    return Abstaining.of(recipe["abstaining"]).unsure


def options_of_model(workspace: Workspace, recipe: Json) -> ReadingOptions:
    """How files were read when a model learnt; how many pixels may be decoded is as it is now."""
    now = workspace.reading_options
    return replace(ReadingOptions.of(recipe.get("reading", {})), max_pixels=now.max_pixels)


def image_files(path: Path) -> tuple[Path, ...]:
    """The image files at a path: the file itself, or those in the folder, by name."""
    if not path.is_dir():
        return (path,)
    files = sorted(p for p in path.iterdir() if p.is_file())
    return tuple(p for p in files if p.suffix.lower() in IMAGE_SUFFIXES or looks_like_image(p))


@dataclass(frozen=True, eq=False)
class NearestCluster:
    """The centres of the current clustering, in the space it was made in."""

    encoder: SpaceEncoder
    clusters: Ints
    centres: Floats

    @classmethod
    def of(cls, workspace: Workspace) -> "NearestCluster | None":
        """Those of a workspace; None where there is no clustering, or one without clusters."""
        key = workspace.current("clusterings")
        if key is None:
            return None
        clustering, encoder = (
            workspace.load(key),
            SpaceEncoder(workspace, workspace.manifest(key).inputs[0]),
        )
        if not clustering.clusters:
            return None
        values = encoder.known().take(clustering.ids).values
        present = np.array(clustering.clusters)  # ids are names: some may be missing
        return cls(encoder, present, means(values, clustering.cluster, present[-1] + 1)[present])

    def nearest(self, row: Vectors) -> int:
        """The cluster whose centre is nearest to one row of `encoder`'s space."""
        return int(self.clusters[distances(row.values, self.centres).argmin()])
