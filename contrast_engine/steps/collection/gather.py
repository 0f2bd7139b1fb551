"""Gather: scan, and measure what is new from the same decode; one cancel stops both."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.several import several
from contrast_engine.steps.collection.measure import MeasureReport, measure
from contrast_engine.steps.collection.measured_rows import measured_rows
from contrast_engine.steps.collection.scan import ScanReport, scan
from contrast_engine.store import Workspace

if TYPE_CHECKING:
    from contrast_engine.steps.structure.place import PlaceReport


@dataclass(frozen=True)
class GatherReport:
    """What scanning found and measuring computed, and what became of the results in use.

    Args:
        scanned: What scanning found.
        measured: What measuring computed.
        placed: What was placed where; None where nothing was asked to be, or nothing is in use.
    """

    scanned: ScanReport
    measured: MeasureReport
    placed: "PlaceReport | None" = None


def gather(
    workspace: Workspace,
    paths: Sequence[str | Path] = (),
    *,
    workers: int | None = None,
    place: bool = False,
    who: str = "",
    progress: Progress = SILENT,
) -> GatherReport:
    """Bring the collection up to date and measure every image that is not measured yet.

    New files are decoded once, for their thumbnails, their features and their training copies.
    Stopped in the middle, what was read and measured stays, and the next time goes on from there.

    Args:
        workspace: Where the collection is kept.
        paths: What to scan; without any, everything scanned before.
        workers: Images at a time; as many as there are cores by default.
        place: Whether new images are placed in the map, the clusters and the predictions in use,
            where they are at most a fifth of their images.
        who: Who asks for that; without it the name that is logged in.
        progress: Told after every file and every image; each of the two counts from nought.

    Raises:
        CollectionError: There is nothing to scan, or nothing of that name.
        OptionError: One path instead of a list.
        WorkspaceError: Someone else is scanning or measuring, or the disk is full.
    """
    progress = paced(progress, "gather", workspace, "looking what is there")
    paths = several(paths, "paths")
    first, second, third = in_parts(progress, 90, 5, 5 * place)
    with workspace.lock("measure"), measured_rows(workspace) as rows:
        part = _Part(first, "1 of 2")
        scanned = scan(workspace, paths, workers=workers, progress=part, measured_rows=rows)
    rest = measure(workspace, workers=workers, progress=_Part(second, "2 of 2"))
    measured = replace(rest, computed=rows.computed + rest.computed)
    return GatherReport(scanned, measured, placed_too(workspace, who, third) if place else None)


def placed_too(
    workspace: Workspace, who: str = "", progress: Progress = SILENT
) -> "PlaceReport | None":
    """What became of the results in use, where new images are few; None where none is in use."""
    from contrast_engine.steps.structure.place import SHARE, WAYS, place

    if not any(workspace.current(kind) for kind in WAYS):
        return None
    return place(workspace, most=SHARE, who=who, progress=progress)


class _Part:
    """Says in front of every note which part of the work it is about."""

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress = progress
        self._name = name

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        self._progress.tick(done, total, f"{self._name}: {note}" if note else self._name, **metrics)
