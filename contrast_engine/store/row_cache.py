"""Rows of numbers saved as they are computed, so that a long step goes on where it stopped."""

import contextlib
import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.imageset import ImageId, ImageIds, ImageSet, Numbers, numbered
from contrast_engine.store import parquet
from contrast_engine.store.atomic_files import TEMPORARY, write_bytes
from contrast_engine.vectors import present_name

_MOST_PARTS = 32

Rows = dict[ImageId, Floats]


class RowCache:
    """Measured rows of one recipe, in parts that are whole or not there.

    Args:
        folder: Where the parts lie.
        names: The columns, in order; parts with other columns do not count.
    """

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        self._folder = folder
        self._names = names
        self._known: dict[Path, Numbers] = {}  # a part is named by its ids

    def read(self) -> Rows:
        """Every row saved so far."""
        rows: Rows = {}
        for part in self._parts():
            ids, values = self._part(part)
            rows |= zip(ImageIds(ids), values, strict=True)
        return rows

    def images(self) -> ImageSet:
        """The images that have a row; no row is read for it."""
        found = [self._ids(part) for part in self._parts()]
        return ImageSet(np.concatenate([np.zeros(0, dtype=np.uint64), *found]))

    def rows(self, images: ImageSet) -> tuple[ImageSet, Floats]:
        """Those of some images that have a row, and their rows; other parts are not read."""
        values = np.empty((len(images), len(self._names)))
        is_there = np.zeros(len(images), dtype=np.bool_)
        for part in self._parts():
            if not len(images & ImageSet(self._ids(part))):
                continue
            ids, found = self._part(part)
            places = images.rows_in(ids)
            values[places[places >= 0]] = found[places >= 0]
            is_there[places[places >= 0]] = True
        return ImageSet(images.numbers[is_there]), values[is_there]

    def add(self, rows: Mapping[ImageId, Floats]) -> None:
        """Save some rows, all of them or none.

        Raises:
            WorkspaceError: They could not be written.
        """
        if not rows:
            return
        ids = sorted(rows)
        self._write(numbered(ids), np.stack([rows[image] for image in ids]))

    def tidy(self) -> None:
        """Join small parts; nothing is removed before the joined part is whole.

        A part that is larger than all smaller ones together stays as it is, so that a few new
        rows never have a million written again.
        """
        parts = sorted(self._parts(), key=lambda part: (part.stat().st_size, part.name))
        if len(parts) <= _MOST_PARTS:
            return
        sizes = [part.stat().st_size for part in parts]
        many = _MOST_PARTS // 2
        while many < len(parts) and sizes[many] <= sum(sizes[:many]):
            many += 1
        joined = parts[:many]
        found = [self._part(part) for part in sorted(joined)]
        ids = np.concatenate([ids for ids, _ in found])
        last = len(ids) - 1 - np.unique(ids[::-1], return_index=True)[1]  # later ones override
        kept = self._write(ids[last], np.concatenate([values for _, values in found])[last])
        for part in joined:
            if part != kept:
                with contextlib.suppress(OSError):
                    part.unlink()

    def remove_half_written(self) -> None:
        """Remove what a killed process left; nobody else may be adding."""
        for path in list(self._folder.glob(f"{TEMPORARY}*")):
            with contextlib.suppress(OSError):
                path.unlink()

    def _parts(self) -> list[Path]:
        return sorted(self._folder.glob("part-*.parquet"))

    def _write(self, ids: Numbers, values: Floats) -> Path:
        images = ImageIds(ids)
        table: dict[str, parquet.Column] = {"id": images}
        table |= {name: values[:, c] for c, name in enumerate(self._names)}
        digest = hashlib.blake2b("".join(images).encode(), digest_size=8).hexdigest()
        path = self._folder / f"part-{digest}.parquet"
        write_bytes(path, parquet.encode(table))
        return path

    def _ids(self, path: Path) -> Numbers:
        if path not in self._known:
            self._known[path] = self._part(path, with_values=False)[0]
        return self._known[path]

    def _part(self, path: Path, *, with_values: bool = True) -> tuple[Numbers, Floats]:
        """The images of a part and their rows; none of a damaged one: they are measured again."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        nothing = np.zeros(0, dtype=np.uint64), np.zeros((0, len(self._names)))
        try:
            with pq.ParquetFile(path) as file:
                names = [name for name in file.schema_arrow.names if name != "id"]
                if tuple(map(present_name, names)) != self._names:
                    return nothing
                ids = parquet.ids_of(file.read(["id"], use_threads=False).column(0))
                if not with_values:
                    return ids, nothing[1]
                values = np.empty((len(ids), len(names)))
                for at, name in enumerate(names):
                    values[:, at] = parquet.values_of(file.read([name], use_threads=False)[0])
        except (OSError, ValueError, KeyError, IndexError, TypeError, pa.ArrowException):
            return nothing
        return ids, values
