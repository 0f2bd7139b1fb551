"""overview: a collection at one look, as its first page shows it."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.parser import Commands, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import table
from contrast_engine.pace import paced

if TYPE_CHECKING:
    from contrast_engine.views.overview import Overview

CARDS = (
    ("contact_sheet", "Images"),
    ("profile", "Contrast profile"),
    ("clusters", "Clusters"),
    ("issues", "Issues"),
    ("labels", "Labels"),
    ("verdicts", "Evidence"),
    ("unknown", "Not known"),
    ("next_step", "Next"),
)
"""The cards in their order, with what they are called."""


def add_command(commands: Commands) -> None:
    """Add `overview`."""
    parser = commands.add(
        "overview",
        "Say what a collection is like, what was found, and what is not known.",
        overview,
        examples="""
contrast overview holiday.contrast
contrast overview holiday.contrast --json""",
    )
    add_workspace(parser)


def overview(arguments: argparse.Namespace) -> CommandResult:
    """Say everything at one look."""
    from contrast_engine.views.overview import overview as read

    workspace = open_workspace(arguments)
    with progress_line("looking at the collection") as progress:
        paced(progress, "overview", workspace, "reading what is known")
        found = read(workspace)
    return CommandResult(jsonable(found), lines(found))


def lines(found: "Overview") -> list[str]:
    """The sentence of every card, or why there is none, and below it what it counts."""
    said = [f"{found.name}: {found.images:,} images from {found.files:,} files"]
    for name, title in CARDS:
        card = getattr(found, name)
        old = f" Out of date: {card.outdated}." if card is not None and card.outdated else ""
        sentence = found.absent[name].reason if card is None else card.sentence
        said += ["", f"{title}: {sentence}{old}", *_below(found, name)]
    return said


def _below(found: "Overview", name: str) -> list[str]:
    """What stands below the sentence of a card; most of it is left to --json and the page."""
    if name == "profile" and found.profile:
        return table(
            [
                (
                    one.title,
                    f"{one.shift.value:+.1f} ({one.shift.low:+.1f} to {one.shift.high:+.1f})",
                )
                for one in found.profile.outside
            ]
        )
    if name == "clusters" and found.clusters:
        return table([(one.name, f"{one.size:,}") for one in found.clusters.clusters])
    if name == "issues" and found.issues:
        there = [one for one in found.issues.issues if one.count]
        return table([(one.title, f"{one.count:,} of {one.n:,}") for one in there])
    if name == "labels" and found.labels:
        carried = found.labels.coverage is not None
        rows = [
            (
                one.label,
                f"{one.given:,} given" + (f", {one.carried:,} predicted" if carried else ""),
            )
            for one in found.labels.kinds
        ]
        return table(rows)
    if name == "verdicts" and found.verdicts:
        return table([(one.question, one.answer) for one in found.verdicts.answers])
    if name == "unknown":
        return [f"  {one.what}" for one in found.unknown.items]
    return []
