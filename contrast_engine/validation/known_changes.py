"""Does the space in use follow changes of known strength, and contrast rather than brightness?"""

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.imageset import ImageSet
from contrast_engine.pseudo_labels.scores import wilson
from contrast_engine.randomness import drawn
from contrast_engine.results import Finding, Verdict
from contrast_engine.validation import checks
from contrast_engine.validation.context import Context, unknown
from contrast_engine.validation.sensitivity import read_out
from contrast_engine.validation.shortcuts import CONTRAST, LEAST, STRONG, Audit, amount, audit
from contrast_engine.vectors import Vectors

CHECK = "known_changes"
FOLLOWS = 0.9
"""Rank correlation with the known strengths from which an image's ladder is followed: of five steps
one pair of neighbours may be swapped (own choice),"""

ENOUGH = 0.8
"""share of the images that must be followed,"""

MAJORITY = 0.5
"""and what the interval of that share must lie above to pass, or below to fail."""

BY_CHANCE = 5 / 120
"""Share of the orders of five steps that reach that: the right one and four with one swap."""

MOST = 2000
"""Images the confounders are looked for in at most; a larger collection is sampled."""

DISPUTED = frozenset({"s_curve"})
"""On dark photographs an S-curve takes contrast away: most must be followed, and it never fails."""

CHANGES = {"scale": "a stretch of contrast", "haze": "less and less haze", "s_curve": "an S-curve"}


@checks.add(CHECK)
def known_changes(context: Context) -> list[Finding]:
    """Whether the space follows known changes of photographs, and contrast, not confounders."""
    if context.space is None or context.features is None:
        return unknown(CHECK, "No image is measured, so nothing is known of what the space follows;"
                       " measure the collection.")  # fmt: skip
    return [*_ladders(context), *followed(context)]


def _ladders(context: Context) -> list[Finding]:
    """One finding per known change, or why they could not be made."""
    found = context.changes
    if not found.get("ladders"):
        why = found.get("why_not", "no photograph was changed by known amounts")
        return unknown(
            CHECK, f"Ladders not run: {why}.", space=context.space_name,
            then="Scan the folder of the originals again, or use the measured features or an "
            "encoder trained here as the space.",
        )  # fmt: skip
    total, space = len(context.space or ()), context.space_name
    findings = []
    for name, each in found["ladders"].items():
        n, right = len(each), sum(rho >= FOLLOWS for rho in each)
        share, (low, high) = right / n, wilson(right, n)
        low, high = min(low, share), max(high, share)  # all right is 1 up to rounding
        verdict = _of_share(name, share, low, high)
        note = (
            f"In {right} of {n} photographs (drawn from {total:,}) the space follows "
            f"{CHANGES.get(name, name)} made in five known steps; chance does in {BY_CHANCE:.0%}."
        )
        to_do = "" if verdict == "pass" else (
            "Choose a space that follows it: the measured features, or an encoder that passes "
            "its sensitivity test."
        )  # fmt: skip
        findings.append(Finding(CHECK, share, n, f"{name} ladder, by {found['by']}; {space}",
                                verdict, note, low, high, BY_CHANCE, next=to_do))  # fmt: skip
    return findings


def _of_share(name: str, share: float, low: float, high: float) -> Verdict:
    if name in DISPUTED:
        return "pass" if share > MAJORITY else "warn"
    if high < MAJORITY:
        return "fail"
    return "pass" if share >= ENOUGH and low > MAJORITY else "warn"


def followed(context: Context) -> list[Finding]:
    """Whether what the space tells of contrast follows it, and each confounder."""
    space, features, others = context.space, context.features, context.confounders
    columns = [name for name in CONTRAST if features is not None and name in features.columns]
    if space is None or features is None or others is None or not columns:
        return unknown(CHECK, "Contrast, brightness and size are not known of these images; "
                       "measure the collection again.", space=context.space_name)  # fmt: skip
    ids = _sample(space, features, others, context.seed)
    if len(ids) < LEAST:
        return unknown(CHECK, f"{len(ids)} measured images are too few to tell contrast from "
                       f"brightness; {LEAST} are needed.", space=context.space_name)  # fmt: skip
    contrast = features.take(ids).select(columns).values
    score = _score(space.take(ids), amount(contrast), context.seed)
    rows = others.take(ids)
    found = audit(score, contrast, {name: rows.column(name) for name in rows.columns})
    part = "" if len(ids) == len(space) else f" of {len(space):,}"
    where = f"{context.space_name}; {len(ids):,} images{part}"
    return [_of_contrast(found, where), *_of_confounders(found, where)]


def _sample(space: Vectors, features: Vectors, others: Vectors, seed: int) -> ImageSet:
    images = space.images & features.images & others.images
    return ImageSet(images.numbers[drawn(len(images), MOST, seed, "validation", CHECK)])


def _score(space: Vectors, contrast: Floats, seed: int) -> Floats:
    """The space's own score, or what a map fitted on other images reads of contrast in it."""
    if "score" in space.columns:
        return space.column("score")
    if np.ptp(space.values, axis=0).max(initial=0.0) <= 0:
        return np.zeros(len(space))
    return read_out(space.values, contrast, seed)


def _of_contrast(found: Audit, where: str) -> Finding:
    value, (low, high) = found.follows, found.follows_interval
    to_do = {
        "fail": "Choose another space: this one cannot tell how much contrast an image has.",
        "warn": "Compare it with the measured features as a space.",
        "unknown": "Add images that differ in contrast.",
        "pass": "",
    }[found.verdict]
    if value is None:
        return Finding(CHECK, None, 0, where, found.verdict, found.note, next=to_do)
    return Finding(CHECK, value, found.images, f"following contrast; {where}", found.verdict,
                   found.note, low, high, 0.0, next=to_do)  # fmt: skip


def _of_confounders(found: Audit, where: str) -> list[Finding]:
    """One finding per confounder that varies."""
    findings = []
    for name, r in found.partial.items():
        if r is None:
            continue
        low, high = found.interval[name]
        is_strong = abs(r) >= STRONG
        verdict: Verdict = "pass" if not is_strong else (
            "fail" if found.verdict == "fail" else "warn"
        )  # fmt: skip
        note = (
            f"Among images of equal contrast what the space tells of it "
            f"{'follows' if is_strong else 'does not strongly follow'} {name} ({r:+.2f}, "
            f"{low:+.2f} to {high:+.2f})."
        )
        to_do = f"Compare images that differ in {name} only." if is_strong else ""
        findings.append(Finding(CHECK, r, found.images, f"following {name}; {where}", verdict, note,
                                low, high, 0.0, "", to_do))  # fmt: skip
    return findings
