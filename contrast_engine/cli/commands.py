"""The list of commands, under the titles of the help."""

import importlib

from contrast_engine.cli.parser import Front

TITLES = {
    "Start": (
        "app.quickstart", "app.app", "app.password", "app.samples", "app.doctor", "app.jobs",
        "app.completion",
    ),
    "Collection": (
        "collection.gather", "collection.scan", "collection.measure", "collection.place",
        "collection.bring",
        "collection.remove", "collection.inspect", "collection.issues", "collection.backup",
        "collection.restore",
    ),
    "Structure": (
        "structure.project", "structure.cluster", "structure.clusterings",
        "structure.edit_clusters", "structure.use", "structure.names_as_labels", "structure.axes",
        "structure.similar", "structure.outliers", "structure.duplicates",
    ),
    "Image": ("image.what_if",),
    "Labels": ("labels.label", "labels.rank", "labels.agreement"),
    "Models": ("models.pseudo_label",),
    "In use": (
        "models.predict", "models.bundle", "models.serve", "models.watch", "models.monitor",
        "models.retrain",
    ),
    "Encoders": (
        "encoders.train", "encoders.fine_tune", "encoders.embed", "encoders.zero_shot",
        "encoders.sensitivity", "encoders.shortcuts", "encoders.views",
    ),
    "Laboratories": ("complexity.complexity", "illuminants.illuminant"),
    "Evidence": (
        "evidence.validate", "evidence.downstream", "evidence.sabotage", "evidence.ladders",
        "evidence.human_scores",
    ),
    "Output": (
        "output.overview", "output.report", "output.export", "output.selection",
        "output.reproduce",
    ),
}  # fmt: skip
"""The files of the commands; each holds the command of its name."""

ALONE = {file.rpartition(".")[2].replace("_", "-"): file
         for files in TITLES.values() for file in files}  # fmt: skip
"""The file of each command, so that none of the others need be read to run it."""

READS_ALL = ("completion",)
"""Commands that need all the others."""


def build_parser(word: str | None = None) -> Front:
    """The whole command line; only the part of one command where the first word names one.

    Args:
        word: The first word that was typed.
    """
    front = Front()
    if word in ALONE and word not in READS_ALL:
        _add(front, ALONE[word])
        return front
    for title, files in TITLES.items():
        front.title(title)
        for file in files:
            _add(front, file)
    return front


def _add(front: Front, file: str) -> None:
    importlib.import_module(f"contrast_engine.cli.{file}").add_command(front.all)
