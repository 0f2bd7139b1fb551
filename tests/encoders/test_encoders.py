from pathlib import Path

import numpy as np
import pytest
import torch

from contrast_engine.encoders import PRESETS, Encoder, Material, encoders
from contrast_engine.encoders.input_image import training_copy
from contrast_engine.encoders.model import EncoderModel, train_encoder
from contrast_engine.encoders.pretext import PretextEncoder
from contrast_engine.errors import ModelError, NotEnoughData
from contrast_engine.images import read_image
from contrast_engine.images.colour import decode_srgb
from contrast_engine.learning.luminance import encode_srgb, linear_light
from contrast_engine.learning.networks.conv_vae import tones, with_tones
from contrast_engine.learning.objectives.contrastive import Contrastive, alike
from contrast_engine.learning.objectives.vae import VAE, contrast_slope, varied
from contrast_engine.learning.schedule import sample_rows
from contrast_engine.learning.training import TrainingResult
from contrast_engine.randomness import generator
from contrast_engine.validation.sensitivity import response
from contrast_engine.vectors import ImageId, Vectors

VARIANT = {
    "bright", "range", "haze", "harsh", "muted", "flat", "dark", "local", "soft", "vivid", "white",
    "cast", "gamma", "noise", "blur",
}  # fmt: skip
SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"


def codes_of(files: list[Path], size: int) -> np.ndarray:
    return np.stack([training_copy(read_image(file, 2 * size).rgb, size) for file in files])


def embed_with(model: EncoderModel):
    def embed(rgbs):
        return model.embed(np.stack([training_copy(rgb, model.recipe.size) for rgb in rgbs]))

    return embed


@pytest.mark.slow
@pytest.mark.parametrize("name", ["rank"])
def test_a_learnt_score_follows_the_ladders_of_photographs_it_never_saw(name: str) -> None:
    # photographs only: an S-curve has no known direction on one that is hazed or saturated already
    plain = [f for f in sorted(SAMPLE_DATA.glob("*.jpg")) if f.stem.split("-")[-1] not in VARIANT]
    codes = codes_of(plain, 48)
    recipe = encoders[name].of({"size": 48, "epochs": 8})
    model, trained = train_encoder(name, recipe, Material(codes))
    held_out = [decode_srgb(codes[row] / 255) for row in trained.held_out]
    found = response(embed_with(model), held_out, held_out, has_score=True)
    assert found.ladders["scale"] >= 0.95
    assert found.ladders["haze"] >= 0.95
    assert found.ladders["s_curve"] >= 0.9
    assert model.columns[0] == "score"
    assert abs(trained.history[-1]["by_brightness"]) < 0.25
    assert not trained.refused


def test_a_training_copy_keeps_the_mean_light_and_never_the_shape() -> None:
    rgb = generator(0, "copy").uniform(size=(60, 90, 3)) ** 2
    copy = training_copy(rgb, 32)
    assert copy.shape == (32, 32, 3)
    assert copy.dtype == np.uint8
    assert decode_srgb(copy / 255).mean() == pytest.approx(rgb.mean(), rel=0.01)
    assert training_copy(rgb[:8, :8], 32).shape == (32, 32, 3)


def test_pretext_bins_hold_equally_many_pictures_and_follow_the_measure() -> None:
    values = generator(0, "bins").normal(size=100)
    ids = tuple(ImageId(f"{i:016x}") for i in range(100))
    features = Vectors(ids, values[:, None], ("gcf",))
    bins = PretextEncoder(n_bins=4)._bins(Material(np.zeros((100, 32, 32, 3), np.uint8), features))
    assert torch.bincount(bins).tolist() == [25, 25, 25, 25]
    assert values[bins.numpy() == 3].min() > values[bins.numpy() == 2].max()


def test_pretext_without_features_says_that_they_are_needed() -> None:
    with pytest.raises(NotEnoughData, match="measure"):
        PretextEncoder().objective(Material(np.zeros((9, 32, 32, 3), np.uint8)))


def test_pictures_of_another_size_are_refused() -> None:
    with pytest.raises(ModelError, match="64 pixels"):
        train_encoder("rank", encoders["rank"](), Material(np.zeros((9, 32, 32, 3), np.uint8)))


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_encoder_takes_every_preset(preset: str) -> None:
    for recipe in encoders.values():
        made: Encoder = recipe.of(recipe.presets[preset])
        assert made.epochs == recipe.presets[preset]["epochs"]


def test_pictures_alike_on_two_of_three_metrics_are_no_negatives_of_each_other() -> None:
    panel = torch.tensor([[0.0, 0.0, 0.0], [0.05, 0.05, 2.0], [0.05, 0.5, 2.0]])
    assert alike(panel).tolist() == [
        [True, True, False],
        [True, True, True],
        [False, True, True],
    ]


def test_the_contrastive_objective_has_gradients_everywhere_that_it_trains() -> None:
    codes = generator(0, "gradients").integers(0, 256, size=(12, 32, 32, 3), dtype=np.uint8)
    light = linear_light(torch.from_numpy(codes))
    torch.manual_seed(0)
    objective = Contrastive(8, 0.2, 1)
    draw = torch.Generator().manual_seed(0)
    objective.terms(light, torch.arange(12), draw, 0.5)["loss"].backward()
    for name, weight in objective.named_parameters():
        assert weight.grad is not None, name
        assert torch.isfinite(weight.grad).all(), name


