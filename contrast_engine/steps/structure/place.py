"""place: images that came later, in the map, the clusters and the predictions in use."""

from collections.abc import Callable
from dataclasses import dataclass, field

from contrast_engine.among_known import NEIGHBOURS
from contrast_engine.errors import ContrastError, NotEnoughData
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.steps.encoders.embed import STEP as EMBEDDED
from contrast_engine.steps.encoders.embed import embed
from contrast_engine.steps.models.placed_predictions import predict_placed
from contrast_engine.steps.structure.edit_clusters import with_edits
from contrast_engine.steps.structure.frozen_spaces import sources_of
from contrast_engine.steps.structure.growing import Growth, NewRows, new_rows
from contrast_engine.steps.structure.placed import SHARE, fitted_count, fresh_fit_due, placed_count
from contrast_engine.steps.structure.placed_clusters import place_in_clusters
from contrast_engine.steps.structure.placed_maps import place_on_map
from contrast_engine.store import Workspace

WAYS: dict[str, Callable[[Growth, NewRows], str]] = {
    "clusterings": place_in_clusters,
    "maps": place_on_map,
    "predictions": predict_placed,
}
"""How each kind of result grows, in the order in which they rest on each other."""

CALLED = {
    "embeddings": "embedding", "clusterings": "clusters", "maps": "map",
    "predictions": "predictions",
}  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """One result that grew.

    Args:
        kind: "embeddings", "maps", "clusterings" or "predictions".
        key: The result, which is in use now.
        before: What was in use before.
        fitted: Its rows that were part of the fit.
        placed: Its rows that were placed, now or before.
        new: Those placed now.
        removed: Rows of images that are no longer in the collection, left out now.
        far: Placed ones that are far from all images of the fit.
        how: How they were placed, in words.
        due: Why a fresh fit is due, in words; empty where it is not.
    """

    kind: str
    key: str
    before: str
    fitted: int
    placed: int
    new: int
    removed: int = 0
    far: int = 0
    how: str = ""
    due: str = ""


@dataclass(frozen=True)
class PlaceReport:
    """What became of the results in use.

    Args:
        placed: Those that grew.
        left: Those that stay as they were, and why, by kind.
        as_they_are: The kinds that lacked nothing.
    """

    placed: tuple[Placed, ...] = ()
    left: dict[str, str] = field(default_factory=dict)
    as_they_are: tuple[str, ...] = ()


def place(
    workspace: Workspace, *, most: float = 1.0, who: str = "", progress: Progress = SILENT
) -> PlaceReport:
    """Place images that were measured since in everything in use, without fitting it again.

    The scale, the map, the clusters and the model stay as they were fitted; the new images get a
    place, a cluster and a predicted label, and the details say which rows those are (`fitted`,
    `placed`, `far`). Each result that grew is a new one, in use by a decision that can be undone.
    Names of clusters, edits by hand and labels go with it. Rows of images that were removed are
    left out. Asked again it changes nothing; stopped in the middle, it goes on from there.

    Args:
        workspace: Where the new images are measured.
        most: Share of placed images up to which a result grows; beyond it is left, and said why.
        who: Who asks; without it the name that is logged in.
        progress: Told after every result.

    Raises:
        NotEnoughData: Nothing is in use that images could be placed in.
        WorkspaceError: Somebody else is placing images, or the disk is full.
    """
    progress = paced(progress, "place", workspace, "looking what is there")
    kinds = [kind for kind in WAYS if workspace.current(kind)]
    if not kinds:
        raise NotEnoughData(
            "there is no map, clustering or model in use that new images could be placed in; "
            "make one first"
        )
    placed: list[Placed] = []
    left: dict[str, str] = {}
    same: list[str] = []
    seen = _Seen()
    has_embedding = workspace.current("embeddings") is not None
    first, progress = in_parts(progress, 10 * has_embedding, 1)
    with workspace.lock("place"):
        _embedded(workspace, placed, left, who, first)
        for done, kind in enumerate(kinds):
            progress.tick(done, len(kinds), f"placing new images: {CALLED[kind]}")
            try:
                found = _grown(workspace, kind, most, who, seen)
            except ContrastError as error:
                left[kind] = str(error)
                continue
            if found is None:
                same.append(kind)
            elif isinstance(found, str):
                left[kind] = found
            else:
                placed.append(found)
        progress.tick(len(kinds), len(kinds), "placing new images")
    return PlaceReport(tuple(placed), left, tuple(same))


