"""Drift: what it finds, what it leaves alone, and that looking again and again costs nothing."""

import numpy as np
import pytest
from scipy import stats

from contrast_engine.drift import compare, due, next_look, share, significance
from contrast_engine.drift.different import different, spacing
from contrast_engine.drift.kolmogorov import feature_drifts, noticeable
from contrast_engine.drift.looking import FALSE_ALARMS
from contrast_engine.drift.mean_discrepancy import mean_discrepancy
from contrast_engine.drift.stability_index import SMALL, stability_index

COLUMNS = tuple("abcdefgh")
MIX = np.linalg.cholesky(0.5 * np.eye(8) + 0.5)  # features are alike, as real ones are


def images(random, n):
    return random.normal(size=(n, 8)) @ MIX.T


def shifted(values, by=0.5):
    return values + by * np.array([1, -1, 1, 0, 0, 0, 0, 0])


def alarms(reference, stream):
    return [
        look
        for look in due(len(stream))
        if compare(reference, stream[:look], COLUMNS, significance(look)).verdict == "drift"
    ]


def test_psi_of_two_bins_is_the_sum_that_is_defined():
    reference, new = np.repeat([0.0, 1.0], [50, 50]), np.repeat([0.0, 1.0], [20, 80])
    p, q = np.array([50.5, 50.5]) / 101, np.array([20.5, 80.5]) / 101
    index, expected = stability_index(reference, new)
    assert index == pytest.approx(((q - p) * np.log(q / p)).sum())
    assert expected == pytest.approx(0.02)


@pytest.mark.parametrize("kind", ["normal", "half of it zero", "ends shared", "three values"])
@pytest.mark.parametrize(("n", "m"), [(1000, 1000), (150, 1000), (500, 120)])
def test_psi_without_drift_is_on_average_what_is_said(kind, n, m):
    def drawn(random, size):
        values = random.normal(size=size)
        if kind == "half of it zero":
            return np.maximum(values, 0)
        if kind == "ends shared":
            return np.clip(values, -1, 1)
        return np.rint(values).clip(-1, 1) if kind == "three values" else values

    random = np.random.default_rng(0)
    pairs = [stability_index(drawn(random, n), drawn(random, m)) for _ in range(150)]
    index, expected = np.mean(pairs, axis=0)
    assert index == pytest.approx(expected, rel=0.2)


def test_psi_sees_that_an_atom_has_moved_just_beside_itself():
    random = np.random.default_rng(0)
    clipped = np.maximum(random.normal(size=800), 0)
    beside = np.where(clipped == 0, 1e-6, clipped)
    assert stability_index(clipped, beside)[0] > 1
    assert stability_index(np.zeros(500), np.repeat([0.0, 1.0], [450, 50]))[0] > 0.25
    assert stability_index(np.zeros(500), np.zeros(80))[0] == 0


def test_half_a_deviation_is_about_the_quarter_of_the_rule_of_thumb():
    random = np.random.default_rng(0)
    index, _ = stability_index(random.normal(size=20_000), random.normal(0.5, size=20_000))
    assert index == pytest.approx(0.235, abs=0.015)


@pytest.mark.parametrize("makes", ["normal", "clipped"])
def test_no_feature_has_moved_without_drift_and_a_moved_one_is_named(makes):
    random = np.random.default_rng(1)
    before, now = images(random, 400), images(random, 700)
    if makes == "clipped":
        before, now = np.maximum(before, 0), np.maximum(now, 0)
    assert not any(one.has_moved for one in feature_drifts(before, now, COLUMNS, 0.01))
    found = feature_drifts(before, shifted(now), COLUMNS, 0.01)
    assert {one.name for one in found if one.has_moved} == {"a", "b", "c"}
    assert [one.psi for one in found] == sorted((one.psi for one in found), reverse=True)
    by_name = {one.name: one for one in found}
    assert by_name["a"].shift > 0.3 > -0.3 > by_name["b"].shift
    assert "a is clearly higher, by 0." in by_name["a"].words or makes == "clipped"


def test_p_of_kolmogorov_and_smirnov_are_corrected_by_holm():
    random = np.random.default_rng(2)
    before, now = images(random, 200), images(random, 300)
    found = {one.name: one.ks_p for one in feature_drifts(before, now, COLUMNS, 0.05)}
    plain = {
        name: stats.ks_2samp(before[:, at], now[:, at], method="asymp").pvalue
        for at, name in enumerate(COLUMNS)
    }
    smallest = min(plain, key=plain.get)
    assert found[smallest] == pytest.approx(min(1, 8 * plain[smallest]))
    assert all(found[name] >= plain[name] for name in COLUMNS)


def test_mmd_is_the_sum_over_pairs_and_its_witness_points_at_the_new():
    random = np.random.default_rng(3)
    before, now = random.normal(size=(7, 2)), random.normal(1, 1, size=(5, 2))
    both = np.concatenate([before, now])
    gaps = np.linalg.norm(both[:, None] - both[None], axis=2)
    scale = np.median([gaps[i, j] for i in range(12) for j in range(i)])

    def kernel(a, b):
        return np.exp(-(np.linalg.norm(a - b) ** 2) / (2 * scale**2))

    within = np.mean([kernel(before[i], before[j]) for i in range(7) for j in range(7) if i != j])
    beyond = np.mean([kernel(now[i], now[j]) for i in range(5) for j in range(5) if i != j])
    across = np.mean([kernel(a, b) for a in before for b in now])
    found = mean_discrepancy(before, now)
    assert found.value == pytest.approx(within + beyond - 2 * across)
    first = np.mean([kernel(now[0], b) for b in now[1:]]) - np.mean(
        [kernel(now[0], b) for b in before]
    )
    assert found.typical[0] == pytest.approx(first)


