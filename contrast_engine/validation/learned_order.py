"""Does the learned order agree with features the model never saw?"""

import dataclasses

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.imageset import ImageSet
from contrast_engine.pseudo_labels import Folds, Labelled, classifiers, gather
from contrast_engine.randomness import drawn, generator
from contrast_engine.results import Finding
from contrast_engine.validation import checks
from contrast_engine.validation.context import Context, unknown
from contrast_engine.validation.correlation import fisher_interval, spearman
from contrast_engine.validation.family_agreement import AT_LEAST, FAMILY_FEATURES
from contrast_engine.vectors import Vectors

CHECK = "learned_order"
SHUFFLES = 20
MOST = 2000
"""Images it is computed on at most; a larger collection is sampled and the finding says so."""
LABELS = 11


@checks.add(CHECK)
def learned_order(context: Context) -> list[Finding]:
    """Whether the learned order follows features that were kept from the model."""
    features, space = context.features, context.space
    if features is None or space is None or len(space) < AT_LEAST:
        return unknown(CHECK, f"Judging a learned order needs at least {AT_LEAST} measured images.")
    if not context.is_ordered:
        return unknown(CHECK, "The labels have no order, so there is no learned order to judge; "
                       "order the label set from least to most if it has one.")  # fmt: skip
    # of nearly one picture one label counts: shuffled twins would agree less than real ones
    again = {image for group in context.alike for image in sorted(group)[1:]}
    labels = {image: label for image, label in context.labels.items()
              if image in space.images and image not in again}  # fmt: skip
    if len(labels) < LABELS or len(set(labels.values())) < 2:
        return unknown(CHECK, f"A learned order needs at least {LABELS} labelled images of two "
                       f"kinds, there are {len(labels)}; label more.")  # fmt: skip
    sample = _sample(space, ImageSet.of(labels), context.seed)
    findings = []
    for done, (family, (feature, words)) in enumerate(FAMILY_FEATURES.items()):
        context.progress.tick(done, len(FAMILY_FEATURES), "learned order")
        kept = [c for c in space.columns if c not in context.families.get(family, ())]
        if feature in features.columns and 0 < len(kept) < len(space.columns):
            labelled = gather(sample.select(kept), labels, context.order, is_ordered=True)
            held_out = features.take(sample.ids).column(feature)
            findings.append(_finding(context, labelled, held_out, feature, words, len(space)))
    return findings or unknown(CHECK, "The features were not found; measure the collection again.")


def _finding(
    context: Context, labelled: Labelled, held_out: Floats, feature: str, words: str, total: int
) -> Finding:
    n = len(labelled.space)
    part = "" if n == total else f" drawn from {total:,}"
    space = f"model without the family of {feature}, {n:,} images{part}"
    r = spearman(_levels(labelled), held_out)
    if r is None:
        note = "The feature kept from the model is the same for all images: nothing to compare."
        return Finding(CHECK, None, 0, space, "unknown", note, better="")
    low, high = fisher_interval(r, n)
    null = _by_chance(labelled, held_out, context.seed)
    is_beyond = max(low, -high) > null
    note = (
        f"The order learnt from your labels {'follows' if r > 0 else 'runs against'} the {words}, "
        "which the model never saw, more than meaningless labels would."
        if is_beyond
        else f"The order learnt from your labels does not follow the {words} more than "
        "meaningless labels would; that is fine only if you did not mean it."
    )
    return Finding(CHECK, r, n, space, "pass" if is_beyond else "warn", note, low, high, null,
                   better="")  # fmt: skip


def _levels(labelled: Labelled) -> Floats:
    """(n,) expected place of each image on the scale of the labels."""
    nothing_held_out = Folds(np.zeros((0, len(labelled)), dtype=np.bool_), repeats=1)
    *_, last = classifiers["ordinal"]().fit(labelled, nothing_held_out)
    probability = last.model.predict_proba(labelled.space.values)
    levels: Floats = probability @ np.arange(probability.shape[1])
    return levels


def _by_chance(labelled: Labelled, held_out: Floats, seed: int) -> float:
    """95th percentile of the agreement that shuffled labels reach, in either direction."""
    rng = generator(seed, "validation", CHECK, "shuffle")
    reached = []
    for _ in range(SHUFFLES):
        shuffled = dataclasses.replace(labelled, codes=rng.permutation(labelled.codes))
        reached.append(abs(spearman(_levels(shuffled), held_out) or 0.0))
    return float(np.quantile(reached, 0.95))


def _sample(space: Vectors, labelled: ImageSet, seed: int) -> Vectors:
    """Keep the labelled images and enough others, drawn by seed."""
    if len(space) <= MOST:
        return space
    others = (space.images - labelled).numbers
    rows = drawn(len(others), max(MOST - len(labelled), 0), seed, "validation", CHECK)
    return space.take(labelled | ImageSet(others[rows]))
