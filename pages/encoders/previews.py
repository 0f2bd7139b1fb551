"""Pictures of learning: the augmentation views an encoder is shown, and its reconstructions."""

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.encoders import previews
from contrast_engine.views.encoders.previews import PreviewRow
from pages.common import compute
from pages.frame import access

_WIDTH = 112


def views(workspace: Workspace) -> None:
    """Draw what training shows an encoder, with its measured change, or the button for it."""
    st.caption(
        "An encoder learns from versions of your images: those that keep contrast (cropped, "
        "mirrored, other hues) should look alike to it, those that change contrast should not. "
        "Each version is measured before it is used."
    )
    found = previews.views_of(workspace)
    rows = previews.view_rows(workspace, *found) if found else ()
    if found is None or not rows:
        if access.button(Act.RUN, "Show and measure them", key="views.audit"):
            compute.start(workspace, "views")
            st.rerun()
        return
    _, details = found
    st.markdown(markdown(previews.view_words(details)))
    _rows(rows)
    st.dataframe(
        previews.view_table(details),
        hide_index=True,
        column_config={
            **{
                name: st.column_config.NumberColumn(
                    format="%.3f", help="Of the change of ln of the feature, without its sign."
                )
                for name in ("Median", "Smallest", "Largest")
            },
            "First draw": st.column_config.NumberColumn(
                format="percent",
                help="Share of the views used that were right at once; the others are drawn anew.",
            ),
        },
    )


def six(workspace: Workspace, key: str) -> None:
    """Draw six fixed images, and their reconstructions or the images found most similar."""
    rows = previews.reconstructions(workspace, key)
    if rows:
        st.caption(
            "Six images it was not trained on, from least to most contrast, and their "
            "reconstructions from its few numbers. Below each its RMS contrast at this size: the "
            "closer, the better its numbers hold contrast."
        )
        _rows(rows)
    rows = previews.nearest(workspace, key)
    if rows:
        st.caption(
            "The same six images after every epoch, from least to most contrast, and below each "
            "the two most alike to it. Once contrast is learnt, their RMS contrasts are close."
        )
        _rows(rows)


def _rows(rows: tuple[PreviewRow, ...]) -> None:
    for row in rows:
        st.caption(f"**{markdown(row.title)}**")
        with st.container(horizontal=True, gap="small"):
            for number, (picture, words) in enumerate(zip(row.pictures, row.captions, strict=True)):
                with st.container(width=_WIDTH + 24, gap=None):
                    st.image(picture, width=_WIDTH, alt=f"{row.title}, {number + 1}: {words}")
                    if words:
                        st.caption(markdown(words))
