import numpy as np
import pytest
import torch

from contrast_engine.features import features
from contrast_engine.images import LinearImage
from contrast_engine.images.colour import decode_srgb, encode_srgb
from contrast_engine.learning import luminance as torch_light
from contrast_engine.learning.panel import gcf, log_local_contrast, log_panel
from contrast_engine.randomness import generator


def picture(side: int, seed: int = 0) -> np.ndarray:
    """A picture with tones and textures of several sizes, linear light (side, side, 3)."""
    rng = generator(seed, "panel")
    coarse = np.kron(rng.uniform(size=(5, 5, 3)), np.ones((side // 5 + 1, side // 5 + 1, 1)))
    mixed = 0.7 * coarse[:side, :side] + 0.3 * rng.uniform(size=(side, side, 3))
    return np.asarray(mixed**2)


@pytest.mark.parametrize("side", [33, 64, 96])
def test_the_panel_of_a_batch_equals_the_features_of_each_picture(side: int) -> None:
    rgb = np.stack([picture(side, seed) for seed in range(3)])
    light = torch.from_numpy(rgb.transpose(0, 3, 1, 2)).float()
    found = torch.cat([log_panel(light), log_local_contrast(light)[:, None]], dim=1).exp()
    for n in range(3):
        image = LinearImage(rgb[n])
        for column, name in enumerate(("c_rms", "sigma_l", "gcf", "lc_mean")):
            assert float(found[n, column]) == pytest.approx(features[name].measure(image), rel=1e-3)


def test_gcf_of_a_picture_that_is_not_square_equals_the_feature() -> None:
    rgb = picture(96)[:51, :70]
    y = torch_light.luminance(torch.from_numpy(rgb.transpose(2, 0, 1))[None])
    assert float(gcf(y.float())) == pytest.approx(
        features["gcf"].measure(LinearImage(rgb)), rel=1e-4
    )


def test_a_flat_picture_has_a_finite_panel() -> None:
    assert torch.isfinite(log_panel(torch.full((1, 3, 32, 32), 0.3))).all()


def test_decoding_and_encoding_agree_with_the_engines_own() -> None:
    codes = torch.arange(256, dtype=torch.uint8).repeat(3, 1).T.reshape(1, 16, 16, 3)
    light = torch_light.linear_light(codes)
    assert light.shape == (1, 3, 16, 16)
    expected = decode_srgb(np.arange(256) / 255).reshape(16, 16)
    assert np.allclose(light[0, 1].numpy(), expected, atol=1e-7)
    assert np.allclose(
        torch_light.encode_srgb(light).numpy(), encode_srgb(light.numpy()), atol=1e-5
    )
    assert torch.allclose(torch_light.decode_srgb(torch_light.encode_srgb(light)), light, atol=1e-5)
