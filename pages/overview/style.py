"""How the cards of the overview look, and the pieces of HTML that several of them draw."""

from collections.abc import Sequence

from contrast_engine.as_written import html
from contrast_engine.server import Urls
from contrast_engine.store.collection import file_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId

STYLE = """<style>
[class*="st-key-overview-"] { position: relative; gap: 0.35rem; }
[class*="st-key-overview-"] [data-testid="stElementContainer"],
[class*="st-key-overview-"] [data-testid="stPageLink"] { position: static; }
[class*="st-key-overview-"] a[data-testid="stPageLink-NavLink"] { padding: 0; margin: 0;
  width: fit-content; background: none; position: static; }
[class*="st-key-overview-"] a[data-testid="stPageLink-NavLink"] p { font-weight: 600; }
[class*="st-key-overview-"] a[data-testid="stPageLink-NavLink"]::after { content: "";
  position: absolute; inset: 0; border-radius: 4px; }
[class*="st-key-overview-"]:has(> * > * > a:hover), .ov-item:hover { border-color: #888; }
[class*="st-key-overview-item-"] { z-index: 1; gap: 0.2rem; }
[class*="st-key-overview-item-"] a[data-testid="stPageLink-NavLink"] p { font-weight: 400; }
[class*="st-key-overview-item-"]:hover .ov-cell { outline: 2px solid light-dark(#0962bb, #5aa9f5); }
.ov-sheet { display: grid; gap: 3px; background: var(--surround); padding: 10px;
  border-radius: 3px; grid-template-columns: repeat(8, minmax(0, 1fr)); }
.ov-cell { background: var(--surround); display: flex; align-items: center;
  justify-content: center; aspect-ratio: 1; overflow: hidden; border-radius: 2px; }
.ov-cell img { max-width: 100%; max-height: 100%; object-fit: contain; display: block; }
.ov-sheet .ov-cell img { width: 100%; height: 100%; }
.ov-strip { display: flex; gap: 3px; background: var(--surround); padding: 4px;
  border-radius: 3px; }
.ov-strip .ov-cell { flex: 0 0 auto; width: 64px; height: 64px; }
.ov-strip .ov-cell img { width: 100%; height: 100%; }
.ov-medoids { display: grid; grid-template-columns: 2fr 1fr; gap: 3px; padding: 6px;
  background: var(--surround); border-radius: 3px; }
.ov-medoids .ov-cell:first-child { grid-row: span 2; }
.ov-medoids .ov-cell img { width: 100%; height: 100%; }
.ov-note { font-size: 0.85rem; opacity: 0.75; margin: 0; line-height: 1.35; }
.ov-old { font-size: 0.85rem; color: light-dark(#8a4b00, #f0a648); margin: 0; }
.ov-figures { display: flex; gap: 0.5rem 1rem; align-items: baseline; flex-wrap: wrap; margin: 0; }
.ov-figures > div { min-width: 0; }
.ov-figures dd { margin: 0; font-size: 1.9rem; line-height: 1.15; font-weight: 600;
  font-variant-numeric: tabular-nums; letter-spacing: -0.01em; }
.ov-figures dt { font-size: 0.82rem; opacity: 0.75; max-width: 9rem; }
.ov-arrow { font-size: 1.3rem; opacity: 0.45; }
.ov-row { display: grid; align-items: center; column-gap: 0.7rem; font-size: 0.86rem; }
.ov-num { font-variant-numeric: tabular-nums; }
</style>"""
"""Put on the page once; the link of a card covers the card, that of an item in it lies above."""


def picture(workspace: Workspace, image: ImageId) -> str:
    """One small picture in its grey cell; its file name is what a screen reader says."""
    name = file_name(workspace.images.path(image)) if image in workspace.images else ""
    source = html(Urls(workspace.id).thumb.replace("{id}", image))
    return (
        f"<span class='ov-cell'><img src='{source}' alt='{html(name)}' title='{html(name)}' "
        "decoding='async'></span>"
    )


def pictures(workspace: Workspace, images: Sequence[ImageId], kind: str = "ov-strip") -> str:
    """Some small pictures in a row or a grid."""
    cells = "".join(picture(workspace, image) for image in images)
    return f"<div class='{kind}'>{cells}</div>" if cells else ""


def note(words: str) -> str:
    """A line in small type."""
    return f"<p class='ov-note'>{html(words)}</p>" if words else ""


def shown_of(shown: int, total: int, what: str) -> str:
    """How many of how many are drawn; "" where it is all."""
    return f"Showing {shown:,} of {total:,} {what}." if shown < total else ""
