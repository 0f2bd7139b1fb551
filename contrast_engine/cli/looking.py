"""axes, similar, odd, doubles: what differs, what is alike, what stands out."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.arrays import Json
from contrast_engine.cli.answers import Answer, count, first, plain, table, working
from contrast_engine.cli.image_names import ID, find_image
from contrast_engine.cli.parser import Commands, add_on, add_seed, add_workspace, whole_number
from contrast_engine.errors import NotEnoughData

if TYPE_CHECKING:
    from contrast_engine.store import Workspace


def add_commands(commands: Commands) -> None:
    """Add the commands of this file."""
    parser = commands.add(
        "axes",
        "Name the directions in which the images differ most.",
        axes,
        examples="""
contrast axes holiday.contrast
contrast axes holiday.contrast --count 6 --json""",
    )
    add_workspace(parser)
    _add_count(parser, 4, "directions to name")
    add_on(parser)
    add_seed(parser)

    parser = commands.add(
        "similar",
        "Find the images most like one image, or like a file from outside.",
        similar,
        examples="""
contrast similar holiday.contrast photo.jpg
contrast similar holiday.contrast ~/elsewhere/new.jpg --count 5 --json""",
    )
    add_workspace(parser)
    parser.add_argument("image", metavar="IMAGE", help="an id, or any image file")
    _add_count(parser, 10, "images to give")
    add_on(parser)

    parser = commands.add("odd", "Rank the images that are unlike the rest, with the reason.", odd)
    add_workspace(parser)
    _add_count(parser, 20, "images to give")
    parser.add_argument(
        "--by", choices=("both", "distance", "isolation"), default="both",
        help="the distance to the centre, an isolation forest, or both (default)",
    )  # fmt: skip

    parser = commands.add("doubles", "Group the images that are one picture.", doubles)
    add_workspace(parser)


def axes(arguments: argparse.Namespace) -> Answer:
    """Name the principal axes, with how far the names hold."""
    from contrast_engine import steps
    from contrast_engine.axes import named_axes

    where = steps.space(_open(arguments), arguments.on)
    with working("drawing the images anew") as progress:
        found = named_axes(
            where.vectors, where.readable, n_axes=arguments.count, seed=arguments.seed,
            progress=progress,
        )  # fmt: skip
    rows = [
        (f"{k}. {axis.name}", f"{axis.explained:.0%}", f"name holds in {axis.name_holds:.0%}",
         f"{axis.low}  ->  {axis.high}")
        for k, axis in enumerate(found.axes, start=1)
    ]  # fmt: skip
    head = (
        f"{found.participation_ratio:.1f} independent directions ({found.ratio_low:.1f} to"
        f" {found.ratio_high:.1f}) of {found.n_columns}, {count(found.n, 'image')}, {where.name}"
    )
    return Answer({**plain(found), "space": where.name}, [head, *table(rows)])


def similar(arguments: argparse.Namespace) -> Answer:
    """Find the nearest images in a space."""
    from contrast_engine.steps.structure.similar import most_similar

    workspace = _open(arguments)
    file = Path(arguments.image).expanduser()
    is_outside = not ID.fullmatch(arguments.image) and file.is_file()
    of = file.read_bytes() if is_outside else find_image(workspace, arguments.image)
    found = most_similar(workspace, of, on=arguments.on, k=arguments.count)
    paths = workspace.images.paths
    rows = [{"id": i, "path": paths.get(i), "distance": d} for i, d in found.near]
    lines = table([(f"{row['distance']:.3f}", str(row["path"])) for row in rows])
    document = {"near": rows, "space": found.space, "of": found.total}
    return Answer(document, [f"nearest of {count(found.total, 'image')}, {found.space}", *lines])


def odd(arguments: argparse.Namespace) -> Answer:
    """Rank what is unlike the rest."""
    from contrast_engine.views.structure.outliers import outliers

    workspace = _open(arguments)
    key = workspace.current("features")
    found = outliers(workspace.load(key), arguments.by) if key else ()
    if not found:
        raise NotEnoughData("what is unusual can be told from 8 measured images on; measure more")
    paths = workspace.images.paths
    rows = [
        {"id": one.image, "path": paths.get(one.image), "distance": one.distance,
         "isolation": one.isolation, "reason": one.words}
        for one in found[: arguments.count]
    ]  # fmt: skip
    lines = table([(str(row["path"]), str(row["reason"])) for row in rows])
    document = {"odd": rows, "by": arguments.by, "of": len(found)}
    return Answer(document, [f"{len(rows):,} of {count(len(found), 'image')}", *lines])


def doubles(arguments: argparse.Namespace) -> Answer:
    """Group exact and near duplicates."""
    from contrast_engine.steps.structure.duplicates import find_duplicates
    from contrast_engine.views.structure.outliers import duplicates

    workspace = _open(arguments)
    with working("comparing the pictures"):
        found = duplicates(find_duplicates(workspace))
    paths = workspace.images.paths
    groups: list[Json] = [
        {"images": [{"id": i, "path": paths.get(i)} for i in one.images], "words": one.words}
        for one in found
    ]
    lines = [line for one in groups for line in (
        str(one["words"]), *(f"  {image['path']}" for image in one["images"]))]  # fmt: skip
    return Answer({"doubles": groups}, first(lines, 40) or ["no picture is there twice"])


def _open(arguments: argparse.Namespace) -> "Workspace":
    from contrast_engine.store import Workspace

    return Workspace.open(arguments.workspace)


def _add_count(parser: argparse.ArgumentParser, default: int, what: str) -> None:
    parser.add_argument(
        "--count", type=whole_number(1), default=default, metavar="N",
        help=f"{what} (default {default})",
    )  # fmt: skip
