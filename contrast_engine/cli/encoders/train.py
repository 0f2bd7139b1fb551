"""train: an encoder trained on the images."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.method_options import add_method, checked_options
from contrast_engine.cli.parser import Commands, add_seed, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count

if TYPE_CHECKING:
    from contrast_engine.options import Recipe
    from contrast_engine.registry import Registry

PRESETS = ("quick", "full")
PRECISIONS = ("auto", "float32", "bfloat16")


def add_command(commands: Commands) -> None:
    """Add `train`."""
    parser = commands.add(
        "train",
        "Train an encoder on the images; stopped, it resumes from its checkpoint.",
        train,
        examples="""
contrast train holiday.contrast rank
contrast train holiday.contrast contrastive --preset full -o temperature=0.1""",
    )
    add_workspace(parser)
    add_method(parser, _encoders, "rank", metavar="ENCODER")
    parser.add_argument("--preset", choices=PRESETS, default="quick",
                        help="quick: a first look; full: several times longer")  # fmt: skip
    parser.add_argument(
        "--precision", choices=PRECISIONS, default="auto",
        help="of the numbers while it trains; auto: the faster one here, which may differ on "
        "another machine",
    )  # fmt: skip
    add_seed(parser)


def train(arguments: argparse.Namespace) -> CommandResult:
    """Train an encoder, unless it is trained already."""
    from contrast_engine import steps

    options = checked_options(_encoders(), arguments.method, arguments.option)
    workspace = open_workspace(arguments)
    with progress_line(f"training {arguments.method}") as progress:
        report = steps.train(
            workspace, arguments.method, preset=arguments.preset, options=options,
            seed=arguments.seed, precision=arguments.precision, progress=progress,
        )  # fmt: skip
    lines = [
        f"{report.encoder} trained on {count(report.images, 'image')}, {report.key}",
        f"  {count(report.epochs, 'epoch')} in {report.seconds:.0f} s on {report.device}"
        f" ({report.precision}), {report.images_per_second:,.0f} images a second",
    ]
    if report.collapsed:
        lines.append("  collapse: it embeds all images alike; do not use it")
    if report.refused:
        lines.append(f"  refused: {report.refused}")
    return CommandResult({**jsonable(report), "seed": arguments.seed}, lines)


def _encoders() -> "Registry[type[Recipe]]":
    from contrast_engine.encoders import encoders

    return encoders  # type: ignore[return-value]
