"""Similar and odd: doubles, images unlike the rest, images like a file from outside."""

import streamlit as st

from contrast_engine.server import Urls
from contrast_engine.summaries.odd import like_file
from pages.common import controls, image_loaders, inspector, loaders, session
from pages.components import gallery

VIEWS = {"odd": "Unlike the rest", "double": "Doubles", "like": "Like a file of yours"}
SHOWN = 12

st.title("Similar and odd")
st.caption(
    "Images that are unlike all others, with the reason in words; files and pictures that are "
    "there more than once; and the images whose contrast is most like that of a file you bring."
)
workspace = session.workspace()
state = session.measured(workspace, "compare them with each other")
thumb = Urls(workspace.id).thumb
view = controls.in_address(
    st.segmented_control,
    "Show",
    list(VIEWS),
    "view",
    "odd",
    required=True,
    format_func=VIEWS.get,
)


def row(key: str, images: tuple[str, ...], captions: dict[str, str] | None = None) -> None:
    """Draw images of which a click opens one."""
    opened = gallery.show(key=key, ids=images, thumb=thumb, captions=captions).opened
    if opened:
        inspector.dialog(workspace, opened)


if view == "odd":
    found = image_loaders.odd(workspace)
    if not found:
        st.info("Too few images to tell what is unusual: eight are needed.")
        st.stop()
    st.caption(
        f"Showing {min(SHOWN, len(found))} of {len(found):,} images, most unlike first. Judged by "
        "the core measures: distance to the centre in robust deviations, and an isolation forest."
    )
    for first in range(0, min(SHOWN, len(found)), 4):
        for column, one in zip(st.columns(4), found[first : first + 4], strict=False):
            with column:
                row(f"odd.{one.image}", (one.image,))
                st.caption(f"{one.words[:1].upper()}{one.words[1:]}.")
elif view == "double":
    with st.spinner("Comparing the pictures"):
        groups = image_loaders.doubles(workspace)
    st.caption(
        f"Showing {min(SHOWN, len(groups))} of {len(groups):,} groups, largest first. Pictures are "
        "compared by their shapes, so the same picture at another contrast is found too."
    )
    for group in groups[:SHOWN]:
        st.text(group.words)
        row(f"double.{group.images[0]}", group.images)
else:
    dropped = st.file_uploader("An image from outside the collection", max_upload_size=50)
    if dropped:
        near, reason = like_file(workspace, dropped.getvalue())
        if reason:
            st.error(reason)
        else:
            st.image(dropped.getvalue(), width=220)
            size = len(loaders.vectors(workspace, workspace.current("features")))
            st.caption(f"The {len(near)} nearest of {size:,} images, nearest first, with distance.")
            row("like.near", tuple(image for image, _ in near), dict(near))
