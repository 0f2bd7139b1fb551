"""jobs: the background work of a workspace, seen and stopped from a terminal."""

import argparse
import time
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.parser import Commands, add_workspace, open_workspace
from contrast_engine.cli.text import table

if TYPE_CHECKING:
    from contrast_engine.jobs import JobRunner

SECONDS_TO_STOP = 10.0


def add_command(commands: Commands) -> None:
    """Add `jobs`."""
    parser = commands.add(
        "jobs",
        "List the background jobs of a workspace, or stop one.",
        jobs,
        examples="contrast jobs holiday.contrast --cancel JOB",
    )
    add_workspace(parser)
    parser.add_argument("--cancel", metavar="JOB", help="stop this job; what it finished is kept")


def jobs(arguments: argparse.Namespace) -> CommandResult:
    """Show every job, newest first."""
    from contrast_engine.jobs import JobRunner

    runner = JobRunner(open_workspace(arguments))
    if arguments.cancel:
        runner.cancel(arguments.cancel)
        _wait(runner, arguments.cancel)
    every = [jsonable(status) for status in runner.jobs()]
    rows = [
        (job["id"], job["step"], job["state"], f"{job['done']:,} / {job['total']:,}",
         job["error"] or job["note"] or "")
        for job in every
    ]  # fmt: skip
    return CommandResult({"jobs": every}, table(rows) or ["no jobs yet"])


def _wait(runner: "JobRunner", job: str) -> None:
    # This process has to stay until the job has stopped, or been stopped.
    give_up = time.monotonic() + SECONDS_TO_STOP
    while not runner.status(job).is_over and time.monotonic() < give_up:
        time.sleep(0.1)
