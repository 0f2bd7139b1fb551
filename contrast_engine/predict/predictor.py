"""New images through a model: the same measuring, the same scale."""

from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from contrast_engine.arrays import Ints
from contrast_engine.errors import ImageError, OptionError
from contrast_engine.images import (
    IMAGE_SUFFIXES,
    LinearImage,
    ReadingOptions,
    looks_like_image,
)
from contrast_engine.predict.inputs import Item, listed, name_of, opened
from contrast_engine.predict.model import CASCADE, FULL, PredictionModel
from contrast_engine.predict.model_file import read_model
from contrast_engine.predict.prediction import Prediction
from contrast_engine.predict.tiers.kept import kept_tiers
from contrast_engine.progress import SILENT, Progress
from contrast_engine.pseudo_labels.abstaining import nearest_distance
from contrast_engine.pseudo_labels.promise import sureness_of
from contrast_engine.steps.parallel import side_by_side
from contrast_engine.store import Workspace, is_workspace
from contrast_engine.store.collection import shown

if TYPE_CHECKING:
    import pyarrow as pa

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Predictor:
    """Labels new files by a model, which it leaves unchanged; threads may share it.

    A file goes through the same steps as the collection did: decoded, measured at the same size,
    brought to the scale fitted on the collection, judged by the saved model.

    Args:
        source: A model, or the workspace whose current model is used.
        options: How files are read; by default as the images were that the model learnt from.

    Attributes:
        model: The model.
        promise: How often its answers are wrong, in words.

    Raises:
        OptionError: It is a path, which `load` takes.
        NotEnoughData: No model was trained in this workspace.
        ModelError: The model was saved by a version that measured differently, or is damaged.
    """

    def __init__(
        self, source: Workspace | PredictionModel, options: ReadingOptions | None = None
    ) -> None:
        if isinstance(source, str | Path):
            raise OptionError(
                f"a workspace or a model is needed, got a path ({shown(source)}); open it with "
                "Predictor.load(path)"
            )
        self.model: PredictionModel = _current(source) if isinstance(source, Workspace) else source
        self.options: ReadingOptions = options or self.model.reading
        self.promise: str = str(self.model.card["promise"])

    @classmethod
    def load(cls, path: str | Path, options: ReadingOptions | None = None) -> "Predictor":
        """The model of a file, or the current one of a workspace, whichever the path is.

        Args:
            path: A model file, or the folder of a workspace.
            options: How files are read; by default as the images were that the model learnt from.

        Raises:
            NotEnoughData: It is a workspace without a model.
            ModelError: It is neither, is damaged, or of a version that measured differently.
        """
        if is_workspace(Path(path).expanduser()):
            return cls(Workspace.open(path), options)
        return cls(read_model(path), options)

    def predict(
        self,
        items: Iterable[Item],
        progress: Progress = SILENT,
        *,
        tier: str = FULL,
        workers: int | None = None,
        space: str | None = None,
    ) -> tuple[Prediction, ...]:
        """Predictions of images; one that cannot be read becomes a problem and the rest goes on.

        Args:
            items: Paths, the bytes of files, pictures of Pillow's or arrays, each perhaps with a
                name: `("photo", array)`.
            progress: Told after every image.
            tier: Which way to the answer.
            workers: Images at a time; as many as there are cores by default.
            space: What the numbers of plain arrays mean: "srgb" codes or "linear" light. Colours
                come as red, green, blue; those of OpenCV have to be turned round first.

        Raises:
            UnknownName: The model has no such tier.
            OptionError: It is one image and no list, one of them is of a kind that is not read,
                or an array whose space is not stated.
        """
        found: list[Prediction] = []
        total = len(items) if isinstance(items, Sized) else 0
        for prediction in self.iterate(items, tier=tier, workers=workers, space=space):
            if not found:
                progress.tick(0, total, "predicting")
            found.append(prediction)
            progress.tick(len(found), total, "predicting")
        return tuple(found)

    def iterate(
        self,
        items: Iterable[Item],
        *,
        tier: str = FULL,
        workers: int | None = None,
        space: str | None = None,
    ) -> Iterator[Prediction]:
        """Predictions one by one, in the order of the items, a few read ahead.

        Raises:
            UnknownName: The model has no such tier.
            OptionError: As `predict`.
        """
        items = listed(items)
        self.model.check_tier(tier)

        def one(numbered: tuple[int, Item]) -> Prediction:
            number, item = numbered
            return self.look(item, tier=tier, space=space, number=number)[0]

        return self.side_by_side(one, enumerate(items, start=1), workers, tier=tier)

    def side_by_side(
        self,
        ask: Callable[[Question], Answer],
        questions: Iterable[Question],
        workers: int | None = None,
        *,
        tier: str = FULL,
    ) -> Iterator[Answer]:
        """The answers to questions that use this model, in order, as many at a time as it bears."""
        # a network uses the cores itself
        at_a_time = 1 if self.model.uses_network(tier) else workers
        for _, answer in side_by_side(ask, questions, at_a_time):
            yield answer

    def predict_bytes(
        self, files: Iterable[tuple[str, bytes]], *, tier: str = FULL
    ) -> tuple[Prediction, ...]:
        """Predict the contents of image files, each under the name that is given with it."""
        return tuple(self.look(file, tier=tier)[0] for file in listed(files))

    def table(
        self,
        items: Iterable[Item],
        *,
        tier: str = FULL,
        workers: int | None = None,
        space: str | None = None,
    ) -> "pa.Table":
        """Predictions as a table of Arrow's, with the columns of `contrast predict --out`.

        Raises:
            UnknownName: The model has no such tier.
            OptionError: As `predict`.
        """
        from contrast_engine.predict.scoring.answer_table import arrow_table

        return arrow_table(
            self.model, self.iterate(items, tier=tier, workers=workers, space=space), tier
        )

    def look(
        self, item: Item, *, tier: str = FULL, space: str | None = None, number: int = 1
    ) -> tuple[Prediction, LinearImage | None]:
        """The prediction of one image, and the picture it was made from, where there is one.

        What was measured of the picture is remembered with it.

        Args:
            item: The image.
            tier: Which way to the answer.
            space: What the numbers of a plain array mean.
            number: Names what has no name: "image 3".

        Raises:
            UnknownName: The model has no such tier.
            OptionError: It is of a kind that is not read, or an array of an unknown space.
        """
        self.model.check_tier(tier)
        name, image_id = name_of(item, number), None
        pictures: list[LinearImage] = []
        try:
            image = opened(item, space, number)
            image_id = image.id

            def read(size: int) -> LinearImage:
                pictures.append(image.decode(size, self.options))
                return pictures[-1]

            found = self.judge_at(read, name, tier=tier)
        except ImageError as error:
            return Prediction(name, problem=str(error), id=image_id, tier=tier), None
        except MemoryError:
            problem = f"{name} needs more memory than there is"
            return Prediction(name, problem=problem, id=image_id, tier=tier), None
        return replace(found, id=image_id), pictures[-1]

    def judge(self, image: LinearImage, name: str = "", *, tier: str = FULL) -> Prediction:
        """The prediction of one picture that is decoded already.

        A tier that measures at a smaller size gets the picture made smaller; read at that size
        from its file it comes out the same but for details near the new size's limit.

        Raises:
            ImageError: It cannot be measured.
            UnknownName: The model has no such tier.
        """
        return self.judge_at(lambda size: made_smaller(image, size), name, tier=tier)

    def judge_at(
        self, read: Callable[[int], LinearImage], name: str = "", *, tier: str = FULL
    ) -> Prediction:
        """The prediction of one picture, which is read at the size that is needed, once or twice.

        Args:
            read: Gives the picture with its longer side at most so many pixels.
            name: What the prediction calls it.
            tier: Which way to the answer; "cascade" reads again what its first tier hands on.

        Raises:
            ImageError: It cannot be read or measured.
            UnknownName: The model has no such tier.
        """
        self.model.check_tier(tier)
        rule = self.model.cascade
        if tier != CASCADE or rule is None:
            return self._judge(read(self.model.tier(tier).size), name, tier)
        first = self._judge(read(self.model.tier(rule.first).size), name, rule.first)
        if not first.abstains and self._sureness(first) >= rule.sureness:
            return first
        return self._judge(read(self.model.tier(rule.then).size), name, rule.then)

    def _sureness(self, found: Prediction) -> float:
        return float(sureness_of(np.array([*(found.probabilities or {}).values()])))

    def _judge(self, image: LinearImage, name: str, tier: str) -> Prediction:
        way = self.model.tier(tier)
        row = way.placer.place(image)
        cluster = None
        if clusters := way.clusters or self.model.clusters:
            same = clusters.placer.key == way.placer.key
            cluster = clusters.nearest(row if same else clusters.placer.place(image))
        known: Ints | None = None if cluster is None else np.array([cluster])
        probability = way.model.predict_proba(row.values, known)
        is_far = nearest_distance(row.values, way.labelled) > way.limit
        best = int(probability[0].argmax())
        return Prediction(
            path=name,
            label=self.model.classes[best],
            probability=float(probability[0, best]),
            abstains=bool((way.unsure(probability) | is_far)[0]),
            cluster=cluster,
            probabilities=dict(zip(self.model.classes, probability[0].tolist(), strict=True)),
            cluster_name=self._called(cluster),
            tier=tier,
        )

    def _called(self, cluster: int | None) -> str | None:
        clusters = self.model.clusters
        return clusters.names.get(cluster) if clusters and cluster is not None else None


def _current(workspace: Workspace) -> PredictionModel:
    """The model of a workspace, with its cheaper tiers if they were made."""
    return kept_tiers(workspace, PredictionModel.of(workspace))


def made_smaller(image: LinearImage, size: int) -> LinearImage:
    """A picture with its longer side at most so many pixels, averaged by area in linear light."""
    import cv2

    factor = size / max(image.shape)
    if factor >= 1:
        return image
    height, width = (max(1, round(side * factor)) for side in image.shape)
    rgb = cv2.resize(image.rgb, (width, height), interpolation=cv2.INTER_AREA)
    return LinearImage(np.clip(rgb, 0, 1), image.width, image.height, image.notes, image.how)


def image_files(path: Path) -> tuple[Path, ...]:
    """The image files at a path: the file itself, or those in the folder, by name."""
    if not path.is_dir():
        return (path,)
    files = sorted(p for p in path.iterdir() if p.is_file())
    return tuple(p for p in files if p.suffix.lower() in IMAGE_SUFFIXES or looks_like_image(p))
