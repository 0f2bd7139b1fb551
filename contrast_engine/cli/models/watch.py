"""watch: score what arrives in a folder."""

import argparse
import hashlib
import itertools
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contrast_engine.cli.command_result import CommandResult, print_error
from contrast_engine.cli.parser import Commands, add_workers, whole_number
from contrast_engine.cli.text import count

if TYPE_CHECKING:
    from contrast_engine.predict import Predictor
    from contrast_engine.predict.scoring.arrivals import Answers, Arrival, Arrivals
    from contrast_engine.predict.scoring.batch_log import BatchLog
    from contrast_engine.predict.scoring.score_list import Looked

TOGETHER = 100
"""Files scored and written together."""

SETTLING = 2.0
"""Seconds in which a file must not change, where the folder is looked at once."""

MOST_LOOKS = 30
"""How often that is waited for."""

HOW = """\
A file is scored once it has not changed between two looks. The file of answers says what was
scored: killed and started again, nothing is scored twice and nothing is left out. A file that
changes is scored again; one that cannot be read gets a line with its problem. Where another model
takes the place of MODEL, it is used from the next look on.
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
    from contrast_engine.predict import Predictor
    from contrast_engine.predict.scoring.arrivals import Answers, Arrivals
    from contrast_engine.predict.scoring.logged import log_of
    from contrast_engine.store.atomic_files import locked

    arrivals = Arrivals(arguments.folder)
    before = mark(arguments.model)
    predictor = Predictor.load(arguments.model)
    predictor.model.check_tier(arguments.tier)
    folder = Path(arguments.log).expanduser() if arguments.log else log_of(arguments.model)
    out = Path(arguments.out).expanduser() if arguments.out else folder / _name(arrivals.folder)
    busy = f"another `contrast watch` writes {out} just now; name another --out"
    with locked(out.with_name(f".{out.name}.lock"), busy, timeout=0.5):
        log = None if arguments.no_log else folder
        watching = Watching(arguments, predictor, before, arrivals, Answers(out), log)
        with _ended_cleanly():
            watching.run()
    return CommandResult(watching.document, watching.lines)


@dataclass
class Watching:
    """A folder being watched.

    Args:
        arguments: Of the command line.
        predictor: What scores.
        mark: What tells its model from one that takes its place.
        arrivals: The folder.
        answers: Where answers go.
        log: Folder of what was scored, for `contrast monitor`; None keeps nothing.
    """

    arguments: argparse.Namespace
    predictor: "Predictor"
    mark: object
    arrivals: "Arrivals"
    answers: "Answers"
    log: Path | None
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
            self._look_at_model()
            whole, self.coming = self.arrivals.look()
            fresh = [file for file in whole if not self.answers.knows(file)]
            if fresh:
                self._score_all(fresh)
            if self.arguments.once and (not self.coming or number == MOST_LOOKS):
                return

    def _look_at_model(self) -> None:
        """Go on with the model that lies there now, where it is another."""
        from contrast_engine.errors import ContrastError
        from contrast_engine.predict import Predictor

        now = mark(self.arguments.model)
        if now is None or now == self.mark:
            return
        self.mark, before = now, self.predictor.model.key
        try:
            found = Predictor.load(self.arguments.model)
            found.model.check_tier(self.arguments.tier)
        except ContrastError as error:
            print_error(f"going on with the model of before ({before[:12]}): {error}")
            return
        if found.model.key != before:
            self.predictor = found
            print_error(f"the model was replaced: going on with {found.model.key[:12]}")

    def _score_all(self, files: Sequence["Arrival"]) -> None:
        from contrast_engine.predict.scoring.batch_log import BatchLog

        # what arrived between two looks is one run, which a watch that was killed takes up again
        folder = self.log if self.log_problem is None else None
        tier, run = self.arguments.tier, f"watch {self.answers.path.absolute()}"
        log = BatchLog(folder, self.predictor.model, tier, run)
        try:
            for start in range(0, len(files), TOGETHER):
                self._score(files[start : start + TOGETHER], log)
            log.end()
        finally:
            log.close()
        self._note(log)

    def _score(self, files: Sequence["Arrival"], log: "BatchLog") -> None:
        from contrast_engine.predict.scoring.score_list import look_at

        predictor, tier = self.predictor, self.arguments.tier

        def look(file: "Arrival") -> "Looked":
            return look_at(predictor, file.to_score, log, tier)

        looked = [*predictor.side_by_side(look, files, self.arguments.workers, tier=tier)]
        # the log first, and under a name made of the files: scored again after a crash between
        # the two, they are not logged twice
        log.write([logged for _, logged in looked], _token(predictor.model.key, files))
        self._note(log)
        said = [found for found, _ in looked]
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.answers.add(zip(files, said, strict=True), predictor.model.key, at)
        problems = sum(one.problem is not None for one in said)
        self.scored += len(said) - problems
        self.problems += problems
        self.abstained += sum(bool(one.abstains) for one in said)
        if not self.arguments.once:
            print_error(f"{count(len(said), 'file')} scored, {problems:,} with a problem")

    def _note(self, log: "BatchLog") -> None:
        if log.problem and self.log_problem is None:
            self.log_problem = log.problem
            print_error(f"not logged: {self.log_problem}")

    @property
    def document(self) -> dict[str, Any]:
        """What was done, for scripts."""
        return {
            "scored": self.scored, "problems": self.problems, "abstained": self.abstained,
            "still_written": self.coming, "out": self.answers.path, "in_out": len(self.answers),
            "log": self.log, "log_problem": self.log_problem,
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


def mark(model: str) -> object:
    """What changes when another model takes the place of one; None while there is none."""
    from contrast_engine.store import Workspace, is_workspace

    path = Path(model).expanduser()
    if is_workspace(path):
        return Workspace.open(path).current("predictions")
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _name(folder: Path) -> str:
    """The file of answers of a folder, where none is named."""
    named = hashlib.blake2b(str(folder.resolve()).encode(), digest_size=4).hexdigest()
    return f"watched-{named}.jsonl"


def _token(model: str, files: Sequence["Arrival"]) -> str:
    text = "\n".join(f"{file.path} {file.bytes} {file.mtime_ns}" for file in files)
    return hashlib.blake2b(f"{model}\n{text}".encode(), digest_size=16).hexdigest()
