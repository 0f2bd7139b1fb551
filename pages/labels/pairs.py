"""Pairs: which of two images has more contrast, and the ranking that the answers give."""

from collections.abc import Sequence

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown, plain
from contrast_engine.ranking import Pair
from contrast_engine.server import Urls
from contrast_engine.vectors import ImageId
from contrast_engine.views.labels.pairs import (
    answered_by,
    back,
    pairs_card,
    ranking_progress,
    waiting_pairs,
)
from pages.common import headings, identity, inspector, navigation, rows, thumbnails
from pages.components import figure, pair
from pages.frame.access import closed
from pages.labels import team

SHOWN = 60
COMPARE = "Only annotators and owners compare. The ranking that their answers give stands here."

headings.page(
    "Pairs",
    "ranking",
    "Not which is better, only which has more contrast. The ranking owes nothing to features: it "
    "can judge them.",
)
workspace = navigation.workspace()
state = navigation.measured(workspace, "compare them")
if state.measured < 2:
    navigation.empty(
        "Comparing needs two images; there is one.", navigation.COLLECTION, "Add images"
    )
store, who = workspace.comparisons, identity.who()
here = f"waiting pairs of {who} in {workspace.id}"


def wait(pairs: Sequence[Pair]) -> None:
    """Note which pairs are still to be compared here, and that nobody else is asked about them."""
    is_told = workspace.team.is_writable
    st.session_state[here] = waiting_pairs(workspace, pairs, who, team.tab() if is_told else "")
    if is_told:
        st.session_state[team.HOLDS] = True


def keep(answers: list[pair.Answer]) -> None:
    """Write each decision to disk; a decision heard twice is written once."""
    for said in answers:
        token, waiting = f"{said.token}:{said.seq}", st.session_state[here]
        if said.action == "undo":
            shown = store.undo(who, token)
            again = (back(*shown),) if shown else ()
        else:
            store.add(said.left, said.right, said.answer, who, token)
            shown, again = (said.left, said.right), ()
        left = (p for p in waiting if (p.left, p.right) != shown)
        st.session_state[here] = (*again, *left)
    wait(st.session_state[here])


if not closed(Act.LABEL, COMPARE) and identity.ask("pairs", Act.LABEL):
    wait(st.session_state.get(here, ()))
    pair.show(
        key="pairs",
        queue=st.session_state[here],
        image=Urls(workspace.id).image,
        thumb=Urls(workspace.id).thumb,
        answered=answered_by(workspace, who),
        on_answers=keep,
    )
    team.line(workspace, "pairs")
    progress = ranking_progress(workspace)
    st.progress(value=progress.share, text=markdown(progress.words))
    st.caption(
        f"Answers are given by {markdown(who)}; each goes to the disk with its key, and what "
        "is not there yet is told. The images are a random sample, the sides are drawn at random, "
        "the pairs are the most informative ones, and one pair in ten is asked again to see how "
        "consistent you are. While a pair is here, nobody else is asked about it."
    )
card = pairs_card(workspace)
if card is None:
    st.stop()

headings.section("Ranking", "bradley-terry", card.words)
clicked = figure.show(card.chart, key="pairs.chart", height=260, label="Scores with intervals")
opened = thumbnails.show(
    workspace,
    key="pairs.ranking",
    ids=[image for image, _ in card.ranking[:SHOWN]],
    captions=dict(card.ranking),
    size=96,
).opened
headings.section("Features against the ranking", "rank-correlation", card.features_words)
if card.features:
    st.dataframe(rows.written(card.features, plain), hide_index=True, height=420)
headings.section("Consistency", "annotator", "How consistent the answers of each annotator are.")
st.table(rows.written(card.annotators, markdown))
if clicked:
    opened = opened or ImageId(clicked["customdata"])
if opened:
    inspector.dialog(workspace, opened)
