"""runs, regroup: the clusterings so far, and what a person changes about one."""

import argparse

from contrast_engine.cli.answers import Answer, count, given_by_hand, table
from contrast_engine.cli.image_names import find_image
from contrast_engine.cli.parser import Commands, add_command, add_workspace


def add_commands(commands: Commands) -> None:
    """Add the commands of this file."""
    parser = commands.add(
        "runs",
        "List the clusterings, name one, or hold two side by side.",
        runs,
        examples="""
contrast runs holiday.contrast
contrast runs holiday.contrast --compare KEY KEY --json
contrast runs holiday.contrast --name KEY "by hand, May\"""",
    )
    add_workspace(parser)
    parser.add_argument("--compare", nargs=2, metavar="KEY", help="two clusterings, side by side")
    parser.add_argument("--name", nargs=2, metavar=("KEY", "NAME"), help="what to call one of them")

    regroup = commands.add(
        "regroup",
        "Change the clusters by hand; everything can be taken back.",
        None,
        examples="""
contrast regroup merge holiday.contrast --cluster 0 --cluster 2
contrast regroup split holiday.contrast --image a.jpg --image b.jpg
contrast regroup move holiday.contrast --image a.jpg --into 1
contrast regroup undo holiday.contrast --json""",
    )
    children = regroup.add_subparsers(dest="action", metavar="ACTION", required=True)
    for kind, summary in _KINDS.items():
        parser = add_command(children, kind, summary, change)
        add_workspace(parser)
        if kind == "merge":
            parser.add_argument("--cluster", dest="clusters", type=int, action="append",
                                required=True, metavar="N", help="one of them")  # fmt: skip
        else:
            parser.add_argument("--image", dest="images", action="append", required=True,
                                metavar="PATH_OR_ID", help="an image")  # fmt: skip
        if kind == "move":
            parser.add_argument("--into", type=int, required=True, metavar="N", help="where to")
        _add_who(parser)
    parser = add_command(children, "undo", "Take the last change back.", undo)
    add_workspace(parser)
    _add_who(parser)


_KINDS = {
    "merge": "Make one cluster of several.",
    "split": "Make these images a cluster of their own.",
    "move": "Put these images into another cluster.",
    "exclude": "Leave these images out of every cluster.",
}


def runs(arguments: argparse.Namespace) -> Answer:
    """List, name or compare clusterings."""
    from contrast_engine.steps.structure.name_clustering import name_clustering
    from contrast_engine.store import Workspace
    from contrast_engine.views.structure import clusterings as of

    workspace = Workspace.open(arguments.workspace)
    if arguments.compare:
        found = of.compared(workspace, *arguments.compare)
        matched = [{"first": one, "second": two, "jaccard": share}
                   for two, (one, share) in found.matched.items()]  # fmt: skip
        document = {"n": len(found.ids), "ari": found.ari, "first": list(found.rows),
                    "second": list(found.columns), "table": found.table, "matched": matched,
                    "only_first": found.only_first, "only_second": found.only_second}  # fmt: skip
        rows = [("", *(str(c) for c in found.columns))]
        rows += [(str(r), *(f"{n:,}" for n in row))
                 for r, row in zip(found.rows, found.table.tolist(), strict=True)]  # fmt: skip
        line = f"adjusted Rand index {found.ari:.2f} on {count(len(found.ids), 'image')} of both"
        return Answer(document, [f"{line} (1 the same, 0 chance); -1: no cluster", *table(rows)])
    if arguments.name:
        with given_by_hand():
            name_clustering(workspace, *arguments.name)
    current = workspace.current("clusterings")
    known = of.named_clusterings(workspace)
    listed = [{"key": r.key, "name": r.name, "is_current": r.key == current} for r in known]
    lines = table([(run.key, run.name) for run in known])
    return Answer({"runs": listed}, lines or ["no clustering yet"])


def change(arguments: argparse.Namespace) -> Answer:
    """Change the current clustering."""
    from contrast_engine.results import UNASSIGNED
    from contrast_engine.steps import edit_clusters
    from contrast_engine.store import Workspace

    workspace = Workspace.open(arguments.workspace)
    images = [find_image(workspace, text) for text in getattr(arguments, "images", ())]
    with given_by_hand():
        key = edit_clusters(
            workspace, arguments.action, clusters=getattr(arguments, "clusters", ()),
            images=images, into=getattr(arguments, "into", UNASSIGNED), who=arguments.who,
        )  # fmt: skip
    return _now(arguments, key)


def undo(arguments: argparse.Namespace) -> Answer:
    """Take the last change of the current clustering back."""
    from contrast_engine.steps import undo_cluster_edit
    from contrast_engine.store import Workspace

    key = undo_cluster_edit(Workspace.open(arguments.workspace), arguments.who)
    if key is None:
        return Answer({"key": None, "clusters": []}, ["nothing to take back"])
    return _now(arguments, key)


def _now(arguments: argparse.Namespace, key: str) -> Answer:
    from contrast_engine.store import Workspace

    clustering = Workspace.open(arguments.workspace).load(key)
    sizes = [{"id": c, "size": clustering.size(c)} for c in clustering.clusters]
    left = len(clustering) - sum(one["size"] for one in sizes)
    lines = [f"{count(len(sizes), 'cluster')}, {key}"]
    lines += [f"  {one['id']}: {count(one['size'], 'image')}" for one in sizes]
    lines += [f"  in none: {count(left, 'image')}"] if left else []
    return Answer({"key": key, "clusters": sizes, "unassigned": left}, lines)


def _add_who(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--who", default="me", metavar="W", help="who says so (default me)")
