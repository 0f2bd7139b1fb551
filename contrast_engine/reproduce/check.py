"""check: the commands run in a folder of their own, and what they made compared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.progress import SILENT, Progress
from contrast_engine.reproduce.compare import Compared, compared
from contrast_engine.reproduce.plan import Plan
from contrast_engine.reproduce.record import write_files
from contrast_engine.store.workspace import Workspace

Run = Callable[[Sequence[str]], tuple[int, str]]
"""Runs one command line; gives its exit code and what it said of its failure."""


@dataclass(frozen=True)
class Failed:
    """A command that could not do its work, and what it said."""

    command: str
    said: str


@dataclass(frozen=True)
class Check:
    """What came of running a plan.

    Args:
        rows: Everything that was compared.
        failed: The commands that failed.
    """

    rows: tuple[Compared, ...]
    failed: tuple[Failed, ...]

    @property
    def is_same(self) -> bool:
        """True where all that can be made again is the same."""
        return not any(row.is_fault for row in self.rows)


def check(
    workspace: Workspace, plan: Plan, folder: Path, run: Run, progress: Progress = SILENT
) -> Check:
    """What the commands make in an empty folder, compared with what there is.

    Args:
        workspace: The workspace; it is only read.
        plan: Its plan.
        folder: Where the record and the new workspace go.
        run: Runs a command.
        progress: Told before each command; it can cancel between them.
    """
    record = folder / "record"
    write_files(plan.files, record)
    place = folder / "again.contrast"
    failed = []
    for number, command in enumerate(plan.commands):
        progress.tick(number, len(plan.commands), command.shell()[:60])
        code, said = run(command.arguments(place, record))
        if code:
            failed.append(Failed(command.shell(), said))
    again = Workspace(place)
    try:
        return Check(compared(workspace, again, plan), tuple(failed))
    finally:
        again.close()
