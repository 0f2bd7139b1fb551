"""rank: a ranking of images by contrast from pairwise comparisons."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.image_names import find_image, named_image
from contrast_engine.cli.parser import (
    Commands,
    add_annotator,
    add_overwrite,
    add_seed,
    add_workspace,
    open_workspace,
)
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, first, table
from contrast_engine.cli.wrong_usage import WrongUsage

if TYPE_CHECKING:
    from contrast_engine.arrays import Json


def add_command(commands: Commands) -> None:
    """Add `rank`."""
    group = commands.add_group(
        "rank",
        "Rank images by pairwise comparisons: which has more contrast?",
        examples="""
contrast rank next holiday.contrast --count 10
contrast rank add holiday.contrast --left a.jpg --right b.jpg --answer left
contrast rank show holiday.contrast --json""",
    )

    parser = group.add("next", "Choose the pairs to compare next.", rank_next)
    add_workspace(parser)
    parser.add_argument("--count", type=int, default=10, metavar="N", help="pairs (default 10)")
    parser.add_argument(
        "--strategy", choices=("active", "random"), default="active",
        help="the most informative pairs (default), or a random sample",
    )  # fmt: skip
    parser.add_argument(
        "--among", type=int, default=60, metavar="N",
        help="images to compare in all, drawn at random (default 60)",
    )  # fmt: skip
    add_annotator(parser)
    add_seed(parser)

    parser = group.add(
        "add", "Add a comparison: which of two images has more contrast.", rank_add, old_name="say"
    )
    add_workspace(parser)
    for side in ("left", "right"):
        parser.add_argument(
            f"--{side}", required=True, metavar="PATH_OR_ID", help=f"the image on the {side}"
        )
    parser.add_argument(
        "--answer", required=True, choices=("left", "right", "tie"), help="which has more"
    )
    add_annotator(parser)

    parser = group.add("undo", "Undo the annotator's last comparison.", rank_undo)
    add_workspace(parser)
    add_annotator(parser)

    parser = group.add(
        "import", "Take comparisons from a file that `rank export` wrote.", rank_import
    )
    add_workspace(parser)
    parser.add_argument("file", metavar="FILE.jsonl", help="one comparison a line")

    parser = group.add("export", "Write every comparison, also those undone.", rank_export)
    add_workspace(parser)
    parser.add_argument("file", metavar="FILE.jsonl", help="the file to write")
    add_overwrite(parser)

    parser = group.add("show", "Show the ranking, from most to least contrast.", rank_show)
    add_workspace(parser)


def rank_next(arguments: argparse.Namespace) -> CommandResult:
    """Choose pairs."""
    from contrast_engine.steps.labels.rank import rank_next

    workspace = open_workspace(arguments)
    if arguments.count < 1:
        raise WrongUsage(f"--count takes a number of at least 1, got {arguments.count}")
    with progress_line("choosing pairs") as progress:
        pairs = rank_next(
            workspace, arguments.count, who=arguments.who, strategy=arguments.strategy,
            among=arguments.among, seed=arguments.seed, progress=progress,
        )  # fmt: skip
    paths = workspace.images.paths
    rows = [
        {
            "left": named_image(pair.left, paths),
            "right": named_image(pair.right, paths),
            "reason": pair.reason,
            "is_repeat": pair.is_repeat,
        }
        for pair in pairs
    ]
    lines = table([(paths.get(pair.left, pair.left), paths.get(pair.right, pair.right), pair.reason)
                   for pair in pairs])  # fmt: skip
    return CommandResult({"pairs": rows}, lines)


def rank_add(arguments: argparse.Namespace) -> CommandResult:
    """Keep one comparison."""
    workspace = open_workspace(arguments)
    left, right = (find_image(workspace, text) for text in (arguments.left, arguments.right))
    seq = workspace.comparisons.add(left, right, arguments.answer, arguments.who)
    judged = len(workspace.comparisons.all())
    document = {"seq": seq, "left": left, "right": right, "answer": arguments.answer,
                "judgements": judged}  # fmt: skip
    return CommandResult(document, [f"kept; {count(judged, 'comparison')} in all"])


def rank_undo(arguments: argparse.Namespace) -> CommandResult:
    """Undo the annotator's last comparison."""
    pair = open_workspace(arguments).comparisons.undo(arguments.who)
    line = "undone" if pair else "nothing to undo"
    return CommandResult({"undone": list(pair or ())}, [line])


