"""selection: images under a name, the same in the app and here."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.filter_options import add_filter, filtered
from contrast_engine.cli.image_names import find_image
from contrast_engine.cli.output.format_options import add_format, checked_format, report_result
from contrast_engine.cli.parser import (
    Commands,
    Parser,
    add_annotator,
    add_overwrite,
    add_workspace,
    open_workspace,
)
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, first, table
from contrast_engine.cli.wrong_usage import WrongUsage, options_from_command_line
from contrast_engine.errors import NotEnoughData
from contrast_engine.pace import paced

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.imageset import ImageIds, ImageSet
    from contrast_engine.store import Workspace


def add_command(commands: Commands) -> None:
    """Add `selection`."""
    group = commands.add_group(
        "selection",
        "Keep images under a name, say what sets them apart, export them.",
        examples="""
contrast selection save holiday.contrast "hazy mornings" --image a.jpg --image b.jpg
contrast selection save holiday.contrast "third cluster" --cluster 2
contrast selection find holiday.contrast --filter "label=(none)" --filter "c_rms=0.1~0.4"
contrast selection save holiday.contrast "dim" --filter "c_rms=~0.2" --filter "cluster=2"
contrast selection explain holiday.contrast "hazy mornings"
contrast selection export holiday.contrast "hazy mornings" hazy.zip
contrast selection export holiday.contrast "hazy mornings" hazy --format hf""",
    )

    parser = group.add("save", "Save images under a name.", save)
    _add_name(parser)
    parser.add_argument(
        "--image", dest="images", action="append", default=[], metavar="PATH_OR_ID",
        help="an image: its id, or the file or any copy of it; may be given several times",
    )  # fmt: skip
    parser.add_argument(
        "--from", dest="file", metavar="FILE",
        help="a text file with one path or id a line; - reads them from stdin",
    )  # fmt: skip
    parser.add_argument("--cluster", type=int, metavar="N", help="every image of a cluster")
    parser.add_argument("--label", metavar="NAME", help="every image with this label")
    add_filter(parser)
    add_annotator(parser)

    parser = group.add("find", "Show the images that pass filters.", find)
    add_workspace(parser)
    add_filter(parser, required=True)

    parser = group.add("list", "Show every saved selection.", list_saved)
    add_workspace(parser)

    parser = group.add("show", "Show the images of a selection.", show)
    _add_name(parser)

    parser = group.add("explain", "Say what sets a selection apart from all other images.", explain)
    _add_name(parser)

    parser = group.add("rename", "Call a selection something else.", rename)
    _add_name(parser)
    parser.add_argument("new", metavar="NEW", help="its new name")
    add_annotator(parser)

    parser = group.add("delete", "Take a name away; the images stay.", delete)
    _add_name(parser)
    add_annotator(parser)

    parser = group.add(
        "export", "Write its table, its files as a zip, or what another tool reads.", export
    )
    _add_name(parser)
    add_format(parser)
    parser.add_argument(
        "file",
        metavar="OUT",
        help="the file to write: ends in .csv, .parquet, .jsonl or .zip; with --format a file or "
        "folder",
    )
    add_overwrite(parser)


def save(arguments: argparse.Namespace) -> CommandResult:
    """Save images under a name."""
    workspace = open_workspace(arguments)
    with options_from_command_line(), progress_line("selecting") as shown:
        progress = paced(shown, "selection save", workspace, "finding the images")
        images = _meant(workspace, arguments)
        progress.tick(0, len(images), "saving the selection")
        saved = workspace.selections.save(arguments.name, images, arguments.who)
    return CommandResult(jsonable(saved), [f"{saved.name!r} holds {count(saved.size, 'image')}"])


def find(arguments: argparse.Namespace) -> CommandResult:
    """Show the images that pass filters."""
    from contrast_engine.imageset import ImageSet
    from contrast_engine.steps.output.export_selection import present

    workspace = open_workspace(arguments)
    bar = filtered(workspace, arguments.filters)
    passing = bar.passing or ImageSet.of(())
    here = present(workspace, passing)
    rows, lines = _named(workspace, here, is_whole=arguments.json)
    if not here:
        lines = [
            f"  without {chip.title.lower()} {chip.words}: {chip.without:,}" for chip in bar.chips
        ]
    head = f"{len(here):,} of {count(bar.total, 'image')} pass"
    document = {"count": len(here), "total": bar.total, "filters": jsonable(bar.chips)}
    return CommandResult({**document, "images": rows}, [head, *lines])


def list_saved(arguments: argparse.Namespace) -> CommandResult:
    """Show every saved selection."""
    saved = open_workspace(arguments).selections.saved()
    lines = table([(one.name, count(one.size, "image"), one.who, one.at[:16]) for one in saved])
    return CommandResult({"selections": jsonable(saved)}, lines or ["no selections are saved yet"])


def show(arguments: argparse.Namespace) -> CommandResult:
    """Show the images of a selection."""
    workspace = open_workspace(arguments)
    saved = workspace.selections.named(arguments.name)
    images = workspace.selections.images(saved.key)
    here = images & workspace.images.images
    rows, lines = _named(workspace, images, is_whole=arguments.json)
    gone = len(images) - len(here)
    head = f"{saved.name!r}, {count(saved.size, 'image')}"
    document = {**jsonable(saved), "images": rows, "gone": gone}
    return CommandResult(document, [head + (f", {gone:,} gone" if gone else ""), *lines])


def explain(arguments: argparse.Namespace) -> CommandResult:
    """Say what sets a selection apart from all other images."""
    from contrast_engine import describe, steps
    from contrast_engine.selection import togetherness
    from contrast_engine.views.collection.selection_summary import compared_of

    workspace = open_workspace(arguments)
    saved = workspace.selections.named(arguments.name)
    space = steps.space(workspace)
    images = workspace.selections.images(saved.key) & space.vectors.images
    if not 0 < len(images) < len(space.vectors):
        raise NotEnoughData(
            f"{saved.name!r} holds {len(images):,} of {len(space.vectors):,} measured images; "
            "a comparison needs some and some others"
        )
    words = steps.explain_selection(workspace, images)
    document = {
        **jsonable(saved),
        "space": space.name,
        "sentence": words.sentence,
        "warning": words.warning,
        "differences": jsonable(
            describe.differences(*compared_of(space.vectors, space.vectors.rows_of(images)))
        ),
        "togetherness": jsonable(togetherness(space.vectors, images)),
    }
    lines = [document["sentence"], *([words.warning] if words.warning else []), f"  {space.name}"]
    return CommandResult(document, lines)


def rename(arguments: argparse.Namespace) -> CommandResult:
    """Call a selection something else."""
    with options_from_command_line():
        saved = open_workspace(arguments).selections.rename(
            arguments.name, arguments.new, arguments.who
        )
    return CommandResult(jsonable(saved), [f"it is now called {saved.name!r}"])


def delete(arguments: argparse.Namespace) -> CommandResult:
    """Take a name away."""
    gone = open_workspace(arguments).selections.delete(arguments.name, arguments.who)
    return CommandResult(
        jsonable(gone),
        [f"{gone.name!r} is not saved any more; its {count(gone.size, 'image')} stay"],
    )


def export(arguments: argparse.Namespace) -> CommandResult:
    """Write the table or the files of a selection."""
    from contrast_engine import steps
    from contrast_engine.steps.output.export_selection import export_selection

    workspace = open_workspace(arguments)
    checked_format(arguments.format)
    images = workspace.selections.images(workspace.selections.named(arguments.name).key)
    is_zip = Path(arguments.file).suffix.lower() == ".zip" and not arguments.format
    if arguments.relative_to and is_zip:
        raise WrongUsage("--relative-to is for a table or a --format, not for a .zip of the files")
    if arguments.format or arguments.relative_to or arguments.file.lower().endswith(".jsonl"):
        with options_from_command_line(), progress_line("exporting") as progress:
            report = steps.export(
                workspace,
                arguments.file,
                format=arguments.format,
                images=images,
                relative_to=arguments.relative_to,
                overwrite=arguments.overwrite,
                progress=progress,
            )
        return report_result(report)
    with options_from_command_line(), progress_line("exporting") as progress:
        done = export_selection(
            workspace, images, arguments.file, overwrite=arguments.overwrite, progress=progress
        )
    return CommandResult(jsonable(done), [f"{count(done.rows, 'image')} written to {done.path}"])


def _meant(workspace: "Workspace", arguments: argparse.Namespace) -> "ImageSet":
    """All images that the command line names and lets pass."""
    from contrast_engine.imageset import ImageSet

    named: list[tuple[str, Path | None]] = [(text, None) for text in arguments.images]
    if arguments.file:
        folder = None if arguments.file == "-" else Path(arguments.file).absolute().parent
        text = (
            sys.stdin.read() if arguments.file == "-" else Path(arguments.file).read_text("utf-8")
        )
        named += [(line.strip(), folder) for line in text.splitlines() if line.strip()]
    images = ImageSet.of([find_image(workspace, text, beside) for text, beside in named])
    if arguments.cluster is not None:
        key = workspace.current("clusterings")
        clustering = workspace.load(key) if key else None
        if clustering is None or arguments.cluster not in clustering.clusters:
            there = ", ".join(map(str, clustering.clusters)) if clustering else "no clusters yet"
            raise WrongUsage(f"no cluster {arguments.cluster}; there are: {there}")
        images |= ImageSet(clustering.ids.numbers[clustering.cluster == arguments.cluster])
    if arguments.label is not None:
        given = workspace.labels.current()
        code = {label: code for code, label in enumerate(given.names)}.get(arguments.label, -2)
        images |= given.among(given.codes == code).images
    if arguments.filters:
        passing = filtered(workspace, arguments.filters).passing or ImageSet.of(())
        images = images & passing if images else passing
        if not images:
            raise NotEnoughData("no image that is meant passes these filters; leave one out")
    if not images:
        raise WrongUsage("no image is meant; give --image, --from, --cluster, --label or --filter")
    return images


def _named(
    workspace: "Workspace", images: "ImageSet | ImageIds", *, is_whole: bool
) -> "tuple[list[Json], list[str]]":
    """Images with their paths for JSON, and lines for people; only the first unless all are asked.

    The paths are taken out of the files at once: one by one they would cost more than the rest.
    """
    asked = images if is_whole else images[:10]
    at = workspace.images.rows(asked)
    found = iter(workspace.images.files.locations.take(at[at >= 0]))
    paths = (
        next(found).decode("utf-8", "backslashreplace") if row >= 0 else None for row in at.tolist()
    )
    rows = [{"id": image, "path": path} for image, path in zip(asked, paths, strict=True)]
    lines = [f"  {row['path'] or row['id']}" for row in rows[:10]]
    return rows, first(lines, n=len(images))


def _add_name(parser: Parser) -> None:
    add_workspace(parser)
    parser.add_argument("name", metavar="NAME", help="the name of the selection")
