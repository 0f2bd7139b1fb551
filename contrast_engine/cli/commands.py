"""The list of commands, under the titles of the help."""

from contrast_engine.cli.app import app, completion, doctor, jobs, quickstart, samples
from contrast_engine.cli.collection import (
    backup,
    bring,
    gather,
    inspect,
    issues,
    measure,
    place,
    remove,
    restore,
    scan,
)
from contrast_engine.cli.complexity import complexity
from contrast_engine.cli.encoders import (
    embed,
    fine_tune,
    sensitivity,
    shortcuts,
    train,
    views,
    zero_shot,
)
from contrast_engine.cli.evidence import downstream, human_scores, ladders, sabotage, validate
from contrast_engine.cli.illuminants import illuminant
from contrast_engine.cli.image import what_if
from contrast_engine.cli.labels import agreement, label, rank
from contrast_engine.cli.models import bundle, monitor, predict, pseudo_label, retrain, serve, watch
from contrast_engine.cli.output import export, overview, report, reproduce, selection
from contrast_engine.cli.parser import Front
from contrast_engine.cli.structure import (
    axes,
    cluster,
    clusterings,
    duplicates,
    edit_clusters,
    names_as_labels,
    outliers,
    project,
    similar,
    use,
)

TITLES = {
    "Start": (quickstart, app, samples, doctor, jobs, completion),
    "Collection": (gather, scan, measure, place, bring, remove, inspect, issues, backup, restore),
    "Structure": (
        project, cluster, clusterings, edit_clusters, use, names_as_labels, axes, similar, outliers,
        duplicates,
    ),
    "Image": (what_if,),
    "Labels": (label, rank, agreement),
    "Models": (pseudo_label,),
    "In use": (predict, bundle, serve, watch, monitor, retrain),
    "Encoders": (train, fine_tune, embed, zero_shot, sensitivity, shortcuts, views),
    "Laboratories": (complexity, illuminant),
    "Evidence": (validate, downstream, sabotage, ladders, human_scores),
    "Output": (overview, report, export, selection, reproduce),
}  # fmt: skip


def build_parser() -> Front:
    """The whole command line."""
    front = Front()
    for title, files in TITLES.items():
        front.title(title)
        for file in files:
            file.add_command(front.all)
    return front
