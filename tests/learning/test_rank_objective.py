"""The ranking encoder: taught and judged so that brightness is no contrast."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from contrast_engine.features import features
from contrast_engine.images import LinearImage
from contrast_engine.learning.lightness_panel import lit, log_lightness_panel
from contrast_engine.learning.luminance import decode_srgb, lightness, luminance
from contrast_engine.learning.objectives.rank import Rank
from contrast_engine.learning.panel import log_panel
from contrast_engine.randomness import generator


def pictures(n=12, side=64) -> Tensor:
    """Soft shapes under grain, in code values from .25 to .75, each of its own contrast."""
    draw = generator(4, "rank", "pictures")
    coarse = torch.from_numpy(draw.normal(size=(n, 3, 6, 6))).float()
    shapes = nn.functional.interpolate(coarse, size=(side, side), mode="bilinear")
    grain = torch.from_numpy(draw.normal(size=(n, 3, side, side))).float()
    plane = torch.tanh(shapes + 0.3 * grain) * torch.linspace(0.08, 0.25, n)[:, None, None, None]
    return decode_srgb(0.5 + plane)


class Says(nn.Module):
    """Stands for a network that has learnt one number of a picture."""

    def __init__(self, number) -> None:
        super().__init__()
        self.number = number

    def forward(self, light: Tensor) -> Tensor:
        return self.number(light)[:, None]


def ranking(number) -> Rank:
    made = Rank(1, across=0.5)
    made.encoder, made.scorer = Says(number), nn.Identity()
    return made


def of_contrast(light: Tensor) -> Tensor:
    return log_lightness_panel(light).mean(dim=1)


def of_ratio(light: Tensor) -> Tensor:
    return log_panel(light)[:, 0]


def of_brightness(light: Tensor) -> Tensor:
    return of_contrast(light) + 3 * lightness(luminance(light)).mean(dim=(1, 2)) / 100


def judged(made: Rank) -> dict[str, float]:
    return made.held_out_metrics([pictures()], torch.Generator().manual_seed(0))


def loss(made: Rank) -> float:
    light = pictures()
    draw = torch.Generator().manual_seed(1)
    return float(made.terms(light, torch.arange(len(light)), draw, 0.5)["loss"])


def test_the_panel_is_that_of_the_features_of_the_same_names():
    light = pictures(6)
    found = log_lightness_panel(light).exp()
    for row, rgb in enumerate(light.permute(0, 2, 3, 1).double().numpy()):
        image = LinearImage(rgb)
        for column, name in ((0, "sigma_l"), (2, "amount")):
            known = features[name].measure(image)
            assert float(found[row, column]) == pytest.approx(known, rel=0.03), name


@pytest.mark.parametrize("step", [-0.15, 0.15])
def test_the_panel_hardly_moves_with_brightness_and_a_ratio_to_the_mean_does(step):
    light = pictures()
    moved = lit(light, torch.full((len(light),), step))
    assert float((log_lightness_panel(moved) - log_lightness_panel(light)).abs().mean()) < 0.08
    assert float((of_ratio(moved) - of_ratio(light)).abs().mean()) > 0.18


def test_brightness_is_told_with_its_sign_and_refuses_a_ranking_that_follows_it():
    right, ratio, bright = (judged(ranking(one)) for one in (of_contrast, of_ratio, of_brightness))
    assert right["by_brightness"] == pytest.approx(0, abs=1e-4)
    assert ratio["by_brightness"] < -0.25
    assert bright["by_brightness"] > 0.25
    for found, word in ((right, None), (ratio, "dark"), (bright, "light")):
        verdict = ranking(of_contrast).verdict([found] * 3)
        assert (verdict is None) == (word is None)
        assert word is None or f"{word} pictures score higher" in str(verdict)
        assert ranking(of_contrast).verdict([found] * 2) is None, "too early to tell"


def test_a_score_that_contrast_does_not_move_is_not_measured_against_it():
    assert judged(ranking(lambda light: luminance(light).mean(dim=(1, 2)) * 0)) == {}
    assert ranking(of_contrast).verdict([{}] * 5) is None


def test_the_loss_is_least_where_brightness_does_not_count():
    assert loss(ranking(of_contrast)) < loss(ranking(of_ratio)) < loss(ranking(of_brightness))


def test_light_added_and_taken_away_again_is_nothing():
    light = pictures(4)
    there = lit(light, torch.full((4,), 0.1))
    back = lit(there, torch.full((4,), -0.1))
    np.testing.assert_allclose(back.numpy(), light.numpy(), atol=1e-4)
