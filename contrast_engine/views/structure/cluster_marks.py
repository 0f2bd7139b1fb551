"""What every cluster is called and which colour it has, alike wherever it is shown."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from contrast_engine.figures.look import PALETTE, UNKNOWN
from contrast_engine.results import Clustering, Report
from contrast_engine.store.workspace import Workspace

_NUMBERED = re.compile(r"\b([Cc]luster) (\d+(?:, \d+)*)\b")


@dataclass(frozen=True)
class ClusterMark:
    """A cluster as people see it.

    Args:
        cluster: Its number.
        name: What it is called: the name a person gave it, else "Cluster" and its number; of
            two with one name the later ones say their number too.
        colour: Its colour on the map and everywhere else, as "#rrggbb".
        is_named: Whether a person named it.
    """

    cluster: int
    name: str
    colour: str
    is_named: bool


def cluster_name(cluster: int, names: Mapping[int, str]) -> str:
    """What people call a cluster: its given name, else its number."""
    return names.get(cluster) or f"Cluster {cluster}"


def cluster_marks(workspace: Workspace, key: str) -> dict[int, ClusterMark]:
    """The name and the colour of every cluster of a clustering, by its number."""
    clustering: Clustering = workspace.load(key)
    given = workspace.labels.cluster_names(key)
    names = _distinct({c: cluster_name(c, given) for c in clustering.clusters})
    largest = sorted(clustering.clusters, key=lambda c: -clustering.size(c))[: len(PALETTE)]
    kept = [c for c in clustering.clusters if c in set(largest)]
    colours = dict(zip(kept, PALETTE, strict=False))
    return {
        c: ClusterMark(c, name, colours.get(c, UNKNOWN), c in given) for c, name in names.items()
    }


def marks_in_use(workspace: Workspace) -> dict[int, ClusterMark]:
    """The marks of the clustering in use; none without one."""
    key = workspace.current("clusterings")
    return cluster_marks(workspace, key) if key else {}


def with_names(words: str, marks: Mapping[int, ClusterMark]) -> str:
    """A sentence of a report, which knows clusters by number, with their names beside those."""

    def named(found: re.Match[str]) -> str:
        numbers = []
        for text in found[2].split(", "):
            mark = marks.get(int(text))
            numbers.append(f"{text} ({mark.name})" if mark and mark.is_named else text)
        return f"{found[1]} {', '.join(numbers)}"

    return _NUMBERED.sub(named, words)


def named_report(workspace: Workspace, key: str) -> Report:
    """A report of the evidence whose sentences call clusters by the names they have now."""
    report: Report = workspace.load(key)
    inputs = set(workspace.manifest(key).inputs)
    known = [made.key for made in workspace.artifacts("clusterings") if made.key in inputs]
    marks = cluster_marks(workspace, known[0]) if known else {}
    return replace(
        report,
        findings=tuple(replace(one, note=with_names(one.note, marks)) for one in report.findings),
    )


def _distinct(names: Mapping[int, str]) -> dict[int, str]:
    """Two clusters with one name stay two: the later ones say their number too."""
    seen: set[str] = set()
    distinct = {}
    for cluster, name in names.items():
        distinct[cluster] = f"{name} ({cluster})" if name in seen else name
        seen.add(distinct[cluster])
    return distinct
