"""names_as_labels: the names of clusters given to images as labels, and taken back as one."""

from dataclasses import dataclass

from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.login import login_name
from contrast_engine.results import Clustering
from contrast_engine.store import Workspace
from contrast_engine.store.label_types import FROM_CLUSTER_NAMES
from contrast_engine.vectors import ImageId

WHY = FROM_CLUSTER_NAMES
"""The remark on every label that comes from the name of a cluster."""


@dataclass(frozen=True)
class NamesAsLabels:
    """Which labels the names of clusters give.

    Args:
        labels: The images that get each label.
        kept: Images that keep the label that somebody gave them.
        unnamed: Clusters without a name; their images get none.
        added: Labels that are not in the label set yet.
        problem: Why they cannot be given; empty where they can.
    """

    labels: dict[str, tuple[ImageId, ...]]
    kept: int
    unnamed: int
    added: tuple[str, ...]
    problem: str = ""

    @property
    def n(self) -> int:
        """Images that get a label."""
        return sum(map(len, self.labels.values()))


def planned_labels(workspace: Workspace, *, every: bool = False) -> NamesAsLabels:
    """Which labels the names of the clusters in use would give; nothing is written.

    Args:
        workspace: With a clustering in use.
        every: All images of every named cluster, not only its typical ones.

    Raises:
        NotEnoughData: There is no clustering.
    """
    key = workspace.current("clusterings")
    if key is None:
        raise NotEnoughData("there is no clustering yet; cluster the collection first")
    clustering: Clustering = workspace.load(key)
    typical = workspace.manifest(key).details["representatives"]
    names, given = workspace.labels.cluster_names(key), workspace.labels.current()
    there, labels, kept = workspace.images.of, dict[str, list[ImageId]](), 0
    for cluster, name in names.items():
        if cluster not in clustering.clusters:
            continue
        images = clustering.members(cluster) if every else map(ImageId, typical[str(cluster)])
        for image in images:
            known = given.get(image)
            if image not in there:
                continue
            if known is not None and known.why != WHY:
                kept += 1
            elif known is None or known.label != name:
                labels.setdefault(name, []).append(image)
    known_labels = workspace.labels.label_set()
    added = tuple(name for name in labels if name not in known_labels.labels)
    problem = ""
    if known_labels.is_ordered and added:
        problem = (
            f"the labels are ordered, and {', '.join(added)} would stand at their end; name the "
            f"clusters {', '.join(known_labels.labels)}, or make the label set one without an order"
        )
    return NamesAsLabels(
        {name: tuple(images) for name, images in labels.items()},
        kept,
        sum(c not in names for c in clustering.clusters),
        added,
        problem,
    )


def names_as_labels(workspace: Workspace, *, every: bool = False, who: str = "") -> NamesAsLabels:
    """Label images by the names of the clusters in use; what somebody labelled stays.

    Models learn from these labels, but they are nobody's judgement: agreement and consensus of
    annotators leave them out, and where somebody labels such an image, theirs is the label.

    Args:
        workspace: With a clustering in use, some of whose clusters are named.
        every: All images of every named cluster, not only its typical ones.
        who: In whose name; without it the name that is logged in.

    Raises:
        NotEnoughData: There is no clustering, or no cluster has a name.
        OptionError: The label set is ordered, and a name is not in it.
    """
    found = planned_labels(workspace, every=every)
    if not found.n and not found.kept and not labels_from_names(workspace):
        raise NotEnoughData("no cluster has a name yet; name the clusters first")
    if found.problem:
        raise OptionError(found.problem)
    for name, images in found.labels.items():
        workspace.labels.add(images, name, who or login_name(), WHY)
    return found


def labels_from_names(workspace: Workspace) -> tuple[ImageId, ...]:
    """The images whose label is the name of a cluster."""
    return tuple(i for i, label in workspace.labels.current().items() if label.why == WHY)


def take_back_names(workspace: Workspace, *, who: str = "") -> int:
    """Take away every label that came from the name of a cluster; how many those were.

    Args:
        workspace: With such labels.
        who: In whose name; without it the name that is logged in.
    """
    images = labels_from_names(workspace)
    given = workspace.labels.current()
    by = dict.fromkeys(given[image].who for image in images)
    for one in by:  # a label is taken away by whom it was given, or it would count on
        theirs = [image for image in images if given[image].who == one]
        workspace.labels.add(theirs, None, one, f"taken back by {who or login_name()}")
    return len(images)
