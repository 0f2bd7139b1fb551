"""Everything a prediction needs, held in memory: with it no workspace is asked any more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints, Json
from contrast_engine.errors import ModelError, NotEnoughData, UnknownName
from contrast_engine.features import FEATURE_VERSION
from contrast_engine.images import ANALYSIS_SIZE, ReadingOptions
from contrast_engine.placing import Placer
from contrast_engine.predict.card import card_of
from contrast_engine.predict.reference import reference_of
from contrast_engine.pseudo_labels import Abstaining, classifiers
from contrast_engine.pseudo_labels.abstaining import distances
from contrast_engine.pseudo_labels.calibration import Sets
from contrast_engine.pseudo_labels.classifier import Model
from contrast_engine.pseudo_labels.promise import Promise
from contrast_engine.scaling import QuantileScaling
from contrast_engine.steps.structure.space_encoder import SpaceEncoder
from contrast_engine.store import Workspace
from contrast_engine.store.collection import shown
from contrast_engine.vectors import Vectors

TIERS = ("fast", "hybrid", "full")
"""Ways from a picture to an answer, the cheapest first."""

FAST, HYBRID, FULL = TIERS

CASCADE = "cascade"
"""The fast tier where it is sure, and the full one for the rest."""


@dataclass(frozen=True, eq=False)
class TierModel:
    """One way from a picture to an answer.

    Args:
        name: One of `TIERS`.
        size: Longest side in pixels at which pictures are measured.
        placer: Brings a picture into the space that the classifier judges in.
        method: Name of the classifier.
        model: The fitted classifier.
        rule: When it abstains, as it was saved: a promise, sets, or the plain rule.
        limit: Distance to the nearest labelled image beyond which it abstains.
        labelled: (m, d) the images it learnt from, in the space.
        clusters: The clusters in this very space; None where those of the model are asked.
    """

    name: str
    size: int
    placer: Placer
    method: str
    model: Model
    rule: Json
    limit: float
    labelled: Floats
    clusters: "NearestCluster | None" = None

    @property
    def unsure(self) -> Callable[[Floats], Bools]:
        """True for those of (n, k) probabilities that are no answer."""
        return rule_of(self.rule)


@dataclass(frozen=True, eq=False)
class NearestCluster:
    """The centres of a clustering, in the space it was made in.

    Args:
        placer: Brings a picture into that space.
        clusters: (k,) ids of the clusters.
        centres: (k, d) the mean of each.
        names: What people call them, for those that have a name.
    """

    placer: Placer
    clusters: Ints
    centres: Floats
    names: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, workspace: Workspace) -> "NearestCluster | None":
        """Those of a workspace; None where there is no clustering, or one without clusters."""
        key = workspace.current("clusterings")
        if key is None:
            return None
        clustering = workspace.load(key)
        encoder = SpaceEncoder(workspace, workspace.manifest(key).inputs[0])
        if not clustering.clusters:
            return None
        names = workspace.labels.cluster_names(key)
        present = np.array(clustering.clusters)
        return cls(encoder.placer, present, encoder.centres(clustering), names)

    def nearest(self, row: Vectors) -> int:
        """The cluster whose centre is nearest to one row of the space."""
        return int(self.clusters[distances(row.values, self.centres).argmin()])


@dataclass(frozen=True)
class Cascade:
    """Which pictures the first tier answers, and which it hands on.

    Args:
        first: The tier that sees every picture.
        then: The tier that sees those it is not sure of.
        sureness: From guessing (0) to certainty (1): how sure its best answer must be to stand;
            it must also be near enough to what people labelled.
    """

    first: str
    then: str
    sureness: float


@dataclass(frozen=True, eq=False)
class PredictionModel:
    """A model that can be used without the workspace it was made in.

    Args:
        key: Key of the predictions it was saved with.
        classes: Labels, from least to most where they are ordered.
        is_ordered: Whether they are.
        feature_version: Version of the features it learnt from.
        reading: How files are read.
        tiers: Its ways to an answer by name; "full" is always one.
        clusters: The clustering of the collection, None without one.
        card: What it was trained on, by whom, with what scores and limits.
        reference: Images of the collection by their core features, on the scale that was fitted
            on the collection, to tell whether new ones are like them.
        scale: Brings measured features onto that scale.
        same: Tiers that are another one by nature, and which: hybrid is full where the model
            learnt on features.
        cascade: How the first tier hands on; None where there is one tier only.
    """

    key: str
    classes: tuple[str, ...]
    is_ordered: bool
    feature_version: int
    reading: ReadingOptions
    tiers: Mapping[str, TierModel]
    clusters: NearestCluster | None
    card: Json
    reference: Vectors | None = None
    scale: QuantileScaling | None = None
    same: Mapping[str, str] = field(default_factory=dict)
    cascade: Cascade | None = None

    @classmethod
    def of(cls, workspace: Workspace) -> "PredictionModel":
        """The current model of a workspace.

        Raises:
            NotEnoughData: None was trained in it.
            ModelError: It was saved by a version that measured differently, or is damaged.
        """
        found = cls.alone(workspace)
        reference = reference_of(workspace, found.tiers[FULL].placer.key)
        card = card_of(workspace, found.key)
        if reference:
            card["reference"] = {"rows": len(reference.rows), "of": reference.n}
        return replace(
            found,
            clusters=NearestCluster.of(workspace),
            card=card,
            reference=reference.rows if reference else None,
            scale=reference.scale if reference else None,
        )

    @classmethod
    def alone(cls, workspace: Workspace) -> "PredictionModel":
        """The current model without what is read from all images: reference, clusters and card.

        Raises:
            NotEnoughData: None was trained in the workspace.
            ModelError: It was saved by a version that measured differently, or is damaged.
        """
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
        return cls(
            key=key,
            classes=tuple(recipe["classes"]),
            is_ordered=bool(recipe["is_ordered"]),
            feature_version=FEATURE_VERSION,
            reading=reading_of_model(workspace, recipe),
            tiers={FULL: _full(workspace, arrays, recipe)},
            clusters=None,
            card={},
        )

    def tier(self, name: str) -> TierModel:
        """One of its ways to an answer.

        Raises:
            UnknownName: It has none of that name.
        """
        own = self.same.get(name, name)
        if own not in self.tiers:
            raise UnknownName(
                f"this model has no tier {name!r}; it has: {', '.join(self.tier_names)}; "
                "`contrast bundle` makes all of them"
            )
        return self.tiers[own]

    @property
    def tier_names(self) -> tuple[str, ...]:
        """Every name that `tier` may be given when something is judged, the cheapest first."""
        own = [name for name in TIERS if name in self.tiers or name in self.same]
        return (*own, *((CASCADE,) if self.cascade else ()))

    def check_tier(self, name: str) -> None:
        """Refuse a tier that nothing can be judged by.

        Raises:
            UnknownName: It has none of that name.
        """
        if name != CASCADE or self.cascade is None:
            self.tier(name)

    def uses_network(self, name: str) -> bool:
        """True where judging by a tier needs a trained network, a cascade where it may.

        Raises:
            UnknownName: It has none of that name.
        """
        if name == CASCADE and self.cascade:
            return self.uses_network(self.cascade.first) or self.uses_network(self.cascade.then)
        way = self.tier(name)
        clusters = way.clusters or self.clusters
        return way.placer.has_network or bool(clusters and clusters.placer.has_network)

    @property
    def has_network(self) -> bool:
        """True where some way to an answer needs a trained network."""
        placers = [tier.placer for tier in self.tiers.values()]
        placers += [self.clusters.placer] if self.clusters else []
        return any(placer.has_network for placer in placers)


def _full(workspace: Workspace, arrays: Mapping[str, Floats], recipe: Json) -> TierModel:
    fitted = {n.removeprefix("model."): a for n, a in arrays.items() if n.startswith("model.")}
    return TierModel(
        name=FULL,
        size=ANALYSIS_SIZE,
        placer=SpaceEncoder(workspace, recipe["space"]).placer,
        method=recipe["method"],
        model=classifiers.stored(recipe).load(fitted),
        rule=saved_rule(recipe),
        limit=float(recipe["limit"]),
        labelled=arrays["labelled"],
    )


def saved_rule(recipe: Json) -> Json:
    """The part of a saved model's recipe that says when it abstains."""
    return {name: recipe[name] for name in ("promise", "sets", "abstaining") if recipe.get(name)}


def rule_of(recipe: Json) -> Callable[[Floats], Bools]:
    """Where the model abstains: by its promise, or as models of before did, by sets or plainly."""
    if "promise" in recipe:
        return Promise(**recipe["promise"]).unsure
    if recipe.get("sets"):
        return Sets(**recipe["sets"]).unsure
    return Abstaining.of(recipe["abstaining"]).unsure


def reading_of_model(workspace: Workspace, recipe: Json) -> ReadingOptions:
    """How files were read when a model learnt; how many pixels may be decoded is as it is now."""
    now = workspace.reading_options
    return replace(ReadingOptions.of(recipe.get("reading", {})), max_pixels=now.max_pixels)
