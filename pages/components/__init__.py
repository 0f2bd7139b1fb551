"""The parts of a page that Streamlit does not have: one folder each, Python face, JS and CSS."""

import json
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from contrast_engine import server

HOME = Path(__file__).parent
"""Where the components lie."""


STARTER = """const u = new URL("{address}", document.baseURI);
const home = window.contrastBring?.(u) ?? import(u);
export default c => {{
let end, gone;
home.then(m => gone || (m.dress(c.parentElement), end = m.default(c)));
return () => (gone = 1, end?.());
}};
"""
"""What Streamlit sends with every redrawing, hence short: the script comes once, by its address.

`contrastBring`, in the script of `theme`, asks again where the server is away at that moment.
"""

DRESS = """export function dress(root) {{
  if (root.querySelector("style.own")) return;
  const style = document.createElement("style");
  Object.assign(style, {{ className: "own", textContent: {css} }});
  root.prepend(style);
}}"""
"""The styles of a component, put on once by its script."""


def register(
    folder: str, files: tuple[str, ...], html: str, *, isolate: bool = True
) -> ComponentRenderer:
    """Register the component in `folder`, its scripts joined into one module in the order given.

    Its styles are those among the files, then the folder's own.

    The browser gets the module as one text, so the scripts of a component share one scope and
    need no import; the last one has the default export.
    """
    home = HOME / folder
    texts = {name: (home / name).read_text("utf-8") for name in (*files, f"{folder}.css")}
    css = "\n".join(text for name, text in texts.items() if name.endswith(".css"))
    scripts = (text for name, text in texts.items() if name.endswith(".js"))
    parts = [DRESS.format(css=json.dumps(css)), *scripts]
    address = server.put("\n".join(parts).encode(), "text/javascript; charset=utf-8", lasts=True)
    return st.components.v2.component(
        f"contrast.{folder}",
        html=html,
        js=STARTER.format(address=address),
        isolate_styles=isolate,
    )
