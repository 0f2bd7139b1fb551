"""How often drift is said: of streams without any, and of planted ones.

    python tests/benchmarks/drift_streams.py ../shared/data [--seeds 20] [--rows FILE.npz]

Photographs are measured once, as they are and changed (`--rows` keeps the numbers). Every stream is
new photographs in the order of a night, looked at as `contrast monitor` looks. *real*: photographs of
four collections, mixed, 240 of them the reference and the other 707 the stream. *made*: as many
as one likes with the correlations of these (a Gaussian copula), 500 or 150 of reference. Beside it
the rule of thumb, looked at once at the end: MMD p < .01 and some PSI > .25.
"""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.drift import WINDOW, compare, due, significance
from contrast_engine.drift.mean_discrepancy import mean_discrepancy
from contrast_engine.drift.stability_index import stability_index
from contrast_engine.features import core_names, measure_image
from contrast_engine.images import LinearImage, read_image
from contrast_engine.perturb import perturbations
from contrast_engine.pseudo_labels.scores import wilson
from contrast_engine.randomness import generator
from contrast_engine.scaling import QuantileScaling
from contrast_engine.vectors import ImageId, Vectors

SETS = {
    "weather": "photos_weather/images", "day_night": "photos_day_night/images",
    "lowlight": "photos_lowlight_haze/images", "biq": "biq2021_quality/images",
    "savoias": "savoias_complexity", "cc": "color_constancy",
}  # fmt: skip
POOL = ("weather", "day_night", "lowlight", "biq")
CHANGES = {"gamma_0.8": ("gamma", 0.8), "gamma_1.25": ("gamma", 1.25), "haze_0.7": ("haze", 0.7)}
CORE = core_names()
REFERENCE = 240

Stream = tuple[Floats, Floats]
"""The reference and the new images, both on the scale of the reference."""


def measured(data: Path) -> dict[str, Floats]:
    """Core features of every photograph, as it is, changed, and as four more of a burst."""
    found: dict[str, Floats] = {}
    for name, folder in SETS.items():
        rows: dict[str, list[list[float]]] = {}
        files = sorted(p for p in (data / folder).rglob("*") if p.suffix in (".jpg", ".png"))
        for number, path in enumerate(files):
            rgb = read_image(path).rgb
            pictures = {"plain": rgb}
            if name in POOL:
                for change, (kind, strength) in CHANGES.items():
                    pictures[change] = perturbations[kind](rgb, strength)
                if name != "biq" and number % 2 == 0:
                    pictures |= burst(rgb, number)
            for kind, picture in pictures.items():
                row = measure_image(LinearImage(picture))
                rows.setdefault(kind, []).append([row[column] for column in CORE])
        found |= {f"{name}/{kind}": np.array(values) for kind, values in rows.items()}
        if "burst_0" in rows:
            found[f"{name}/burst_of"] = found[f"{name}/plain"][::2]
    return found


def burst(rgb: Floats, seed: int) -> dict[str, Floats]:
    """Four more frames of a scene: cut a little otherwise, and exposed a little otherwise."""
    random, frames = generator(seed, "burst"), {}
    for frame in range(4):
        height, width = (int(side * random.uniform(0.85, 0.97)) for side in rgb.shape[:2])
        y, x = (int(random.integers(0, whole - part + 1))
                for whole, part in zip(rgb.shape[:2], (height, width), strict=True))  # fmt: skip
        cut = np.ascontiguousarray(rgb[y : y + height, x : x + width])
        frames[f"burst_{frame}"] = perturbations["exposure"](cut, 2 ** random.normal(0, 0.15))
    return frames


def vectors(values: Floats) -> Vectors:
    return Vectors(tuple(ImageId(f"{row:016x}") for row in range(len(values))), values, CORE)


def on_scale(reference: Floats, *others: Floats) -> tuple[Floats, ...]:
    """Raw rows on the scale that is fitted on the reference."""
    scale = QuantileScaling.fit(vectors(reference))
    return tuple(scale.transform(vectors(values)).values for values in (reference, *others))


def half_shift(stream: Floats, random: np.random.Generator) -> Floats:
    """Three features moved by half a deviation of the reference, either way."""
    moved = stream.copy()
    moved[:, random.choice(stream.shape[1], 3, replace=False)] += 0.5 * random.choice([-1, 1], 3)
    return moved


