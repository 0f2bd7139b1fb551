"""The classifiers against independent references, and the contracts every one must keep."""

import importlib

import numpy as np
import pytest

from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.progress import OVERALL, Cancelled
from contrast_engine.pseudo_labels import (
    Abstaining,
    Labelled,
    classifiers,
    gather,
    recommended,
    train,
)
from contrast_engine.results import Clustering
from contrast_engine.vectors import ImageId, Vectors

ORDER = ("low", "medium", "high")


class Recorder:
    def __init__(self, stop_at: int = 10**9) -> None:
        self.ticks: list[dict[str, float]] = []
        self.stop_at = stop_at

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        if len(self.ticks) >= self.stop_at:
            raise Cancelled
        metrics.pop(OVERALL, None)
        self.ticks.append({"done": done, "total": total, **metrics})


def ids(n: int) -> tuple[ImageId, ...]:
    return tuple(ImageId(f"{i:016x}") for i in range(n))


def planted(
    n: int = 300, labels: int = 40, noise: float = 0.4, seed: int = 0, d: int = 6
) -> tuple[Labelled, np.ndarray]:
    """An ordered truth along one direction of a Gaussian cloud, some of it labelled."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, d))
    along = values[:, 0] + 0.5 * values[:, 1] + noise * rng.normal(size=n)
    truth = np.digitize(along, np.quantile(along, [1 / 3, 2 / 3]))
    space = Vectors(ids(n), values, tuple(f"f{i}" for i in range(d)))
    cluster = np.digitize(values[:, 0], [-0.4, 0.4])
    distance = np.abs(values[:, 0])
    chosen = {space.ids[i]: ORDER[truth[i]] for i in range(labels)}
    clustering = Clustering(space.ids, cluster, distance)
    return gather(space, chosen, ORDER, is_ordered=True, clustering=clustering), truth


@pytest.mark.parametrize("k", [2, 3, 5])
def test_logistic_is_the_solution_of_scikit_learn(k: int) -> None:
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(k)
    values = rng.normal(size=(80, 20))
    codes = np.digitize(values[:, 0] + rng.normal(size=80), np.linspace(-1, 1, k - 1))
    names = tuple("abcde"[:k])
    space = Vectors(ids(80), values, tuple(f"f{i}" for i in range(20)))
    labels = {space.ids[i]: names[codes[i]] for i in range(60)}
    ours = train(classifiers["logistic"](), gather(space, labels, names, is_ordered=False))
    theirs = LogisticRegression(C=0.1, tol=1e-10, max_iter=10_000).fit(values[:60], codes[:60])
    assert np.abs(ours.predictions.probability - theirs.predict_proba(values)).max() < 1e-4


@pytest.mark.slow
def test_the_folds_of_logistic_are_scikit_learn_without_those_labels() -> None:
    from sklearn.linear_model import LogisticRegression

    from contrast_engine.pseudo_labels import stratified

    labelled, _ = planted(labels=30)
    folds = stratified(labelled.codes, seed=3)
    *_, last = classifiers["logistic"]().fit(labelled, folds)
    for hidden, held_out in zip(folds.held_out, last.held_out, strict=True):
        model = LogisticRegression(C=0.1, tol=1e-10, max_iter=10_000)
        model.fit(labelled.values[~hidden], labelled.codes[~hidden])
        expected = model.predict_proba(labelled.values[hidden])
        assert np.abs(held_out[hidden] - expected).max() < 1e-4


def test_a_class_with_one_label_is_never_guessed_by_the_fold_that_hides_it() -> None:
    labelled, _ = planted(labels=30)
    codes = np.where(labelled.codes == 2, 1, labelled.codes)
    codes[0] = 2
    single = Labelled(labelled.space, labelled.rows, codes, ORDER, True)
    from contrast_engine.pseudo_labels import stratified

    folds = stratified(codes, seed=0)
    for name in ("logistic", "ordinal"):
        *_, last = classifiers[name]().fit(single, folds)
        hides = folds.held_out[:, 0]
        assert (last.held_out[hides][:, :, 2] == 0).all()
        assert (last.held_out[~hides][:, 0, 2] > 0).all()
        assert np.allclose(last.held_out.sum(axis=2), 1)


@pytest.mark.parametrize("k", [2, 3, 4])
def test_ordinal_is_the_optimum_a_slow_search_finds(k: int) -> None:
    from scipy.optimize import minimize

    rng = np.random.default_rng(k)
    values = rng.normal(size=(50, 4))
    codes = np.digitize(values[:, 0] + rng.normal(size=50), np.linspace(-1, 1, k - 1))

    def loss(parameters: np.ndarray) -> float:
        weights, first, gaps = parameters[:4], parameters[4], np.exp(parameters[5:])
        cuts = np.concatenate([[-np.inf], first + np.concatenate([[0], np.cumsum(gaps)]), [np.inf]])
        total = (weights**2).sum() / (2 * 0.1)
        for row, code in zip(values, codes, strict=True):
            above, below = (
                1 / (1 + np.exp(-(c - weights @ row))) for c in (cuts[code + 1], cuts[code])
            )
            total -= np.log(above - below)
        return float(total)

    slow = minimize(loss, np.zeros(4 + k - 1), method="BFGS", options={"gtol": 1e-7})
    space = Vectors(ids(50), values, ("a", "b", "c", "d"))
    names = tuple("abcd"[:k])
    labels = {image: names[code] for image, code in zip(space.ids, codes, strict=True)}
    ours = train(
        classifiers["ordinal"](), gather(space, labels, names, is_ordered=True)
    ).model.arrays()
    assert np.abs(ours["weights"] - slow.x[:4]).max() < 1e-4
    cuts = slow.x[4] + np.concatenate([[0], np.cumsum(np.exp(slow.x[5:]))])
    assert np.abs(ours["cuts"] - cuts).max() < 1e-4


@pytest.mark.slow
def test_every_classifier_is_better_than_guessing_on_planted_labels() -> None:
    labelled, truth = planted()
    for name, recipe in classifiers.items():
        predictions = train(recipe(), labelled).predictions
        right = np.mean(
            [ORDER.index(p) == t for p, t in zip(predictions.label, truth, strict=True)]
        )
        assert right > 0.5, name


@pytest.mark.slow
def test_every_classifier_is_at_chance_when_the_labels_are_shuffled() -> None:
    labelled, _ = planted(labels=150)
    codes = np.random.default_rng(5).permutation(labelled.codes)
    shuffled = Labelled(labelled.space, labelled.rows, codes, ORDER, True, labelled.cluster)
    for name, recipe in classifiers.items():
        scores = train(recipe(), shuffled).scores
        assert scores.accuracy < 0.45, name
        assert scores.kappa_low < 0.1, name


@pytest.mark.slow
def test_every_classifier_is_deterministic_and_survives_its_arrays() -> None:
    labelled, _ = planted()
    for name, recipe in classifiers.items():
        one, two = train(recipe(), labelled, seed=4), train(recipe(), labelled, seed=4)
        assert one.predictions.probability.tobytes() == two.predictions.probability.tobytes(), name
        assert one.scores == two.scores
        again = recipe.load(one.model.arrays())
        values, cluster = labelled.space.values, labelled.cluster
        before = one.model.predict_proba(values, cluster)
        assert before.tobytes() == again.predict_proba(values, cluster).tobytes(), name
        assert again.predict_proba(values[:0]).shape == (0, 3)
        assert np.allclose(again.predict_proba(values).sum(axis=1), 1)


@pytest.mark.slow
def test_every_classifier_can_be_cancelled_and_reports_four_live_metrics() -> None:
    labelled, _ = planted()
    for name, recipe in classifiers.items():
        heard = Recorder()
        train(recipe(), labelled, progress=heard)
        assert set(heard.ticks[-1]) == {"done", "total", "loss", "accuracy", "kappa", "coverage"}, (
            name
        )
        assert heard.ticks[-1]["done"] == heard.ticks[-1]["total"]
        with pytest.raises(Cancelled):
            train(recipe(), labelled, progress=Recorder(stop_at=0))


def test_every_classifier_works_with_two_labels() -> None:
    labelled, _ = planted()
    first = [int(np.flatnonzero(labelled.codes == c)[0]) for c in (0, 2)]
    two = Labelled(
        labelled.space,
        labelled.rows[first],
        np.array([0, 1]),
        ("low", "high"),
        True,
        labelled.cluster,
    )
    for name, recipe in classifiers.items():
        trained = train(recipe(), two)
        assert np.isfinite(trained.predictions.probability).all(), name
        assert trained.scores.n == 2
        assert trained.scores.accuracy_high - trained.scores.accuracy_low > 0.5


def test_the_curve_moves_from_knowing_nothing_to_having_learnt() -> None:
    labelled, _ = planted()
    for name in ("logistic", "ordinal"):
        heard = Recorder()
        train(classifiers[name](), labelled, progress=heard)
        trained = [tick for tick in heard.ticks if "loss" in tick]
        losses = [tick["loss"] for tick in trained]
        done = [tick["done"] for tick in trained]
        assert len(losses) >= 8
        assert losses[0] == pytest.approx(np.log(3), abs=0.02)
        assert losses[-1] < losses[0] - 0.1
        assert done == sorted(done)


def test_the_last_live_scores_are_the_saved_scores() -> None:
    labelled, _ = planted()
    heard = Recorder()
    trained = train(classifiers["logistic"](), labelled, progress=heard)
    assert heard.ticks[-1]["accuracy"] == trained.scores.accuracy
    assert heard.ticks[-1]["kappa"] == trained.scores.kappa
    assert heard.ticks[-1]["coverage"] == trained.coverage


def test_one_kind_of_label_is_refused_in_words() -> None:
    labelled, _ = planted()
    space = labelled.space
    with pytest.raises(
        NotEnoughData, match="all 7 labels are 'low'; label at least one image of another kind"
    ):
        gather(space, dict.fromkeys(space.ids[:7], "low"), ORDER, is_ordered=True)
    with pytest.raises(NotEnoughData, match="no image is labelled yet"):
        gather(space, {}, ORDER, is_ordered=True)


def test_a_label_outside_the_order_is_named() -> None:
    labelled, _ = planted()
    labels = {labelled.space.ids[0]: "low", labelled.space.ids[1]: "blurry"}
    with pytest.raises(OptionError, match="'blurry'"):
        gather(labelled.space, labels, ORDER, is_ordered=True)


def test_labels_of_images_without_features_are_counted_and_ignored() -> None:
    labelled, _ = planted()
    labels = {labelled.space.ids[0]: "low", labelled.space.ids[1]: "high", ImageId("f" * 16): "low"}
    found = gather(labelled.space, labels, ORDER, is_ordered=True)
    assert (len(found), found.ignored, found.classes) == (2, 1, ("low", "high"))


def test_the_order_in_which_labels_were_given_changes_nothing() -> None:
    labelled, _ = planted()
    pairs = list(labelled.pairs)
    one = gather(labelled.space, dict(pairs), ORDER, is_ordered=True)
    two = gather(labelled.space, dict(reversed(pairs)), ORDER, is_ordered=True)
    assert one.rows.tobytes() == two.rows.tobytes()
    assert one.pairs == two.pairs


def test_few_labels_get_a_vote_or_a_neighbour_and_many_a_model() -> None:
    labelled, _ = planted(labels=30)
    assert recommended(labelled) == "ordinal"
    assert (
        recommended(Labelled(labelled.space, labelled.rows, labelled.codes, ORDER, False))
        == "logistic"
    )
    few = Labelled(labelled.space, labelled.rows[:6], labelled.codes[:6], ORDER, True)
    assert recommended(few) == "one_nn"
    cluster = labelled.cluster
    assert cluster is not None
    rows = np.array([int(np.flatnonzero(cluster == c)[0]) for c in range(3)])
    decided = Labelled(labelled.space, rows, np.arange(3), ORDER, True, cluster)
    assert recommended(decided) == "cluster_vote"
    contradicted = Labelled(labelled.space, np.append(rows, np.flatnonzero(cluster == 0)[1]),
                            np.array([0, 1, 2, 2]), ORDER, True, cluster)  # fmt: skip
    assert recommended(contradicted) == "one_nn"


def test_cluster_vote_follows_the_clusters_and_leaves_unlabelled_ones_undecided() -> None:
    labelled, _ = planted()
    cluster = labelled.cluster
    assert cluster is not None
    rows = np.array([int(np.flatnonzero(cluster == c)[0]) for c in (0, 1)])
    two = Labelled(labelled.space, rows, np.array([0, 1]), ("low", "high"), True, cluster)
    predictions = train(classifiers["cluster_vote"](), two).predictions
    assert set(np.array(predictions.label)[cluster == 0]) == {"low"}
    assert set(np.array(predictions.label)[cluster == 1]) == {"high"}
    assert predictions.abstains[cluster == 2].all()
    assert predictions.probability[rows[0]] == pytest.approx([0.75, 0.25])


def test_cluster_vote_without_a_clustering_says_what_to_do() -> None:
    labelled, _ = planted()
    bare = Labelled(labelled.space, labelled.rows, labelled.codes, ORDER, True)
    with pytest.raises(NotEnoughData, match="cluster the collection first"):
        train(classifiers["cluster_vote"](), bare)


def test_the_nearest_labelled_image_decides() -> None:
    labelled, _ = planted()
    predictions = train(classifiers["one_nn"](), labelled).predictions
    apart = ((labelled.space.values[:, None] - labelled.values[None]) ** 2).sum(axis=2)
    expected = [labelled.classes[c] for c in labelled.codes[apart.argmin(axis=1)]]
    assert list(predictions.label) == expected


def test_an_image_far_from_every_label_is_not_answered() -> None:
    labelled, _ = planted()
    values = labelled.space.values.copy()
    values[-1] = 40.0
    far = Labelled(
        Vectors(labelled.space.ids, values, labelled.space.columns),
        labelled.rows,
        labelled.codes,
        ORDER,
        True,
    )
    predictions = train(classifiers["logistic"](), far).predictions
    assert predictions.confidence[-1] > 0.9
    assert predictions.abstains[-1]
    generous = train(classifiers["logistic"](), far, abstaining=Abstaining(reach=100.0)).predictions
    assert not generous.abstains[-1]


def test_what_is_answered_is_righter_than_the_rest() -> None:
    labelled, truth = planted(n=2000, labels=60, noise=0.8)
    predictions = train(classifiers["ordinal"](), labelled).predictions
    right = np.array([ORDER.index(p) == t for p, t in zip(predictions.label, truth, strict=True)])
    answered = ~predictions.abstains
    assert 0.1 < answered.mean() < 0.95
    assert right[answered].mean() > right[~answered].mean() + 0.1


def test_a_demanding_rule_answers_less() -> None:
    labelled, _ = planted()
    shares = [
        train(classifiers["ordinal"](), labelled, abstaining=Abstaining(sureness=s)).coverage
        for s in (0.0, 0.3, 0.9)
    ]
    assert shares[0] > shares[1] > shares[2]


def test_listing_the_classifiers_loads_no_heavy_library() -> None:
    import subprocess
    import sys

    code = "import sys, contrast_engine.pseudo_labels as p; list(p.classifiers); print(sorted({'torch','umap','sklearn','scipy','openTSNE'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    importlib.import_module("contrast_engine.pseudo_labels")
