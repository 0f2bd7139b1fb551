"""quickstart: the sample photographs in the browser, with something to see on every page."""

import argparse
from pathlib import Path

from contrast_engine.cli.app.sample_workspace import build_samples, remove_samples, sample_home
from contrast_engine.cli.app.server_arguments import (
    add_server,
    free_port,
    login_settings,
    need_app,
    serve_app,
)
from contrast_engine.cli.parser import Commands
from contrast_engine.cli.wrong_usage import WrongUsage


def add_command(commands: Commands) -> None:
    """Add `quickstart`."""
    parser = commands.add(
        "quickstart",
        "Open the app on the sample photographs, with something to see on every page.",
        quickstart,
        examples="""
contrast quickstart --port 8600
contrast quickstart --rebuild      make the sample workspace anew""",
    )
    parser.add_argument("workspace", nargs="?", metavar="WS", help="where to keep the workspace")
    parser.add_argument(
        "--bare",
        action="store_true",
        help="only measure, map and cluster them: no simulated annotators and nothing made of them",
    )
    parser.add_argument(
        "--rebuild", action="store_true", help="remove the sample workspace and make it anew"
    )
    parser.add_argument(
        "--anyway", action="store_true", help="with --rebuild: also where somebody worked in it"
    )
    add_server(parser)


def quickstart(arguments: argparse.Namespace) -> None:
    """Build what is missing of the sample workspace, then serve it."""
    if arguments.anyway and not arguments.rebuild:
        raise WrongUsage("--anyway goes with --rebuild")
    need_app()
    login_settings(arguments)
    port = free_port(arguments)
    home = Path(arguments.workspace) if arguments.workspace else sample_home()
    if arguments.rebuild:
        remove_samples(home, is_sure=arguments.anyway)
    serve_app(build_samples(home, is_bare=arguments.bare), arguments, port)
