"""A map to download: what it may be coloured by, and one file that shows it in any browser."""

from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path

from contrast_engine import as_written
from contrast_engine.arrays import Json
from contrast_engine.colouring import Colouring, colouring, legend_json, map_colouring
from contrast_engine.colouring.distortion import KINDS as DISTORTIONS
from contrast_engine.colouring.distortion import SPELT_OUT
from contrast_engine.errors import NotEnoughData, UnknownName
from contrast_engine.map_file.page import data_url, page
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress
from contrast_engine.projections import projections
from contrast_engine.randomness import generator
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.steps.structure.placed import placed_count
from contrast_engine.store.atomic_files import write_bytes
from contrast_engine.store.leftovers import remove_leftovers
from contrast_engine.store.targets import checked_target
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId, Vectors, present_name
from contrast_engine.views.collection.feature_overview import feature_title
from contrast_engine.views.collection.gallery import captions
from contrast_engine.views.words import axis_words, axis_words_in_depth, map_words

MOST_PICTURES = 2000
"""So many images bring their picture along, about 12 kB each; of more a part is drawn by lot."""


MOST_RECOLOURED = 10_000
"""So many images bring every colour along, about 170 bytes each; more bring the one asked for."""


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
    if _has_placed(workspace, map_key):
        sources["placed"] = ("Fitted or placed", map_key)
    return {name: (words, key) for name, (words, key) in sources.items() if key}


def _has_placed(workspace: Workspace, map_key: str) -> bool:
    """True if some images were placed on a map, which may be gone."""
    try:
        return placed_count(workspace.manifest(map_key)) > 0
    except UnknownName:
        return False


def map_bytes(
    workspace: Workspace, key: str, what: str, *, seed: int = 0, progress: Progress = SILENT
) -> bytes:
    """A map as an HTML page that looks and acts as in the app, without it and without a network.

    The pictures of at most `MOST_PICTURES` images are in it; the page says how many. Of at most
    `MOST_RECOLOURED` images it can be coloured by everything that `colour_choices` has, but for
    where the map misleads, which takes long; of more only as asked.

    Args:
        workspace: The workspace.
        key: The map.
        what: What it is coloured by at first, as `colouring` names it.
        seed: Which images bring their picture, where there are more.
        progress: Told on the way.

    Raises:
        UnknownName: There is no such map, or nothing of that name to colour by.
    """
    manifest = workspace.manifest(key)
    parts = map_parts(workspace, key, what, seed=seed, progress=progress)
    title = projections.of_result(manifest.recipe).title.partition(":")[0]
    notes = (map_words(manifest.details), _words_about(parts["n"], len(parts["urls"]["thumb"])))
    return page(f"{workspace.name}: {title}", notes, parts)


def map_parts(
    workspace: Workspace,
    key: str,
    what: str,
    *,
    seed: int = 0,
    picture: Callable[[bytes], bytes | None] = bytes,
    progress: Progress = SILENT,
) -> Json:
    """What `standalone.js` of the map draws: arrays as data URLs, names, pictures, colourings.

    Args:
        workspace: The workspace.
        key: The map.
        what: What it is coloured by at first, as `colouring` names it.
        seed: Which images bring their picture, where there are more.
        picture: Makes the picture of a thumbnail, as WebP; an image of which it gives None has
            none.
        progress: Told after every few pictures.

    Raises:
        UnknownName: There is no such map, or nothing of that name to colour by.
    """
    place, manifest = workspace.load(key), workspace.manifest(key)
    method = projections.of_result(manifest.recipe)
    is_deep = len(place.columns) > 2
    title = method.title.partition(":")[0]
    pictures = _pictures(workspace, place.ids, _pictured(place.ids, seed), picture, progress)
    return {
        "n": len(place),
        "label": f"Map of {len(place):,} images, {title}",
        "urls": {**_places(place), "ids": data_url(_bytes(place.ids)),
                 "typical": data_url(_bytes(_typical(workspace))), "thumb": pictures},
        "names": {image: as_written.plain(name)
                  for image, name in captions(workspace, None, place.ids).items()},
        "axes": _axes(manifest.details, is_deep, is_equal=not method.reads_features),
        "colourings": _colourings(workspace, key, place, what),
    }  # fmt: skip


