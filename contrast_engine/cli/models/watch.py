"""watch: score what arrives in a folder."""

import argparse
import hashlib
import itertools
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contrast_engine.cli.command_result import CommandResult, print_error
from contrast_engine.cli.parser import Commands, add_workers, whole_number
from contrast_engine.cli.text import count

if TYPE_CHECKING:
    from contrast_engine.monitor import MonitorLog
    from contrast_engine.predict import Predictor
    from contrast_engine.predict.arrivals import Answers, Arrival, Arrivals

TOGETHER = 100
"""Files scored and written together."""

SETTLING = 2.0
"""Seconds in which a file must not change, where the folder is looked at once."""

MOST_LOOKS = 30
"""How often that is waited for."""

HOW = """\
A file is scored once it has not changed between two looks. The file of answers says what was
scored: killed and started again, nothing is scored twice and nothing is left out. A file that
changes is scored again; one that cannot be read gets a line with its problem.
Ctrl-C stops. Exit code 0: stopped or done. 1: could not."""


def add_command(commands: Commands) -> None:
    """Add `watch`."""
    parser = commands.add(
        "watch",
        "Score the images that arrive in a folder, each once.",
        watch,
        examples="""
contrast watch /incoming --model model.contrast --out answers.jsonl
contrast watch /incoming --model holiday.contrast --once        for cron""",
    )
    parser.late_epilog = lambda: HOW
    parser.add_argument("folder", metavar="FOLDER", help="where images arrive, also in folders")
    parser.add_argument(
        "--model", required=True, metavar="MODEL", help="a model file, or a workspace"
    )
    parser.add_argument(
        "--out", metavar="FILE",
        help="answers, one JSON object a line (default: a file in the log's folder)",
    )  # fmt: skip
    parser.add_argument("--once", action="store_true", help="score what is there, and end")
    parser.add_argument(
        "--every", type=whole_number(1), default=5, metavar="S",
        help="seconds between two looks (default 5)",
    )  # fmt: skip
    parser.add_argument("--tier", default="full", help="which tier of the model (default full)")
    parser.add_argument("--log", metavar="FOLDER", help="the log, where it is another folder")
    parser.add_argument("--no-log", action="store_true", help="log nothing")
    add_workers(parser)


def watch(arguments: argparse.Namespace) -> CommandResult:
    """Look, score what is whole and new, write it down, and again."""
    from contrast_engine.monitor import MonitorLog
    from contrast_engine.predict import Predictor
    from contrast_engine.predict.arrivals import Answers, Arrivals
    from contrast_engine.predict.logged import log_of
    from contrast_engine.store.atomic_files import locked

    arrivals = Arrivals(arguments.folder)
    predictor = Predictor.load(arguments.model)
    folder = Path(arguments.log).expanduser() if arguments.log else log_of(arguments.model)
    out = Path(arguments.out).expanduser() if arguments.out else folder / _name(arrivals.folder)
    busy = f"another `contrast watch` writes {out} just now; name another --out"
    with locked(out.with_name(f".{out.name}.lock"), busy, timeout=0.5):
        log = None if arguments.no_log else MonitorLog(folder)
        watching = Watching(arguments, predictor, arrivals, Answers(out), log)
        with _ended_cleanly():
            watching.run()
    return CommandResult(watching.document, watching.lines)


@dataclass
class Watching:
    """A folder being watched.

    Args:
        arguments: Of the command line.
        predictor: What scores.
        arrivals: The folder.
        answers: Where answers go.
        log: Where what was scored is kept for `contrast monitor`; None keeps nothing.
    """

    arguments: argparse.Namespace
    predictor: "Predictor"
    arrivals: "Arrivals"
    answers: "Answers"
    log: "MonitorLog | None"
    scored: int = 0
    problems: int = 0
    abstained: int = 0
    coming: int = 0
    log_problem: str | None = None

    def run(self) -> None:
        """Look again and again, or once."""
        self.arrivals.look()
        for number in itertools.count(1):
            time.sleep(SETTLING if self.arguments.once else self.arguments.every)
            whole, self.coming = self.arrivals.look()
            fresh = [file for file in whole if not self.answers.knows(file)]
            for start in range(0, len(fresh), TOGETHER):
                self._score(fresh[start : start + TOGETHER])
            if self.arguments.once and (not self.coming or number == MOST_LOOKS):
                return

    def _score(self, files: Sequence["Arrival"]) -> None:
        from contrast_engine.predict.logged import added, scored_batch

        # the log first, and under a name made of the files: scored again after a crash between
        # the two, they are not logged twice
        batch = scored_batch(
            self.predictor,
            [file.path for file in files],
            tier=self.arguments.tier,
            workers=self.arguments.workers,
            token=_token(self.predictor.model.key, files),
        )
        if self.log is not None and self.log_problem is None:
            self.log_problem = added(self.log, batch)
            if self.log_problem:
                print_error(f"not logged: {self.log_problem}")
        said: Sequence[Any] = batch.predictions
        self.answers.add(zip(files, said, strict=True), batch.model, batch.at)
        problems = sum(one.problem is not None for one in said)
        self.scored += len(said) - problems
        self.problems += problems
        self.abstained += sum(bool(one.abstains) for one in said)
        if not self.arguments.once:
            print_error(f"{count(len(said), 'file')} scored, {problems:,} with a problem")

    @property
    def document(self) -> dict[str, Any]:
        """What was done, for scripts."""
        return {
            "scored": self.scored, "problems": self.problems, "abstained": self.abstained,
            "still_written": self.coming, "out": self.answers.path, "in_out": len(self.answers),
            "log": self.log.folder if self.log else None, "log_problem": self.log_problem,
            "model": self.predictor.model.key,
        }  # fmt: skip

    @property
    def lines(self) -> list[str]:
        """What was done, for people."""
        said = [f"{count(self.scored, 'image')} scored, {self.abstained:,} of them abstained; "
                f"{self.problems:,} could not be scored",
                f"answers are in {self.answers.path} ({len(self.answers):,} files)"]  # fmt: skip
        if self.coming:
            said.append(f"{count(self.coming, 'file')} still being written: left for the next run")
        return said


@contextmanager
def _ended_cleanly() -> Iterator[None]:
    """Ctrl-C, and being asked to end, stop the watching and not the command."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)


def _name(folder: Path) -> str:
    """The file of answers of a folder, where none is named."""
    named = hashlib.blake2b(str(folder.resolve()).encode(), digest_size=4).hexdigest()
    return f"watched-{named}.jsonl"


def _token(model: str, files: Sequence["Arrival"]) -> str:
    text = "\n".join(f"{file.path} {file.bytes} {file.mtime_ns}" for file in files)
    return hashlib.blake2b(f"{model}\n{text}".encode(), digest_size=16).hexdigest()
