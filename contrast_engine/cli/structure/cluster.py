"""cluster: groups of images by their contrast, and how real they are."""

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
    whole_number,
)
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, table
from contrast_engine.cli.wrong_usage import WrongUsage, options_from_command_line

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.options import Recipe
    from contrast_engine.registry import Registry
    from contrast_engine.store import Workspace

HEAD = ("k", "stability", "silhouette", "null", "z")


def add_command(commands: Commands) -> None:
    """Add `cluster`."""
    parser = commands.add(
        "cluster",
        "Group the images by their contrast, and test how real the groups are.",
        cluster,
        examples="""
contrast cluster holiday.contrast kmeans -o n_clusters=4
contrast cluster holiday.contrast hierarchical -o n_clusters=3 --fine 9 --json
contrast cluster holiday.contrast --choose-k""",
    )
    add_workspace(parser)
    add_method(parser, _clusterings, "kmeans")
    add_on(parser)
    add_seed(parser)
    add_look(parser)
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
        help="compare 2 to 10 clusters instead, and recommend a number",
    )


def cluster(arguments: argparse.Namespace) -> CommandResult:
    """Compute a clustering, unless it is there already."""
    from contrast_engine import steps
    from contrast_engine.steps.structure.taxonomy import keep_fine_cut
    from contrast_engine.views.structure.taxonomy import taxonomy_rows
    from contrast_engine.views.words import fit_words

    options = checked_options(_clusterings(), arguments.method, arguments.option)
    if arguments.look and arguments.fine is not None:
        raise WrongUsage("--fine is kept with the clustering in use; leave --look out, or --fine")
    workspace = open_workspace(arguments)
    if arguments.choose_k:
        return _choose_k(workspace, arguments, options)
    follows = workspace.current("clusterings") if arguments.follow else None
    with progress_line(f"clustering with {arguments.method}") as progress:
        key = steps.cluster(
            workspace, arguments.method, options=options, on=arguments.on, follows=follows,
            seed=arguments.seed, use=not arguments.look,
            progress=progress,
        )  # fmt: skip
    if arguments.fine is not None:
        with options_from_command_line():
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
        "in_use": workspace.current("clusterings") == key,
    }
    lines = [f"{count(len(clusters), 'cluster')} of {count(manifest.rows, 'image')}, {key}"]
    inside = {branch["id"]: branch["groups"] for branch in kept}
    for c in clusters:
        lines.append(f"  {c['id']}: {count(c['size'], 'image')}, {c['summary']}")
        lines += [f"    {g['id']} {g['name']}".rstrip() + f": {count(g['size'], 'image')},"
                  f" {g['summary']}" for g in inside.get(c["id"], ())]  # fmt: skip
    if clusters:
        lines.append(_separation(manifest.details["silhouette"]))
        lines.append(_valley(manifest.details["gaps"]))
    lines.append(f"  {manifest.details['verdict']}")
    if rests_on := fit_words(manifest.details, manifest.rows):
        lines.append(f"  {rests_on}")
    lines.append(said_of_use(workspace, "clusterings", key))
    return CommandResult(document, lines)


def _choose_k(
    workspace: "Workspace", arguments: argparse.Namespace, options: "Json"
) -> CommandResult:
    from contrast_engine import steps

    with options_from_command_line(), progress_line("comparing numbers of clusters") as progress:
        key = steps.choose_k(
            workspace, arguments.method, options=options, on=arguments.on,
            seed=arguments.seed, progress=progress,
        )  # fmt: skip
    document = {**workspace.manifest(key).details, "key": key, "seed": arguments.seed}
    of = "" if document["n"] == document["total"] else f" drawn from {document['total']:,}"
    lines = [
        f"{document['recommended_k']} clusters, {document['reading']}: {document['reason']}",
        f"  {count(document['n'], 'image')}{of}, {document['space']}",
        *table([HEAD, *(_cut_row(point) for point in document["curve"])]),
    ]
    return CommandResult(document, lines)


def _cut_row(point: "Json") -> tuple[str, str, str, str, str]:
    return (
        f"{point['k']}", f"{point['stability']:9.2f}", f"{point['silhouette']:10.3f}",
        f"{point['null_mean']:6.3f}", f"{point['z']:.1f}",
    )  # fmt: skip


def _clusters(workspace: "Workspace", key: str) -> "list[Json]":
    clustering = workspace.load(key)
    details = workspace.manifest(key).details
    paths = workspace.images.paths
    names = workspace.labels.cluster_names(key)
    return [
        {
            "id": number,
            "name": names.get(number, ""),
            "size": clustering.size(number),
            "summary": details.get("summary", {}).get(str(number), ""),
            "representatives": [
                {"id": image, "path": paths[image]}
                for image in details.get("representatives", {}).get(str(number), ())
                if image in paths
            ],
        }
        for number in clustering.clusters
    ]


def _separation(silhouette: "Json") -> str:
    value, null, z = (silhouette[name] for name in ("value", "null_mean", "z"))
    against = "no comparison" if null is None else f"null reference {null:.3f}"
    how_far = "" if z is None else f", z = {z:.1f}"
    drawn = f"; {draws} draws" if (draws := silhouette.get("draws")) else ""
    return f"  silhouette {value:.3f} ({against}{how_far}{drawn}; n = {silhouette['n']:,})"


def _valley(gaps: "Json | None") -> str:
    if gaps is None:
        return "  valleys between these clusters were not looked for"
    of = "" if gaps["n"] == gaps["total"] else f" of {gaps['total']:,}"
    return (
        f"  valley {gaps['valley']:.2f} of the lower hill's density (chance {gaps['chance']:.2g};"
        f" prediction strength {gaps['prediction_strength']:.2f}; n = {gaps['n']:,}{of})"
    )


def _clusterings() -> "Registry[type[Recipe]]":
    from contrast_engine.clusterings import clusterings

    return clusterings  # type: ignore[return-value]
