"""doctor: what is in order on this machine, what is not, and what to do about it."""

import argparse
import importlib.util
import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.app import machine
from contrast_engine.cli.app.check import Check
from contrast_engine.cli.app.server_arguments import PORT
from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.parser import Commands
from contrast_engine.cli.wrong_usage import WrongUsage
from contrast_engine.errors import ContrastError

if TYPE_CHECKING:
    from contrast_engine.arrays import Json

ENOUGH_DISK = 2e9

WANTED = {"": "", "app": ": no pages in the browser", "train": ": no encoders"}
"""What is needed, and what most people want; and what is not there without it."""


_EPILOG = """
With a workspace it also says what opening, pages, export, clustering, maps and training need of
memory and disk for so many images, what this machine has free, and what processes that were
killed left behind. --repair removes that: what a living process is writing is spared, and labels,
originals and results stay.""".strip()


def add_command(commands: Commands) -> None:
    """Add `doctor`."""
    parser = commands.add(
        "doctor",
        "Check that this machine has all that is needed.",
        doctor,
        examples="""
contrast doctor holiday.contrast
contrast doctor holiday.contrast --repair""",
    )
    parser.epilog = f"{parser.epilog}\n\n{_EPILOG}"
    parser.add_argument("workspace", nargs="?", metavar="WS", help="a workspace to look at as well")
    parser.add_argument(
        "--repair", action="store_true", help="remove what killed processes left in the workspace"
    )
    parser.add_argument(
        "--trust-roots",
        action="store_true",
        help="say that its photographs are to be opened where it says that they lie; asked of a "
        "workspace that was not made on this computer",
    )


def doctor(arguments: argparse.Namespace) -> CommandResult:
    """Run every check; a warning is advice, not a failure."""
    checks = [_python(), *_packages(), _torch(), _disk(), _browser(), _port(), _samples(), _app()]
    checks += _plugins()
    if arguments.repair and not arguments.workspace:
        raise WrongUsage("--repair repairs a workspace; name it")
    if arguments.trust_roots and not arguments.workspace:
        raise WrongUsage("--trust-roots is said of a workspace; name it: contrast doctor WS")
    more: Json = {}
    if arguments.workspace:
        if arguments.trust_roots:
            _trust_roots(arguments.workspace)
        found, more = _workspace(arguments.workspace, is_repair=arguments.repair)
        checks += [*found, *_doubtful_roots(arguments.workspace)]
    lines = []
    for check in checks:
        lines.append(f"{'ok' if check.is_ok else 'WARN':<5} {check.name:<14} {check.found}")
        if not check.is_ok:
            lines.append(f"      {'':<14} -> {check.cure}")
    document = {
        "ok": all(check.is_ok for check in checks),
        "checks": [
            {
                "name": c.name,
                "status": "ok" if c.is_ok else "warn",
                "found": c.found,
                "cure": c.cure,
            }
            for c in checks
        ],
        **more,
    }
    return CommandResult(jsonable(document), lines)


def _python() -> Check:
    return Check(
        "python",
        f"{platform.python_version()} ({sys.executable})",
        sys.version_info >= (3, 11),
        "install Python 3.11 or newer",
    )


def _packages() -> Iterator[Check]:
    from importlib.metadata import PackageNotFoundError, requires, version

    try:
        needed = requires("contrast-engine") or []
    except PackageNotFoundError:
        yield Check("contrast", "runs from its folder", False, "pip install -e . in its folder")
        return
    yield Check("contrast", version("contrast-engine"), True)
    seen = set()
    for requirement in needed:
        extra, name = _extra(requirement), _distribution(requirement)
        if extra not in WANTED or name in seen:  # two extras may bring the same
            continue
        seen.add(name)
        try:
            yield Check(name, version(name), True)
        except PackageNotFoundError:
            what = f"'contrast-engine[{extra}]'" if extra else f"'{requirement}'"
            yield Check(name, f"not installed{WANTED[extra]}", False, f"pip install {what}")


