import numpy as np
import pytest
import torch

from contrast_engine.complexity.entropy_maps import EntropyMaps, entropy_maps
from contrast_engine.complexity.patch_entropy import patch_entropy
from contrast_engine.encoders import Material, encoders
from contrast_engine.encoders.model import EncoderModel, train_encoder, untrained
from contrast_engine.errors import ModelError
from contrast_engine.learning.luminance import linear_light
from contrast_engine.learning.objectives.complexity import Complexity
from contrast_engine.learning.training import TrainingResult
from contrast_engine.randomness import generator

TINY = {"size": 32, "patch": "8", "batch_size": 16, "dimensions": 16}


def pictures(n: int = 16, side: int = 32) -> np.ndarray:
    """Smooth pictures with a patch of noise of another strength in each."""
    rng = generator(0, "complexity pictures")
    ramp = np.linspace(60, 190, side)[None, None, :, None] * rng.uniform(0.5, 1, (n, 1, 1, 3))
    strength = np.kron(rng.uniform(0, 40, (n, 2, 2, 1)), np.ones((1, side // 2, side // 2, 1)))
    noise = rng.normal(size=(n, side, side, 1)) * strength
    return np.clip(ramp + noise, 0, 255).astype(np.uint8)


def trained(epochs: int = 1, **options: object) -> tuple[EncoderModel, TrainingResult]:
    recipe = encoders["complexity"].of({**TINY, "epochs": epochs, **options})
    return train_encoder("complexity", recipe, Material(pictures()), seed=1)


@pytest.fixture(scope="module")
def model() -> EncoderModel:
    return trained()[0]


def terms_of(**options: object) -> dict[str, float]:
    recipe = encoders["complexity"].of({**TINY, "epochs": 1, **options})
    objective = untrained(recipe, Material(pictures()), 0)
    light = linear_light(torch.from_numpy(pictures()))
    found = objective.terms(light, torch.arange(16), torch.Generator().manual_seed(0), 0.0)
    found["loss"].backward()
    for name, weight in objective.named_parameters():
        assert weight.grad is not None, name
        assert torch.isfinite(weight.grad).all(), name
    return {name: float(value.detach()) for name, value in found.items()}


@pytest.mark.slow
def test_every_switch_of_the_ablation_changes_the_loss_and_nothing_stays_untrained() -> None:
    whole = terms_of()
    parts = {name: value for name, value in whole.items() if name != "masked_entropy"}
    assert set(terms_of(masked=0.0)) == set(parts)
    for switch in ({"views": "semantic"}, {"contrast": "images"}, {"changed": False}):
        assert terms_of(**switch)["patch_contrast"] != pytest.approx(whole["patch_contrast"])
    assert terms_of(changed=False)["patch_alignment"] < whole["patch_alignment"]


@pytest.mark.slow
def test_an_epoch_tells_of_patches_and_of_masked_entropy_on_held_out_pictures() -> None:
    found = trained()[1]
    wanted = {"patch_contrast", "masked_entropy", "patch_alignment", "patch_uniformity",
              "masked_r2", "neighbours_r2", "val_loss"}  # fmt: skip
    assert wanted <= set(found.history[-1])
    assert found.history[-1]["masked_r2"] <= 1


def test_an_encoder_is_refused_where_neighbours_guess_as_well() -> None:
    objective = encoders["complexity"].of(TINY).objective()
    better = {"masked_r2": 0.5, "neighbours_r2": 0.4}
    assert objective.verdict([{"masked_r2": 0.1, "neighbours_r2": 0.4}, better]) is None
    assert objective.verdict([]) is None
    assert objective.verdict([{"loss": 1.0}]) is None
    for masked in (0.4, 0.39):
        reason = objective.verdict([better, {"masked_r2": masked, "neighbours_r2": 0.4}])
        assert "no better than the mean of their visible neighbours with 0.400" in str(reason)


def test_an_untrained_encoder_guesses_as_its_neighbours_do_and_the_reason_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Complexity, "terms", _still)
    _, found = trained()
    assert found.history[-1]["masked_r2"] == found.history[-1]["neighbours_r2"]
    assert found.refused.startswith("it predicts the entropy of hidden patches with R²")


def _still(self: Complexity, light: torch.Tensor, *rest: object) -> dict[str, torch.Tensor]:
    return {"loss": 0 * sum(weight.sum() for weight in self.parameters())}


def test_maps_hold_the_true_entropies_and_a_guess_of_each_patch_while_it_was_hidden(
    model: EncoderModel,
) -> None:
    codes = pictures()[:3]
    found = entropy_maps(model, codes)
    assert found.true.shape == found.predicted.shape == found.error.shape == (3, 4, 4)
    assert np.allclose(found.true, patch_entropy(codes, 8), atol=1e-4)
    changed = codes.copy()
    changed[0, 8:16, 8:16] = 255 - changed[0, 8:16, 8:16] // 2
    again = entropy_maps(model, changed)
    assert again.predicted[0, 1, 1] == pytest.approx(found.predicted[0, 1, 1], abs=1e-5)
    assert not np.allclose(again.predicted[0], found.predicted[0], atol=1e-4)
    assert np.allclose(found.mean_predicted, found.predicted.mean(axis=(1, 2)))


def test_maps_say_how_well_patches_were_guessed() -> None:
    true = np.arange(8.0).reshape(2, 2, 2)
    found = EntropyMaps(true, true, np.full((2, 2, 2), 3.5), 8)
    assert (found.r2(), found.r2(of_neighbours=True)) == (1.0, 0.0)
    assert found.mean_error.tolist() == [0.0, 0.0]


def test_without_masked_entropy_there_are_no_maps() -> None:
    recipe = encoders["complexity"].of({**TINY, "masked": 0.0})
    plain = EncoderModel("complexity", recipe, untrained(recipe, Material(pictures()), 0))
    with pytest.raises(ModelError, match="masked above 0"):
        entropy_maps(plain, pictures())
    other = encoders["rank"].of({"size": 32})
    with pytest.raises(ModelError, match="rank was not trained on masked entropy"):
        entropy_maps(
            EncoderModel("rank", other, untrained(other, Material(pictures()), 0)), pictures()
        )


def test_the_embedding_carries_the_upper_quartile_of_patch_entropy(model: EncoderModel) -> None:
    embedded = model.embed(pictures())
    cells = patch_entropy(pictures(), 8).reshape(16, -1)
    assert embedded.shape == (16, 16)
    assert np.allclose(embedded[:, 0], np.quantile(cells, 0.75, axis=1), atol=1e-4)
