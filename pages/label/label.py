"""Label: a person names a few well-chosen images, by keyboard."""

import streamlit as st

from contrast_engine.server import Urls
from pages.common import controls, label_sets, loaders, next_step, session
from pages.components import labeller

HEIGHT = 510

st.title("Label")
st.caption(
    "Keys 1 to 9 give a label and show the next image, arrows move, U takes the last label back, "
    "Space skips. Every label is on disk before the next image shows."
)
workspace = session.workspace()
state = session.measured(workspace, "label some of them")
store = workspace.labels
if not label_sets.make(store):
    st.stop()
clustered, predicted = workspace.current("clusterings"), workspace.current("predictions")
if clustered is None:
    session.empty(
        "Which images should be labelled? Group the images first; then the most typical ones of "
        "every group are asked for, and a few labels go a long way.",
        session.CLUSTERS,
        "Group the images",
    )

sources = {
    "typical": "Typical of each cluster",
    "unsure": "Teaches the model most",
    "random": "Drawn at random",
}
with st.container(horizontal=True, vertical_alignment="center"):
    source = controls.in_address(
        st.segmented_control,
        "Which images",
        [name for name in sources if predicted or name != "unsure"],
        "queue",
        "typical",
        format_func=sources.get,
        required=True,
        label_visibility="collapsed",
    )
    labels = label_sets.show(store)
if source == "unsure":
    queue = loaders.instructive(workspace, predicted)
elif source == "random":
    queue = loaders.at_random(workspace)
else:
    queue = loaders.representatives(workspace, clustered, store.cluster_names(clustered))
said = {image: label.label for image, label in store.current().items()}


def keep(keystrokes: list[labeller.Keystroke]) -> None:
    """Write each decision to disk; a decision heard twice is written once."""
    why = {queued.image: queued.why for queued in queue}
    for stroke in keystrokes:
        if stroke.action == "undo":
            store.undo(session.who(), f"{stroke.token}:{stroke.seq}")
        elif stroke.action == "label":
            token = f"{stroke.token}:{stroke.seq}"
            store.say((stroke.id,), stroke.label, session.who(), why.get(stroke.id, ""), token)


labeller.show(
    key=f"labeller.{source}",
    queue=[labeller.Card(q.image, q.why, said.get(q.image, "")) for q in queue],
    image=Urls(workspace.id).image,
    thumb=Urls(workspace.id).thumb,
    names=Urls(workspace.id).about,
    labels=labels,
    position=next((i for i, q in enumerate(queue) if q.image not in said), 0),
    height=HEIGHT,
    on_keys=keep,
)
label_sets.counts(store)
next_step.show(state, own="label")
