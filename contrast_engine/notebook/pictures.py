"""Pictures of a collection as the output of a notebook's cell."""

import base64
from dataclasses import dataclass

from contrast_engine.as_written import html, plain

SIDE = 160
"""Longest side of a picture as it is shown, in CSS pixels."""


@dataclass(frozen=True)
class Pictures:
    """Small pictures side by side, each with its caption.

    Args:
        captions: One for each picture that is shown.
        pictures: WebP bytes of each, None where there is no thumbnail.
        of: How many images were asked for.
    """

    captions: tuple[str, ...]
    pictures: tuple[bytes | None, ...]
    of: int

    def __len__(self) -> int:
        return len(self.pictures)

    def __repr__(self) -> str:
        return f"Pictures({self._count}: {', '.join(map(plain, self.captions[:3]))}{self._more})"

    def _repr_html_(self) -> str:
        """The pictures as HTML that needs no other file and runs no script."""
        cells = [
            _cell(caption, picture)
            for caption, picture in zip(self.captions, self.pictures, strict=True)
        ]
        said = "" if self.of == len(self) else f"<p>showing {self._count}</p>"
        style = "display:flex;flex-wrap:wrap;gap:8px;align-items:flex-end"
        return f'<div style="{style}">{"".join(cells)}</div>{said}'

    @property
    def _count(self) -> str:
        most = f" of {self.of:,}" if self.of != len(self) else ""
        return f"{len(self):,}{most} image{'' if self.of == 1 else 's'}"

    @property
    def _more(self) -> str:
        return ", ..." if len(self) > 3 else ""


def _cell(caption: str, picture: bytes | None) -> str:
    words = html(caption)
    inside = f'<div style="width:{SIDE}px;height:{SIDE // 2}px">no picture</div>'
    if picture is not None:
        data = base64.b64encode(picture).decode()
        size = f"max-width:{SIDE}px;max-height:{SIDE}px;display:block"
        inside = f'<img alt="{words}" style="{size}" src="data:image/webp;base64,{data}">'
    under = f"max-width:{SIDE}px;font-size:12px;overflow-wrap:anywhere"
    below = f'<figcaption style="{under}">{words}</figcaption>'
    return f'<figure style="margin:0">{inside}{below}</figure>'