def test_p_of_mmd_is_even_without_drift_and_its_curve_goes_on_below_the_permutations():
    random = np.random.default_rng(4)
    found = [mean_discrepancy(images(random, 40), images(random, 60), seed).p for seed in range(60)]
    assert stats.kstest(found, "uniform").pvalue > 0.01
    far = mean_discrepancy(images(random, 150), shifted(images(random, 150), 1.0))
    assert far.p == pytest.approx(1 / 201)
    assert far.fitted_p < 1e-5


def test_all_looks_together_may_raise_a_false_alarm_in_one_stream_of_twenty():
    looks = due(10**6)
    assert looks[:6] == (100, 200, 400, 700, 1000, 1500)
    assert sum(significance(look) for look in looks[:60]) < FALSE_ALARMS == 0.05
    assert significance(100) == pytest.approx(0.025)
    assert next_look(99) == 100
    assert next_look(100) == 200
    assert next_look(1000) == 1500
    with pytest.raises(ValueError, match="250"):
        significance(250)


@pytest.mark.slow
def test_streams_without_drift_raise_no_alarm_and_a_shift_of_three_features_does():
    calm, moved = 0, 0
    for seed in range(3):
        random = np.random.default_rng(seed)
        reference, stream = images(random, 200), images(random, 200)
        calm += bool(alarms(reference, stream))
        moved += bool(alarms(reference, shifted(stream)))
    assert calm <= 1  # each has a chance of up to 1 in 20 of one
    assert moved == 3


def test_a_certain_but_small_difference_is_said_and_is_no_drift():
    random = np.random.default_rng(0)
    found = compare(images(random, 1000), images(random, 1000) + 0.2, COLUMNS, 0.05)
    assert found.verdict == "no drift"
    assert found.moved
    assert any("too little to be called drift" in line for line in found.evidence)
    assert any("a little higher" in line for line in found.evidence)


def test_what_shows_the_drift_most_are_the_images_that_drifted():
    random = np.random.default_rng(0)
    new = images(random, 400)
    new[300:] = 0.5 * new[300:] + 2.5
    found = compare(images(random, 400), new, COLUMNS, 0.025)
    assert found.verdict == "drift"
    assert all(row >= 300 for row in found.showing)
    assert len(found.showing) == 12


@pytest.mark.parametrize(("n", "m"), [(0, 500), (29, 500), (500, 0), (500, 29), (1, 1)])
def test_too_few_images_on_either_side_decide_nothing(n, m):
    random = np.random.default_rng(0)
    found = compare(images(random, n), images(random, m) + 5, COLUMNS, 0.05)
    assert found.verdict == "not enough images"
    assert found.mmd_p is None
    assert "at least 30" in found.evidence[0]


def bursts(random, scenes, noise=0.1):
    """Each scene five times, each time a little otherwise, one scene after the other."""
    values = np.repeat(images(random, scenes), 5, axis=0)
    return np.sqrt(1 - noise**2) * values + noise * images(random, len(values))


@pytest.mark.slow
@pytest.mark.parametrize("order", ["one after the other", "mixed"])
def test_scenes_that_occur_five_times_raise_no_alarm(order):
    raised = 0
    for seed in range(6):
        random = np.random.default_rng([seed, 5])
        if order == "mixed":
            stream = random.permutation(bursts(random, 40, 0.03))
        else:
            stream = bursts(random, 120, 0.3)
        raised += bool(alarms(images(random, 150), stream))
    assert raised == 0


def test_what_counts_of_bursts_is_one_image_a_scene_and_of_independent_ones_nearly_all():
    random = np.random.default_rng(0)
    assert len(different(random.permutation(bursts(random, 100, 0.02)))) <= 115
    alone = images(random, 500)
    assert len(different(alone)) >= 450
    assert spacing(alone) == 1
    assert 4 <= spacing(bursts(random, 100, 0.3)) <= 6
    assert spacing(np.zeros((90, 3))) == 1
    changed = np.concatenate([images(random, 250), images(random, 250) + 2])
    assert spacing(changed) == 1
    assert len(different(np.zeros((90, 3)))) == 90


def test_a_camera_that_is_stuck_is_drift_and_not_one_image():
    random = np.random.default_rng(0)
    stuck = np.repeat(images(random, 1), 300, axis=0)
    assert compare(images(random, 300), stuck, COLUMNS, 0.0125).verdict == "drift"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n", "m", "low", "high"), [(250, 250, 0.5, 0.65), (1000, 1000, 0.4, 0.45)]
)
def test_what_would_have_been_noticed_is_noticed_in_nineteen_of_twenty(n, m, low, high):
    size = noticeable(n, m, 8, 0.0125)
    assert low < size < high
    found = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        before, now = random.normal(size=(n, 1)), random.normal(size, size=(m, 1))
        (moved,) = feature_drifts(before, now, "a", 0.0125 / 8)
        found += moved.has_moved and moved.psi - moved.expected > SMALL
    assert found >= 35


def test_the_same_images_give_the_same_look():
    random = np.random.default_rng(0)
    reference, new = images(random, 1500), images(random, 300)
    first = compare(reference, new, COLUMNS, 0.05)
    assert first == compare(reference, new, COLUMNS, 0.05)
    assert first.of_reference == 1500
    assert first.n_reference <= 1000


def test_a_share_has_its_interval():
    assert share(0, 0).value is None
    found = share(5, 100)
    assert found.low < found.value < found.high
    assert "n = 100" in found.words
