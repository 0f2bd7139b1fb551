"""Labels made of something simpler are told from labels of contrast, whatever they are made of."""

import numpy as np
import pytest

from contrast_engine.results import Finding
from contrast_engine.validation import Context, checks
from contrast_engine.vectors import ImageId, Vectors

OTHERS = ("brightness", "size", "bytes", "sharpness", "noise", "saturation")
CONTRAST = ("c_rms", "sigma_l", "gcf", "lc_mean")
FURTHER = ("rammg", "rsc", "c_hp", "u_dr")
N = 300


def images(seed: int = 0) -> tuple[Vectors, Vectors]:
    """Skewed amounts of contrast that share a cause, and confounders that go with it."""
    rng = np.random.default_rng(seed)
    amount = rng.exponential(size=(N, 1))
    contrast = amount + 0.4 * rng.exponential(size=(N, 8))
    others = 0.6 * amount + rng.lognormal(0, 0.6, size=(N, 6))
    others[:, 0] *= -1  # dark images have more
    ids = tuple(ImageId(f"{i:016x}") for i in range(N))
    shared = {"mean_y": others[:, 0], "sharpness": others[:, 3]}
    table = np.column_stack([contrast, *shared.values()])
    return Vectors(ids, table, (*CONTRAST, *FURTHER, *shared)), Vectors(ids, others, OTHERS)


def found(score: np.ndarray, labels: int = 60, k: int = 3, seed: int = 0) -> list[Finding]:
    features, others = images(seed)
    codes = np.digitize(score, np.quantile(score, np.arange(1, k) / k))
    said = {image: f"l{code}" for image, code in zip(features.ids[:labels], codes, strict=False)}
    return checks["label_shortcuts"](
        Context(features=features, confounders=others, space=features, labels=said, seed=seed)
    )


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("name", OTHERS)
def test_labels_of_a_confounder_fail_and_the_confounder_is_named(name: str, k: int) -> None:
    follows, *_ = found(images()[1].column(name), k=k)
    assert follows.verdict == "fail"
    assert name in follows.note
    assert follows.next
    assert follows.value > follows.null
    assert follows.low <= follows.value <= follows.high


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("name", CONTRAST)
def test_labels_cut_from_an_input_are_called_so_and_follow_no_confounder(name: str, k: int) -> None:
    follows, is_cut = found(images()[0].column(name), k=k)
    assert follows.verdict == "pass"
    assert is_cut.verdict == "fail"
    assert f"a cut of {name}" in is_cut.note
    assert "among the inputs" in is_cut.note


@pytest.mark.parametrize("seed", range(6))
def test_labels_of_several_amounts_with_an_annotators_noise_pass(seed: int) -> None:
    features, _ = images(seed)
    rng = np.random.default_rng(seed)
    score = features.values[:, :8].mean(axis=1)
    score = score / score.std() + 0.4 * rng.normal(size=N)
    assert {one.verdict for one in found(score, seed=seed)} == {"pass"}


def test_random_labels_are_rarely_said_to_follow_anything() -> None:
    said = [found(np.random.default_rng(seed).normal(size=N), 30, seed=seed) for seed in range(20)]
    wrong = sum(one.verdict in ("warn", "fail") for findings in said for one in findings)
    assert wrong <= 2


def test_few_labels_and_rare_kinds_are_not_judged() -> None:
    amount = images()[0].column("c_rms")
    assert [one.verdict for one in found(amount, 8)] == ["unknown"]
    few = found(amount, 15)
    assert few[0].verdict == "unknown"
    rare = found(-(np.arange(N) < 3).astype(float), 60, 2)
    assert rare[1].verdict == "unknown"
    assert "commonest" in rare[1].note
