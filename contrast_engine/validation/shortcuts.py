"""The shortcut audit: does a score follow contrast, or something that happens to go with it?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.results import Verdict
from contrast_engine.validation.correlation import fisher_interval, ranks, spearman

STRONG = 0.5
"""Partial correlation with a confounder from which on a score is said to follow it."""

FOLLOWS = 0.3
"""Correlation with contrast that a score must be able to have to be said to follow it."""

CONTRAST = ("c_rms", "sigma_l", "gcf", "lc_mean")
"""Features of the amount of contrast, whose mean rank stands for it."""

LEAST = 20


@dataclass(frozen=True)
class Audit:
    """What a score follows.

    Args:
        partial: Partial Spearman correlation of the score with each confounder, the measured
            contrast held constant; None where the confounder does not vary.
        interval: 95 % interval of each.
        follows: Spearman correlation with the measured contrast; None where one does not vary.
        follows_interval: Its 95 % interval.
        contrast: That with the measured contrast, all confounders held constant.
        contrast_interval: Its 95 % interval.
        verdict: pass, warn, fail or unknown.
        note: The verdict in one sentence.
        images: Images it rests on.
    """

    partial: dict[str, float | None]
    interval: dict[str, tuple[float, float]]
    follows: float | None
    follows_interval: tuple[float, float]
    contrast: float | None
    contrast_interval: tuple[float, float]
    verdict: Verdict
    note: str
    images: int


def audit(score: Floats, contrast: Floats, confounders: Mapping[str, Floats]) -> Audit:
    """Whether a score follows measured contrast, and partial correlations with confounders.

    Fails where the score does not vary, where it does not follow contrast at all, and where it
    follows a confounder strongly and more than contrast itself; warns where it follows one strongly
    all the same, where it follows contrast weakly, or where nothing of that is left once the
    confounders are held constant.

    Args:
        score: (n,) the score of each image.
        contrast: (n, q) features of the amount of contrast.
        confounders: What it must not follow, by name, (n,) each.
    """
    n = len(score)
    partial = {name: spearman(score, v, contrast) for name, v in confounders.items()}
    known = {name: r for name, r in partial.items() if r is not None}
    interval = {name: fisher_interval(r, n, contrast.shape[1]) for name, r in known.items()}
    follows = spearman(score, amount(contrast))
    own = _with_contrast(score, contrast, confounders)
    around = fisher_interval(follows or 0.0, n)
    varying = sum(bool(np.ptp(v) > 0) for v in confounders.values())
    left = fisher_interval(own or 0.0, n, varying)
    verdict, note = _verdict(score, follows, around, own, left, known)
    return Audit(partial, interval, follows, around, own, left, verdict, note, n)


def _verdict(
    score: Floats,
    follows: float | None,
    around: tuple[float, float],
    own: float | None,
    left: tuple[float, float],
    known: Mapping[str, float],
) -> tuple[Verdict, str]:
    if len(score) < LEAST:
        return "unknown", f"{len(score):,} images are too few to tell; at least {LEAST} are needed."
    if np.ptp(score) == 0:
        return "fail", f"The score is the same for all {len(score):,} images: it says nothing."
    if follows is None or own is None:
        return (
            "unknown",
            "The images hardly differ in contrast: what follows it cannot show.",
        )
    low, high = around
    found = f"{follows:+.2f} (95 % interval {low:+.2f} to {high:+.2f}, {len(score):,} images)"
    if high < FOLLOWS:
        instead = "".join(
            f" It follows {name} ({r:+.2f} with contrast held constant)."
            for name, r in known.items()
            if abs(r) >= STRONG
        )
        return "fail", f"The score does not follow contrast: {found}, {FOLLOWS} needed.{instead}"
    if low <= 0:
        return "unknown", f"Whether the score follows contrast cannot be told: {found}; add images."
    verdict, note = _judged(known, own, left)
    if verdict == "pass" and low < FOLLOWS:
        return "warn", f"The score may follow contrast only weakly: {found}, {FOLLOWS} needed."
    return verdict, note


def _with_contrast(
    score: Floats, contrast: Floats, confounders: Mapping[str, Floats]
) -> float | None:
    """Partial correlation of the score with contrast, all confounders held constant."""
    varying = [v for v in confounders.values() if np.ptp(v) > 0]
    held = np.column_stack(varying) if varying else None
    own = spearman(score, amount(contrast), held)
    if own is None and np.ptp(score) > 0 and np.ptp(contrast) > 0:
        return 0.0  # the confounders explain all of the score: nothing is left to follow contrast
    return own


def _judged(
    known: Mapping[str, float], own: float, left: tuple[float, float]
) -> tuple[Verdict, str]:
    worst = max(known, key=lambda name: abs(known[name]), default="")
    if not worst or abs(known[worst]) < STRONG:
        if left[0] <= 0:
            return "warn", (
                "The score follows contrast, but of that nothing sure is left with brightness, "
                f"size and the others held constant ({own:+.2f}, {left[0]:+.2f} to {left[1]:+.2f})."
            )
        return "pass", "The score follows contrast and none of the confounders strongly."
    how = f"The score follows {worst} ({known[worst]:+.2f} with contrast held constant)"
    if abs(known[worst]) > abs(own):
        return "fail", f"{how}, more than contrast itself ({own:+.2f}): it is a shortcut."
    return "warn", f"{how}; it follows contrast more ({own:+.2f}), but look at both."


def amount(contrast: Floats) -> Floats:
    """One order of contrast from several features (n, q): the mean of their ranks, (n,)."""
    mean: Floats = np.mean([ranks(column) for column in contrast.T], axis=0)
    return mean
