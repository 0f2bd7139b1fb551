"""Agreement of annotators about labels, in the form a page shows it."""

from dataclasses import dataclass

from contrast_engine.errors import NotEnoughData
from contrast_engine.ranking.agreement import HOPELESS
from contrast_engine.steps.labels.annotator_agreement import annotator_agreement
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.store.collection import file_name
from contrast_engine.store.label_types import FROM_CLUSTER_NAMES
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.input_checks import sentence


@dataclass(frozen=True)
class AgreementCard:
    """What the labels of several annotators say about each other.

    Args:
        verdict: What the numbers allow, or what is missing before there are any.
        alpha, interval: Krippendorff's alpha and its 95 % interval with its basis.
        kappa, kappa_name: Kappa with its interval, and which of them.
        kappa_n: How many images kappa rests on.
        unsure: Who could not tell of how many images, in words; empty for nobody.
        disputed: Images that annotators label differently with what each said, most disputed first.
        consensus: The same images with the label that is most probably meant.
        consensus_rule: What models learn from, by which rule.
    """

    verdict: str
    alpha: str = ""
    interval: str = ""
    kappa: str = ""
    kappa_name: str = ""
    unsure: str = ""
    disputed: tuple[tuple[ImageId, str], ...] = ()
    consensus: tuple[dict[str, str], ...] = ()
    consensus_rule: str = ""
    kappa_n: int = 0


def annotators_warning(workspace: Workspace) -> str:
    """A warning where annotators do not agree: a model of such labels proves nothing.

    Empty where they agree enough, and where fewer than two annotators labelled the same images.
    """
    try:
        found, _ = annotator_agreement(workspace)
    except NotEnoughData:
        return ""
    if found.alpha >= HOPELESS:
        return ""
    return (
        f"{sentence(found.verdict)} Krippendorff's alpha is {found.alpha:.2f} ({found.low:.2f} to "
        f"{found.high:.2f}) on the {found.n:,} images that several annotators labelled; 0 "
        "is chance."
    )


def consensus_words(workspace: Workspace, image: ImageId) -> tuple[str, ...]:
    """The consensus label of one image in words; nothing where one annotator labelled it."""
    said = consensus_labels(workspace)
    rule = said.rule_of(image)
    if rule in (None, "one person", FROM_CLUSTER_NAMES):
        return ()
    if rule == "disputed":
        return ("Disputed: annotators label it differently, and no model learns from it",)
    return (f"Consensus label: {said.of[image]}, {rule} annotators",)


def agreement_card(workspace: Workspace) -> AgreementCard:
    """Agreement of annotators; where that cannot be told, only why not."""
    try:
        found, agreed = annotator_agreement(workspace)
    except NotEnoughData as error:
        return AgreementCard(sentence(str(error)))
    meant = {one.image: one for one in agreed}
    paths = workspace.images.paths
    return AgreementCard(
        sentence(found.verdict),
        f"{found.alpha:.2f}",
        f"95% interval {found.low:.2f} to {found.high:.2f}, n = {found.n:,} images labelled by "
        f"at least two of {', '.join(found.people)}",
        "not measured"
        if found.kappa is None
        else f"{found.kappa:.2f} ({found.kappa_low:.2f} to {found.kappa_high:.2f})",
        found.kappa_name,
        "; ".join(f"{who} could not tell of {n:,} images" for who, n in found.unsure.items()),
        tuple(
            (one.image, ", ".join(f"{who}: {label}" for who, label in one.said.items()))
            for one in found.disagreements
        ),
        tuple(
            {
                "Image": file_name(str(paths.get(one.image, one.image))),
                **one.said,
                "Most probably": f"{meant[one.image].label} "
                f"({meant[one.image].probability:.0%}, {meant[one.image].people} annotators)",
            }
            for one in found.disagreements
        ),
        consensus_labels(workspace).words,
        found.kappa_n,
    )
