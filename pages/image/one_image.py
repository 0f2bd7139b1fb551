"""One image: looked into, and changed; the arrow keys go from image to image."""

from typing import Literal

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.server import Urls
from contrast_engine.store.collection import file_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.image.neighbourhood import neighbourhood
from pages.common import address, headings, image_picker, navigation, selection, taking_out
from pages.components import stepper
from pages.image import image_loaders, look_tab, what_if_tab

Tab = Literal["image", "whatif"]

TABS: dict[Tab, str] = {"image": "Image", "whatif": "What if"}
TAB = "tab"


def show(home: Tab) -> None:
    """Draw the page.

    Args:
        home: The tab it opens at where the address names none.
    """
    headings.page(
        "Image",
        "local-contrast",
        "One photograph: what is in it, and what would change if it had been taken otherwise.",
    )
    workspace = navigation.workspace()
    navigation.measured(workspace, "look into them")
    image = image_picker.image(workspace)
    with st.container(key="one-image", horizontal=True, vertical_alignment="center", gap="medium"):
        tab = _tab(home)
        _stepper(workspace, image)
        if tab == "whatif":
            name = file_name(workspace.images.facts(image).path)
            st.markdown(f"**{markdown(name)}**", width="content")
        navigation.link(navigation.MAP, "On the map", image=image)
        image_picker.other()
        taking_out.button(workspace, image, "image.out")
    if tab == "image":
        look_tab.show(workspace, image)
    else:
        what_if_tab.show(workspace, image)


def _tab(home: Tab) -> Tab:
    """Draw the tabs; the one that is open stands in the address."""
    key = f"{home}.{TAB}"
    if address.follows(TAB) or key not in st.session_state:
        named = st.query_params.get(TAB)
        st.session_state[key] = named if named in TABS else home
    opened = st.segmented_control(
        "What to do with it", list(TABS), key=key, format_func=_title, required=True,
        label_visibility="collapsed",
    )  # fmt: skip
    chosen = opened or home
    address.say(TAB, chosen)
    return chosen


def _title(tab: Tab) -> str:
    return TABS[tab]


def _stepper(workspace: Workspace, image: ImageId) -> None:
    """Draw previous and next, in the order of the page that somebody came from."""
    row, words = image_loaders.row(workspace, image)
    stepper.show(
        neighbourhood(workspace, row, image, words),
        key=f"one.step.{workspace.id}",
        picture=Urls(workspace.id).image,
        on_step=selection.open_image,
    )
