"""What images can be filtered by: classes that they are in, and numbers that they have."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.attributes import ATTRIBUTES
from contrast_engine.features import features
from contrast_engine.figures.look import PALETTE
from contrast_engine.imageset import ImageId, ImageSet, numbered
from contrast_engine.results import Clustering, Predictions
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.steps.collection.issues import issues
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.store.notes import note_kinds
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import Vectors
from contrast_engine.views.collection.feature_overview import feature_title
from contrast_engine.views.collection.filters import ABSTAINS, DISPUTED, FEATURE, NONE

SEPARATORS = ("/", os.sep)


@dataclass(frozen=True)
class Value:
    """One class that images can be in.

    Args:
        text: What an address calls it.
        title: What people call it.
        special: Which of the special values it is; "" for a class of its own.
        colour: Its colour on the map; "" for none.
    """

    text: str
    title: str
    special: str = ""
    colour: str = ""


@dataclass(frozen=True, eq=False)
class Facet:
    """Classes of images; an image may be in several, or in none.

    Args:
        key: Of the condition on it.
        title: What it is about.
        values: The classes.
        rows, codes: (m,) an image, by its place among all, and a class that it is in.
    """

    key: str
    title: str
    values: tuple[Value, ...]
    rows: Ints
    codes: Ints


@dataclass(frozen=True, eq=False)
class NumberFacet:
    """A number of every image.

    Args:
        key: Of the condition on it.
        title: What it is.
        unit: What one of it is, "" for none.
        values: (n,) NaN where there is none.
    """

    key: str
    title: str
    unit: str
    values: Floats


TITLES = {
    "name": "Name", "folder": "Folder", "cluster": "Cluster", "label": "Label",
    "predicted": "Predicted label", "confidence": "Confidence", "issue": "Issue",
    "annotator": "Annotator", "note": "Note",
}  # fmt: skip
"""What people call each kind."""


def offered(workspace: Workspace) -> dict[str, str]:
    """The keys that images of this collection can be filtered by, with their words."""
    has_labels = workspace.labels.version() > 0
    has = {
        "name": False,  # it has a field of its own
        "folder": True,
        "cluster": bool(workspace.current("clusterings")),
        "label": has_labels,
        "predicted": bool(workspace.current("predictions")),
        "confidence": bool(workspace.current("predictions")),
        "issue": bool(workspace.current("features")),
        "annotator": has_labels,
        "note": bool(workspace.images.noted),
    }
    found = {key: TITLES[key] for key, is_there in has.items() if is_there}
    return found | {f"{FEATURE}{name}": feature_title(name) for name in _numbers(workspace)}


def number_facet(workspace: Workspace, key: str) -> NumberFacet | None:
    """The numbers that a key names, in the order of the images' ids; None where there are none."""
    images = workspace.images.images
    if key == "confidence":
        made = workspace.current("predictions")
        if made is None:
            return None
        predictions: Predictions = workspace.load(made)
        places = images.rows_in(numbered(predictions.ids))
        values = np.full(len(images), np.nan)
        values[places[places >= 0]] = predictions.confidence[places >= 0]
        return NumberFacet(key, TITLES[key], "", values)
    name = key.removeprefix(FEATURE)
    table_key = _numbers(workspace).get(name)
    if table_key is None:
        return None
    table: Vectors = workspace.load(table_key)
    padded = np.append(table.column(name), np.nan)  # the place -1 of an image without a row
    known = features.get(name) or ATTRIBUTES.get(name)
    return NumberFacet(
        key, feature_title(name), known.unit if known else "", padded[table.places(images)]
    )


def facet(workspace: Workspace, key: str) -> Facet | None:
    """The classes that a key names; None where there are none of the kind."""
    read = _READERS.get(key)
    return read(workspace) if read else None


def _numbers(workspace: Workspace) -> dict[str, str]:
    """The table of each feature and attribute there is."""
    key = workspace.current("features")
    columns = workspace.manifest(key).details.get("columns") if key else ()
    if key and not columns:
        columns = workspace.load(key).columns
    return dict.fromkeys(columns or (), key or "") | attribute_tables(workspace)


def _by_folder(workspace: Workspace) -> Facet:
    found: list[tuple[ImageId, str]] = []
    names = _root_names({file.root for file in workspace.images.files})
    for image, files in workspace.images.of.items():
        for file in files:
            folder = _folder(file.path, file.root, names.get(file.root, ""))
            found.extend((image, above) for above in _with_those_above(folder))
    sizes = Counter(folder for _, folder in set(found))
    inside: dict[str, list[str]] = {}
    for folder in sizes:
        inside.setdefault(folder.rpartition("/")[0], []).append(folder)
    # a folder that holds nothing but one other says nothing that the other does not
    kept = [f for f in sorted(sizes) if sizes[f] not in [sizes[one] for one in inside.get(f, ())]]
    values = [Value(folder, folder) for folder in kept]
    return _made(workspace, "folder", values, found)


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


def _folder(path: str, root: str, name: str) -> str:
    inside, start = _slashed(path), _slashed(root).rstrip("/")
    if not inside.startswith(f"{start}/"):  # the root is the file itself, or a table
        return name
    rest = inside[len(start) + 1 :].rpartition("/")[0]
    return f"{name}/{rest}" if rest else name


