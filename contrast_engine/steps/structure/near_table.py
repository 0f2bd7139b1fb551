"""What near duplicates are recognised by, kept for every image and made for new ones only."""

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from contrast_engine.arrays import Bytes, Ints
from contrast_engine.duplicates import Compact, compact
from contrast_engine.duplicates.compact import COARSE, SHORT, VERSION
from contrast_engine.errors import WorkspaceError
from contrast_engine.imageset import ImageIds
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.collection.training_copies import USUAL_SIZE, copy_name
from contrast_engine.steps.parallel import side_by_side
from contrast_engine.steps.structure.near_copies import of_thumbnail
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import read_array, write_array
from contrast_engine.store.copies_in_pieces import let_go
from contrast_engine.store.training_cache import TrainingCache
from contrast_engine.vectors import ImageId

PARTS = 8
"""So many files are joined into one."""

_TOGETHER = 1024
_SEEN = 20_000  # pictures whose thumbnails are remembered, so that equal ones are looked at once

_ROW = np.dtype([
    ("id", "u8"), ("name", "u8"), ("print", "u8"), ("is_plain", "?"),
    ("codes", "i1", (2, SHORT)), ("fields", "i1", (COARSE, COARSE, 2)),
])  # fmt: skip

Rows = np.ndarray[Any, np.dtype[Any]]


class Pictures:
    """The small copies of images: what measuring left, else made of the thumbnail.

    Args:
        workspace: Where they are.
        ids: The images.
    """

    def __init__(self, workspace: Workspace, ids: ImageIds) -> None:
        self._workspace, self.ids = workspace, ids
        readers = workspace.images.read_otherwise
        self._odd = {image: copy_name(image, reader) for image, reader in readers.items()}
        cache = TrainingCache(workspace.root, USUAL_SIZE)
        names: Sequence[ImageId] = ids
        if self._odd:
            names = [self._odd.get(image, image) for image in ids]
        self.has_copy = cache.held(names)
        """(n,) whether measuring left a copy of each image."""
        there = np.flatnonzero(self.has_copy)
        self._place = np.cumsum(self.has_copy) - 1
        self._read = 0
        self._view = cache.view(
            ImageIds(ids.numbers[there]) if names is ids else [names[row] for row in there.tolist()]
        )

    def name(self, row: int) -> ImageId:
        """What the copy of an image is called, which says how the image was read."""
        image = self.ids[row]
        return self._odd.get(image, image)

    def odd_images(self) -> Sequence[ImageId]:
        """The images that are read otherwise than the first version would."""
        return tuple(self._odd)

    def of(self, rows: Ints) -> Bytes:
        """(m, 64, 64, 3) the copies of images that have one, or a thumbnail."""
        if self.has_copy[rows].all():
            return self.left(rows)
        found = [self.one(int(row)) for row in rows]
        return np.array([copy for copy in found if copy is not None], dtype=np.uint8)

    def left(self, rows: Ints) -> Bytes:
        """(m, 64, 64, 3) the copies that measuring left of images that have one."""
        found = np.array(self._view[self._place[rows]])
        self._read += len(rows)
        if self._read >= _TOGETHER:
            self._read = 0
            let_go(self._view)
        return found

    def one(self, row: int) -> Bytes | None:
        """The copy of one image; None where there is nothing to make it of."""
        if self.has_copy[row]:
            return np.asarray(self._view[int(self._place[row])])
        return of_thumbnail(self._workspace, self.ids[row])

    def source(self, row: int) -> bytes | None:
        """What tells that two images without copies have the same thumbnail."""
        data = self._workspace.thumbs.get(self.ids[row])
        return None if data is None else blake2b(data, digest_size=16).digest()


def near_table(
    workspace: Workspace, pictures: Pictures, progress: Progress = SILENT
) -> tuple[Ints, Compact]:
    """Which rows of some images can be compared, rising, and what is kept of each of those.

    What is kept lies in the cache of the workspace; only what it lacks is made, in threads.

    Args:
        workspace: Where it is kept.
        pictures: The images.
        progress: Told on the way.
    """
    files, known = _read(workspace)
    names = _names(pictures)
    place = _places(known, pictures.ids, names)
    lacking = np.flatnonzero(place < 0)
    if lacking.size:
        made = _made(pictures, lacking, names, progress)
        known = np.concatenate([known, made])
        _keep(workspace, files, known, made)
        place = _places(known, pictures.ids, names)
    rows = np.flatnonzero(place >= 0)
    there = place[rows]
    if len(there) != len(known) or (there != np.arange(len(known))).any():
        known = known[there]
    return rows, Compact(known["codes"], known["fields"], known["is_plain"], known["print"])


