"""pseudo-label, predict: from a few labels to a label for every image, and for new ones."""

import argparse

from contrast_engine.arrays import Json
from contrast_engine.cli.answers import Answer, WrongUsage, count, table, working
from contrast_engine.cli.parser import Commands, add_on, add_seed, add_workspace


def add_commands(commands: Commands) -> None:
    """Add the commands of this file."""
    parser = commands.add(
        "pseudo-label",
        "Learn from the labelled images and label all the others.",
        pseudo_label,
        examples="""
contrast pseudo-label holiday.contrast
contrast pseudo-label holiday.contrast --order low,medium,high""",
    )
    add_workspace(parser)
    parser.add_argument("--order", metavar="A,B,C", help="the labels are ordered, lowest first")
    parser.add_argument(
        "--method", default="auto", help="the classifier (default: the one that fits)"
    )
    add_on(parser)
    add_seed(parser)

    parser = commands.add(
        "predict",
        "Say which label new image files would get.",
        predict,
        examples="contrast predict holiday.contrast new.jpg newer.jpg --json",
    )
    add_workspace(parser)
    parser.add_argument("files", nargs="+", metavar="FILE", help="image files")


def pseudo_label(arguments: argparse.Namespace) -> Answer:
    """Train on the labels and label every image."""
    from contrast_engine import steps
    from contrast_engine.store import Workspace

    order = _order(arguments.order)
    workspace = Workspace.open(arguments.workspace)
    with working("learning") as progress:
        key = steps.pseudo_label(
            workspace, order=order, method=arguments.method, on=arguments.on,
            seed=arguments.seed, progress=progress,
        )  # fmt: skip
    manifest = workspace.manifest(key)
    document = {**manifest.details, "key": key, "images": manifest.rows, "seed": arguments.seed}
    return Answer(document, _summary(document))


def predict(arguments: argparse.Namespace) -> Answer:
    """Label files that need not be in the workspace."""
    from contrast_engine.predict import Predictor
    from contrast_engine.store import Workspace

    predictor = Predictor(Workspace.open(arguments.workspace))
    with working("predicting") as progress:
        predictions = predictor.predict(arguments.files, progress=progress)
    rows = []
    for prediction in predictions:
        if prediction.problem:
            rows.append(("problem", "", f"{prediction.path}: {prediction.problem}"))
        else:
            unsure = "  (rather not say)" if prediction.abstains else ""
            rows.append(
                (
                    str(prediction.label),
                    f"{prediction.probability:.2f}",
                    f"{prediction.path}{unsure}",
                )
            )
    could_not = all(prediction.problem for prediction in predictions)
    return Answer({"predictions": predictions}, table(rows), exit_code=int(could_not))


def _summary(document: Json) -> list[str]:
    badge = f" ({document['badge']})" if document["badge"] else ""
    lines = [
        f"{count(document['images'], 'image')} labelled from {count(document['labels'], 'label')}"
        f" with {document['method']}{badge}",
        f"  would rather not say: {count(document['abstained'], 'image')}",
    ]
    if document.get("settled"):
        lines.append(f"  {document['settled']['words']}")
    if document["choice"]:
        lines.append(f"  {document['choice']['reason']}")
    lines.append(_promise(document["calibration"]))
    for measure in ("accuracy", "kappa"):
        value = document["cross_validated"][measure]
        if value is not None:
            low, high = (
                document["cross_validated"].get(f"{measure}_{end}") for end in ("low", "high")
            )
            interval = "" if low is None else f" ({low:.2f} to {high:.2f})"
            lines.append(f"  cross-validated {measure} {value:.2f}{interval},"
                         f" n = {document['cross_validated']['n']}")  # fmt: skip
    return lines


def _promise(calibration: Json) -> str:
    gap = f"  stated probabilities are off by {calibration['ece']:.2f} on average"
    if calibration["coverage"] is None:
        return gap
    return (
        f"{gap}; sets that promise {calibration['level']:.0%} held {calibration['coverage']:.0%}"
        f" of {calibration['n']} randomly drawn labels"
    )


def _order(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    order = tuple(part.strip() for part in text.split(","))
    if len(order) < 2 or not all(order) or len(set(order)) != len(order):
        raise WrongUsage(f"--order needs at least two different labels, got {text!r}")
    return order
