"""inspect: how image files are read, and their features, without a workspace."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.reading_options import add_reading_options, reading_options
from contrast_engine.cli.text import table
from contrast_engine.errors import CollectionError, ImageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contrast_engine.arrays import Json
    from contrast_engine.features import Feature
    from contrast_engine.images import ImageFacts, ReadingOptions


def add_command(commands: Commands) -> None:
    """Add `inspect`."""
    parser = commands.add(
        "inspect",
        "Say how image files are read and measure them, without a workspace.",
        inspect,
        examples="""
contrast inspect photo.jpg
contrast inspect render.exr --white P99
contrast inspect ~/odd-files --json""",
    )
    parser.add_argument(
        "files", metavar="FILE", nargs="+", help="an image, or a folder of files of any kind"
    )
    add_reading_options(parser)


def inspect(arguments: argparse.Namespace) -> CommandResult:
    """Read and measure one file, or many."""
    options = reading_options(arguments)
    given = [Path(file) for file in arguments.files]
    if len(given) == 1 and not given[0].is_dir():
        return _one(given[0], options)
    files = [file for path in given for file in _files(path)]
    if not files:
        raise CollectionError(f"there are no files in {arguments.files[0]}; name another folder")
    documents: list[Json] = []
    lines = []
    with progress_line("reading") as progress:
        for done, file in enumerate(files):
            progress.tick(done, len(files), _shown(file.name))
            try:
                document, facts = _read(file, options)
            except ImageError as error:
                document = {"path": _shown(file), "problem": str(error)}
                lines.append(f"{_shown(file)}: not read: {error}")
            else:
                line = f"{_shown(file)}: {_size(facts)}: {facts.how.line()}"
                lines.append("; ".join([line, *facts.notes]))
            documents.append(document)
    could_not = all("problem" in document for document in documents)
    return CommandResult({"files": documents}, lines, exit_code=int(could_not))


def _one(path: Path, options: "ReadingOptions") -> CommandResult:
    from contrast_engine.features import features

    document, facts = _read(path, options)
    values = document["features"]
    lines = [
        f"{_shown(path.name)}: {_size(facts)}, id {facts.id}",
        f"  read as: {facts.how.line()}",
        *(f"  note: {note}" for note in facts.notes),
        *table([_row(name, value, features[name]) for name, value in values.items()]),
        *_added_lines(document["added_features"]),
    ]
    return CommandResult(document, lines)


def _read(path: Path, options: "ReadingOptions") -> "tuple[Json, ImageFacts]":
    from contrast_engine.features import added_names, measure_image
    from contrast_engine.images import examine
    from contrast_engine.steps.collection.added_features import measured_added

    examined = examine(path, options)
    facts = examined.facts
    told = {name: value for name, value in asdict(facts).items() if name != "reader"}
    image = examined.image()
    measured = {"features": measure_image(image)}
    added = measured_added(image, added_names())
    return {"path": _shown(path), **told, **measured, "added_features": added}, facts


def _added_lines(added: "Mapping[str, float | str]") -> list[str]:
    """The features of other packages; of one that failed, why."""
    from contrast_engine.features import features

    numbers = {name: value for name, value in added.items() if not isinstance(value, str)}
    rows = [_row(name, value, features[name]) for name, value in numbers.items()]
    failed = [f"  {name}: {why}" for name, why in added.items() if isinstance(why, str)]
    lines = [*table(rows), *failed]
    return ["of other packages:", *lines] if lines else []


def _files(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def _size(facts: "ImageFacts") -> str:
    return f"{facts.width} x {facts.height}, {facts.format}"


def _shown(path: str | Path) -> str:
    from contrast_engine.store import shown

    return shown(path)


def _row(name: str, value: float, feature: "Feature") -> tuple[str, str, str, str]:
    return (name, f"{value:10.4g}", feature.unit, feature.summary)
