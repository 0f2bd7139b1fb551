"""The files of new images: those a person names, or those of the reservoir that are still there."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from contrast_engine.arrays import Json
from contrast_engine.errors import NotEnoughData
from contrast_engine.monitor import MonitorLog
from contrast_engine.store import Workspace, parquet, shown
from contrast_engine.store.atomic_files import write_bytes

LOG = "monitor"
"""The folder of a workspace that holds the log of what its model scored."""

LISTED = "new images.parquet"


@dataclass(frozen=True)
class NewFiles:
    """What is to be added to the old images.

    Args:
        roots: What is scanned: what was named, or a table of the files in the reservoir.
        ids: The images of the reservoir; empty where files were named.
        reservoir: Images in the reservoir; None where files were named.
        there: Of these, how many have a file that is still there.
        seen: Different images that were scored in all.
        batches: Batches they came in.
        since, until: When the first and the last of them was scored.
    """

    roots: tuple[str, ...]
    ids: tuple[str, ...] = ()
    reservoir: int | None = None
    there: int | None = None
    seen: int | None = None
    batches: int | None = None
    since: str | None = None
    until: str | None = None

    @property
    def words(self) -> str:
        """Where the new images come from, in a sentence."""
        if self.reservoir is None:
            return f"New images: {', '.join(map(shown, self.roots))}."
        gone = self.reservoir - (self.there or 0)
        rest = f"; the files of the other {gone:,} are gone" if gone else ""
        return (
            f"New images: {self.there:,} of the {self.reservoir:,} in the reservoir, a uniform "
            f"sample of the {self.seen:,} scored in {self.batches:,} batches{rest}."
        )

    def as_json(self) -> Json:
        """Everything but the names, which may be thousands."""
        kept = {name: value for name, value in asdict(self).items() if name != "ids"}
        return {**kept, "words": self.words}


def new_files(
    workspace: Workspace,
    paths: Sequence[str | Path],
    folder: Path,
    log_folder: str | Path | None = None,
) -> NewFiles:
    """The files that a model is to be trained on again, beside the old ones.

    Args:
        workspace: With a log of scored batches, where no paths are given.
        paths: Files and folders of new images; without any, those of the reservoir.
        folder: Where a table of the files is kept.
        log_folder: The log of scored batches, where it is not that of the workspace.

    Raises:
        NotEnoughData: Nothing was scored yet, or none of the files is there any more.
    """
    if paths:
        return NewFiles(tuple(str(path) for path in paths))
    log = MonitorLog(Path(log_folder).expanduser() if log_folder else workspace.root / LOG)
    try:
        rows, batches, seen = log.reservoir(), log.batches(), log.images()
    finally:
        log.close()
    if not rows:
        raise NotEnoughData(
            "no new images were scored with this collection yet, so there is nothing to add; score "
            f"some with `contrast predict {shown(workspace.root)} PATH`, or name new images"
        )
    there = [row for row in rows if _is_there(row.path)]
    if not there:
        raise NotEnoughData(
            f"none of the {len(rows):,} images in the reservoir has a file that is still there; "
            "put them back where they were scored, or name the folder they are in now"
        )
    table = folder / LISTED
    write_bytes(table, parquet.encode({"path": [str(Path(row.path).resolve()) for row in there]}))
    return NewFiles(
        (str(table),), tuple(row.id for row in there if row.id), len(rows), len(there), seen,
        len(batches), batches[0].at if batches else None, batches[-1].at if batches else None,
    )  # fmt: skip


def _is_there(path: str) -> bool:
    try:
        path.encode()
        return Path(path).is_file()
    except (OSError, ValueError):  # no name of a file at all, as that of an upload may be
        return False
