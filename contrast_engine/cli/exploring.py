"""project, cluster: structure in the measured space."""

import argparse
import difflib
from collections.abc import Callable
from typing import TYPE_CHECKING

from contrast_engine.arrays import Json
from contrast_engine.cli.answers import Answer, WrongUsage, count, given_by_hand, table, working
from contrast_engine.cli.parser import (
    Commands,
    Parser,
    add_on,
    add_seed,
    add_workspace,
    whole_number,
)
from contrast_engine.errors import UnknownName
from contrast_engine.options import Recipe, options_of
from contrast_engine.registry import Registry

if TYPE_CHECKING:
    from contrast_engine.store import Workspace

HEAD = ("k", "stability", "silhouette", "chance", "z")


def add_commands(commands: Commands) -> None:
    """Add the commands of this file."""
    parser = commands.add(
        "project",
        "Lay the images out on a map.",
        project,
        examples="""
contrast project holiday.contrast pca
contrast project holiday.contrast umap --seed 7 -o n_neighbors=30""",
    )
    _add_method(parser, "pca", _projections)

    parser = commands.add(
        "cluster",
        "Group the images by their contrast, and say how real the groups are.",
        cluster,
        examples="""
contrast cluster holiday.contrast kmeans -o n_clusters=4
contrast cluster holiday.contrast hierarchical -o n_clusters=3 --fine 9 --json
contrast cluster holiday.contrast --choose-k""",
    )
    _add_method(parser, "kmeans", _clusterings)
    parser.add_argument(
        "--follow",
        action="store_true",
        help="continue the numbers and names of the clusters there are now",
    )
    parser.add_argument(
        "--fine", type=whole_number(0), metavar="N",
        help="keep a finer cut of a hierarchical tree inside the clusters, as a taxonomy; 0: none",
    )  # fmt: skip
    parser.add_argument(
        "--choose-k",
        action="store_true",
        help="compare 2 to 10 clusters instead, and say how many the images bear",
    )


def project(arguments: argparse.Namespace) -> Answer:
    """Compute a map, unless it is there already."""
    from contrast_engine import steps
    from contrast_engine.store import Workspace

    options = checked_options(_projections(), arguments.method, arguments.option)
    workspace = Workspace.open(arguments.workspace)
    with working(f"projecting with {arguments.method}") as progress:
        key = steps.project(
            workspace, arguments.method, options=options, on=arguments.on,
            seed=arguments.seed, progress=progress,
        )  # fmt: skip
    manifest = workspace.manifest(key)
    document = {
        "key": key,
        "method": arguments.method,
        "images": manifest.rows,
        "seed": arguments.seed,
        **manifest.details,
    }
    kept = manifest.details["trustworthiness"]
    lines = [
        f"{arguments.method} map of {count(manifest.rows, 'image')}, {key}",
        f"  trustworthiness {kept['value']:.3f}: how far near neighbours on the map are near in"
        f" the space (1 is perfect; {kept['n']:,} images)",
    ]
    return Answer(document, lines)


def cluster(arguments: argparse.Namespace) -> Answer:
    """Compute a clustering, unless it is there already."""
    from contrast_engine import steps
    from contrast_engine.steps.structure.taxonomy import keep_fine_cut
    from contrast_engine.store import Workspace
    from contrast_engine.views.structure.taxonomy import taxonomy_rows

    options = checked_options(_clusterings(), arguments.method, arguments.option)
    workspace = Workspace.open(arguments.workspace)
    if arguments.choose_k:
        return _choose_k(workspace, arguments, options)
    follows = workspace.current("clusterings") if arguments.follow else None
    with working(f"clustering with {arguments.method}") as progress:
        key = steps.cluster(
            workspace, arguments.method, options=options, on=arguments.on, follows=follows,
            seed=arguments.seed, progress=progress,
        )  # fmt: skip
    if arguments.fine is not None:
        with given_by_hand():
            keep_fine_cut(workspace, arguments.fine)
    manifest = workspace.manifest(key)
    clusters = _clusters(workspace, key)
    kept = taxonomy_rows(workspace, key)
    document = {
        **manifest.details,
        "key": key,
        "method": arguments.method,
        "images": manifest.rows,
        "seed": arguments.seed,
        "clusters": clusters,
        "taxonomy": kept,
    }
    lines = [f"{count(len(clusters), 'cluster')} of {count(manifest.rows, 'image')}, {key}"]
    inside = {branch["id"]: branch["groups"] for branch in kept}
    for c in clusters:
        lines.append(f"  {c['id']}: {count(c['size'], 'image')}, {c['summary']}")
        lines += [f"    {g['id']} {g['name']}".rstrip() + f": {count(g['size'], 'image')},"
                  f" {g['summary']}" for g in inside.get(c["id"], ())]  # fmt: skip
    if clusters:
        lines.append(_separation(manifest.details["silhouette"]))
    lines.append(f"  {manifest.details['verdict']}")
    return Answer(document, lines)


