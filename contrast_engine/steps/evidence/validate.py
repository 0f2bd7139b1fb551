"""validate: every check on the results as they stand, as one report."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from contrast_engine.arrays import Json
from contrast_engine.clusterings import Clusterer, clusterings
from contrast_engine.errors import PluginError
from contrast_engine.features import features as registered
from contrast_engine.pace import paced
from contrast_engine.progress import OVERALL, SILENT, Progress, in_parts
from contrast_engine.pseudo_labels.leaks import groups_hash
from contrast_engine.results import Finding, Report
from contrast_engine.steps.evidence.confounders import confounders
from contrast_engine.steps.evidence.downstream import findings_of
from contrast_engine.steps.evidence.known_changes import known_changes
from contrast_engine.steps.labels.annotator_agreement import ratings, ratings_hash
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.models.label_pipeline import pairs_hash, same_pictures_among
from contrast_engine.steps.structure.cluster import STEP as CLUSTERED
from contrast_engine.steps.structure.spaces import space
from contrast_engine.store import Artifact, Manifest, Workspace
from contrast_engine.validation import Context, checks, unknown
from contrast_engine.validation.family_agreement import sample_question
from contrast_engine.validation.kept_evidence import kept_evidence
from contrast_engine.validation.separation import Evidence

STEP = "validate@2"

KINDS = ("features", "clusterings", "maps", "predictions")
"""Kinds of results that are judged; the order is part of the report's key."""

ORDER = (
    "known_answers", "family_agreement", "known_changes", "separate_groups", "stability",
    "map_faithfulness", "people_agree", "label_shortcuts", "learned_order", "held_out_labels",
    "promises", "label_coverage", "downstream",
)  # fmt: skip
"""The order of docs/validation.md; checks added elsewhere follow, what is missing comes last."""


def validate(workspace: Workspace, *, seed: int = 0, progress: Progress = SILENT) -> str:
    """Key of the report of every check on the current results.

    Raises:
        NotEnoughData: Nothing is measured yet.
    """
    progress = paced(progress, "validate", workspace, "looking what is there")
    changing, progress = in_parts(progress, 1, 4)
    context, inputs = _context(workspace, seed, changing)
    names = _in_order()
    question = {"checks": list(names), **_plugins(names)}
    question |= sample_question(len(context.features or ()))
    artifact = Artifact("reports", STEP, question, inputs, seed)
    if not workspace.has(artifact):
        findings: list[Finding] = []
        shares = SHARES | ({} if context.evidence is None else KEPT_SHARES)
        parts = in_parts(progress, *(shares.get(name, 1) for name in names))
        for part, name in zip(parts, names, strict=True):
            within = _Within(part, name.replace("_", " "))
            within.tick(0, 1)
            findings += _checked(name, replace(context, progress=within))
        progress.tick(100, 100, "done")
        workspace.save(artifact, Report(tuple(findings)), _summary(findings))
    workspace.make_current("reports", artifact.key)
    return artifact.key


def _plugins(names: tuple[str, ...]) -> Json:
    """The plugins that checks are from, in the recipe of the report; nothing where all are ours."""
    found = {name: by["plugin"] for name in names if (by := checks.made_by(name))}
    return {"plugins": found} if found else {}


def _checked(name: str, context: Context) -> list[Finding]:
    """What a check finds; one of another package that fails is a finding that says so."""
    try:
        with checks.running(name):
            found = list(checks[name](context))
            if not all(isinstance(one, Finding) for one in found):
                raise TypeError("gave what is no Finding")
            return found
    except PluginError as error:
        return unknown(name, f"{error}.")


SHARES = {"stability": 20, "separate_groups": 10, "missing_evidence": 0.1}
"""Time of the checks beside that of the others, each about 1 (10,000 images)."""

KEPT_SHARES = {"separate_groups": 0.1}
"""Of those that take next to no time where their answer was saved with the clusters."""


class _Within:
    """Makes the progress of one check a part of the whole; it waits while the check begins anew."""

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress, self._name = progress, name
        self._most = 0.0

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        far = metrics.pop(OVERALL, done / total if total else 0.0)
        self._most = max(self._most, far)
        self._progress.tick(round(100 * self._most), 100, self._name, **metrics)


def _in_order() -> tuple[str, ...]:
    place = {name: position for position, name in enumerate(ORDER)}
    last = {"missing_evidence": len(place) + 1}
    return tuple(sorted(checks, key=lambda n: ((place | last).get(n, len(place)), n)))


