"""How the cards of the overview look, and the pieces of HTML that several of them draw."""

from collections.abc import Sequence

from contrast_engine.as_written import html
from contrast_engine.server import Urls
from contrast_engine.store.collection import file_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId

STYLE = """<style>
.st-key-present-button { margin: -3.4rem 0 -0.4rem; pointer-events: none; }
@media (max-width: 1250px) { .st-key-present-button { margin: 0; } }
.st-key-present-button button { pointer-events: auto; min-height: 2rem; padding: 0.2rem 0.8rem; }
[class*="st-key-overview-"] { position: relative; gap: 0.35rem; }
[class*="st-key-overview-"] [data-testid="stElementContainer"],
[class*="st-key-overview-"] [data-testid="stPageLink"] { position: static; }
[class*="st-key-overview-"] a[data-testid="stPageLink-NavLink"] { padding: 0; margin: 0;
  width: fit-content; min-height: 1.6rem; background: none; position: static; }
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
  justify-content: center; aspect-ratio: 4 / 3; overflow: hidden; border-radius: 2px; }
.ov-cell img { max-width: 100%; max-height: 100%; object-fit: contain; display: block; }
.ov-sheet .ov-cell img { width: 100%; height: 100%; }
.ov-strip { display: flex; width: fit-content; max-width: 100%;
  box-sizing: border-box; overflow: hidden; gap: 3px; background: var(--surround); padding: 4px;
  border-radius: 3px; }
.ov-strip .ov-cell { flex: 0 1 62px; min-width: 0; }
.ov-strip .ov-cell img { width: 100%; height: 100%; }
.ov-medoids { display: grid; grid-template-columns: 2fr 1fr; gap: 3px; padding: 6px;
  background: var(--surround); border-radius: 3px; }
.ov-medoids .ov-cell:first-child { grid-row: span 2; }
.ov-medoids .ov-cell img { width: 100%; height: 100%; }
.ov-note { font-size: 0.85rem; margin: 0; line-height: 1.35;
  color: light-dark(#555, #b4b4b4); }
.ov-dot { display: inline-block; width: 0.7em; height: 0.7em; border-radius: 50%;
  margin-right: 0.4em; }
.ov-old { font-size: 0.85rem; color: light-dark(#8a4b00, #f0a648); margin: 0; }
.ov-figures { margin: 0; padding: 0 !important; }
.ov-figures > div { display: grid; grid-template-columns: 5.2rem minmax(0, 1fr);
  align-items: center; column-gap: 0.6rem; padding: 0.28rem 0; }
.ov-figures dd { order: -1; margin: 0 !important; padding: 0; font-size: 2rem; line-height: 1.15;
  font-weight: 600;
  font-variant-numeric: tabular-nums; letter-spacing: -0.01em; }
.ov-figures dt { font-size: 0.88rem; opacity: 0.8; line-height: 1.3; }
.ov-reading { font-size: 1.25rem; font-weight: 600; line-height: 1.25; margin: 0 0 0.4rem; }
.st-key-overview-next a[data-testid="stPageLink-NavLink"] p { font-size: 1.35rem; }
[class*="st-key-overview-item-issue-"] { flex-wrap: nowrap !important; }
[class*="st-key-overview-item-issue-"] > :last-child { flex: 1 1 0; min-width: 0; }
[class*="st-key-overview-"] a[data-testid="stPageLink-NavLink"] p { white-space: normal;
  line-height: 1.3; }
[class*="st-key-overview-"] a[data-testid="stPageLink-NavLink"] span { white-space: normal; }
[class*="st-key-overview-item-unknown-"] { padding-bottom: 0.3rem; }
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
