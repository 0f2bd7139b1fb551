"""The steps of a collection done again as they were done last, on more images."""

from dataclasses import dataclass, field
from typing import Any

from contrast_engine.arrays import Json
from contrast_engine.clusterings import clusterings
from contrast_engine.errors import ModelError, UnknownName
from contrast_engine.progress import Progress
from contrast_engine.projections import projections
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.registry import Registry
from contrast_engine.steps.encoders.embed import embed
from contrast_engine.steps.models.pseudo_label import pseudo_label
from contrast_engine.steps.structure.cluster import cluster
from contrast_engine.steps.structure.edit_clusters import STEP as EDITED
from contrast_engine.steps.structure.project import project
from contrast_engine.steps.structure.spaces import FEATURES
from contrast_engine.store import Manifest, Workspace


@dataclass
class AsBefore:
    """The map, the clustering and the model of a workspace, made again in the way of before.

    Args:
        workspace: In which new images are measured, and the results of before are still current.
        progress: Told by every step.

    Attributes:
        left: What stays as it was, and why, by kind of result.
    """

    workspace: Workspace
    progress: Progress
    left: dict[str, str] = field(default_factory=dict)

    def instead(self, key: str) -> str:
        """The table of features or embedding that holds the new images, too, for one of before.

        Raises:
            ModelError: It is of vectors that were brought along.
        """
        made = self.workspace.manifest(key)
        if made.kind == FEATURES:
            return str(self.workspace.current(FEATURES))
        encoder = _encoder(made)
        return embed(self.workspace, encoder, anyway=True, progress=self.progress).key

    def can_be_made_again(self, made: Manifest) -> None:
        """Refuse, before anything is done, a result that new images cannot be part of.

        Raises:
            ModelError: As `instead`.
        """
        for part in str(made.details.get("on", FEATURES)).split("+"):
            if part.strip() != FEATURES:
                source = self.workspace.manifest(part.strip())
                if source.kind != FEATURES:
                    _encoder(source)

    def space(self, on: str) -> str:
        """A space as steps take it, with the new images in it.

        Raises:
            ModelError: As `instead`.
        """
        parts = [part.strip() for part in on.split("+")]
        return "+".join(part if part == FEATURES else self.instead(part) for part in parts)

    def embeddings(self) -> None:
        """The embedding that was current once more, so that all spaces have the new images."""
        key = self.workspace.current("embeddings")
        if key is not None:
            try:
                self.instead(key)
            except ModelError as error:
                self.left["embeddings"] = str(error)

    def clusters(self, key: str) -> str | None:
        """Key of the clustering made again, its ids following those of before."""
        made = self.workspace.manifest(key)
        method = clusterings.present_name(str(made.recipe["method"]))
        on = self._where(made, clusterings)
        if on is None:
            return None
        if made.step == EDITED:
            self.left["edits"] = (
                f"{len(made.recipe['edits']):,} changes of clusters by hand are not made again; "
                "clusters that share half their images with an earlier one keep its number and name"
            )
        return cluster(
            self.workspace, method, options=made.recipe["options"], on=on, follows=key,
            seed=made.seed or 0, progress=self.progress,
        )  # fmt: skip

    def map(self, key: str) -> str | None:
        """Key of the map made again."""
        made = self.workspace.manifest(key)
        on = self._where(made, projections)
        if on is None:
            return None
        method = projections.present_name(str(made.recipe["method"]))
        return project(
            self.workspace, method, options=made.recipe["options"], on=on, seed=made.seed or 0,
            progress=self.progress,
        )  # fmt: skip

    def model(self, key: str) -> str:
        """Key of the predictions of the model made again, from the labels of now.

        Raises:
            ModelError: It rests on vectors that were brought along.
            NotEnoughData: There are no longer labels of two kinds.
            UnknownName: Its method is not installed any more.
        """
        made = self.workspace.manifest(key)
        recipe = made.recipe
        classifiers.stored(recipe)
        used = {label.label for label in self.workspace.labels.current().values()}
        is_same_order = recipe["is_ordered"] and used <= set(recipe["classes"])
        return pseudo_label(
            self.workspace,
            order=recipe["classes"] if is_same_order else None,
            method=classifiers.present_name(str(recipe["method"])),
            options=recipe["options"],
            on=self.space(str(made.details.get("on", FEATURES))),
            most_wrong=recipe.get("abstaining", {}).get("most_wrong"),
            seed=made.seed or 0,
            progress=self.progress,
        )

    def _where(self, made: Manifest, methods: Registry[Any]) -> str | None:
        """The space of a map or clustering; None, and why, where it cannot be made again."""
        on: Json = made.details.get("on", FEATURES)
        try:
            methods.stored(made.recipe)
            return self.space(str(on))
        except (ModelError, UnknownName) as error:
            self.left[made.kind] = str(error)
            return None


def _encoder(embedding: Manifest) -> str:
    """The key of the encoder that made an embedding."""
    encoder = embedding.recipe.get("model")
    if encoder is None:
        raise ModelError(
            f"it rests on {embedding.details.get('name', 'vectors that were brought along')}, and "
            "nothing here can make those of new images; bring the vectors of the new images, too, "
            "with `contrast embed`, then cluster and learn again"
        )
    return str(encoder)
