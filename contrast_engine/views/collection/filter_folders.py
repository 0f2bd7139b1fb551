"""The folders of a collection as filters read them: each with what lies below it."""

import os
from collections.abc import Iterable

import numpy as np

from contrast_engine.arrays import Ints
from contrast_engine.store.path_texts import folders
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.filter_facets import TITLES, Facet, Value


def by_folder(workspace: Workspace) -> Facet:
    """The folders of a collection."""
    files = workspace.images.files
    here = np.flatnonzero(files.decode)
    names = _root_names(files.roots.used)
    locations, root_of = files.locations, files.roots.codes[here].astype(np.int64)
    if len(here) < len(files):
        locations = locations.take(here)
    different, folder_of = folders(locations).different
    pairs, places = np.unique(root_of * max(1, len(different)) + folder_of, return_inverse=True)
    texts = [_slashed(one.decode("utf-8", "backslashreplace")) for one in different]
    called = files.roots.values
    above = [
        _folders(texts[folder], called[root], names[called[root]])
        for root, folder in (divmod(pair, len(texts)) for pair in pairs.tolist())
    ]
    known = sorted({folder for folders in above for folder in folders})
    code = {folder: number for number, folder in enumerate(known)}
    lengths = np.array([len(folders) for folders in above], dtype=np.int64)
    rows = np.repeat(workspace.images.images.rows_in(files.ids[here]), lengths[places])
    inside = np.array([code[folder] for folders in above for folder in folders], dtype=np.int64)
    starts = np.repeat((np.cumsum(lengths) - lengths)[places], lengths[places])
    ends = np.cumsum(lengths[places])
    within = np.arange(len(rows)) - np.repeat(ends - lengths[places], lengths[places])
    found = inside[starts + within]
    pairs = np.unique((rows * len(known) + found)[rows >= 0])  # two files may lie in one folder
    rows, found = np.divmod(pairs, max(1, len(known)))
    sizes = np.bincount(found, minlength=len(known))
    values = tuple(Value(folder, folder) for folder in known)
    return _without_repetition(Facet("folder", TITLES["folder"], values, rows, found), sizes)


def _without_repetition(all_folders: Facet, sizes: Ints) -> Facet:
    """The folders without those that hold the very images of one inside them."""
    code = {value.text: number for number, value in enumerate(all_folders.values)}
    is_kept = sizes > 0
    for folder, number in code.items():
        outer = code.get(folder.rpartition("/")[0])
        if outer is not None and sizes[outer] == sizes[number]:
            is_kept[outer] = False
    new = np.cumsum(is_kept) - 1
    there = is_kept[all_folders.codes]
    values = tuple(v for v, kept in zip(all_folders.values, is_kept, strict=True) if kept)
    rows, codes = all_folders.rows[there], new[all_folders.codes[there]]
    return Facet(all_folders.key, all_folders.title, values, rows, codes)


def _root_names(roots: Iterable[str]) -> dict[str, str]:
    """A short name for each place that was read: as much of its end as tells it from the others."""
    parts = {root: [part for part in _slashed(root).split("/") if part] or ["/"] for root in roots}
    names = {}
    for root, own in parts.items():
        others = [other for one, other in parts.items() if one != root]
        length = 1
        while length < len(own) and any(other[-length:] == own[-length:] for other in others):
            length += 1
        names[root] = "/".join(own[-length:])
    return names


def _folders(folder: str, root: str, name: str) -> list[str]:
    """A folder as people call it, with those above it up to the place that was read.

    Args:
        folder: Its whole path.
        root: The place that was read.
        name: What that is called.
    """
    start = _slashed(root).rstrip("/")
    inside = folder[len(start) + 1 :] if folder.startswith(f"{start}/") else ""
    parts = [name, *(part for part in inside.split("/") if part)]
    return ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]


def _slashed(path: str) -> str:
    return path.replace(os.sep, "/")
