from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from contrast_engine.arrays import Floats
from contrast_engine.errors import UnknownName
from contrast_engine.features import core_names, feature_names, features, measure_image
from contrast_engine.images import LinearImage
from contrast_engine.predict import CASCADE, FAST, FULL, HYBRID, Predictor
from contrast_engine.predict.card import tier_cells
from contrast_engine.predict.model_file import model_bytes, model_of_bytes
from contrast_engine.predict.predictor import made_smaller
from contrast_engine.predict.tiers.handing_on import HeldOut, choose, judged, paired_interval
from contrast_engine.predict.tiers.table import agreement
from contrast_engine.pseudo_labels import stratified
from contrast_engine.pseudo_labels.promise import sureness_of
from tests.predict.conftest import made_model, two_tiers


def picture(seed: int, side: int = 60) -> LinearImage:
    rng = np.random.default_rng(seed)
    return LinearImage(rng.beta(0.4 + seed % 5, 2, (side, side + 20, 3)).astype(np.float32))


@pytest.mark.parametrize("order", ["as ever", "backwards", "one by one"])
def test_a_feature_is_the_same_whichever_others_are_measured(order: str) -> None:
    rgb = picture(3).rgb
    whole = measure_image(LinearImage(rgb))
    assert tuple(whole) == feature_names()
    if order == "one by one":
        found = {name: measure_image(LinearImage(rgb), [name])[name] for name in features}
        assert found == whole
        return
    names = core_names() if order == "as ever" else core_names()[::-1]
    image = LinearImage(rgb)
    part = measure_image(image, names)
    assert tuple(part) == tuple(names)
    assert part == {name: whole[name] for name in names}
    assert measure_image(image) == whole, "the rest afterwards"


def test_only_what_a_tier_needs_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    import contrast_engine.features as home

    asked: list[str] = []
    real = home._measured
    monkeypatch.setattr(home, "_measured", lambda i, n: asked.append(n) or real(i, n))
    Predictor(made_model()).judge(picture(0))
    assert sorted(asked) == sorted(core_names()), "each once, and no other"


@pytest.mark.parametrize("sureness", [0.0, 0.3, 0.6, 0.9, 1.5])
def test_a_cascade_hands_on_what_its_first_tier_is_not_sure_of(sureness: float) -> None:
    predictor = Predictor(two_tiers(sureness))
    for seed in range(8):
        image = picture(seed)
        fast, full = (predictor.judge(image, tier=tier) for tier in (FAST, FULL))
        sure = float(sureness_of(np.array([*(fast.probabilities or {}).values()])))
        stands = not fast.abstains and sure >= sureness
        assert predictor.judge(image, tier=CASCADE) == (fast if stands else full)
        assert fast.tier == FAST
        assert full.tier == FULL


def test_a_cascade_reads_again_only_what_it_hands_on() -> None:
    predictor = Predictor(two_tiers(0.5))
    for seed in range(8):
        asked: list[int] = []

        def read(size: int, seed: int = seed, asked: list[int] = asked) -> LinearImage:
            asked.append(size)
            return made_smaller(picture(seed), size)

        found = predictor.judge_at(read, tier=CASCADE)
        assert asked == ([32] if found.tier == FAST else [32, 512])


def test_what_the_first_tier_is_far_from_is_handed_on() -> None:
    model = two_tiers(0.0)
    near = replace(model.tiers[FAST], limit=0.0)
    predictor = Predictor(replace(model, tiers={**model.tiers, FAST: near}))
    assert predictor.judge(picture(1), tier=CASCADE).tier == FULL


def test_a_tier_that_is_another_one_answers_as_that() -> None:
    predictor = Predictor(two_tiers())
    hybrid, full = (predictor.judge(picture(2), tier=tier) for tier in (HYBRID, FULL))
    assert replace(hybrid, tier=FULL) == full
    assert hybrid.tier == HYBRID
    assert predictor.model.tier_names == (FAST, HYBRID, FULL, CASCADE)


@pytest.mark.parametrize("tier", [FAST, HYBRID, CASCADE, "quick"])
def test_a_tier_that_was_not_made_is_refused_in_words(tier: str) -> None:
    predictor = Predictor(made_model())
    with pytest.raises(UnknownName, match="it has: full"):
        predictor.judge(picture(0), tier=tier)
    with pytest.raises(UnknownName, match="contrast bundle"):
        next(predictor.iterate([("a", b"")], tier=tier))


