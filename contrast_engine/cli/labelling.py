"""label: what people say about images."""

import argparse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.answers import (
    Answer,
    WrongUsage,
    count,
    first,
    given_by_hand,
    plain,
    table,
)
from contrast_engine.cli.image_names import find_image
from contrast_engine.cli.label_files import (
    current_labels,
    read_labels,
    write_labels,
    write_queue,
)
from contrast_engine.cli.parser import Commands, add_command, add_seed, add_workspace

if TYPE_CHECKING:
    from contrast_engine.store import Workspace


def add_commands(commands: Commands) -> None:
    """Add the commands of this file."""
    label = commands.add(
        "label",
        "Say what images are, or bring labels in and out.",
        None,
        examples="""
contrast label define holiday.contrast low,medium,high --ordered
contrast label add holiday.contrast --image photo.jpg --label low
contrast label next holiday.contrast --strategy random --csv labels.csv
contrast label import holiday.contrast labels.csv
contrast label list holiday.contrast --json""",
    )
    children = label.add_subparsers(dest="action", metavar="ACTION", required=True)

    parser = add_command(children, "add", "Label images.", add)
    add_workspace(parser)
    parser.add_argument(
        "--image", dest="images", action="append", required=True, metavar="PATH_OR_ID",
        help="the image: its id, or the file or any copy of it; may be given several times",
    )  # fmt: skip
    answer = parser.add_mutually_exclusive_group(required=True)
    answer.add_argument("--label", metavar="NAME", help="what it is")
    answer.add_argument(
        "--unsure", action="store_true", help="one cannot tell: kept, but nobody learns from it"
    )
    _add_who(parser)
    parser.add_argument(
        "--why", default="", metavar="TEXT",
        help="a remark kept with the label, such as the reason that `label next` gave",
    )  # fmt: skip

    parser = add_command(children, "undo", "Take back what was last said.", undo)
    add_workspace(parser)
    _add_who(parser)

    parser = add_command(children, "redo", "Say again what was last taken back.", redo)
    add_workspace(parser)
    _add_who(parser)

    parser = add_command(children, "define", "Name the labels there are, in order.", define)
    add_workspace(parser)
    parser.add_argument("labels", metavar="A,B,C", help="the label names, separated by commas")
    parser.add_argument(
        "--ordered", action="store_true", help="they are steps of one scale: low < medium < high"
    )
    parser.add_argument(
        "--overlap", type=float, default=0.2, metavar="SHARE",
        help="share of randomly drawn images that everybody is asked about (default 0.2)",
    )  # fmt: skip
    _add_who(parser)

    parser = add_command(
        children, "name", "Name a cluster of the current clustering, or a finer group in it.", name
    )
    add_workspace(parser)
    parser.add_argument("cluster", metavar="CLUSTER", help="its number; 0.2 for a finer group")
    parser.add_argument("name", metavar="NAME", help="what to call it")
    _add_who(parser)

    parser = add_command(children, "import", "Read labels from a CSV file.", import_labels)
    add_workspace(parser)
    parser.add_argument(
        "file",
        metavar="FILE.csv",
        help="with a column 'label', a column 'path' or 'id', and perhaps 'why'",
    )
    _add_who(parser)

    parser = add_command(children, "export", "Write the labels to a CSV file.", export)
    add_workspace(parser)
    parser.add_argument("file", metavar="FILE.csv", help="the file to write")

    parser = add_command(children, "next", "Choose the images to label next.", next_images)
    add_workspace(parser)
    parser.add_argument("--count", type=int, default=20, metavar="N", help="images (default 20)")
    parser.add_argument(
        "--strategy", choices=("medoids", "active", "random"),
        help="images that stand for others, those the model doubts, or any"
        " (default: active once there is a model)",
    )  # fmt: skip
    parser.add_argument(
        "--who", metavar="W",
        help="with random: one of several people, who share only a part of their images",
    )  # fmt: skip
    parser.add_argument(
        "--csv", metavar="FILE.csv",
        help="also write them to a file: fill in its column 'label' and import it",
    )  # fmt: skip
    add_seed(parser)

    parser = add_command(children, "list", "Show every labelled image.", list_labels)
    add_workspace(parser)


def add(arguments: argparse.Namespace) -> Answer:
    """Label the named images."""
    workspace = _open(arguments)
    ids = tuple(dict.fromkeys(find_image(workspace, text) for text in arguments.images))
    with given_by_hand():
        if arguments.unsure:
            workspace.labels.unsure(ids, arguments.who, arguments.why)
        else:
            workspace.labels.say(ids, arguments.label, who=arguments.who, why=arguments.why)
    said = [row for row in current_labels(workspace) if row["id"] in ids]
    if arguments.unsure:
        line = f"{arguments.who} cannot tell what {count(len(ids), 'image')} are"
        return Answer({"labels": said, "unsure": list(ids)}, [line])
    return Answer({"labels": said}, [f"{row['path']} is {row['label']}" for row in said])


def undo(arguments: argparse.Namespace) -> Answer:
    """Take back the last thing this person said."""
    ids = _open(arguments).labels.undo(arguments.who) or ()
    line = f"taken back for {count(len(ids), 'image')}" if ids else "nothing to take back"
    return Answer({"undone": list(ids)}, [line])


