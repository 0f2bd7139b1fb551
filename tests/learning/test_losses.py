import math

import numpy as np
import pytest
import torch
from torch import Tensor

from contrast_engine.learning.losses.beta_vae import (
    gradient_error,
    kl_divergence,
    squared_error,
    warmed_up,
)
from contrast_engine.learning.losses.near_in_contrast import near_in_contrast
from contrast_engine.learning.losses.nt_xent import nt_xent
from contrast_engine.learning.losses.ranking import ranking_hinge
from contrast_engine.learning.losses.soft_histogram import histogram_distance, soft_histogram
from contrast_engine.learning.losses.structure import contrast_term
from contrast_engine.learning.losses.vicreg import vicreg


def random(*shape: int, seed: int = 0) -> Tensor:
    made = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=made, dtype=torch.float64)


def uniform(*shape: int, seed: int = 0) -> Tensor:
    made = torch.Generator().manual_seed(seed)
    return torch.rand(*shape, generator=made, dtype=torch.float64)


def nt_xent_by_loops(
    one: Tensor, two: Tensor, temperature: float, hard: Tensor, hard_ok: Tensor, same: Tensor
) -> float:
    n = len(one)
    z = [v / v.norm() for v in [*one, *two]]
    total = 0.0
    for i in range(2 * n):
        positive = (i + n) % (2 * n)
        sum_of_exp = 0.0
        for j in range(2 * n):
            if j == i:
                continue
            if j % n != i % n and same[i % n, j % n]:
                continue
            sum_of_exp += math.exp(float(z[i] @ z[j]) / temperature)
        for k in range(hard.shape[1]):
            if hard_ok[i % n, k]:
                altered = hard[i % n, k] / hard[i % n, k].norm()
                sum_of_exp += math.exp(float(z[i] @ altered) / temperature)
        total += math.log(sum_of_exp) - float(z[i] @ z[positive]) / temperature
    return total / (2 * n)


def test_nt_xent_equals_a_loop_over_pairs_with_hard_negatives_and_exclusions() -> None:
    one, two, hard = random(7, 5), random(7, 5, seed=1), random(7, 2, 5, seed=2)
    hard_ok = uniform(7, 2, seed=3) > 0.3
    same = uniform(7, 7, seed=4) > 0.6
    same = same | same.T
    found = nt_xent(one, two, temperature=0.3, hard=hard, hard_ok=hard_ok, same_contrast=same)
    assert float(found) == pytest.approx(
        nt_xent_by_loops(one, two, 0.3, hard, hard_ok, same), abs=1e-10
    )


def near_in_contrast_by_loops(z: Tensor, panel: Tensor, temperature: float, width: float) -> float:
    unit = [v / v.norm() for v in z]
    total = 0.0
    for i in range(len(z)):
        others = [j for j in range(len(z)) if j != i]
        near = {
            j: math.exp(-0.5 * (float((panel[i] - panel[j]).abs().mean()) / width) ** 2)
            for j in others
        }
        similar = {j: float(unit[i] @ unit[j]) / temperature for j in others}
        whole = math.log(sum(map(math.exp, similar.values())))
        total -= sum(near[j] * (similar[j] - whole) for j in others) / sum(near.values())
    return total / len(z)


def test_drawing_together_what_is_near_in_contrast_equals_a_loop_over_pairs() -> None:
    z, panel = random(9, 4), random(9, 3, seed=1)
    found = near_in_contrast(z, panel, temperature=0.3, width=0.7)
    assert float(found) == pytest.approx(near_in_contrast_by_loops(z, panel, 0.3, 0.7), abs=1e-10)


def test_one_view_near_each_makes_it_nt_xent_and_equal_embeddings_ln_m_minus_1() -> None:
    one, two = random(6, 4), random(6, 4, seed=1)
    panel = torch.arange(6.0, dtype=torch.float64).repeat(2)[:, None]
    paired = near_in_contrast(torch.cat([one, two]), panel, temperature=0.4, width=0.01)
    assert float(paired) == pytest.approx(float(nt_xent(one, two, temperature=0.4)), abs=1e-10)
    equal = near_in_contrast(torch.ones(12, 4), random(12, 3).float(), temperature=0.4, width=1.0)
    assert float(equal) == pytest.approx(math.log(11), abs=1e-5)


