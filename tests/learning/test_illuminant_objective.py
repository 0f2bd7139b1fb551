"""The illuminant encoder: what it is shown, what changes, and what it follows."""

import numpy as np
import pytest
import torch

from contrast_engine.encoders import Material, encoders
from contrast_engine.encoders.illuminant import IlluminantEncoder, lights
from contrast_engine.encoders.model import train_encoder
from contrast_engine.illuminants.angles import angular_error
from contrast_engine.illuminants.learned.probes import content, probes
from contrast_engine.illuminants.relighting import relit
from contrast_engine.learning.networks.light_encoder import LightEncoder, LightHead
from contrast_engine.learning.objectives.illuminant import Illuminant, Settings, perturbed
from contrast_engine.learning.relighting import usable
from contrast_engine.randomness import generator


def scenes(n: int = 24, side: int = 32) -> torch.Tensor:
    """Linear light in patches, far from saturation."""
    coarse = generator(0, "patches").uniform(0.02, 0.5, size=(n, 3, side // 4, side // 4))
    return torch.from_numpy(np.kron(coarse, np.ones((4, 4)))).float()


def made(**settings: object) -> Illuminant:
    torch.manual_seed(0)
    return Illuminant(8, torch.zeros(0, 3), lights(), Settings(**settings))


def step(objective: Illuminant, share: float) -> dict[str, torch.Tensor]:
    draw = torch.Generator().manual_seed(0)
    objective.zero_grad()
    terms = objective.terms(scenes(), torch.arange(24), draw, share)
    terms["loss"].backward()
    return {name: value.detach() for name, value in terms.items()}


def has_gradient(part: torch.nn.Module) -> bool:
    return any(w.grad is not None and bool(w.grad.abs().sum() > 0) for w in part.parameters())


@pytest.mark.parametrize("loss", ["triplet", "clcc"])
@pytest.mark.parametrize(
    ("is_frozen", "is_contrastive", "share", "encoder_learns"),
    [
        (False, True, 0.1, True),
        (False, True, 0.9, True),
        (True, True, 0.1, True),
        (True, True, 0.9, False),
        (True, False, 0.1, False),
        (False, False, 0.9, True),
    ],
)
def test_the_head_always_learns_and_a_frozen_embedding_stays_once_it_is_learnt(
    loss: str, is_frozen: bool, is_contrastive: bool, share: float, encoder_learns: bool
) -> None:
    objective = made(loss=loss, is_frozen=is_frozen, is_contrastive=is_contrastive)
    before = objective.encoder.stages[0][1].running_mean.clone()
    terms = step(objective, share)
    assert has_gradient(objective.head)
    assert has_gradient(objective.encoder) == encoder_learns
    after = objective.encoder.stages[0][1].running_mean
    assert torch.equal(before, after) != encoder_learns
    assert set(terms) == {"loss", "angle", "told_apart"} - (
        set() if is_contrastive else {"told_apart"}
    )
    assert 0 < float(terms["angle"]) < 90


def test_a_triplet_differs_in_light_and_scene_as_it_should() -> None:
    objective = made()
    seen: list[torch.Tensor] = []
    objective.encoder.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    objective.eval()
    with torch.no_grad():
        objective.terms(scenes(), torch.arange(24), torch.Generator().manual_seed(0), 0.1)
    anchor, positive, negative = seen[0].double().chunk(3)
    scene = scenes().double()
    of_anchor, of_positive, of_negative = (  # the light of each, by a scene that is known
        (made_of / from_).median(dim=3).values.median(dim=2).values
        for made_of, from_ in (
            (anchor, scene), (positive, scene.roll(1, dims=0)), (negative, scene)
        )
    )  # fmt: skip
    assert angular_error(of_anchor.numpy(), of_positive.numpy()).max() < 0.01
    assert angular_error(of_anchor.numpy(), of_negative.numpy()).min() >= 4.99
    assert (
        np.ptp(of_anchor.numpy() / of_anchor.numpy().sum(axis=1, keepdims=True), axis=0).max() > 0.1
    )


def test_pictures_with_their_own_light_are_anchors_as_they_are() -> None:
    own = lights()[:24]
    torch.manual_seed(0)
    objective = Illuminant(8, own, own, Settings(is_contrastive=False, moved=0.0)).eval()
    seen: list[torch.Tensor] = []
    objective.encoder.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    terms = objective.terms(scenes(), torch.arange(24), torch.Generator().manual_seed(0), 0.9)
    assert torch.allclose(seen[0], scenes(), atol=1e-6)
    estimates = objective.estimate(scenes()).detach().numpy()
    assert float(terms["angle"]) == pytest.approx(
        angular_error(estimates, own.numpy()).mean(), abs=1e-3
    )


@pytest.mark.parametrize("is_log", [True, False])
def test_what_a_network_sees_does_not_depend_on_exposure_nor_on_masked_pixels(
    is_log: bool,
) -> None:
    torch.manual_seed(0)
    encoder = LightEncoder(8, is_log=is_log).eval()
    picture = scenes(4)
    holed = picture.clone()
    holed[:, :, :4, :4] = 0.0
    burnt = picture.clone()
    burnt[:, :, :4, :4] = torch.tensor([1.0, 0.3, 0.2])[:, None, None]
    with torch.no_grad():
        assert torch.allclose(encoder(picture), encoder(0.5 * picture), atol=1e-4)
        assert torch.allclose(encoder(holed), encoder(burnt), atol=1e-5)
        red = picture * torch.tensor([1.0, 0.3, 0.2])[:, None, None]
        assert not torch.allclose(encoder(picture), encoder(red), atol=1e-2)


def test_a_head_gives_positive_unit_vectors() -> None:
    found = LightHead(8)(100 * torch.randn(50, 8, generator=torch.Generator().manual_seed(0)))
    assert (found > 0).all()
    assert torch.allclose(found.norm(dim=1), torch.ones(50), atol=1e-5)


def test_a_perturbation_changes_no_mask() -> None:
    picture = scenes()
    picture[:, :, :4, :4] = 0.0
    picture[:, :, 8:12, 8:12] = 1.0
    noisy = perturbed(picture, torch.Generator().manual_seed(0))
    assert torch.equal(usable(noisy), usable(picture))
    assert 0.01 < float((noisy - picture).abs().mean()) < 0.2


def test_the_presets_are_its_own() -> None:
    assert IlluminantEncoder.presets["quick"] != encoders["rank"].presets["quick"]
    assert IlluminantEncoder.of(IlluminantEncoder.presets["quick"]).epochs == 10


@pytest.mark.slow
def test_a_trained_embedding_follows_the_light_and_not_the_scene() -> None:
    light = scenes(64).permute(0, 2, 3, 1).numpy()
    codes = np.round(255 * np.where(light <= 0.0031308, 12.92 * light,
                                    1.055 * light ** (1 / 2.4) - 0.055)).astype(np.uint8)  # fmt: skip
    recipe = IlluminantEncoder(size=32, epochs=5, batch_size=12, dimensions=16)
    model, trained = train_encoder("illuminant", recipe, Material(codes[:24]))
    assert trained.history[-1]["angle"] < 0.8 * trained.history[0]["angle"]
    drawn = lights().numpy()[:40].astype(np.float64)
    shown, valid = relit(
        light[24:].astype(np.float64), np.ones((40, 32, 32), bool), np.ones((40, 3)), drawn
    )
    with torch.no_grad():
        embedding = model.objective.embed(torch.from_numpy(shown).permute(0, 3, 1, 2).float())
    found = probes(embedding.numpy(), drawn, content(shown, valid))
    assert found.light.is_followed
    assert found.light.r2 > 0.5
    assert found.light.r2 > found.scene.r2 + 0.2
    assert "more than the scene" in found.in_words
