"""The images of a workspace: the table of its files, without what was removed or refused."""

import threading
from collections.abc import Iterable, Mapping
from pathlib import Path

from contrast_engine.errors import WorkspaceError
from contrast_engine.imageset import ImageSet
from contrast_engine.several import several
from contrast_engine.store import trusted_roots
from contrast_engine.store.atomic_files import read_json, stamp, write_json
from contrast_engine.store.collection import PLAIN, Collection, ImageFile
from contrast_engine.store.source_files import verified
from contrast_engine.store.source_roots import SourceRoots
from contrast_engine.vectors import ImageId

FEW = 64
"""So many images are looked up one by one; more as a set."""


class KnownImages(SourceRoots):
    """The images that a workspace knows, and their files.

    Args:
        root: The folder of the workspace.
    """

    def __init__(self, root: str | Path) -> None:
        super().__init__(root)
        self._unmeasurable = self.root / "unmeasurable.json"
        self._read: tuple[object, Collection, ImageSet] | None = None
        self._reading = threading.Lock()

    @property
    def images(self) -> Collection:
        """The images as the last scan left them, without those that were removed.

        Raises:
            WorkspaceError: The table is damaged, or the folder of the collection is gone.
        """
        return self._now()[0]

    @property
    def removed(self) -> frozenset[ImageId]:
        """The images that were taken out of the collection, by name or with their source."""
        return frozenset(self.removed_images)

    @property
    def removed_images(self) -> ImageSet:
        """The images that were taken out of the collection, as one set."""
        return ImageSet.of(()) if self.removals.version is None else self._now()[1]

    def strangers(self, images: Iterable[ImageId]) -> tuple[ImageId, ...]:
        """Those of some images that were never in the collection; none before the first scan."""
        asked = tuple(several(images, "images"))
        if self._files.version == (None,):
            return ()
        now, out = self._now()
        if len(asked) > FEW:
            return tuple(ImageSet.of(asked) - now.images - out)
        return tuple(one for one in asked if one not in now.images and one not in out)

    @property
    def are_read_otherwise(self) -> bool:
        """True if images may be read otherwise than the first version would; no row is read."""
        return bool(self._files.readers - set(PLAIN))

    @property
    def images_version(self) -> str:
        """What changes whenever `images` may: with a scan, a removal, or what measuring refuses."""
        return f"{self._files.version} {stamp(self._unmeasurable)} {self.removals.version}"

    def save_files(self, files: Iterable[ImageFile]) -> None:
        """Replace the table of files, as a scan does."""
        self._files.replace(files)

    def add_files(self, files: Iterable[ImageFile], gone: Iterable[str] = ()) -> None:
        """Put some files in the place of those at the same location; it costs what they are.

        Args:
            files: What was found out.
            gone: Locations of files that are no longer in the collection.
        """
        self._files.add(files, several(gone, "gone"))

    def join_files(self) -> None:
        """Have the whole table of files in `images.parquet`, for those who copy that one file."""
        self._files.join()

    @property
    def files_are_in_parts(self) -> bool:
        """True if `images.parquet` is not the whole table of files: something was added since."""
        return self._files.is_in_parts

    def refuse(self, step: str, problems: Mapping[ImageId, str]) -> None:
        """Remember images that decode but cannot be measured, and why.

        Args:
            step: Name and version of what refused them; another version starts afresh.
            problems: The reason, by image.
        """
        with self.lock("unmeasurable"):
            known = read_json(self._unmeasurable) or {}
            before = known.get("problems", {}) if known.get("step") == step else {}
            after = {**before, **{str(image): why for image, why in problems.items()}}
            if (step, after) != (known.get("step"), known.get("problems")):
                write_json(self._unmeasurable, {"step": step, "problems": after})

    def forgive(self, images: Iterable[ImageId]) -> None:
        """Forget why images could not be measured, so that measuring tries them again."""
        again = {str(image) for image in several(images, "images")}
        with self.lock("unmeasurable"):
            known = read_json(self._unmeasurable) or {}
            before = known.get("problems", {})
            if again & set(before):
                after = {image: why for image, why in before.items() if image not in again}
                write_json(self._unmeasurable, {**known, "problems": after})

    def original(self, image: ImageId) -> Path:
        """The file of an image, made sure to be that image and to lie where it was scanned.

        Raises:
            UnknownName: The image is not in this workspace.
            WorkspaceError: Its file is gone, was changed, or a link now leads elsewhere.
        """
        return self._verified(image)[0]

    def original_bytes(self, image: ImageId) -> bytes:
        """The content of an image's file, made sure to be that image.

        Raises:
            UnknownName: The image is not in this workspace.
            WorkspaceError: Its file is gone, was changed, or a link now leads elsewhere.
        """
        return self._verified(image)[1]

    def _verified(self, image: ImageId) -> tuple[Path, bytes]:
        collection = self.images
        row = collection.facts(image)
        trusted = self.trusted_roots
        folders = [Path(root) for root in trusted] + [self.root.resolve() / "imports"]
        refusals, closed = [], []
        for file in collection.of[image]:
            if not self._trusted.may_open(file, trusted):
                closed.append(file.root)
                continue
            try:
                return verified(file, folders)
            except WorkspaceError as error:
                refusals.append(str(error))
        if not refusals:
            raise trusted_roots.refusal(closed, self.root)
        raise WorkspaceError(f"{row.path} cannot be opened: {refusals[0]}; scan the folder again")

    def _now(self) -> tuple[Collection, ImageSet]:
        with self._reading:
            mark = (self._files.version, stamp(self._unmeasurable), self.removals.version)
            if self._read is None or self._read[0] != mark:
                files, out = self.every_file(), ImageSet.of(())
                if mark[2] is not None:
                    is_kept = self.removals.kept(files, self.roots)
                    gone = ImageSet(files.ids[files.has_id & ~is_kept])
                    files = files.chosen(is_kept)
                    out = self.removals.images | (gone - ImageSet(files.ids))
                self._read = (mark, Collection(files, self._refused()), out)
            return self._read[1:]

    def _refused(self) -> dict[ImageId, str]:
        known = (read_json(self._unmeasurable) or {}).get("problems", {})
        if not isinstance(known, dict):
            return {}
        return {ImageId(image): str(why) for image, why in known.items()}
