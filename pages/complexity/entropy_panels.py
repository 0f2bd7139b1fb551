"""Maps of patch entropy over their picture, side by side, with their colour bars."""

from base64 import b64encode

import streamlit as st

from contrast_engine.as_written import html
from contrast_engine.server import Urls
from contrast_engine.steps.complexity.entropy_maps import ImageEntropy
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.complexity.entropy_maps import (
    BITS,
    ERROR,
    EntropyPanel,
    EntropyScale,
    panels,
)

STYLE = """<style>
.patches { display: grid; gap: 0.5rem 1rem; font-size: 0.86rem; }
.patches figure { margin: 0; } .patches figcaption { padding: 0 0 0.3rem; font-weight: 600; }
.patches .surround { background: var(--surround); padding: 16px; border-radius: 2px; }
.patches .over { position: relative; margin: auto; }
.patches .over img { position: absolute; inset: 0; width: 100%; height: 100%; max-width: none; }
.patches .map { image-rendering: pixelated; }
.patches .bar { height: 12px; border-radius: 2px; }
.patches .ticks { display: flex; justify-content: space-between; }
.patches .ticks, .patches .scale { font-variant-numeric: tabular-nums; }
</style>"""
HIGH = 34
"""Height of a picture at most, in hundredths of the window's."""


def show(workspace: Workspace, image: ImageId, found: ImageEntropy, opacity: int) -> None:
    """Draw each map over the picture, on a neutral surround.

    Args:
        workspace: The open workspace.
        image: The picture.
        found: Its patch entropies.
        opacity: Of the maps, in percent.
    """
    row = workspace.images.facts(image)
    address = Urls(workspace.id).image.replace("{id}", image)
    drawn = panels(found)
    parts = [_panel(one, address, row.width, row.height, opacity) for one in drawn]
    errors = sum(one.is_error for one in drawn)
    bits = sum(one.png is not None and not one.is_error for one in drawn)
    plain = ["<div></div>"] * (len(drawn) - errors - bits)
    scales = [*plain, _bar(BITS, bits), *[_bar(ERROR, 1)] * errors]
    width = "" if errors else "max-width:68%;"
    st.html(
        f"{STYLE}<div class='patches' style='{width}grid-template-columns:"
        f"repeat({len(drawn)},minmax(0,1fr))'>{''.join(parts)}{''.join(scales)}</div>"
    )


def _panel(one: EntropyPanel, address: str, width: int, height: int, opacity: int) -> str:
    data = b64encode(one.png).decode() if one.png else ""
    above = (
        f"<img class='map' src='data:image/png;base64,{data}' alt='{html(one.title)}' "
        f"style='opacity:{opacity / 100:.2f}'>"
    )
    size = f"width:min(100%,{HIGH * width / height:.2f}vh);aspect-ratio:{width}/{height}"
    return (
        f"<figure><figcaption>{html(one.title)}</figcaption><div class='surround'>"
        f"<div class='over' style='{size}'><img src='{address}' "
        f"alt='The picture'>{above if data else ''}</div></div></figure>"
    )


def _bar(scale: EntropyScale, columns: int) -> str:
    ticks = "".join(f"<span>{html(tick)}</span>" for tick in scale.ticks)
    return (
        f"<div class='scale' style='grid-column:span {columns}'>"
        f"<div class='bar' style='background:linear-gradient(to right,{','.join(scale.colours)})'>"
        f"</div><div class='ticks'>{ticks}</div><div>{html(scale.title)}</div></div>"
    )
