"""back_up: all of a workspace in one file, taken while annotators work; restore: the way back."""

from dataclasses import dataclass
from pathlib import Path

from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.store import Workspace
from contrast_engine.store.backups import Backup, check_backup, read_backup, write_backup
from contrast_engine.store.targets import checked_target


@dataclass(frozen=True)
class BackupReport:
    """What was backed up.

    Args:
        file: Where the backup is.
        bytes: Its size.
        files: How many files of the workspace it holds.
        at: When it was taken, in UTC.
        labels: Events in the log of labels, up to the last that is in it.
    """

    file: str
    bytes: int
    files: int
    at: str
    labels: int


def back_up(
    workspace: Workspace,
    file: str | Path,
    *,
    with_cache: bool = False,
    overwrite: bool = False,
    progress: Progress = SILENT,
) -> BackupReport:
    """Write all of a workspace into one file, and read it once more to be sure of it.

    Annotators may be at work, and steps may run, meanwhile: every log is copied as it was at one
    moment, and all that the copy names is in the copy. The photographs are not in it, except those
    that were unpacked from archives.

    Args:
        workspace: The workspace.
        file: The file to write, a tar.
        with_cache: Whether the training copies go in; they are made again when they are missing.
        overwrite: Whether a file of that name is replaced.
        progress: Told after every file; a cancelled backup leaves nothing behind.

    Raises:
        OptionError: There is a file of that name, or no such folder, or it lies in the workspace.
        WorkspaceError: It could not be written, or something in the workspace is damaged.
    """
    progress = paced(progress, "backup", workspace, "looking what is there")
    target = checked_target(file, overwrite=overwrite, of=workspace)
    refuse_inside(target, workspace)
    writing, checking = in_parts(progress, 2, 1)
    written = write_backup(workspace.root, target, with_cache=with_cache, progress=writing)
    found = check_backup(target, checking)
    return BackupReport(str(target), written, found.files, found.at, workspace.labels.version())


def refuse_inside(target: Path, workspace: Workspace) -> None:
    """Refuse a backup within what is backed up: it would be in the next one."""
    from contrast_engine.errors import OptionError

    if target.resolve().is_relative_to(workspace.root.resolve()):
        raise OptionError(
            f"{target} lies in the workspace itself, and would be lost with it; name a file "
            "elsewhere, best on another disk"
        )


def restore(file: str | Path, folder: str | Path, *, progress: Progress = SILENT) -> Backup:
    """Make a workspace of a backup, in a folder that is not there yet or empty.

    The file may come from a stranger: nothing in it is run, nothing is written elsewhere, and it
    cannot unpack to more than its own size.

    Args:
        file: What `back_up` wrote.
        folder: The folder of the new workspace; it comes to be as a whole or not at all.
        progress: Told on the way; cancelled, it leaves nothing behind.

    Raises:
        WorkspaceError: It is no backup, is damaged, there is something in the folder, or the disk
            is full.
    """
    root = Path(folder).expanduser().absolute()
    found = read_backup(Path(file).expanduser().absolute(), root, progress)
    Workspace.open(root).close()
    return found
