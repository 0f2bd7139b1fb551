"""what-if: one image changed by known amounts, measured again, predicted again."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.image_names import find_image
from contrast_engine.cli.parser import Commands, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import table
from contrast_engine.cli.wrong_usage import WrongUsage, options_from_command_line
from contrast_engine.errors import NotEnoughData

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.counterfactual import Reading

SHOWN = 8


def add_command(commands: Commands) -> None:
    """Add `what-if`."""
    parser = commands.add(
        "what-if",
        "Change one image by known amounts, and measure and predict it again.",
        what_if,
        examples="""
contrast what-if holiday.contrast photo.jpg --change haze=0.5
contrast what-if holiday.contrast photo.jpg --change exposure=2 --change gamma=0.8 --json
contrast what-if holiday.contrast photo.jpg --flip scale""",
    )
    add_workspace(parser)
    parser.add_argument("image", metavar="IMAGE", help="an id, or the file or any copy of it")
    parser.add_argument(
        "--change", dest="changes", action="append", default=[], metavar="NAME=VALUE",
        help="a change and its strength; may be given several times",
    )  # fmt: skip
    parser.add_argument(
        "--flip", metavar="NAME", help="find the decision boundary along this change"
    )
    parser.add_argument(
        "--until", choices=("cluster", "label"), default="cluster",
        help="whose boundary: that of the cluster (default) or of the label",
    )  # fmt: skip
    parser.late_epilog = _changes_help


def what_if(arguments: argparse.Namespace) -> CommandResult:
    """Change, measure and predict one image, and search for decision boundaries."""
    from contrast_engine.counterfactual import what_if
    from contrast_engine.features import core_names

    strengths = _strengths(arguments)
    workspace = open_workspace(arguments)
    with options_from_command_line(), progress_line("measuring"):
        image = find_image(workspace, arguments.image)
        found = what_if(workspace, image, strengths, flip=arguments.flip, until=arguments.until)
    before, after, flips = found.before, found.after, found.flips
    if arguments.flip and before.judged(arguments.until) is None:
        raise NotEnoughData(
            f"there is no {arguments.until} that could flip; run `contrast cluster` or"
            " `contrast pseudo-label` first"
        )
    names = [name for name in core_names() if name in before.ranks]
    names.sort(key=lambda name: -abs(after.ranks[name] - before.ranks[name]))
    rows = [
        (name, f"{before.features[name]:.4g}", f"{after.features[name]:.4g}",
         f"{before.ranks[name]:.0f} % -> {after.ranks[name]:.0f} % of the collection below")
        for name in names[:SHOWN]
    ]  # fmt: skip
    lines = [*table(rows), *_flip_lines(arguments, flips)]
    document = {"before": _reading(before), "after": _reading(after), "strengths": strengths,
                "flips": flips}  # fmt: skip
    return CommandResult(jsonable(document), lines)


def _reading(reading: "Reading") -> "Json":
    # "measures" is what scripts of before read.
    return {
        "measures" if name == "features" else name: value
        for name, value in jsonable(reading).items()
    }


def _flip_lines(arguments: argparse.Namespace, flips: "tuple[object, ...]") -> list[str]:
    if not arguments.flip:
        return []
    found = [
        f"{f['knob']} at {f['flipped']:.3g}: {arguments.until} {f['before']} becomes {f['after']}"
        f" (still {f['before']} at {f['kept']:.4g}),"
        f" {'measured again and confirmed' if f['is_verified'] else 'not confirmed'}"
        for f in map(jsonable, flips)
    ]
    return found or [f"its {arguments.until} does not flip within the range of {arguments.flip}"]


def _strengths(arguments: argparse.Namespace) -> dict[str, float]:
    from contrast_engine.counterfactual import KNOBS

    found = {}
    for text in arguments.changes:
        name, _, value = text.partition("=")
        try:
            found[name] = float(value)
        except ValueError:
            raise WrongUsage(f"--change takes NAME=VALUE, got {text!r}") from None
    for name in [*found, *([arguments.flip] if arguments.flip else [])]:
        if name not in KNOBS:
            raise WrongUsage(f"there is no change {name!r}; there are: {', '.join(KNOBS)}")
    return found


def _changes_help() -> str:
    from contrast_engine.counterfactual import KNOBS
    from contrast_engine.perturb import perturbations

    lines = [
        f"  {name:<10}{knob.low:g} to {knob.high:g}; {perturbations[name].neutral:g}: no change"
        for name, knob in KNOBS.items()
    ]
    return "\n".join(["changes:", *lines])
