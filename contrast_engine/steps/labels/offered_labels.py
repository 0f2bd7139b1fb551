"""offered_labels: labels that lie in a scanned table, so that none is dropped in silence."""

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.errors import CollectionError
from contrast_engine.store import Workspace, shown
from contrast_engine.store.sources import is_table
from contrast_engine.store.tables import column, open_table

COLUMNS = ("label", "labels", "class", "category")
"""What a column of labels is called in tables of images."""


@dataclass(frozen=True)
class OfferedLabels:
    """Labels in a table that was scanned.

    Args:
        table: The table as text that can be shown.
        location: Exactly as the system names it.
        column: The column that holds them.
        labels: How many different ones.
        images: In how many rows.
    """

    table: str
    location: str
    column: str
    labels: int
    images: int

    @property
    def words(self) -> str:
        """What it holds, as a sentence."""
        labels = "1 label" if self.labels == 1 else f"{self.labels:,} labels"
        images = "1 image" if self.images == 1 else f"{self.images:,} images"
        return f"{Path(self.table).name}: its column {self.column} has {labels} for {images}"


def offered_labels(workspace: Workspace, roots: Sequence[str] = ()) -> tuple[OfferedLabels, ...]:
    """The labels of scanned tables that were not imported from them yet.

    Args:
        workspace: What was scanned into it.
        roots: What to look at; every source by default.
    """
    taken = {one.file for one in workspace.labels.imports() if not one.is_undone}
    found = []
    for root in roots or workspace.trusted_roots:
        if is_table(root) and Path(root).name not in taken:
            try:
                status = Path(root).stat()
                offer = _offer(root, status.st_size, status.st_mtime_ns)
            except (OSError, CollectionError):
                continue
            found += [offer] if offer is not None else []
    return tuple(found)


@functools.lru_cache(maxsize=64)
def _offer(root: str, _size: int, _changed: int) -> OfferedLabels | None:
    """What one table offers; read again only once it has changed."""
    table = open_table(root)
    at = column(table, *COLUMNS)
    if at is None:
        return None
    name = table.columns[at]
    labels = Counter(row.cells[0].strip() for row in table.rows([at]))
    del labels[""]
    return OfferedLabels(shown(root), root, name, len(labels), labels.total()) if labels else None
