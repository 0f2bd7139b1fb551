"""Where the app listens and who may come in, from the command line."""

import argparse
import dataclasses
import importlib.util
import os
from typing import TYPE_CHECKING

from contrast_engine.access import Settings
from contrast_engine.access.settings import OIDC
from contrast_engine.cli.app import machine
from contrast_engine.cli.parser import Parser
from contrast_engine.cli.wrong_usage import WrongUsage, options_from_command_line
from contrast_engine.errors import WorkspaceError

if TYPE_CHECKING:
    from contrast_engine.store import Workspace

HOST = "127.0.0.1"
PORT = 8501
PORTS_TO_TRY = 50


def add_server(parser: Parser) -> None:
    """Add where to listen and whether to open a browser."""
    parser.add_argument(
        "--port", type=int, metavar="N", help=f"default {PORT}, or the next free one"
    )
    parser.add_argument(
        "--host", default=HOST, metavar="H", help=f"address to listen on (default {HOST}: only you)"
    )
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser window")
    _add_login(
        parser.add_argument_group(
            "who may come in", "one of the first three, where --host is not this machine's own"
        )
    )


def _add_login(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "--password-file", metavar="FILE",
        help="pass phrases, a line such as `owner: PHRASE` for each role or person",
    )  # fmt: skip
    group.add_argument(
        "--login", choices=(OIDC,), metavar="WAY",
        help="oidc: Streamlit's login with OpenID Connect, as its secrets.toml says",
    )  # fmt: skip
    group.add_argument(
        "--name-claim", metavar="NAME",
        help="what of an account is the name beside labels (default: email, if it is confirmed)",
    )  # fmt: skip
    group.add_argument(
        "--proxy-header", metavar="NAME", help="the header in which a proxy says who asks"
    )
    group.add_argument(
        "--trust-proxy", action="append", metavar="ADDRESS",
        help="address or network of a proxy that is believed (default: this machine)",
    )  # fmt: skip
    group.add_argument(
        "--roles", metavar="FILE",
        help="who has which role, a line such as `ada@example.org: owner` for each",
    )  # fmt: skip
    group.add_argument(
        "--role-header", metavar="NAME", help="the header in which a proxy says the role"
    )


def login_settings(arguments: argparse.Namespace) -> None:
    """Refuse where anybody could come in, and hand on to the app how people log in.

    What an option does not say, the environment does.

    Raises:
        WrongUsage: Everybody who reaches the address would be in, or an option is no good.
    """
    known = Settings.of()
    given = {
        "password_file": arguments.password_file, "login": arguments.login,
        "proxy_header": arguments.proxy_header, "roles": arguments.roles,
        "role_header": arguments.role_header, "name_claim": arguments.name_claim,
        "trust_proxy": ",".join(arguments.trust_proxy or ()),
    }  # fmt: skip
    settings = dataclasses.replace(known, **{name: value for name, value in given.items() if value})
    with options_from_command_line():
        settings.check(arguments.host)
    os.environ.update({name: value for name, value in settings.variables().items() if value})


def free_port(arguments: argparse.Namespace) -> int:
    """The port that was asked for, or the first free one from 8501 on.

    Raises:
        WrongUsage: There is no such port.
        WorkspaceError: It is taken, or the host cannot be listened on.
    """
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


def need_app() -> None:
    """Refuse where the app cannot be opened on this machine, before any work is done for it.

    Raises:
        ModuleNotFoundError: What serves it is not installed.
        WorkspaceError: Its pages are not there.
    """
    if importlib.util.find_spec("streamlit") is None:
        raise ModuleNotFoundError("No module named 'streamlit'", name="streamlit")
    file = machine.app_folder() / "app.py"
    if not file.is_file():
        raise WorkspaceError(f"the app is not installed: {file} is missing")


def serve_app(workspace: "Workspace", arguments: argparse.Namespace, port: int) -> None:
    """Serve a workspace until it is stopped."""
    from contrast_engine.cli.app.serve import Address, serve

    serve(
        machine.app_folder(),
        workspace,
        Address(arguments.host, port),
        opens=not arguments.no_browser,
        as_json=arguments.json,
    )
