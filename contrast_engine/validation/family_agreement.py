"""Do features built on different ideas see the same thing in these images?"""

from itertools import combinations

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.randomness import drawn
from contrast_engine.results import Finding, Verdict
from contrast_engine.validation import checks
from contrast_engine.validation.context import Context, unknown
from contrast_engine.validation.correlation import fisher_interval, spearman
from contrast_engine.validation.intervals import Interval, spearman_intervals
from contrast_engine.vectors import Vectors

CHECK = "family_agreement"

FAMILY_FEATURES = {
    "global": ("c_rms", "overall spread of brightness"),
    "multiscale": ("gcf", "contrast summed over many sizes"),
    "local": ("lc_mean", "contrast within small areas"),
    "frequency": ("hl_ratio", "fine against coarse detail"),
    "colour": ("chroma_contrast", "contrast of colourfulness"),
}
"""One feature stands for each family, so that its numbers can be held against published ones."""

AMOUNT = frozenset({"global", "multiscale", "local"})
"""Families that claim to measure the amount of contrast; the others measure something beside it."""

TRAINED = "global"
"""The family the source article trains on: agreement beyond it is the real test."""

REFERENCE = {("global", "multiscale"): 0.37, ("global", "local"): 0.55}
"""Spearman on 500 photographs (docs/validation.md#family-agreement)."""

AT_LEAST = 20
CLEARLY = 0.3
MOST = 20_000
"""Images it is computed on at most; a larger collection is sampled and the finding says so. An
interval of a correlation near 0 is then .03 wide."""


def sample_question(n: int) -> Json:
    """What the question of a report says of the images that are compared, where not all are."""
    return {"family_agreement_images": MOST} if n > MOST else {}


@checks.add(CHECK)
def family_agreement(context: Context) -> list[Finding]:
    """Whether features built on different ideas order the images alike."""
    features = context.features
    if features is None or len(features) < AT_LEAST:
        return unknown(CHECK, f"Comparing features needs at least {AT_LEAST} measured images; "
                       "add and measure more.")  # fmt: skip
    here = [family for family, (name, _) in FAMILY_FEATURES.items() if name in features.columns]
    total = len(features)
    features = _part(features, context)
    findings = []
    pairs = list(combinations(here, 2))
    intervals = _intervals(context, features, here)
    for one, two in pairs:
        findings.append(_together(features, one, two, total, intervals.get((one, two))))
    controls = [c for c in context.families.get(TRAINED, ()) if c in features.columns]
    if controls:
        findings += [
            _beyond(features, one, two, features.select(controls), total)
            for one, two in pairs
            if TRAINED not in (one, two)
        ]
    return findings


def _part(features: Vectors, context: Context) -> Vectors:
    """The features that are compared, of all images or a seeded part of very many."""
    images = features.images
    if len(images) > MOST:
        rows = drawn(len(images), MOST, context.seed, "validation", CHECK)
        images = ImageSet(images.numbers[rows])
    asked = [name for name, _ in FAMILY_FEATURES.values()] + list(context.families.get(TRAINED, ()))
    names = tuple(name for name in dict.fromkeys(asked) if name in features.columns)
    at = features.places(images) if len(images) < len(features) else np.arange(len(features))
    ids = ImageIds(features.numbers[at])
    columns = [features.at_rows(name, at, is_last=False) for name in names]
    return Vectors(ids, np.column_stack(columns) if columns else np.zeros((len(ids), 0)), names)


def _intervals(
    context: Context, features: Vectors, families: list[str]
) -> dict[tuple[str, str], Interval]:
    """The 95 % intervals over contents; none where no two images are nearly one picture."""
    content = np.arange(len(features))
    for group in context.alike:
        rows = features.rows_of(group)
        content[rows] = rows.min(initial=len(features))
    if len(np.unique(content)) == len(content):
        return {}
    columns = [features.column(FAMILY_FEATURES[family][0]) for family in families]
    found = spearman_intervals(
        columns, content.tolist(), seed=context.seed, progress=context.progress
    )
    return {(families[i], families[j]): interval for (i, j), interval in found.items()}


def _together(
    features: Vectors, one: str, two: str, total: int, over_contents: Interval | None
) -> Finding:
    (first, said), (second, told) = FAMILY_FEATURES[one], FAMILY_FEATURES[two]
    r = spearman(features.column(first), features.column(second))
    space = f"{first} and {second}, unscaled, {_images(features, total)}"
    if r is None:
        return _constant(space)
    low, high = fisher_interval(r, len(features))
    if over_contents is not None:
        low, high = over_contents.low, over_contents.high
        space += f", {over_contents.contents:,} different pictures"
    verdict, words = _judge(low, is_amount={one, two} <= AMOUNT)
    known = REFERENCE.get((one, two))
    usual = f" On 500 reference photographs these two agreed at {known:.2f}." if known else ""
    note = f"The {said} and the {told} {words}.{usual}"
    return Finding(CHECK, r, len(features), space, verdict, note, low, high, null=0.0)


def _images(features: Vectors, total: int) -> str:
    drawn_from = "" if len(features) == total else f" drawn from {total:,}"
    return f"{len(features):,} images{drawn_from}"


def _beyond(features: Vectors, one: str, two: str, controls: Vectors, total: int) -> Finding:
    (first, said), (second, told) = FAMILY_FEATURES[one], FAMILY_FEATURES[two]
    r = spearman(features.column(first), features.column(second), controls.values)
    space = (
        f"{first} and {second} with {len(controls.columns)} overall brightness features held "
        f"constant, {_images(features, total)}"
    )
    if r is None:
        return _constant(space)
    low, high = fisher_interval(r, len(features), len(controls.columns))
    verdict: Verdict = "pass" if low >= CLEARLY else "warn"
    words = (
        "still agree clearly: they share something of their own"
        if verdict == "pass"
        else "agree a little: they share something small of their own"
        if low > 0
        else "do not agree: they do not confirm each other"
    )
    note = f"Among images alike in overall brightness, the {said} and the {told} {words}."
    return Finding(CHECK, r, len(features), space, verdict, note, low, high, null=0.0)


def _judge(low: float, *, is_amount: bool) -> tuple[Verdict, str]:
    if low >= CLEARLY:
        return "pass", "order these images alike"
    if not is_amount:
        return "warn", "show different sides of these images; do not read one for the other"
    if low > 0:
        return "warn", "agree only in part, so say which one you mean by contrast"
    return "fail", "do not order these images alike, so one word 'contrast' does not fit both"


def _constant(space: str) -> Finding:
    note = "One of the two features is the same for all images, so there is nothing to compare."
    return Finding(CHECK, None, 0, space, "unknown", note, better="")