class Streams:
    """Every kind of stream, each from a seed."""

    def __init__(self, rows: dict[str, Floats]) -> None:
        self.rows = rows
        self.pool = {kind: np.concatenate([rows[f"{name}/{kind}"] for name in POOL])
                     for kind in ("plain", *CHANGES)}  # fmt: skip
        scaled = on_scale(self.pool["plain"])[0]
        self.mix = np.linalg.cholesky(np.corrcoef(scaled.T) + 1e-9 * np.eye(len(CORE)))
        frames = ["burst_of", *(f"burst_{frame}" for frame in range(4))]
        self.scenes = np.concatenate(
            [np.stack([rows[f"{name}/{frame}"] for frame in frames], 1) for name in POOL[:3]]
        )  # (scenes, 5, d)

    def real(self, seed: int, kind: str) -> Stream:
        random = generator(seed, "drift streams")
        order = random.permutation(len(self.pool["plain"]))
        reference, rest = self.pool["plain"][order[:REFERENCE]], order[REFERENCE:]
        if kind == "scenes":
            new = random.permutation(self.rows["savoias/plain"])
        else:
            new = self.pool[kind if kind in self.pool else "plain"][rest]
        before, now = on_scale(reference, new)
        return before, half_shift(now, random) if kind == "half" else now

    def made(self, seed: int, n: int, m: int, kind: str) -> Stream:
        random = generator(seed, "made streams")
        before, now = (random.normal(size=(size, len(CORE))) @ self.mix.T for size in (n, m))
        return before, half_shift(now, random) if kind == "half" else now

    def bursts(self, seed: int, is_mixed: bool, kind: str) -> Stream:
        """160 scenes of reference, 200 others five times each."""
        random = generator(seed, "bursts")
        order = random.permutation(len(self.scenes))
        new = self.scenes[order[160:360]].reshape(-1, len(CORE))
        reference = self.scenes[order[:160], 0]
        if kind == "both":
            reference = self.scenes[order[:60]].reshape(-1, len(CORE))
        before, now = on_scale(reference, new)
        return before, random.permutation(now) if is_mixed else now


def first_alarm(before: Floats, stream: Floats) -> int | None:
    """After how many images drift is first said."""
    for look in due(len(stream)):
        new = stream[max(0, look - WINDOW) : look]
        if compare(before, new, CORE, significance(look)).verdict == "drift":
            return look
    return None


def rule_of_thumb(before: Floats, stream: Floats) -> bool:
    """MMD p < .01 and some PSI > .25, once, on the latest images as they are."""
    new = stream[-WINDOW:]
    index = max(stability_index(a, b)[0] for a, b in zip(before.T, new.T, strict=True))
    return index > 0.25 and mean_discrepancy(before[:WINDOW], new).p < 0.01


def kinds(streams: Streams) -> Iterator[tuple[str, Callable[[int], Stream]]]:
    for kind in ("none", "half", "gamma_0.8", "gamma_1.25", "haze_0.7", "scenes"):
        yield f"real, {kind}", lambda seed, kind=kind: streams.real(seed, kind)
    yield "bursts, no drift, in order", lambda seed: streams.bursts(seed, False, "one")
    yield "bursts, no drift, mixed", lambda seed: streams.bursts(seed, True, "one")
    yield "bursts in the reference too", lambda seed: streams.bursts(seed, True, "both")
    for n in (500, 150):
        yield f"made, {n}, none", lambda seed, n=n: streams.made(seed, n, 1000, "none")
        yield f"made, {n}, half", lambda seed, n=n: streams.made(seed, n, 1000, "half")
    yield "made, 500, none, 4,000 images", lambda seed: streams.made(seed, 500, 4000, "none")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--rows", type=Path)
    arguments = parser.parse_args()
    if arguments.rows and arguments.rows.exists():
        rows = dict(np.load(arguments.rows))
    else:
        rows = measured(arguments.data)
        if arguments.rows:
            np.savez(arguments.rows, **rows)
    print("stream | alarms | 95 % | median first | rule of thumb, once")
    for name, make in kinds(Streams(rows)):
        found = [make(seed) for seed in range(arguments.seeds)]
        first = [at for one in found if (at := first_alarm(*one)) is not None]
        rule = sum(rule_of_thumb(*one) for one in found)
        low, high = wilson(len(first), len(found))
        when = f"{int(np.median(first))}" if first else "-"
        print(f"{name} | {len(first)} of {len(found)} | {low:.2f} to {high:.2f} | {when} | {rule}",
              flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
