"""pseudo-label: from a few labels to a label for every image."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.method_options import checked_options
from contrast_engine.cli.parser import (
    Commands,
    add_look,
    add_on,
    add_seed,
    add_workspace,
    open_workspace,
    said_of_use,
)
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count
from contrast_engine.cli.wrong_usage import WrongUsage

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.options import Recipe
    from contrast_engine.registry import Registry


def add_command(commands: Commands) -> None:
    """Add `pseudo-label`."""
    parser = commands.add(
        "pseudo-label",
        "Learn from the labelled images and label all the others.",
        pseudo_label,
        examples="""
contrast pseudo-label holiday.contrast
contrast pseudo-label holiday.contrast --order low,medium,high""",
    )
    add_workspace(parser)
    parser.add_argument(
        "--order", action="append", metavar="A,B,C",
        help="the labels are ordered, lowest first; given several times, each is one label, which"
        " may hold a comma",
    )  # fmt: skip
    parser.add_argument(
        "--method", default="auto", help="the classifier (default: the one that fits)"
    )
    parser.add_argument(
        "-o", dest="option", action="append", default=[], metavar="NAME=VALUE",
        help="an option of the classifier that --method names; may be given several times",
    )  # fmt: skip
    parser.add_argument(
        "--most-wrong", type=float, metavar="SHARE",
        help="share of the answers that may be wrong (default 0.2), kept where the labels can "
        "promise it; else it is said how many are",
    )  # fmt: skip
    add_on(parser)
    add_seed(parser)
    add_look(parser)


def pseudo_label(arguments: argparse.Namespace) -> CommandResult:
    """Train on the labels and label every image."""
    from contrast_engine import steps
    from contrast_engine.steps.encoders.fine_tune import recommendation

    order = _order(arguments.order)
    if arguments.option and arguments.method == "auto":
        raise WrongUsage("-o goes with --method, which says whose options they are")
    options = (
        checked_options(_classifiers(), arguments.method, arguments.option)
        if arguments.option
        else None
    )
    workspace = open_workspace(arguments)
    with progress_line("learning") as progress:
        key = steps.pseudo_label(
            workspace, order=order, method=arguments.method, options=options, on=arguments.on,
            most_wrong=arguments.most_wrong, seed=arguments.seed, use=not arguments.look,
            progress=progress,
        )  # fmt: skip
    manifest = workspace.manifest(key)
    document = {**manifest.details, "key": key, "images": manifest.rows, "seed": arguments.seed}
    document["in_use"] = workspace.current("predictions") == key
    hint = recommendation(workspace, str(document["on"]), str(document["labels_hash"]))
    said = said_of_use(workspace, "predictions", key)
    return CommandResult(document, [*_summary(document), *([f"  {hint}"] if hint else []), said])


def _summary(document: "Json") -> list[str]:
    from contrast_engine.pseudo_labels.baselines import words

    badge = f" ({document['badge']})" if document["badge"] else ""
    lines = [
        f"{count(document['images'], 'image')} labelled from {count(document['labels'], 'label')}"
        f" with {document['method']}{badge}",
        f"  abstains on: {count(document['abstained'], 'image')}",
    ]
    if document.get("settled"):
        lines.append(f"  {document['settled']['words']}")
    if document.get("leaks", {}).get("words"):
        lines.append(f"  {document['leaks']['words']}")
    if document["choice"]:
        lines.append(f"  {document['choice']['reason']}")
    lines.append(f"  {document['promise']['words']}")
    lines += _calibration(document)
    for metric in ("accuracy", "kappa"):
        value = document["cross_validated"][metric]
        if value is not None:
            low, high = (
                document["cross_validated"].get(f"{metric}_{end}") for end in ("low", "high")
            )
            interval = "" if low is None else f" ({low:.2f} to {high:.2f})"
            lines.append(f"  cross-validated {metric} {value:.2f}{interval},"
                         f" n = {document['cross_validated']['n']}")  # fmt: skip
    simpler = words(document.get("baselines", []))
    return [*lines, f"  accuracy without a model: {simpler}"] if simpler else lines


def _calibration(document: "Json") -> list[str]:
    from contrast_engine.pseudo_labels.calibration import direction, optimism_words

    found = document["calibration"]
    gap = f"  calibration: stated probabilities are off by {found['ece']:.2f} on average"
    if found["coverage"] is not None:
        gap += (
            f"; conformal sets that promise {found['level']:.0%} held"
            f" {found['coverage']:.0%} of {found['n']} randomly drawn labels"
        )
    said = (direction(found), optimism_words(document["optimism"]))
    return [gap, *(f"  {words}" for words in said if words)]


def _order(given: list[str] | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    parts = given[0].split(",") if len(given) == 1 else given
    order = tuple(part.strip() for part in parts)
    if len(order) < 2 or not all(order) or len(set(order)) != len(order):
        said = given[0] if len(given) == 1 else given
        raise WrongUsage(f"--order needs at least two different labels, got {said!r}")
    return order


def _classifiers() -> "Registry[type[Recipe]]":
    from contrast_engine.pseudo_labels import classifiers

    return classifiers  # type: ignore[return-value]
