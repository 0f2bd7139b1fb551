"""The torch twins of relighting, log colours and angles equal those of the illuminants."""

import numpy as np
import pytest
import torch

from contrast_engine.illuminants import relighting as of_illuminants
from contrast_engine.illuminants.angles import angular_error
from contrast_engine.learning import relighting
from contrast_engine.learning.batches import Pictures
from contrast_engine.randomness import generator


def pictures(n: int = 6, side: int = 16) -> np.ndarray:
    """Linear light with black and saturated pixels in it."""
    light = generator(0, "relighting").uniform(0.01, 0.9, size=(n, side, side, 3))
    light[:, :2, :2] = 0.0
    light[:, 4:6, 4:6, 1] = 0.99
    return light


def lights(n: int, seed: int = 0) -> np.ndarray:
    return generator(seed, "lights").uniform(0.2, 1.0, size=(n, 3))


def batch(images: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(images).permute(0, 3, 1, 2)


def test_relighting_a_batch_is_relighting_each_picture() -> None:
    images, before, after = pictures(), lights(6), lights(6, 1)
    valid = images.sum(axis=3) > 0
    expected, kept = of_illuminants.relit(images, valid, before, after)
    mask = relighting.usable(batch(images))
    made = relighting.relit(batch(images), mask, torch.from_numpy(before), torch.from_numpy(after))
    assert np.array_equal(mask.numpy(), kept)
    assert np.allclose(made.permute(0, 2, 3, 1).numpy(), expected, atol=1e-12)
    assert not np.allclose(expected, images, atol=0.01)


def test_logarithms_of_a_batch_are_those_of_each_picture_and_limits_are_one_and_the_same() -> None:
    images = pictures()
    found = relighting.log_rgb(batch(images)).permute(0, 2, 3, 1).numpy()
    assert np.allclose(found, of_illuminants.log_rgb(images), atol=1e-12)
    assert found.min() == 0
    assert relighting.SATURATED == of_illuminants.SATURATED
    assert relighting.DARKEST == of_illuminants.DARKEST


def test_another_light_shifts_every_channel_of_the_logarithm_by_a_constant() -> None:
    images = pictures()[:, 8:]
    gain = torch.tensor([0.5, 0.8, 0.9], dtype=torch.float64)[None, :, None, None]
    moved = relighting.log_rgb(batch(images) * gain) - relighting.log_rgb(batch(images))
    assert torch.allclose(moved, moved.mean(dim=(0, 2, 3), keepdim=True).expand_as(moved))
    assert moved.std(dim=(0, 2, 3)).max() < 1e-9 < moved[0, :, 0, 0].std()


def test_angles_are_those_of_the_illuminants() -> None:
    one, two = lights(50), lights(50, 1)
    found = relighting.angles(torch.from_numpy(one), torch.from_numpy(two)).numpy()
    assert np.allclose(found, angular_error(one, two), atol=1e-9)


def test_a_light_drawn_away_is_five_degrees_off_or_the_farthest_there_is() -> None:
    own, pool = torch.from_numpy(lights(200)), torch.from_numpy(lights(40, 1))
    draw = torch.Generator().manual_seed(0)
    away = relighting.drawn_away(own, pool, draw)
    assert float(relighting.angles(own, away).min()) >= 5
    assert len(torch.unique(away, dim=0)) > 10
    near = own[:1] * torch.tensor([1.0, 1.0, 1.02])
    two = torch.cat([own[:1], near])
    assert torch.equal(relighting.drawn_away(own[:1], two, draw), near)


def test_pictures_of_linear_light_keep_full_precision() -> None:
    images = pictures().astype(np.float32)
    light = Pictures(images, torch.device("cpu")).light(np.arange(6))
    assert light.dtype == torch.float32
    assert np.array_equal(light.permute(0, 2, 3, 1).numpy(), images)
    codes = np.full((1, 8, 8, 3), 128, np.uint8)
    decoded = Pictures(codes, torch.device("cpu")).light(np.arange(1))
    assert float(decoded.mean()) == pytest.approx(0.2159, abs=1e-4)
