"""Complexity beside contrast: one point an image, and how far the two go together, in words."""

from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.figures.complexity import against_contrast
from contrast_engine.store.collection import file_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.validation.correlation import fisher_interval, spearman
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection.feature_overview import feature_title

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

CONTRASTS = {"c_rms": "RMS contrast", "sigma_l": "Spread of lightness", "gcf": "GCF"}
"""The features of contrast that complexity is shown against."""

_Z = 1.959963984540054  # two-sided 95 %
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
    titles = (feature_title(feature), "Complexity (0 to 100)")
    drawn = against_contrast(ids, contrast, complexity, names, titles=titles, opened=opened)
    return drawn, together_words(contrast, complexity, CONTRASTS[feature])


def together_words(contrast: np.ndarray, complexity: np.ndarray, name: str) -> str:
    """How far complexity goes with a feature of contrast: r and SRCC with intervals and n."""
    n, rho = len(contrast), spearman(contrast, complexity)
    if rho is None or n < 5:
        return f"Too few images, or no variation, to say how complexity goes with {name} (n = {n})."
    r = float(np.corrcoef(contrast, complexity)[0, 1])
    half = _Z / np.sqrt(n - 3)
    low, high = np.tanh(np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12)) + np.array([-half, half]))
    numbers = (
        f"r = {_signed(r)} ({_signed(low)} to {_signed(high)}), SRCC {_signed(rho)} "
        f"({' to '.join(map(_signed, fisher_interval(rho, n)))}), n = {n:,} images"
    )
    first = (
        "They go together in this collection"
        if r * r >= _ALIKE
        else "They are different attributes"
    )
    return f"{first}: {numbers}; {name} explains {r * r:.0%} of the variance of complexity."


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
