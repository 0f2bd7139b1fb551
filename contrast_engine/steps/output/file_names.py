"""Names for copies of image files: safe on every system, and no two the same."""

import re
import unicodedata
from collections.abc import Callable, Iterable

from contrast_engine.store.collection import file_name, shown
from contrast_engine.store.file_names import holdable
from contrast_engine.vectors import ImageId

LONGEST_NAME = 120
"""Characters of a file's name; some systems refuse names of more than 255 bytes."""

_BLANKS = re.compile(r"[^\S ]")

_ENDINGS = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"), "MPO": (".jpg", ".jpeg", ".mpo"), "PNG": (".png",),
    "TIFF": (".tif", ".tiff"), "GIF": (".gif",), "BMP": (".bmp", ".dib"), "WEBP": (".webp",),
}  # fmt: skip
"""What files of these formats are called; the first where their name says something else."""


class FileNames:
    """Gives every file of an export its name.

    Their own names are kept, made safe for every system. Where two are the same the id is put
    before the second.

    Args:
        by_stem: Whether names that differ only in their ending count as the same.
        is_apt: Whether a name may be used; where not, the file is named by its id.
        taken: Names that are none for an image.
    """

    def __init__(
        self,
        *,
        by_stem: bool = False,
        is_apt: Callable[[str], bool] = lambda name: True,
        taken: Iterable[str] = (),
    ) -> None:
        self._by_stem = by_stem
        self._is_apt = is_apt
        self._taken = {name.casefold() for name in taken}

    def of(self, image: ImageId, path: str, kind: str) -> str:
        """A name for the file of an image that is still free.

        Args:
            image: The image.
            path: Where its file is.
            kind: The format that the file is in, which its ending then says.
        """
        name = with_ending(safe_name(path), kind)
        if not self._is_apt(name):
            name = with_ending(f"{image}{_ending(name)}", kind)
        # some systems do not tell upper from lower case
        return f"{image} {name}" if self._key(name) in self._taken else name

    def take(self, name: str) -> str:
        """The same name, which is no longer free."""
        self._taken.add(self._key(name))
        return name

    def _key(self, name: str) -> str:
        return (stem(name) if self._by_stem else name).casefold()


def stem(name: str) -> str:
    """The name without its ending."""
    return name.removesuffix(_ending(name))


def with_ending(name: str, kind: str) -> str:
    """The name, with an ending that says the format where its own says another or none."""
    endings = _ENDINGS.get(kind.upper(), ())
    return name if not endings or name.lower().endswith(endings) else f"{name}{endings[0]}"


def safe_name(name: str) -> str:
    """A file name that every system takes: one part of a path, plain characters, not long."""
    plain = unicodedata.normalize("NFC", file_name(shown(name)))
    plain = "".join(c if c.isprintable() else "_" for c in _BLANKS.sub("_", plain)).strip(" .")
    plain = holdable(plain)
    before, dot, suffix = plain.rpartition(".")
    if len(plain) <= LONGEST_NAME:
        return plain
    return holdable(
        f"{(before or suffix)[: LONGEST_NAME - 12]}{dot}{suffix[:11]}"
        if before
        else plain[:LONGEST_NAME]
    )


def _ending(name: str) -> str:
    found = re.search(r"(?<=[^.])\.[^.]*$", name)
    return found[0] if found else ""
