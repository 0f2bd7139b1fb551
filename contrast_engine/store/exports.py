"""What was handed out last: when, how much, and what it rested on."""

from dataclasses import asdict, dataclass
from pathlib import Path

from contrast_engine.store.atomic_files import read_json, write_json

FILE = "exported.json"


@dataclass(frozen=True)
class Exported:
    """An export of the table.

    Args:
        at: When, in UTC.
        rows: How many images it had.
        rests_on: The results, labels and names that it showed, by what they are.
    """

    at: str
    rows: int
    rests_on: dict[str, str]


def keep(root: Path, exported: Exported) -> None:
    """Remember an export in the folder of a workspace, in place of the one before.

    Raises:
        WorkspaceError: It could not be written.
    """
    write_json(root / FILE, asdict(exported))


def last(root: Path) -> Exported | None:
    """The last export of a workspace; None where there was none, or its record is no record."""
    value = read_json(root / FILE) or {}
    rests_on = value.get("rests_on")
    if not isinstance(rests_on, dict):
        return None
    known = {str(name): str(one) for name, one in rests_on.items()}
    return Exported(str(value.get("at", "")), int(value.get("rows", 0)), known)
