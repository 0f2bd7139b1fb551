"""Do features built on different ideas see the same thing in these images?"""

from itertools import combinations

from contrast_engine.results import Finding, Verdict
from contrast_engine.validation import checks
from contrast_engine.validation.context import Context, unknown
from contrast_engine.validation.correlation import fisher_interval, spearman
from contrast_engine.validation.intervals import cluster_bootstrap, spearman_of
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


@checks.add(CHECK)
def family_agreement(context: Context) -> list[Finding]:
    """Whether features built on different ideas order the images alike."""
    features = context.features
    if features is None or len(features) < AT_LEAST:
        return unknown(CHECK, f"Comparing features needs at least {AT_LEAST} measured images; "
                       "add and measure more.")  # fmt: skip
    here = [family for family, (name, _) in FAMILY_FEATURES.items() if name in features.columns]
    findings = []
    pairs = list(combinations(here, 2))
    for done, (one, two) in enumerate(pairs):
        context.progress.tick(done, len(pairs), "family agreement")
        findings.append(_together(context, features, one, two))
    controls = [c for c in context.families.get(TRAINED, ()) if c in features.columns]
    if controls:
        findings += [
            _beyond(features, one, two, features.select(controls))
            for one, two in pairs
            if TRAINED not in (one, two)
        ]
    return findings


def _together(context: Context, features: Vectors, one: str, two: str) -> Finding:
    (first, said), (second, told) = FAMILY_FEATURES[one], FAMILY_FEATURES[two]
    r = spearman(features.column(first), features.column(second))
    space = f"{first} and {second}, unscaled, {len(features):,} images"
    if r is None:
        return _constant(space)
    low, high, content = _interval(context, features, first, second)
    verdict, words = _judge(low, is_amount={one, two} <= AMOUNT)
    known = REFERENCE.get((one, two))
    usual = f" On 500 reference photographs these two agreed at {known:.2f}." if known else ""
    note = f"The {said} and the {told} {words}.{usual}"
    space += content
    return Finding(CHECK, r, len(features), space, verdict, note, low, high, null=0.0)


def _interval(
    context: Context, features: Vectors, first: str, second: str
) -> tuple[float, float, str]:
    """The 95 % interval; over contents where some images are known to be nearly one picture."""
    first_of = {image: group[0] for group in context.alike for image in group}
    contents = [first_of.get(image, image) for image in features.ids]
    one, two = features.column(first), features.column(second)
    if len(set(contents)) == len(contents):
        return *fisher_interval(spearman(one, two) or 0.0, len(features)), ""
    found = cluster_bootstrap(spearman_of(one, two), contents, seed=context.seed)
    return found.low, found.high, f", {found.contents:,} different pictures"


def _beyond(features: Vectors, one: str, two: str, controls: Vectors) -> Finding:
    (first, said), (second, told) = FAMILY_FEATURES[one], FAMILY_FEATURES[two]
    r = spearman(features.column(first), features.column(second), controls.values)
    space = (
        f"{first} and {second} with {len(controls.columns)} overall brightness features held "
        f"constant, {len(features):,} images"
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
