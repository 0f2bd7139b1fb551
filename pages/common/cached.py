"""The one cache of the pages: a read is done again once anything that it rests on has changed."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import streamlit as st

from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.store.workspace import Workspace

P = ParamSpec("P")
R = TypeVar("R")

IMAGES, LABELS, EDITS, EMBEDDINGS = "images", "labels", "edits", "embeddings"


def cached(
    *rests_on: str,
    entries: int | None = 8,
    seconds: float | None = None,
    spinner: str | bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator that keeps what a read of a workspace gave, under the versions it rests on.

    The arguments of a read are part of its key, and a key of a stored result names its content, so
    only what a read looks up by itself has to be named here.

    Args:
        rests_on: What the read looks up: "images", "labels", "edits" of clusters and names, all
            "embeddings", or a kind of result, of which it reads the current one.
        entries: How many answers are kept; None for all.
        seconds: How long one is kept at most; None for ever.
        spinner: What is said while the read takes long.
    """
    return st.cache_resource(
        max_entries=entries,
        ttl=seconds,
        show_spinner=spinner,
        hash_funcs={
            Workspace: lambda workspace: versions(workspace, rests_on),
            ImageSet: lambda images: images.key,
            ImageIds: lambda ids: ids.packed,
        },
    )


def versions(workspace: Workspace, rests_on: tuple[str, ...]) -> tuple[object, ...]:
    """The id of a workspace, where it lies now, and the version of each of the things named."""
    return (workspace.id, workspace.root, *(_version(workspace, part) for part in rests_on))


def _version(workspace: Workspace, part: str) -> object:
    if part == IMAGES:
        return workspace.images_version
    if part == LABELS:
        return workspace.labels.version(), workspace.labels.file, workspace.removals.version
    if part == EDITS:
        return workspace.edits.version(), workspace.edits.file
    if part == EMBEDDINGS:
        return [made.key for made in workspace.artifacts(EMBEDDINGS)]
    return workspace.current(part)
