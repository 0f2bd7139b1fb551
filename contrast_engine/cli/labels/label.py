"""label: labels of images given, undone, listed, and exchanged as CSV files."""

import argparse
from collections import Counter
from pathlib import Path

from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.labels.label_files import add_file_commands, current_labels, write_queue
from contrast_engine.cli.labels.withdraw import add_withdraw
from contrast_engine.cli.parser import (
    Commands,
    add_annotator,
    add_overwrite,
    add_seed,
    add_workspace,
    open_workspace,
)
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, table
from contrast_engine.cli.wrong_usage import WrongUsage, options_from_command_line


def add_command(commands: Commands) -> None:
    """Add `label`."""
    group = commands.add_group(
        "label",
        "Label images, name clusters, import and export labels.",
        examples="""
contrast label define holiday.contrast low,medium,high --ordered
contrast label add holiday.contrast --image photo.jpg --label low
contrast label next holiday.contrast --strategy random --csv labels.csv
contrast label import holiday.contrast labels.csv
contrast label list holiday.contrast --json""",
    )
    _add_next(group)
    _add_add(group)
    for name, summary, run in (
        ("undo", "Undo the annotator's last label.", undo),
        ("redo", "Redo the label that was undone last.", redo),
    ):
        parser = group.add(name, summary, run)
        add_workspace(parser)
        add_annotator(parser)
    _add_define(group)
    _add_name(group)
    add_file_commands(group)
    add_withdraw(group)
    add_workspace(group.add("list", "Show every labelled image.", list_labels))


def _add_next(group: Commands) -> None:
    parser = group.add("next", "Choose the images to label next.", next_images)
    add_workspace(parser)
    parser.add_argument("--count", type=int, default=20, metavar="N", help="images (default 20)")
    parser.add_argument(
        "--strategy", choices=("coverage", "active", "random", "medoids", "doubt"),
        help="the images that tell most about all others, those most informative for the model, a"
        " random sample, the middles of groups, or those the model doubts (default: active once"
        " there is a model, coverage before)",
    )  # fmt: skip
    parser.add_argument(
        "--who", metavar="W",
        help="with random: one of several annotators, who share only a part of their images",
    )  # fmt: skip
    parser.add_argument(
        "--csv", metavar="FILE.csv",
        help="also write them to a file: fill in its column 'label' and import it",
    )  # fmt: skip
    add_overwrite(parser)
    add_seed(parser)


def _add_add(group: Commands) -> None:
    parser = group.add("add", "Label images.", add)
    add_workspace(parser)
    parser.add_argument(
        "--image", dest="images", action="append", required=True, metavar="PATH_OR_ID",
        help="the image: its id, or the file or any copy of it; may be given several times",
    )  # fmt: skip
    label = parser.add_mutually_exclusive_group(required=True)
    label.add_argument("--label", metavar="NAME", help="the label")
    label.add_argument(
        "--unsure", action="store_true", help="one cannot tell: saved, but no model learns from it"
    )
    add_annotator(parser)
    parser.add_argument(
        "--why", default="", metavar="TEXT",
        help="a remark kept with the label, such as the reason that `label next` gave",
    )  # fmt: skip


def _add_define(group: Commands) -> None:
    parser = group.add("define", "Define the label set, in order.", define)
    add_workspace(parser)
    parser.add_argument(
        "labels", metavar="A,B,C", nargs="?", help="the label names, separated by commas"
    )
    parser.add_argument(
        "--label", dest="names", action="append", default=[], metavar="NAME",
        help="one name, which may hold a comma, instead; may be given several times",
    )  # fmt: skip
    parser.add_argument(
        "--ordered", action="store_true", help="they are steps of one scale: low < medium < high"
    )
    parser.add_argument(
        "--overlap", type=float, default=0.2, metavar="SHARE",
        help="share of randomly drawn images that every annotator labels (default 0.2)",
    )  # fmt: skip
    parser.add_argument(
        "--blind", action="store_true",
        help="in the app, nobody but owners sees the labels of others or what a model learnt",
    )  # fmt: skip
    add_annotator(parser)


def _add_name(group: Commands) -> None:
    parser = group.add(
        "name", "Name a cluster of the current clustering, or a finer group in it.", name
    )
    add_workspace(parser)
    parser.add_argument("cluster", metavar="CLUSTER", help="its number; 0.2 for a finer group")
    parser.add_argument("name", metavar="NAME", help="what to call it")
    add_annotator(parser)


def add(arguments: argparse.Namespace) -> CommandResult:
    """Label the named images."""
    from contrast_engine.steps.labels.add_labels import add_labels

    with options_from_command_line():
        added = add_labels(
            arguments.workspace, arguments.images, arguments.label, is_unsure=arguments.unsure,
            who=arguments.who, why=arguments.why,
        )  # fmt: skip
    if arguments.unsure:
        line = f"{arguments.who} is unsure about {count(len(added.images), 'image')}"
        return CommandResult({"labels": added.labels, "unsure": list(added.images)}, [line])
    lines = [f"{row['path']} is {row['label']}" for row in added.labels]
    return CommandResult({"labels": added.labels}, lines)


