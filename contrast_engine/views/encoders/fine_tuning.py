"""What fine-tuning of an encoder gave, as a page shows it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contrast_engine.arrays import Json
from contrast_engine.figures.label_efficiency import label_efficiency
from contrast_engine.steps.encoders.fine_tune import LEAST
from contrast_engine.steps.encoders.label_ways import TITLES
from contrast_engine.steps.encoders.unseen_spaces import FINE_TUNED
from contrast_engine.store import Workspace

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

WHAT = (
    "The encoder learnt without labels. Fine-tuning lets it learn yours too, and compares that "
    "with the simpler ways on labels held back; it is recommended only where it wins."
)
_CURVE = "label-efficiency@"


@dataclass(frozen=True)
class FineTuned:
    """What a fine-tuned encoder is worth.

    Args:
        key: Of the fine-tuned encoder.
        parent: Of the encoder that it was before.
        words: Whether it is recommended, and why.
        is_recommended: It beats the best simpler way beyond chance.
        rows: One for each way of learning from the labels, with its accuracy.
        basis: What the numbers rest on.
    """

    key: str
    parent: str
    words: str
    is_recommended: bool
    rows: tuple[Json, ...]
    basis: str

    @property
    def title(self) -> str:
        """The verdict in a word or two."""
        return "Recommended" if self.is_recommended else "Not recommended"

    @property
    def why(self) -> str:
        """The verdict's reason."""
        said = self.words.removeprefix(f"{self.title}: ")
        return re.sub(r"-(?=\d)", "\N{MINUS SIGN}", said[:1].upper() + said[1:])


def of(workspace: Workspace, key: str) -> FineTuned | None:
    """What is known of an encoder's fine-tuning: its own, or the newest that began with it.

    Args:
        workspace: Where the encoder is.
        key: Of the encoder, fine-tuned or not.
    """
    recipes = workspace.models.recipes()
    tuned = (name for name, one in recipes.items() if one.get(FINE_TUNED, {}).get("parent") == key)
    found = key if FINE_TUNED in recipes.get(key, {}) else next(tuned, None)
    if found is None:
        return None
    told = recipes[found]["report"]["fine_tuning"]
    table = tuple(
        {
            "Learnt from": TITLES[one["way"]],
            "Accuracy": f"{one['accuracy']:.2f} ({one['low']:.2f} to {one['high']:.2f})",
            "Kappa": f"{one['kappa']:.2f}",
        }
        for one in told["ways"]
    )
    basis = (
        f"{told['labels']:,} labels of {told['pictures']:,} pictures. Each was predicted by a "
        "classifier that had not seen its label, from an encoder that had not either. In brackets: "
        "95% intervals."
    )
    parent = str(recipes[found][FINE_TUNED]["parent"])
    return FineTuned(found, parent, told["words"], told["is_recommended"], table, basis)


def too_few_labels(workspace: Workspace) -> str:
    """Why fine-tuning cannot begin, in words; "" where there are labels enough."""
    n = len(workspace.labels.current())
    if n >= LEAST:
        return ""
    return f"It needs labels of at least {LEAST} different pictures; there are {n:,}."


def curve(workspace: Workspace, parent: str) -> "tuple[Figure, str] | None":
    """Figure of accuracy by number of labels, and how to read it; None where it was not measured.

    Args:
        workspace: Where the encoder is.
        parent: Key of the encoder before fine-tuning.
    """
    for made in workspace.artifacts("reports"):
        if made.step.startswith(_CURVE) and made.details.get("parent") == parent:
            points: Sequence[Json] = made.details["points"]
            return (label_efficiency(points, TITLES), _curve_words(points)) if points else None
    return None


def _curve_words(points: Sequence[Json]) -> str:
    judged = ", ".join(f"{one['judged']:,} after {one['labels']:,}" for one in points)
    return (
        f"Mean over 5 draws of the labels; bars: 95% intervals over the draws. Judged on pictures "
        f"not learnt from: {judged} labels. The ways stand a little apart, so that their bars can "
        "be told."
    )
