"""agreement: how far several annotators agree on the labels."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.image_names import named_image
from contrast_engine.cli.parser import Commands, add_seed, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, first, table

if TYPE_CHECKING:
    from contrast_engine.ranking.agreement import Agreement


def add_command(commands: Commands) -> None:
    """Add `agreement`."""
    parser = commands.add(
        "agreement",
        "Measure how far several annotators agree on the labels.",
        agreement,
        examples="""
contrast label add holiday.contrast --image a.jpg --label low --who ann
contrast label add holiday.contrast --image a.jpg --label high --who bob
contrast agreement holiday.contrast --json""",
    )
    add_workspace(parser)
    add_seed(parser)


def agreement(arguments: argparse.Namespace) -> CommandResult:
    """Compare what several annotators labelled."""
    from contrast_engine.steps.labels.annotator_agreement import annotator_agreement

    workspace = open_workspace(arguments)
    with progress_line("comparing people") as progress:
        found, agreed = annotator_agreement(workspace, seed=arguments.seed, progress=progress)
    paths = workspace.images.paths
    disagreements = [
        {**named_image(one.image, paths), "said": one.said, "cost": one.cost}
        for one in found.disagreements
    ]
    consensus = [
        {**named_image(one.image, paths), "label": one.label, "probability": one.probability,
         "people": one.people}
        for one in agreed
    ]  # fmt: skip
    document = {**jsonable(found), "disagreements": disagreements, "consensus": consensus}
    lines = [
        found.verdict,
        f"  alpha {found.alpha:.2f} ({found.low:.2f} to {found.high:.2f}){_kappa(found)}; n ="
        f" {count(found.n, 'image')} labelled by two or more of {', '.join(found.people)}",
    ]
    lines += [f"  {who} was unsure about {count(n, 'image')}" for who, n in found.unsure.items()]
    if disagreements:
        rows = [
            (", ".join(f"{who}: {label}" for who, label in one.said.items()),
             paths.get(one.image, one.image))
            for one in found.disagreements
        ]  # fmt: skip
        lines += [f"{count(len(rows), 'disagreement')}, the largest first:", *first(table(rows))]
    return CommandResult(document, lines)


def _kappa(found: "Agreement") -> str:
    if found.kappa is None:
        return ""
    interval = f"{found.kappa_low:.2f} to {found.kappa_high:.2f}"
    return f"; kappa {found.kappa:.2f} ({interval}, {found.kappa_name}, n = {found.kappa_n:,})"
