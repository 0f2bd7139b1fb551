"""quickstart, app, samples: from nothing to the app in a browser."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli import machine
from contrast_engine.cli.answers import Answer, WrongUsage, count, say, working
from contrast_engine.cli.parser import Commands, Parser
from contrast_engine.errors import CollectionError, WorkspaceError

if TYPE_CHECKING:
    from contrast_engine.store import Workspace

HOST = "127.0.0.1"
PORT = 8501
PORTS_TO_TRY = 50


def add_commands(commands: Commands) -> None:
    """Add the commands of this file."""
    parser = commands.add(
        "quickstart",
        "Open the app on the sample photographs, measured and clustered.",
        quickstart,
        examples="contrast quickstart --port 8600",
    )
    parser.add_argument("workspace", nargs="?", metavar="WS", help="where to keep the workspace")
    _add_server(parser)

    parser = commands.add(
        "app",
        "Open a workspace in the browser.",
        app,
        examples="""
contrast app holiday.contrast
contrast app                       the last workspace in this folder, or the samples""",
    )
    parser.add_argument("workspace", nargs="?", metavar="WS", help="the workspace folder")
    _add_server(parser)

    parser = commands.add(
        "samples",
        "Make the sample photographs anew in a folder.",
        samples,
        examples="contrast samples ./samples",
    )
    parser.add_argument("folder", metavar="FOLDER", help="the folder to write")


def quickstart(arguments: argparse.Namespace) -> None:
    """Build the sample workspace if it is missing, then serve it."""
    port = _port(arguments)
    home = Path(arguments.workspace) if arguments.workspace else _sample_home()
    workspace = build_samples(home)
    _serve(workspace, arguments, port)


def app(arguments: argparse.Namespace) -> None:
    """Serve a workspace."""
    port = _port(arguments)
    _serve(_chosen(arguments.workspace), arguments, port)


def samples(arguments: argparse.Namespace) -> Answer:
    """Make the sample photographs."""
    from contrast_engine.samples import make_samples

    with working("making samples") as progress:
        made = make_samples(arguments.folder, progress=progress)
    document = {"folder": arguments.folder, "images": len(made)}
    return Answer(document, [f"{count(len(made), 'photograph')} in {arguments.folder}"])


def build_samples(home: Path) -> "Workspace":
    """The sample workspace, with whatever step is missing done.

    Raises:
        CollectionError: The sample photographs are not installed.
    """
    from contrast_engine import steps
    from contrast_engine.store import Workspace

    photographs = machine.app_folder() / "sample_data"
    if not any(photographs.glob("*.jpg")):
        raise CollectionError(
            f"no sample photographs in {photographs}; `contrast samples {photographs}` makes them"
        )
    workspace = Workspace(home)
    with working("taking in and measuring the sample photographs") as progress:
        steps.gather(workspace, [photographs], progress=progress)
    # What a person has since computed in it stays the one that the app shows.
    if workspace.current("maps") is None:
        steps.project(workspace, "pca")
    if workspace.current("clusterings") is None:
        with working("clustering the sample photographs") as progress:
            steps.cluster(workspace, "kmeans", progress=progress)
    return workspace


def _chosen(given: str | None) -> "Workspace":
    from contrast_engine.store import Workspace

    if given is not None:
        return Workspace.open(given)
    found = [p.parent for p in (*Path().glob("workspace.json"), *Path().glob("*/workspace.json"))]
    if not found:
        say("No workspace in this folder: opening the sample photographs.")
        return build_samples(_sample_home())
    latest = max(found, key=lambda root: (root / "workspace.json").stat().st_mtime)
    say(f"Opening {latest.absolute()}.")
    return Workspace.open(latest)


def _serve(workspace: "Workspace", arguments: argparse.Namespace, port: int) -> None:
    from contrast_engine.cli.serve import Address, serve

    folder = machine.app_folder()
    if not (folder / "app.py").is_file():
        raise WorkspaceError(f"the app is not installed: {folder / 'app.py'} is missing")
    serve(
        folder,
        workspace,
        Address(arguments.host, port),
        opens=not arguments.no_browser,
        as_json=arguments.json,
    )


def _port(arguments: argparse.Namespace) -> int:
    wanted: int | None = arguments.port
    if wanted is None:
        near = range(PORT, PORT + PORTS_TO_TRY)
        free = next((port for port in near if machine.port_is_free(arguments.host, port)), None)
        if free is None:
            raise WorkspaceError(
                f"{arguments.host} cannot be listened on, or ports {PORT} to"
                f" {PORT + PORTS_TO_TRY - 1} are all taken; give another with --port or --host"
            )
        return free
    if not 1 <= wanted <= 65535:
        raise WrongUsage(f"--port must be from 1 to 65535, got {wanted}")
    if not machine.port_is_free(arguments.host, wanted):
        raise WorkspaceError(
            f"port {wanted} on {arguments.host} is taken; give another one with --port, or stop"
            " what listens there"
        )
    return wanted


def _sample_home() -> Path:
    return machine.data_folder() / "sample.contrast"


def _add_server(parser: Parser) -> None:
    parser.add_argument(
        "--port", type=int, metavar="N", help=f"default {PORT}, or the next free one"
    )
    parser.add_argument(
        "--host", default=HOST, metavar="H", help=f"address to listen on (default {HOST}: only you)"
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser window")
