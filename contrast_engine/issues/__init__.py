"""Issues: things that can be wrong with contrast and light, each with a score and a threshold.

A score lies in 0..1, low is worse, and depends on the picture alone. So does the threshold below
which it counts as an issue: it is calibrated (`kinds`) and the same for every collection. A
collection's own worst share is an alternative that somebody chooses. The columns are named as
CleanVision's are.
"""

from contrast_engine.issues.finding import WORST, find_issues, worst_threshold
from contrast_engine.issues.issue import FlaggedImages, Issue, Whose
from contrast_engine.issues.kinds import HAZE, ISSUES, cast, mean_lightness

__all__ = [
    "HAZE",
    "ISSUES",
    "WORST",
    "FlaggedImages",
    "Issue",
    "Whose",
    "cast",
    "find_issues",
    "mean_lightness",
    "worst_threshold",
]
