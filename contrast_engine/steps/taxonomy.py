"""taxonomy, keep_fine_cut: the coarse and the fine cut of one merge tree, kept together."""

from dataclasses import dataclass

from contrast_engine.clusterings.taxonomy import Branch, Tree, nested
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.results import Clustering
from contrast_engine.steps.editing import STEP as EDITED
from contrast_engine.store import Workspace

_TOPIC = "fine cut of "


@dataclass(frozen=True)
class Taxonomy:
    """A clustering and the finer groups kept inside it.

    Args:
        key: The clustering.
        n_fine: Into how many groups the whole tree was cut for the finer ones.
        branches: Every cluster with its finer groups.
    """

    key: str
    n_fine: int
    branches: tuple[Branch, ...]


def keep_fine_cut(workspace: Workspace, n_fine: int, who: str = "me") -> Taxonomy | None:
    """Keep a finer cut of the current clustering's tree beside it; 0 forgets it.

    Raises:
        NotEnoughData: There is no clustering, or it has no tree.
        OptionError: The tree cannot be cut like this, or the cut is no finer.
    """
    key = _current(workspace)
    tree = tree_of(workspace, key)
    n_coarse = len(workspace.load(_computed(workspace, key)).clusters)
    if n_fine and not n_coarse < n_fine <= tree.n_leaves:
        raise OptionError(
            f"the fine cut must have more groups than the coarse one, {n_coarse + 1} to"
            f" {tree.n_leaves} here, got {n_fine}"
        )
    workspace.edits.append(_TOPIC + _computed(workspace, key), who, {"n_fine": int(n_fine)})
    return taxonomy(workspace, key)


def taxonomy(workspace: Workspace, key: str | None = None) -> Taxonomy | None:
    """Give the finer groups kept inside a clustering, by default the current; None without.

    Images that a person moved by hand stay in their cluster and in the group of the tree.

    Raises:
        NotEnoughData: There is no clustering.
    """
    key = key or _current(workspace)
    kept = [
        e for e in workspace.edits.events(_TOPIC + _computed(workspace, key)) if not e.is_undone
    ]
    n_fine = int(kept[-1].body["n_fine"]) if kept else 0
    if not n_fine:
        return None
    clustering: Clustering = workspace.load(key)
    fine = tree_of(workspace, key).groups(n_fine)
    return Taxonomy(key, n_fine, nested(clustering, fine))


def tree_of(workspace: Workspace, key: str) -> Tree:
    """Give the merge tree of a clustering, or of the one that was changed by hand.

    Raises:
        NotEnoughData: Its method keeps no tree.
    """
    computed = _computed(workspace, key)
    has_tree = workspace.models.has(computed)
    return Tree.of(workspace.models.load(computed)[0] if has_tree else {})


def _current(workspace: Workspace) -> str:
    key = workspace.current("clusterings")
    if key is None:
        raise NotEnoughData("there is no clustering yet; cluster the collection first")
    return key


def _computed(workspace: Workspace, key: str) -> str:
    """Give the clustering that a method made, under one that a person changed."""
    made = workspace.manifest(key)
    return made.inputs[1] if made.step == EDITED else key
