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


def how_batches_come(workspace: Workspace) -> None:
    """Say how images come to be watched, where the current model scored none yet."""
    with st.container(border=True):
        st.markdown(
            "The current model has scored no new images yet. Every batch that it scores is kept "
            "in a log, with a small picture of each image, and watched from then on."
        )
        st.code(f"contrast predict {quote(str(workspace.root))} PATH", language="bash")
        st.markdown("Or score a few images, or a folder, in the app:")
        navigation.link(navigation.EXPORT, "New images on the page Export")
        st.caption(
            f"The first verdict comes after {next_look(0):,} different images; before, it would be "
            "chance."
        )


def show(card: DriftCard) -> None:
    """Draw the verdict, the features that moved, abstention, and the images that show it."""
    say = {"drift": st.warning, "no drift": st.success}.get(card.verdict, st.info)
    say(markdown(card.headline), icon=ICONS.get(card.verdict, ":material/hourglass_empty:"))
    st.markdown("\n".join(f"- {markdown(line)}" for line in card.evidence))
    left, right = st.columns(2, gap="medium")
    with left:
        headings.small("Features that changed most", "population-stability-index")
        if card.features is None:
            st.caption("Nothing was compared yet.")
        else:
            figure.show(card.features, key="monitor.features", height=HEIGHT,
                        label="Population stability index by feature")  # fmt: skip
            st.caption(markdown(card.basis))
    with right:
        headings.small("Abstaining over batches", "abstain")
        if card.abstaining is not None:
            figure.show(card.abstaining, key="monitor.abstaining", height=HEIGHT,
                        label="Share of images on which the model abstains, by batch")  # fmt: skip
        st.caption(markdown(card.abstaining_words))
    if card.feature_rows:
        with st.expander(f"The {len(card.feature_rows)} features in numbers"):
            st.dataframe(written(card.feature_rows, plain), hide_index=True)
            st.caption(
                "PSI: population stability index; beside it what chance alone gives on average. "
                "KS p: of the Kolmogorov-Smirnov test, corrected for all features (Holm). Shift of "
                "the mean in standard deviations of the collection."
            )
    _pictures(card)


def batches(card: DriftCard) -> None:
    """Draw the table of batches."""
    headings.section("Batches", "drift", card.batch_words)
    st.dataframe(written(card.batch_rows, plain), hide_index=True)
    st.caption(
        "Set size: how many labels it takes to reach 90% of the probability, mean over the batch; "
        "1 is sure of every image."
    )


def _pictures(card: DriftCard) -> None:
    if not card.showing:
        return
    headings.small("The images that show it most", "maximum-mean-discrepancy")
    new, old = st.columns(2, gap="medium")
    with new:
        st.caption(f"{len(card.showing)} new images that are most unlike the old ones, with the "
                   "predicted label.")  # fmt: skip
        pictures.show(card.showing)
    with old:
        st.caption(f"{len(card.typical)} images that are typical of the collection: each stands "
                   "for a cluster.")  # fmt: skip
        pictures.show(card.typical)
