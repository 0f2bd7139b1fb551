"""Cached reads about one image or a few; a key names all that an answer depends on."""

from functools import partial

import streamlit as st

from contrast_engine import server
from contrast_engine.anomalies import Judge
from contrast_engine.counterfactual import Placing, WhatIf
from contrast_engine.imageset import ImageSet
from contrast_engine.steps.image.analyse import analyse
from contrast_engine.steps.structure.duplicates import find_duplicates
from contrast_engine.steps.structure.spaces import Space
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.collection.selection_summary import selection_words
from contrast_engine.views.image.analysis import ImageAnalysis, image_analysis, similar_images
from contrast_engine.views.outcomes import result_or_reason
from contrast_engine.views.structure import outliers as oddities
from contrast_engine.views.structure.outliers import Duplicates, Outlier
from pages.common import loaders


def anatomy(workspace: Workspace, image: ImageId) -> tuple[ImageAnalysis | None, str]:
    """An image taken apart, or the reason why it cannot be opened now."""
    return _anatomy(workspace.id, image, workspace)


def neighbours(
    workspace: Workspace, image: ImageId, on: str
) -> tuple[tuple[tuple[ImageId, str], ...], str]:
    """The images most like one in a space, with their distance, and the space in words."""
    where = loaders.space(workspace, on)
    return _neighbours(workspace.id, image, where.key, where), where.name


def what_if(workspace: Workspace, image: ImageId) -> tuple[WhatIf | None, str]:
    """An image to be changed and judged anew, or the reason why that cannot be."""
    state = tuple(workspace.current(kind) for kind in ("features", "clusterings", "predictions"))
    return _what_if(workspace.id, image, state, workspace)


def placing(workspace: Workspace, key: str) -> Placing:
    """What puts new pictures on a map."""
    return _placing(workspace.id, key, workspace)


def chosen(workspace: Workspace, images: ImageSet) -> str:
    """The address of what sets some images apart from the rest; a browser may ask for it."""
    question = f"chosen {workspace.id} {workspace.current('features')} {images.key}"
    return server.compute_later(question, partial(_chosen, workspace, images), "application/json")


def _chosen(workspace: Workspace, images: ImageSet) -> bytes:
    return selection_words(loaders.space(workspace, "features").vectors, images).as_json()


def odd(workspace: Workspace, by: Judge) -> tuple[Outlier, ...]:
    """The measured images, most unlike the rest first, as judged by one way or both."""
    return _odd(workspace.id, workspace.current("features"), by, workspace)


def doubles(workspace: Workspace) -> tuple[Duplicates, ...]:
    """The groups of images that are one picture."""
    state = (workspace.current("features"), len(workspace.images.files))
    return _doubles(workspace.id, state, workspace)


@st.cache_resource(max_entries=24, show_spinner=False, ttl=600)
def _anatomy(
    workspace_id: str, image: ImageId, _workspace: Workspace
) -> tuple[ImageAnalysis | None, str]:
    parts, reason = result_or_reason(analyse, _workspace, image)
    return (image_analysis(parts) if parts else None), reason


@st.cache_resource(max_entries=64, show_spinner=False)
def _neighbours(
    workspace_id: str, image: ImageId, key: str, _where: Space
) -> tuple[tuple[ImageId, str], ...]:
    return similar_images(_where.vectors, image) if image in _where.vectors.rows else ()


@st.cache_resource(max_entries=8, show_spinner=False, ttl=600)
def _what_if(
    workspace_id: str, image: ImageId, state: tuple[str | None, ...], _workspace: Workspace
) -> tuple[WhatIf | None, str]:
    return result_or_reason(WhatIf, _workspace, image)


@st.cache_resource(max_entries=4, show_spinner=False)
def _placing(workspace_id: str, key: str, _workspace: Workspace) -> Placing:
    return Placing(_workspace, key)


@st.cache_resource(max_entries=4, show_spinner=False)
def _odd(workspace_id: str, features: str, by: Judge, _workspace: Workspace) -> tuple[Outlier, ...]:
    return oddities.outliers(_workspace.load(features), by)


@st.cache_resource(max_entries=4, show_spinner=False)
def _doubles(
    workspace_id: str, state: tuple[object, ...], _workspace: Workspace
) -> tuple[Duplicates, ...]:
    return oddities.duplicates(find_duplicates(_workspace))