@dataclass
class _Seen:
    """What several results need: looked up once, and kept in memory while images are placed.

    Attributes:
        rows: The new rows, by space and images.
        held: Tables and results that are in use, by key.
    """

    rows: dict[tuple[str, bytes], NewRows] = field(default_factory=dict)
    held: dict[str, object] = field(default_factory=dict)

    def hold(self, growth: Growth) -> None:
        """Read what a result and its space are made of."""
        keys = {growth.now.key, growth.fitted.key}
        for space in (growth.fitted.inputs[0], growth.now.inputs[0], growth.space):
            keys |= set(sources_of(growth.workspace, space))
        self.held |= {key: growth.workspace.load(key) for key in keys - self.held.keys()}


def _embedded(
    workspace: Workspace, placed: list[Placed], left: dict[str, str], who: str, progress: Progress
) -> None:
    """Send the new images through the encoder whose embedding is in use."""
    key = workspace.current("embeddings")
    if key is None:
        return
    before = workspace.manifest(key)
    if before.step != EMBEDDED:
        return
    try:
        found = embed(workspace, str(before.recipe["model"]), anyway=True, who=who,
                      progress=progress)  # fmt: skip
    except ContrastError as error:
        left["embeddings"] = str(error)
        return
    if found.key != key:
        new = max(found.images - before.rows, 0)
        placed.append(Placed("embeddings", found.key, key, found.images, 0, new,
                             how="through the encoder as it was trained"))  # fmt: skip


def _grown(
    workspace: Workspace, kind: str, most: float, who: str, seen: _Seen
) -> Placed | str | None:
    """A result in use with the new images; why it is left, or None where it lacks nothing."""
    before = str(workspace.current(kind))
    growth = Growth.of(workspace, before)
    if not growth.is_needed:
        return None
    seen.hold(growth)
    removed = int((~growth.stays).sum())
    if growth.space == growth.fitted.inputs[0]:  # the images it was fitted on, as it was
        key = growth.fitted.key
        key = with_edits(workspace, key) if kind == "clusterings" else key
        why = "the placed images were removed"
    elif not len(growth.new) and not removed:
        return None
    else:
        n_all = growth.n_fitted + growth.n_placed
        if growth.n_placed > most * n_all:
            return (
                f"{growth.n_placed:,} of {n_all:,} images would be placed and be no part of "
                f"the fit, more than {most:.0%}; make it again, or place them all the same"
            )
        group = (growth.space, growth.new.tobytes())
        if group not in seen.rows:
            seen.rows[group] = new_rows(growth, NEIGHBOURS)
        key = WAYS[kind](growth, seen.rows[group])
        why = _words(len(growth.new), removed)
    workspace.use(kind, key, who, why)
    details = workspace.manifest(key).details
    made = workspace.manifest(key)
    return Placed(
        kind, key, before, fitted_count(made), placed_count(made), len(growth.new), removed,
        int(details.get("n_far", 0)), str(details.get("placed_by", "")), fresh_fit_due(details),
    )  # fmt: skip


def _words(new: int, removed: int) -> str:
    parts = [f"{count(n)} {what}" for n, what in ((new, "placed"), (removed, "removed")) if n]
    return ", ".join(parts)


def count(n: int) -> str:
    """So many images, in words."""
    return "1 image" if n == 1 else f"{n:,} images"


__all__ = ["SHARE", "PlaceReport", "Placed", "place"]
