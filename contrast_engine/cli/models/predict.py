"""predict: the label of new images, of a few or of many."""

import argparse
import os
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_workers
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.reading_options import add_reading_options, reading_options
from contrast_engine.cli.text import count, table
from contrast_engine.cli.wrong_usage import WrongUsage

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.predict import Prediction, Predictor

TIERS = ("fast", "hybrid", "full", "cascade")
FIRST = 20
"""Lines printed of a long run without a table."""

INPUTS = """\
PATHs are images, folders with all below them, .zip archives, and tables (.csv, .tsv, .parquet)
with a column 'path' or with the images themselves. Every file becomes a row, also one that cannot
be read: its column 'problem' says why. A run that was stopped, even killed, goes on where it
stopped; a table that is there is continued: files that are as they were keep their rows.
Exit code 0: something was scored. 1: nothing was, or --fail-on-problems and some file was not."""


def add_command(commands: Commands) -> None:
    """Add `predict`."""
    parser = commands.add(
        "predict",
        "Predict the label of new images, a few or many, into a table.",
        predict,
        examples="""
contrast predict --model model.contrast ~/new --out scores.parquet
contrast predict --model holiday.contrast list.csv more.zip --out scores.csv --tier cascade
contrast predict holiday.contrast new.jpg newer.jpg --json""",
    )
    parser.late_epilog = lambda: INPUTS
    parser.add_argument(
        "paths", nargs="+", metavar="PATH",
        help="images, folders, archives, tables; without --model the first is the model",
    )  # fmt: skip
    parser.add_argument(
        "--model", metavar="MODEL", help="a model file (`contrast bundle`) or a workspace folder"
    )
    parser.add_argument(
        "--out", metavar="TABLE", help="write a row for every file: .parquet, .csv or .jsonl"
    )
    parser.add_argument(
        "--tier", choices=TIERS, default="full",
        help="fast: smaller pictures; hybrid; full: all the model has; cascade: fast, and full"
        " where fast would abstain (default full)",
    )  # fmt: skip
    parser.add_argument(
        "--overwrite", action="store_true", help="begin the table anew, whatever is there"
    )
    parser.add_argument(
        "--fail-on-problems", action="store_true", help="exit with 1 if any file was not scored"
    )
    parser.add_argument(
        "--log", metavar="FOLDER",
        help="where scored images are logged, to find drift (default: in the workspace, or beside"
        " the model file)",
    )  # fmt: skip
    parser.add_argument("--no-log", action="store_true", help="log nothing")
    add_reading_options(parser, "by default as the model learnt")
    add_workers(parser)


def predict(arguments: argparse.Namespace) -> CommandResult:
    """Label files that need not be in the workspace."""
    from contrast_engine.predict import Predictor
    from contrast_engine.predict.scoring.score_list import promise_of

    model, paths = _model_and_paths(arguments)
    if arguments.overwrite and not arguments.out:
        raise WrongUsage("--overwrite is for a table; name it with --out")
    if arguments.model is None and not os.path.isfile(model):  # noqa: PTH113 - any text
        from contrast_engine.store import Workspace

        predictor = Predictor(Workspace.open(model))  # says how one is made where there is none
    else:
        predictor = Predictor.load(model)
    predictor.options = reading_options(arguments, predictor.options)
    done = _to_table if arguments.out else _listed
    document, lines, scored, problems = done(arguments, predictor, paths, _log(arguments, model))
    document |= {
        "promise": predictor.promise, "model": predictor.model.key, "tier": arguments.tier,
    }  # fmt: skip
    could_not = not scored or (arguments.fail_on_problems and problems)
    lines.append(promise_of(predictor, arguments.tier))
    return CommandResult(document, lines, exit_code=int(bool(could_not)))


Done = tuple["Json", list[str], int, int]
"""The document, the lines, how many files were scored, and how many could not be."""


