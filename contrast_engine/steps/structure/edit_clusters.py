"""edit_clusters: what a person changes about clusters, kept as events and applied as a result."""

from collections.abc import Iterable

from contrast_engine.clusterings.editing import Edit, Kind, checked, edited, largest
from contrast_engine.errors import NotEnoughData
from contrast_engine.results import UNASSIGNED, Clustering
from contrast_engine.several import several
from contrast_engine.steps.in_use import PLACED
from contrast_engine.steps.structure.cluster import carry_names, described, next_id
from contrast_engine.steps.structure.spaces import space_of
from contrast_engine.store import Artifact, Event, Manifest, Workspace
from contrast_engine.validation.separation import Separation, measured_again
from contrast_engine.vectors import ImageId

STEP = "edit-clusters@1"

OF_PLACED = ("fitted", "placed", "far", "n_far", "placed_by", "fitted_on")
"""What the details of a result say of the images that were placed in it."""


def edit_clusters(
    workspace: Workspace,
    kind: Kind,
    *,
    clusters: Iterable[int] = (),
    images: Iterable[ImageId] = (),
    into: int = UNASSIGNED,
    who: str = "me",
    token: str | None = None,
) -> str:
    """Change the current clustering; give the key of the changed one, which is then current.

    The change is appended to the log of the computed clustering, which itself stays as it is.
    Merged clusters take the id of the largest; images split off get an id never used before.

    Args:
        workspace: With a current clustering.
        kind: "merge" clusters, "split" images off, "move" them, or "exclude" them.
        clusters: Those to merge.
        images: Those to split off, move or exclude.
        into: Where images are moved.
        who: Who does it.
        token: A name for this one change; done again under it, nothing changes.

    Raises:
        NotEnoughData: There is no clustering.
        OptionError: A cluster or image is not there, or the change would change nothing.
    """
    clusters, images = tuple(several(clusters, "clusters")), tuple(several(images, "images"))
    base = _base(workspace)
    clustering: Clustering = workspace.load(base.key)

    def body(events: tuple[Event, ...]) -> dict[str, object]:
        now = edited(clustering, _edits(events))
        edit = checked(now, Edit(kind, clusters, images, into))
        used = [e.body["into"] + 1 for e in events]  # also of splits that were taken back
        target = into
        if kind == "merge":
            target = largest(now, edit.clusters)
        elif kind == "split":
            target = max([next_id(base, clustering), *used])
        elif kind == "exclude":
            target = UNASSIGNED
        return Edit(kind, edit.clusters, edit.images, target).as_json()

    workspace.edits.append(computed_key(base), who, body, token)
    return _applied(workspace, base)


def undo_cluster_edit(
    workspace: Workspace, who: str = "me", token: str | None = None
) -> str | None:
    """Take back this person's last change of the current clustering; give the current key.

    None where there is nothing left to take back.

    Raises:
        NotEnoughData: There is no clustering.
    """
    base = _base(workspace)
    if workspace.edits.undo(computed_key(base), who, token) is None:
        return None
    return _applied(workspace, base)


def with_edits(workspace: Workspace, key: str) -> str:
    """Key of a computed clustering as people edited it before; its own where nobody did.

    What is in use stays as it is.
    """
    base = workspace.manifest(unedited_key(workspace.manifest(key)))
    found = _saved(workspace, base)
    if found != base.key:
        carry_names(workspace, base.key, found)
    return found


def apply_edits(workspace: Workspace) -> str:
    """Make the current clustering, computed anew, the one people had changed; give its key.

    Raises:
        NotEnoughData: There is no clustering.
    """
    return _applied(workspace, _base(workspace))


def computed_key(made: Manifest) -> str:
    """The key of the computed clustering under one that was edited, or that grew; else its own."""
    return made.inputs[-1] if made.step in (STEP, PLACED) else made.key


def unedited_key(made: Manifest) -> str:
    """The key of the clustering under an edited one, with the images that were placed in it."""
    return made.inputs[1] if made.step == STEP else made.key


def _base(workspace: Workspace) -> Manifest:
    """The computed clustering under the current one, with the images that were placed in it."""
    key = workspace.current("clusterings")
    if key is None:
        raise NotEnoughData("there is no clustering to change yet; cluster the collection first")
    return workspace.manifest(unedited_key(workspace.manifest(key)))


def _edits(events: Iterable[Event]) -> list[Edit]:
    return [Edit.of(event.body) for event in events if not event.is_undone]


def _applied(workspace: Workspace, base: Manifest) -> str:
    """Save the clustering as it is after all changes, and make it current."""
    key = _saved(workspace, base)
    if key != base.key:
        _carry_names(workspace, key, base)
    workspace.make_current("clusterings", key)
    return key


def _saved(workspace: Workspace, base: Manifest) -> str:
    """Save the clustering as it is after all changes."""
    edits = edits_of(workspace, base)
    if not edits:
        return base.key
    artifact = edited_artifact(base, edits)
    if not workspace.has(artifact):
        where = space_of(workspace, base.inputs[0])
        clustering = edited(workspace.load(base.key), edits, where.vectors)
        null = {name: Separation(**base.details[name]) for name in ("silhouette", "davies_bouldin")}
        found = measured_again(where.vectors, clustering, null, seed=base.seed or 0)
        details = described(where, clustering, found, base.details["method"])
        details["on"] = base.details.get("on", "features")
        details |= {name: base.details[name] for name in OF_PLACED if name in base.details}
        # as high as this question knows; the log knows of splits that were taken back
        used = [edit.into + 1 for edit in edits]
        details["identity"] = {"next_id": max([next_id(base, clustering), *used])}
        workspace.save(artifact, clustering, details)
    return artifact.key


def edits_of(workspace: Workspace, base: Manifest) -> list[Edit]:
    """The changes by hand that stand, of a clustering or of the computed one under it."""
    return _edits(workspace.edits.events(computed_key(base)))


def edited_artifact(base: Manifest, edits: Iterable[Edit]) -> Artifact:
    """The question whose answer is a clustering, perhaps with images placed, after edits."""
    recipe = {**base.recipe, "edits": [edit.as_json() for edit in edits]}
    under = tuple(dict.fromkeys((base.key, computed_key(base))))
    return Artifact("clusterings", STEP, recipe, (base.inputs[0], *under), base.seed)


def _carry_names(workspace: Workspace, key: str, base: Manifest) -> None:
    """The names of clusters before an edit for those after it."""
    for before in dict.fromkeys((workspace.current("clusterings"), base.key)):
        if before is not None and before != key:
            carry_names(workspace, before, key)
