import math

import numpy as np
import pytest
import torch

from contrast_engine.complexity import patch_entropy as reference
from contrast_engine.complexity.patch_entropy import (
    entropy_of_counts,
    patch_entropy,
    upper_quartile,
)
from contrast_engine.learning import patch_grid
from contrast_engine.learning.luminance import linear_light
from contrast_engine.learning.networks import patch_summary
from contrast_engine.learning.networks.patch_summary import N_CARRIED, entropies
from contrast_engine.randomness import generator


def pictures(n: int = 3, side: int = 32) -> np.ndarray:
    rng = generator(0, "patch entropy")
    coarse = np.kron(rng.uniform(size=(n, 4, 4, 3)), np.ones((1, side // 4, side // 4, 1)))
    grain = rng.normal(0, 0.2, size=coarse.shape) * rng.uniform(size=(n, 1, 1, 1))
    return np.round(255 * np.clip(coarse + grain, 0, 1)).astype(np.uint8)


def test_a_flat_patch_holds_nothing_and_two_halves_hold_a_bit() -> None:
    grey = np.full((1, 16, 16, 3), 128, np.uint8)
    assert patch_entropy(grey, 16).tolist() == [[[0.0]]]
    grey[0, :, 8:] = 20
    # one bit, and (2 - 1) / (2 * 256 ln 2)
    assert patch_entropy(grey, 16)[0, 0, 0] == pytest.approx(1 + 1 / (512 * math.log(2)))
    assert patch_entropy(grey, 8).tolist() == [[[0.0, 0.0], [0.0, 0.0]]]


def test_equally_frequent_tones_hold_five_bits_and_the_correction() -> None:
    tones = np.round((np.arange(32) + 0.5) * 255 / 32).astype(np.uint8)
    patch = np.tile(tones, 8).reshape(16, 16)[None, :, :, None].repeat(3, axis=3)
    assert patch_entropy(patch, 16)[0, 0, 0] == pytest.approx(5 + 31 / (512 * math.log(2)))
    assert entropy_of_counts(np.array([[3, 1, 0]]))[0] == pytest.approx(
        0.811278 + 1 / (8 * math.log(2)), abs=1e-6
    )


def test_turning_mirroring_and_shuffling_a_patch_changes_nothing() -> None:
    codes = pictures(1, 16)
    before = patch_entropy(codes, 16)
    for changed in (codes[:, ::-1], codes[:, :, ::-1], np.rot90(codes, axes=(1, 2))):
        assert np.allclose(patch_entropy(changed, 16), before)
    order = generator(0, "shuffle").permutation(256)
    shuffled = codes.reshape(1, 256, 3)[:, order].reshape(codes.shape)
    assert np.allclose(patch_entropy(shuffled, 16), before)
    assert not np.allclose(patch_entropy(codes // 3, 16), before)


@pytest.mark.parametrize("side", [8, 16])
def test_torch_counts_what_numpy_counts_also_where_patches_do_not_fit(side: int) -> None:
    assert (reference.BINS, reference.SIDES) == (patch_grid.BINS, patch_summary.SIDES)
    codes = pictures()[:, :28, :]
    found = patch_grid.patch_entropy(linear_light(torch.from_numpy(codes)), side)
    assert found.shape == (3, -(-28 // side), 32 // side)
    assert np.allclose(found.numpy(), patch_entropy(codes, side), atol=1e-5)


def test_the_carried_entropies_start_with_the_upper_quartile() -> None:
    codes = pictures()
    carried = entropies(linear_light(torch.from_numpy(codes))).numpy()
    assert carried.shape == (3, N_CARRIED)
    assert np.allclose(carried[:, 0], upper_quartile(codes), atol=1e-5)
    assert np.allclose(carried[:, 15], patch_entropy(codes, 8).mean(axis=(1, 2)), atol=1e-5)
    assert np.allclose(carried[:, 18], patch_entropy(codes, 8).std(axis=(1, 2)), atol=1e-5)


def test_noise_holds_more_than_a_smooth_picture() -> None:
    smooth = np.linspace(100, 140, 32).astype(np.uint8)[None, None, :, None]
    smooth = np.broadcast_to(smooth, (1, 32, 32, 3))
    noise = generator(0, "noise").integers(0, 256, size=(1, 32, 32, 3), dtype=np.uint8)
    assert upper_quartile(noise)[0] > upper_quartile(np.ascontiguousarray(smooth))[0] + 1
