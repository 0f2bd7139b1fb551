"""Starts the app: `streamlit run app.py`, with CONTRAST_WORKSPACE naming the workspace to open."""

import sys
from importlib import import_module
from pathlib import Path
from threading import Thread

import streamlit as st

sys.path.insert(0, str(Path(__file__).parent))  # pages are imported as `pages.…`

from contrast_engine import server
from pages.common import theme
from pages.components import front_door
from pages.frame import logging_in, messages, offline

offline.no_look_ups()
base, host = st.get_option("server.baseUrlPath") or "", st.get_option("server.address") or ""
app = st.App(
    "pages/_shell.py",
    routes=server.routes(),
    middleware=[
        *server.middleware(host, scripts=[theme.SCRIPT], held=offline.uploads_held),
        *server.access(logging_in.way(host, base), base, messages.least),
        *server.front_door(front_door.addresses(), front_door.script, base),
    ],
    lifespan=server.lifespan,
)

# Streamlit needs it for the first part of the first page; until that is asked for it can be read.
Thread(target=import_module, args=("pandas",), daemon=True).start()

if __name__ == "__main__":
    app.run()
