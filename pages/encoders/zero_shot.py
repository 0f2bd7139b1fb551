"""A network of one's own: what it needs, its verdict beside ours, and its score where it may."""

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown, plain
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.encoders import zero_shot
from pages.common import compute, headings, inspector, rows, thumbnails
from pages.frame import access

ENDS = 6
"""Images shown from either end of the score."""

TITLE = "Zero-shot score by a network of yours"


def show(workspace: Workspace) -> None:
    """Draw the networks that were brought along, and the way to bring one."""
    names = zero_shot.names(workspace)
    with st.expander(TITLE, expanded=bool(names)):
        st.caption(headings.with_link(zero_shot.WHAT, "zero-shot-score"))
        if not names:
            _bring(workspace)
            return
        with st.container(horizontal=True, vertical_alignment="bottom"):
            key = st.selectbox(
                "Network", list(names), key="zero_shot.chosen", width=480,
                format_func=lambda one: plain(names[one]),
            )  # fmt: skip
            with st.popover("Bring another network"):
                _bring(workspace)
        _network(workspace, zero_shot.card(workspace, key))


def _network(workspace: Workspace, card: zero_shot.ZeroShotCard) -> None:
    """Draw one network: the verdict first, the score only where the verdict allows it."""
    drawn = {"passes": st.success, "refused": st.error}.get(card.verdict, st.warning)
    drawn(f"**{markdown(card.verdict.capitalize())}.** {markdown(zero_shot.reason(card))}")
    if card.is_behind and access.button(Act.RUN, "Embed the new images too", key="zero_shot.again"):
        compute.start(workspace, "zero_shot", network=card.model)
        st.rerun()
    if card.is_shown:
        _ends(workspace, card)
    beside = zero_shot.comparison(workspace, card)
    if beside:
        headings.small("The same test for all", "ladder")
        number = st.column_config.NumberColumn(format="%.2f")
        st.dataframe(
            rows.written(beside, plain), hide_index=True,
            column_config=dict.fromkeys(("Scale", "Haze", "S-curve", "Brightness"), number),
        )  # fmt: skip
        st.caption(
            "Scale, haze, S-curve: mean rank correlation of the score with the known strength of "
            "the change, on held-out images; 1 is perfect. Brightness: how far it moves the score; "
            "0 is not at all."
        )
    st.caption("\n".join(f"- {markdown(line)}" for line in zero_shot.facts(card)))


def _ends(workspace: Workspace, card: zero_shot.ZeroShotCard) -> None:
    """Draw the images with the highest and the lowest scores, side by side."""
    scored = zero_shot.scores(workspace, card)
    ids = list(scored)
    highest, lowest = ids[:ENDS], ids[ENDS:][-ENDS:]
    parts = {"Highest": highest, "Lowest": lowest}
    for column, (name, part) in zip(st.columns(2, gap="medium"), parts.items(), strict=True):
        if not part:
            continue
        with column:
            headings.small(f"{name} scores", "zero-shot-score")
            found = thumbnails.show(
                workspace, key=f"zero_shot.{card.key}.{name}", ids=part,
                captions={image: f"{scored[image]:.3f}" for image in part}, size=96,
            )  # fmt: skip
        if found.opened:
            inspector.dialog(workspace, found.opened)
    st.caption(
        f"The {len(highest):,} highest and the {len(lowest):,} lowest of {len(ids):,} scores; "
        "from 0 (like the text of low contrast) to 1 (like that of high contrast)."
    )


def _bring(workspace: Workspace) -> None:
    """Draw the form that takes the three files."""
    st.markdown(
        "Bring three files. No network comes with this product and none is downloaded.\n\n"
        "1. The **image tower** as ONNX.\n"
        "2. Its **recipe**: how it wants to see pictures (size, crop, interpolation, mean, std, "
        "output).\n"
        "3. The **text vectors** of a pair such as 'High contrast photo.' and 'Low contrast photo.'"
    )
    if access.closed(Act.RUN):
        return
    with st.form("zero_shot.bring", border=False):
        network = st.text_input("Image tower (ONNX)", placeholder="/path/to/tower.onnx")
        recipe = st.text_input("Recipe (JSON)", placeholder="/path/to/recipe.json")
        text = st.text_input(
            "Text vectors (.npz, .safetensors, .json)",
            placeholder="/path/to/texts.json",
            help="Without them it is an embedding and has no score.",
        )
        pair = st.text_input(
            "Name of the pair", help="Only where the text vectors hold more than one pair."
        )
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
