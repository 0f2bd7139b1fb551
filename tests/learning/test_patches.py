import math

import pytest
import torch
from torch import Tensor

from contrast_engine.learning.losses.patch_contrast import patch_contrast
from contrast_engine.learning.networks.patch_encoder import EntropyDecoder, PatchEncoder
from contrast_engine.learning.networks.patch_summary import PatchSummary
from contrast_engine.learning.patch_grid import (
    half_masked,
    mean_of_visible,
    shifted,
    whole_patches,
    with_patches_hidden,
)
from contrast_engine.learning.patch_health import alignment, r_squared, uniformity


def draws(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def light(n: int = 6, side: int = 32) -> Tensor:
    return torch.rand(n, 3, side, side, generator=draws(1))


def by_loops(
    one: Tensor, two: Tensor, bits_one: Tensor, bits_two: Tensor, temperature: float
) -> float:
    n, m, _ = one.shape
    a, b = (z / z.norm(dim=2, keepdim=True) for z in (one, two))
    total = 0.0
    for own, other, mine, its in ((a, b, bits_one, bits_two), (b, a, bits_two, bits_one)):
        for p in range(n):
            for i in range(m):
                positive = float(own[p, i] @ other[p, i]) / temperature
                everything = math.exp(positive)
                for q in range(n):
                    for j in range(m):
                        differs = abs(float(mine[p, i] - its[q, j])) > 0.5
                        if q != p or (j != i and differs):
                            everything += math.exp(float(own[p, i] @ other[q, j]) / temperature)
                total += math.log(everything) - positive
    return total / (2 * n * m)


def test_patch_contrast_equals_a_loop_over_patches() -> None:
    made = draws(3)
    one, two = (torch.randn(4, 5, 6, generator=made) for _ in range(2))
    bits = 3 * torch.rand(2, 4, 5, generator=made)
    found = patch_contrast(one, two, bits[0], bits[1], temperature=0.3)
    assert float(found) == pytest.approx(by_loops(one, two, bits[0], bits[1], 0.3), rel=1e-5)
    far = torch.arange(20.0).view(1, 4, 5).expand(2, -1, -1)  # every patch is a negative now
    assert float(patch_contrast(one, two, far[0], far[1], temperature=0.3)) > float(found)


def test_patches_alike_in_entropy_are_negatives_only_across_pictures() -> None:
    z = torch.ones(3, 4, 2)
    same = torch.zeros(3, 4)
    # all embeddings equal: a partner and the 8 patches of two other pictures
    assert float(patch_contrast(z, z, same, same, temperature=0.2)) == pytest.approx(math.log(9))


def test_a_shift_moves_the_grid_by_up_to_half_a_patch_and_mirrors_the_border() -> None:
    places = torch.arange(32.0)
    picture = torch.stack(
        [places.expand(32, 32), places.expand(32, 32).T, 0 * places.expand(32, 32)]
    )
    moved = shifted(picture.expand(200, -1, -1, -1), 16, draws())
    right = (moved[:, 0, 16, 16] - 16).round().long()
    down = (moved[:, 1, 16, 16] - 16).round().long()
    assert {(int(y.sign()), int(x.sign())) for y, x in zip(down, right, strict=True)} == {
        (y, x) for y in (-1, 0, 1) for x in (-1, 0, 1) if (y, x) != (0, 0)
    }
    far = torch.maximum(right.abs(), down.abs())
    assert (int(far.min()), int(far.max())) == (2, 8)
    row = int((right == 8).nonzero()[0])
    assert moved[row, 0, 0, -9:].tolist() == [31, 30, 29, 28, 27, 26, 25, 24, 23]


def test_what_is_hidden_does_not_reach_the_network() -> None:
    hidden = half_masked(6, 2, 2, draws())
    assert hidden.sum(dim=(1, 2)).tolist() == [2] * 6
    one = light()
    area = hidden.repeat_interleave(16, dim=1).repeat_interleave(16, dim=2)[:, None]
    two = torch.where(area, light().flip(0) ** 3, one)
    assert not torch.equal(one, two)
    seen = [with_patches_hidden(each, hidden, 16) for each in (one, two)]
    assert torch.equal(seen[0], seen[1])
    assert torch.equal(seen[0][:, 3:] == 0, area)


def test_the_mean_of_visible_neighbours_is_what_a_hand_computes() -> None:
    values = torch.arange(9.0).view(1, 3, 3)
    hidden = torch.tensor([[[0, 0, 1], [0, 1, 1], [0, 0, 0]]], dtype=torch.bool)
    found = mean_of_visible(values, hidden)
    assert float(found[0, 1, 1]) == pytest.approx((0 + 1 + 3 + 6 + 7 + 8) / 6)
    assert float(found[0, 0, 2]) == 1.0
    lonely = torch.ones(1, 3, 3, dtype=torch.bool)
    lonely[0, 2, 2] = False
    assert float(mean_of_visible(values, lonely)[0, 0, 0]) == 8.0


def test_the_decoder_starts_as_the_mean_of_the_visible_neighbours() -> None:
    hidden = half_masked(6, 2, 2, draws())
    known = torch.rand(6, 2, 2, generator=draws(2))
    beside = mean_of_visible(known, hidden)
    tokens = torch.randn(6, 8, 2, 2, generator=draws(3))
    decoder = EntropyDecoder(8).eval()
    assert torch.equal(decoder(tokens, known, hidden, beside), beside)
    torch.nn.init.normal_(decoder.correction.weight)
    changed = torch.where(hidden, 1 - known, known)
    assert torch.equal(
        decoder(tokens, known, hidden, beside), decoder(tokens, changed, hidden, beside)
    )


@pytest.mark.parametrize("side", [8, 16, 32])
def test_a_token_lies_on_its_patch(side: int) -> None:
    torch.manual_seed(0)
    encoder = PatchEncoder(side).eval()
    picture = torch.zeros(1, 4, 3 * side, 3 * side)
    maps = encoder(picture)
    assert maps[-1].shape[-2:] == (3, 3)
    picture[:, :, side : 2 * side, side : 2 * side] = torch.rand(4, side, side, generator=draws())
    change = (encoder(picture)[-1] - maps[-1]).abs().sum(dim=1)[0].detach()
    assert int(change.flatten().argmax()) == 4


def test_pictures_that_do_not_fit_are_reflected_to_whole_patches() -> None:
    made = whole_patches(light(1, 40), 16)
    assert made.shape == (1, 3, 48, 48)
    assert torch.equal(made[..., 40], made[..., 38])
    assert whole_patches(made, 16) is made


def test_a_summary_learns_principal_axes_without_a_gradient_into_the_maps() -> None:
    torch.manual_seed(0)
    summary = PatchSummary((4,), 10)  # 5 carried, 5 learnt of 8 numbers
    hidden = torch.randn(64, 2, generator=draws())
    mixing = torch.randn(2, 4, generator=draws(1))
    maps = [(hidden @ mixing)[:, :, None, None] * torch.ones(1, 1, 4, 4)]
    maps[0].requires_grad_()
    steps = torch.optim.Adam(summary.parameters(), 0.02)
    errors = []
    for _ in range(60):
        error = summary.error(maps)
        steps.zero_grad()
        error.backward()
        steps.step()
        errors.append(float(error.detach()))
    assert errors[-1] < 0.1 * errors[0]
    assert maps[0].grad is None


def test_partners_that_agree_are_aligned_and_spread_patches_are_uniform() -> None:
    z = torch.randn(4, 8, 16, generator=draws())
    assert float(alignment(z, 3 * z)) == pytest.approx(0, abs=1e-6)
    assert float(alignment(z, -z)) == pytest.approx(4, abs=1e-5)
    assert float(uniformity(torch.ones(4, 8, 16))) == pytest.approx(0, abs=1e-6)
    assert float(uniformity(z)) < -2
    known = torch.tensor([0.0, 1.0, 2.0])
    assert r_squared(known, known) == 1
    assert r_squared(known, torch.ones(3)) == 0
    assert r_squared(torch.ones(3), known) == 0
