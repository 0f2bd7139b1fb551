"""The tables of attributes in a workspace: kept by laboratories, read beside the features."""

from collections.abc import Iterator

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.attributes import ATTRIBUTES
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import ImageId, Vectors

KIND = "attributes"
"""The kind of result that holds them."""


def keep(workspace: Workspace, artifact: Artifact, table: Vectors, more: Json | None = None) -> str:
    """Key of a laboratory's table, which is the newest of its step from now on.

    Args:
        workspace: Where it is kept.
        artifact: The question it answers, of the kind "attributes".
        table: Its columns are attributes.
        more: What else its details hold.
    """
    return workspace.save(artifact, table, {"columns": list(table.columns), **(more or {})})


def kept(workspace: Workspace, artifact: Artifact) -> bool:
    """Whether a laboratory's table is there; then it is the newest of its step again."""
    if not workspace.has(artifact):
        return False
    keep(workspace, artifact, workspace.load(artifact.key))
    return True


def attribute_tables(workspace: Workspace) -> dict[str, str]:
    """The key of the newest table that holds each attribute there is, in the usual order."""
    holders: dict[str, str] = {}
    newest_of_step: dict[str, str] = {}
    for made in workspace.artifacts(KIND):
        if newest_of_step.setdefault(made.step, made.key) != made.key:
            continue  # an older answer of the same laboratory
        for column in made.details.get("columns", ()):
            holders.setdefault(str(column), made.key)
    place = {name: position for position, name in enumerate(ATTRIBUTES)}
    return dict(sorted(holders.items(), key=lambda held: (place.get(held[0], len(place)), held[0])))


def attribute_columns(workspace: Workspace) -> Iterator[tuple[str, dict[ImageId, float]]]:
    """Each attribute there is with its value for every image that has one."""
    for name, key in attribute_tables(workspace).items():
        table: Vectors = workspace.load(key)
        yield name, dict(zip(table.ids, table.column(name).tolist(), strict=True))


def beside(table: Vectors, workspace: Workspace, names: tuple[str, ...]) -> Vectors:
    """Some attributes as columns beside those of a table, for the images that have all of them.

    Args:
        table: The rows and columns to begin with.
        workspace: Where the attributes are.
        names: Which to add; names that are columns already, or that nothing holds, are left out.
    """
    tables = attribute_tables(workspace)
    wanted = [name for name in dict.fromkeys(names) if name in tables and name not in table.columns]
    if not wanted:
        return table
    known = {name: workspace.load(tables[name]) for name in wanted}
    ids = tuple(image for image in table.ids if all(image in of.rows for of in known.values()))
    added = [of.column(name)[of.rows_of(ids)] for name, of in known.items()]
    values = np.column_stack([table.take(ids).values.reshape(len(ids), -1), *added])
    return Vectors(ids, values, (*table.columns, *wanted))
