"""A merge tree as the clusters page shows it: the figure, and what each cut would give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine import describe, representatives
from contrast_engine.arrays import Ints, Json
from contrast_engine.clusterings.taxonomy import Tree, nested
from contrast_engine.figures.look import PALETTE_NAMES
from contrast_engine.figures.tree import dendrogram
from contrast_engine.results import Clustering
from contrast_engine.steps.structure.spaces import Space, space_of
from contrast_engine.steps.structure.taxonomy import taxonomy, tree_of
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

MOST = 40
"""Groups that the page offers at most: as many as the method's own option."""

TYPICAL = 6


@dataclass(frozen=True)
class GroupStrip:
    """One group of a cut: its place in the taxonomy, size, words and typical images.

    `colour` is that of its lines in the tree, by name.
    """

    id: str
    size: int
    words: str
    typical: tuple[ImageId, ...]
    colour: str


@dataclass(frozen=True)
class BranchStrip:
    """One coarse group with the finer groups inside it."""

    whole: GroupStrip
    groups: tuple[GroupStrip, ...]


@dataclass(frozen=True)
class TreeCard:
    """A tree cut twice.

    Args:
        chart: The tree with its two cuts.
        basis: What the leaves are and in which space, in words.
        branches: The coarse groups, the largest first, with the finer ones inside.
    """

    chart: "Figure"
    basis: str
    branches: tuple[BranchStrip, ...]


def has_tree(workspace: Workspace, key: str) -> bool:
    """True if the method of this clustering keeps a merge tree."""
    return workspace.manifest(key).recipe.get("method") == "hierarchical"


def cut_at(workspace: Workspace, key: str, height: float) -> int:
    """How many groups a cut at this height leaves, 2 to as many as the page offers."""
    tree = tree_of(workspace, key)
    return min(max(tree.count_at(height), 2), most_groups(workspace, key))


def most_groups(workspace: Workspace, key: str) -> int:
    """How many groups the tree can be cut into here."""
    return min(MOST, tree_of(workspace, key).n_leaves)


def kept_fine(workspace: Workspace, key: str) -> int:
    """The number of finer groups that are kept with a clustering, 0 for none."""
    kept = taxonomy(workspace, key)
    return kept.n_fine if kept else 0


def group_names(workspace: Workspace, key: str) -> Mapping[str, str]:
    """The names of the finer groups that are kept with a clustering, by place."""
    kept = taxonomy(workspace, key)
    return kept.names if kept else {}


def tree_card(workspace: Workspace, key: str, n_coarse: int, n_fine: int) -> TreeCard:
    """The tree of a clustering cut twice; nothing is kept.

    Args:
        workspace: The open workspace.
        key: A clustering with a tree.
        n_coarse: Groups of the coarse cut.
        n_fine: Groups of the fine one; no more than the coarse one shows none.
    """
    tree = tree_of(workspace, key)
    where = space_of(workspace, workspace.manifest(key).inputs[0])
    clustering = _cut(workspace.load(key).ids, tree.groups(n_coarse))
    fine = tree.groups(max(n_fine, n_coarse))
    first = {int(leaf): row for row, leaf in reversed(list(enumerate(tree.leaf)))}
    of_leaf = clustering.cluster[[first[leaf] for leaf in range(tree.n_leaves)]]
    cuts = {"coarse": (tree.height(n_coarse), n_coarse)}
    if n_fine > n_coarse:
        cuts["fine"] = (tree.height(n_fine), n_fine)
    return TreeCard(
        dendrogram(tree.merges, tree.weights, of_leaf, cuts),
        _basis(tree, where),
        _strips(where, clustering, fine, with_groups=n_fine > n_coarse),
    )


def taxonomy_rows(workspace: Workspace, key: str) -> list[Json]:
    """The kept taxonomy of a clustering as the command line prints it; empty for none."""
    kept = taxonomy(workspace, key)
    if kept is None:
        return []
    where = space_of(workspace, workspace.manifest(key).inputs[0])
    clustering: Clustering = workspace.load(key)
    fine = tree_of(workspace, key).groups(kept.n_fine)
    names = workspace.labels.cluster_names(key)
    return [
        {
            "id": cluster,
            "name": names.get(cluster, ""),
            "size": branch.whole.size,
            "groups": [{"id": group.id, "name": kept.names.get(group.id, ""),
                        "size": group.size, "summary": group.words,
                        "representatives": list(group.typical)} for group in branch.groups],
        }
        for cluster, branch in zip(
            clustering.clusters, _strips(where, clustering, fine, with_groups=True), strict=True
        )
    ]  # fmt: skip


def _cut(ids: tuple[ImageId, ...], groups: Ints) -> Clustering:
    return Clustering(ids, groups, np.zeros(len(ids)))


def _strips(
    where: Space, clustering: Clustering, fine: Ints, *, with_groups: bool
) -> tuple[BranchStrip, ...]:
    typical = representatives.medoids(where.vectors, clustering, TYPICAL)
    found = []
    for branch in nested(clustering, fine):
        whole = _strip(where, str(branch.cluster), clustering.members(branch.cluster),
                       typical[branch.cluster])  # fmt: skip
        inside = []
        for number, images in enumerate(branch.groups if with_groups else ()):
            one = Clustering(images, np.zeros(len(images), int), np.zeros(len(images)))
            inside.append(
                _strip(where, f"{branch.cluster}.{number}", images,
                       representatives.medoids(where.vectors, one, TYPICAL)[0])
            )  # fmt: skip
        found.append(BranchStrip(whole, tuple(inside)))
    return tuple(found)


def _strip(
    where: Space, name: str, images: Sequence[ImageId], typical: tuple[ImageId, ...]
) -> GroupStrip:
    is_all = len(images) == len(where.readable)
    words = "" if is_all else describe.words(describe.differences(where.readable, images))
    colour = PALETTE_NAMES[int(name.partition(".")[0]) % len(PALETTE_NAMES)]
    return GroupStrip(name, len(images), words, typical, colour)


def _basis(tree: Tree, where: Space) -> str:
    n = len(tree.leaf)
    leaves = (
        "every image is a leaf"
        if tree.n_leaves == n
        else f"the {n:,} images were first gathered into {tree.n_leaves:,} micro-clusters, which "
        "are the leaves"
    )
    return f"{n:,} images, {leaves}; {where.name}."
