"""consensus_labels: one label for each image, to learn from or to hand on."""

from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.pseudo_labels.active_learning import was_random
from contrast_engine.ranking.consensus_rule import RuledLabels, apply_rule
from contrast_engine.steps.labels.annotator_agreement import ratings
from contrast_engine.store import Workspace
from contrast_engine.store.label_types import FROM_CLUSTER_NAMES
from contrast_engine.vectors import ImageId

if TYPE_CHECKING:
    from contrast_engine.store.counted_labels import CountedLabels
    from contrast_engine.store.given_labels import CurrentLabels


@dataclass(frozen=True)
class ConsensusLabels:
    """One label for each image, and how it came about.

    Args:
        ruled: The labels and the rule.
        people: How many people labelled each image that has a label or is disputed; none where
            the label is the name of its cluster.
        drawn: The images that were asked for at random.
    """

    ruled: RuledLabels
    people: dict[ImageId, int]
    drawn: frozenset[ImageId]

    @property
    def of(self) -> dict[ImageId, str]:
        """The label of each image."""
        return dict(self.ruled.of)

    @property
    def words(self) -> str:
        """By which rule they came about; empty for one annotator's own labels."""
        return self.ruled.words

    @property
    def problem(self) -> str:
        """Why nothing can be learnt, where people dispute every label there is; else empty."""
        n = len(self.ruled.disputed)
        if self.ruled.of or not n:
            return ""
        return (
            f"people call every labelled image ({n:,}) differently, so there is no consensus; see"
            " where they differ under Agreement, and let somebody else label these images too"
        )

    def rule_of(self, image: ImageId) -> str | None:
        """How the label of an image came about, None where it has none."""
        if image not in self.people:
            return None
        if not self.people[image]:
            return FROM_CLUSTER_NAMES
        return self.ruled.rule_of(image, self.people[image])

    def as_json(self) -> Json:
        """The rule, in numbers and words; empty for one person's own labels."""
        if self.ruled.rule == "one person":
            return {}
        return {
            "rule": self.ruled.rule,
            "people": self.ruled.people,
            "shared": self.ruled.shared,
            "disputed": len(self.ruled.disputed),
            "words": self.words,
        }


_known: "WeakKeyDictionary[CountedLabels, ConsensusLabels]" = WeakKeyDictionary()
_guard = Lock()


def consensus_labels(workspace: Workspace) -> ConsensusLabels:
    """The label of every labelled image: one annotator's last label, or the consensus of several.

    An image whose label was taken away after all that was said of it has none. One that nobody
    labelled keeps the name of its cluster, where it was given that as its label.
    """
    counted = workspace.labels.counted()
    with _guard:
        found = _known.get(counted)
    if found is None:
        found = _worked_out(workspace, counted.current)
        with _guard:
            _known[counted] = found
    return found


def _worked_out(workspace: Workspace, current: "CurrentLabels") -> ConsensusLabels:
    is_random = np.array([was_random(why) for why in current.whys], dtype=np.bool_)
    drawn = frozenset(current.among(is_random[current.why_codes]).images)
    gathered = ratings(workspace).among(current.images)
    names = current.names
    if len(gathered.people) < 2:
        own = zip(current, (names[code] for code in current.codes.tolist()), strict=True)
        alone = RuledLabels(dict(own), "one person", len(gathered.people), 0, ())
        judged = zip(current, current.is_judged.astype(int).tolist(), strict=True)
        return ConsensusLabels(alone, dict(judged), drawn)
    heard = dict(zip(gathered.ids, gathered.counts.sum(axis=1).tolist(), strict=True))
    named = {
        image: label.label
        for image, label in current.among(~current.is_judged).items()
        if image not in heard
    }
    ruled = apply_rule(gathered)
    ruled = replace(ruled, of={**ruled.of, **named}, named=len(named))
    return ConsensusLabels(ruled, {**heard, **dict.fromkeys(named, 0)}, drawn)
