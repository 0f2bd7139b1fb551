"""Every check passes what is good, refuses what was sabotaged, and says what is missing."""

import dataclasses

import numpy as np
import pytest

from contrast_engine.clusterings import Clusterer, clusterings
from contrast_engine.progress import Cancelled
from contrast_engine.pseudo_labels import classifiers, gather, train
from contrast_engine.ranking.agreement import Ratings
from contrast_engine.results import Clustering, Finding
from contrast_engine.validation import Context, checks
from contrast_engine.validation.family_agreement import FAMILY_FEATURES
from contrast_engine.vectors import ImageId, Vectors

FAMILIES = {family: (measure, f"{measure}_2") for family, (measure, _) in FAMILY_FEATURES.items()}
COLUMNS = tuple(name for pair in FAMILIES.values() for name in pair)
ORDER = ("low", "medium", "high")
N = 200


def ids(n: int) -> tuple[ImageId, ...]:
    return tuple(ImageId(f"{i:016x}") for i in range(n))


def measured(seed: int = 0, shared: float = 1.0) -> Vectors:
    """Ten measures of 200 images, two a family, all following one amount of contrast."""
    rng = np.random.default_rng(seed)
    amount = rng.normal(size=(N, 1))
    return Vectors(ids(N), shared * amount + 0.5 * rng.normal(size=(N, 10)), COLUMNS)


def groups(gap: float, n: int = N, k: int = 3) -> Vectors:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(n, 4))
    values[:, 0] += gap * (np.arange(n) % k)
    return Vectors(ids(n), values, ("a", "b", "c", "d"))


def clustered(space: Vectors, k: int) -> Context:
    recipe = clusterings["kmeans"].of({"n_clusters": k})
    return Context(
        space=space, space_name="test", clustering=recipe.cluster(space), clusterer=recipe
    )


def learnt(seed: int = 0, labels: int = 40, noise: float = 0.3, shuffled: bool = False) -> Context:
    """A trained model on labels that follow the amount of contrast, or on shuffled ones."""
    space = measured(seed)
    rng = np.random.default_rng(seed)
    truth = space.values.mean(axis=1) + noise * rng.normal(size=N)
    codes = np.digitize(truth, np.quantile(truth, [1 / 3, 2 / 3]))[:labels]
    if shuffled:
        codes = rng.permutation(codes)
    said = {image: ORDER[code] for image, code in zip(space.ids, codes, strict=False)}
    trained = train(classifiers["ordinal"](), gather(space, said, ORDER, is_ordered=True))
    training = {"method": "ordinal", "cross_validated": trained.scores.as_json()}
    return Context(features=space, space=space, space_name="test", families=FAMILIES, labels=said,
                   order=ORDER, is_ordered=True, predictions=trained.predictions,
                   training=training)  # fmt: skip


def verdicts(findings: list[Finding]) -> set[str]:
    return {finding.verdict for finding in findings}


def full() -> Context:
    space = clustered(measured(), 3)
    return dataclasses.replace(
        learnt(), clustering=space.clustering, clusterer=space.clusterer,
        map=Vectors(ids(N), measured().values[:, :2], ("map_x", "map_y")), map_name="PCA",
    )  # fmt: skip


# --- contracts every check keeps, without being listed here


def test_every_check_without_input_says_what_is_missing_instead_of_passing() -> None:
    for name, check in checks.items():
        findings = check(Context())
        assert findings, name
        if name == "known_answers":  # of drawn pictures: nothing has to be there
            continue
        assert verdicts(findings) == {"unknown"}, name
        assert all(f.value is None and f.note.endswith(".") for f in findings), name


@pytest.mark.slow
@pytest.mark.usefixtures("few_draws")
def test_every_finding_is_named_finite_and_one_plain_sentence_or_two() -> None:
    context = full()
    for name, check in checks.items():
        for finding in check(context):
            assert finding.check == name
            assert 10 < len(finding.note) < 260, finding.note
            assert finding.note[0].isupper(), finding.note
            assert finding.note.endswith((".", ").")), finding.note
            jargon = ("Spearman", "silhouette", "ARI", "Jaccard", "covariance", "kappa")
            assert not [word for word in jargon if word in finding.note], finding.note
            numbers = [finding.value, finding.low, finding.high, finding.null]
            assert all(number is None or np.isfinite(number) for number in numbers), name
            if finding.low is not None and finding.value is not None:
                assert finding.low <= finding.value + 1e-12, name
                assert finding.value <= finding.high + 1e-12, name
                assert finding.n > 0


@pytest.mark.slow
@pytest.mark.usefixtures("few_draws")
def test_every_check_gives_the_same_findings_twice_and_leaves_the_context_alone() -> None:
    context = full()
    for check in checks.values():
        assert check(context) == check(context)


