"""The confusion matrix of a model: counts from labels that it had not seen, and the images."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.figures.maps import matrix
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True)
class ConfusionCell:
    """One cell of the matrix: the label, the prediction, and the images.

    Args:
        truth: The label that annotators gave.
        predicted: The label that the model would have given.
        images: With what the model said in words, the surest first.
    """

    truth: str
    predicted: str
    images: tuple[tuple[ImageId, str], ...]

    @property
    def words(self) -> str:
        """The cell as a line of a menu."""
        count = f"{len(self.images):,} image{'' if len(self.images) == 1 else 's'}"
        if self.truth == self.predicted:
            return f"{self.truth}, correct: {count}"
        return f"{self.truth}, predicted as {self.predicted}: {count}"


@dataclass(frozen=True)
class ConfusionMatrix:
    """Every labelled image in its cell.

    Args:
        chart: The table of counts.
        cells: In the order of the table's rows and columns.
        basis: What was counted, in words.
        worst: Place among `cells` of the commonest confusion; of the first cell without any.
    """

    chart: "Figure"
    cells: tuple[ConfusionCell, ...]
    basis: str
    worst: int


def confusion_matrix(workspace: Workspace, key: str) -> ConfusionMatrix | None:
    """The confusion matrix of a model; None for one trained before it was kept."""
    arrays, recipe = workspace.models.load(key)
    if "held_out" not in arrays:
        return None
    labels, codes, probability = recipe["classes"], arrays["held_out.codes"], arrays["held_out"]
    images = [ImageId(f"{int(number):016x}") for number in arrays["held_out.ids"]]
    said, k = probability.argmax(axis=1), len(labels)
    table = np.bincount(codes * k + said, minlength=k * k).reshape(k, k)
    order = sorted(range(len(images)), key=lambda row: (-probability[row].max(), images[row]))
    cells = tuple(
        ConfusionCell(
            labels[t], labels[s],
            tuple((images[row], _words(labels, probability[row]))
                  for row in order if (codes[row], said[row]) == (t, s)),
        )
        for t in range(k) for s in range(k)
    )  # fmt: skip
    wrong = table - np.diag(np.diag(table))
    return ConfusionMatrix(
        matrix(table, labels),
        cells,
        f"{len(images):,} labelled images, each predicted by models that never saw its label "
        "(cross-validation, mean of its repeats; the accuracy above counts every repeat). The "
        "colour is the share of a row.",
        int(wrong.argmax()),
    )


def _words(labels: list[str], probability: np.ndarray) -> str:
    best = int(probability.argmax())
    return f"{labels[best]} {probability[best]:.0%}"