def _summary(findings: list[Finding]) -> dict[str, int]:
    counts = Counter(finding.verdict for finding in findings)
    return {verdict: counts[verdict] for verdict in ("pass", "warn", "fail", "unknown")}


@dataclass(frozen=True)
class _Current:
    """The current results: their keys, contents and manifests by kind."""

    keys: Mapping[str, str]
    loaded: Mapping[str, Any]
    made: Mapping[str, Manifest]

    @classmethod
    def of(cls, workspace: Workspace) -> "_Current":
        found = {kind: workspace.current(kind) for kind in KINDS}
        keys = {kind: key for kind, key in found.items() if key}
        return cls(
            keys,
            {kind: workspace.load(key) for kind, key in keys.items()},
            {kind: workspace.manifest(key) for kind, key in keys.items()},
        )

    @property
    def on(self) -> str:
        """What the predictions were learnt from, or the clusters where there are none."""
        for kind in ("predictions", "clusterings"):
            if kind in self.made:
                return str(self.made[kind].details.get("on", "features"))
        return "features"

    @property
    def training(self) -> Json:
        return self.made["predictions"].details if "predictions" in self.made else {}

    @property
    def pictures(self) -> str:
        """Names the nearly same pictures that the model was judged without; empty for none."""
        made = self.made.get("predictions")
        return str(made.recipe.get("pictures", "")) if made else ""

    @property
    def clusterer(self) -> Clusterer | None:
        if "clusterings" not in self.made:
            return None
        recipe = self.made["clusterings"].recipe
        if recipe["method"] not in clusterings:
            return None
        return clusterings[recipe["method"]].of(recipe["options"])

    def evidence(self, space_key: str, seed: int) -> Evidence | None:
        """What the clusters were saved with, where they were made so: in this space, by this seed.

        Clusters that people changed, or that further images joined, are judged anew.
        """
        made = self.made.get("clusterings")
        if made is None or made.step != CLUSTERED or made.seed != seed:
            return None
        return kept_evidence(made.details) if made.inputs[:1] == (space_key,) else None

    @property
    def map_name(self) -> str:
        return str(self.made["maps"].recipe.get("method", "map")) if "maps" in self.made else ""

    def outdated(self, space_key: str) -> frozenset[str]:
        """Which of the clusters and the map were made in another space."""
        return frozenset(
            name
            for kind, name in (("clusterings", "clusters"), ("maps", "map"))
            if kind in self.made and space_key not in self.made[kind].inputs
        )


def _context(
    workspace: Workspace, seed: int, progress: Progress
) -> tuple[Context, tuple[str, ...]]:
    """The current results, and the keys that the report depends on."""
    current = _Current.of(workspace)
    here = space(workspace, current.on)
    labels = consensus_labels(workspace).of
    measured = {i: label for i, label in labels.items() if i in here.vectors.images}
    alike = same_pictures_among(workspace, measured)
    on_outcomes, asked = findings_of(workspace)
    known, training = workspace.labels.label_set(), current.training
    changes = known_changes(workspace, current.on, seed=seed, progress=progress)
    context = Context(
        features=current.loaded["features"],
        confounders=confounders(workspace, current.loaded["features"]),
        changes=changes.details,
        families=_families(),
        space=here.vectors,
        space_name=here.name,
        clustering=current.loaded.get("clusterings"),
        clusterer=current.clusterer,
        evidence=current.evidence(here.key, seed),
        map=current.loaded.get("maps"),
        map_name=current.map_name,
        labels=labels,
        order=tuple(dict.fromkeys([*training.get("classes", ()), *known.labels])),
        is_ordered=bool(training.get("is_ordered", known.is_ordered)),
        ratings=ratings(workspace),
        compared=len(workspace.comparisons.all()),
        predictions=current.loaded.get("predictions"),
        alike=alike,
        training=training,
        is_current=(training.get("labels_hash"), training.get("space_key"), current.pictures)
        == (pairs_hash(measured), here.key, groups_hash(alike)),
        downstream=on_outcomes,
        outdated=current.outdated(here.key),
        seed=seed,
    )
    inputs = (
        *current.keys.values(),
        *asked,
        pairs_hash(labels),
        str(known),
        ratings_hash(workspace),
        f"{context.compared} comparisons",
        changes.key,
        *([groups_hash(alike)] if alike else []),
    )
    return context, inputs


def _families() -> dict[str, tuple[str, ...]]:
    """The registered features of each family."""
    families: dict[str, tuple[str, ...]] = {}
    for name, feature in registered.items():
        families[feature.family] = (*families.get(feature.family, ()), name)
    return families
