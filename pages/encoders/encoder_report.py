"""One trained encoder: keep or discard it, how it learnt, its test, and what it finds alike."""

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.arrays import Json
from contrast_engine.as_written import markdown, plain
from contrast_engine.steps.encoders.train import discard
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.encoders import encoder_card, training_run
from pages.common import compute, faults, headings, inspector, rows, thumbnails
from pages.components import figure
from pages.encoders import previews
from pages.frame import access

FEATURES = "features"
DISCARD = "encoder discarded"


def table(runs: tuple[encoder_card.TrainedEncoder, ...], tests: dict[str, Json]) -> None:
    """Draw the trained encoders one beside the other."""
    st.dataframe(
        rows.written(encoder_card.comparison(runs, tests), plain),
        hide_index=True,
        placeholder="–",
        column_config={
            "Encoder": st.column_config.TextColumn(width=240),
            "Seconds": st.column_config.NumberColumn(format="%.1f"),
            "Loss": st.column_config.NumberColumn(format="%.3f"),
            "Held-out loss": st.column_config.NumberColumn(format="%.3f"),
            "Spread": st.column_config.NumberColumn(
                format="%.2f", help=f"1 is even, 0 collapsed. {headings.help_text('collapse')}"
            ),
            "Effective rank": st.column_config.NumberColumn(
                format="%.1f", help=headings.help_text("effective-rank")
            ),
        },
    )
    st.caption(
        "Compare losses between runs of one kind of encoder only: every kind has a loss of its "
        "own. The sensitivity test is the same for all."
    )


def actions(workspace: Workspace, run: encoder_card.TrainedEncoder) -> None:
    """Draw what can be done with an encoder: keep it, or throw it away."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if run.embedding is None or run.is_behind:
            is_asked = st.button(
                "Embed the new images too" if run.is_behind else "Keep: embed all images",
                key="run.keep",
                type="secondary" if run.collapsed or run.refused else "primary",
            )
            if is_asked:
                compute.start(workspace, "embed", source=run.key, anyway=bool(run.refused))
                st.rerun()
        if run.embedding is None:
            throw_away = faults.tried(discard, DISCARD, "The encoder is still there.")
            access.button(
                Act.RUN,
                "Discard",
                key="run.discard",
                on_click=throw_away,
                args=(workspace, run.key),
            )
        else:
            st.badge("Kept", icon=":material/check:", color="green")
        st.caption(markdown(encoder_card.run_words(run)))
    faults.show(DISCARD)
    if run.collapsed:
        st.error("It has collapsed: all images look alike to it. Do not use it; discard it.")
    if run.refused:
        st.error(markdown(f"It is refused: {run.refused}. Do not use it; discard it."))


def how_it_learnt(workspace: Workspace, run: encoder_card.TrainedEncoder) -> None:
    """Draw the loss over the epochs beside the map, epoch by epoch."""
    epochs = training_run.epochs_of(workspace, run.key)
    drawn = training_run.learning_curve(workspace, run.key)
    if not epochs or drawn is None:
        st.caption("Its curve was not kept.")
        return
    previews.six(workspace, run.key)
    left, right = st.columns(2, gap="medium")
    with left:
        figure.show(
            drawn, key=f"curve.{run.key}", height=380, label="Loss over the epochs",
            about=f"{run.title} ({run.key[:6]})",
        )  # fmt: skip
    with right:
        epoch = epochs[-1]
        if len(epochs) > 1:
            epoch = st.select_slider("Map after epoch", epochs, epoch, key=f"epoch.{run.key}")
        place = training_run.learning_map(workspace, run.key, epoch)
        if place:
            point = figure.show(
                place, key=f"map.{run.key}", height=340, label="Map of what was learnt"
            )
            st.caption("Coloured by measured contrast. Click a point to see its image.")
            if point and point["customdata"]:
                inspector.dialog(workspace, point["customdata"])


def beside(
    workspace: Workspace,
    run: encoder_card.TrainedEncoder,
    others: dict[str, encoder_card.TrainedEncoder],
) -> None:
    """Draw the map of a run and that of another, turned so that the images lie alike."""
    other = st.selectbox(
        "Compare with", list(others),
        format_func=lambda key: plain(f"{others[key].title} ({key[:6]})"),
        key=f"beside.{run.key}", width=480,
    )  # fmt: skip
    maps = {run.key: training_run.learning_map(workspace, run.key),
            other: training_run.learning_map(workspace, other, onto=run.key)}  # fmt: skip
    titles = {run.key: run.title, other: others[other].title}
    for column, (key, drawn) in zip(st.columns(2, gap="medium"), maps.items(), strict=True):
        with column:
            st.markdown(f"**{markdown(titles[key])}** ({markdown(key[:6])})")
            if drawn is None:
                st.caption("Its map was not kept.")
                continue
            figure.show(drawn, key=f"beside.{run.key}.{key}", height=360, label=titles[key])
    st.caption(
        "The right map is turned and mirrored, not stretched, so that images lie as near as "
        "possible to where they lie on the left: what differs is what the two have learnt."
    )


def tested(workspace: Workspace, title: str, on: str, details: Json | None) -> None:
    """Draw the sensitivity test of an embedding, or the button that makes it.

    Args:
        workspace: The open workspace.
        title: What the embedding is called.
        on: Its key, or "features".
        details: What the test found, None before it was made.
    """
    if details is None:
        st.caption(
            "Alters photographs it was not trained on by known amounts and looks whether it "
            "follows contrast, and stays put when something else changes."
        )
        if access.button(Act.RUN, "Test it", key=f"test.{on}"):
            compute.start(workspace, "sensitivity", on=on)
            st.rerun()
        return
    (st.success if details["passes"] else st.warning)(
        markdown(encoder_card.sensitivity_words(details))
    )
    left, right = st.columns([3, 2], gap="medium", vertical_alignment="center")
    with left:
        st.dataframe(
            rows.written(encoder_card.sensitivity_rows(details), plain),
            hide_index=True,
            column_config={"Result": st.column_config.NumberColumn(format="%.2f")},
        )
    with right:
        tests = {title: details}
        measured = encoder_card.sensitivity_of(workspace, FEATURES)
        if measured and on != FEATURES:
            tests["The features"] = measured
        drawn = encoder_card.sensitivity_radar(tests)
        figure.show(drawn, key=f"radar.{on}", height=340, label="The test around one centre")
        st.caption("The rim is best: it follows what is named, or is not moved by it.")


def neighbours(workspace: Workspace, embedding: str) -> None:
    """Draw six fixed images, each followed by its nearest in an embedding."""
    st.caption(
        "Six images from least to most contrast, the same for every encoder; after each its "
        "nearest in this embedding with their distance."
    )
    opened = None
    columns = st.columns(2, gap="medium")
    for place, (image, near) in enumerate(encoder_card.looked_up(workspace, embedding)):
        with columns[place % 2]:
            found = thumbnails.show(
                workspace,
                key=f"near.{embedding}.{image}",
                ids=[image, *(other for other, _ in near)],
                captions={image: "this one", **dict(near)},
                size=72,
            )
            opened = found.opened or opened
    if opened:
        inspector.dialog(workspace, opened)