@pytest.mark.slow
@pytest.mark.usefixtures("few_draws")
def test_every_check_survives_a_tiny_collection() -> None:
    context = full()
    few = ids(N)[:4]
    assert context.features is not None
    assert context.space is not None
    assert context.map is not None
    assert context.clustering is not None
    tiny = dataclasses.replace(
        context, features=context.features.take(few), space=context.space.take(few), map=context.map.take(few),
        clustering=Clustering(few, context.clustering.cluster[:4], np.zeros(4)),
    )  # fmt: skip
    for name, check in checks.items():
        assert check(tiny), name


# --- measures of different families


def test_families_that_share_an_amount_agree_and_independent_ones_do_not() -> None:
    check = checks["family_agreement"]
    good = check(Context(features=measured(), families=FAMILIES))
    together = [f for f in good if "held constant" not in f.space]
    assert len(together) == 10
    assert verdicts(together) == {"pass"}
    assert all(f.value is not None and f.value > 0.6 for f in together)
    rng = np.random.default_rng(0)
    broken = Vectors(
        ids(N), np.column_stack([rng.permutation(c) for c in measured().values.T]), COLUMNS
    )
    bad = check(Context(features=broken, families=FAMILIES))
    assert "pass" not in {f.verdict for f in bad if "held constant" not in f.space}
    assert sum(f.verdict == "fail" for f in bad) == 3


def test_agreement_that_is_only_overall_brightness_is_not_confirmed_beyond_it() -> None:
    rng = np.random.default_rng(2)
    amount = rng.normal(size=(N, 1))
    values = amount + 0.3 * rng.normal(size=(N, 10))
    values[:, :2] = amount + 1e-6 * rng.normal(size=(N, 2))
    only = checks["family_agreement"](
        Context(features=Vectors(ids(N), values, COLUMNS), families=FAMILIES)
    )
    beyond = [f for f in only if "held constant" in f.space]
    assert len(beyond) == 6
    assert "pass" not in verdicts(beyond)
    assert sum(f.low is not None and f.low > 0 for f in beyond) <= 1
    rng = np.random.default_rng(3)
    apart = rng.normal(size=(N, 1)) + 0.3 * rng.normal(size=(N, 10))
    apart[:, :2] = rng.normal(size=(N, 2))
    own = checks["family_agreement"](
        Context(features=Vectors(ids(N), apart, COLUMNS), families=FAMILIES)
    )
    assert verdicts([f for f in own if "held constant" in f.space]) == {"pass"}


def test_a_measure_that_never_varies_is_unknown_and_not_a_crash() -> None:
    values = measured().values.copy()
    values[:, 0] = 1.0
    found = checks["family_agreement"](
        Context(features=Vectors(ids(N), values, COLUMNS), families=FAMILIES)
    )
    assert sum(f.verdict == "unknown" for f in found) == 4


# --- clusters


@pytest.mark.slow
def test_planted_groups_are_stable_and_separate() -> None:
    context = clustered(groups(gap=8.0), 3)
    assert verdicts(checks["stability"](context)) == {"pass"}
    assert verdicts(checks["separate_groups"](context)) == {"pass"}


@pytest.mark.slow
def test_a_cloud_cut_into_eight_is_neither_stable_nor_separate() -> None:
    context = clustered(groups(gap=0.0), 8)
    overall, *each = checks["stability"](context)
    assert overall.verdict == "fail"
    assert sum(f.verdict == "pass" for f in each) <= 2
    assert verdicts(checks["separate_groups"](context)) <= {"warn", "unknown"}


@dataclasses.dataclass(frozen=True)
class AtRandom(Clusterer):
    """Sabotage: clusters drawn without looking."""

    n_clusters: int = 3

    def assign(self, values, *, seed=0, progress=None):  # type: ignore[no-untyped-def]
        from contrast_engine.clusterings import Assignment

        return Assignment(np.random.default_rng(seed).integers(0, 3, len(values)))


@pytest.mark.slow
def test_clusters_drawn_at_random_fail() -> None:
    space = groups(gap=8.0)
    recipe = AtRandom()
    context = Context(
        space=space, space_name="test", clustering=recipe.cluster(space), clusterer=recipe
    )
    overall, *each = checks["stability"](context)
    assert verdicts([overall, *each]) == {"fail"}
    assert abs(overall.value or 0) < 0.05
    assert "pass" not in verdicts(checks["separate_groups"](context))


def test_stability_can_be_cancelled() -> None:
    class Stop:
        def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        checks["stability"](dataclasses.replace(clustered(groups(8.0), 3), progress=Stop()))


def test_clusters_and_maps_of_an_earlier_measuring_are_not_judged() -> None:
    old = dataclasses.replace(full(), outdated=frozenset({"clusters", "map"}))
    for name in ("stability", "separate_groups", "map_faithfulness"):
        assert verdicts(checks[name](old)) == {"unknown"}


# --- labels


def test_a_model_that_learnt_passes_and_one_taught_nonsense_does_not() -> None:
    check = checks["held_out_labels"]
    assert verdicts(check(learnt(labels=120))) == {"pass"}
    nonsense = check(learnt(labels=120, shuffled=True))
    assert "pass" not in verdicts(nonsense)
    assert nonsense[0].verdict == "fail"
    assert nonsense[0].null == pytest.approx(1 / 3, abs=0.1)


