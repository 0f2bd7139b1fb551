"""zero-shot: an image tower of yours, scored by text vectors, tested before it is shown."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.image_names import named_image
from contrast_engine.cli.parser import Commands, add_seed, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, first, table
from contrast_engine.cli.wrong_usage import WrongUsage

if TYPE_CHECKING:
    from contrast_engine.views.encoders.zero_shot import ZeroShotCard

FILES = """\
TOWER  an ONNX file: pictures in, one vector out, all weights inside it (no external data)
RECIPE a JSON object: size, crop ("centre" or "squeeze"), interpolation, mean, std; perhaps output,
       input, resize, channels, layout, value_range
TEXT   .npz or .safetensors with high and low (pairs, numbers) and logit_scale or temperature,
       perhaps names; or .json with pairs [{name, high, low, high_vector, low_vector}]
A score is the softmax over the two cosines of a pair; of several pairs the mean. It is shown only
after ladders of known changes and the shortcut audit, with the verdict. Needs the extra [onnx]."""


def add_command(commands: Commands) -> None:
    """Add `zero-shot`."""
    parser = commands.add(
        "zero-shot",
        "Embed by an image tower of yours (ONNX), and score by text vectors.",
        zero_shot,
        examples="""
contrast zero-shot holiday.contrast tower.onnx --recipe recipe.json --text contrast.npz
contrast zero-shot holiday.contrast tower.onnx --recipe recipe.json --text all.json --pair contrast
contrast zero-shot holiday.contrast 0123456789abcdef""",
    )
    parser.late_epilog = lambda: FILES
    add_workspace(parser)
    parser.add_argument("network", metavar="TOWER|KEY",
                        help="an ONNX file, or the key of a network kept here")  # fmt: skip
    parser.add_argument("--recipe", default="", help="how pictures are prepared; never guessed")
    parser.add_argument("--text", default="", help="vectors of opposite texts; without: no score")
    parser.add_argument("--pair", action="append", default=[], metavar="NAME",
                        help="pair of texts to score by; may be given several times")  # fmt: skip
    parser.add_argument("--anyway", action="store_true",
                        help="list the scores of a refused network, too")  # fmt: skip
    add_seed(parser)


def zero_shot(arguments: argparse.Namespace) -> CommandResult:
    """Embed, score and test."""
    from contrast_engine import steps
    from contrast_engine.views.encoders import zero_shot as view
    from contrast_engine.zero_shot.recipe import NEEDED_WORDS

    if arguments.network.lower().endswith(".onnx") and not arguments.recipe:
        raise WrongUsage(f"{arguments.network} needs its --recipe; {NEEDED_WORDS}")
    workspace = open_workspace(arguments)
    with progress_line("embedding") as progress:
        report = steps.zero_shot(
            workspace, arguments.network, recipe=arguments.recipe, text=arguments.text,
            pairs=arguments.pair, seed=arguments.seed, progress=progress,
        )  # fmt: skip
    found = view.card(workspace, report.key)
    scored = view.scores(workspace, found, anyway=arguments.anyway)
    paths = {image: workspace.images.facts(image).path for image in scored}
    document = {
        **jsonable(report), **jsonable(found),
        "is_shown": bool(scored),
        "scores": [{**named_image(image, paths), "score": value}
                   for image, value in scored.items()],
    }  # fmt: skip
    lines = [
        f"{found.name}: {count(report.images, 'image')} in "
        f"{count(report.dimensions, 'dimension')}, {report.key}",
        *_lines(found, report.not_tested),
        *first([f"  {value:.4f}  {paths[image]}" for image, value in scored.items()]),
    ]
    return CommandResult(document, lines)


def _lines(found: "ZeroShotCard", not_tested: str) -> list[str]:
    """What is known of it, and the verdict with its ladders."""
    from contrast_engine.views.encoders.zero_shot import facts

    lines = [f"  {line}" for line in facts(found)]
    lines.append(f"{found.verdict}: {not_tested or found.why}")
    tested = found.sensitivity
    if tested is not None and tested["ladders"] is not None:
        rows = [("ladder", name, f"{value:.2f}") for name, value in tested["ladders"].items()]
        lines += table(rows)
    return lines
