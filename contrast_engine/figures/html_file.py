"""A figure as a file of its own, which any browser opens without this app and without a network."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from contrast_engine import as_written
from contrast_engine.figures.look import PLOTLY_CONFIG
from contrast_engine.vectors import ImageId

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ margin: 0; height: 100vh; display: flex; flex-direction: column; color: #1d1d1d;
  background: #fafafa; font: 14px/1.4 system-ui, sans-serif; }}
header {{ padding: 16px 24px 0; }}
h1 {{ margin: 0; font-size: 20px; }}
p {{ margin: 4px 0 0; max-width: 100ch; color: #5c5c5c; }}
main {{ flex: 1; min-height: 0; }}
#card {{ position: fixed; z-index: 9; padding: 12px; background: #777; color: #fff;
  pointer-events: none; }}
#card img {{ display: block; max-width: 256px; max-height: 256px; margin: 0 auto; }}
#card div {{ margin-top: 8px; max-width: 256px; overflow-wrap: anywhere; }}
</style>
<header><h1>{title}</h1>{notes}</header>
<div id="card" hidden><img alt=""><div></div></div>
<script type="application/json" id="images">{images}</script>
<main>{figure}</main>
"""

_SCRIPT = """
const plot = document.getElementById("{plot_id}"), card = document.getElementById("card");
const [picture, name] = card.children;
const images = JSON.parse(document.getElementById("images").textContent);
plot.on("plotly_hover", ({ points: [point], event }) => {
  const { words, shown } = images[point.customdata];
  name.textContent = words;
  picture.hidden = !shown;
  if (shown) picture.src = shown;
  card.hidden = false;
  const { clientX: x, clientY: y } = event, { offsetWidth: w, offsetHeight: h } = card;
  card.style.left = `${x + w + 24 < innerWidth ? x + 16 : x - w - 16}px`;
  card.style.top = `${Math.max(8, Math.min(y - h / 2, innerHeight - h - 8))}px`;
});
plot.on("plotly_unhover", () => (card.hidden = true));
"""


def html_page(
    figure: "Figure", title: str, notes: tuple[str, ...], images: Mapping[ImageId, tuple[str, str]]
) -> bytes:
    """An HTML page that shows a figure, and beside the pointer the image of each point.

    Args:
        figure: Its points have the id of their image as `customdata`.
        title: Its heading.
        notes: Sentences below it.
        images: By id, the words beside a point and its picture as a data URL, "" for none.
    """
    from plotly.io import to_html

    figure.update_traces(hovertemplate=None, hoverinfo="none")
    drawn = to_html(figure, PLOTLY_CONFIG, full_html=False, post_script=_SCRIPT)
    shown = {
        image: {"words": as_written.plain(words), "shown": url}
        for image, (words, url) in images.items()
    }
    page = _PAGE.format(
        title=as_written.html(title),
        notes="".join(f"<p>{as_written.html(note)}</p>" for note in notes if note),
        figure=drawn,
        images=json.dumps(shown).replace("<", "\\u003c"),  # a file name is data, never markup
    )
    return page.encode()
