"""The losses of the illuminant encoder, against loops."""

import math

import pytest
import torch
from torch import Tensor

from contrast_engine.learning.losses.angular import angular
from contrast_engine.learning.losses.easy_and_hard import easy_and_hard
from contrast_engine.learning.losses.triplet_hinge import triplet_hinge


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def cosine(a: Tensor, b: Tensor) -> float:
    return float(a @ b / (a.norm() * b.norm()))


def test_the_triplet_hinge_equals_a_loop_over_triplets() -> None:
    a, p, n = (random(9, 5, seed=s) for s in range(3))
    one_by_one = [
        max(0.0, (1 - cosine(x, y)) - (1 - cosine(x, z)) + 0.25)
        for x, y, z in zip(a, p, n, strict=True)
    ]
    found = float(triplet_hinge(a, p, n, margin=0.25))
    assert found == pytest.approx(sum(one_by_one) / 9, abs=1e-12)
    assert 0 < min(one_by_one) + 1e-9 < max(one_by_one)


def test_the_hinge_is_the_margin_for_equal_embeddings_and_never_below_0() -> None:
    same, other = torch.ones(4, 3, dtype=torch.float64), -torch.ones(4, 3, dtype=torch.float64)
    assert float(triplet_hinge(same, same, same, margin=0.3)) == pytest.approx(0.3)
    assert float(triplet_hinge(same, same, other, margin=0.3)) == 0.0
    assert float(triplet_hinge(same, other, same, margin=0.3)) == pytest.approx(2.3)
    points = [random(4, 3, seed=s).requires_grad_() for s in range(3)]
    assert torch.autograd.gradcheck(lambda *x: triplet_hinge(*x, margin=2.5), points)


def test_easy_and_hard_equals_a_loop_over_anchors_and_kinds() -> None:
    a, p, n = random(6, 4), random(2, 6, 4, seed=1), random(2, 3, 6, 4, seed=2)
    total = 0.0
    for i in range(6):
        for positive in p:
            for negatives in n:
                near = math.exp(cosine(a[i], positive[i]) / 0.87)
                far = sum(math.exp(cosine(a[i], one[i]) / 0.87) for one in negatives)
                total -= math.log(near / (near + far))
    found = float(easy_and_hard(a, p, n, temperature=0.87))
    assert found == pytest.approx(total / 24, abs=1e-12)


def test_easy_and_hard_of_equal_embeddings_is_ln_of_one_and_the_negatives() -> None:
    same = torch.ones(5, 3)
    found = easy_and_hard(same, same.expand(2, 5, 3), same.expand(2, 7, 5, 3), temperature=0.1)
    assert float(found) == pytest.approx(math.log(8), abs=1e-5)
    points = [random(3, 4), random(2, 3, 4, seed=1), random(2, 2, 3, 4, seed=2)]
    for point in points:
        point.requires_grad_()
    assert torch.autograd.gradcheck(lambda *x: easy_and_hard(*x, temperature=0.5), points)


def test_the_angular_loss_is_the_mean_angle_whatever_the_lengths() -> None:
    white = torch.ones(2, 3, dtype=torch.float64)
    red = torch.tensor([[1.0, 0.0, 0.0]], dtype=torch.float64).repeat(2, 1)
    assert math.degrees(float(angular(white, red))) == pytest.approx(54.7356, abs=1e-4)
    assert float(angular(5 * white, red)) == pytest.approx(float(angular(white, red)), abs=1e-12)
    a, b = random(8, 3).abs(), random(8, 3, seed=1).abs()
    one_by_one = [math.acos(cosine(x, y)) for x, y in zip(a, b, strict=True)]
    assert float(angular(a, b)) == pytest.approx(sum(one_by_one) / 8, abs=1e-9)


def test_the_angular_loss_of_equal_lights_is_small_and_its_gradient_finite() -> None:
    light = random(4, 3).abs().requires_grad_()
    loss = angular(light, light.detach())
    loss.backward()
    assert math.degrees(float(loss.detach())) == pytest.approx(0.081, abs=0.001)
    assert torch.isfinite(light.grad).all()