def redo(arguments: argparse.Namespace) -> Answer:
    """Say again the last thing this person took back."""
    ids = _open(arguments).labels.redo(arguments.who) or ()
    line = f"said again of {count(len(ids), 'image')}" if ids else "nothing to say again"
    return Answer({"redone": list(ids)}, [line])


def define(arguments: argparse.Namespace) -> Answer:
    """Set the label names and whether they are ordered."""
    labels = _open(arguments).labels
    with given_by_hand():
        labels.define(
            arguments.labels.split(","), arguments.ordered, arguments.who, arguments.overlap
        )
    defined = labels.label_set()
    return Answer(plain(defined), [(" < " if defined.is_ordered else ", ").join(defined.labels)])


def name(arguments: argparse.Namespace) -> Answer:
    """Name a cluster of the current clustering."""
    workspace = _open(arguments)
    key = workspace.current("clusterings")
    if key is None:
        raise WrongUsage("there is no clustering yet; make one with `contrast cluster`")
    if "." in arguments.cluster:
        from contrast_engine.steps.structure.taxonomy import name_group

        with given_by_hand():
            name_group(workspace, arguments.cluster, arguments.name, arguments.who)
        document = {"key": key, "group": arguments.cluster, "name": arguments.name}
        return Answer(document, [f"group {arguments.cluster} is now {arguments.name!r}"])
    clusters = workspace.load(key).clusters
    if arguments.cluster not in map(str, clusters):
        raise WrongUsage(
            f"no cluster {arguments.cluster}; there are: {', '.join(map(str, clusters))}"
        )
    with given_by_hand():
        cluster = int(arguments.cluster)
        workspace.labels.name_cluster(key, cluster, arguments.name, arguments.who)
    document = {"key": key, "cluster": cluster, "name": arguments.name}
    return Answer(document, [f"cluster {arguments.cluster} is now {arguments.name!r}"])


def import_labels(arguments: argparse.Namespace) -> Answer:
    """Read labels from a CSV file."""
    workspace = _open(arguments)
    done = read_labels(workspace, Path(arguments.file), arguments.who)
    lines = [
        f"{count(done.labelled, 'image')} labelled, {count(done.blank, 'row')} without a label"
    ]
    if done.problems:
        lines.append(f"{count(len(done.problems), 'row')} not used:")
        lines += first([f"  row {p['row']}: {p['reason']}" for p in done.problems])
    document = {
        "labels": current_labels(workspace),
        "labelled": done.labelled,
        "blank": done.blank,
        "problems": done.problems,
    }
    nothing_worked = bool(done.problems) and not done.labelled
    return Answer(document, lines, exit_code=1 if nothing_worked else 0)


def export(arguments: argparse.Namespace) -> Answer:
    """Write the labels to a CSV file."""
    from contrast_engine.steps.labels.consensus_labels import consensus_labels

    file = Path(arguments.file)
    workspace = _open(arguments)
    rows = write_labels(workspace, file)
    document = {"labels": current_labels(workspace), "rows": rows, "path": file}
    settled = [one["words"]] if (one := consensus_labels(workspace).as_json()) else []
    document |= {"settled": one} if one else {}
    return Answer(document, [f"{count(rows, 'label')} written to {file}", *settled])


def next_images(arguments: argparse.Namespace) -> Answer:
    """Choose what to label next."""
    from contrast_engine.steps.labels.label_next import label_next

    workspace = _open(arguments)
    if arguments.count < 1:
        raise WrongUsage(f"--count takes a number of at least 1, got {arguments.count}")
    queue = label_next(workspace, arguments.count, strategy=arguments.strategy, who=arguments.who,
                       seed=arguments.seed)  # fmt: skip
    paths = workspace.images.paths
    rows = [
        {"id": wanted.image, "path": paths.get(wanted.image), "reason": wanted.reason,
         "kind": wanted.kind}
        for wanted in queue
    ]  # fmt: skip
    lines = table([(paths.get(wanted.image) or wanted.image, wanted.reason) for wanted in queue])
    if arguments.csv:
        write_queue(rows, Path(arguments.csv))
    return Answer({"queue": rows}, lines or ["every image has a label"])


def list_labels(arguments: argparse.Namespace) -> Answer:
    """Show every labelled image."""
    from contrast_engine.steps.labels.consensus_labels import consensus_labels

    workspace = _open(arguments)
    labels = current_labels(workspace)
    totals = Counter(row["label"] for row in labels)
    lines = table([(row["label"], row["who"], row["path"]) for row in labels])
    lines += [", ".join(f"{label}: {n:,}" for label, n in totals.items()) or "no labels yet"]
    settled = consensus_labels(workspace)
    if not settled.words:
        return Answer({"labels": labels}, lines)
    return Answer({"labels": labels, "settled": settled.as_json()}, [*lines, settled.words])


def _open(arguments: argparse.Namespace) -> "Workspace":
    from contrast_engine.store import Workspace

    return Workspace.open(arguments.workspace)


def _add_who(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--who", default="me", metavar="W", help="who says so (default me)")
