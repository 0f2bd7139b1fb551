"""The features of the unchanged sample photographs: what the overview holds a collection against.

    python -m contrast_engine.samples.reference sample_data

writes the table anew into the package; a test holds it to the photographs byte for byte.
"""

import csv
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from contrast_engine.features import core_names, measure_image
from contrast_engine.images import read_image
from contrast_engine.samples.variants import AS_IS
from contrast_engine.views.overview import reference

DIGITS = 6
"""Significant digits that are kept: far below what any picture differs by."""


def unchanged(photographs: Path) -> Iterator[tuple[str, str]]:
    """The file name and the source of every sample photograph that nothing was done to."""
    with (photographs / "truth.csv").open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            if row["variant"] == AS_IS:
                yield row["file"], row["source"]


def measured_row(photographs: Path, file: str, source: str) -> list[str]:
    """One line of the table: file, source, and every core feature."""
    found = measure_image(read_image((photographs / file).read_bytes()), core_names())
    return [file, source, *(f"{value:.{DIGITS}g}" for value in found.values())]


def table(photographs: Path) -> str:
    """The whole table as CSV, in the order of the file names."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["file", "source", *core_names()])
    rows.writerows(measured_row(photographs, *one) for one in sorted(unchanged(photographs)))
    return text.getvalue()


if __name__ == "__main__":
    reference.table_path().write_text(table(Path(sys.argv[1])), encoding="utf-8")