def undo(arguments: argparse.Namespace) -> CommandResult:
    """Undo the annotator's last label."""
    from contrast_engine.steps.labels.add_labels import labels_in

    ids = labels_in(arguments.workspace).undo(arguments.who) or ()
    line = f"undone for {count(len(ids), 'image')}" if ids else "nothing to undo"
    return CommandResult({"undone": list(ids)}, [line])


def redo(arguments: argparse.Namespace) -> CommandResult:
    """Redo the label that was undone last."""
    from contrast_engine.steps.labels.add_labels import labels_in

    ids = labels_in(arguments.workspace).redo(arguments.who) or ()
    line = f"redone for {count(len(ids), 'image')}" if ids else "nothing to redo"
    return CommandResult({"redone": list(ids)}, [line])


def define(arguments: argparse.Namespace) -> CommandResult:
    """Set the label names and whether they are ordered."""
    if (arguments.labels is None) == (not arguments.names):
        raise WrongUsage("give the label names as A,B,C, or each by --label")
    names = arguments.names or arguments.labels.split(",")
    labels = open_workspace(arguments).labels
    with options_from_command_line():
        labels.define(names, arguments.ordered, arguments.who, arguments.overlap, arguments.blind)
    defined = labels.label_set()
    return CommandResult(
        jsonable(defined), [(" < " if defined.is_ordered else ", ").join(defined.labels)]
    )


def name(arguments: argparse.Namespace) -> CommandResult:
    """Name a cluster of the current clustering."""
    workspace = open_workspace(arguments)
    key = workspace.current("clusterings")
    if key is None:
        raise WrongUsage("there is no clustering yet; make one with `contrast cluster`")
    if "." in arguments.cluster:
        from contrast_engine.steps.structure.taxonomy import name_group

        with options_from_command_line():
            name_group(workspace, arguments.cluster, arguments.name, arguments.who)
        document = {"key": key, "group": arguments.cluster, "name": arguments.name}
        return CommandResult(document, [f"group {arguments.cluster} is now {arguments.name!r}"])
    clusters = workspace.load(key).clusters
    if arguments.cluster not in map(str, clusters):
        raise WrongUsage(
            f"no cluster {arguments.cluster}; there are: {', '.join(map(str, clusters))}"
        )
    with options_from_command_line():
        cluster = int(arguments.cluster)
        workspace.labels.name_cluster(key, cluster, arguments.name, arguments.who)
    document = {"key": key, "cluster": cluster, "name": arguments.name}
    return CommandResult(document, [f"cluster {arguments.cluster} is now {arguments.name!r}"])


def next_images(arguments: argparse.Namespace) -> CommandResult:
    """Choose what to label next."""
    from contrast_engine.steps.labels.label_next import label_next
    from contrast_engine.store.targets import checked_target

    workspace = open_workspace(arguments)
    if arguments.csv:
        checked_target(arguments.csv, overwrite=arguments.overwrite)
    if arguments.count < 1:
        raise WrongUsage(f"--count takes a number of at least 1, got {arguments.count}")
    with progress_line("choosing images") as progress:
        queue = label_next(
            workspace, arguments.count, strategy=arguments.strategy, who=arguments.who,
            seed=arguments.seed, progress=progress,
        )  # fmt: skip
    paths = workspace.images.paths
    rows = [
        {"id": wanted.image, "path": paths.get(wanted.image), "reason": wanted.reason,
         "kind": wanted.kind}
        for wanted in queue
    ]  # fmt: skip
    lines = table([(paths.get(wanted.image) or wanted.image, wanted.reason) for wanted in queue])
    if arguments.csv:
        write_queue(rows, Path(arguments.csv))
    return CommandResult({"queue": rows}, lines or ["every image has a label"])


def list_labels(arguments: argparse.Namespace) -> CommandResult:
    """Show every labelled image."""
    from contrast_engine.steps.labels.consensus_labels import consensus_labels

    workspace = open_workspace(arguments)
    labels = current_labels(workspace)
    given = Counter(row["label"] for row in labels)
    totals = {name: given[name] for name in workspace.labels.label_set().labels if given[name]}
    lines = table([(row["label"], row["who"], row["path"]) for row in labels])
    lines += [", ".join(f"{label}: {n:,}" for label, n in totals.items()) or "no labels yet"]
    consensus = consensus_labels(workspace)
    if not consensus.words:
        return CommandResult({"labels": labels}, lines)
    document = {"labels": labels, "settled": consensus.as_json()}
    return CommandResult(document, [*lines, consensus.words])
