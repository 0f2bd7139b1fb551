"""quickstart: from nothing to the sample photographs in the browser."""

import argparse
from pathlib import Path

from contrast_engine.cli.app.sample_workspace import build_samples, sample_home
from contrast_engine.cli.app.server_arguments import add_server, free_port, need_app, serve_app
from contrast_engine.cli.parser import Commands


def add_command(commands: Commands) -> None:
    """Add `quickstart`."""
    parser = commands.add(
        "quickstart",
        "Open the app on the sample photographs, measured and clustered.",
        quickstart,
        examples="contrast quickstart --port 8600",
    )
    parser.add_argument("workspace", nargs="?", metavar="WS", help="where to keep the workspace")
    add_server(parser)


def quickstart(arguments: argparse.Namespace) -> None:
    """Build the sample workspace if it is missing, then serve it."""
    need_app()
    port = free_port(arguments)
    home = Path(arguments.workspace) if arguments.workspace else sample_home()
    serve_app(build_samples(home), arguments, port)
