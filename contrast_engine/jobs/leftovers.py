"""Records of jobs whose process died, and files of jobs that have no record."""

from pathlib import Path

from contrast_engine.errors import JobError
from contrast_engine.jobs.files import JobFiles, is_job_id
from contrast_engine.jobs.runner import JobRunner
from contrast_engine.store import Workspace
from contrast_engine.store.tidying import Leftover

DEAD = "record of a job whose process died"
ORPHANED = "file of a job that has no record"


def dead_jobs(workspace: Workspace, *, is_repair: bool = False) -> tuple[Leftover, ...]:
    """The files of jobs that ended without a word; what they saved is elsewhere and stays.

    Args:
        workspace: Whose jobs.
        is_repair: Remove them.

    Raises:
        WorkspaceError: Another process has been starting a job for long.
    """
    if not is_repair:
        return tuple(_found(workspace))
    with workspace.lock("jobs"):  # nobody starts one meanwhile
        found = tuple(_found(workspace))
        for one in found:
            JobFiles(workspace, one.path.name.partition(".")[0]).remove()
    return found


def _found(workspace: Workspace) -> list[Leftover]:
    runner, found = JobRunner(workspace), []
    by_job: dict[str, list[Path]] = {}
    for path in sorted((workspace.root / "jobs").glob("*.*")):
        by_job.setdefault(path.name.partition(".")[0], []).append(path)
    for job, paths in by_job.items():
        if not is_job_id(job) or JobFiles(workspace, job).is_alive():
            continue
        try:
            what = DEAD if runner.status(job).state == "lost" else ""
        except JobError:
            what = ORPHANED
        if what:
            found += [Leftover(path, what, path.stat().st_size) for path in paths]
    return found
