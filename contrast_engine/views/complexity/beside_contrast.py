"""Complexity beside contrast: one point an image, and how far the two go together, in words."""

from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.complexity.evaluation import correlation_of
from contrast_engine.features import features
from contrast_engine.figures.complexity import against_contrast
from contrast_engine.figures.look import titled
from contrast_engine.store.collection import file_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.validation.correlation import fisher_interval, ranks, spearman
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection.feature_overview import SPELT_OUT, feature_title

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

CONTRASTS = {"c_rms": "RMS contrast", "sigma_l": "Spread of lightness", "gcf": "GCF"}
"""The features of contrast that complexity is shown against."""

MANY = 5_000
"""Of more images than this, intervals are not drawn by bootstrap: both agree there."""

_ALIKE = 0.5
"""Shared variance above which two attributes are said to go together."""


def beside_contrast(
    workspace: Workspace,
    measured: Vectors,
    scored: Vectors,
    feature: str,
    opened: ImageId | None = None,
) -> tuple["Figure", str]:
    """Figure of complexity over a feature of contrast, and how far they go together in words.

    Args:
        workspace: Where the images are.
        measured: The features.
        scored: The table with the column `complexity`.
        feature: One of `CONTRASTS`.
        opened: The image that is marked.
    """
    ids = tuple(i for i in scored.ids if i in measured.rows and i in workspace.images)
    contrast = measured.column(feature)[measured.rows_of(ids)]
    complexity = scored.column("complexity")[scored.rows_of(ids)]
    names = [file_name(workspace.images.path(image)) for image in ids]
    unit = features[feature].unit
    titles = (titled(feature_title(feature), SPELT_OUT.get(unit, unit)), "Complexity (0 to 100)")
    drawn = against_contrast(ids, contrast, complexity, names, titles=titles, opened=opened)
    return drawn, together_words(contrast, complexity, CONTRASTS[feature])


def together_words(contrast: Floats, complexity: Floats, name: str) -> str:
    """How far complexity goes with a feature of contrast: r and SRCC with intervals and n."""
    n, rho = len(contrast), spearman(contrast, complexity)
    if rho is None or n < 5:
        return f"Too few images, or no variation, to say how complexity goes with {name} (n = {n})."
    r = float(np.corrcoef(contrast, complexity)[0, 1])
    numbers = (
        f"r = {_signed(r)} ({_interval(r, contrast, complexity)}), SRCC {_signed(rho)} "
        f"({_interval(rho, ranks(contrast), ranks(complexity))}), n = {n:,} images"
    )
    first = (
        "They go together in this collection"
        if r * r >= _ALIKE
        else "They are different attributes"
    )
    return f"{first}: {numbers}; {name} explains {r * r:.0%} of the variance of complexity."


def _interval(r: float, one: Floats, two: Floats) -> str:
    """The 95 % interval of a correlation: by bootstrap, of very many images by Fisher's z."""
    if len(one) <= MANY:
        found = correlation_of(one, two, seed=0)
        ends = (float(found["low"]), float(found["high"]))
    else:
        ends = fisher_interval(r, len(one))
    return " to ".join(map(_signed, ends))


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
