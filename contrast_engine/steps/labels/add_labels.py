"""add_labels: a few images labelled at once, without loading the collection they are in."""

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contrast_engine.image_id import ImageId, content_name, is_id
from contrast_engine.several import several
from contrast_engine.store.image_lookup import ImageLookup, image_lookup, write_image_lookup
from contrast_engine.store.label_types import FROM_CLUSTER_NAMES, Label
from contrast_engine.store.labels import LabelStore
from contrast_engine.store.spellings import Located
from contrast_engine.store.workspace_marker import is_workspace, read_mark

if TYPE_CHECKING:
    from contrast_engine.store.workspace import Workspace

_LOOKED_AT = 64
"""Images of an annotator that are looked at to tell whether a label of theirs holds."""


@dataclass(frozen=True)
class AddedLabels:
    """What was labelled.

    Args:
        images: The images.
        labels: One row for each of them that has a label now, as `current_labels` gives it.
    """

    images: tuple[ImageId, ...]
    labels: list[dict[str, Any]]


def add_labels(
    root: str | Path,
    images: Sequence[str],
    label: str | None,
    *,
    is_unsure: bool = False,
    who: str = "me",
    why: str = "",
) -> AddedLabels:
    """What a few images are labelled with now, once one more label is in the log.

    The same as finding the images in the workspace and labelling them there, in a fraction of the
    time: an id, or the path of a file that is there, is looked up by itself.

    Args:
        root: The folder of the workspace.
        images: Their ids or paths.
        label: The label, None where it is taken away or the annotator is unsure.
        is_unsure: The annotator cannot tell.
        who: The annotator.
        why: A remark.

    Raises:
        UnknownName: An image is not in the workspace.
        OptionError: The label cannot be one.
        WorkspaceError: There is no workspace, or it could not be written.
    """
    named = several(images, "images")
    folder = Path(root).expanduser().absolute()
    with ExitStack() as opened:
        lookup = opened.enter_context(image_lookup(folder)) if is_workspace(folder) else None
        paths = _looked_up(lookup, named) if lookup else None
        workspace: Workspace | None = None
        if paths is None:
            workspace = _opened(folder)
            paths = _found(workspace, named)
            if lookup is None:
                write_image_lookup(workspace)
                lookup = opened.enter_context(image_lookup(folder))
        else:
            read_mark(folder)  # of a newer format, or damaged: it says so
        store = workspace.labels if workspace else LabelStore(folder / "labels.sqlite")
        if workspace is None:
            opened.callback(store.close)
        if is_unsure:
            store.unsure(paths, who, why)
        else:
            store.add(paths, label, who, why)
        rows = _rows(store, lookup, paths) if lookup else None
    return AddedLabels(tuple(paths), _all_rows(folder, paths) if rows is None else rows)


def labels_in(root: str | Path) -> LabelStore:
    """The labels of the workspace in a folder, without what else is in it.

    Raises:
        WorkspaceError: There is no workspace, it is damaged, or of a newer format.
    """
    folder = Path(root).expanduser().absolute()
    if not is_workspace(folder):
        _opened(folder)  # says so
    read_mark(folder)
    return LabelStore(folder / "labels.sqlite")


def _looked_up(lookup: ImageLookup, names: Sequence[str]) -> dict[ImageId, str] | None:
    """The images with their paths; None where one is not found so, which says nothing yet."""
    found: dict[ImageId, str] = {}
    located = Located(Path())
    for name in names:
        if is_id(name):
            image = ImageId(name)
        else:
            file = located(str(Path(name).expanduser()))
            if not os.path.isfile(file):  # noqa: PTH113 - False for a name too long for any disk
                return None
            image = content_name(Path(file).read_bytes())
        path = lookup.path(image)
        if path is None:
            return None
        found[image] = path
    return found


def _opened(folder: Path) -> "Workspace":
    from contrast_engine.store.workspace import Workspace

    return Workspace.open(folder)


def _found(workspace: "Workspace", names: Sequence[str]) -> dict[ImageId, str]:
    from contrast_engine.store.find_image import find_image

    images = dict.fromkeys(find_image(workspace, name) for name in names)
    return {image: workspace.images.path(image) for image in images}


def _rows(
    store: LabelStore, lookup: ImageLookup, paths: dict[ImageId, str]
) -> list[dict[str, Any]] | None:
    """The rows of some images; None where what several annotators said has to be weighed."""
    labels = store.current_of(paths)
    is_shared = _is_shared(store, lookup)
    if is_shared is None:
        return None
    judged = store.judged(paths) if is_shared else {}
    found = []
    for image, one in labels.items():
        row = _row(one, paths[image])
        own = [given[image] for given in judged.values() if image in given]
        if len(own) > 1:
            return None
        if is_shared and own:
            row |= {"settled": own[0], "rule": "one person"}
        elif is_shared:
            row |= {"settled": one.label, "rule": FROM_CLUSTER_NAMES}
        found.append(row)
    return sorted(found, key=lambda row: (row["path"], row["id"]))


def _row(one: Label, path: str) -> dict[str, Any]:
    return {"id": one.image, "path": path, "label": one.label, "who": one.who, "at": one.at,
            "why": one.why}  # fmt: skip


def _is_shared(store: LabelStore, lookup: ImageLookup) -> bool | None:
    """Whether labels of several annotators hold; None where a quick look does not tell."""
    holding = 0
    everyone = store.everyone()
    is_sure = True
    for who in sorted(everyone) if len(everyone) > 1 else ():
        images = [one for one in store.labelled_last(who, _LOOKED_AT) if lookup.path(one)]
        given = store.judged(images).get(who, {}) if images else {}
        labelled = store.current_of(given) if given else {}
        holding += bool(labelled)
        is_sure = is_sure and (bool(labelled) or len(images) < _LOOKED_AT)
        if holding > 1:
            return True
    return False if is_sure else None


def _all_rows(folder: Path, paths: dict[ImageId, str]) -> list[dict[str, Any]]:
    from contrast_engine.steps.labels.export_labels import current_labels

    return current_labels(_opened(folder), only=tuple(paths))
