"""How often `downstream` claims help where there is none, and finds it where there is.

Run by hand: `python -m tests.benchmarks.downstream [SEEDS] [IMAGES]`, minutes on one core. Numbers stand
in docs/validation.md#downstream.
"""

import sys

import numpy as np

from contrast_engine.validation.outcome_gain import BRIGHTNESS, BYTES, corrected, flexible, gains
from contrast_engine.validation.unseen import Target

OUTCOMES = ("random", "brightness", "middle of brightness", "bytes", "a feature")


def outcome(name: str, rng: np.random.Generator, bright, stored, features):
    """(n,) an outcome that follows one thing."""
    noise = rng.normal(size=len(bright))
    partial = np.sqrt(40 / len(bright))  # R2 of 40 over n
    return {
        "random": noise,
        "brightness": bright + 0.5 * noise,
        "middle of brightness": np.abs(bright) + 0.5 * noise,
        "bytes": stored + 0.5 * noise,
        "a feature": partial * features[:, 0] + np.sqrt(1 - partial**2) * noise,
    }[name]


def main(seeds: int, n: int) -> None:
    """Print a line for each kind of outcome."""
    for kind in ("number", "binary"):
        for name in OUTCOMES:
            claims = []
            for seed in range(seeds):
                rng = np.random.default_rng([seed, n])
                bright, stored = rng.normal(size=n), rng.normal(size=n)
                features = rng.normal(size=(n, 20))
                features[:, 1:8] += bright[:, None]  # as in photographs, some go with brightness
                y = outcome(name, rng, bright, stored, features)
                cut = np.eye(2)[(y > np.median(y)).astype(int)]
                target = Target(
                    y[:, None] if kind == "number" else cut, np.arange(n), kind == "number"
                )
                baseline = {BRIGHTNESS: flexible(bright[:, None]), BYTES: flexible(stored[:, None])}
                found = gains(target, {"features": [features, features**2]}, baseline, seed=seed)
                claims.append([gain.is_sure for gain in corrected(found.gains)])
            shares = " ".join(f"{share:.2f}" for share in np.mean(claims, axis=0))
            print(f"{kind}, {name}: beside, alone against, alone: {shares} of {seeds}, n = {n}")


if __name__ == "__main__":
    words = [*sys.argv[1:], *("20", "200")[len(sys.argv) - 1 :]]
    main(int(words[0]), int(words[1]))
