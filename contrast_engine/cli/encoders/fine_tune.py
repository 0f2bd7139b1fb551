"""fine-tune: a trained encoder learns the labels, as deep as held-out labels bear."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.parser import Commands, add_seed, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, table

if TYPE_CHECKING:
    from contrast_engine.steps import FineTuneReport

DEPTHS = ("auto", "head", "last-block", "all")


def add_command(commands: Commands) -> None:
    """Add `fine-tune`."""
    parser = commands.add(
        "fine-tune",
        "Fine-tune a trained encoder on the labels, and say whether that helps.",
        fine_tune,
        examples="""
contrast fine-tune holiday.contrast 0123456789abcdef
contrast fine-tune holiday.contrast 0123456789abcdef --curve --json""",
    )
    add_workspace(parser)
    parser.add_argument("key", metavar="KEY", help="an encoder's key")
    parser.add_argument(
        "--depth", choices=DEPTHS, default="auto",
        help="how much of it learns the labels (default: what held-out labels bear)",
    )  # fmt: skip
    parser.add_argument("--epochs", type=int, default=12, metavar="N",
                        help="the most passes over the labels (default 12)")  # fmt: skip
    parser.add_argument(
        "--curve", action="store_true",
        help="also measure accuracy at 10, 20, 40 and 80 labels, as far as there are so many",
    )  # fmt: skip
    add_seed(parser)


def fine_tune(arguments: argparse.Namespace) -> CommandResult:
    """Fine-tune an encoder on the labels."""
    from contrast_engine import steps

    workspace = open_workspace(arguments)
    with progress_line("fine-tuning") as progress:
        report = steps.fine_tune(
            workspace, arguments.key, depth=arguments.depth, epochs=arguments.epochs,
            curve=arguments.curve, seed=arguments.seed, progress=progress,
        )  # fmt: skip
    return CommandResult({**jsonable(report), "seed": arguments.seed}, _summary(report))


def _summary(report: "FineTuneReport") -> list[str]:
    from contrast_engine.steps.encoders.label_ways import TITLES

    tuned = {
        "head": "the head alone, so the encoder is as it was",
        "last-block": f"its last block, {count(report.epochs, 'epoch')}",
        "all": f"all of its layers, {count(report.epochs, 'epoch')}",
    }[report.depth]
    lines = [
        f"{report.encoder} fine-tuned on {count(report.labels, 'label')}, {report.key}: {tuned}",
        f"  accuracy on {count(report.pictures, 'picture')} that neither the classifier nor its "
        "encoder had seen:",
        *table([(TITLES[one.way], f"{one.accuracy:.2f} ({one.low:.2f} to {one.high:.2f})")
                for one in report.ways]),
        f"  {report.words}",
    ]  # fmt: skip
    lines += _curve(report)
    if report.left_out:
        sizes = ", ".join(map(str, report.left_out))
        lines.append(f"  left out of the curve, for too few labels: {sizes}")
    lines.append(f"  embedding {report.embedding}: learn on it by --on {report.embedding}")
    return lines


def _curve(report: "FineTuneReport") -> list[str]:
    """Accuracy by number of labels, a row a way; nothing where it was not asked for."""
    from contrast_engine.steps.encoders.label_ways import TITLES

    if not report.curve:
        return []
    rows = [("labels learnt from", *(str(point["labels"]) for point in report.curve))]
    rows += [
        (title, *("{:.2f} ({:.2f} to {:.2f})".format(*point["accuracy"][way])
                  for point in report.curve))
        for way, title in TITLES.items() if way in report.curve[0]["accuracy"]
    ]  # fmt: skip
    rows.append((
        "Best fine-tuned less best simpler",
        *("{value:+.2f} ({low:+.2f} to {high:+.2f})".format(**point["best"])
          for point in report.curve),
    ))  # fmt: skip
    rows.append(("pictures judged", *(str(point["judged"]) for point in report.curve)))
    return ["  accuracy on pictures not drawn, mean of 5 draws (95 % interval over them):",
            *table(rows)]  # fmt: skip
