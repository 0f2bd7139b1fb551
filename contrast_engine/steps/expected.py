"""How long a step will take, told before what it needs is loaded."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from contrast_engine.pace import pace_of
from contrast_engine.store.size_at_a_glance import images_at_a_glance


class Expected(NamedTuple):
    """What a process that does one step is to expect.

    Args:
        name: The step, as `paced` names it.
        n: How many images it works on.
        seconds: How long all of it takes, what is loaded first included; None where that is not
            known.
    """

    name: str
    n: int
    seconds: float | None


_OF_STEPS = {
    "project": "project {method}",
    "cluster": "cluster {method}",
    "choose_k": "choose-k {method}",
    "pseudo_label": "pseudo-label {method}",
    "estimate_illuminants": "illuminants {method}",
    "judge_complexity": "complexity",
    "judge_illuminants": "judge illuminants",
    "illuminant_grid": "illuminant grid",
    "entropy_maps": "entropy maps",
    "predict_files": "predict files",
    "zero_shot": "zero-shot",
    "fine_tune": "fine-tune",
    "look_for_haze": "haze",
}
"""Steps that are paced under another name than their own."""


def of_training(encoder: object, preset: object, options: object) -> str:
    """The name under which training is paced: how long it takes is known of a quick one as it is.

    Args:
        encoder: The name of the encoder.
        preset: "quick" or "full".
        options: Those that are set by hand.
    """
    return f"train {encoder}" if preset == "quick" and not options else f"train {encoder} as chosen"


def expected_of_step(root: str | Path, step: str, params: Mapping[str, object]) -> Expected | None:
    """What is to be expected of a step that a job does; None where nothing is known of it.

    Args:
        root: The folder of the workspace.
        step: Its name.
        params: Its arguments.
    """
    if step == "train":
        given = (params.get("preset", "quick"), params.get("options"))
        return expected(root, of_training(params.get("encoder"), *given))
    method = str(params.get("method", "auto"))
    return expected(root, _OF_STEPS.get(step, step).replace("{method}", method))


def expected(root: str | Path, name: str) -> Expected | None:
    """What is to be expected of a step; None where not even the number of images is known.

    Args:
        root: The folder of the workspace.
        name: The step, as `paced` names it.
    """
    n = images_at_a_glance(root)
    if n is None:
        return None
    pace = pace_of(name, n)
    return Expected(name, n, None if pace is None else pace.of_command)
