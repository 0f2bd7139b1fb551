"""taxonomy, keep_fine_cut: the coarse and the fine cut of one merge tree, kept together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contrast_engine.clusterings.taxonomy import Branch, Tree, nested
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.results import Clustering
from contrast_engine.steps.structure.edit_clusters import computed_key, unedited_key
from contrast_engine.store import Workspace
from contrast_engine.store.labels import label_name

_TOPIC = "fine cut of "
_NAMES = "names of fine groups of "


@dataclass(frozen=True)
class Taxonomy:
    """A clustering and the finer groups kept inside it.

    Args:
        key: The clustering.
        n_fine: Into how many groups the whole tree was cut for the finer ones.
        branches: Every cluster with its finer groups.
        names: What people call a finer group, by its place, as in "0.2".
    """

    key: str
    n_fine: int
    branches: tuple[Branch, ...]
    names: Mapping[str, str]


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
    """The finer groups kept inside a clustering, by default the current; None without.

    Images that a person moved by hand stay in their cluster and in the group of the tree.

    Raises:
        NotEnoughData: There is no clustering.
    """
    key = key or _current(workspace)
    n_fine = fine_cut(workspace, key)
    if not n_fine:
        return None
    clustering: Clustering = workspace.load(key)
    tree = tree_of(workspace, key)
    branches = nested(clustering, tree.groups(n_fine))
    given = _given_names(workspace, key)
    named = {
        place: given[subtree]
        for place, subtree in _subtrees(tree, n_fine, branches).items()
        if given.get(subtree)
    }
    return Taxonomy(key, n_fine, branches, named)


def fine_cut(workspace: Workspace, key: str) -> int:
    """Into how many groups the tree of a clustering is cut for the finer ones; 0 for none."""
    events = workspace.edits.events(_TOPIC + _computed(workspace, key))
    kept = [event for event in events if not event.is_undone]
    return int(kept[-1].body["n_fine"]) if kept else 0


def name_group(workspace: Workspace, place: str, name: str, who: str = "me") -> Taxonomy:
    """A finer group of the current clustering a name; an empty one takes it away.

    The name belongs to this part of the tree: it stays when clusters are merged or images moved,
    and in every other cut that has the same group.

    Raises:
        NotEnoughData: There is no clustering, or no finer groups are kept with it.
        OptionError: There is no such group, or the name cannot be one.
    """
    kept = taxonomy(workspace)
    if kept is None:
        raise NotEnoughData("no finer groups are kept with these clusters; keep a fine cut first")
    subtrees = _subtrees(tree_of(workspace, kept.key), kept.n_fine, kept.branches)
    if place not in subtrees:
        raise OptionError(f"no group {place!r}; there are: {', '.join(subtrees)}")
    body = {"subtree": subtrees[place], "name": label_name(name) if name.strip() else ""}
    workspace.edits.append(_NAMES + _computed(workspace, kept.key), who, body)
    return taxonomy(workspace) or kept


def undo_group_name(workspace: Workspace, who: str = "me") -> bool:
    """Take back the name this person gave a finer group last; False where there is none.

    Raises:
        NotEnoughData: There is no clustering.
    """
    topic = _NAMES + _computed(workspace, _current(workspace))
    return workspace.edits.undo(topic, who) is not None


def _given_names(workspace: Workspace, key: str) -> dict[str, str]:
    events = workspace.edits.events(_NAMES + _computed(workspace, key))
    return {e.body["subtree"]: e.body["name"] for e in events if not e.is_undone}


def _subtrees(tree: Tree, n_fine: int, branches: Sequence[Branch]) -> dict[str, str]:
    """The part of the tree that each finer group is, by its place."""
    known = tree.subtrees(n_fine)
    return {
        f"{branch.cluster}.{place}": known[number]
        for branch in branches
        for place, number in enumerate(branch.numbers)
    }


def tree_of(workspace: Workspace, key: str) -> Tree:
    """The merge tree of a clustering, or of the one that was changed by hand.

    Raises:
        NotEnoughData: Its method keeps no tree.
    """
    own = unedited_key(workspace.manifest(key))  # with a leaf for every image placed in it
    has_tree = workspace.models.has(own)
    return Tree.of(workspace.models.load(own)[0] if has_tree else {})


def _current(workspace: Workspace) -> str:
    key = workspace.current("clusterings")
    if key is None:
        raise NotEnoughData("there is no clustering yet; cluster the collection first")
    return key


def _computed(workspace: Workspace, key: str) -> str:
    """The clustering that a method made, under one that was changed or grew."""
    return computed_key(workspace.manifest(key))