def _to_table(
    arguments: argparse.Namespace, predictor: "Predictor", paths: Sequence[str], log: Path | None
) -> Done:
    from contrast_engine.predict.scoring.score_file import score_files

    with progress_line("scoring") as progress:
        report = score_files(
            predictor, paths, arguments.out, tier=arguments.tier, workers=arguments.workers,
            overwrite=arguments.overwrite, log=log, progress=progress,
        )  # fmt: skip
    document = {
        "out": report.path, "rows": report.rows, "computed": report.computed, "kept": report.kept,
        "problems": report.problems, "abstains": report.abstains, "labels": report.labels,
        "ignored": report.ignored, "notes": report.notes,
        "images_per_second": report.images_per_second, "log": report.log,
        "log_problem": report.log_problem, "predictions": report.first,
        "showing": f"{len(report.first):,} of {report.rows:,}",
    }  # fmt: skip
    kept = f", {report.kept:,} of them kept from before" if report.kept else ""
    lines = [
        f"{count(report.rows, 'row')} written to {report.path}{kept}",
        *_counts(report.labels, report.abstains, report.problems),
    ]
    if report.images_per_second:
        lines.append(
            f"{count(report.computed, 'file')} scored now, {report.images_per_second:.1f} a second"
        )
    if report.ignored:
        lines.append(f"{count(report.ignored, 'file')} ignored: not an image")
    lines += [*report.notes, *_log_lines(report.log_problem)]
    return document, lines, report.rows - report.problems, report.problems


def _listed(
    arguments: argparse.Namespace, predictor: "Predictor", paths: Sequence[str], log: Path | None
) -> Done:
    from contrast_engine.predict.scoring.batch_log import BatchLog
    from contrast_engine.predict.scoring.score_list import score_list

    batches = BatchLog(log, predictor.model, arguments.tier)
    shown: list[Prediction] = []
    labels = dict.fromkeys(predictor.model.classes, 0)
    counts: Counter[str] = Counter()
    began = time.monotonic()
    with progress_line("predicting") as progress, tempfile.TemporaryDirectory() as folder:
        for found in score_list(
            predictor, paths, Path(folder), batches,
            tier=arguments.tier, workers=arguments.workers, progress=progress,
        ):  # fmt: skip
            counts["files"] += 1
            counts["problems"] += found.problem is not None
            counts["abstains"] += bool(found.abstains)
            if found.label is not None:
                labels[found.label] += 1
            if arguments.json or len(shown) <= FIRST:
                shown.append(found)
    seconds = time.monotonic() - began
    files = counts["files"]
    lines = table([_line(one) for one in (shown if files <= FIRST else shown[:FIRST])])
    if files > FIRST:
        lines.append(f"  {FIRST} of {files:,}; --out TABLE keeps all of them")
        lines += _counts(labels, counts["abstains"], counts["problems"])
    lines += _log_lines(batches.problem)
    document = {
        "predictions": shown,
        "images_per_second": files / seconds if files and seconds > 0 else None,
    }
    return document, lines, files - counts["problems"], counts["problems"]


def _model_and_paths(arguments: argparse.Namespace) -> tuple[str, list[str]]:
    if arguments.model is not None:
        return arguments.model, arguments.paths
    if len(arguments.paths) < 2:
        raise WrongUsage("missing: the images; contrast predict --model MODEL PATH ...")
    return arguments.paths[0], arguments.paths[1:]


def _log(arguments: argparse.Namespace, model: str) -> Path | None:
    from contrast_engine.predict.scoring.logged import log_of

    if arguments.no_log:
        return None
    return Path(arguments.log).expanduser() if arguments.log else log_of(model)


def _line(found: "Prediction") -> tuple[str, str, str]:
    if found.problem:
        return "problem", "", f"{found.path}: {found.problem}"
    abstains = "  (abstains)" if found.abstains else ""
    return str(found.label), f"{found.probability:.2f}", f"{found.path}{abstains}"


def _counts(labels: Mapping[str, int], abstains: int, problems: int) -> list[str]:
    said = "; ".join(f"{label} {number:,}" for label, number in labels.items())
    sure = f"  ({abstains:,} of these answers are not sure enough: abstains)" if abstains else ""
    could_not = [f"{count(problems, 'file')} could not be scored"] if problems else []
    return [f"{said}{sure}", *could_not]


def _log_lines(problem: str | None) -> list[str]:
    return [f"not logged: {problem}"] if problem else []