def test_the_slope_of_painted_contrast_is_1_for_a_copy_and_less_for_a_softer_one() -> None:
    codes = generator(0, "slope").integers(0, 256, size=(12, 32, 32, 3), dtype=np.uint8)
    codes[::2] = codes[::2] // 4 + 90
    coded = torch.from_numpy(codes).permute(0, 3, 1, 2) / 255
    light = linear_light(torch.from_numpy(codes))
    assert float(contrast_slope(coded, light)) == pytest.approx(1, abs=1e-3)
    assert float(contrast_slope(0.5 + 0.5 * (coded - 0.5), light)) < 0.8


def test_a_vae_paints_pictures_and_its_divergence_is_held_back_at_first() -> None:
    torch.manual_seed(0)
    vae = VAE(8, beta=1000.0, tones=0.0, structure=0.0, edges=0.0)
    light = torch.rand(8, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    early, late = (
        vae.terms(light, torch.arange(8), torch.Generator().manual_seed(0), share)
        for share in (0.0, 1.0)
    )
    early, late = ({n: v.detach() for n, v in terms.items()} for terms in (early, late))
    assert float(early["loss"]) == pytest.approx(float(early["error"]), rel=1e-5)
    assert float(late["loss"]) > float(late["error"]) + 100
    assert vae.reconstruction(light).shape == light.shape


def test_the_sample_of_the_live_map_is_the_same_every_time_and_never_too_large() -> None:
    assert np.array_equal(sample_rows(2000, 3), sample_rows(2000, 3))
    assert len(sample_rows(2000, 3)) == 500
    assert sample_rows(9, 0).tolist() == list(range(9))


@pytest.mark.slow
def test_training_says_how_it_ended() -> None:
    recipe = encoders["rank"].of({"size": 32, "epochs": 1, "batch_size": 8, "dimensions": 8})
    codes = generator(0, "ended").integers(0, 256, size=(24, 32, 32, 3), dtype=np.uint8)
    trained: TrainingResult = train_encoder("rank", recipe, Material(codes))[1]
    assert (trained.epochs, trained.ended) == (1, "planned")
    assert trained.images_per_second > 0


def of_many_contrasts(n: int = 24, side: int = 32) -> torch.Tensor:
    """Random shapes in linear light, from soft to harsh and from dark to bright."""
    rng = generator(0, "many contrasts")
    coarse = np.kron(rng.uniform(size=(n, 3, 4, 4)), np.ones((side // 4, side // 4)))
    power = np.exp(rng.uniform(-2, 1.2, size=n))[:, None, None, None]
    gain = rng.uniform(0.3, 1, size=n)[:, None, None, None]
    return torch.from_numpy(gain * coarse**power).float()


def test_what_is_painted_gets_the_tones_that_are_asked_for() -> None:
    wanted = tones(encode_srgb(of_many_contrasts()))
    painted = torch.rand(24, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    found = tones(with_tones(painted, wanted))
    assert (found - wanted).abs().max() < 0.1
    assert (found - wanted).abs().mean() < 0.02
    assert torch.allclose(
        with_tones(3 * painted - 1, wanted), with_tones(painted, wanted), atol=1e-3
    )


def test_a_vae_that_carries_tones_keeps_contrast_before_it_has_learnt_anything() -> None:
    light = of_many_contrasts()
    slope, tied = {}, {}
    for carries in (True, False):
        torch.manual_seed(0)
        vae = VAE(8, 1.0, 0.0, 0.0, 0.0, carries_tones=carries)
        slope[carries] = float(contrast_slope(vae.reconstruction(light).detach(), light))
        tied[carries] = np.corrcoef(
            vae.embed(light).detach()[:, 1], tones(encode_srgb(light))[:, 1]
        )
    assert slope[True] == pytest.approx(1, abs=0.1)
    assert slope[False] < 0.5
    assert tied[True][0, 1] == pytest.approx(1, abs=1e-4)


def test_versions_are_seen_and_painted_in_training_only_and_differ_in_contrast() -> None:
    light = of_many_contrasts()
    version = varied(light, torch.Generator().manual_seed(0))
    change = (tones(encode_srgb(version)) - tones(encode_srgb(light)))[:, 1]
    assert change.std() > 0.2
    assert 0 <= float(version.min()) <= float(version.max()) <= 1
    vae = VAE(8, 1.0, 0.0, 0.0, 0.0, is_varied=True)
    plain = VAE(8, 1.0, 0.0, 0.0, 0.0)
    plain.load_state_dict(vae.state_dict())

    def loss(of: VAE) -> float:
        draw = torch.Generator().manual_seed(0)
        return float(of.terms(light, torch.arange(24), draw, 1.0)["loss"].detach())

    assert loss(vae.eval()) == loss(plain.eval())
    assert loss(vae.train()) != pytest.approx(loss(plain.train()), rel=1e-3)
