"""The commands that make the results in use again: shown, copied, downloaded."""

from functools import partial

import streamlit as st

from contrast_engine.as_written import markdown, plain
from contrast_engine.reproduce.plan import plan
from contrast_engine.reproduce.record import SCRIPT, script_of
from contrast_engine.store.workspace import Workspace


def show(workspace: Workspace) -> None:
    """Draw the download of the script and, where it is asked for, its commands."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download the script",
            partial(script_of, workspace),
            f"{workspace.name} {SCRIPT}",
            icon=":material/download:",
            key="reproduce.download",
            on_click="ignore",
        )
        is_shown = st.toggle("Show the commands", key="reproduce.shown")
    if not is_shown:
        return
    found = plan(workspace)
    st.code("\n".join(plain(one.shell()) for one in found.commands), language="bash")
    st.caption(
        f"{len(found.commands):,} commands for {len(found.expected):,} results. `$WS` is the new "
        "workspace, and `$RECORD` a folder with the labels and comparisons, which the script holds "
        "in itself. On the command line, `contrast reproduce WS --check` compares every result."
    )
    now = found.originals
    if not now.are_there:
        st.warning(
            f"Of {now.files:,} original files {len(now.gone):,} are gone and {len(now.changed):,} "
            "hold something else now: results made again will differ."
        )
    for one in found.cannot:
        st.caption(markdown(f"Cannot be rebuilt by command: {one.what}: {one.why}"))
