from collections.abc import Sequence

import numpy as np
import pytest

from contrast_engine.arrays import Floats
from contrast_engine.features import features
from contrast_engine.images import LinearImage
from contrast_engine.images.colour import LUMINANCE_WEIGHTS
from contrast_engine.randomness import generator
from contrast_engine.validation.sensitivity import (
    invariance,
    neighbour_overlap,
    probe,
    radar,
    read_out,
    response,
)
from contrast_engine.validation.shortcuts import audit
from contrast_engine.vectors import ImageId, Vectors


def pictures(n: int, seed: int = 0) -> list[Floats]:
    rng = generator(seed, "sensitivity pictures")
    found = []
    for _ in range(n):
        coarse = np.kron(rng.uniform(size=(6, 6, 3)), np.ones((8, 8, 1)))
        found.append(0.3 * rng.uniform() + 0.65 * coarse * rng.uniform(0.3, 1))
    return found


def measured(*names: str):
    def embed(rgbs: Sequence[Floats]) -> Floats:
        return np.array([[features[n].measure(LinearImage(rgb)) for n in names] for rgb in rgbs])

    return embed


def brightness(rgbs: Sequence[Floats]) -> Floats:
    return np.array([[(rgb @ LUMINANCE_WEIGHTS).mean()] for rgb in rgbs])


def test_a_contrast_score_passes_the_ladders_and_a_brightness_score_does_not() -> None:
    held, others = pictures(6), pictures(6, 1)
    good = response(measured("sigma_l"), held, others, has_score=True)
    assert good.passes
    assert good.by == "score"
    bad = response(brightness, held, others, has_score=True)
    assert not bad.passes
    assert bad.ladders["haze"] < 0


def test_an_axis_is_found_where_there_is_no_score_and_none_in_noise() -> None:
    held, others = pictures(6), pictures(6, 1)
    found = response(measured("mean_y", "sigma_l", "gcf"), held, others)
    assert found.passes
    assert (found.by, found.images, found.fitted_on) == ("axis", 6, 6)
    rng = generator(0, "noise")
    noise = response(lambda rgbs: rng.normal(size=(len(rgbs), 4)), held, others)
    assert not noise.passes


def test_what_does_not_see_colour_is_not_moved_by_it_and_what_does_is() -> None:
    shown = pictures(16)
    contrast = measured("sigma_l")(shown)[:, 0]
    blind = invariance(measured("c_rms", "sigma_l"), shown, contrast)
    seeing = invariance(measured("chroma_mean", "hue_diversity"), shown, contrast)
    assert blind["chroma"] < 0.01 < 0.3 < seeing["chroma"]
    assert blind["flip"] == pytest.approx(0, abs=1e-9)
    assert 0 < blind["crop"] < 1
    assert blind["content"] < 0.6 < seeing["content"]


def table(n: int = 120) -> tuple[Vectors, Floats]:
    rng = generator(0, "probe")
    latent = rng.normal(size=(n, 3))
    values = np.column_stack([latent[:, 0], np.exp(latent[:, 1]), rng.normal(size=n)])
    ids = tuple(ImageId(f"{i:016x}") for i in range(n))
    mixed = latent @ rng.normal(size=(3, 8)) + 0.05 * rng.normal(size=(n, 8))
    return Vectors(ids, values, ("linear", "skewed", "unknown")), mixed


def test_a_probe_reads_what_is_there_and_nothing_that_is_not() -> None:
    known, embedding = table()
    found = probe(embedding, known)
    assert found["linear"]["r2"] > 0.95
    assert found["skewed"]["r2"] > 0.9
    assert found["unknown"]["r2"] < 0.1
    assert max(one["null"] for one in found.values()) < 0.15
    assert probe(embedding, known) == found
    assert (
        np.corrcoef(read_out(embedding, known.column("linear")), known.column("linear"))[0, 1]
        > 0.97
    )


