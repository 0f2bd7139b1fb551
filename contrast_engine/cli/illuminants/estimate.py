"""illuminant estimate: the colour of the light in files, or in every image of a workspace."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, first
from contrast_engine.cli.wrong_usage import WrongUsage

if TYPE_CHECKING:
    from contrast_engine.steps.illuminants.estimate import FileEstimate

METHODS = ("grey-world", "white-patch", "shades-of-grey", "grey-edge", "grey-edge-2")
"""As `illuminants.estimators` has them; said here so that help loads no numbers (tested)."""


def add_action(group: Commands) -> None:
    """Add `estimate`."""
    parser = group.add(
        "estimate",
        "Estimate the colour of the light in files, or in every image of a workspace.",
        estimate,
        examples="""
contrast illuminant estimate photo.jpg --json
contrast illuminant estimate raw.png --raw --method grey-edge
contrast illuminant estimate holiday.contrast    (as columns beside the features)""",
    )
    parser.add_argument("files", metavar="FILE|WS", nargs="+", help="images, or one workspace")
    parser.add_argument(
        "--method", choices=METHODS, default="shades-of-grey",
        help="how (default shades-of-grey)",
    )  # fmt: skip
    parser.add_argument(
        "--raw", action="store_true",
        help="the numbers of the files are linear colours of a camera, not of a photograph",
    )  # fmt: skip


def estimate(arguments: argparse.Namespace) -> CommandResult:
    """Estimate the illuminant of files or of a workspace."""
    from contrast_engine.steps.illuminants.estimate import RAW, RENDERED, estimate_file
    from contrast_engine.store.workspace_marker import MARK

    files = [Path(file).expanduser() for file in arguments.files]
    workspaces = [file for file in files if (file / MARK).is_file()]
    if workspaces and (len(files) > 1 or arguments.raw):
        raise WrongUsage("estimate takes files, or one workspace, whose images are photographs")
    if workspaces:
        return _of_workspace(workspaces[0], arguments.method)
    found = [estimate_file(file, arguments.method, is_raw=arguments.raw) for file in files]
    note = RAW if arguments.raw else RENDERED
    document = {"estimates": [asdict(one) for one in found], "note": note}
    could_not = all(one.problem for one in found)
    return CommandResult(document, [*map(_line, found), note], exit_code=int(could_not))


def _of_workspace(path: Path, method: str) -> CommandResult:
    from contrast_engine.steps.illuminants.estimate import (
        RENDERED,
        estimate_illuminants,
        table_of_estimates,
    )
    from contrast_engine.store import Workspace

    workspace = Workspace.open(path)
    with progress_line("estimating") as progress:
        key = estimate_illuminants(workspace, method, progress=progress)
    found = table_of_estimates(workspace, key)
    strongest = sorted(found, key=lambda one: -(one.cast_angle or 0))
    lines = [f"{count(len(found), 'image')} by {method}, {key}; the strongest casts:"]
    lines += [*first([_line(one) for one in strongest], 5), RENDERED]
    document = {"key": key, "estimates": [asdict(one) for one in found], "note": RENDERED}
    return CommandResult(document, lines)


def _line(one: "FileEstimate") -> str:
    if one.r is None or one.g is None or one.b is None:
        return f"{one.path}: not read: {one.reason}"
    warmth = f"no colour temperature: {one.reason}"
    if one.cct is not None and one.duv is not None:
        warmth = f"{one.cct:,.0f} K, Duv {one.duv:+.4f}"
    return (
        f"{one.path}: r {one.r:.3f}, g {one.g:.3f}, b {one.b:.3f} ({one.cast_angle or 0:.1f} "
        f"degrees from neutral), {warmth}"
    )
