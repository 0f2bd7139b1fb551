"""Two views of what is alike and what is not: outliers, and what is like one image."""

import streamlit as st

from contrast_engine.access import Act, may
from contrast_engine.anomalies import Judge
from contrast_engine.as_written import markdown
from contrast_engine.steps.structure.similar import most_similar
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.outcomes import result_or_reason
from contrast_engine.views.structure import outliers as words
from pages.common import controls, headings, image_picker, inspector, selection, thumbnails
from pages.structure import structure_loaders

JUDGES: dict[Judge, str] = {
    "both": "Distance and isolation forest",
    "distance": "Mahalanobis distance",
    "isolation": "Isolation forest",
}
PER_PAGE = 12
NEAR = (12, 24, 60)


def outliers(workspace: Workspace) -> None:
    """Draw the images that are unlike the rest, most unlike first, with the reason."""
    by = controls.in_address(
        st.segmented_control, "Judged by", list(JUDGES), "by", "both", required=True,
        format_func=JUDGES.get,
    )  # fmt: skip
    with st.spinner(f"Ranking {len(workspace.images.images):,} images"):
        found = structure_loaders.outliers(workspace, by)
    if not found:
        st.info("Too few images to tell what is unusual: eight are needed.")
        return
    part, span = thumbnails.page_of("odd.page", len(found), PER_PAGE)
    on_page = found[part]
    st.caption(
        f"Showing {markdown(span)} of {len(found):,} images, most unlike "
        "first. Distance (Mahalanobis): to the middle of all core features, in deviations, taking "
        "into account which of them go together (1 is usual). Isolation: how soon a forest of "
        "random cuts sets an image apart (0.5 is usual).",
        help=headings.help_text("outlier"),
    )
    opened = None
    for row in range(0, len(on_page), 4):
        for column, one in zip(st.columns(4), on_page[row : row + 4], strict=False):
            with column:
                shown = thumbnails.show(workspace, f"odd.{one.image}", (one.image,), size=150)
                opened = shown.opened or opened
                st.caption(
                    f"{markdown(one.words[:1].upper() + one.words[1:])}. "
                    f"Distance {one.distance:.1f}, isolation {one.isolation:.2f}."
                )
    thumbnails.turn("odd.page", len(found), PER_PAGE)
    if opened:
        inspector.dialog(workspace, opened)


def similar(workspace: Workspace) -> None:
    """Draw the images most like the one in the address, or like a file that is dropped in."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        on = controls.space(workspace)
        count = controls.in_address(
            st.selectbox, "How many", [str(n) for n in NEAR], "count", str(NEAR[0]), width=120
        )
    given, shown = st.columns([1, 3], gap="large")
    with given:
        dropped = None
        if may(Act.ADD):
            dropped = st.file_uploader("An image from outside the collection", max_upload_size=50)
    image = selection.image()
    of: ImageId | bytes
    if dropped:
        of = dropped.getvalue()
    elif image is not None and image in workspace.images:
        of = image
    else:
        with shown:
            image_picker.choose(workspace)
        return
    found, reason = result_or_reason(most_similar, workspace, of, on=on, k=int(count))
    if found is None:
        shown.error(markdown(reason))
        return
    with given:
        if isinstance(of, bytes):
            st.image(of, alt="The file from outside")
        else:
            inspector.picture(workspace, of)
            inspector.facts(workspace, of)
            image_picker.other()
    with shown:
        st.caption(
            f"The {len(found.near)} nearest of {found.total:,} images, nearest first, with "
            f"distance ({markdown(found.space)})."
        )
        near = words.distances(found)
        opened = thumbnails.show(workspace, "like.near", tuple(near), captions=near).opened
        if opened:
            inspector.dialog(workspace, opened)
