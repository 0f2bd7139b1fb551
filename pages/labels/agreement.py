"""Agreement: whether annotators mean the same by their labels, and where they do not."""

import streamlit as st

from contrast_engine.as_written import markdown, plain
from contrast_engine.views.labels.annotator_agreement import agreement_card
from pages.common import headings, identity, inspector, navigation, rows, thumbnails
from pages.frame import access
from pages.labels import import_form, team_section

SHOWN = 40

headings.page(
    "Agreement",
    "krippendorff-alpha",
    "No model can be righter than its labels: how far annotators of the same images mean the same.",
)
workspace = navigation.workspace()
navigation.measured(workspace, "label them with others")
if identity.is_blind() and not access.may(access.Act.CHANGE):
    st.caption("You label blind, so what others said is not shown.")
    team_section.show(workspace)
    st.stop()
card = agreement_card(workspace)
st.markdown(f"**{markdown(card.verdict)}**")
if not card.alpha:
    team_section.show(workspace)
    if access.may(access.Act.LABEL):
        is_known = access.person().is_known
        words = "Label images" if is_known else "Label images under another name"
        navigation.link(navigation.LABEL, words)
    import_form.button(workspace)
    st.stop()

left, right = st.columns(2)
left.metric(
    "Krippendorff's alpha",
    markdown(card.alpha),
    border=True,
    help=headings.help_text("krippendorff-alpha"),
)
left.caption(f"{markdown(card.interval)}. 1 is perfect, 0 is what chance gives.")
right.metric(
    f"Kappa: {markdown(card.kappa_name)}",
    markdown(card.kappa),
    border=True,
    help=headings.help_text("cohen-kappa"),
)
right.caption(
    f"The same question asked of the {card.kappa_n:,} images that all of them labelled; 0 is "
    "chance. In brackets the 95% interval over images."
)
if card.unsure:
    st.caption(
        f"Unsure: {markdown(card.unsure)}. Such answers are kept and counted; no model learns "
        "from them."
    )

st.caption(f"What models learn from: {markdown(card.consensus_rule)}")
team_section.show(workspace)

headings.section(
    "Disputed images",
    "dawid-skene",
    f"The {min(SHOWN, len(card.disputed)):,} most disputed of {len(card.disputed):,}. The most "
    "probable label weighs every annotator by how they label elsewhere (Dawid and Skene)."
    if card.disputed
    else "Nobody disagrees about any image.",
)
if not card.disputed:
    st.stop()
opened = thumbnails.show(
    workspace,
    key="agreement.disputed",
    ids=[image for image, _ in card.disputed[:SHOWN]],
    captions=dict(card.disputed),
    size=260,
).opened
st.dataframe(rows.written(card.consensus[:SHOWN], plain), hide_index=True)
if opened:
    inspector.dialog(workspace, opened)
