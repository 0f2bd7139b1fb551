"""A folder of parts: what is to be measured, and one part made of its files."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contrast_engine.batches.attempts import Attempts, forget_attempts
from contrast_engine.batches.measuring import measure_bytes, measure_schema
from contrast_engine.errors import CollectionError, ImageError
from contrast_engine.features import FEATURE_VERSION
from contrast_engine.images import ReadingOptions
from contrast_engine.images.reading import file_bytes
from contrast_engine.store.atomic_files import TEMPORARY, json_text, write_bytes
from contrast_engine.store.collection import shown
from contrast_engine.store.part_plan import PartInput, PartPlan
from contrast_engine.store.sources import root_of, search

if TYPE_CHECKING:
    import pyarrow as pa

PART_FILES = 100
"""Files in a part: some seconds of work, which is what a killed worker loses."""

_DEADLY = (
    "each process that read it came to an end; it may need more memory than there is, or be "
    "damaged: measure it alone with `contrast inspect`"
)


@dataclass(frozen=True)
class Parts:
    """A folder of parts, and how its files are read.

    Args:
        folder: Where the parts lie.
        options: How files are read that leave something open.
    """

    folder: Path
    options: ReadingOptions

    def plan(self, paths: Sequence[str | Path], size: int = PART_FILES) -> PartPlan:
        """Find the files, and say which part each is measured in; the plan is kept in the folder.

        Half-written files of a run that was stopped are removed. One run at a time may use it.

        Raises:
            CollectionError: There is nothing to measure, or the folder holds parts of files that
                were read otherwise or measured by another version.
            WorkspaceError: The folder cannot be written.
        """
        question = json_text(
            {"feature_version": FEATURE_VERSION, "reading": self.options.as_json()}
        )
        before = PartPlan.read(self.folder) or PartPlan(question, {})
        if before.question != question:
            raise CollectionError(
                f"the parts in {shown(self.folder)} were measured by another version or with other "
                "reading options; name another folder, or remove this one"
            )
        roots = tuple(dict.fromkeys(root_of(path) for path in paths))
        found = search(roots, self.folder / "imports", lambda _: None).files.values()
        if not found:
            raise CollectionError(
                f"there are no images in {', '.join(map(shown, roots))}; name another folder"
            )
        for half in self.folder.glob(f"{TEMPORARY}*"):
            half.unlink(missing_ok=True)
        forget_attempts(self.folder)
        files = [
            PartInput(f.location, f.root, f.bytes, f.mtime_ns, f.problem and shown(f.problem))
            for f in sorted(found, key=lambda f: os.fsencode(f.location))
        ]
        done = [name for name in before.parts if self.has(name)]
        plan = before.and_now(files, done, size)
        plan.write(self.folder)
        return plan

    def has(self, name: str) -> bool:
        """True if a part is there and whole."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            with pq.ParquetFile(self.folder / name) as file:
                return bool(file.schema_arrow.names)
        except (pa.ArrowException, OSError):
            return False

    def make(self, name: str, files: Sequence[PartInput]) -> None:
        """Measure some files into a part, unless it is there; it is whole or not there.

        Where several processes have died at one file of it, that file becomes a problem.

        Raises:
            WorkspaceError: It could not be written.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        if self.has(name):
            return
        attempts = Attempts(self.folder, name)
        deadly = attempts.begin()
        measured = []
        for place, file in enumerate(files):  # one in memory at a time
            attempts.at(place)
            row = _opened(file._replace(problem=_DEADLY) if place in deadly else file)
            measured.append(measure_bytes(_batch(row), self.options))
        sink = pa.BufferOutputStream()
        table = pa.Table.from_batches(measured, schema=measure_schema())
        pq.write_table(table, sink, compression="zstd", use_dictionary=False)
        write_bytes(self.folder / name, bytes(sink.getvalue()))
        attempts.end()

    def problems(self, name: str) -> list[tuple[str, str]]:
        """The files of a finished part that could not be measured, each with the reason."""
        import pyarrow.parquet as pq

        with pq.ParquetFile(self.folder / name) as file:
            rows = file.read(columns=["path", "problem"], use_threads=False).to_pylist()
        return [(row["path"], row["problem"]) for row in rows if row["problem"] is not None]


def _opened(file: PartInput) -> Mapping[str, Any]:
    known = {"path": os.fsencode(file.location), "mtime_ns": file.mtime_ns}
    if file.problem is not None:
        return {**known, "bytes": None, "problem": file.problem}
    try:
        return {**known, "bytes": file_bytes(file.location)[0], "problem": None}
    except ImageError as error:
        return {**known, "bytes": None, "problem": str(error)}


def _batch(row: Mapping[str, Any]) -> "pa.RecordBatch":
    import pyarrow as pa

    schema = pa.schema(
        [
            ("path", pa.binary()),
            ("mtime_ns", pa.int64()),
            ("bytes", pa.large_binary()),
            ("problem", pa.string()),
        ]
    )
    return pa.RecordBatch.from_pylist([row], schema=schema)
