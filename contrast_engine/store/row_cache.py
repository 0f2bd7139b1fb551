"""Rows of numbers saved as they are computed, so that a long step goes on where it stopped."""

import contextlib
import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.store import parquet
from contrast_engine.store.atomic_files import write_bytes
from contrast_engine.vectors import ImageId, present_name

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

    def read(self) -> Rows:
        """Every row saved so far."""
        rows: Rows = {}
        for part in sorted(self._folder.glob("part-*.parquet")):
            rows |= self._part(part)
        return rows

    def add(self, rows: Mapping[ImageId, Floats]) -> None:
        """Save some rows, all of them or none.

        Raises:
            WorkspaceError: They could not be written.
        """
        if not rows:
            return
        ids = sorted(rows)
        values = np.stack([rows[image] for image in ids])  # (rows, names)
        table: dict[str, parquet.Column] = {"id": ids}
        table |= {name: values[:, c] for c, name in enumerate(self._names)}
        digest = hashlib.blake2b("".join(ids).encode(), digest_size=8).hexdigest()
        write_bytes(self._folder / f"part-{digest}.parquet", parquet.encode(table))

    def tidy(self) -> None:
        """Join many small parts into one; nothing is removed before the joined part is whole."""
        parts = sorted(self._folder.glob("part-*.parquet"))
        if len(parts) <= _MOST_PARTS:
            return
        rows = self.read()
        self.add(rows)
        digest = hashlib.blake2b("".join(sorted(rows)).encode(), digest_size=8).hexdigest()
        for part in parts:
            if part.stem != f"part-{digest}":
                with contextlib.suppress(OSError):
                    part.unlink()

    def _part(self, path: Path) -> Rows:
        try:
            table, _ = parquet.decode(path.read_bytes())
            ids = table.pop("id")
        except (OSError, ValueError, KeyError):
            return {}  # damaged: these images are measured again
        if tuple(map(present_name, table)) != self._names:
            return {}
        values = np.column_stack(list(table.values()))
        return {ImageId(image): values[row] for row, image in enumerate(ids)}
