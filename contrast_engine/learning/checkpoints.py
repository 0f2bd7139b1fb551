"""Where a training run stands, as plain arrays and JSON: never a pickle."""

import math
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import torch

from contrast_engine.arrays import Json
from contrast_engine.errors import ModelError
from contrast_engine.learning.objective import Objective

Array = np.ndarray[Any, np.dtype[Any]]

_OPTIMISER = "optimiser."


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Everything a run needs to go on: weights, optimiser state, history.

    Args:
        epoch: Epochs finished.
        arrays: Weights by name, and the optimiser's state under names of its own.
        history: The metrics of each epoch.
        best: Lowest held-out loss so far.
        stale: Epochs since it was clearly beaten.
        seconds: Time spent training.
    """

    epoch: int
    arrays: dict[str, Array] = field(repr=False)
    history: list[Json] = field(repr=False)
    best: float
    stale: int
    seconds: float

    @classmethod
    def fresh(cls) -> Self:
        """The state before the first epoch; it has no arrays."""
        return cls(0, {}, [], math.inf, 0, 0.0)

    def as_json(self) -> Json:
        """All but the arrays."""
        best = self.best if math.isfinite(self.best) else None
        return {"epoch": self.epoch, "history": self.history, "best": best, "stale": self.stale,
                "seconds": self.seconds}  # fmt: skip

    @classmethod
    def of(cls, arrays: dict[str, Array], value: Json) -> Self:
        """Rebuild a checkpoint from its arrays and `as_json`."""
        best = math.inf if value["best"] is None else float(value["best"])
        return cls(int(value["epoch"]), arrays, list(value["history"]), best,
                   int(value["stale"]), float(value["seconds"]))  # fmt: skip


def weights(objective: Objective) -> dict[str, Array]:
    """Copy the weights and batch statistics of an objective, by name."""
    state = objective.state_dict()
    return {name: tensor.detach().cpu().numpy().copy() for name, tensor in state.items()}


def load_weights(objective: Objective, arrays: dict[str, Array]) -> None:
    """Put weights back.

    Raises:
        ModelError: They are not of this network.
    """
    own = {name: array for name, array in arrays.items() if not name.startswith(_OPTIMISER)}
    tensors = {name: torch.from_numpy(np.array(array)) for name, array in own.items()}
    try:
        objective.load_state_dict(tensors)
    except RuntimeError as error:
        first = str(error).splitlines()[-1].strip()
        raise ModelError(f"saved weights do not fit this encoder ({first}); train again") from error


def optimiser_arrays(optimiser: torch.optim.Optimizer) -> dict[str, Array]:
    """Copy the moments of an optimiser, by the number of the weight they belong to."""
    state = optimiser.state_dict()["state"]
    return {
        f"{_OPTIMISER}{number}.{name}": np.array(torch.as_tensor(value).cpu().numpy())
        for number, values in state.items()
        for name, value in values.items()
    }


def restore(checkpoint: Checkpoint, objective: Objective, optimiser: torch.optim.Optimizer) -> None:
    """Put weights and optimiser back to a checkpoint; a fresh one changes nothing."""
    if not checkpoint.arrays:
        return
    load_weights(objective, checkpoint.arrays)
    state: dict[int, dict[str, torch.Tensor]] = {}
    for name, array in checkpoint.arrays.items():
        if name.startswith(_OPTIMISER):
            number, _, what = name.removeprefix(_OPTIMISER).partition(".")
            state.setdefault(int(number), {})[what] = torch.from_numpy(np.array(array))
    groups = optimiser.state_dict()["param_groups"]
    optimiser.load_state_dict({"state": state, "param_groups": groups})
