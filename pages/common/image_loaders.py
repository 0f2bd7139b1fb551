"""Cached reads about one image or a few; a key names all that an answer depends on."""

from functools import partial

import streamlit as st

from contrast_engine import server, views
from contrast_engine.anomalies import Judge
from contrast_engine.counterfactual import Placing, WhatIf
from contrast_engine.imageset import ImageSet
from contrast_engine.steps.structure.spaces import Space
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.image.analysis import Anatomy
from contrast_engine.views.structure import outliers as oddities
from contrast_engine.views.structure.outliers import Doubles, Odd
from pages.common import loaders


def anatomy(workspace: Workspace, image: ImageId) -> tuple[Anatomy | None, str]:
    """Give an image taken apart, or the reason why it cannot be opened now."""
    return _anatomy(workspace.id, image, workspace)


def neighbours(
    workspace: Workspace, image: ImageId, on: str
) -> tuple[tuple[tuple[ImageId, str], ...], str]:
    """Give the images most like one in a space, with their distance, and the space in words."""
    where = loaders.space(workspace, on)
    return _neighbours(workspace.id, image, where.key, where), where.name


def what_if(workspace: Workspace, image: ImageId) -> tuple[WhatIf | None, str]:
    """Give an image to be changed and judged anew, or the reason why that cannot be."""
    state = tuple(workspace.current(kind) for kind in ("features", "clusterings", "predictions"))
    return _what_if(workspace.id, image, state, workspace)


def placing(workspace: Workspace, key: str) -> Placing:
    """Give what puts new pictures on a map."""
    return _placing(workspace.id, key, workspace)


def chosen(workspace: Workspace, images: ImageSet) -> str:
    """Give the address of what sets some images apart from the rest; a browser may ask for it."""
    question = f"chosen {workspace.id} {workspace.current('features')} {images.key}"
    return server.later(question, partial(_chosen, workspace, images), "application/json")


def _chosen(workspace: Workspace, images: ImageSet) -> bytes:
    return views.chosen_words(loaders.space(workspace, "features").vectors, images).as_json()


def odd(workspace: Workspace, by: Judge) -> tuple[Odd, ...]:
    """Give the measured images, most unlike the rest first, as judged by one way or both."""
    return _odd(workspace.id, workspace.current("features"), by, workspace)


def doubles(workspace: Workspace) -> tuple[Doubles, ...]:
    """Give the groups of images that are one picture."""
    state = (workspace.current("features"), len(workspace.images.files))
    return _doubles(workspace.id, state, workspace)


@st.cache_resource(max_entries=24, show_spinner=False, ttl=600)
def _anatomy(
    workspace_id: str, image: ImageId, _workspace: Workspace
) -> tuple[Anatomy | None, str]:
    return views.anatomy(_workspace, image)


@st.cache_resource(max_entries=64, show_spinner=False)
def _neighbours(
    workspace_id: str, image: ImageId, key: str, _where: Space
) -> tuple[tuple[ImageId, str], ...]:
    return views.alike(_where.vectors, image) if image in _where.vectors.rows else ()


@st.cache_resource(max_entries=8, show_spinner=False, ttl=600)
def _what_if(
    workspace_id: str, image: ImageId, state: tuple[str | None, ...], _workspace: Workspace
) -> tuple[WhatIf | None, str]:
    return views.what_if(_workspace, image)


@st.cache_resource(max_entries=4, show_spinner=False)
def _placing(workspace_id: str, key: str, _workspace: Workspace) -> Placing:
    return Placing(_workspace, key)


@st.cache_resource(max_entries=4, show_spinner=False)
def _odd(workspace_id: str, features: str, by: Judge, _workspace: Workspace) -> tuple[Odd, ...]:
    return oddities.odd_images(_workspace.load(features), by)


@st.cache_resource(max_entries=4, show_spinner=False)
def _doubles(
    workspace_id: str, state: tuple[object, ...], _workspace: Workspace
) -> tuple[Doubles, ...]:
    return oddities.doubles(_workspace)
