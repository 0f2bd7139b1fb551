"""app: a workspace in the browser."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.app.sample_workspace import build_samples, sample_home
from contrast_engine.cli.app.server_arguments import (
    add_server,
    free_port,
    login_settings,
    need_app,
    serve_app,
)
from contrast_engine.cli.command_result import print_error
from contrast_engine.cli.parser import Commands

if TYPE_CHECKING:
    from contrast_engine.store import Workspace


def add_command(commands: Commands) -> None:
    """Add `app`."""
    parser = commands.add(
        "app",
        "Open a workspace in the browser.",
        app,
        examples="""
contrast app holiday.contrast
contrast app                       the last workspace in this folder, or the samples
contrast app holiday.contrast --host 0.0.0.0 --password-file phrases.txt""",
    )
    parser.add_argument("workspace", nargs="?", metavar="WS", help="the workspace folder")
    add_server(parser)


def app(arguments: argparse.Namespace) -> None:
    """Serve a workspace."""
    need_app()
    login_settings(arguments)
    port = free_port(arguments)
    serve_app(_chosen(arguments.workspace), arguments, port)


def _chosen(given: str | None) -> "Workspace":
    from contrast_engine.store import Workspace

    if given is not None:
        return Workspace.open(given)
    found = [p.parent for p in (*Path().glob("workspace.json"), *Path().glob("*/workspace.json"))]
    if not found:
        print_error("No workspace in this folder: opening the sample photographs.")
        return build_samples(sample_home())
    latest = max(found, key=lambda root: (root / "workspace.json").stat().st_mtime)
    print_error(f"Opening {latest.absolute()}.")
    return Workspace.open(latest)
