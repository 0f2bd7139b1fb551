"""ladders: whether the features follow changes of known strength."""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.app import machine
from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.parser import Commands, whole_number
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.reading_options import add_reading_options, reading_options
from contrast_engine.cli.text import count, first
from contrast_engine.errors import CollectionError, ImageError
from contrast_engine.progress import Progress

if TYPE_CHECKING:
    from contrast_engine.images import LinearImage, ReadingOptions

FOLLOWED = (
    "c_rms", "sigma_l", "u_dr", "entropy", "lc_mean", "gcf", "rammg", "amount", "hl_ratio",
)  # fmt: skip


def add_command(commands: Commands) -> None:
    """Add `ladders`."""
    parser = commands.add(
        "ladders",
        "Test whether the features follow changes of known strength.",
        ladders,
        examples="""
contrast ladders
contrast ladders ~/Pictures/holiday --photos 40 --feature all --json""",
    )
    parser.add_argument(
        "folder", nargs="?", metavar="FOLDER", help="photographs (default: the unchanged samples)"
    )
    parser.add_argument("--photos", type=whole_number(1), default=100, metavar="N",
                        help="at most so many, evenly taken (default 100)")  # fmt: skip
    parser.add_argument("--feature", action="append", default=[], metavar="NAME",
                        help="a feature to follow, or all (default: nine of them)")  # fmt: skip
    parser.add_argument("--size", type=whole_number(16), default=256, metavar="N",
                        help="longest side in pixels to measure at (default 256)")  # fmt: skip
    add_reading_options(parser)


def ladders(arguments: argparse.Namespace) -> CommandResult:
    """Make the table of ladders."""
    from contrast_engine.features import feature_names
    from contrast_engine.validation.ladders import run_ladder, table_ladders

    chosen = tuple(arguments.feature) or FOLLOWED
    files = _photographs(arguments.folder)
    most = min(arguments.photos, len(files))
    files = [files[len(files) * k // most] for k in range(most)]
    problems: list[str] = []
    with progress_line("measuring") as progress:
        images = _opened(files, arguments.size, problems, progress, reading_options(arguments))
        found = run_ladder(images, table_ladders(), feature_names() if "all" in chosen else chosen)
    names = [one.perturbation for one in table_ladders()]
    lines = ["| feature | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for at in range(0, len(found), len(names)):
        row = found[at : at + len(names)]
        lines.append(f"| {row[0].measure} | " + " | ".join(f"{c.rho:.2f}" for c in row) + " |")
    rising = [{"ladder": one.perturbation, "strengths": one.strengths} for one in table_ladders()]
    lines += [
        "",
        f"Mean rank correlation of strength and value over n = {found[0].n} photographs at a"
        f" longest side of {arguments.size} pixels; gamma rises as its exponent falls.",
        f"Intervals (--json) are over {found[0].contents} different pictures; that every"
        " photograph climbs the same ladders does not widen them.",
    ]
    if problems:
        lines += [f"{count(len(problems), 'file')} left out:", *first(problems)]
    document = {"photographs": found[0].n, "size": arguments.size, "ladders": rising,
                "rows": jsonable(found), "problems": problems}  # fmt: skip
    return CommandResult(document, lines)


def _photographs(folder: str | None) -> list[Path]:
    """The images of a folder, or the samples that are as they were taken."""
    from contrast_engine.images import IMAGE_SUFFIXES
    from contrast_engine.store.tables import needed, open_table

    if folder is not None:
        home = Path(folder).expanduser()
        if not home.is_dir():
            raise CollectionError(f"{folder} is not a folder; name one with photographs")
        files = [f for f in sorted(home.rglob("*")) if f.suffix.lower() in IMAGE_SUFFIXES]
        return [f for f in files if f.is_file()]
    home = machine.app_folder() / "sample_data"
    truth = open_table(home / "truth.csv")
    wanted = [needed(truth, name, "what each sample is") for name in ("file", "variant")]
    cells = (row.cells for row in truth.rows(wanted))
    return [home / file for file, variant in cells if variant == "as is"]


def _opened(
    files: Sequence[Path],
    size: int,
    problems: list[str],
    progress: Progress,
    options: "ReadingOptions",
) -> "Iterator[LinearImage]":
    from contrast_engine.images import read_image

    for done, file in enumerate(files):
        try:
            yield read_image(file, size, options=options)
        except ImageError as error:
            problems.append(str(error))
        progress.tick(done + 1, len(files), "photographs")
