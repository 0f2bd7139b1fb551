"""The encoders of complexity: which there are, and whether they predict more than neighbours do."""

from typing import TYPE_CHECKING

import numpy as np

from contrast_engine import figures
from contrast_engine.figures.complexity import masked_entropy
from contrast_engine.steps.complexity.entropy_maps import ENCODER, ERROR, STEP
from contrast_engine.store.training_runs import TrainingRun
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.encoders.encoder_card import TrainedEncoder, trained_encoders

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def encoders_of_complexity(workspace: Workspace) -> dict[str, TrainedEncoder]:
    """The trained encoders of complexity by key, newest first."""
    found = trained_encoders(workspace)
    return {run.key: run for run in found if run.encoder == ENCODER}


def predicts(run: TrainedEncoder) -> bool:
    """Whether an encoder was trained to predict hidden patches."""
    return "masked_r2" in run.last


def error_table(workspace: Workspace, key: str) -> str | None:
    """The key of the table with the error of an encoder on every image, None before it is made."""
    return next(
        (
            made.key
            for made in workspace.artifacts("attributes")
            if made.step == STEP and made.recipe.get("model") == key
        ),
        None,
    )


def worst(workspace: Workspace, table: str, most: int = 9) -> dict[ImageId, str]:
    """The images on which an encoder errs most, the worst first, each with its error in words."""
    errors = workspace.load(table)
    column = errors.column(ERROR)
    order = np.argsort(-column, kind="stable")
    known = [row for row in order if errors.ids[row] in workspace.images][:most]
    return {errors.ids[row]: f"{column[row]:.2f} bits" for row in known}


def masked_curve(workspace: Workspace, key: str) -> "Figure | None":
    """Figure of R² of hidden patches over the epochs of a run; None where it has none."""
    history = [h for h in TrainingRun(workspace.root, key).history() if "masked_r2" in h]
    if not history:
        return None
    of = {name: np.array([line[name] for line in history], dtype=np.float64)
          for name in ("masked_r2", "neighbours_r2")}  # fmt: skip
    epochs = [int(line["epoch"]) for line in history]
    return masked_entropy(epochs, of["masked_r2"], of["neighbours_r2"])


def space_curve(workspace: Workspace, key: str) -> "Figure | None":
    """Figure of alignment and uniformity over the epochs of a run; None where it has none."""
    history = [h for h in TrainingRun(workspace.root, key).history() if "alignment" in h]
    if not history:
        return None
    epochs = [line["epoch"] for line in history]
    drawn = figures.curve(
        {name: (epochs, [line[name] for line in history]) for name in ("alignment", "uniformity")},
        x_title="epoch", y_title="alignment, uniformity", y_unit="no unit, lower is better",
    )  # fmt: skip
    drawn.update_xaxes(title_text="epoch")
    drawn.update_layout(legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"})
    if len(epochs) <= 12:
        drawn.update_xaxes(dtick=1)
    return drawn


def masked_words(run: TrainedEncoder) -> str:
    """Whether hidden patches are predicted better than by their neighbours, in one sentence."""
    if not predicts(run):
        return "It was trained without masked entropy, so it predicts no hidden patches."
    mine, theirs = run.last["masked_r2"], run.last["neighbours_r2"]
    than = "better than" if mine > theirs else "no better than"
    return (
        f"On held-out images it predicts the entropy of hidden patches with R² {mine:.3f}, {than} "
        f"the mean of their visible neighbours with {theirs:.3f}."
    )
