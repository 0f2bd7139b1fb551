"""project: the images laid out on a map."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.method_options import add_method, checked_options
from contrast_engine.cli.parser import (
    Commands,
    add_look,
    add_on,
    add_seed,
    add_workspace,
    open_workspace,
    said_of_use,
)
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count

if TYPE_CHECKING:
    from contrast_engine.options import Recipe
    from contrast_engine.registry import Registry


def add_command(commands: Commands) -> None:
    """Add `project`."""
    parser = commands.add(
        "project",
        "Lay the images out on a map.",
        project,
        examples="""
contrast project holiday.contrast pca
contrast project holiday.contrast umap --seed 7 -o n_neighbors=30""",
    )
    add_workspace(parser)
    add_method(parser, _projections, "pca")
    add_on(parser)
    add_seed(parser)
    add_look(parser)


def project(arguments: argparse.Namespace) -> CommandResult:
    """Compute a map, unless it is there already."""
    from contrast_engine import steps

    options = checked_options(_projections(), arguments.method, arguments.option)
    workspace = open_workspace(arguments)
    with progress_line(f"projecting with {arguments.method}") as progress:
        key = steps.project(
            workspace, arguments.method, options=options, on=arguments.on,
            seed=arguments.seed, use=not arguments.look,
            progress=progress,
        )  # fmt: skip
    manifest = workspace.manifest(key)
    document = {
        "key": key,
        "method": arguments.method,
        "images": manifest.rows,
        "seed": arguments.seed,
        **manifest.details,
        "in_use": workspace.current("maps") == key,
    }
    kept = manifest.details["trustworthiness"]
    lines = [
        f"{arguments.method} map of {count(manifest.rows, 'image')}, {key}",
        f"  trustworthiness {kept['value']:.3f}: how far near neighbours on the map are near in"
        f" the space (1 is perfect; {kept['n']:,} images)",
        said_of_use(workspace, "maps", key),
    ]
    return CommandResult(document, lines)


def _projections() -> "Registry[type[Recipe]]":
    from contrast_engine.projections import projections

    return projections  # type: ignore[return-value]
