"""The label set: making it, and counting the labels that were given."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from contrast_engine import simulated
from contrast_engine.access import Act, may
from contrast_engine.as_written import markdown
from contrast_engine.store.labels import LabelSet, LabelStore
from contrast_engine.views.collection.whose_turn import turn
from contrast_engine.views.input_checks import label_set_problem, split_labels
from contrast_engine.views.labels.queue_end import counts_words
from pages.common import faults, identity

SUGGESTION = "low, medium, high"
PLACE = "label set"


def make(store: LabelStore) -> bool:
    """Say whether there are labels to give; where there are none, draw the form that makes them."""
    if store.label_set().labels:
        return True
    with st.container(border=True, width=720):
        if not may(Act.CHANGE):
            st.markdown("Nobody has said yet which labels are given here.")
            st.caption(f":material/lock: {markdown(turn(Act.CHANGE, 'Name the labels'))}.")
            return False
        st.markdown("**Which labels do you want to give?**")
        _form(store, store.label_set())
    return False


def show(store: LabelStore) -> Sequence[str]:
    """Draw the labels with a way to change them, and the name they are given under."""
    current = store.label_set()
    order = "from little to much" if current.is_ordered else "without an order"
    blind = ", blind" if identity.is_blind() else ""
    with st.popover(f"{len(current.labels)} labels{blind}", type="tertiary"):
        st.caption(f"{len(current.labels)} labels, {order}.")
        _form(store, current)
        st.toggle(
            "Label blind",
            identity.is_blind(),
            key=identity.SWITCH,
            on_change=identity.go_blind,
            disabled=current.is_blind,
            help="An owner has everybody label blind here."
            if current.is_blind
            else "Hides the labels of other annotators, the names of files and clusters, and what "
            "the model predicts, so that your label is your own.",
        )
    return current.labels


def counts(store: LabelStore) -> None:
    """Say how often each label was given in the whole collection."""
    if identity.is_blind():
        own = [label for label in store.by_person().get(identity.who(), {}).values() if label]
        st.caption(f"You have labelled {len(own):,} images. The labels of others are not shown.")
        return
    given = store.current()
    tally = Counter(label.label for label in given.values())
    said = markdown(counts_words(store.label_set().labels, tally))
    people = store.by_person()
    rule = f" by {simulated.said(people)}, by the last label of each" if len(people) > 1 else ""
    st.caption(
        f"In the whole collection {len(given):,} images are labelled{markdown(rule)}: {said}."
    )


def _form(store: LabelStore, current: LabelSet) -> None:
    if not identity.ask("label set"):
        return
    with st.form("labels", border=False):
        text = st.text_input(
            "Labels, separated by commas",
            ", ".join(current.labels) or SUGGESTION,
            help="Any number: the first nine have the keys 1 to 9, the others a letter of their "
            "name, and each can be found by typing.",
        )
        is_ordered = st.toggle(
            "They have an order, from little to much",
            current.is_ordered or not current.labels,
            help="The model then knows that low and high are further apart than low and medium.",
        )
        with st.expander("Where there are several annotators"):
            overlap = st.slider(
                "Share of the random sample that every annotator is asked about",
                0, 100, round(100 * current.overlap), 5, format="%d%%",
                help="With several annotators: only images that more than one of them labels tell "
                "how far they agree. Nobody sees the labels of the others for these.",
            )  # fmt: skip
            is_blind = st.toggle(
                "Everybody labels blind",
                current.is_blind,
                help="Only owners see what others said, or what a model learnt from it: not on "
                "pages, maps and filters, and not by any address of this server either.",
            )
        is_sent = st.form_submit_button("Use these labels", type="primary")
    if not is_sent:
        return
    labels = split_labels(text)
    reason = label_set_problem(labels)
    if reason:
        st.error(markdown(reason))
        return
    args = (labels, is_ordered, identity.who(), overlap / 100, is_blind)
    faults.attempt(PLACE, "The labels were not changed.", store.define, *args)
    if faults.is_well(PLACE):
        st.rerun()
    faults.show(PLACE)