def _names(pictures: Pictures) -> "np.ndarray[Any, np.dtype[np.uint64]]":
    names = pictures.ids.numbers.copy()
    for image in pictures.odd_images():
        row = pictures.ids.place(image)
        if row >= 0:
            digest = blake2b(pictures.name(row).encode(), digest_size=8).digest()
            names[row] = int.from_bytes(digest, "big")
    return names


def _places(known: Rows, ids: ImageIds, names: "np.ndarray[Any, np.dtype[np.uint64]]") -> Ints:
    """The row of each image among the known ones, the last where it is there twice; -1 if none."""
    if not len(known):
        return np.full(len(ids), -1)
    order = np.argsort(known["name"], kind="stable")
    at = np.searchsorted(known["name"][order], names, side="right") - 1
    place = order[np.maximum(at, 0)]
    is_there = (known["name"][place] == names) & (known["id"][place] == ids.numbers)
    return np.where(is_there, place, -1)


def _made(
    pictures: Pictures,
    lacking: Ints,
    names: "np.ndarray[Any, np.dtype[np.uint64]]",
    progress: Progress,
) -> Rows:
    seen: OrderedDict[bytes, Any] = OrderedDict()
    blocks = [lacking[at : at + _TOGETHER] for at in range(0, len(lacking), _TOGETHER)]
    found, done = [np.zeros(0, _ROW)], 0
    for block, rows in side_by_side(lambda block: _block(pictures, block, seen), blocks):
        rows["id"], rows["name"] = pictures.ids.numbers[block], names[block]
        found.append(rows[rows["print"] > 0])
        done += len(block)
        progress.tick(done, len(lacking), "learning what pictures look like")
    return np.concatenate(found)


def _block(pictures: Pictures, rows: Ints, seen: "OrderedDict[bytes, Any]") -> Rows:
    """The records of some images; those without a picture have no print."""
    made = np.zeros(len(rows), _ROW)
    has_copy = pictures.has_copy[rows]
    if has_copy.any():
        made[has_copy] = _records(compact(pictures.left(rows[has_copy])))
    if not has_copy.all():
        made[~has_copy] = _of_thumbnails(pictures, rows[~has_copy], seen)
    return made


def _of_thumbnails(pictures: Pictures, rows: Ints, seen: "OrderedDict[bytes, Any]") -> Rows:
    """The records of images of which measuring left no copy; of equal thumbnails made once."""
    made = np.zeros(len(rows), _ROW)
    copies: list[Bytes] = []
    of: dict[bytes, int] = {}
    wanted = np.full(len(rows), -1)
    for number, row in enumerate(rows.tolist()):
        source = pictures.source(row)
        known = None if source is None else seen.get(source)
        if known is not None:
            made[number] = known
        elif source is not None and source in of:
            wanted[number] = of[source]
        elif (copy := pictures.one(row)) is not None:
            wanted[number] = len(copies)
            if source is not None:
                of[source] = len(copies)
            copies.append(copy)
    if copies:
        new = _records(compact(np.array(copies)))
        made[wanted >= 0] = new[wanted[wanted >= 0]]
        for source, place in of.items():
            seen[source] = new[place]
        while len(seen) > _SEEN:
            with suppress(KeyError):  # another thread was faster
                seen.popitem(last=False)
    return made


def _records(found: Compact) -> Rows:
    rows = np.zeros(len(found), _ROW)
    rows["codes"], rows["fields"] = found.codes, found.fields
    rows["is_plain"], rows["print"] = found.is_plain, found.prints
    return rows


def _read(workspace: Workspace) -> tuple[list[Path], Rows]:
    files = sorted(_folder(workspace).glob(f"{VERSION}-*.npy"))
    parts = []
    for file in files:
        part = read_array(file, is_mapped=True)
        if part is not None and part.dtype == _ROW and part.ndim == 1:
            parts.append(part)
    if len(parts) == 1:
        return files, parts[0]
    return files, np.concatenate([np.zeros(0, _ROW), *parts])


def _keep(workspace: Workspace, files: Sequence[Path], known: Rows, made: Rows) -> None:
    """Keep what was made, beside the other files or in one with them; nothing is lost if not."""
    if workspace.is_read_only or not len(made):
        return
    is_joined = len(files) + 1 >= PARTS
    rows = known if is_joined else made
    number = blake2b(np.ascontiguousarray(rows["id"]).tobytes(), digest_size=8).hexdigest()
    target = _folder(workspace) / f"{VERSION}-{number}.npy"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_array(target, np.ascontiguousarray(rows))
        if is_joined:
            for file in files:
                if file != target:
                    file.unlink(missing_ok=True)
    except (OSError, WorkspaceError):
        return


def _folder(workspace: Workspace) -> Path:
    return workspace.root / "cache" / "near-duplicates"
