"""The report that the app makes: kept in the workspace until the next, to be downloaded."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from contrast_engine.errors import UnknownName
from contrast_engine.store.workspace import Workspace

FOLDER = "report"


@dataclass(frozen=True)
class KeptReport:
    """A report that can be downloaded: its format, size, and when it was made (UTC)."""

    format: str
    bytes: int
    at: datetime


def place(workspace: Workspace, format: str) -> str:
    """Where the report of a format is kept; its folder is made.

    Raises:
        OSError: It could not be made.
    """
    folder = workspace.root / FOLDER
    folder.mkdir(exist_ok=True)
    return str(folder / f"report.{format}")


def kept(workspace: Workspace, format: str) -> KeptReport | None:
    """What is known of the report of a format; None where none was made."""
    file = _file(workspace, format)
    try:
        found = file.stat()
    except OSError:
        return None
    return KeptReport(format, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))


def kept_bytes(workspace: Workspace, format: str) -> bytes:
    """The report of a format.

    Raises:
        UnknownName: It is not there any more.
    """
    try:
        return _file(workspace, format).read_bytes()
    except OSError as error:
        raise UnknownName("the report is not there any more; make it again") from error


def _file(workspace: Workspace, format: str) -> Path:
    return workspace.root / FOLDER / f"report.{format}"
