"""complexity: how complex each image is, judged on human scores."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_seed, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, table

if TYPE_CHECKING:
    from contrast_engine.arrays import Json

SCORES = """\
The table of scores has a column 'file' (or 'path'), a column 'score', larger for more complex, and
perhaps 'group' (or 'category'): scores are compared within a group alone. A column 'distortion', as
in tables of SAVOIAS, names the group where its values repeat. Paths start at the table's
folder or at a scanned folder.
"""


def add_command(commands: Commands) -> None:
    """Add `complexity`."""
    parser = commands.add(
        "complexity",
        "Score how complex each image is, beside baselines.",
        complexity,
        examples="contrast complexity holiday.contrast --scores scores.csv --json",
    )
    parser.late_epilog = lambda: SCORES
    add_workspace(parser)
    parser.add_argument(
        "--scores", metavar="FILE", help="a table of human scores: file,score[,group]"
    )
    parser.add_argument(
        "--on", metavar="KEY",
        help="an embedding or encoder to use beside the features (default: the newest complexity"
        " embedding, if any)",
    )  # fmt: skip
    add_seed(parser)


def complexity(arguments: argparse.Namespace) -> CommandResult:
    """Score the images, and judge the scores."""
    from contrast_engine import steps

    workspace = open_workspace(arguments)
    with progress_line("complexity") as progress:
        key = steps.judge_complexity(
            workspace, arguments.scores, on=arguments.on, seed=arguments.seed, progress=progress
        )
    found = workspace.manifest(key).details
    return CommandResult({"key": key, **found}, _lines(found))


def _lines(found: "Json") -> list[str]:
    middle, contrast = found["summary"], found["contrast"]
    lines = [
        found["verdict"],
        f"{count(found['images'], 'image')}; label-free complexity {middle['median']:.0f} in the"
        f" middle, 5 % below {middle['p5']:.0f} and above {middle['p95']:.0f}, of 100",
        "correlation with contrast (c_rms): " + _correlation(contrast),
    ]
    if found["note"]:
        lines.append(found["note"])
    masked = found["masked_entropy"]
    if masked.get("r2") is not None:
        lines.append(f"entropy of hidden patches: R2 {masked['r2']:.2f}, mean of visible neighbours"
                     f" {_number(masked['neighbours_r2'])}")  # fmt: skip
    return lines + (_judged(found) if "scores" in found else [])


def _judged(found: "Json") -> list[str]:
    scores, groups = found["scores"], list(found["per_group"])
    lines = [
        f"{count(scores['used'], 'score')} of {count(scores['rows'], 'row')} used in "
        f"{count(scores['groups'], 'group')}; {scores['unknown']:,} of no image here, "
        f"{scores['without_score']:,} without a score, {scores['repeated']:,} repeated "
        f"({scores['differing']:,} differing), {scores['not_measured']:,} not measured"
        + "".join(f"; {name}: {n} are too few" for name, n in scores["groups_left_out"].items()),
        "Spearman with people, mean over groups (95 % interval), Pearson's r; then each group:",
    ]
    rows = [("", "SRCC", "", "PCC", *groups)] if len(groups) > 1 else []
    label_free = {"label-free: " + n: n for n in found["label_free_scores"]}
    names = label_free | {n.replace("_", " "): n for n in (*found["models"], *found["baselines"])}
    every = found["label_free_scores"] | found["models"] | found["baselines"]
    for words, name in names.items():
        one = every[name]
        each = [_number(found["per_group"][group][name]["srcc"]) for group in groups]
        span = f"({_number(one['low'])} to {_number(one['high'])})"
        rows.append((words, _number(one["srcc"]), span, _number(one["pcc"]), *each))
    return [*lines, *table(rows)]


def _correlation(one: "Json") -> str:
    if one["r"] is None:
        return "one of them does not vary"
    return (f"r {one['r']:+.2f} ({one['low']:+.2f} to {one['high']:+.2f}), n = {one['n']:,}; they "
            "are different attributes")  # fmt: skip


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