def write_map(
    workspace: Workspace,
    path: str | Path,
    colour: str = "",
    *,
    overwrite: bool = True,
    progress: Progress = SILENT,
) -> Json:
    """The path, map, colour and number of images of the HTML file the current map is written to.

    Args:
        workspace: The workspace.
        path: The file.
        colour: A name of `colour_choices`, or of a feature; "" for the first there is.
        overwrite: Whether a file that is there is replaced.
        progress: Told on the way.

    Raises:
        NotEnoughData: There is no map yet.
        UnknownName: There is nothing of that name to colour by.
        OptionError: The folder is not there, or the file is and is to stay.
        WorkspaceError: It could not be written.
    """
    progress = paced(progress, "export map", workspace, "looking what is there")
    target, key = checked_target(path, overwrite=overwrite, of=workspace), workspace.current("maps")
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
    content = map_bytes(workspace, key, f"{name}@{choices[name][1]}", progress=progress)
    remove_leftovers(target.parent)
    write_bytes(target, content)
    images = len(workspace.load(key))
    return {"path": str(target), "map": key, "colour": name, "images": images}


def _pictured(ids: Sequence[ImageId], seed: int) -> set[ImageId]:
    if len(ids) <= MOST_PICTURES:
        return set(ids)
    rows = generator(seed, "map file").choice(len(ids), MOST_PICTURES, replace=False)
    return {ids[row] for row in rows}


def _words_about(n: int, pictured: int) -> str:
    seen = "Every point is one image; images near each other have similar contrast."
    return seen if n == pictured else f"{seen} Pictures of {pictured:,} of {n:,}, drawn by lot."


def _pictures(
    workspace: Workspace,
    ids: Sequence[ImageId],
    pictured: set[ImageId],
    made: Callable[[bytes], bytes | None],
    progress: Progress,
) -> dict[ImageId, str]:
    found: dict[ImageId, str] = {}
    wanted = [image for image in ids if image in pictured]
    for done, image in enumerate(wanted):
        if done % 100 == 0:
            progress.tick(done, len(wanted), "packing pictures")
        webp = workspace.thumbs.get(image)
        webp = made(webp) if webp else None
        if webp:
            found[image] = data_url(webp, "image/webp")
    progress.tick(len(wanted), len(wanted), "colouring")
    return found


def _places(place: Vectors) -> dict[str, str]:
    directions = min(len(place.columns), 3)
    points = place.values[:, :directions].astype("<f4").tobytes()
    return {"xy" if directions == 2 else "xyz": data_url(points)}


def _axes(details: Json, is_deep: bool, *, is_equal: bool) -> Json:
    names = axis_words_in_depth(details) if is_deep else (*axis_words(details), "")
    ticks = not is_deep and all(names[:2])
    return {**dict(zip("xyz", names, strict=True)), "ticks": ticks, "equal": is_equal}


def _colourings(workspace: Workspace, key: str, place: Vectors, what: str) -> list[Json]:
    """What the page can be coloured by, `what` first."""
    choices = {f"{name}@{source}": words for name, (words, source) in
               colour_choices(workspace, key).items() if name not in DISTORTIONS}  # fmt: skip
    found = [_coloured(map_colouring(workspace, key, what), choices.get(what, ""))]
    if len(place) > MOST_RECOLOURED:
        return found
    return found + [
        _coloured(colouring(workspace, place.ids, other), words)
        for other, words in choices.items()
        if other != what
    ]


def _coloured(colours: Colouring, words: str) -> Json:
    legend, values = colours.legend, colours.values
    return {
        "words": words or legend.title,
        "legend": legend_json(legend),
        "colour": data_url(colours.codes.tobytes()),
        "values": "" if values is None else data_url(values.astype("<f4").tobytes()),
    }


def _typical(workspace: Workspace) -> list[ImageId]:
    """The images that stand for the clusters, the middle of each first."""
    clustering = workspace.current("clusterings")
    chosen = workspace.manifest(clustering).details.get("representatives", {}) if clustering else {}
    return [image for turn in zip_longest(*chosen.values()) for image in turn if image]


def _bytes(ids: Sequence[ImageId]) -> bytes:
    return bytes.fromhex("".join(ids))
