"""Do the labels reach every part of the collection and every kind of image?"""

from collections import Counter

from contrast_engine.imageset import ImageSet
from contrast_engine.results import Finding, Verdict
from contrast_engine.validation import checks
from contrast_engine.validation.context import Context, unknown

CHECK = "label_coverage"
EACH = 5
"""Labels of a kind below which a model cannot learn it (own choice)."""


@checks.add(CHECK)
def label_coverage(context: Context) -> list[Finding]:
    """How many labels each kind and each cluster has, and how many images get an answer."""
    if context.space is None:
        return unknown(CHECK, "Nothing is measured yet; measure the collection first.")
    found = Counter(
        label for image, label in context.labels.items() if image in context.space.images
    )
    if not found:
        return unknown(CHECK, "No image is labelled; label a few representatives of each cluster.")
    findings = [_kinds(found, context), *_clusters(context)]
    if context.predictions is not None and context.is_current:
        findings.append(_answers(context))
    return findings


def _kinds(found: Counter[str], context: Context) -> Finding:
    names = list(dict.fromkeys([*context.order, *found]))
    fewest = min(names, key=lambda name: found[name])
    value = found[fewest]
    verdict: Verdict = "pass" if value >= EACH else "warn" if value else "fail"
    note = {
        "pass": f"Every kind of label has at least {EACH} images.",
        "warn": f"Only {value} labelled as {fewest!r}; label at least {EACH} of every kind.",
        "fail": f"No image is labelled {fewest!r}, so no image can ever be given that label.",
    }[verdict]
    space = f"fewest labels of a kind, among {len(names)} kinds"
    return Finding(CHECK, float(value), found.total(), space, verdict, note)


def _clusters(context: Context) -> list[Finding]:
    clustering = context.clustering
    if clustering is None or not clustering.clusters:
        return []
    labelled = ImageSet.of(context.labels) & clustering.ids.images
    reached = set(clustering.cluster[clustering.ids.places(labelled)].tolist())
    empty = [c for c in clustering.clusters if c not in reached]
    value = 1 - len(empty) / len(clustering.clusters)
    note = "Every cluster has a labelled image."
    if empty:
        names = ", ".join(str(c) for c in empty)
        note = f"No image is labelled in cluster {names}: what is said about it is a guess."
    n = len(clustering.clusters)
    space = f"share of {n} clusters with a labelled image"
    return [Finding(CHECK, value, n, space, "warn" if empty else "pass", note)]


def _answers(context: Context) -> Finding:
    assert context.predictions is not None
    n = len(context.predictions)
    value = float(1 - context.predictions.abstains.mean())
    verdict: Verdict = "pass" if value >= 0.8 else "warn" if value >= 0.5 else "fail"
    note = f"The model dares to answer for {value:.0%} of the images."
    if verdict != "pass":
        note = f"{note} Label some of those it leaves open."
    return Finding(CHECK, value, n, "share of the collection answered", verdict, note)
