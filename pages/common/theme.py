"""The look, in one place: colours of the chrome, the grey around images, small corrections."""

import streamlit as st

from contrast_engine.colouring import OTHER_COLOUR, PALETTE, RAMPS

__all__ = ["ACCENT", "OTHER_COLOUR", "PALETTE", "RAMPS", "SURROUND", "apply"]

ACCENT = "#0962bb"
"""The one accent colour of the light theme; the dark one is in `.streamlit/config.toml`."""

SURROUND = "#777777"
"""What lies around an image: neutral, L* 50, so that the grey does not change its contrast."""

_CSS = """
:root { --surround: #777777; }
.block-container { padding: 0 2rem 3rem; max-width: 1760px; }
h1 { letter-spacing: -0.012em; padding: 0; }
h2, h3 { letter-spacing: -0.006em; }
[data-testid="stMetricValue"] { font-variant-numeric: tabular-nums; }
[data-testid="stCaptionContainer"] { font-variant-numeric: tabular-nums; }
[data-testid="stImage"] img {
  background: var(--surround); border-radius: 2px;
  padding: 20px; box-sizing: content-box; max-width: calc(100% - 40px) !important;
}
[data-testid="stSidebarHeader"] { height: 3rem; min-height: 0; padding: 0 0.8rem; margin: 0; }
[data-testid="stSidebarHeader"]::before {
  content: "Contrast atlas"; flex: 1; font-size: 1.05rem; font-weight: 600; white-space: nowrap;
}
[data-testid="stHeader"] {
  background: transparent; height: 3rem; min-height: 0; pointer-events: none;
}
[data-testid="stHeader"] div { pointer-events: none; }
[data-testid="stHeader"] button { pointer-events: auto; }
[data-testid="stSidebarUserContent"] { padding: 0.3rem 0.6rem 1rem; }
.st-key-menu > *, .st-key-menu > * > div, .st-key-menu [data-testid="stElementContainer"] {
  min-height: 2.1rem; flex-shrink: 0;
}
.st-key-menu a { height: 2.1rem; margin: 0; padding: 0 0.6rem; gap: 0.6rem; }
[data-testid="stSidebar"] a[aria-current], .st-key-tabs a[aria-current] { font-weight: 600; }
.st-key-menu-here a { background: light-dark(#dcdcdc, #2c2c2c); }
.stApp [data-testid="stLayoutWrapper"]:has(> .st-key-frame) {
  position: sticky; top: 0; z-index: 20; width: calc(100% + 4rem);
  max-width: none; margin: 0 -2rem; height: 3rem;
  background: light-dark(#fcfcfc, #191919); border-bottom: 1px solid light-dark(#e4e4e4, #2e2e2e);
}
.st-key-frame { height: 3rem; padding: 0 3.2rem 0 1.6rem; flex-wrap: nowrap; gap: 0.6rem; }
.stApp:has([data-testid="stExpandSidebarButton"]) .st-key-frame { padding-left: 3.4rem; }
.st-key-frame > [data-testid="stLayoutWrapper"] { flex: 0 0 auto; width: auto; min-width: 0; }
.st-key-frame > [data-testid="stLayoutWrapper"] > div { width: auto; }
.st-key-frame > [data-testid="stLayoutWrapper"]:has(> .st-key-frame-work) { flex: 1 1 0; }
.st-key-frame [data-testid="stSkeleton"] { height: 1.5rem; opacity: 0; }
.st-key-frame button { min-height: 0; padding: 0.2rem 0.4rem; max-width: 12rem; }
.st-key-frame button p { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
@media (max-width: 700px) {
  .stApp [data-testid="stLayoutWrapper"]:has(> .st-key-frame), .st-key-frame { height: 5.2rem; }
  .st-key-frame { flex-wrap: wrap; row-gap: 0; padding-top: 0.3rem; }
  .stApp .st-key-frame > [data-testid="stLayoutWrapper"]:has(> .st-key-frame-work) {
    flex: 1 0 100%; order: 1; margin: 0 -2rem 0 -2.4rem;
  }
}
@media (max-width: 700px) { .st-key-tabs [data-testid="stCaptionContainer"] { display: none; } }
[data-testid="stLayoutWrapper"]:has(> .st-key-tabs) { margin-top: -0.6rem; }
.st-key-tabs { gap: 0.2rem; border-bottom: 1px solid light-dark(#e4e4e4, #2e2e2e); }
.st-key-tabs > [data-testid="stElementContainer"]:has(h1) {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}
.st-key-tabs > [data-testid="stElementContainer"]:has([data-testid="stCaptionContainer"]) {
  flex: 1 1 24rem; min-width: 0; padding: 0.1rem 0 0.1rem 1.2rem;
}
.st-key-tabs a { padding: 0.3rem 0.7rem; margin: 0; border-radius: 4px 4px 0 0; }
.st-key-tab-here a { background: none; box-shadow: inset 0 -2px light-dark(#0962bb, #5aa9f5); }
.st-key-page-head { flex-wrap: wrap; gap: 0.2rem 1rem; align-items: baseline; }
.st-key-page-head h1 { font-size: 1.3rem; line-height: 1.3; white-space: nowrap; }
.st-key-mending { position: absolute; }
[data-testid="stLayoutWrapper"]:has(> .st-key-mending) { position: absolute; }
[data-testid="stAlertContainer"] h2 { font-size: 1.75rem; padding: 0; line-height: 1.2; }
[data-testid="InputInstructions"] { display: none; }
[class*="st-key-drop-"] [data-testid="stFileUploaderDropzone"] { padding: 0.5rem; min-height: 0; }
[class*="st-key-drop-"] [data-testid="stFileUploaderDropzoneInstructions"] { display: none; }
[class*="st-key-drop-"] button [data-testid="stMarkdownContainer"] p { font-size: 0; }
.st-key-drop-files button p::after { content: "Choose files"; font-size: 0.875rem; }
.st-key-drop-folder button p::after { content: "Choose a folder"; font-size: 0.875rem; }
.katex-display { overflow: visible !important; }
.st-key-reading a { text-decoration: underline !important; }
.st-key-reading table { display: block; overflow-x: auto; border: none; }
[data-testid="stCaptionContainer"] code { color: inherit !important; opacity: 1; }
[data-testid="stCaptionContainer"] a { color: inherit !important; text-decoration: underline; }
button[kind^="primary"] [data-testid="stMarkdownContainer"] { color: light-dark(#fff, #0b0b0b); }
button:disabled [data-testid="stMarkdownContainer"] { color: light-dark(#6a6a6a, #9c9c9c); }
[data-testid="stColumn"]:has(.st-key-beside) > * {
  position: sticky; top: 3.5rem; max-height: calc(100vh - 4rem); overflow-y: auto;
}
[data-testid="stLayoutWrapper"]:has(> .st-key-always-in-view) {
  position: sticky; top: 3rem; z-index: 9; padding: 0.5rem 1.5rem 0.4rem 0;
  background: light-dark(#fcfcfc, #191919);
}
"""

