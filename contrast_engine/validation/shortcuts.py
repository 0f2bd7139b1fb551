"""The shortcut audit: does a score follow contrast, or something that happens to go with it?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.results import Verdict
from contrast_engine.validation.correlation import fisher_interval, ranks, spearman

STRONG = 0.5
"""Partial correlation with a confounder from which on a score is said to follow it."""

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
        contrast: That with the measured contrast, all confounders held constant.
        verdict: pass, warn or fail.
        note: The verdict in one sentence.
        images: Images it rests on.
    """

    partial: dict[str, float | None]
    interval: dict[str, tuple[float, float]]
    contrast: float | None
    verdict: Verdict
    note: str
    images: int


def audit(score: Floats, contrast: Floats, confounders: Mapping[str, Floats]) -> Audit:
    """Partial correlation of a score with each confounder, the measured contrast held constant.

    Fails where the score follows a confounder strongly and more than it follows contrast itself;
    warns where it follows one strongly all the same.

    Args:
        score: (n,) the score of each image.
        contrast: (n, q) features of the amount of contrast.
        confounders: What it must not follow, by name, (n,) each.
    """
    partial = {name: spearman(score, v, contrast) for name, v in confounders.items()}
    known = {name: r for name, r in partial.items() if r is not None}
    interval = {
        name: fisher_interval(r, len(score), contrast.shape[1]) for name, r in known.items()
    }
    own = _with_contrast(score, contrast, confounders)
    if own is None or not known or len(score) < LEAST:
        verdict: Verdict = "unknown"
        note = f"Too few or too similar images to tell; at least {LEAST} different ones are needed."
    else:
        verdict, note = _judged(known, own)
    return Audit(partial, interval, own, verdict, note, len(score))


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


def _judged(known: Mapping[str, float], own: float) -> tuple[Verdict, str]:
    worst = max(known, key=lambda name: abs(known[name]))
    if abs(known[worst]) < STRONG:
        return "pass", "The score follows contrast and none of the confounders strongly."
    how = f"The score follows {worst} ({known[worst]:+.2f} with contrast held constant)"
    if abs(known[worst]) > abs(own):
        return "fail", f"{how}, more than contrast itself ({own:+.2f}): it is a shortcut."
    return "warn", f"{how}; it follows contrast more ({own:+.2f}), but look at both."


def amount(contrast: Floats) -> Floats:
    """One order of contrast from several features (n, q): the mean of their ranks, (n,)."""
    mean: Floats = np.mean([ranks(column) for column in contrast.T], axis=0)
    return mean
