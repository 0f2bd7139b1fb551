"""reproduce: the commands that make every result in use again, printed, written or tried."""

import argparse
import contextlib
import io
import sys
import tempfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult, jsonable, print_error
from contrast_engine.cli.parser import Commands, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, table
from contrast_engine.cli.wrong_usage import WrongUsage
from contrast_engine.pace import paced

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.reproduce.check import Check
    from contrast_engine.reproduce.plan import Plan
    from contrast_engine.store import Workspace

PARTS = ("encoders",)


def add_command(commands: Commands) -> None:
    """Add `reproduce`."""
    parser = commands.add(
        "reproduce",
        "Print the commands that make every result in use again, or try them.",
        reproduce,
        examples="""
contrast reproduce holiday.contrast > rebuild.sh
contrast reproduce holiday.contrast --out record      script and label log, to keep or hand over
contrast reproduce holiday.contrast --check           run it in a scratch folder and compare
contrast reproduce holiday.contrast --check --without encoders --json""",
    )
    add_workspace(parser)
    parser.add_argument(
        "--out", metavar="FOLDER",
        help="write the script and the files it reads into this folder, which must be new or empty",
    )  # fmt: skip
    parser.add_argument(
        "--check", action="store_true",
        help="run the commands in a scratch folder and compare every result; exit 1 where one"
        " differs",
    )  # fmt: skip
    parser.add_argument(
        "--without", action="append", default=[], choices=PARTS,
        help="leave out what takes long: encoders, and all that is made of them",
    )  # fmt: skip


def reproduce(arguments: argparse.Namespace) -> CommandResult | None:
    """Print, write or try the commands."""
    from contrast_engine.reproduce.plan import plan
    from contrast_engine.reproduce.versions import versions

    folder = _empty(arguments.out) if arguments.out else None
    workspace = open_workspace(arguments)
    with progress_line("reading how it was made") as progress:
        paced(progress, "reproduce", workspace, "reading what is in use")
        found = plan(workspace, arguments.without)
    document = _document(found, versions())
    lines: list[str] = []
    if folder is not None:
        from contrast_engine.reproduce.record import write_record

        written = write_record(found, versions(), folder)
        document["written"] = [str(path) for path in written]
        lines += [f"{count(len(written), 'file')} written to {folder}; run {written[0].name}"]
    if arguments.check:
        return _checked(workspace, found, document, lines)
    if folder is not None or arguments.json:
        return CommandResult(document, [*lines, *_notes(found)])
    from contrast_engine.reproduce.script import script

    for line in _notes(found):
        print_error(line)
    _write(script(found, versions()))
    return None


def _write(data: bytes) -> None:
    """The script on stdout, with the bytes of names that are no text."""
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        sys.stdout.write(data.decode("utf-8", "backslashreplace"))
        return
    stream.write(data)
    stream.flush()


def _empty(out: str) -> Path:
    folder = Path(out).expanduser()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WrongUsage(f"{out} is there and not empty; name a new folder for the record")
    return folder


def _document(found: "Plan", versions: dict[str, str]) -> "Json":
    return {
        "versions": versions,
        "commands": [
            {"command": command.shell(), "makes": list(command.makes), "seconds": command.seconds}
            for command in found.commands
        ],
        "cannot": jsonable(found.cannot),
        "originals": jsonable(found.originals),
        "files": list(found.files),
        "expected": jsonable(found.expected),
        "in_use": found.in_use,
        "without": list(found.without),
    }


def _notes(found: "Plan") -> list[str]:
    """What somebody should know before the commands run."""
    now = found.originals
    lines = [f"{count(len(found.commands), 'command')} for {count(len(found.expected), 'result')}"]
    if not now.are_there:
        lines.append(
            f"of {count(now.files, 'original')} {len(now.gone):,} are gone and "
            f"{len(now.changed):,} hold something else now: the results will differ"
        )
        lines += [f"  {one}" for one in (*now.gone[:5], *now.changed[:5], *now.sources[:5])]
    if found.seconds:
        lines.append(f"training the encoders took {found.seconds:,.0f} s then; --without encoders"
                     " leaves them out")  # fmt: skip
    lines += [f"cannot be rebuilt by command: {one.what}: {one.why}" for one in found.cannot]
    return lines


def _checked(
    workspace: "Workspace", found: "Plan", document: "Json", lines: list[str]
) -> CommandResult:
    from contrast_engine.reproduce.check import check

    for line in _notes(found):
        print_error(line)
    scratch = tempfile.TemporaryDirectory(prefix="contrast-reproduce-")
    with scratch as folder, progress_line("making it again") as progress:
        done = check(workspace, found, Path(folder), _run, progress)
    document |= {
        "compared": jsonable(done.rows),
        "failed": jsonable(done.failed),
        "is_same": done.is_same,
    }
    return CommandResult(document, [*lines, *_table(done)], int(not done.is_same))


def _table(done: "Check") -> list[str]:
    rows = [(row.verdict, row.what, row.why) for row in done.rows]
    lines = [line.rstrip() for line in table(rows)]
    lines += [f"failed: {one.command}: {one.said}" for one in done.failed]
    same = sum(row.verdict == "same" for row in done.rows)
    differ = sum(row.verdict == "differs" for row in done.rows)
    rest = len(done.rows) - same - differ
    return [*lines, f"{same:,} of {len(done.rows):,} the same, {differ:,} differ, "
            f"{rest:,} not rebuilt"]  # fmt: skip


def _run(arguments: Sequence[str]) -> tuple[int, str]:
    """Run one command in this program; its exit code, and what it said of its failure."""
    program = import_module("contrast_engine.cli")  # which lists this command
    out, told = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(told):
        try:
            code = int(program.main(list(arguments)))
        except SystemExit as error:
            code = int(error.code or 0)
        except Exception as error:  # noqa: BLE001 - a fault of one command ends that one alone
            return 1, f"{type(error).__name__}: {error}"
    if code == program.STOPPED:
        raise KeyboardInterrupt
    return code, " ".join(told.getvalue().split())[-300:] if code else ""