def test_all_tiers_come_back_from_a_file_bit_for_bit(tmp_path: Path) -> None:
    model = two_tiers(0.4)
    again = model_of_bytes(model_bytes(model), "it")
    assert again.cascade == model.cascade
    assert again.same == model.same
    for tier in model.tier_names:
        for seed in range(4):
            found = Predictor(again).judge(picture(seed), tier=tier)
            assert found == Predictor(model).judge(picture(seed), tier=tier)


def held_out(rng: np.random.Generator, m: int, gap: float, repeats: int = 2) -> HeldOut:
    """Answers of a first tier that is right as often as it is sure, and of one that is better."""
    sureness = rng.beta(2, 1, m)
    first = rng.uniform(size=m) < 0.4 + 0.55 * sureness
    then = np.where(first, rng.uniform(size=m) < 1 - gap / 4, rng.uniform(size=m) < gap)
    shape = (repeats, m)
    return HeldOut(
        np.broadcast_to(sureness, shape), np.zeros(shape, bool), np.broadcast_to(first, shape),
        np.broadcast_to(then, shape), np.ones(m),
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("m", "gap"), [(30, 0.6), (120, 0.2)])
def test_the_accuracy_of_a_cascade_is_not_flattered_by_the_choice_of_its_threshold(
    m: int, gap: float
) -> None:
    rng = np.random.default_rng(1)
    world = held_out(rng, 20_000, gap, 1)
    told, true, naive = [], [], []
    for seed in range(100):
        held = held_out(rng, m, gap)
        folds = stratified(np.arange(m) % 3, seed=seed)
        folds = replace(
            folds, held_out=folds.held_out[: len(folds) // folds.repeats * 2], repeats=2
        )
        told.append(judged(held, 0.2, folds)["difference"])
        sureness = choose(held, 0.2, np.ones(m, bool))
        true.append(_difference(world, sureness))
        naive.append(_difference(held, sureness))
    error = float(np.std(told) / np.sqrt(len(told)))
    assert abs(np.mean(told) - np.mean(true)) < 3 * error + 0.01
    assert np.mean(naive) > np.mean(true), "told of the labels it was chosen on it would flatter"


def _difference(held: HeldOut, sureness: float) -> float:
    gap: Floats = held.first.astype(np.float64) - held.then
    return float((gap * held.settled(sureness)).mean())


def test_a_first_tier_that_is_no_use_hands_on_everything() -> None:
    m = 60
    ones = np.ones((1, m))
    held = HeldOut(0.9 * ones, ones < 0, ones < 0, ones > 0, np.ones(m))
    assert choose(held, 0.2, np.ones(m, bool)) > 1
    same = HeldOut(0.9 * ones, ones < 0, ones > 0, ones > 0, np.ones(m))
    assert choose(same, 0.2, np.ones(m, bool)) == pytest.approx(0.2)


def test_the_interval_of_a_paired_difference_by_hand() -> None:
    # 10 only the first right, 4 only the second, of 98: (10 - 4) / 100 and its half width
    low, high = paired_interval(10, 4, 98)
    half = 1.959963984540054 * np.sqrt(10 + 4 + 1 - 36 / 100) / 100
    assert (low, high) == pytest.approx((0.06 - half, 0.06 + half))
    nothing = paired_interval(0, 0, 20)
    assert nothing[0] < 0 < nothing[1], "no difference seen among few is not none at all"


def test_a_picture_made_smaller_keeps_its_light() -> None:
    image = picture(0, 100)
    small = made_smaller(image, 48)
    assert max(small.shape) == 48
    assert small.rgb.mean() == pytest.approx(float(image.rgb.mean()), rel=1e-3)
    assert (small.width, small.height) == (image.width, image.height)
    assert made_smaller(small, 48) is small


def test_agreement_on_one_label_has_no_kappa_and_can_be_shown() -> None:
    one = np.ones(6, dtype=np.int64)
    found = agreement(one, one, 2, ordered=False)
    assert found is not None
    assert found["kappa"] is None
    row = {"tier": "fast", "size": 256, "agreement": found, "accuracy": None,
           "cascade": {"accuracy": 1.0, "n": 6}}  # fmt: skip
    assert "all of one label, n = 6" in tier_cells(row)[4]
    mixed = agreement(np.array([0, 1, 1, 0]), np.array([0, 1, 0, 0]), 2, ordered=False)
    assert mixed is not None
    assert mixed["share"] == 0.75
    assert mixed["kappa"] == pytest.approx(0.5)
    assert agreement(one[:0], one[:0], 2, ordered=False) is None
