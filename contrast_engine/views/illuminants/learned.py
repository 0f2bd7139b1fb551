"""What was learnt of light: whether an embedding follows it, and which networks err least."""

from dataclasses import dataclass

from contrast_engine.arrays import Json
from contrast_engine.illuminants.learned.probes import Probe
from contrast_engine.steps.illuminants.probe_embedding import probe_embedding
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.encoders.encoder_card import TrainedEncoder, trained_encoders
from contrast_engine.views.input_checks import sentence

ENCODER = "illuminant"
GRID = "illuminant_grid@"

COLOURS = {
    "feature.illuminant_u": "Coloured by the light: red (u′)",
    "feature.illuminant_v": "Coloured by the light: yellow (v′)",
    "feature.c_rms": "Coloured by content (RMS contrast)",
}
"""Colours of the map: an embedding of light follows the first two, and not the last."""

PARTS = {"mean": "Mean", "median": "Median", "trimean": "Trimean", "best25": "Best 25%",
         "worst25": "Worst 25%", "p95": "P95", "max": "Max"}  # fmt: skip


@dataclass(frozen=True)
class Followed:
    """What an embedding follows.

    Args:
        rows: One for the light and one for what is shown, with the null of each.
        words: Both in a sentence.
        follows: Whether it follows the light, and more than what is shown.
    """

    rows: tuple[Json, ...]
    words: str
    follows: bool


def embeddings(workspace: Workspace) -> tuple[TrainedEncoder, ...]:
    """The kept encoders of illuminants, newest first."""
    return tuple(
        run for run in trained_encoders(workspace) if run.encoder == ENCODER and run.embedding
    )


def followed(workspace: Workspace, embedding: str, lights: str) -> Followed:
    """What an embedding follows: the estimated light of photographs, or what they show.

    Args:
        workspace: Where the images are.
        embedding: Its key.
        lights: Key of the table of estimated chromaticities.

    Raises:
        NotEnoughData: There are too few images with an estimate.
    """
    found = probe_embedding(workspace, embedding, lights)
    rows = (_row("the light, as estimated", found.light), _row("what is shown", found.scene))
    follows = found.light.is_followed and found.light.r2 > found.scene.r2
    return Followed(rows, sentence(found.in_words), follows)


def grid(workspace: Workspace) -> Json | None:
    """What the newest comparison of networks of every kind found; None before there is one."""
    made = (one for one in workspace.artifacts("reports") if one.step.startswith(GRID))
    newest = next(made, None)
    return newest.details if newest else None


def grid_rows(details: Json) -> list[Json]:
    """One row per kind of network, the least mean error first."""
    return [
        {
            "Input": row["input"],
            "Head": row["head"],
            "Pre-training": row["pretraining"],
            **{title: row[part] for part, title in PARTS.items() if part in row},
            "95% interval": f"{row['low']:.2f} to {row['high']:.2f}",
        }
        for row in sorted(details["rows"], key=lambda row: row["mean"])
    ]


def grid_words(details: Json) -> str:
    """What the comparison rests on and what it says."""
    what = "relit photographs (synthetic)" if details["is_synthetic"] else "images"
    used = details["used"]
    return (
        f"{sentence(details['verdict'])} n = {details['n']:,} {what}; folds by {used['folds']}, "
        f"{used['seeds']} seeds, {used['epochs']} epochs. In degrees, lower is better. The seeds "
        "share the images: intervals are over images."
    )


def _row(what: str, one: Probe) -> Json:
    return {
        "Asked for": what,
        "R²": one.r2,
        "By chance": one.null,
        "By chance, at most (P95)": one.null_high,
        "Followed": "yes" if one.is_followed else "no",
        "n": one.n,
    }
