"""Features of the contents of files, with all that a workspace keeps of a measured image."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from contrast_engine.arrays import Json
from contrast_engine.batches.rows import Batch, FileRow, file_rows, row_or_problem, safe, table_like
from contrast_engine.errors import ImageError
from contrast_engine.features import FEATURE_VERSION, feature_names
from contrast_engine.images import ReadingOptions, content_id, examine
from contrast_engine.images.reader_version import reader_of_refused
from contrast_engine.images.reading import MAX_BYTES
from contrast_engine.steps.collection.measured_rows import measured
from contrast_engine.store.atomic_files import json_text
from contrast_engine.store.measured_parts import TEXTS, WHOLE_NUMBERS

if TYPE_CHECKING:
    import pyarrow as pa

_USUAL = ReadingOptions()


def measure_bytes(batch: Batch, options: ReadingOptions = _USUAL) -> Batch:
    """Measure the contents of image files: one row for each row, in their order.

    The numbers are those that `contrast measure` computes, bit for bit. Whatever the bytes are,
    nothing is raised: such a row has a `problem`, and no features. One thread is used.

    Args:
        batch: Contents of files in the column "bytes"; "path" names them. Where there is a column
            "id", "mtime_ns" (when the file was changed) or "problem" (why it could not be read),
            its values come back.
        options: How files are read that leave something open.

    Returns:
        A table, or a record batch as `batch` is one, of `measure_schema()`.

    Raises:
        OptionError: There is no column "bytes".
    """
    import cv2

    cv2.setNumThreads(1)  # the parallelism is that of the cluster
    rows = [_measured(row, options) for row in file_rows(batch)]
    return table_like(batch, rows, measure_schema())


def measure_schema() -> "pa.Schema":
    """The columns that `measure_bytes` gives, whatever it was given.

    - id: the name that the batch gave, else the content id; content_id: 16 hex digits of a hash of
      the bytes, null only where there were none.
    - path, mtime_ns: as the batch had them.
    - problem: why there are no features, in words; null where there are.
    - features: by name, all of them finite; null with a problem.
    - feature_version, reading, reader: which version measured, how files were to be read (JSON of
      what was not as usual), how this one was.
    - bytes, width, height (pixels, upright), format, notes: what a scan knows about the file.
    - thumbnail: WebP, at most 256 pixels long; copy: (64, 64, 3) uint8 sRGB for encoders, null
      without features. With these, some 20 kB together, a workspace needs the original neither to
      show the image nor to learn from it.
    """
    import pyarrow as pa

    return pa.schema(
        [
            *((name, pa.string()) for name in TEXTS),
            *((name, pa.int64()) for name in WHOLE_NUMBERS),
            ("notes", pa.list_(pa.string())),
            ("features", features_type()),
            ("thumbnail", pa.binary()),
            ("copy", pa.binary()),
        ]
    )


def features_type() -> "pa.DataType":
    """One number for every feature, by its name."""
    import pyarrow as pa

    return pa.struct([(name, pa.float64()) for name in feature_names()])


def facts_of(row: FileRow) -> Json:
    """What a row of a batch says before anything is decoded."""
    image = content_id(row.data) if row.data is not None else None
    return {
        "id": image if row.id is None else row.id,
        "content_id": image,
        "path": row.path,
        "feature_version": FEATURE_VERSION,
    }


def _measured(row: FileRow, options: ReadingOptions) -> Json:
    known = {
        **facts_of(row),
        "mtime_ns": row.mtime_ns,
        "bytes": len(row.data) if row.data is not None else None,
        "reading": json_text(options.as_json()),
        "reader": reader_of_refused(options),
    }
    return row_or_problem(known, lambda: _looked_at(row, options))


def _looked_at(row: FileRow, options: ReadingOptions) -> dict[str, Any]:
    data = row.contents()
    if len(data) > MAX_BYTES:
        most = MAX_BYTES // 1_000_000
        raise ImageError(f"{row.name} has more than {most} MB; make a smaller copy")
    examined = examine(data, options, name=row.name)
    facts = asdict(examined.facts)
    seen = {
        **{name: facts[name] for name in ("width", "height", "format", "reader")},
        "notes": [safe(note) for note in facts["notes"]],
        "thumbnail": examined.thumbnail(),
    }
    try:
        values, copy = measured(examined.image())
    except ImageError as error:  # an image to look at all the same
        return {**seen, "problem": str(error)}
    named = dict(zip(feature_names(), values.tolist(), strict=True))
    return {**seen, "features": named, "copy": copy.tobytes()}