def test_a_perfect_score_on_ten_labels_is_not_called_good() -> None:
    context = learnt(labels=10, noise=0.0)
    scores = {**context.training["cross_validated"], "accuracy": 1.0, "accuracy_low": 0.72, "accuracy_high": 1.0,
              "kappa": 1.0, "kappa_low": 0.7, "kappa_high": 1.0}  # fmt: skip
    found = checks["held_out_labels"](
        dataclasses.replace(context, training={"cross_validated": scores})
    )
    assert "pass" not in verdicts(found)


def test_scores_of_labels_that_were_changed_since_are_not_shown() -> None:
    stale = dataclasses.replace(learnt(), is_current=False)
    assert verdicts(checks["held_out_labels"](stale)) == {"unknown"}


@pytest.mark.slow
def test_a_learned_order_follows_measures_it_never_saw_unless_the_labels_are_nonsense() -> None:
    check = checks["learned_order"]
    good = check(learnt(labels=120))
    assert len(good) == 5
    assert verdicts(good) == {"pass"}
    nonsense = [f for seed in range(2) for f in check(learnt(seed=seed, labels=40, shuffled=True))]
    assert sum(f.verdict == "pass" for f in nonsense) <= 1


def test_unordered_labels_have_no_learned_order() -> None:
    plain = dataclasses.replace(learnt(), is_ordered=False)
    assert verdicts(checks["learned_order"](plain)) == {"unknown"}


def test_labels_that_leave_out_a_kind_or_a_cluster_do_not_pass() -> None:
    context = full()
    assert context.clustering is not None
    reached = checks["label_coverage"](context)
    assert {f.verdict for f in reached if "kind" in f.space or "clusters" in f.space} == {"pass"}
    one = context.clustering.members(0)
    lopsided = dataclasses.replace(context, labels=dict.fromkeys(one[:9], "low"), predictions=None)
    kinds, clusters = checks["label_coverage"](lopsided)
    assert (kinds.verdict, kinds.value) == ("fail", 0)
    assert "'medium'" in kinds.note
    assert (clusters.verdict, clusters.value) == ("warn", pytest.approx(1 / 3))


def test_a_model_that_answers_nothing_fails_coverage() -> None:
    context = full()
    assert context.predictions is not None
    silent = dataclasses.replace(context.predictions, abstains=np.ones(N, dtype=bool))
    *_, answers = checks["label_coverage"](dataclasses.replace(context, predictions=silent))
    assert (answers.verdict, answers.value) == ("fail", 0)


# --- the map


def test_a_faithful_map_passes_and_a_shuffled_one_fails_near_chance() -> None:
    space = groups(gap=1.0).select(["a", "b"])
    honest = Vectors(space.ids, space.values, ("map_x", "map_y"))
    check = checks["map_faithfulness"]
    assert verdicts(check(Context(space=space, space_name="test", map=honest))) == {"pass"}
    shuffled = Vectors(
        space.ids, np.random.default_rng(0).permutation(space.values), ("map_x", "map_y")
    )
    found = check(Context(space=space, space_name="test", map=shuffled))
    assert verdicts(found) == {"fail"}
    assert all(abs((f.value or 0) - 0.5) < 0.05 for f in found)


# --- what no number replaces


def test_missing_evidence_names_people_chance_and_a_use_until_they_are_there() -> None:
    findings = checks["missing_evidence"](full())
    text = " ".join(f.note for f in findings)
    assert verdicts(findings) == {"unknown"}
    for word in ("pairs of images", "drawn at random", "later task"):
        assert word in text
    training = {**full().training, "calibration": {"coverage": 0.91}}
    more = dataclasses.replace(full(), compared=30, training=training)
    text = " ".join(f.note for f in checks["missing_evidence"](more))
    assert "later task" in text
    assert "pairs of images" not in text
    assert "drawn at random" not in text


def test_people_who_agree_pass_and_people_who_do_not_fail_with_the_sentence() -> None:
    check = checks["people_agree"]
    said = {image: "low" if row % 2 else "high" for row, image in enumerate(ids(40))}
    other = {image: "high" if row % 3 else "low" for row, image in enumerate(ids(40))}

    def found(*people: dict) -> list:
        of = Ratings.of(dict(zip("abc", people, strict=False)), ("low", "high"), is_ordered=True)
        return check(Context(ratings=of))

    (same,) = found(said, dict(said))
    assert (same.verdict, same.value, same.n, same.null) == ("pass", 1, 40, 0)
    (apart,) = found(said, other)
    assert apart.verdict == "fail"
    assert apart.note == "Annotators do not agree: no model can be validated."
    assert apart.low < apart.value < 0.4
    (alone,) = found(said)
    assert alone.verdict == "unknown"
    assert "a second one label" in alone.note
    assert verdicts(check(Context())) == {"unknown"}
