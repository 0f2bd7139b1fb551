"""Whether new images are like those that a model learnt from, on the scale it learnt.

Arrays in, results out; nothing here sees the disk. `compare` looks once; `looking` says when to
look, and how much each look may claim, so that all of them together raise a false alarm in at
most 5 % of streams.
"""

from contrast_engine.drift.abstaining import Share, share
from contrast_engine.drift.comparison import ENOUGH, Comparison, Verdict, compare
from contrast_engine.drift.kolmogorov import FeatureDrift
from contrast_engine.drift.looking import WINDOW, due, next_look, significance

__all__ = [
    "ENOUGH",
    "WINDOW",
    "Comparison",
    "FeatureDrift",
    "Share",
    "Verdict",
    "compare",
    "due",
    "next_look",
    "share",
    "significance",
]
