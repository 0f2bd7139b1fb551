"""The page that a map is downloaded as: the map of the app, with everything it needs inside."""

import json
from base64 import b64encode
from collections.abc import Sequence

from contrast_engine import as_written, modules
from contrast_engine.app_folder import app_folder
from contrast_engine.arrays import Json

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{styles}
</style>
<header><h1>{title}</h1><label>Colour by <select id="colour"></select></label>
<button id="theme" type="button">Dark</button></header>
<main><div class="map"></div><section id="selected" aria-label="Selected images" hidden></section>
<footer>{notes}</footer></main>
<script type="application/json" id="parts">{parts}</script>
<script type="module">
{script}
start(JSON.parse(document.getElementById("parts").textContent));
</script>
</html>
"""


def page(title: str, notes: Sequence[str], parts: Json) -> bytes:
    """An HTML page with a map that looks and acts as in the app, without it and without a network.

    Args:
        title: Its heading.
        notes: Sentences below the map.
        parts: What `file.js` of the map takes: arrays as data URLs, names, pictures, colourings.
    """
    home = app_folder() / "pages" / "components" / "map"
    script = modules.joined(home / "file.js").replace(
        "export default function (", "const start = function ("
    )
    names = ("file.css", "../shared/saving.css", "map.css")
    sheets = [(home / name).read_text("utf-8") for name in names]
    made = _PAGE.format(
        title=as_written.html(title),
        notes="".join(f"<p>{as_written.html(note)}</p>" for note in notes if note),
        styles="\n".join(sheets),
        script=script,
        parts=json.dumps(parts).replace("<", "\\u003c"),  # a file name is data, never markup
    )
    return made.encode()


def data_url(content: bytes | None, media: str = "application/octet-stream") -> str:
    """Some bytes as an address of their own; "" for none."""
    return f"data:{media};base64,{b64encode(content).decode()}" if content else ""
