"""Predictions for new images, in the words a page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from contrast_engine.arrays import Json
from contrast_engine.predict import CASCADE, FAST, FULL, HYBRID, Prediction
from contrast_engine.predict.tiers.kept import ways_to_an_answer
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.structure.cluster_marks import cluster_name

TIER_WORDS = {
    FAST: "Fast: smaller pictures, features alone",
    HYBRID: "Hybrid: pictures at full analysis size",
    FULL: "Full: all that the model uses",
    CASCADE: "Cascade: fast, and full where fast is not sure",
}
"""The ways to an answer, in the words of a menu."""


@dataclass(frozen=True)
class FilePrediction:
    """What the model says about one new image, or why it cannot be predicted."""

    name: str
    label: str
    probability: float | None
    cluster: str
    words: str
    probabilities: Mapping[str, float] = field(default_factory=dict)


def tier_choices(workspace: Workspace) -> tuple[str, ...]:
    """The tiers of the current model, the usual one first."""
    names = ways_to_an_answer(workspace)
    return (FULL, *(name for name in names if name != FULL))


def file_predictions(
    workspace: Workspace, found: Sequence[Prediction]
) -> tuple[FilePrediction, ...]:
    """What the model says about new images, one row for each.

    Args:
        workspace: Where clusters have their names.
        found: As predicted.
    """
    clustering = workspace.current("clusterings")
    names = workspace.labels.cluster_names(clustering) if clustering else {}
    return tuple(_row(one, names) for one in found)


def wrong_words(workspace: Workspace) -> str:
    """How often answers of the current model are wrong, in one line that may head the rest."""
    found = workspace.manifest(str(workspace.current("predictions"))).details.get("promise")
    if not found or found["error"] is None:
        return "How often its answers are wrong"
    return (
        f"Of its answers {found['error']:.0%} are wrong on labels that it had not seen, "
        f"{found['low']:.0%} to {found['high']:.0%} elsewhere in the collection "
        f"(n = {found['n']:.0f})"
    )


def scored_words(report: Json) -> str:
    """What came of many files, in one line.

    Args:
        report: As the step `predict_files` gave it.
    """
    labels = "; ".join(f"{label} {number:,}" for label, number in report["labels"])
    where = ", ".join(report["scored"])
    parts = [f"Scored last, tier {report['tier']}: {where}. {report['rows']:,} files: {labels}."]
    if report["abstains"]:
        parts.append(f"For {report['abstains']:,} of them the model abstains.")
    if report["problems"]:
        parts.append(f"{report['problems']:,} could not be scored; the table says why.")
    if report["kept"]:
        parts.append(f"{report['kept']:,} rows were there from before.")
    if report["images_per_second"]:
        parts.append(f"{report['images_per_second']:.1f} files a second.")
    if report["log_problem"]:
        parts.append(f"Not logged: {report['log_problem']}")
    return " ".join(parts)


def scores_bytes(workspace: Workspace, report: Json) -> bytes:
    """The table of many files that was written, for a download; b"" where it is gone.

    Only one inside the workspace: the record of a job says what whoever made it liked.
    """
    path, home = Path(str(report["path"])).resolve(), workspace.root.resolve()
    is_ours = path.is_relative_to(home) and path.suffix == ".csv"
    return path.read_bytes() if is_ours and path.is_file() else b""


def _row(one: Prediction, names: Mapping[int, str]) -> FilePrediction:
    name = Path(one.path).name
    if one.problem:
        return FilePrediction(name, "", None, "", f"cannot be predicted: {one.problem}")
    cluster = "" if one.cluster is None else cluster_name(one.cluster, names)
    return FilePrediction(
        name,
        one.label or "",
        one.probability,
        cluster,
        "the model abstains" if one.abstains else "sure enough to say",
        one.probabilities or {},
    )
