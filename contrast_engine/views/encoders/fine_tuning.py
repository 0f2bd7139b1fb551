"""What fine-tuning of an encoder gave, as a page shows it."""

from dataclasses import dataclass

from contrast_engine.arrays import Json
from contrast_engine.steps.encoders.label_ways import TITLES
from contrast_engine.store import Workspace


@dataclass(frozen=True)
class FineTuned:
    """What a fine-tuned encoder is worth.

    Args:
        words: Whether it is recommended, and why.
        is_recommended: It beats the best simpler way beyond chance.
        rows: One for each way of learning from the labels, with its accuracy.
        basis: What the numbers rest on.
    """

    words: str
    is_recommended: bool
    rows: tuple[Json, ...]
    basis: str


def of(workspace: Workspace, key: str) -> FineTuned | None:
    """What is known of a fine-tuned encoder; None for one that was not fine-tuned.

    Args:
        workspace: Where the encoder is.
        key: Of the encoder.
    """
    told = workspace.models.recipes().get(key, {}).get("report", {}).get("fine_tuning")
    if told is None:
        return None
    table = tuple(
        {
            "Learnt from": TITLES[one["way"]],
            "Accuracy": f"{one['accuracy']:.2f} ({one['low']:.2f} to {one['high']:.2f})",
            "Kappa": f"{one['kappa']:.2f}",
        }
        for one in told["ways"]
    )
    basis = (
        f"{told['labels']:,} labels of {told['pictures']:,} pictures, each named by a classifier "
        "whose encoder had not seen its label either; intervals are of 95 %."
    )
    return FineTuned(told["words"], told["is_recommended"], table, basis)
