"""The labels of a saved model, learnt once more in another space and judged on the same folds."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.clusterings import means
from contrast_engine.errors import NotEnoughData
from contrast_engine.placing import Placer
from contrast_engine.predict.model import NearestCluster, TierModel
from contrast_engine.pseudo_labels import (
    Abstaining,
    Classifier,
    Folds,
    Labelled,
    TrainedModel,
    classifiers,
    gather,
    train,
)
from contrast_engine.pseudo_labels.crossed import dealt, snapshots
from contrast_engine.steps.encoders.unseen_spaces import crossed
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.models.label_pipeline import same_pictures_among, unaware
from contrast_engine.steps.structure.spaces import Space, space_of
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId, Vectors


@dataclass(frozen=True, eq=False)
class Trained:
    """A tier, what it says of images, and what its models said of labels they had not seen."""

    tier: TierModel
    labelled: Labelled
    model: TrainedModel
    held_out: Floats  # (repeats, m, k)
    folds: Folds


@dataclass(frozen=True, eq=False)
class Lesson:
    """The very labels that a saved model learnt from, to be learnt again in another space."""

    workspace: Workspace
    key: str

    @cached_property
    def _saved(self) -> tuple[dict[str, Floats], Json]:
        arrays, recipe = self.workspace.models.load(self.key)
        return dict(arrays), recipe

    @property
    def recipe(self) -> Json:
        """What the model was saved with."""
        return self._saved[1]

    @property
    def method(self) -> str:
        """Name of the classifier."""
        return str(self.recipe["method"])

    @property
    def classifier(self) -> Classifier:
        """The same classifier with the same options."""
        return classifiers[self.method].of(self.recipe.get("options", {}))

    @property
    def rule(self) -> Abstaining:
        """When it abstains."""
        return Abstaining.of(self.recipe.get("abstaining", {}))

    @property
    def seed(self) -> int:
        """Deals the labels into the folds that the model was judged on."""
        return self.workspace.manifest(self.key).seed or 0

    @cached_property
    def labels(self) -> dict[ImageId, str]:
        """The label of each image it learnt from."""
        arrays, classes = self._saved[0], self.recipe["classes"]
        if "held_out.ids" not in arrays:
            raise NotEnoughData("the model was trained by an earlier version; train it again")
        return {
            ImageId(f"{int(image):016x}"): classes[code]
            for image, code in zip(arrays["held_out.ids"], arrays["held_out.codes"], strict=True)
        }

    @cached_property
    def alike(self) -> tuple[tuple[ImageId, ...], ...]:
        """Labelled images that are nearly one picture."""
        return same_pictures_among(self.workspace, list(self.labels))

    def in_space(self, vectors: Vectors) -> Labelled:
        """The labels of the images that are in a space."""
        clustered = unaware(self.workspace, self.workspace.current("clusterings"))
        clustering = self.workspace.load(clustered) if clustered else None
        return gather(
            vectors, self.labels, self.recipe["classes"], is_ordered=self.recipe["is_ordered"],
            clustering=clustering, alike=self.alike,
        )  # fmt: skip

    def held_out(self, labelled: Labelled, here: Space) -> Labelled:
        """Labels that the encoder of a space has not seen either where they are held out."""
        return crossed(self.workspace, here, labelled, seed=self.seed)

    def folds(self, labelled: Labelled) -> Folds:
        """The same folds for every tier: those of the model's encoder where it learnt labels."""
        whole = space_of(self.workspace, str(self.recipe["space"]))
        return dealt(self.held_out(labelled, whole), seed=self.seed)

    def learn(
        self, name: str, size: int, placer: Placer, vectors: Vectors, here: Space | None = None
    ) -> Trained:
        """A tier that learnt them in a space.

        Args:
            name: The tier.
            size: It measures at.
            placer: Brings new images into the space.
            vectors: The images in it.
            here: The space, where it is one of the workspace; its encoder may have seen labels.
        """
        labelled = self.in_space(vectors)
        if here is not None:
            labelled = self.held_out(labelled, here)
        trained = train(
            self.classifier, labelled, abstaining=self.rule, drawn=self.drawn, seed=self.seed
        )
        folds = self.folds(labelled)
        *_, last = snapshots(self.classifier, labelled, folds)
        tier = TierModel(
            name=name,
            size=size,
            placer=placer,
            method=self.method,
            model=trained.model,
            rule={"promise": asdict(trained.promise)},
            limit=trained.limit,
            labelled=labelled.values,
            clusters=self._clusters(placer, labelled),
        )
        return Trained(tier, labelled, trained, folds.assemble(last.held_out), folds)

    @cached_property
    def drawn(self) -> Collection[ImageId]:
        """Those of images that were asked for at random."""
        return consensus_labels(self.workspace).drawn & set(self.labels)

    def _clusters(self, placer: Placer, labelled: Labelled) -> NearestCluster | None:
        """The clusters of the collection where they lie in this space."""
        if labelled.cluster is None or not (labelled.cluster >= 0).any():
            return None
        present = np.unique(labelled.cluster[labelled.cluster >= 0])
        centres = means(labelled.space.values, labelled.cluster, int(present[-1]) + 1)[present]
        return NearestCluster(placer, present, centres)
