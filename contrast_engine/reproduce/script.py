"""The script of a plan: a shell runs it and has the workspace again."""

import base64
import shlex
from collections.abc import Mapping
from pathlib import PurePosixPath

from contrast_engine.as_written import plain
from contrast_engine.reproduce.command import RECORD, WORKSPACE, Command
from contrast_engine.reproduce.plan import Plan

END = "END_OF_RECORD"

_HERE = f"""\
{RECORD}=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
"""

_INSIDE = f"""\
{RECORD}=$(mktemp -d)
trap 'rm -rf "${RECORD}"' EXIT
"""


def script(plan: Plan, versions: Mapping[str, str], *, files_beside: bool = False) -> bytes:
    """A script for `sh`; names that are no text stay the bytes that they are.

    Args:
        plan: What it runs.
        versions: The versions that made the results, by name.
        files_beside: Whether the files of the record lie beside it; else they are in it.
    """
    name = f"{plan.name}-again.contrast"
    parts = [
        "#!/bin/sh\n",
        _comments(plan, versions),
        "set -eu\n",
        f"{WORKSPACE}={shlex.quote(name)}\n",
        f"[ $# -eq 0 ] || {WORKSPACE}=$1\ncase ${WORKSPACE} in -*) {WORKSPACE}=./${WORKSPACE} ;;"
        " esac\n",
        _HERE if files_beside else _INSIDE if plan.files else "",
        "" if files_beside else "".join(_file(*one) for one in plan.files.items()),
        "\n",
        *(_line(command) for command in plan.commands),
    ]
    return "".join(parts).encode("utf-8", "surrogateescape")


def _line(command: Command) -> str:
    note = f"# {plain(command.note)}\n" if command.note else ""
    return f"{note}{command.shell()}\n"


def _comments(plan: Plan, versions: Mapping[str, str]) -> str:
    lines = [
        f"Makes the results in use of {plan.name} again. Run it by `sh FILE [WORKSPACE]`.",
        "",
        "The same files, versions and seeds give the same numbers. It was made with:",
        *(f"  {name} {version}" for name, version in versions.items()),
    ]
    lines += _originals(plan)
    if plan.decisions:
        lines += ["", "What is in use:", *(f"  {one}" for one in plan.decisions)]
    if plan.seconds:
        lines += ["", f"Training its encoders took {plan.seconds:,.0f} s then."]
    if plan.cannot:
        lines += ["", "Cannot be rebuilt by command:"]
        lines += [f"  {one.what}: {one.why}" for one in plan.cannot]
    return "".join(f"# {plain(line)}".rstrip() + "\n" for line in lines)


def _originals(plan: Plan) -> list[str]:
    found = plan.originals
    lines = ["", f"Of {found.files:,} files that it was made of, {len(found.gone):,} are gone and "
             f"{len(found.changed):,} hold something else now."]  # fmt: skip
    lines += [f"  gone: {one}" for one in found.gone]
    lines += [f"  changed: {one}" for one in found.changed]
    return lines


def _file(name: str, data: bytes) -> str:
    """The lines that write a file of the record: plain text as it is, all else encoded."""
    folder = str(PurePosixPath(name).parent)
    make = "" if folder == "." else f'mkdir -p "${RECORD}"/{shlex.quote(folder)}\n'
    target = f'"${RECORD}"/{shlex.quote(name)}'
    is_text = data.isascii() and data.endswith(b"\n") and not set(data) - _PRINTED
    if is_text and END.encode() not in data:
        return f"{make}cat > {target} <<'{END}'\n{data.decode()}{END}\n"
    coded = base64.encodebytes(data).decode()
    return f"{make}base64 -d > {target} <<'{END}'\n{coded}{END}\n"


_PRINTED = set(range(32, 127)) | {10}
