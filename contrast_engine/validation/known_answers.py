"""Do the features come out right where the answer is known?"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.features import measure_image
from contrast_engine.images import LinearImage
from contrast_engine.images.colour import decode_srgb
from contrast_engine.randomness import generator
from contrast_engine.results import Finding
from contrast_engine.validation import checks
from contrast_engine.validation.context import Context

CHECK = "known_answers"
EQUAL = 1e-9
"""Relative difference up to which a turned picture has the same feature."""

AGAIN = "install the program again, run its tests, and report the numbers"


@checks.add(CHECK)
def known_answers(context: Context) -> list[Finding]:
    """Whether drawn pictures measure as calculated by hand, and turned ones as before.

    This says that the features are computed as defined, and nothing of whether their definitions
    suit the collection.
    """
    return [_answers(), _turned(context.seed)]


def _answers() -> Finding:
    rows = answers()
    wrong = [row for row in rows if not _is_right(row)]
    said = ", ".join(f"{row['measure']} of {row['image']}" for row in wrong[:3])
    note = (
        f"All {len(rows)} numbers of drawn pictures come out as calculated by hand."
        if not wrong
        else f"{len(wrong)} numbers do not come out as calculated by hand: {said}."
    )
    space = f"{len(DRAWN)} drawn pictures, measured by this installation"
    return Finding(CHECK, 1 - len(wrong) / len(rows), len(rows), space,
                   "fail" if wrong else "pass", note,
                   next="" if not wrong else f"Use nothing measured here: {AGAIN}.")  # fmt: skip


def _is_right(row: Mapping[str, str]) -> bool:
    off = abs(measured()[row["image"]][row["measure"]] - float(row["value"]))
    return off <= float(row["tolerance"])


def _turned(seed: int) -> Finding:
    picture = _scene(seed)
    before = measure_image(LinearImage(picture))
    moved = set()
    for turned in (picture[:, ::-1], picture.swapaxes(0, 1)[::-1], picture[::-1, ::-1]):
        after = measure_image(LinearImage(np.ascontiguousarray(turned)))
        moved |= {name for name, value in before.items()
                  if abs(after[name] - value) > EQUAL * max(1.0, abs(value))}  # fmt: skip
    note = (
        "Mirroring and turning a picture changes no feature."
        if not moved
        else f"Turning a picture changes {', '.join(sorted(moved)[:3])}."
    )
    return Finding(CHECK, 1 - len(moved) / len(before), len(before),
                   f"{len(before)} features of one drawn picture, turned in 3 ways",
                   "fail" if moved else "pass", note,
                   next="" if not moved else f"Believe these features least: {AGAIN}.")  # fmt: skip


def _scene(seed: int) -> Floats:
    """(97, 131, 3) linear light: waves, a hard edge and grain, with odd remainders everywhere."""
    y, x = np.mgrid[:97, :131]
    waves = [0.5 + 0.4 * np.sin(x / (3 + 7 * c) + y / (11 - 2 * c) + c) for c in range(3)]
    lit = np.stack(waves, axis=2) * (0.2 + 0.8 * (x + 2 * y > 97)[..., None])
    grain = generator(seed, "validation", CHECK).normal(0, 0.03, lit.shape)
    return np.asarray(np.clip(lit + grain, 0, 1))


@cache
def answers() -> tuple[dict[str, str], ...]:
    """The table of known answers: image, measure, value, tolerance, source."""
    table = resources.files(__package__).joinpath("known_answers.csv").read_text(encoding="utf-8")
    names, *rows = (line.split(",") for line in table.splitlines())
    return tuple(dict(zip(names, row, strict=True)) for row in rows)


@cache
def measured() -> dict[str, dict[str, float]]:
    """Every feature of each drawn picture, and its mean L*, a* and b*."""
    found = {}
    for name, draw in DRAWN.items():
        image = draw()
        lab = image.lab.reshape(-1, 3).mean(axis=0)
        found[name] = measure_image(image) | {
            f"lab_{axis}": float(value) for axis, value in zip("lab", lab, strict=True)
        }
    return found


def _grey(luminance: Floats) -> LinearImage:
    return LinearImage(np.repeat(np.asarray(luminance, np.float64)[..., None], 3, axis=2))


def _patches(*colours: tuple[float, float, float]) -> LinearImage:
    sides = [np.tile(np.array(colour, np.float64), (64, 32, 1)) for colour in colours]
    return LinearImage(np.concatenate(sides, axis=1))


DRAWN: Mapping[str, Callable[[], LinearImage]] = {
    "half_and_half": lambda: _grey(np.repeat([[0.0, 1.0]], 200, axis=1).repeat(400, axis=0)),
    "checkerboard": lambda: _grey(np.indices((400, 400)).sum(axis=0) % 2),
    "ramp": lambda: _grey(np.tile(decode_srgb(np.arange(256) / 255), (256, 1))),
    "ramp_of_luminance": lambda: _grey(np.tile(np.arange(256) / 255, (256, 1))),
    "sine_of_16_cycles": lambda: _grey(
        np.tile(0.5 + 0.25 * np.sin(2 * np.pi * 16 * np.arange(512) / 512), (512, 1))
    ),
    "grey_128": lambda: _grey(np.full((64, 64), decode_srgb(np.array(128 / 255)))),
    "red": lambda: _patches((1, 0, 0)),
    "green": lambda: _patches((0, 1, 0)),
    "blue": lambda: _patches((0, 0, 1)),
    "red_and_green": lambda: _patches((1, 0, 0), (0, 1, 0)),
}
"""Pictures whose features can be calculated by hand."""
