"""monitor: whether new images are still like those that the model learnt from."""

import argparse
import dataclasses
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_workers
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, table

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.monitor import LoggedBatch, Monitored, MonitorLog
    from contrast_engine.predict import Predictor

FIRST = 10

HOW = """\
Every scored image joins a log, in the workspace or beside the model file. New images are compared
with those that the model learnt from after the run that passes 100, 200, 400, 700, 1,000 and
then every further 500 of them. Drift is more than chance over all these looks together, and large
enough to matter.
Exit code 0: looked, whatever was found. 1: could not, or drift with --fail-on-drift."""


def add_command(commands: Commands) -> None:
    """Add `monitor`."""
    parser = commands.add(
        "monitor",
        "Tell whether new images are still like those that the model learnt from.",
        monitor,
        examples="""
contrast monitor holiday.contrast
contrast monitor model.contrast --fail-on-drift --json
contrast monitor model.contrast /srv/tonight         score these first""",
    )
    parser.late_epilog = lambda: HOW
    parser.add_argument("model", metavar="MODEL", help="a workspace, or a model file")
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="images, folders, archives, tables, to score first"
    )
    parser.add_argument("--log", metavar="FOLDER", help="the log, where it is another folder")
    parser.add_argument(
        "--fail-on-drift", action="store_true", help="exit with 1 where it is drift"
    )
    add_workers(parser)


def monitor(arguments: argparse.Namespace) -> CommandResult:
    """Look at what was scored, after scoring what is given."""
    from contrast_engine.monitor import MonitorLog
    from contrast_engine.predict import Predictor
    from contrast_engine.predict.scoring.logged import log_of, watched

    predictor = Predictor.load(arguments.model)
    log = MonitorLog(Path(arguments.log).expanduser() if arguments.log else log_of(arguments.model))
    problems = _score(arguments, predictor, log) if arguments.paths else []
    found = watched(log, predictor.model)
    is_drift = found.verdict == "drift"
    return CommandResult(
        document(found, log),
        [*problems, *lines(found)],
        exit_code=int(is_drift and arguments.fail_on_drift),
    )


def document(found: "Monitored", log: "MonitorLog") -> "Json":
    """What is known, for scripts."""
    look, share, before = found.look, found.abstaining, found.abstaining_before
    features = [dataclasses.asdict(one) for one in look.features] if look else []
    numbers = dataclasses.asdict(look) if look else {}
    names = ("mmd", "mmd_fitted_p", "significance", "noticeable", "n_reference", "of_reference",
             "n_new", "of_new")  # fmt: skip
    return {
        "model": found.model,
        "log": log.folder,
        "since": found.since,
        "images": found.images,
        "all_batches": found.all_batches,
        "batches": [dataclasses.asdict(one) | {"scored": one.scored} for one in found.batches],
        "drift": {
            "verdict": found.verdict,
            "evidence": found.evidence,
            "mmd_p": look.mmd_p if look else None,
            "features": features,
            "abstaining": share.value,
            "abstaining_interval": [share.low, share.high],
            "abstaining_before": before.value,
            "set_size": found.set_size,
            "set_size_before": found.set_size_before,
            "looked_at": found.looked_at or None,
            "next_look": found.next_look,
            "alarms": found.alarms,
            **{name: numbers.get(name) for name in names},
        },
        "showing": [row.said for row in found.showing],
    }


def lines(found: "Monitored") -> list[str]:
    """What is known, for people."""
    from contrast_engine.predict.scoring.batch_log import some_logged

    said = [f"{found.verdict}  (model {found.model[:12]}, {count(found.images, 'image')})"]
    said += [f"  {line}" for line in found.evidence]
    if not found.all_batches:
        said.append("  Nothing this model scored is in the log; `contrast predict` and "
                    "`contrast watch` add to it.")  # fmt: skip
    if found.look and found.look.features:
        said += ["", "Features, the most moved first:"]
        rows = [("feature", "PSI", "expected", "KS p (Holm)", "shift in deviations")]
        rows += [
            (one.name, f"{one.psi:.2f}", f"{one.expected:.2f}", f"{one.ks_p:.2g}",
             f"{one.shift:+.2f}{'  moved' if one.has_moved else ''}")
            for one in found.look.features[:FIRST]
        ]  # fmt: skip
        said += table(rows)
    if found.showing:
        said += ["", "Images that show it most:", *(f"  {row.path}" for row in found.showing)]
    if found.batches:
        said += ["", f"Latest batches of {found.all_batches:,}:"]
        titles = ("batch", "when", "images", "abstained", "problems", "labels to 90 %")
        said += table([titles, *(_batch(one) for one in found.batches[-FIRST:])])
        said += [note] if (note := some_logged(one.tier for one in found.batches)) else []
    return said


def _batch(one: "LoggedBatch") -> tuple[str, ...]:
    size = "" if one.set_size is None else f"{one.set_size:.2f}"
    share = f"{one.abstained / one.scored:.0%}" if one.scored else ""
    return str(one.number), one.at[:16], f"{one.images:,}", share, f"{one.problems:,}", size


def _score(arguments: argparse.Namespace, predictor: "Predictor", log: "MonitorLog") -> list[str]:
    from contrast_engine.errors import WorkspaceError
    from contrast_engine.predict.scoring.batch_log import BatchLog
    from contrast_engine.predict.scoring.score_list import score_list

    batches = BatchLog(log.folder, predictor.model, "full")
    problems: list[str] = []
    with progress_line("scoring") as progress, tempfile.TemporaryDirectory() as folder:
        for one in score_list(
            predictor, arguments.paths, Path(folder), batches,
            workers=arguments.workers, progress=progress,
        ):  # fmt: skip
            if one.problem and len(problems) < FIRST:
                problems.append(f"{one.path}: {one.problem}")
    if batches.problem is not None:
        raise WorkspaceError(batches.problem)
    return problems
