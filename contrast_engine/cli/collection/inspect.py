"""inspect: the features of one image file, without a workspace."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands
from contrast_engine.cli.text import table

if TYPE_CHECKING:
    from contrast_engine.features import Feature


def add_command(commands: Commands) -> None:
    """Add `inspect`."""
    parser = commands.add(
        "inspect",
        "Measure one image file, without a workspace.",
        inspect,
        examples="contrast inspect photo.jpg",
    )
    parser.add_argument("file", metavar="FILE", help="the image")


def inspect(arguments: argparse.Namespace) -> CommandResult:
    """Measure one file."""
    from contrast_engine.features import features, measure_image
    from contrast_engine.images import examine
    from contrast_engine.store import shown

    path = Path(arguments.file)
    examined = examine(path)
    facts = examined.facts
    values = measure_image(examined.image())
    document = {"path": shown(path), **asdict(facts), "features": values}
    lines = [
        f"{shown(path.name)}: {facts.width} x {facts.height}, {facts.format}, id {facts.id}",
        *(f"  note: {note}" for note in facts.notes),
        *table([_row(name, value, features[name]) for name, value in values.items()]),
    ]
    return CommandResult(document, lines)


def _row(name: str, value: float, feature: "Feature") -> tuple[str, str, str, str]:
    return (name, f"{value:10.4g}", feature.unit, feature.summary)
