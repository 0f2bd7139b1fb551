"""What the pages about one image read: its analysis, its neighbours, and what changes it."""

from collections.abc import Sequence

import streamlit as st

from contrast_engine.counterfactual import Placing, WhatIf
from contrast_engine.imageset import ImageSet
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.steps.image.analyse import analyse
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.collection import gallery
from contrast_engine.views.image import analysis
from contrast_engine.views.image.analysis import ImageAnalysis
from contrast_engine.views.image.neighbourhood import row_of
from contrast_engine.views.outcomes import result_or_reason
from pages.common import filter_bar, loaders, selection
from pages.common.cached import EDITS, IMAGES, LABELS, cached

MINUTES = 600
"""Seconds for which pixels are kept: they are large, and an image is looked at for minutes."""


def taken_apart(workspace: Workspace, image: ImageId) -> tuple[ImageAnalysis | None, str]:
    """An image taken apart, or the reason why it cannot be opened now."""
    return result_or_reason(_taken_apart, workspace, image)


@cached(IMAGES, entries=24, seconds=MINUTES)
def _taken_apart(workspace: Workspace, image: ImageId) -> ImageAnalysis:
    return analysis.image_analysis(analyse(workspace, image))


def neighbours(
    workspace: Workspace, image: ImageId, on: str
) -> tuple[tuple[tuple[ImageId, str], ...], str]:
    """The images most like one in a space, with their distance, and the space in words."""
    where = loaders.space(workspace, on)
    return _neighbours(workspace, image, where.key, on), where.name


@cached(entries=64)
def _neighbours(
    workspace: Workspace, image: ImageId, key: str, on: str
) -> tuple[tuple[ImageId, str], ...]:
    where = loaders.space(workspace, on)
    return analysis.similar_images(where.vectors, image) if image in where.vectors.rows else ()


def row(workspace: Workspace, image: ImageId) -> tuple[Sequence[ImageId], str]:
    """The images that somebody looks through, in their order, and what they are.

    Group, filter and order stand in the address, as the gallery has them.
    """
    passing = filter_bar.passing(workspace)
    group = _groups(workspace).get(st.query_params.get("show", ""))
    shown = group.images if group else None
    everything, selected = workspace.images.images, selection.selected()
    images, words = row_of(image, everything, selected, shown, passing)
    known = gallery.orders(loaders.measured(workspace), attribute_tables(workspace))
    by = st.query_params.get("sort", "")
    by = by if by in known else gallery.BY_PATH
    is_falling = st.query_params.get("order", "falling") == "falling"
    return _in_order(workspace, images, by, is_falling), words


@cached(IMAGES, LABELS, EDITS, "clusterings")
def _groups(workspace: Workspace) -> dict[str, gallery.GalleryGroup]:
    return gallery.groups(workspace, ())


@cached(IMAGES, "features")
def _in_order(
    workspace: Workspace, images: ImageSet, by: str, is_falling: bool
) -> tuple[ImageId, ...]:
    table = loaders.holding(workspace, by)
    return gallery.ordered(workspace, table, images, by, is_falling=is_falling)


def what_if(workspace: Workspace, image: ImageId) -> tuple[WhatIf | None, str]:
    """An image to be changed and judged anew, or the reason why that cannot be now."""
    return result_or_reason(_what_if, workspace, image)


@cached(IMAGES, "features", "clusterings", "predictions", seconds=MINUTES)
def _what_if(workspace: Workspace, image: ImageId) -> WhatIf:
    return WhatIf(workspace, image)


@cached(entries=4)
def placing(workspace: Workspace, key: str) -> Placing:
    """What puts new pictures on a map."""
    return Placing(workspace, key)
