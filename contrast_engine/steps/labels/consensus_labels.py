"""settled_labels: what the labels of now are to whoever learns from them or hands them on."""

from dataclasses import dataclass

from contrast_engine.arrays import Json
from contrast_engine.pseudo_labels.active_learning import was_random
from contrast_engine.ranking.consensus_rule import RuledLabels, apply_rule
from contrast_engine.steps.labels.annotator_agreement import ratings
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId


@dataclass(frozen=True)
class ConsensusLabels:
    """One label for each image, and how it came about.

    Args:
        settled: The labels and the rule.
        people: How many people labelled each image that has a label or is disputed.
        drawn: The images that were asked for at random.
    """

    settled: RuledLabels
    people: dict[ImageId, int]
    drawn: frozenset[ImageId]

    @property
    def of(self) -> dict[ImageId, str]:
        """The label of each image."""
        return dict(self.settled.of)

    @property
    def words(self) -> str:
        """By which rule they were settled; empty for one person's own labels."""
        return self.settled.words

    @property
    def problem(self) -> str:
        """Why nothing can be learnt, where people dispute every label there is; else empty."""
        n = len(self.settled.disputed)
        if self.settled.of or not n:
            return ""
        return (
            f"people call every labelled image ({n:,}) differently, so no label is settled; see"
            " where they differ under Agreement, and let somebody else label these images too"
        )

    def rule_of(self, image: ImageId) -> str | None:
        """Say how the label of an image came about, None where it has none."""
        if image not in self.people:
            return None
        return self.settled.rule_of(image, self.people[image])

    def as_json(self) -> Json:
        """The rule, in numbers and words; empty for one person's own labels."""
        if self.settled.rule == "one person":
            return {}
        return {
            "rule": self.settled.rule,
            "people": self.settled.people,
            "shared": self.settled.shared,
            "disputed": len(self.settled.disputed),
            "words": self.words,
        }


def consensus_labels(workspace: Workspace) -> ConsensusLabels:
    """The label of every labelled image: one person's last word, or what several settle on.

    An image whose label was taken away after all that was said of it has none.
    """
    current = workspace.labels.current()
    drawn = frozenset(image for image, label in current.items() if was_random(label.why))
    gathered = ratings(workspace).among(current)
    if len(gathered.people) < 2:
        own = {image: label.label for image, label in current.items()}
        alone = RuledLabels(own, "one person", len(gathered.people), 0, ())
        return ConsensusLabels(alone, dict.fromkeys(own, 1), drawn)
    heard = dict(zip(gathered.ids, gathered.counts.sum(axis=1).tolist(), strict=True))
    return ConsensusLabels(apply_rule(gathered), heard, drawn)
