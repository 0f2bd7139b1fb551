"""The verdict on new images with its evidence, or how new images come to be watched."""

from shlex import quote

import streamlit as st

from contrast_engine.as_written import markdown, plain
from contrast_engine.drift import next_look
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.monitoring.drift_card import DriftCard
from pages.common import headings, navigation
from pages.common.rows import written
from pages.components import figure
from pages.monitoring import pictures

ICONS = {"drift": ":material/warning:", "no drift": ":material/check:"}
HEIGHT = 320
RETRAIN = "If more images like these will come, [train on old and new ones](#retraining)."
DECIDE = "A retrained model waits for your decision: [compare the two](#retraining)."


def how_batches_come(workspace: Workspace) -> None:
    """Say how images come to be watched, where the current model scored none yet."""
    with st.container(border=True):
        st.markdown(
            "The current model has scored no new images yet. Every batch that it scores is kept "
            "in a log, with a small picture of each image, and watched from then on."
        )
        navigation.link(navigation.EXPORT, "Score new images on the page Export")
        st.caption("Or, for instance every night, by a command:")
        st.code(f"contrast predict {quote(str(workspace.root))} PATH", language=None)
        st.caption(
            f"The first verdict comes after {next_look(0):,} different images; before, it would be "
            "chance."
        )


def show(card: DriftCard, *, is_decision_due: bool) -> None:
    """Draw the verdict and what follows from it, the images that show it, and the evidence.

    Args:
        card: What is known.
        is_decision_due: A retrained model waits to be accepted or set aside.
    """
    say = {"drift": st.warning, "no drift": st.success}.get(card.verdict, st.info)
    todo = DECIDE if is_decision_due else RETRAIN if card.is_drift else ""
    parts = [f"## {markdown(card.title)}", f"**{markdown(card.headline)}**",
             markdown(card.reason), f"{markdown(card.means)} {todo}"]  # fmt: skip
    say("\n\n".join(parts), icon=ICONS.get(card.verdict, ":material/hourglass_empty:"))
    if card.done is not None:
        st.progress(value=card.done, text="Images until the first look")
    _pictures(card)
    _figures(card)
    with st.expander("How this was decided"):
        st.markdown("\n".join(f"- {markdown(line)}" for line in card.evidence))
        if card.basis:
            st.caption(markdown(card.basis))
        if card.feature_rows:
            st.dataframe(written(card.feature_rows, plain), hide_index=True)
            st.caption(
                "PSI: population stability index. Beside it: what chance alone gives on average. "
                "KS p: of the Kolmogorov-Smirnov test, corrected for all features (Holm). Shift: "
                "of the mean, in standard deviations of the collection."
            )


def batches(card: DriftCard) -> None:
    """Draw the table of batches."""
    headings.section("Batches", "drift", card.batch_words)
    st.dataframe(written(card.batch_rows, plain), hide_index=True)
    st.caption(
        "Set size: how many labels it takes to reach 90% of the probability, mean over the batch; "
        "1 is sure of every image."
    )


def _figures(card: DriftCard) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        headings.small("Features that changed most", "population-stability-index")
        if card.features is None:
            st.caption("Nothing was compared yet.")
        else:
            figure.show(card.features, key="monitor.features", height=HEIGHT,
                        label="Population stability index by feature")  # fmt: skip
            st.caption(markdown(card.features_words))
    with right:
        headings.small("Abstaining over batches", "abstain")
        if card.abstaining is not None:
            figure.show(card.abstaining, key="monitor.abstaining", height=HEIGHT,
                        label="Share of images on which the model abstains, by batch")  # fmt: skip
        st.caption(markdown(card.abstaining_words))


def _pictures(card: DriftCard) -> None:
    if not card.showing:
        return
    headings.small("The images that show it most", "maximum-mean-discrepancy")
    new, old = st.columns(2, gap="medium")
    with new:
        st.caption(f"{len(card.showing)} new images that are most unlike the old ones.")
        pictures.show(card.showing)
    with old:
        st.caption(f"{len(card.typical)} images that are typical of the collection.")
        pictures.show(card.typical)
    st.caption("Below each: the label that the model predicts, with its probability.")