def test_neighbours_of_the_same_space_are_the_same_and_of_noise_are_chance() -> None:
    _, embedding = table()
    assert neighbour_overlap(embedding, embedding)["value"] == 1
    noise = neighbour_overlap(embedding, generator(1, "n").normal(size=(120, 8)))
    assert noise["value"] == pytest.approx(noise["chance"], abs=0.05)


def test_the_radar_is_between_0_and_1() -> None:
    shown = radar(None, {"crop": 1.7, "flip": 0.1}, {"c_rms": {"r2": -0.2, "null": 0.0}})
    assert shown == {"crop": 0.0, "flip": 0.9, "probe": 0.0}


def confounded(n: int = 200) -> tuple[Floats, Floats, dict[str, Floats]]:
    rng = generator(0, "shortcuts")
    amount = rng.normal(size=n)
    contrast = np.column_stack([amount + 0.2 * rng.normal(size=n) for _ in range(3)])
    return amount, contrast, {
        "brightness": -0.6 * amount + rng.normal(size=n),
        "size": rng.choice([1.0, 2.0], size=n),
        "always": np.ones(n),
    }  # fmt: skip


def test_a_brightness_only_scorer_is_caught() -> None:
    _, contrast, confounders = confounded()
    found = audit(confounders["brightness"], contrast, confounders)
    assert found.verdict == "fail"
    assert "brightness" in found.note
    assert found.partial["brightness"] == pytest.approx(1, abs=1e-6)


def test_a_contrast_scorer_is_not_although_brightness_goes_with_it() -> None:
    amount, contrast, confounders = confounded()
    noisy = amount + 0.1 * generator(1, "shortcuts").normal(size=len(amount))
    found = audit(noisy, contrast, confounders)
    assert found.verdict == "pass"
    assert found.contrast is not None
    assert found.contrast > 0.9
    assert found.partial["always"] is None
    low, high = found.interval["brightness"]
    assert low <= (found.partial["brightness"] or 0) <= high


def test_a_scorer_of_both_is_a_warning_and_few_images_say_nothing() -> None:
    amount, contrast, confounders = confounded()
    both = amount + 0.6 * confounders["brightness"]
    assert audit(both, contrast, confounders).verdict == "warn"
    few = {name: values[:10] for name, values in confounders.items()}
    assert audit(both[:10], contrast[:10], few).verdict == "unknown"


@pytest.mark.parametrize("seed", range(10))
def test_a_random_score_never_passes_at_any_size(seed: int) -> None:
    _, contrast, confounders = confounded()
    score = generator(seed, "random score").normal(size=len(contrast))
    found = audit(score, contrast, confounders)
    assert found.verdict == "fail"
    assert "does not follow contrast" in found.note
    for n in (25, 60):
        fewer = {name: values[:n] for name, values in confounders.items()}
        assert audit(score[:n], contrast[:n], fewer).verdict != "pass"


def test_a_score_that_does_not_vary_or_falls_with_contrast_fails() -> None:
    amount, contrast, confounders = confounded()
    assert "says nothing" in audit(np.ones_like(amount), contrast, confounders).note
    assert audit(np.ones_like(amount), contrast, confounders).verdict == "fail"
    assert audit(-amount, contrast, confounders).verdict == "fail"


def test_without_contrast_that_varies_nothing_can_be_told() -> None:
    amount, contrast, confounders = confounded()
    flat = np.ones_like(contrast)
    assert audit(amount, flat, confounders).verdict == "unknown"


def test_a_score_that_is_contrast_only_by_way_of_a_weak_confounder_is_no_pass() -> None:
    rng = generator(5, "shortcuts")
    amount = rng.normal(size=400)
    contrast = np.column_stack([amount + 0.2 * rng.normal(size=400) for _ in range(3)])
    texture = 0.8 * amount + rng.normal(size=400)
    found = audit(texture + 1.6 * rng.normal(size=400), contrast, {"texture": texture})
    assert found.verdict in {"warn", "fail"}
