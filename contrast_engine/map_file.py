"""A map to download: what it may be coloured by, and one file that shows it in any browser."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine import figures
from contrast_engine.arrays import Json
from contrast_engine.colouring import NOTHING, Colouring, Scale, map_colouring
from contrast_engine.colouring.distortion import KINDS as DISTORTIONS
from contrast_engine.colouring.distortion import SPELT_OUT
from contrast_engine.errors import NotEnoughData, UnknownName
from contrast_engine.projections import projections
from contrast_engine.randomness import generator
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.store.atomic_files import write_bytes
from contrast_engine.store.targets import checked_target
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId, Vectors, present_name
from contrast_engine.views.collection.feature_overview import feature_title, number
from contrast_engine.views.collection.gallery import captions
from contrast_engine.views.words import axis_words, map_words

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

MOST_PICTURES = 2000
"""So many images bring their picture along, about 12 kB each; of more a part is drawn by lot."""


def colour_choices(workspace: Workspace, map_key: str) -> dict[str, tuple[str, str]]:
    """What a map can be coloured by: name, its words, and the result that holds it.

    `name@result` is what `colouring` takes. Only what exists is there: clusters once there is a
    clustering, predictions once a model was trained. What is best to begin with comes first.
    """
    predictions, measured = workspace.current("predictions"), workspace.current("features")
    sources = {
        "cluster": ("Cluster", workspace.current("clusterings")),
        "label": ("Label", str(workspace.labels.version())),
        "predicted": ("Predicted label", predictions),
        "confidence": ("Confidence of the prediction", predictions),
    }
    for name in workspace.load(measured).columns if measured else ():
        sources[f"feature.{name}"] = (feature_title(name), measured)
    for name, table in attribute_tables(workspace).items():
        sources[f"feature.{name}"] = (feature_title(name), table)
    for name, title in DISTORTIONS.items():
        sources[name] = (f"Where this map misleads: {title.lower()}", map_key)
    return {name: (words, key) for name, (words, key) in sources.items() if key}


def map_bytes(workspace: Workspace, key: str, what: str, *, seed: int = 0) -> bytes:
    """A flat map as an HTML page that needs neither this app nor a network.

    Of a map with three directions the first two are drawn. The pictures of at most
    `MOST_PICTURES` images are in it; the page says how many.

    Args:
        workspace: The workspace.
        key: The map.
        what: What it is coloured by, as `colouring` names it.
        seed: Which images bring their picture, where there are more.

    Raises:
        UnknownName: There is no such map, or nothing of that name to colour by.
    """
    place, manifest = workspace.load(key), workspace.manifest(key)
    colours = map_colouring(workspace, key, what)
    pictured = _pictured(place.ids, seed)
    title = projections[str(manifest.recipe["method"])].title.partition(":")[0]
    left_out = len(place) - len(pictured)
    believed = map_words(manifest.details)
    if len(place.columns) > 2:
        believed = f"Drawn are the first two of {len(place.columns)} directions. Of all: {believed}"
    notes = (
        f"{len(place):,} images, each a point; near each other where their contrast is alike. "
        f"Colour: {colours.legend.title}. Point at one to see it.",
        believed,
        f"Pictures of {len(pictured):,} of {len(place):,} images, drawn by lot."
        if left_out
        else "",
    )
    shown = _shown(workspace, place.ids, colours, pictured)
    figure = _drawn(place, colours, axis_words(manifest.details))
    return figures.html_page(figure, f"{workspace.name}: {title}", notes, shown)


def write_map(
    workspace: Workspace, path: str | Path, colour: str = "", *, overwrite: bool = True
) -> Json:
    """The path, map, colour and number of images of the HTML file the current map is written to.

    Args:
        workspace: The workspace.
        path: The file.
        colour: A name of `colour_choices`, or of a feature; "" for the first there is.
        overwrite: Whether a file that is there is replaced.

    Raises:
        NotEnoughData: There is no map yet.
        UnknownName: There is nothing of that name to colour by.
        OptionError: The folder is not there, or the file is and is to stay.
        WorkspaceError: It could not be written.
    """
    target, key = checked_target(path, overwrite=overwrite), workspace.current("maps")
    if key is None:
        raise NotEnoughData("there is no map yet; make one with `contrast project`")
    choices = colour_choices(workspace, key)
    name = SPELT_OUT.get(colour, colour) or next(iter(choices))
    name = name if name in choices else f"feature.{present_name(name.removeprefix('feature.'))}"
    if name not in choices:
        terms = {short: term for term, short in SPELT_OUT.items()}
        raise UnknownName(
            f"cannot colour by {colour!r}; there are: "
            + ", ".join(terms.get(each, each.removeprefix("feature.")) for each in choices)
        )
    content = map_bytes(workspace, key, f"{name}@{choices[name][1]}")
    write_bytes(target, content)
    images = len(workspace.load(key))
    return {"path": str(target), "map": key, "colour": name, "images": images}


def _pictured(ids: Sequence[ImageId], seed: int) -> set[ImageId]:
    if len(ids) <= MOST_PICTURES:
        return set(ids)
    rows = generator(seed, "map file").choice(len(ids), MOST_PICTURES, replace=False)
    return {ids[row] for row in rows}


def _shown(
    workspace: Workspace, ids: Sequence[ImageId], colours: Colouring, pictured: set[ImageId]
) -> dict[ImageId, tuple[str, str]]:
    names = captions(workspace, None, ids)
    pairs = zip(ids, _words(colours), strict=True)
    return {
        image: (
            ", ".join(filter(None, (names.get(image), said))),
            _data_url(workspace.thumbs.get(image)) if image in pictured else "",
        )
        for image, said in pairs
    }


def _data_url(picture: bytes | None) -> str:
    return f"data:image/webp;base64,{b64encode(picture).decode()}" if picture else ""


def _words(colours: Colouring) -> Iterable[str]:
    """What the colour of each image says."""
    if colours.values is not None and isinstance(colours.legend, Scale):
        title, unit = colours.legend.title, colours.legend.unit
        return (f"{title}: {number(value, unit)}" for value in map(_known, colours.values.tolist()))
    return _names(colours)


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


def _names(colours: Colouring) -> list[str]:
    entries = () if isinstance(colours.legend, Scale) else colours.legend.entries
    return ["" if code == NOTHING else entries[code][0] for code in colours.codes.tolist()]


def _drawn(place: Vectors, colours: Colouring, axes: tuple[str, str]) -> "Figure":
    legend = colours.legend
    named = axes if all(axes) else ("map x (no unit)", "map y (no unit)")
    if isinstance(legend, Scale):
        return figures.scatter(
            place, colours.values, title=legend.title, unit=legend.unit,
            limits=(legend.low, legend.high), axes=named,
        )  # fmt: skip
    order = [name for name, _, _ in legend.entries]
    return figures.scatter(place, _names(colours), title=legend.title, order=order, axes=named)