def _with_those_above(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def _slashed(path: str) -> str:
    return path.replace(os.sep, "/")


def _by_cluster(workspace: Workspace) -> Facet | None:
    key = workspace.current("clusterings")
    if key is None:
        return None
    clustering: Clustering = workspace.load(key)
    names = workspace.labels.cluster_names(key)
    titles = [(str(one), names.get(one) or f"Cluster {one}") for one in clustering.clusters]
    said = zip(clustering.ids, map(str, clustering.cluster.tolist()), strict=True)
    return _made(workspace, "cluster", _coloured(titles), said, {NONE: "In no cluster"})


def _by_label(workspace: Workspace) -> Facet | None:
    if not workspace.labels.version():
        return None
    said = consensus_labels(workspace)
    here = dict.fromkeys([*workspace.labels.label_set().labels, *sorted(set(said.of.values()))])
    special = {NONE: "No label"}
    disputed = [(image, DISPUTED) for image in said.ruled.disputed]
    if disputed:
        special[DISPUTED] = "Disputed"
    values = _coloured([(name, name) for name in here])
    return _made(workspace, "label", values, said.of.items(), special, disputed)


def _by_prediction(workspace: Workspace) -> Facet | None:
    key = workspace.current("predictions")
    if key is None:
        return None
    found: Predictions = workspace.load(key)
    rows = list(zip(found.ids, found.label, found.abstains.tolist(), strict=True))
    said = [(image, label) for image, label, abstains in rows if not abstains]
    silent = [(image, ABSTAINS) for image, _, abstains in rows if abstains]
    special = {ABSTAINS: "The model abstains", NONE: "No prediction"}
    values = _coloured([(name, name) for name in found.labels])
    return _made(workspace, "predicted", values, said, special, silent)


def _by_issue(workspace: Workspace) -> Facet | None:
    if not workspace.current("features"):
        return None
    found = issues(workspace)
    values = [Value(one.issue.name, one.issue.title) for one in found]
    said = ((image, one.issue.name) for one in found for image in one.images)
    return _made(workspace, "issue", values, said, {NONE: "No issue"})


def _by_annotator(workspace: Workspace) -> Facet | None:
    people = workspace.labels.by_person()
    values = [Value(who, who) for who in people]
    said = ((image, who) for who, of in people.items() for image, label in of.items() if label)
    return _made(workspace, "annotator", values, said, {NONE: "Nobody"}) if people else None


def _by_note(workspace: Workspace) -> Facet:
    kinds = note_kinds(workspace.images.noted)
    values = [Value(kind, kind) for kind in kinds]
    said = ((image, kind) for kind, inside in kinds.items() for image in inside)
    return _made(workspace, "note", values, said, {NONE: "Nothing noted"})


def _made(
    workspace: Workspace,
    key: str,
    values: Sequence[Value],
    said: Iterable[tuple[ImageId, str]],
    special: dict[str, str] | None = None,
    specially: Iterable[tuple[ImageId, str]] = (),
) -> Facet:
    """The facet of what is said of images.

    Args:
        workspace: Where they are.
        key: Of the facet.
        values: Its classes.
        said: Images and the class of each, by its text; what is no class is passed over.
        special: The special values it can have, with their words; "none" is found by itself.
        specially: Images that have another special value.
    """
    images = workspace.images.images
    every = [*values, *(Value(f"({name})", title, name) for name, title in (special or {}).items())]
    plain = {value.text: code for code, value in enumerate(values)}
    other = {value.special: code for code, value in enumerate(every) if value.special}
    rows, codes = _paired(images, said, plain)
    more_rows, more_codes = _paired(images, specially, other)
    rows, codes = np.concatenate([rows, more_rows]), np.concatenate([codes, more_codes])
    if NONE in other:
        has = np.zeros(len(images), dtype=np.bool_)
        has[rows] = True
        bare = np.flatnonzero(~has)
        rows = np.concatenate([rows, bare])
        codes = np.concatenate([codes, np.full(len(bare), other[NONE], dtype=np.int64)])
    pairs = np.unique(rows * len(every) + codes)  # two files of an image may lie in one folder
    return Facet(key, TITLES[key], tuple(every), *np.divmod(pairs, max(1, len(every))))


def _paired(
    images: ImageSet, said: Iterable[tuple[ImageId, str]], code: dict[str, int]
) -> tuple[Ints, Ints]:
    pairs = [(image, code[text]) for image, text in said if text in code]
    rows = images.rows_in(numbered([image for image, _ in pairs]))
    codes = np.array([number for _, number in pairs], dtype=np.int64)
    return rows[rows >= 0], codes[rows >= 0]


def _coloured(titles: Sequence[tuple[str, str]]) -> list[Value]:
    """Classes in the colours that the map gives them, where it has one for each."""
    colours = PALETTE if len(titles) <= len(PALETTE) else [""] * len(titles)
    return [Value(text, title, colour=c) for (text, title), c in zip(titles, colours, strict=False)]


_READERS: dict[str, Callable[[Workspace], Facet | None]] = {
    "folder": _by_folder, "cluster": _by_cluster, "label": _by_label, "predicted": _by_prediction,
    "issue": _by_issue, "annotator": _by_annotator, "note": _by_note,
}  # fmt: skip