def test_a_view_with_nothing_near_it_in_contrast_leaves_loss_and_gradient_finite() -> None:
    far = torch.tensor([[0.0], [0.0], [90.0]], dtype=torch.float64)
    z = random(3, 4).requires_grad_()
    assert torch.autograd.gradcheck(
        lambda a: near_in_contrast(a, far, temperature=0.5, width=0.1), (z,)
    )
    assert torch.isfinite(near_in_contrast(z, far, temperature=0.02, width=0.1))


@pytest.mark.parametrize("temperature", [0.07, 0.5])
def test_nt_xent_of_equal_embeddings_is_ln_2n_minus_1(temperature: float) -> None:
    same = torch.ones(32, 8, dtype=torch.float64)
    assert float(nt_xent(same, same, temperature=temperature)) == pytest.approx(math.log(63))
    assert math.log(63) == pytest.approx(4.1431, abs=1e-4)


@pytest.mark.parametrize(("temperature", "known"), [(0.1, 2.811e-3), (0.5, 2.2397)])
def test_nt_xent_of_orthogonal_pictures_is_its_closed_form(
    temperature: float, known: float
) -> None:
    apart = torch.eye(32, dtype=torch.float64)
    found = float(nt_xent(apart, apart, temperature=temperature))
    assert found == pytest.approx(math.log(1 + 62 * math.exp(-1 / temperature)), abs=1e-12)
    assert found == pytest.approx(known, rel=1e-3)


def test_nt_xent_does_not_depend_on_the_order_of_the_batch() -> None:
    one, two = random(9, 4), random(9, 4, seed=1)
    order = torch.randperm(9, generator=torch.Generator().manual_seed(2))
    found = nt_xent(one[order], two[order], temperature=0.2)
    assert float(found) == pytest.approx(float(nt_xent(one, two, temperature=0.2)), abs=1e-12)


def test_nt_xent_is_finite_at_a_small_temperature_and_its_gradient_is_right() -> None:
    one, two, hard = (random(4, 3, seed=s).requires_grad_() for s in range(3))
    assert torch.isfinite(nt_xent(1e3 * one, -1e3 * two, temperature=0.01))
    assert torch.autograd.gradcheck(
        lambda a, b, c: nt_xent(a, b, temperature=0.5, hard=c[:, None]), (one, two, hard)
    )


def vicreg_by_loops(one: np.ndarray, two: np.ndarray) -> float:
    n, d = one.shape
    agreement = sum((one[i, k] - two[i, k]) ** 2 for i in range(n) for k in range(d)) / (n * d)
    spread = overlap = 0.0
    for z in (one, two):
        mean = z.mean(axis=0)
        for a in range(d):
            variance = sum((z[i, a] - mean[a]) ** 2 for i in range(n)) / (n - 1)
            spread += max(0.0, 1 - math.sqrt(variance + 1e-4)) / d / 2
            for b in range(d):
                if a != b:
                    pair = sum((z[i, a] - mean[a]) * (z[i, b] - mean[b]) for i in range(n))
                    overlap += (pair / (n - 1)) ** 2 / d
    return 25 * agreement + 25 * spread + overlap


def test_vicreg_equals_a_loop_over_images_and_dimensions() -> None:
    one, two = 0.5 * random(8, 3), 0.5 * random(8, 3, seed=1)
    found = float(vicreg(one, two))
    assert found == pytest.approx(vicreg_by_loops(one.numpy(), two.numpy()), abs=1e-10)


def test_vicreg_of_one_point_is_the_full_variance_term_and_has_gradients() -> None:
    assert float(vicreg(torch.zeros(6, 4), torch.zeros(6, 4))) == pytest.approx(25 * 0.99)
    one, two = 0.4 * random(5, 3), 0.4 * random(5, 3, seed=1)
    assert torch.autograd.gradcheck(vicreg, (one.requires_grad_(), two.requires_grad_()))


def test_the_ranking_hinge_equals_a_loop_and_ignores_pairs_without_weight() -> None:
    high, low, margin = random(20), random(20, seed=1), uniform(20, seed=2)
    weight = (uniform(20, seed=3) > 0.4).double()
    by_hand = [max(0.0, float(m - (h - lo))) for h, lo, m, w in zip(high, low, margin, weight,
                                                                     strict=True) if w]  # fmt: skip
    found = float(ranking_hinge(high, low, margin, weight))
    assert found == pytest.approx(sum(by_hand) / len(by_hand))
    assert float(ranking_hinge(high, low, 1.0, torch.zeros(20))) == 0
    assert float(ranking_hinge(low + 2, low, 1.0, weight)) == 0


