"""A network of one's own: what it needs, its verdict beside ours, and its score where it may."""

import streamlit as st

from contrast_engine.as_written import markdown, plain
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.encoders import zero_shot
from pages.common import compute, inspector, rows, thumbnails

ENDS = 6
"""Images shown from either end of the score."""

TITLE = "Zero-shot score by a network of yours"


def show(workspace: Workspace) -> None:
    """Draw the networks that were brought along, and the way to bring one."""
    names = zero_shot.names(workspace)
    with st.expander(TITLE, expanded=bool(names)):
        if names:
            key = st.selectbox(
                "Network", list(names), key="zero_shot.chosen", width=480,
                format_func=lambda one: plain(names[one]),
            )  # fmt: skip
            _network(workspace, zero_shot.card(workspace, key))
        else:
            st.caption(markdown(zero_shot.NEEDED))
        _bring(workspace)


def _network(workspace: Workspace, card: zero_shot.ZeroShotCard) -> None:
    """Draw one network: the verdict first, the score only where the verdict allows it."""
    drawn = {"passes": st.success, "refused": st.error}.get(card.verdict, st.warning)
    drawn(markdown(f"{card.verdict.capitalize()}: {card.why}"))
    for line in zero_shot.facts(card):
        st.caption(markdown(line))
    if card.is_behind and st.button("Embed the new images too", key="zero_shot.again"):
        compute.start(workspace, "zero_shot", network=card.model)
        st.rerun()
    beside = zero_shot.comparison(workspace, card)
    if beside:
        number = st.column_config.NumberColumn(format="%.2f")
        st.dataframe(
            rows.written(beside, plain), hide_index=True,
            column_config=dict.fromkeys(("Scale", "Haze", "S-curve", "Brightness"), number),
        )  # fmt: skip
        st.caption(
            "Mean rank correlation with the known strength of each ladder on held-out images, and "
            "how far brightness moves the score; the same test for all."
        )
    if not card.is_shown:
        return
    scored = zero_shot.scores(workspace, card)
    ends = [*list(scored)[:ENDS], *list(scored)[-ENDS:]]
    found = thumbnails.show(
        workspace, key=f"zero_shot.{card.key}", ids=list(dict.fromkeys(ends)),
        captions={image: f"{scored[image]:.3f}" for image in ends}, size=96,
    )  # fmt: skip
    st.caption(f"The highest and the lowest of {len(scored):,} scores.")
    if found.opened:
        inspector.dialog(workspace, found.opened)


def _bring(workspace: Workspace) -> None:
    """Draw the form that takes the three files."""
    with st.form("zero_shot.bring", border=False):
        network = st.text_input("Image tower (ONNX)", placeholder="/path/to/tower.onnx")
        recipe = st.text_input("Recipe (JSON)", placeholder="/path/to/recipe.json")
        text = st.text_input(
            "Text vectors (.npz, .safetensors, .json)", placeholder="none: an embedding, no score"
        )
        pair = st.text_input("Pair", placeholder="the only one, or 'contrast'")
        is_asked = st.form_submit_button("Embed all images and test it")
    if is_asked and network and recipe:
        pairs = [pair] if pair else []
        compute.start(
            workspace, "zero_shot", network=network, recipe=recipe, text=text, pairs=pairs
        )
        st.rerun()
    elif is_asked:
        st.warning("A network and its recipe are needed: without its own preprocessing a network "
                   "gives other numbers.")  # fmt: skip
