"""illuminant grid: networks of every input, head and pre-training, compared on the same folds."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_seed, whole_number
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, first, table

if TYPE_CHECKING:
    from contrast_engine.arrays import Json

FACTORS = ("input", "head", "pretraining")
COLUMNS = ("mean", "median", "trimean", "best25", "worst25", "p95", "max")


def add_action(group: Commands) -> None:
    """Add `grid`."""
    parser = group.add(
        "grid",
        "Compare networks in linear or log RGB, frozen or full, pre-trained or not.",
        grid,
        examples="""
contrast illuminant grid raw --truth raw/gt.csv
contrast illuminant grid raw --seeds 1 --epochs 10 --size 32    (a first look, in minutes)
contrast illuminant grid holiday.contrast --json    (its photographs relit: synthetic)""",
    )
    parser.add_argument(
        "place",
        metavar="WS|FOLDER",
        help="a folder of linear PNG or TIFF with a table, or a workspace",
    )
    parser.add_argument("--truth", metavar="GT.CSV", help="as of evaluate")
    parser.add_argument(
        "--seeds", type=whole_number(1), default=3, metavar="N",
        help="how often each network is trained (default 3)",
    )  # fmt: skip
    parser.add_argument(
        "--folds", choices=("scene", "camera"), default="scene",
        help="three folds of blocks or named scenes, or each camera left out in turn",
    )  # fmt: skip
    parser.add_argument(
        "--epochs", type=whole_number(1), default=40, metavar="N",
        help="of every training (default 40)",
    )  # fmt: skip
    parser.add_argument(
        "--size", type=whole_number(16), default=64, metavar="PIXELS",
        help="side of the pictures; folders only (default 64)",
    )  # fmt: skip
    parser.add_argument(
        "--loss", choices=("triplet", "clcc"), default="triplet",
        help="of the pre-training (default triplet)",
    )  # fmt: skip
    add_seed(parser)


def grid(arguments: argparse.Namespace) -> CommandResult:
    """Train and judge every combination; a workspace goes on where it was stopped."""
    from contrast_engine.illuminants.grid import Budget
    from contrast_engine.steps.illuminants.grid import grid_folder, illuminant_grid
    from contrast_engine.store import Workspace
    from contrast_engine.store.workspace_marker import MARK

    place, a = Path(arguments.place).expanduser(), arguments
    with progress_line("training") as progress:
        if (place / MARK).is_file():
            workspace = Workspace.open(place)
            key = illuminant_grid(
                workspace, a.truth, seeds=a.seeds, folds=a.folds, epochs=a.epochs, loss=a.loss,
                seed=a.seed, progress=progress,
            )  # fmt: skip
            found: Json = {"key": key, **workspace.manifest(key).details}
        else:
            budget = Budget(a.seeds, a.seed, a.folds, a.epochs, a.loss)
            found = grid_folder(place, a.truth, budget=budget, size=a.size, progress=progress)
    return CommandResult({**found, "seed": a.seed}, _lines(found))


def _lines(found: "Json") -> list[str]:
    used = found["used"]
    head = (
        f"{count(found['n'], 'image')} of {found['size']} pixels, {count(used['seeds'], 'seed')}, "
        f"{count(used['epochs'], 'epoch')}, folds by {used['folds']}, {used['loss']} loss; angular "
        "error in degrees:"
    )
    if found["is_synthetic"]:
        head = f"synthetic: relit photographs; {head}"
    rows = [(*FACTORS, *COLUMNS, "mean's interval")]
    rows += [
        (
            *(row[name] for name in FACTORS),
            *(f"{row[part]:.2f}" for part in COLUMNS),
            f"{row['low']:.2f} to {row['high']:.2f}",
        )
        for row in found["rows"]
    ]
    problems = [f"  not used: {one['path']}: {one['reason']}" for one in found["problems"]]
    words = [f"  {one['words']}" for one in found["differences"].values()]
    for one in found["differences"].get("input", {}).get("within", []):
        words.append(
            f"    log less linear, {one['head']} and {one['pretraining']}: {one['mean']:+.2f} "
            f"({one['low']:+.2f} to {one['high']:+.2f})"
        )
    return [
        head,
        *table(rows),
        *first(problems),
        "paired, over the other two and the seeds (which share the images: intervals are over"
        " images):",
        *words,
    ]
