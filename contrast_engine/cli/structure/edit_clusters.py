"""edit-clusters: clusters merged, split and moved by hand."""

import argparse

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.image_names import find_image, names_from
from contrast_engine.cli.parser import Commands, add_annotator, add_workspace, open_workspace
from contrast_engine.cli.text import count
from contrast_engine.cli.wrong_usage import WrongUsage, options_from_command_line

KINDS = {
    "merge": "Make one cluster of several.",
    "split": "Make these images a cluster of their own.",
    "move": "Put these images into another cluster.",
    "exclude": "Leave these images out of every cluster.",
}


def add_command(commands: Commands) -> None:
    """Add `edit-clusters`."""
    group = commands.add_group(
        "edit-clusters",
        "Change the clusters by hand; everything can be undone.",
        examples="""
contrast edit-clusters merge holiday.contrast --cluster 0 --cluster 2
contrast edit-clusters split holiday.contrast --image a.jpg --image b.jpg
contrast edit-clusters move holiday.contrast --image a.jpg --into 1
contrast edit-clusters undo holiday.contrast --json""",
        old_name="regroup",
    )
    for kind, summary in KINDS.items():
        parser = group.add(kind, summary, change)
        add_workspace(parser)
        if kind == "merge":
            parser.add_argument("--cluster", dest="clusters", type=int, action="append",
                                required=True, metavar="N", help="one of them")  # fmt: skip
        else:
            parser.add_argument("--image", dest="images", action="append", default=[],
                                metavar="PATH_OR_ID", help="an image")  # fmt: skip
            parser.add_argument("--from", dest="file", metavar="FILE",
                                help="a text file with one path or id a line")  # fmt: skip
        if kind == "move":
            parser.add_argument("--into", type=int, required=True, metavar="N", help="where to")
        add_annotator(parser)
    parser = group.add("undo", "Undo the last change.", undo)
    add_workspace(parser)
    add_annotator(parser)


def change(arguments: argparse.Namespace) -> CommandResult:
    """Change the current clustering."""
    from contrast_engine.results import UNASSIGNED
    from contrast_engine.steps import edit_clusters

    workspace = open_workspace(arguments)
    texts = [*getattr(arguments, "images", ())]
    if getattr(arguments, "file", None):
        texts += names_from(arguments.file)
    if arguments.action != "merge" and not texts:
        raise WrongUsage("no image is meant; give --image or --from")
    images = [find_image(workspace, text) for text in texts]
    with options_from_command_line():
        key = edit_clusters(
            workspace, arguments.action, clusters=getattr(arguments, "clusters", ()),
            images=images, into=getattr(arguments, "into", UNASSIGNED), who=arguments.who,
        )  # fmt: skip
    return _now(arguments, key)


def undo(arguments: argparse.Namespace) -> CommandResult:
    """Undo the last change of the current clustering."""
    from contrast_engine.steps import undo_cluster_edit

    key = undo_cluster_edit(open_workspace(arguments), arguments.who)
    if key is None:
        return CommandResult({"key": None, "clusters": []}, ["nothing to undo"])
    return _now(arguments, key)


def _now(arguments: argparse.Namespace, key: str) -> CommandResult:
    clustering = open_workspace(arguments).load(key)
    sizes = [{"id": c, "size": clustering.size(c)} for c in clustering.clusters]
    left = len(clustering) - sum(one["size"] for one in sizes)
    lines = [f"{count(len(sizes), 'cluster')}, {key}"]
    lines += [f"  {one['id']}: {count(one['size'], 'image')}" for one in sizes]
    lines += [f"  in none: {count(left, 'image')}"] if left else []
    return CommandResult({"key": key, "clusters": sizes, "unassigned": left}, lines)
