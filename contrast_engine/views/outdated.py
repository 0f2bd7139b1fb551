"""Which results are out of date: what they rest on has changed since they were made, and how."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import cast

from contrast_engine.arrays import Json
from contrast_engine.errors import OptionError, UnknownName
from contrast_engine.imageset import ImageSet
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.steps.collection.doubtful_files import images_read_otherwise_since
from contrast_engine.steps.collection.measured_rows import STEP as MEASURED
from contrast_engine.steps.encoders.own_network import ZERO_SHOT
from contrast_engine.steps.encoders.unseen_spaces import FINE_TUNED
from contrast_engine.steps.evidence.evidence_age import changed_since, clusters_changed
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.models.label_pipeline import pairs_hash, unaware
from contrast_engine.steps.output.exports import exported_since
from contrast_engine.steps.structure.placed import fresh_fit_due, grew_from
from contrast_engine.store.artifacts import Manifest
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId

KINDS = ("features", "embeddings", "maps", "clusterings", "predictions", "reports")
"""The kinds of results that are looked at, in the order in which they rest on each other."""

FEATURES, EMBEDDINGS, CALIBRATION, EXPORTS = "features", "embeddings", "calibration", "exported"
GONE = "what it was made of is no longer there"


def outdated(workspace: Workspace) -> dict[str, str]:
    """The results in use that are out of date, each with what changed since, in words.

    The kinds are "features", "embeddings", "maps", "clusterings", "predictions", "calibration"
    (as the predictions), "reports" (the evidence) and "exported" (the last table). A ranking is
    made of the comparisons of now whenever it is asked for. Only manifests, hashes and labels are
    read. The words follow "Out of date: ", as in "3 images were added, another map is in use".
    """
    now = _Now(workspace)
    found = {}
    for kind in KINDS:
        key = workspace.current(kind)
        if key is not None and (why := ", ".join(dict.fromkeys(now.changes(key)))):
            found[kind] = why
    if "predictions" in found:
        found[CALIBRATION] = found["predictions"]
    if written := ", ".join(exported_since(workspace) or ()):
        found[EXPORTS] = written
    return found


def why_outdated(workspace: Workspace, key: str) -> str:
    """What changed since one result was made, in words; empty where it still holds.

    Raises:
        UnknownName: There is no whole result of that key.
    """
    return ", ".join(dict.fromkeys(_Now(workspace).changes(key)))


class _Now:
    """The workspace at this moment, held against what results were made of."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @cached_property
    def labels(self) -> dict[ImageId, str]:
        return consensus_labels(self._workspace).of

    @cached_property
    def images(self) -> ImageSet:
        """The images that can be measured."""
        return self._workspace.images.present_images

    def changes(self, key: str) -> Iterator[str]:
        """What changed since a result was made, each in words."""
        made = self._workspace.manifest(key)
        if made.kind == FEATURES:
            yield from self._features(made)
        elif made.kind == EMBEDDINGS:
            yield from self._embedding(made)
        elif made.kind == "reports":
            yield from changed_since(self._workspace, key)
        elif made.kind in KINDS:
            yield from self._space(made)
            if made.kind == "predictions":
                yield from self._model(made)
            if due := fresh_fit_due(made.details):
                yield due

    def _features(self, made: Manifest) -> Iterator[str]:
        if made.step != MEASURED:
            yield "the features have become better since"
            return
        yield from self._counted(made.inputs, self.images)
        again = images_read_otherwise_since(self._workspace, made)
        if again:
            yield f"{_images(again)} read in another way"

    def _embedding(self, made: Manifest) -> Iterator[str]:
        model = str(made.recipe.get("model", ""))
        if not model:  # brought along: it holds what its file holds
            return
        yield from self._counted(made.inputs, self.images)
        if made.step != ZERO_SHOT and self._trained_again(model):
            yield "its encoder was trained again"

    def _space(self, made: Manifest) -> Iterator[str]:
        """What changed in the space that a map, clustering or model was made in."""
        asked = str(made.details.get("on", FEATURES)).split("+")
        for key in self._sources(made.inputs[0]):
            try:
                source = self._workspace.manifest(key)
            except UnknownName:
                yield GONE
                continue
            if source.kind == EMBEDDINGS:
                newest = self._newest(source)
                yield from self._counted(source.inputs, newest.inputs)
                yield from self._embedding(newest)
            elif FEATURES in asked:
                yield from self._measured_since(source)

    def _measured_since(self, then: Manifest) -> Iterator[str]:
        key = self._workspace.current(FEATURES)
        if key is None or key == then.key:
            return
        found = list(self._counted(then.inputs, self._workspace.manifest(key).inputs))
        yield from found or ["the features were measured again"]

    def _model(self, made: Manifest) -> Iterator[str]:
        """What else changed since a model was trained."""
        there = [self._inputs(key) for key in self._sources(made.inputs[0])]
        learnt = {i: label for i, label in self.labels.items() if any(i in one for one in there)}
        if made.details.get("labels_hash") != pairs_hash(learnt):
            yield "labels were given or changed"
        if classifiers.of_result(made.recipe).uses_clusters:
            clusters = unaware(self._workspace, self._workspace.current("clusterings"))
            is_there = clusters in made.inputs
            if clusters and not is_there and not grew_from(self._workspace, clusters, made.inputs):
                yield clusters_changed(self._workspace, clusters, made.inputs)

    def _sources(self, space: str) -> tuple[str, ...]:
        """The keys of the features and embeddings that a saved space was fitted on."""
        recipes = self._workspace.models
        recipe = recipes.recipe(space) or {}
        parts = [recipes.recipe(part) or {} for part in recipe.get("parts", ())] or [recipe]
        return tuple(str(part.get("input", "")) for part in parts)

    def _inputs(self, key: str) -> ImageSet | frozenset[str]:
        try:
            return _as_set(self._workspace.manifest(key).inputs)
        except UnknownName:
            return frozenset()

    def _newest(self, source: Manifest) -> Manifest:
        """The newest embedding by the encoder of one."""
        model = source.recipe.get("model")
        made = self._workspace.artifacts(EMBEDDINGS)
        return next((one for one in made if model and one.recipe.get("model") == model), source)

    def _trained_again(self, model: str) -> bool:
        """True if the encoder was trained with the same options on other images or labels since."""
        recipes = self._workspace.models.recipes()  # newest first
        asked = _question(recipes.get(model, {}))
        newer = next((key for key, one in recipes.items() if asked and _question(one) == asked), "")
        return bool(newer) and newer != model

    def _counted(self, then: Iterable[str], now: Iterable[str]) -> Iterator[str]:
        before, after = _as_set(then), _as_set(now)
        if before == after:
            return
        if isinstance(before, ImageSet) and isinstance(after, ImageSet):
            counts = len(after - before), len(before - after)
        else:
            first, last = frozenset(before), frozenset(after)
            counts = len(last - first), len(first - last)
        for count, what in zip(counts, ("added", "removed"), strict=True):
            if count:
                yield f"{_images(count)} {what}"


def _as_set(inputs: Iterable[str]) -> ImageSet | frozenset[str]:
    """What something was made of, as a set: of numbers wherever all of it are ids."""
    try:
        return ImageSet.of(cast("Iterable[ImageId]", inputs))
    except OptionError:
        return frozenset(inputs)


def _question(recipe: Json) -> Json:
    """What was asked of the training of an encoder, whatever it was trained on."""
    if "encoder" not in recipe:
        return {}
    tuned = recipe.get(FINE_TUNED, {})
    asked: Json = {name: recipe.get(name) for name in ("step", "encoder", "options", "seed")}
    return {**asked, "parent": tuned.get("parent"), "depth": tuned.get("depth")}


def _images(count: int) -> str:
    return "1 image was" if count == 1 else f"{count:,} images were"
