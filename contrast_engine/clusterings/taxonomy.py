"""A merge tree cut twice: a few coarse groups, and the finer groups that lie inside each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.clusterings import numbered
from contrast_engine.clusterings.ward import cut
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.results import UNASSIGNED, Clustering
from contrast_engine.vectors import ImageId


@dataclass(frozen=True, eq=False)
class Tree:
    """A merge tree over n rows.

    Args:
        leaf: (n,) the leaf of each row.
        weights: (m,) how many rows each leaf stands for.
        merges: (m - 1, 4) as scipy writes them: two nodes, distance, leaves below.
    """

    leaf: Ints
    weights: Ints
    merges: Floats

    @classmethod
    def of(cls, arrays: Mapping[str, Any]) -> Self:
        """The tree that a hierarchical clustering kept.

        Raises:
            NotEnoughData: It kept none.
        """
        if "merges" not in arrays:
            raise NotEnoughData(
                "this clustering has no merge tree; cluster with the hierarchical method"
            )
        return cls(arrays["leaf"], arrays["weights"], arrays["merges"])

    @property
    def n_leaves(self) -> int:
        """How many leaves there are: the most groups that it can be cut into."""
        return len(self.weights)

    def groups(self, n: int) -> Ints:
        """(n,) group of each row when cut into `n` groups, the largest group 0.

        Raises:
            OptionError: The tree has fewer leaves.
        """
        if not 1 <= n <= self.n_leaves:
            raise OptionError(f"this tree can be cut into 1 to {self.n_leaves} groups, got {n}")
        return numbered(cut(self.merges, n)[self.leaf])

    def subtrees(self, n: int) -> tuple[str, ...]:
        """Names of `n` groups by their first leaf and number: the same in every cut."""
        groups = self.groups(n)
        leaves = [np.unique(self.leaf[groups == group]) for group in range(n)]
        return tuple(f"{own[0]}+{len(own)}" for own in leaves)

    def height(self, n: int) -> float:
        """The distance at which a cut leaves `n` groups: halfway between two merges."""
        heights = np.concatenate([[0.0], self.merges[:, 2]])
        above = heights[self.n_leaves - n + 1] if n > 1 else heights[-1] * 1.05
        return float((heights[self.n_leaves - n] + above) / 2)

    def count_at(self, height: float) -> int:
        """How many groups a cut at this distance leaves."""
        return int(np.count_nonzero(self.merges[:, 2] > height)) + 1


@dataclass(frozen=True)
class Branch:
    """One coarse group and the finer groups inside it.

    Args:
        cluster: Id of the coarse group.
        groups: Images of each finer group, the largest first; together they are the cluster.
        numbers: Which group of the finer cut each of them is.
    """

    cluster: int
    groups: tuple[tuple[ImageId, ...], ...]
    numbers: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many images the branch has."""
        return sum(map(len, self.groups))


def nested(clustering: Clustering, fine: Ints) -> tuple[Branch, ...]:
    """Divide every cluster by a finer cut; where a person moved images, both divisions count.

    Args:
        clustering: The coarse groups.
        fine: (n,) finer group of each image, in the order of the clustering's ids.
    """
    found: dict[int, dict[int, list[ImageId]]] = {c: {} for c in clustering.clusters}
    for image, cluster, group in zip(clustering.ids, clustering.cluster, fine, strict=True):
        if cluster != UNASSIGNED:
            found[int(cluster)].setdefault(int(group), []).append(image)
    branches = []
    for cluster, groups in found.items():
        inside = sorted((-len(images), tuple(sorted(images)), n) for n, images in groups.items())
        branches.append(
            Branch(cluster, tuple(g for _, g, _ in inside), tuple(n for _, _, n in inside))
        )
    return tuple(branches)


def places(branches: tuple[Branch, ...]) -> dict[ImageId, str]:
    """Every image its finer group as "cluster.group", as in "0.2"."""
    return {
        image: f"{branch.cluster}.{number}"
        for branch in branches
        for number, group in enumerate(branch.groups)
        for image in group
    }
