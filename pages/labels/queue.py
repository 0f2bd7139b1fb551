"""The annotation queue: the menu of its sources, and the images of each."""

from collections.abc import Sequence

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown
from contrast_engine.imageset import ImageSet
from contrast_engine.steps.labels.overlap_sample import overlap_sample
from contrast_engine.steps.structure.spaces import FEATURES, space_of
from contrast_engine.store.labels import LabelSet
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.labels.queue import QueuedImage, label_queue
from contrast_engine.views.labels.queue_strategies import (
    LabelRequest,
    cluster_queue,
    coverage_queue,
    informative_queue,
    label_requests,
    random_queue,
    selection_queue,
    unsure_of,
    with_overlap,
)
from contrast_engine.views.labels.team import has_team
from contrast_engine.views.outcomes import result_or_reason
from contrast_engine.views.structure.cluster_marks import cluster_marks
from pages.common import controls, identity, loaders, selection, thumbnails
from pages.common.cached import cached

SOURCES = {
    "cover": "Coverage",
    "unsure": "Most informative",
    "typical": "Representatives",
    "random": "Random sample",
    "cluster": "A whole cluster",
    "chosen": "Selected images",
}

MEASURED = {
    "cover": (
        "Images that tell most about all others. After 20 of them 2 to 3 in 100 more were named "
        "right than after random ones; on two of three collections perhaps none."
    ),
    "unsure": (
        "Images expected to make the model right most often. On three collections they saved 26 to "
        "35 % of 40 labels given at random; on one of them perhaps none."
    ),
    "typical": (
        "Images typical of each cluster. On three collections 20 of them were worth no more than "
        "20 random ones, on one less."
    ),
}
"""What a source was measured to be worth (docs/methods.md#what-chosen-labels-save)."""


def source(workspace: Workspace) -> str:
    """Draw the menu of sources; the choice stands in the address under `queue`.

    What `contrast label next` gives is shown at first: the most informative images once there is
    a model, before it those that cover the collection.
    """
    missing = set()
    is_taught = workspace.current("predictions") is not None
    if not is_taught:
        missing.add("unsure")
    if not selection.selected():
        missing.add("chosen")
    return controls.in_address(
        st.segmented_control,
        "Which images",
        [name for name in SOURCES if name not in missing],
        "queue",
        "unsure" if is_taught else "cover",
        format_func=SOURCES.get,
        required=True,
        label_visibility="collapsed",
    )


def queue(
    workspace: Workspace, chosen: str, clustered: str, known: LabelSet
) -> tuple[str, Sequence[QueuedImage]]:
    """The images of a source, and a name for this very queue.

    Where several people label, those of the overlap sample are asked of everybody.

    Args:
        workspace: The open workspace.
        chosen: The source.
        clustered: The current clustering.
        known: The labels there are, with the overlap of several annotators.
    """
    name, found = _of_source(workspace, chosen, clustered, known)
    if chosen != "random" and has_team(workspace, identity.who()):
        found = with_overlap(found, _overlap(workspace, known.overlap))
    return name, found


def _of_source(
    workspace: Workspace, chosen: str, clustered: str, known: LabelSet
) -> tuple[str, Sequence[QueuedImage]]:
    learnt = workspace.current("predictions")
    if chosen in MEASURED:
        st.caption(MEASURED[chosen])
    if chosen == "cover":
        return chosen, _covering(workspace)
    if chosen == "unsure" and learnt:
        return chosen, _informative(workspace, learnt)
    if chosen == "random":
        return chosen, _random(workspace, identity.who(), known.overlap)
    if chosen == "chosen":
        return chosen, selection_queue(workspace, selection.selected())
    names = workspace.labels.cluster_names(clustered)
    if chosen == "typical":
        found, reason = result_or_reason(_representatives, workspace, clustered, names)
        if reason:
            st.warning(markdown(reason))
        return chosen, found or ()
    there = loaders.clustering(workspace, clustered)
    words = {str(c): f"{mark.name} ({there.size(c):,} images)"
             for c, mark in cluster_marks(workspace, clustered).items()}  # fmt: skip
    group = controls.in_address(
        st.selectbox, "Cluster", list(words), "group", next(iter(words)), format_func=words.get
    )
    return f"cluster.{group}", cluster_queue(workspace, clustered, int(group))


def first(workspace: Workspace, queued: Sequence[QueuedImage]) -> None:
    """Draw the first image of a queue beside the question of who labels, to whom it is new."""
    picture, question = st.columns([1, 2])
    with question:
        identity.ask("label", Act.LABEL)
    if queued:
        with picture:
            thumbnails.show(workspace, "label.first", [queued[0].image], size=240, own_ticks=True)


@cached()
def _representatives(
    workspace: Workspace, clustered: str, names: dict[int, str]
) -> Sequence[QueuedImage]:
    """The images to label for a clustering, in the space it was made in."""
    where = space_of(workspace, workspace.manifest(clustered).inputs[0])
    return label_queue(where.vectors, loaders.clustering(workspace, clustered), names)


@cached("features")
def _overlap(workspace: Workspace, overlap: float) -> ImageSet:
    """The images that every annotator is asked about."""
    return overlap_sample(workspace, overlap)


@cached("features")
def _covering(workspace: Workspace) -> Sequence[QueuedImage]:
    """The images that cover the collection; they stay while a person labels them."""
    return coverage_queue(workspace, here=loaders.space(workspace, FEATURES).vectors)


@cached()
def _informative(workspace: Workspace, learnt: str) -> Sequence[QueuedImage]:
    """The most informative images for a model; they stay while a person labels them."""
    return informative_queue(workspace)


@cached("features")
def _random(workspace: Workspace, who: str, overlap: float) -> Sequence[QueuedImage]:
    """Images drawn for one annotator with equal chances, always in the same order."""
    return random_queue(workspace, who, overlap)


def seen(
    workspace: Workspace, name: str, queued: Sequence[QueuedImage]
) -> tuple[LabelRequest, ...]:
    """A queue as this tab's person sees it; what they were unsure about comes back last.

    The order only changes where the person is at the end, never under their hands.

    Args:
        workspace: The open workspace.
        name: Names this very queue.
        queued: Its images.
    """
    kept, who = f"asked last.{workspace.id}.{name}", identity.who()
    last = st.session_state.setdefault(kept, unsure_of(workspace, who))
    found = label_requests(workspace, queued, who, is_blind=identity.is_blind(), last=last)
    if not any(one.is_open for one in found):
        again = unsure_of(workspace, who)
        if again != last:
            st.session_state[kept] = again
            found = label_requests(workspace, queued, who, is_blind=identity.is_blind(), last=again)
    return found
