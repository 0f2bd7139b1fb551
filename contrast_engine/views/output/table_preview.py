"""The table of everything, as a page shows and hands it out."""

from contrast_engine.errors import ContrastError
from contrast_engine.steps.output.export import Cell, ExportReport, csv_bytes, export, parquet_bytes
from contrast_engine.steps.output.export import table as whole_table
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import sentence, typed_path

ENCODERS = {"csv": csv_bytes, "parquet": parquet_bytes}


def preview(workspace: Workspace, n: int = 100) -> list[dict[str, Cell]]:
    """The first rows of the exported table, by column name."""
    found = whole_table(workspace)
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows[:n]]


def table_bytes(workspace: Workspace, suffix: str) -> bytes:
    """The exported table as the bytes of a "csv" or "parquet" file."""
    return ENCODERS[suffix](whole_table(workspace))


def write_table(workspace: Workspace, text: str) -> tuple[ExportReport | None, str]:
    """Write the table to a typed path; give what was written, or None and the reason."""
    path = typed_path(text)
    if not path.is_absolute():
        return None, "Give a full path, for example /home/me/results.csv."
    try:
        return export(workspace, path), ""
    except ContrastError as error:
        return None, sentence(str(error))
