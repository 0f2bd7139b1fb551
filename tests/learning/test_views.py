import numpy as np
import pytest
import torch

from contrast_engine.features import features
from contrast_engine.images import LinearImage
from contrast_engine.learning.networks.conv_encoder import ConvEncoder, mean_and_spread
from contrast_engine.learning.networks.conv_vae import (
    ConvVAE,
    enlarged,
    pooled,
    shrunk,
    spread_to,
    tones,
)
from contrast_engine.learning.panel import log_panel
from contrast_engine.learning.semantic_views import _luma, _turned, semantic_views
from contrast_engine.learning.views import (
    CHANGED_BY,
    KEPT_WITHIN,
    hazed,
    negatives,
    positives,
    s_curved,
    scaled,
    turned_colours,
)
from contrast_engine.perturb import perturbations
from contrast_engine.randomness import generator


def pictures(n: int, side: int = 48, seed: int = 0) -> torch.Tensor:
    """Pictures from soft to harsh and dark to light, some of them flat."""
    rng = generator(seed, "views")
    made = []
    for i in range(n):
        coarse = np.kron(rng.uniform(size=(6, 6, 3)), np.ones((side // 6, side // 6, 1)))
        fine = rng.uniform(size=(side, side, 3))
        mixed = 0.8 * coarse + 0.2 * fine
        low = rng.uniform(0, 0.5)
        made.append((low + rng.uniform(0.1, 1 - low) * mixed) ** rng.uniform(0.8, 2.5))
        if i % 10 == 9:
            made[-1] = np.full_like(made[-1], rng.uniform())
    return torch.from_numpy(np.stack(made).transpose(0, 3, 1, 2)).float()


def draw(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def measured_change(view: torch.Tensor, light: torch.Tensor) -> np.ndarray:
    """Change of ln metric by the engine's own features, one picture at a time."""
    names = ("c_rms", "sigma_l", "gcf")

    def of(batch: torch.Tensor) -> np.ndarray:
        images = [LinearImage(p.permute(1, 2, 0).double().numpy()) for p in batch]
        return np.log(np.maximum([[features[n].measure(i) for n in names] for i in images], 1e-4))

    return of(view) - of(light)


def test_every_positive_keeps_the_contrast_when_measured_by_the_features() -> None:
    light = pictures(60)
    views = positives(light, log_panel(light), draw())
    assert views.is_accepted.all()
    assert np.abs(measured_change(views.light, light)).max() <= KEPT_WITHIN + 1e-3
    assert (views.light - light).abs().mean() > 0.01
    assert 0 <= float(views.light.min()) <= float(views.light.max()) <= 1


def test_every_accepted_negative_alters_all_three_metrics_one_way() -> None:
    light = pictures(60)
    views = negatives(light, log_panel(light), draw())
    change = measured_change(views.light, light)[views.is_accepted.numpy()]
    assert len(change) > 45
    assert np.abs(change).min() >= CHANGED_BY - 1e-3
    assert (np.abs(np.sign(change).sum(axis=1)) == 3).all()
    assert (change > 0).any(axis=1).any()
    assert (change < 0).any(axis=1).any()


def test_a_flat_picture_has_positives_but_no_negative() -> None:
    light = torch.full((4, 3, 32, 32), 0.4)
    own = log_panel(light)
    assert positives(light, own, draw()).is_accepted.all()
    assert not negatives(light, own, draw()).is_accepted.any()


def test_the_same_seed_gives_the_same_views() -> None:
    light = pictures(8)
    own = log_panel(light)
    for make in (positives, negatives):
        assert torch.equal(make(light, own, draw(3)).light, make(light, own, draw(3)).light)
        assert not torch.equal(make(light, own, draw(3)).light, make(light, own, draw(4)).light)


def test_turning_colours_leaves_the_luminance_of_every_pixel() -> None:
    light = pictures(6)
    turned = turned_colours(light, draw())
    weights = torch.tensor([0.2126, 0.7152, 0.0722])[:, None, None]
    assert torch.allclose((turned * weights).sum(1), (light * weights).sum(1), atol=1e-5)
    assert (turned - light).abs().max() > 0.05


@pytest.mark.parametrize(
    ("name", "change", "strengths"),
    [
        ("scale", scaled, (0.4, 1.6)),
        ("haze", hazed, (0.3, 0.9)),
        ("s_curve", s_curved, (5.0, -4.0)),
    ],
)
def test_a_batched_change_equals_the_perturbation_of_each_picture(name, change, strengths) -> None:
    light = pictures(2)
    found = change(light, torch.tensor(strengths))
    for n, strength in enumerate(strengths):
        alone = perturbations[name](light[n].permute(1, 2, 0).double().numpy(), strength)
        assert np.allclose(found[n].permute(1, 2, 0).numpy(), alone, atol=2e-4)


@pytest.mark.parametrize("shape", [(64, 64), (33, 50), (96, 17), (131, 200)])
def test_the_networks_take_pictures_of_any_size(shape: tuple[int, int]) -> None:
    light = torch.rand(3, 3, *shape, generator=draw())
    assert ConvEncoder(24)(light).shape == (3, 24)
    vae = ConvVAE(8, width=16)
    mean, log_variance = vae.encode(light)
    assert mean.shape == log_variance.shape == (3, 8)
    painted = vae.decode(mean, *shape).detach()
    assert painted.shape == light.shape
    assert 0 <= float(painted.min()) <= float(painted.max()) <= 1


def test_mean_and_spread_are_those_of_torch_and_their_gradient_is_right() -> None:
    maps = torch.randn(2, 3, 5, 4, generator=draw(), dtype=torch.float64, requires_grad=True)
    mean, spread = mean_and_spread(maps)
    assert torch.allclose(mean, maps.mean(dim=(2, 3)))
    wanted = (maps.var(dim=(2, 3), correction=0) + 1e-5).sqrt()
    assert torch.allclose(spread, wanted)
    assert torch.autograd.gradcheck(mean_and_spread, (maps,))


def test_the_networks_are_small() -> None:
    def weights(network: torch.nn.Module) -> int:
        return sum(p.numel() for p in network.parameters())

    assert weights(ConvEncoder()) < 250_000
    assert weights(ConvVAE()) < 500_000


def test_an_encoder_sees_contrast_before_any_training() -> None:
    torch.manual_seed(0)
    encoder = ConvEncoder().eval()
    light = pictures(5)
    hazy = hazed(light, torch.full((5,), 0.4))
    with torch.no_grad():
        assert (encoder(light) - encoder(hazy)).abs().max() > 1e-2


def test_pooling_and_spreading_are_averages_and_repeats() -> None:
    maps = torch.rand(2, 3, 8, 12, generator=draw())
    assert torch.allclose(
        pooled(maps, 4), torch.nn.functional.adaptive_avg_pool2d(maps, 4), atol=1e-6
    )
    assert torch.allclose(pooled(maps[:, :, :7], 4).mean(), maps[:, :, :7].mean(), atol=1e-6)
    twice = torch.nn.functional.interpolate(maps, scale_factor=2)
    assert torch.allclose(spread_to(maps, 16, 24), twice)
    smooth = torch.nn.functional.interpolate(maps, (19, 40), mode="bilinear")
    assert torch.allclose(enlarged(maps, 19, 40), smooth, atol=1e-6)


def test_a_large_picture_is_averaged_for_the_network_but_keeps_the_tones_of_its_own_size() -> None:
    fine = torch.rand(2, 3, 256, 256, generator=draw())
    assert shrunk(fine).shape == (2, 3, 64, 64)
    assert torch.allclose(shrunk(fine).mean(), fine.mean(), atol=1e-5)
    vae = ConvVAE(8, width=16).eval()
    with torch.no_grad():
        carried, of_average = (vae.encode(each)[0][:, :2] for each in (fine, shrunk(fine)))
    gap = (tones(fine) - tones(shrunk(fine))) / 0.5
    assert torch.allclose(carried - of_average, gap, atol=1e-4)
    assert gap[:, 1].min() > 1  # fine grain is contrast, and an average has lost it


def test_simclr_views_change_contrast_freely_and_turn_hues_at_constant_luma() -> None:
    light = pictures(60)
    views = semantic_views(light, draw())
    assert views.shape == light.shape
    assert 0 <= float(views.min()) <= float(views.max()) <= 1
    moved = (log_panel(views) - log_panel(light)).abs().amax(dim=1)
    assert (moved > 0.1).float().mean() > 0.6
    grey = (views.amax(dim=1) - views.amin(dim=1)).amax(dim=(1, 2)) < 1e-5
    assert 0.05 < grey.float().mean() < 0.45  # a fifth of them
    coded = torch.rand(4, 3, 8, 8, generator=draw())
    turned = _turned(coded, torch.tensor([0.0, 0.5, 1.0, 3.0])[:, None, None, None])
    assert torch.allclose(_luma(turned), _luma(coded), atol=1e-5)
    assert torch.allclose(turned[0], coded[0], atol=1e-5)
    assert (turned[3] - coded[3]).abs().max() > 0.1
