"""From labels to coverage to expected error: what the model in use makes of a few labels."""

from dataclasses import dataclass

from contrast_engine.store.workspace import Workspace
from contrast_engine.views.overview.card import Absent, Card, Number


@dataclass(frozen=True)
class GivenLabel:
    """One label: how many images have it from people, and how many the model gave it."""

    label: str
    given: int
    carried: int


@dataclass(frozen=True, kw_only=True)
class Labels(Card):
    """Labels, and the model that learnt from them.

    Args:
        labelled: Images with a label.
        people: How many annotators gave one.
        by: Who, in words, "2 simulated annotators".
        is_simulated: Whether any of them is simulated.
        disputed: Images that annotators call differently, so that no label holds.
        kinds: The labels in the order of the label set.
        learnt: How many labels the model in use has learnt from; 0 without a model.
        coverage: Share of the images that it answers; None without a model.
        answered, abstained: Images that it answers, and those it abstains on.
        error: Share of its answers that are wrong on labels it had not seen, with the ends for
            images without a label; None where that is not known.
        promise: The error in the sentences of the model's own card; "" without a model.
    """

    labelled: int
    people: int
    by: str
    is_simulated: bool
    disputed: int
    kinds: tuple[GivenLabel, ...]
    learnt: int
    coverage: Number | None
    answered: int
    abstained: int
    error: Number | None
    promise: str


def labels(workspace: Workspace) -> Labels | Absent:
    """What was labelled, and what a model made of it."""
    return Absent("Not made yet.", "label")