def _choose_k(workspace: "Workspace", arguments: argparse.Namespace, options: Json) -> Answer:
    from contrast_engine import steps

    with given_by_hand(), working("comparing numbers of clusters") as progress:
        key = steps.choose_k(
            workspace, arguments.method, options=options, on=arguments.on,
            seed=arguments.seed, progress=progress,
        )  # fmt: skip
    document = {**workspace.manifest(key).details, "key": key, "seed": arguments.seed}
    of = "" if document["n"] == document["total"] else f" drawn from {document['total']:,}"
    lines = [
        f"{document['recommended_k']} {document['verdict']}: {document['reason']}",
        f"  {count(document['n'], 'image')}{of}, {document['space']}",
        *table([HEAD, *(_cut_row(point) for point in document["curve"])]),
    ]
    return Answer(document, lines)


def _cut_row(point: Json) -> tuple[str, str, str, str, str]:
    return (
        f"{point['k']}", f"{point['stability']:9.2f}", f"{point['silhouette']:10.3f}",
        f"{point['null_mean']:6.3f}", f"{point['z']:.1f}",
    )  # fmt: skip


def checked_options(registry: Registry[type[Recipe]], method: str, given: list[str]) -> Json:
    """Turn `-o name=value` texts into the options of a method.

    Raises:
        WrongUsage: The method or an option does not exist, or a value does not fit.
    """
    try:
        recipe = registry[method]
    except UnknownName as error:
        raise WrongUsage(str(error)) from None
    declared = {option.name: option for option in options_of(recipe)}
    values: Json = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise WrongUsage(f"-o takes NAME=VALUE, got {text!r}")
        if name not in declared:
            near = difflib.get_close_matches(name, declared, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it has: {', '.join(declared)}"
            raise WrongUsage(f"{method} has no option {name!r}; {hint}")
        with given_by_hand():
            values[name] = declared[name].parse(value)
    with given_by_hand():
        recipe.of(values)
    return values


def _clusters(workspace: "Workspace", key: str) -> list[Json]:
    clustering = workspace.load(key)
    details = workspace.manifest(key).details
    paths = workspace.images.paths
    names = workspace.labels.cluster_names(key)
    return [
        {
            "id": number,
            "name": names.get(number, ""),
            "size": clustering.size(number),
            "summary": details["summary"][str(number)],
            "representatives": [
                {"id": image, "path": paths[image]}
                for image in details["representatives"][str(number)]
            ],
        }
        for number in clustering.clusters
    ]


def _separation(silhouette: Json) -> str:
    value, null, z = (silhouette[name] for name in ("value", "null_mean", "z"))
    against = "no comparison" if null is None else f"structureless data gives {null:.3f}"
    how_far = "" if z is None else f", z = {z:.1f}"
    drawn = f"; {draws} draws" if (draws := silhouette.get("draws")) else ""
    return f"  silhouette {value:.3f} ({against}{how_far}{drawn}; n = {silhouette['n']:,})"


def _add_method(
    parser: Parser, default: str, registry: Callable[[], Registry[type[Recipe]]]
) -> None:
    add_workspace(parser)
    parser.add_argument(
        "method", metavar="METHOD", nargs="?", default=default, help=f"default {default}"
    )
    parser.add_argument(
        "-o",
        dest="option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an option of the method; may be given several times",
    )
    add_on(parser)
    add_seed(parser)
    parser.late_epilog = lambda: methods_help(registry())


def methods_help(registry: Registry[type[Recipe]]) -> str:
    """List the methods of a registry with their options, for `--help`."""
    lines = ["methods:"]
    for name, recipe in registry.items():
        lines.append(f"  {name:<14}{(recipe.__doc__ or '').splitlines()[0]}")
        for option in options_of(recipe):
            lines.append(f"    -o {option.name}={option.default}   {option.help}")
    return "\n".join(lines)


def _projections() -> Registry[type[Recipe]]:
    from contrast_engine.projections import projections

    return projections  # type: ignore[return-value]


def _clusterings() -> Registry[type[Recipe]]:
    from contrast_engine.clusterings import clusterings

    return clusterings  # type: ignore[return-value]
