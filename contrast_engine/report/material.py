"""What the sections of a report are made of: the collection at one look, and its pictures."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from contrast_engine.report.document import Link, Paragraph, Picture, Section
from contrast_engine.report.pictures import SIDE, pictures_of
from contrast_engine.store.collection import file_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.overview import Number, Overview

__all__ = ["Make", "Material", "lacking", "linked", "number_words", "share"]

ROOM = 1_800_000
"""Bytes that pictures beside the map may take at full size, about two hundred photographs; those
after them are half as wide, so that a collection of noise makes no report that cannot be sent."""


@dataclass
class Material:
    """What every section draws from.

    Args:
        workspace: Of the collection.
        overview: The collection at one look.
        tick: Called with how many pictures were made and of how many, for those that are many.
    """

    workspace: Workspace
    overview: Overview
    tick: Callable[[int, int], None] = lambda done, total: None
    _known: dict[tuple[ImageId, int], bytes] = field(default_factory=dict)

    def webp(self, ids: Iterable[ImageId], side: int = SIDE) -> dict[ImageId, bytes]:
        """Small pictures of some images, each made once."""
        wanted = list(dict.fromkeys(ids))
        made = side if sum(map(len, self._known.values())) < ROOM else side // 2
        new = pictures_of(self.workspace, (i for i in wanted if (i, side) not in self._known), made)
        self._known.update({(image, side): webp for image, webp in new.items()})
        return {i: self._known[i, side] for i in wanted if (i, side) in self._known}

    def pictures(
        self, ids: Sequence[ImageId], below: Callable[[ImageId], str] = lambda image: ""
    ) -> tuple[Picture, ...]:
        """Pictures of some images with the names of their files, and a line below each."""
        known = self.workspace.images
        return tuple(
            Picture(webp, file_name(known.path(image)) if image in known else image, below(image))
            for image, webp in self.webp(ids).items()
        )


Make = Callable[[Material], Section]
"""Makes one section; what is not there yet is said in it."""


def lacking(name: str, title: str, words: str, reason: str) -> Section:
    """A section of what is not there yet, with the reason."""
    return Section(name, title, words, (Paragraph(reason, "note"),))


def number_words(number: Number | None, *, is_share: bool = False) -> str:
    """A number with its interval, its null reference, n and space, as one phrase."""
    if number is None or number.value is None:
        return "not measured"
    form = "{:.0%}" if is_share or number.unit == "share" else "{:.3g}"
    said = form.format(number.value)
    if number.low is not None and number.high is not None:
        said += f" (95% interval {form.format(number.low)} to {form.format(number.high)})"
    if number.null is not None:
        said += f", null reference {form.format(number.null)}"
    return f"{said}; n = {number.n:,}, {number.space}"


def share(part: int, whole: int) -> str:
    """A share in percent; "" of nothing."""
    return f"{part / whole:.0%}" if whole else ""


def linked(markdown: str) -> tuple[str | Link, ...]:
    """Text of our own documents with its links as links, and no other markup."""
    import re

    parts: list[str | Link] = []
    end = 0
    for found in re.finditer(r"\[([^\]]+)\]\(([^)]+)\)", markdown):
        parts.append(_plain(markdown[end : found.start()]))
        is_web = found[2].startswith("https://")
        parts.append(Link(_plain(found[1]), found[2]) if is_web else _plain(found[1]))
        end = found.end()
    return tuple(part for part in (*parts, _plain(markdown[end:])) if part)


def _plain(markdown: str) -> str:
    """Our own Markdown without its marks; formulae stay as they are written."""
    return " ".join(markdown.replace("*", "").replace("`", "").split("\n"))