def test_a_soft_histogram_equals_the_kernel_written_out_and_sums_to_one() -> None:
    values = uniform(3, 50)
    found = soft_histogram(values, 16)
    for n in range(3):
        for k in range(16):
            kernel = [max(0.0, 1 - abs(float(v) - k / 15) * 15) for v in values[n]]
            assert float(found[n, k]) == pytest.approx(sum(kernel) / 50, abs=1e-12)
    assert torch.allclose(found.sum(dim=1), torch.ones(3, dtype=torch.float64))


def test_a_soft_histogram_of_values_at_centres_is_the_hard_one() -> None:
    counts = torch.tensor([3, 0, 5, 1, 0, 0, 2, 9])
    values = torch.repeat_interleave(torch.arange(8) / 7, counts)[None].double()
    assert torch.allclose(soft_histogram(values, 8)[0], counts / counts.sum().double())


def test_gradients_flow_through_the_histogram_distance() -> None:
    values = uniform(2, 30).requires_grad_()
    target = uniform(2, 30, seed=1)
    distance = histogram_distance(values, target)
    assert (distance > 0).all()
    assert float(histogram_distance(target, target).sum()) == 0
    distance.sum().backward()
    assert values.grad is not None
    assert float(values.grad.abs().sum()) > 0
    assert torch.autograd.gradcheck(lambda v: histogram_distance(v, target, 8), (values,))


def test_shifting_all_tones_costs_as_much_as_they_were_moved() -> None:
    values = 0.2 + 0.5 * uniform(1, 400)
    small, large = (float(histogram_distance(values, values + s)) for s in (0.05, 0.2))
    assert large == pytest.approx(4 * small, rel=1e-6)
    assert large == pytest.approx(0.2 * 63 / 64, rel=1e-3)


def test_the_parts_of_the_vae_loss_equal_loops() -> None:
    one, two = uniform(2, 3, 4, 5), uniform(2, 3, 4, 5, seed=1)
    for n in range(2):
        a, b = one[n].numpy(), two[n].numpy()
        assert float(squared_error(one, two)[n]) == pytest.approx(float(((a - b) ** 2).sum()))
        expected = sum(
            float(((np.abs(np.diff(a, axis=k)) - np.abs(np.diff(b, axis=k))) ** 2).sum())
            for k in (1, 2)
        )
        assert float(gradient_error(one, two)[n]) == pytest.approx(expected)


def test_the_divergence_is_its_closed_form_and_never_overflows() -> None:
    zero = torch.zeros(1, 4)
    assert float(kl_divergence(zero, zero)) == 0
    mean, lv = random(3, 4), random(3, 4, seed=1)
    for n in range(3):
        by_hand = [
            -0.5 * (1 + float(v) - float(m) ** 2 - math.exp(float(v)))
            for m, v in zip(mean[n], lv[n], strict=True)
        ]
        assert float(kl_divergence(mean, lv)[n]) == pytest.approx(sum(by_hand))
    assert torch.isfinite(kl_divergence(zero, zero + 1000)).all()
    assert warmed_up(4.0, 0.0) == 0
    assert warmed_up(4.0, 0.15) == 2
    assert warmed_up(4.0, 0.9) == 4


def test_the_contrast_term_equals_windows_written_out() -> None:
    one, two = uniform(1, 13, 14), uniform(1, 13, 14, seed=1)
    terms = []
    for y in range(3):
        for x in range(4):
            s1 = float(one[0, y : y + 11, x : x + 11].std(correction=0))
            s2 = float(two[0, y : y + 11, x : x + 11].std(correction=0))
            terms.append((2 * s1 * s2 + 9e-4) / (s1**2 + s2**2 + 9e-4))
    assert float(contrast_term(one, two)) == pytest.approx(np.mean(terms), abs=1e-6)
    assert float(contrast_term(one, one)) == pytest.approx(1)
    assert float(contrast_term(one, one / 2)) < 0.95
    flat = torch.full((1, 12, 12), 0.5, dtype=torch.float64, requires_grad=True)
    contrast_term(flat, flat.detach()).sum().backward()
    assert flat.grad is not None
    assert torch.isfinite(flat.grad).all()
