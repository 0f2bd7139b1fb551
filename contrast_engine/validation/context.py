"""What every check is given: the results as they stand, without the disk they came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from contrast_engine.arrays import Json
from contrast_engine.clusterings import Clusterer
from contrast_engine.progress import SILENT, Progress
from contrast_engine.ranking.agreement import Ratings
from contrast_engine.results import Clustering, Finding, Predictions
from contrast_engine.vectors import ImageId, Vectors

if TYPE_CHECKING:  # which is found beside the checks
    from contrast_engine.validation.separation import Evidence


@dataclass(frozen=True, eq=False)
class Context:
    """The state of a workspace at one moment; what is not there yet is None or empty.

    Args:
        features: Every feature, unscaled.
        confounders: What a contrast score or label must not follow: brightness, size, bytes,
            sharpness, noise, saturation, one row per measured image.
        changes: How the space follows known changes of photographs of the collection, as
            `steps.evidence.known_changes` gives it; empty where that was not tried.
        families: The features of each family: global, multiscale, local, frequency, colour.
        space: The scaled vectors that clusters and labels were learnt in.
        space_name: That space and its sample, in words.
        clustering: The current clustering.
        clusterer: How it was made, for doing it again on other samples.
        evidence: What was found of it beside its null when it was made, where that is the very
            answer that would be found now; None where it has to be looked for.
        map: The current map.
        map_name: Which method drew it.
        labels: The label of each labelled image.
        order: The labels in their order.
        is_ordered: That order means something.
        ratings: What each person said about each image.
        compared: How many pairs of images people have compared.
        predictions: The current predictions.
        alike: Groups of labelled images that are nearly one picture.
        training: The details saved with them: method, held-out scores, coverage.
        is_current: The predictions were learnt from exactly these labels in this space, and
            those of nearly one picture were held back together.
        downstream: What was found on later results of the images; empty where none was given.
        outdated: Which of "clusters", "map" were made in another space than this one.
        seed: For everything drawn.
        progress: Told by checks that take long.
    """

    features: Vectors | None = None
    confounders: Vectors | None = None
    changes: Json = field(default_factory=dict)
    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    space: Vectors | None = None
    space_name: str = ""
    clustering: Clustering | None = None
    clusterer: Clusterer | None = None
    evidence: "Evidence | None" = None
    map: Vectors | None = None
    map_name: str = ""
    labels: Mapping[ImageId, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    is_ordered: bool = False
    ratings: Ratings | None = None
    compared: int = 0
    predictions: Predictions | None = None
    alike: tuple[tuple[ImageId, ...], ...] = ()
    training: Json = field(default_factory=dict)
    is_current: bool = True
    downstream: tuple[Finding, ...] = ()
    outdated: frozenset[str] = frozenset()
    seed: int = 0
    progress: Progress = SILENT


class Check(Protocol):
    """One check: looks at the context, gives its findings, changes nothing."""

    def __call__(self, context: Context) -> list[Finding]:
        """The findings; a missing input is a finding of verdict "unknown"."""


def unknown(
    check: str, note: str, *, space: str = "nothing to compute in yet", then: str = ""
) -> list[Finding]:
    """The one finding of a check that could not be done; the note says what to do.

    Args:
        check: Its name.
        note: Why it could not be done, and what to do.
        space: What it would have been computed in.
        then: What would change the verdict, where that is one thing to do.
    """
    return [Finding(check, None, 0, space, "unknown", note, better="", next=then)]
