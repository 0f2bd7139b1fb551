"""Scenes whose light is known because it was put there."""

import numpy as np

from contrast_engine.arrays import Bools, Floats, Floats32


def mondrian(seed: int, size: int = 32, patches: int = 8) -> Floats32:
    """(size, size, 3) reflectances in patches, grey in the mean, as neutral light shows them."""
    random = np.random.default_rng(seed)
    colours = random.uniform(0.05, 0.6, (patches, patches, 3))
    colours *= 0.3 / colours.mean(axis=(0, 1))
    side = size // patches
    return np.kron(colours, np.ones((side, side, 1))).astype(np.float32)


def lit(scene: Floats32, light: Floats) -> Floats32:
    """A scene under a light, far from saturation."""
    made: Floats32 = (scene * light / np.max(light)).astype(np.float32)
    return made


def everything(images: Floats32) -> Bools:
    """Masks that mask nothing."""
    return np.ones(images.shape[:3], bool)
