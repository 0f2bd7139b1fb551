"""How many images a second each tier judges on this machine, measured and never assumed."""

import os
import platform
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.errors import ContrastError
from contrast_engine.images import LinearImage, read_image
from contrast_engine.predict.predictor import Predictor

REPEATS = 7


def seconds_an_image(
    predictor: Predictor, files: Sequence[bytes], tiers: Sequence[str]
) -> dict[str, Floats]:
    """(repeats,) seconds in which one core reads, measures and judges an image, by tier.

    Of processor time, so that other work on the machine hardly counts; the tiers take turns, so
    that what changes while it is measured concerns all of them.

    Args:
        predictor: The model.
        files: Contents of image files.
        tiers: Ways to the answer.
    """
    found: dict[str, list[float]] = {tier: [] for tier in tiers}
    for repeat in range(REPEATS + 1):
        for tier in tiers:
            begun = time.process_time()
            judged = sum(_is_judged(predictor, data, tier) for data in files)
            if repeat and judged:  # the first round loads and plans what later ones find ready
                found[tier].append((time.process_time() - begun) / judged)
    return {tier: np.array(seconds) for tier, seconds in found.items() if seconds}


def rate(seconds: Floats, images: int) -> Json:
    """Images a second and core, with Student's 95 % interval over the repeats."""
    mean, low, high = mean_interval(1 / np.maximum(seconds, 1e-6))
    return {
        "images_per_second": mean, "low": max(0.0, low), "high": high, "repeats": len(seconds),
        "images": images, "cores": 1,
    }  # fmt: skip


def ratio(seconds: Mapping[str, Floats], tier: str, of: str) -> tuple[float, float, float]:
    """The time of a tier as a share of another's in the same round: mean, low and high end."""
    mean, low, high = mean_interval(seconds[tier] / np.maximum(seconds[of], 1e-6))
    return mean, max(0.0, low), high


def mean_interval(values: Floats) -> tuple[float, float, float]:
    """Mean and Student's 95 % interval of some measurements."""
    from scipy.special import stdtrit

    n = len(values)
    mean = float(values.mean())
    half = float(stdtrit(n - 1, 0.975) * values.std(ddof=1) / np.sqrt(n)) if n > 1 else 0.0
    return mean, mean - half, mean + half


def machine() -> str:
    """The machine in words, without its name."""
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()}"


def _is_judged(predictor: Predictor, data: bytes, tier: str) -> bool:
    def read(size: int) -> LinearImage:
        return read_image(data, size, options=predictor.options)

    try:
        predictor.judge_at(read, tier=tier)
    except ContrastError:
        return False
    return True


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except (OSError, ValueError):
        pass
    return platform.processor() or platform.machine()