def _torch() -> Check:
    if importlib.util.find_spec("torch") is None:
        return Check("torch device", "none", False, "pip install 'contrast-engine[train]'")
    import torch

    if torch.cuda.is_available():
        return Check("torch device", f"GPU: {torch.cuda.get_device_name(0)}", True)
    return Check("torch device", f"CPU, {os.cpu_count()} cores: everything works", True)


def _disk() -> Check:
    free = shutil.disk_usage(Path()).free
    return Check("disk", f"{free / 1e9:.1f} GB free here", free > ENOUGH_DISK, "make 2 GB room")


def _browser() -> Check:
    found = machine.chromium()
    return Check(
        "browser",
        found or "no Chromium or Chrome found",
        found is not None,
        "any current browser with WebGL2 shows the app; the browser tests need Chromium",
    )


def _port() -> Check:
    free = machine.port_is_free("127.0.0.1", PORT)
    return Check(
        "port",
        f"{PORT} is {'free' if free else 'taken'}",
        free,
        "`contrast app` takes the next free one; or choose with --port",
    )


def _samples() -> Check:
    folder = machine.app_folder() / "sample_data"
    found = len(list(folder.glob("*.jpg")))
    return Check(
        "sample data",
        f"{found} photographs in {folder}",
        found > 0,
        f"contrast samples {folder}",
    )


def _app() -> Check:
    file = machine.app_folder() / "app.py"
    return Check("app", str(file), file.is_file(), "install the package again")


def _plugins() -> Iterator[Check]:
    """What other packages add, and what they fail to."""
    from contrast_engine.views.plugins import installed_plugins

    working, broken = installed_plugins()
    for one in working:
        yield Check("plugin", f"{one.name} of {one.package} ({one.group})", True)
    for left in broken:
        plugin = left.plugin
        yield Check(
            "plugin",
            f"{plugin.name} of {plugin.package} ({plugin.group}) is skipped: {left.reason}",
            False,
            f"update or remove it: pip uninstall {plugin.distribution or plugin.name}",
        )


def _trust_roots(root: str) -> None:
    """Have the photographs of a workspace opened where it says that they lie."""
    from contrast_engine.store import Workspace
    from contrast_engine.store.own_folder import trust_links

    trust_links(root)
    Workspace.open(root).trust_roots()


def _doubtful_roots(root: str) -> Iterator[Check]:
    """The places that a workspace names which nobody here did."""
    from contrast_engine.store import Workspace, shown

    try:
        doubtful = Workspace.open(root).doubtful_roots
    except ContrastError:
        return  # said above
    if doubtful:
        yield Check(
            "photographs",
            f"not opened in {', '.join(map(shown, doubtful[:3]))}: the collection was not made "
            "here; small pictures and numbers are shown",
            False,
            f"if they lie there: contrast doctor {shown(root)} --trust-roots",
        )


def _workspace(root: str, *, is_repair: bool) -> "tuple[list[Check], Json]":
    from contrast_engine.cli.app.workspace_checks import checks_of, disk_of, leftovers_of
    from contrast_engine.store import Workspace

    try:
        workspace = Workspace.open(root)
        n, labels = len(workspace.images.images), len(workspace.labels.current())
        writable = os.access(workspace.root, os.W_OK)
        found = f"{workspace.root}: {n:,} images, {labels:,} labels"
        checks = [Check("workspace", found, writable, "make the folder writable")]
        checks += checks_of(workspace)
        left, said = leftovers_of(workspace, is_repair=is_repair)
        disk, used = disk_of(workspace)
    except ContrastError as error:
        return [Check("workspace", f"{root} cannot be read", False, str(error))], {}
    return [*checks, used, *said], {"images": n, "disk": disk, **left}


def _extra(requirement: str) -> str:
    """The extra that asks for a requirement, "" where it is always needed."""
    found = re.search(r"extra == ['\"]([\w-]+)['\"]", requirement)
    return found[1] if found else ""


def _distribution(requirement: str) -> str:
    for mark in "[<>=!~; ":
        requirement = requirement.split(mark)[0]
    return requirement