SCRIPT = """
// The sections of the navigation are lists of links; their markup says otherwise to screen readers.
// The script runs again whenever the page is drawn anew, so it may leave no name behind.
{
const mend = () => {
  for (const list of document.querySelectorAll("[data-testid=stSidebarNavItems]")) {
    if (list.querySelector(":scope > div") === null) continue;
    list.setAttribute("role", "presentation");
    for (const section of list.querySelectorAll(":scope > div"))
      section.setAttribute("role", section.querySelector("li") ? "list" : "presentation");
  }
};
// The script of a component, asked for again for six seconds where the server is away: a part of an
// address after "#" makes the browser forget that it failed. After that the part says so.
const missing = {
  dress() {},
  default({ parentElement }) {
    const note = document.createElement("p");
    note.textContent = "This part could not be fetched; reload the page.";
    parentElement.replaceChildren(note);
  },
};
const bring = (url, turn = 0) => import(turn ? url + "#" + turn : url).catch(async () => {
  if (turn > 3) return missing;
  await new Promise(done => setTimeout(done, 400 * 2 ** turn));
  return bring(url, turn + 1);
});
window.contrastBring ??= bring;
mend();
window.contrastMending ??= new MutationObserver(mend);
window.contrastMending.observe(document.body, { childList: true, subtree: true });
}
"""


def apply() -> None:
    """Put the style sheet of the app on this page; called once, by the shell.

    Style and script are one element: Streamlit keeps a style alone where it also puts toasts, and
    the toast of a fragment takes its place.
    """
    with st.container(key="mending"):  # takes no room
        st.html(f"<style>{_CSS}</style><script>{SCRIPT}</script>", unsafe_allow_javascript=True)
