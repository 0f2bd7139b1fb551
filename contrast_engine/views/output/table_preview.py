"""The table of everything, as a page shows it."""

from contrast_engine.steps.output.columns import by_path
from contrast_engine.steps.output.encoding import csv_bytes, parquet_bytes
from contrast_engine.steps.output.table import Cell
from contrast_engine.steps.output.table import table as whole_table
from contrast_engine.store.workspace import Workspace

ENCODERS = {"csv": csv_bytes, "parquet": parquet_bytes}


def preview(workspace: Workspace, n: int = 100) -> list[dict[str, Cell]]:
    """The first rows of the exported table, by column name."""
    first = by_path(workspace.images)[:n]
    found = whole_table(workspace, images=first.images)
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]
