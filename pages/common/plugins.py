"""What a menu leaves out because another package does not work."""

from typing import Any

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.registry import Registry
from contrast_engine.views.plugins import skipped


def left_out(registry: Registry[Any]) -> None:
    """Say below a menu which plugins are not in it, and why; nothing where all work."""
    for sentence in skipped(registry):
        st.caption(f":material/extension_off: {markdown(sentence)}")
