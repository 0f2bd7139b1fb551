"""The parts of a page that Streamlit does not have: one folder each, Python face, JS and CSS."""

import json
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from contrast_engine import modules, server

HOME = Path(__file__).parent
"""Where the components lie."""

SCRIPTS: dict[str, str] = {}
"""The address of the script of each component by its folder, once it is registered."""


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
    folder: str, html: str, *, styles: tuple[str, ...] = (), isolate: bool = True
) -> ComponentRenderer:
    """Register the component in `folder`: the module of its name with all that it imports.

    The browser gets them joined, as one text, with the styles: those given, then the folder's own.

    Args:
        folder: Where it lies; also its name.
        html: What it is drawn into.
        styles: Style sheets of others that it uses too.
        isolate: Whether the styles of the page stay out.
    """
    home = HOME / folder
    sheets = (*(HOME / name for name in styles), home / f"{folder}.css")
    css = "\n".join(sheet.read_text("utf-8") for sheet in sheets)
    script = DRESS.format(css=json.dumps(css)) + "\n" + modules.joined(home / f"{folder}.js")
    address = server.put(script.encode(), "text/javascript; charset=utf-8", lasts=True)
    SCRIPTS[folder] = address
    return st.components.v2.component(
        f"contrast.{folder}",
        html=html,
        js=STARTER.format(address=address),
        isolate_styles=isolate,
    )
