"""illuminant evaluate: every method judged on pictures whose illuminant is known."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_seed, whole_number
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, first, table

if TYPE_CHECKING:
    from contrast_engine.arrays import Json

COLUMNS = ("mean", "median", "trimean", "best25", "worst25", "p95", "max")


def add_action(group: Commands) -> None:
    """Add `evaluate`."""
    parser = group.add(
        "evaluate",
        "Judge estimates of the illuminant where it is known, in degrees.",
        evaluate,
        examples="""
contrast illuminant evaluate raw --truth raw/gt.csv
contrast illuminant evaluate raw --truth raw/gt.csv --train others --seeds 3 --json
contrast illuminant evaluate holiday.contrast    (its photographs relit: synthetic)""",
    )
    parser.add_argument(
        "place", metavar="WS|FOLDER",
        help="a folder of linear PNG or TIFF with a table, or a workspace; without --truth the"
        " photographs of a workspace are relit, which is synthetic",
    )  # fmt: skip
    parser.add_argument(
        "--truth", metavar="GT.CSV",
        help="file, r, g, b; also mask x, y, w, h or polygon, black_level, white_level, camera,"
        " scene (default: the table in the folder)",
    )  # fmt: skip
    parser.add_argument(
        "--train", metavar="FOLDER",
        help="other pictures with a table of their own, to choose options and learn from"
        " (default: folds of the pictures themselves)",
    )  # fmt: skip
    parser.add_argument(
        "--seeds", type=whole_number(1), default=3, metavar="N",
        help="how often each learned method is fitted (default 3)",
    )  # fmt: skip
    add_seed(parser)


def evaluate(arguments: argparse.Namespace) -> CommandResult:
    """Judge every method."""
    from contrast_engine.steps.illuminants.evaluate import judge_folder, judge_illuminants
    from contrast_engine.store import Workspace
    from contrast_engine.store.workspace_marker import MARK

    place = Path(arguments.place).expanduser()
    with progress_line("judging") as progress:
        if (place / MARK).is_file():
            workspace = Workspace.open(place)
            key = judge_illuminants(
                workspace, arguments.truth, arguments.train, seeds=arguments.seeds,
                seed=arguments.seed, progress=progress,
            )  # fmt: skip
            found: Json = {"key": key, **workspace.manifest(key).details}
        else:
            found = judge_folder(
                place, arguments.truth, arguments.train, seeds=arguments.seeds,
                seed=arguments.seed, progress=progress,
            )  # fmt: skip
    return CommandResult({**found, "seed": arguments.seed}, _lines(found))


def _lines(found: "Json") -> list[str]:
    learnt = f"fitted on {found['n_train']:,} others" if found["n_train"] else "by folds"
    head = f"{count(found['n'], 'image')}, {learnt}; angular error in degrees:"
    if found["is_synthetic"]:
        head = f"synthetic: relit photographs; {head}"
    rows = [("", *COLUMNS, "mean's interval", "reproduction")]
    rows += [
        (
            name,
            *(f"{one[part]:.2f}" for part in COLUMNS),
            f"{one['low']:.2f} to {one['high']:.2f}",
            f"{one['reproduction_mean']:.2f}",
        )
        for name, one in found["methods"].items()
    ]
    problems = [f"  not used: {one['path']}: {one['reason']}" for one in found["problems"]]
    left = [f"  {name}: {why}" for name, why in found["left_out"].items()]
    same = found["also_in_train"]
    shared = [f"  {count(same, 'image')} to learn from left out: judged on as well"] if same else []
    return [head, *table(rows), *shared, *left, *first(problems), found["verdict"]]
