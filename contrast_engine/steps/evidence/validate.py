"""validate: every check on the results as they stand, as one report."""

from collections import Counter
from dataclasses import replace

from contrast_engine.features import features as registered
from contrast_engine.progress import SILENT, Progress
from contrast_engine.results import Finding, Report
from contrast_engine.steps.labels.annotator_agreement import ratings, ratings_hash
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.models.pseudo_label import pairs_hash
from contrast_engine.steps.structure.spaces import space
from contrast_engine.store import Artifact, Workspace
from contrast_engine.validation import Context, checks

STEP = "validate@1"

LADDER = (
    "family_agreement", "learned_order", "stability", "separate_groups", "map_faithfulness",
    "held_out_labels", "label_coverage",
)  # fmt: skip
"""The order of docs/validation.md; checks added elsewhere follow, what is missing comes last."""


def validate(workspace: Workspace, *, seed: int = 0, progress: Progress = SILENT) -> str:
    """Run every check on the current results and save the report; give its key.

    Raises:
        NotEnoughData: Nothing is measured yet.
    """
    context, inputs = _context(workspace, seed)
    names = _in_ladder_order()
    artifact = Artifact("reports", STEP, {"checks": list(names)}, inputs, seed)
    if not workspace.has(artifact):
        findings: list[Finding] = []
        for place, name in enumerate(names):
            within = _Within(progress, place, len(names), name.replace("_", " "))
            within.tick(0, 1)
            findings += checks[name](_with(context, within))
        progress.tick(100 * len(names), 100 * len(names), "done")
        workspace.save(artifact, Report(tuple(findings)), _summary(findings))
    workspace.make_current("reports", artifact.key)
    return artifact.key


class _Within:
    """Makes the progress of one check a part of the whole."""

    def __init__(self, progress: Progress, place: int, of: int, name: str) -> None:
        self._progress, self._place, self._of, self._name = progress, place, of, name

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        part = round(100 * done / total) if total else 0
        self._progress.tick(100 * self._place + part, 100 * self._of, self._name, **metrics)


def _in_ladder_order() -> tuple[str, ...]:
    place = {name: position for position, name in enumerate(LADDER)}
    last = {"missing_evidence": len(place) + 1}
    return tuple(sorted(checks, key=lambda n: ((place | last).get(n, len(place)), n)))


def _with(context: Context, progress: Progress) -> Context:
    return replace(context, progress=progress)


def _summary(findings: list[Finding]) -> dict[str, int]:
    counts = Counter(finding.verdict for finding in findings)
    return {verdict: counts[verdict] for verdict in ("pass", "warn", "fail", "unknown")}


def _context(workspace: Workspace, seed: int) -> tuple[Context, tuple[str, ...]]:
    """Gather the current results, and the keys that the report depends on."""
    from contrast_engine.clusterings import clusterings

    keys = {kind: workspace.current(kind) for kind in
            ("features", "clusterings", "maps", "predictions")}  # fmt: skip
    loaded = {kind: workspace.load(key) for kind, key in keys.items() if key}
    made = {kind: workspace.manifest(key) for kind, key in keys.items() if key}
    judged = next((made[k].details for k in ("predictions", "clusterings") if k in made), {})
    here = space(workspace, str(judged.get("on", "features")))
    labels = consensus_labels(workspace).of
    measured = {i: label for i, label in labels.items() if i in here.vectors.rows}
    known = workspace.labels.label_set()
    training = made["predictions"].details if "predictions" in made else {}
    is_ordered = bool(training.get("is_ordered", known.is_ordered))
    clusterer = None
    if "clusterings" in made:
        recipe = made["clusterings"].recipe
        clusterer = clusterings[recipe["method"]].of(recipe["options"])
    families: dict[str, tuple[str, ...]] = {}
    for name, feature in registered.items():
        families[feature.family] = (*families.get(feature.family, ()), name)
    context = Context(
        features=loaded["features"],
        families=families,
        space=here.vectors,
        space_name=here.name,
        clustering=loaded.get("clusterings"),
        clusterer=clusterer,
        map=loaded.get("maps"),
        map_name=str(made["maps"].recipe.get("method", "map")) if "maps" in made else "",
        labels=labels,
        order=tuple(dict.fromkeys([*training.get("classes", ()), *known.labels])),
        is_ordered=is_ordered,
        ratings=ratings(workspace),
        compared=len(workspace.comparisons.all()),
        predictions=loaded.get("predictions"),
        training=training,
        is_current=(training.get("labels_hash"), training.get("space_key"))
        == (pairs_hash(measured), here.key),
        outdated=frozenset(
            name
            for kind, name in (("clusterings", "clusters"), ("maps", "map"))
            if kind in made and here.key not in made[kind].inputs
        ),
        seed=seed,
    )
    spoken = ratings_hash(workspace)
    inputs = (
        *(key for key in keys.values() if key), pairs_hash(labels), str(known), spoken,
        f"{context.compared} comparisons",
    )  # fmt: skip
    return context, inputs
