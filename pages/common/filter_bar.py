"""The filter of a collection, the same on the gallery and on the map; it stands in the address."""

import streamlit as st

from contrast_engine.imageset import ImageSet
from contrast_engine.server import Urls
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.filter_bar import FilterBar, filter_bar
from contrast_engine.views.collection.filters import PREFIX, read_address
from pages.components import filter_bar as component


def show(workspace: Workspace) -> ImageSet | None:
    """Draw the filter and give the images that pass it; None where nothing is filtered."""
    bar = _bar(workspace)
    component.show(
        key=f"filter.{workspace.id}", bar=bar, url=Urls(workspace.id).filter, on_change=_change
    )
    return bar.passing


def passing(workspace: Workspace) -> ImageSet | None:
    """The images that pass the filter in the address; None where nothing is filtered."""
    return _bar(workspace).passing


def _bar(workspace: Workspace) -> FilterBar:
    return filter_bar(workspace, *read_address(st.query_params.to_dict()))


def _change(changes: dict[str, str]) -> None:
    """Write conditions into the address, by their keys; an empty one is taken out."""
    for key, text in changes.items():
        name = f"{PREFIX}{key}"
        if text:
            st.query_params[name] = text
        else:
            st.query_params.pop(name, None)
