"""How far scores of complexity follow people: a file of human scores in, agreement out."""

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown, plain
from contrast_engine.store.artifacts import Manifest
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.complexity import agreement
from contrast_engine.views.encoders.encoder_card import spaces
from contrast_engine.views.input_checks import table_to_read_problem, typed_path
from pages.common import compute, controls, headings, job_panel, rows
from pages.components import figure
from pages.frame import access

NEWEST = ""


def show(workspace: Workspace, judged: Manifest | None) -> None:
    """Draw the form for a file of human scores, and what came of the last one.

    Args:
        workspace: The open workspace.
        judged: The newest report on human scores, or None.
    """
    if judged:
        _found(judged)
        with st.expander("Other scores"):
            _form(workspace)
    else:
        _form(workspace)


def _form(workspace: Workspace) -> None:
    known = {NEWEST: "The newest of the encoder of complexity"}
    known |= {key: name for key, name in spaces(workspace).items() if "features" not in key}
    if access.closed(Act.RUN):
        return
    with st.form("complexity.scores", border=False):
        field, menu, button = st.columns([4, 3, 1.4], vertical_alignment="bottom")
        path = field.text_input(
            "Table of human scores on this computer",
            placeholder="/home/me/scores.csv",
            help="A .csv, .tsv or .parquet with the columns file and score, larger for more "
            "complex, and group where scores compare only within groups.",
        )
        on = menu.selectbox(
            "Embedding used beside the features", list(known),
            format_func=lambda key: plain(known[key]),
        )  # fmt: skip
        is_sent = button.form_submit_button("Compare", width="stretch")
    st.caption(
        "At least 20 images with a score, and 10 of each group. Nothing is learnt from the image "
        "that is judged: each is held out in turn. The table is read, not changed."
    )
    if not is_sent:
        return
    reason = table_to_read_problem(path, "file and score")
    if reason:
        st.error(markdown(reason))
    elif job_panel.running(workspace, "judge_complexity"):
        st.info("Complexity is being measured already; try again once that is done.")
    else:
        chosen = {"on": on} if on else {}
        compute.start(workspace, "judge_complexity", scores=str(typed_path(path)), **chosen)
        st.rerun()


def _found(judged: Manifest) -> None:
    details = judged.details
    names = agreement.groups(details)
    group = names[0]
    if len(names) > 1:
        group = controls.in_address(
            st.segmented_control, "Group", names, "group", group, required=True
        )
    found = agreement.rows(details, group)
    left, right = st.columns([9, 11], gap="medium")
    with left:
        figure.show(
            agreement.figure(found), key=f"agreement.{judged.key}.{group}",
            height=90 + 26 * len(found), label="Agreement with human scores",
        )  # fmt: skip
    with right:
        st.dataframe(
            rows.written(agreement.table(found), plain),
            hide_index=True,
            height="content",
            column_config={
                "Score": st.column_config.TextColumn(width=170),
                "Rests on": st.column_config.TextColumn(width=88),
                "95% interval": st.column_config.TextColumn(width=86),
                "n": st.column_config.NumberColumn(width=44),
                "PCC": st.column_config.NumberColumn(format="%.2f", width=56, help="Pearson's r."),
                "SRCC": st.column_config.NumberColumn(
                    format="%.2f", width=64, help=headings.help_text("rank-correlation")
                ),
            },
        )
    st.caption("Dot: SRCC with its 95% interval. Diamond: PCC.")
    st.markdown("**Paired differences**", help=headings.help_text("confidence-interval"))
    for words in agreement.differences(details):
        st.markdown(markdown(words))
    st.caption(markdown(agreement.compared_words(details)))
    unused = agreement.unused_words(details)
    if unused:
        st.caption(markdown(unused))