def rank_import(arguments: argparse.Namespace) -> CommandResult:
    """Take comparisons from a file."""
    from contrast_engine.steps.labels.comparison_files import read_comparisons

    workspace = open_workspace(arguments)
    rows = read_comparisons(arguments.file)
    new = workspace.comparisons.take(rows)
    line = f"{count(new, 'comparison')} taken of {count(len(rows), 'row')}"
    return CommandResult({"rows": len(rows), "taken": new}, [line])


def rank_export(arguments: argparse.Namespace) -> CommandResult:
    """Write the comparisons."""
    from contrast_engine.steps.labels.comparison_files import comparison_lines
    from contrast_engine.store.atomic_files import write_bytes
    from contrast_engine.store.targets import checked_target

    workspace = open_workspace(arguments)
    target = checked_target(arguments.file, overwrite=arguments.overwrite)
    data = comparison_lines(workspace)
    write_bytes(target, data)
    rows = data.count(b"\n")
    document = {"rows": rows, "path": str(target)}
    return CommandResult(document, [f"{count(rows, 'comparison')} written to {target}"])


def rank_show(arguments: argparse.Namespace) -> CommandResult:
    """Show the ranking, the annotators' consistency and the features that follow it."""
    from contrast_engine.steps.labels.rank import rank_show

    workspace = open_workspace(arguments)
    with progress_line("ranking") as progress:
        ranked = rank_show(workspace, progress=progress)
    paths = workspace.images.paths
    ranking = ranked.ranking
    row = {image: position for position, image in enumerate(ranking.ids)}
    scores = []
    for image in ranking.order:
        score, half = (float(v[row[image]]) for v in (ranking.score, ranking.half_width))
        scores.append({**named_image(image, paths), "score": score, "low": score - half,
                       "high": score + half})  # fmt: skip
    document = {
        "judgements": ranking.judgements,
        "scores": scores,
        "people": ranked.people,
        "features": ranked.features,
        "refused": ranked.refused,
    }
    lines = [f"{count(len(scores), 'image')} from {count(ranking.judgements, 'comparison')},"
             " most contrast first (score, 95 % interval):"]  # fmt: skip
    lines += first(table([_score_row(s) for s in scores]), 20)
    lines += [_annotator(p) for p in jsonable(ranked.people)]
    lines += (
        [ranked.refused]
        if ranked.refused
        else ["features and models, rank correlation with this ranking:"]
    )
    lines += first(table([_feature_row(f) for f in jsonable(ranked.features)]), 5)
    return CommandResult(jsonable(document), lines)


def _score_row(score: "Json") -> tuple[str, str, str]:
    interval = f"{score['low']:+.2f} to {score['high']:+.2f}"
    return (f"{score['score']:+.2f}", interval, str(score["path"] or score["id"]))


def _annotator(person: "Json") -> str:
    if person["same"] is None:
        return f"{person['who']}: {count(person['judgements'], 'comparison')}, no pair repeated yet"
    return (
        f"{person['who']}: {count(person['judgements'], 'comparison')}, the same answer in"
        f" {person['same']:.0%} ({person['same_low']:.0%} to {person['same_high']:.0%}) of"
        f" {count(person['repeats'], 'repeat')}"
    )


def _feature_row(feature: "Json") -> tuple[str, str, str]:
    if feature["rho"] is None:
        return (feature["measure"], "does not vary", "")
    interval = f"{feature['low']:+.2f} to {feature['high']:+.2f}"
    return (feature["measure"], f"{feature['rho']:+.2f}", f"{interval}, n = {feature['n']}")
