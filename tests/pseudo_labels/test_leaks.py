"""Labels of nearly one picture: held back together, counted once, and named."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.errors import NotEnoughData
from contrast_engine.pseudo_labels import Labelled, classifiers, gather, leaks, stratified, train
from contrast_engine.pseudo_labels.abstaining import Abstaining
from contrast_engine.pseudo_labels.calibration import reliability
from contrast_engine.pseudo_labels.classifier_choice import Candidate, _decided, choose
from contrast_engine.pseudo_labels.leaks import Leaks, groups_hash, same_pictures
from contrast_engine.pseudo_labels.learning_curve import learning_curve
from contrast_engine.steps.models import label_pipeline
from contrast_engine.steps.models.label_pipeline import prepare, same_pictures_among
from contrast_engine.steps.models.live_model import train_live
from contrast_engine.steps.structure.spaces import space
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.collection import ImageFile
from contrast_engine.validation import Context, checks
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.models.live_model import live_model_card
from contrast_engine.views.models.model_card import model_card

N = 40
SIDE = 64
COLUMNS = ("c_rms", "u_dr", "gcf", "lc_mean", "hl_ratio", "chroma_contrast")


def photograph(number: int) -> np.ndarray:
    """A picture of soft shapes and fine grain, its contrast rising with its number."""
    rng = np.random.default_rng(number)
    shapes = sum(
        cv2.resize(rng.normal(size=(side, side, 3)), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
        for side in (3, 6, 12, 24)
    )
    return np.clip(120 + (6 + 0.7 * number) * shapes, 0, 255).astype(np.uint8)


def burst(picture: np.ndarray) -> np.ndarray:
    """The next frame: a little turned and moved, with other noise."""
    turn = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), 1.5, 1.02)
    turn[:, 2] += 0.6
    moved = cv2.warpAffine(picture, turn, (SIDE, SIDE), borderMode=cv2.BORDER_REFLECT)
    noise = np.random.default_rng(int(picture.sum())).normal(0, 2, moved.shape)
    return np.clip(moved + noise, 0, 255).astype(np.uint8)


TWINS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "encoded": lambda p: cv2.imdecode(
        cv2.imencode(".jpg", p, [cv2.IMWRITE_JPEG_QUALITY, 60])[1], 1
    ),
    "resized": lambda p: cv2.resize(p, (48, 48), interpolation=cv2.INTER_AREA),
    "brightened": lambda p: np.clip(p * 1.05 + 4.0, 0, 255).astype(np.uint8),
    "cropped": lambda p: p[1:, 2:],
    "burst": burst,
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of 40 photographs, each with a twin of every kind, and what is to be measured."""
    root = tmp_path_factory.mktemp("photos") / "made.contrast"
    files, thumbs, rows = [], [], []
    for number in range(N):
        picture = photograph(number)
        for place, (kind, made) in enumerate({"": np.array, **TWINS}.items()):
            shown = made(picture)
            id = ImageId(f"{number * 16 + place:016x}")
            files.append(ImageFile(f"/p/{name(number, kind)}.png", "/p", id, width=64, height=64))
            thumbs.append((id, cv2.imencode(".webp", shown)[1].tobytes()))
            rows.append(features(shown))
    workspace = Workspace(root)
    workspace.save_files(files)
    workspace.thumbs.put(thumbs)
    vectors = Vectors(tuple(id for id, _ in thumbs), np.array(rows), COLUMNS)
    workspace.make_current("features", workspace.save(Artifact("features", "test@1"), vectors))
    workspace.close()
    return root


@pytest.fixture
def workspace(measured: Path, tmp_path: Path) -> Iterator[Workspace]:
    """The photographs without a label."""
    shutil.copytree(measured, tmp_path / "w")
    workspace = Workspace(tmp_path / "w")
    yield workspace
    workspace.close()


def name(number: int, kind: str) -> str:
    """Files of a burst have the next number; others say what they are."""
    if kind in ("", "burst"):
        return f"IMG_{10 * number + (kind == 'burst'):04d}"
    return f"{kind}-{'abcdefghij'[number // 10]}{'abcdefghij'[number % 10]}"


def features(picture: np.ndarray) -> np.ndarray:
    """Six numbers of a picture that its twins nearly share: spreads and means of its parts."""
    grey = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (32, 32)).astype(float)
    quarters = [grey[y : y + 16, x : x + 16] for y in (0, 16) for x in (0, 16)]
    return np.array([*(part.std() for part in quarters), quarters[0].mean(), quarters[3].mean()])


def pair(number: int, kind: str) -> list[ImageId]:
    return [ImageId(f"{number * 16 + place:016x}") for place in (0, 1 + list(TWINS).index(kind))]


def label_pairs(workspace: Workspace, kind: str, said: np.ndarray) -> None:
    for label in ("low", "high"):
        ids = [i for number in np.flatnonzero(said == label) for i in pair(number, kind)]
        workspace.labels.add(ids, label)


def by_chance() -> np.ndarray:
    return np.random.default_rng(3).permutation(np.repeat(["low", "high"], N // 2))


@pytest.mark.slow
@pytest.mark.parametrize("kind", TWINS)
def test_random_labels_with_labelled_twins_are_not_believed(workspace, kind) -> None:
    label_pairs(workspace, kind, by_chance())
    for method in ("logistic", "one_nn", "auto"):
        details = workspace.manifest(steps.pseudo_label(workspace, method=method)).details
        judged = details["cross_validated"]
        assert judged["kappa_low"] < 0 < judged["kappa_high"], method
        assert details["leaks"]["labels"] > 1.8 * N
        assert judged["n"] == details["leaks"]["effective"] < 1.1 * N
    assert details["method"] != "one_nn", "the nearest neighbour, its twin, is not recommended"


def test_without_the_groups_the_same_labels_would_be_believed(workspace, monkeypatch) -> None:
    label_pairs(workspace, "encoded", by_chance())
    monkeypatch.setattr(label_pipeline, "same_pictures", lambda *_: ())
    scores = train(classifiers["one_nn"](), prepare(workspace, space(workspace)).labelled).scores
    assert scores.kappa_low > 0.5
    assert scores.answered_accuracy == 1
    assert scores.n == 2 * N


def test_true_labels_keep_their_accuracy_among_twins(workspace) -> None:
    truth = np.repeat(["low", "high"], N // 2)  # contrast rises with the number
    for number in range(N):
        workspace.labels.add([pair(number, "encoded")[0]], truth[number])
    alone = train_live(workspace, space(workspace)).scores
    label_pairs(workspace, "encoded", truth)
    twice = train_live(workspace, space(workspace)).scores
    assert alone.n == twice.n == N
    assert twice.accuracy > 0.85
    assert abs(twice.accuracy - alone.accuracy) < 0.06
    assert twice.accuracy_high - twice.accuracy_low > 0.9 * (
        alone.accuracy_high - alone.accuracy_low
    )


@pytest.mark.usefixtures("few_draws")
def test_details_live_model_card_and_evidence_name_the_leak(workspace) -> None:
    truth = np.repeat(["low", "high"], N // 2)
    for number in range(N):
        workspace.labels.add(pair(number, "encoded")[: 2 if number < 7 else 1], truth[number])
    words = (
        "14 of 47 labels are of images that are nearly another labelled one: those are kept in one "
        "fold, and 40 different pictures count."
    )
    key = steps.pseudo_label(workspace, method="logistic")
    details = workspace.manifest(key).details
    assert details["leaks"] == {"labels": 14, "groups": 7, "effective": 40, "words": words}
    live = train_live(workspace, space(workspace))
    assert live.scores.as_json() == details["cross_validated"]
    assert words in live_model_card(workspace, live).basis
    card = model_card(workspace, set(workspace.images.ids))
    assert card.space.endswith(words)
    assert "40 different pictures, each predicted" in card.metrics[0].help
    assert not card.is_stale
    report = workspace.load(steps.validate(workspace))
    found = [one for one in report.findings if one.check == "held_out_labels"]
    assert [one.n for one in found[:2]] == [40, 40]
    assert all(words in one.note for one in found)


@pytest.mark.usefixtures("few_draws")
def test_a_model_judged_on_twins_is_to_be_trained_again(workspace, monkeypatch) -> None:
    label_pairs(workspace, "encoded", by_chance())
    with monkeypatch.context() as before:
        before.setattr(label_pipeline, "same_pictures", lambda *_: ())
        believed = steps.pseudo_label(workspace, method="one_nn")
    report = workspace.load(steps.validate(workspace))
    held_out = [one for one in report.findings if one.check == "held_out_labels"]
    assert [one.verdict for one in held_out] == ["unknown"]
    assert "train it again" in held_out[0].note
    assert steps.pseudo_label(workspace, method="one_nn") != believed
    report = workspace.load(steps.validate(workspace))
    assert not any(
        "clearly agrees" in one.note or one.verdict == "pass"
        for one in report.findings
        if one.check == "held_out_labels"
    )


def test_labels_of_one_picture_only_are_refused_and_of_two_are_rough(workspace) -> None:
    workspace.labels.add([pair(0, "encoded")[0]], "low")
    workspace.labels.add([pair(0, "encoded")[1], pair(0, "burst")[1]], "high")
    with pytest.raises(NotEnoughData, match="all 3 labels are of images that are nearly one"):
        steps.pseudo_label(workspace)
    workspace.labels.add(pair(1, "encoded"), "high")
    details = workspace.manifest(steps.pseudo_label(workspace)).details
    assert (details["badge"], details["cross_validated"]["n"]) == ("very rough", 2)
    assert details["cross_validated"]["kappa_low"] < 0 < details["cross_validated"]["accuracy_high"]
    assert details["leaks"]["words"].endswith("and 2 different pictures count.")
    for number in range(7):
        workspace.labels.add(pair(number, "encoded"), ("low", "high")[number % 2])
    details = workspace.manifest(steps.pseudo_label(workspace)).details
    assert (details["labels"], details["badge"]) == (15, "very rough")
    assert details["method"] == "one_nn", "seven pictures are too few to learn from"
    assert (
        "Learnt from 15 labels of 7 different pictures."
        in model_card(workspace, set(workspace.images.ids)).badge_words
    )


def test_more_labels_than_can_be_compared_are_not_and_it_is_said(workspace, monkeypatch) -> None:
    label_pairs(workspace, "encoded", by_chance())
    for module in (leaks, label_pipeline):
        monkeypatch.setattr(module, "MOST", 50)
    prepared = prepare(workspace, space(workspace))
    assert (prepared.alike, prepared.of_pictures, prepared.labelled.effective) == ((), {}, 2 * N)
    assert "not looked for among more than 50 labels" in prepared.leaks.words


def test_a_picture_is_read_once_and_again_where_a_thumbnail_comes_later(workspace, monkeypatch):
    ids = pair(0, "encoded")
    missing = ImageId("f" * 16)
    assert same_pictures_among(workspace, [*ids, missing]) == (tuple(ids),)
    monkeypatch.setattr("cv2.imdecode", None)  # nothing is decoded again
    assert same_pictures_among(workspace, ids) == (tuple(ids),)
    monkeypatch.undo()
    workspace.thumbs.put([(missing, workspace.thumbs.get(ids[0]))])
    assert same_pictures_among(workspace, [ids[0], missing]) == ((ids[0], missing),)


# --- what is nearly one picture


def seen(*pictures: np.ndarray) -> tuple[dict, dict]:
    ids = [ImageId(f"{row:016x}") for row in range(len(pictures))]
    return dict.fromkeys(ids, 0), dict(zip(ids, pictures, strict=True))


def mixed(agreement: float) -> np.ndarray:
    """A fixed picture, and another one mixed in so that the two correlate by `agreement`."""
    rng = np.random.default_rng(0)
    one, other = np.linalg.qr(rng.normal(size=(256, 3)) - 0)[0].T[:2]
    one, other = one - one.mean(), other - other.mean()
    one /= np.linalg.norm(one)
    other -= (other @ one) * one
    other /= np.linalg.norm(other)
    return (agreement * one + np.sqrt(1 - agreement**2) * other).reshape(16, 16)


def test_pictures_less_alike_are_one_burst_where_their_names_count_on() -> None:
    hashes, pictures = seen(mixed(1.0), mixed(0.85))
    one, other = pictures
    for names, are_one in {
        ("/a/IMG_0007.jpg", "/a/IMG_0010.JPG"): True,
        ("/a/IMG_0007.jpg", "/a/IMG_0011.jpg"): False,
        ("/a/IMG_0007.jpg", "/b/IMG_0008.jpg"): False,
        ("/a/IMG_0007.jpg", "/a/DSC_0008.jpg"): False,
        ("/a/garden.jpg", "/a/forest.jpg"): False,
    }.items():
        paths = dict(zip((one, other), names, strict=True))
        assert bool(same_pictures(hashes, pictures, paths)) is are_one, names
    _, pictures = seen(mixed(1.0), mixed(0.75))
    paths = {one: "/a/IMG_1.jpg", other: "/a/IMG_2.jpg"}
    assert same_pictures(hashes, pictures, paths) == ()


def test_two_skies_are_not_one_picture_and_two_bare_gradients_are() -> None:
    sky = np.linspace(0, 60, 16)[:, None] + np.zeros((16, 16))
    rng = np.random.default_rng(0)
    clouds = [sky + 4 * rng.normal(size=(16, 16)) for _ in range(2)]
    assert np.corrcoef(clouds[0].ravel(), clouds[1].ravel())[0, 1] > 0.9
    assert same_pictures(*seen(*clouds), {}) == ()
    assert len(same_pictures(*seen(clouds[0], clouds[0] * 0.5 + 9), {})) == 1
    assert len(same_pictures(*seen(sky, 0.5 * sky + 3), {})) == 1


def test_groups_are_named_by_what_they_hold() -> None:
    a, b, c, d = (ImageId(f"{row:016x}") for row in range(4))
    assert groups_hash([]) == ""
    assert groups_hash([(a, b), (c, d)]) == groups_hash([(d, c), (b, a)])
    assert groups_hash([(a, b), (c, d)]) != groups_hash([(a, c), (b, d)])


# --- folds, scores and what rests on them


def crowd(groups: list[int], codes: list[int] | None = None, seed: int = 0) -> Labelled:
    """Labels of two kinds, each of a picture that sits somewhere of its own."""
    rng = np.random.default_rng(seed)
    m = len(groups)
    places = rng.normal(size=(max(groups) + 1, 3))[groups] + 1e-3 * rng.normal(size=(m, 3))
    ids = tuple(ImageId(f"{row:016x}") for row in range(m))
    codes = list(rng.integers(2, size=m)) if codes is None else codes
    labels = {image: "ab"[code] for image, code in zip(ids, codes, strict=True)}
    alike = [
        tuple(image for image, own in zip(ids, groups, strict=True) if own == group)
        for group in set(groups)
    ]
    return gather(
        Vectors(ids, places, ("x", "y", "z")), labels, "ab", is_ordered=False, alike=alike
    )


def before(codes: np.ndarray, seed: int) -> np.ndarray:
    """The folds as they were dealt before pictures were looked at, written out."""
    from contrast_engine.randomness import generator

    if len(codes) <= 10:
        return np.eye(len(codes), dtype=bool)
    rng, rows = generator(seed, "pseudo_labels", "folds"), []
    for _ in range(5 if len(codes) <= 200 else 2 if len(codes) <= 1000 else 1):
        shuffled = rng.permutation(len(codes))
        by_class = shuffled[np.argsort(codes[shuffled], kind="stable")]
        fold = np.empty(len(codes), dtype=int)
        fold[by_class] = np.arange(len(codes)) % 5
        rows.extend(fold == number for number in range(5))
    return np.array(rows)


@pytest.mark.parametrize("m", [2, 10, 11, 60, 300, 1200])
def test_folds_without_twins_are_those_of_before(m: int) -> None:
    codes = np.random.default_rng(m).integers(3, size=m)
    for folds in (stratified(codes, seed=4), stratified(codes, np.arange(m), seed=4)):
        assert np.array_equal(folds.held_out, before(codes, 4))


@pytest.mark.parametrize(
    "groups",
    [
        [0, 0, *range(1, 30)],
        [number // 3 for number in range(90)],
        [0] * 60 + list(range(1, 41)),  # one huge group
        [0] * 20 + [1] * 3,  # two pictures only
        [number % 7 for number in range(50)],
    ],
)
def test_a_picture_is_in_one_fold_only_and_every_label_is_held_out_once(groups) -> None:
    data = crowd(groups)  # the labels of a group differ
    folds = stratified(data.codes, data.pictures, seed=0)
    for hidden in folds.held_out:
        assert not set(data.pictures[hidden]) & set(data.pictures[~hidden])
        assert (~hidden).any()
    assert (folds.held_out.sum(axis=0) == folds.repeats).all()
    sizes = [len(set(data.pictures[hidden])) for hidden in folds.held_out]
    assert max(sizes) - min(sizes) <= 1


def test_pictures_are_dealt_evenly_by_the_commonest_of_their_labels() -> None:
    said = np.random.default_rng(2).permutation(np.repeat([0, 1], [10, 30]))
    codes = np.array([code for own in said for code in (own, own, 1 - own)])
    folds = stratified(codes, np.repeat(np.arange(40), 3), seed=0)
    for hidden in folds.held_out:
        assert np.bincount(said[hidden[::3]], minlength=2).tolist() == [2, 6]


def test_a_huge_group_counts_as_one_picture() -> None:
    codes = [0] * 60 + [number % 2 for number in range(20)]
    data = crowd([0] * 60 + list(range(1, 21)), codes)
    scores = train(classifiers["one_nn"](), data).scores
    assert scores.n == data.effective == 21
    assert scores.chance == pytest.approx(11 / 21)
    assert scores.accuracy_high - scores.accuracy_low > 0.3


def test_a_group_of_mixed_labels_is_half_right_at_best() -> None:
    data = crowd([number // 2 for number in range(40)], [0, 1] * 20)
    assert train(classifiers["one_nn"](), data).scores.accuracy == pytest.approx(0.5)


def test_stated_probabilities_are_judged_by_pictures() -> None:
    codes = np.zeros(12, dtype=int)
    sure, unsure = [0.95, 0.05], [0.45, 0.55]  # the ten labels of one picture are wrong
    held_out = np.array([[sure, sure, *[unsure] * 10]])
    shares = np.array([1, 1, *[0.1] * 10])
    found = reliability(codes, held_out, shares)
    assert [one["n"] for one in found["bins"]] == pytest.approx([1, 2])
    assert found["ece"] == pytest.approx((0.55 + 2 * 0.05) / 3)


def test_twins_do_not_bring_the_limit_of_abstaining_down() -> None:
    rng = np.random.default_rng(0)
    places = rng.normal(size=(30, 3))
    alone = Abstaining().limit(places)
    twice, pictures = np.repeat(places, 2, axis=0), np.repeat(np.arange(30), 2)
    assert Abstaining().limit(twice, pictures) == pytest.approx(alone, rel=0.1)
    assert Abstaining().limit(twice) < 1e-6 < alone
    assert Abstaining().limit(twice[:2], pictures[:2]) == 0


def test_a_promise_rests_on_one_label_of_each_picture() -> None:
    few = crowd([number // 2 for number in range(38)])
    assert "there are 19" in train(classifiers["one_nn"](), few, drawn=few.space.ids).sets
    data = crowd([number // 2 for number in range(60)])
    every = train(classifiers["one_nn"](), data, drawn=data.space.ids)
    first = train(classifiers["one_nn"](), data, drawn=data.space.ids[::2])
    assert every.sets == first.sets
    assert every.sets.n == 30


def test_a_curve_is_of_pictures_and_judges_no_twin_of_a_learnt_one() -> None:
    codes = np.repeat(np.random.default_rng(1).integers(2, size=60), 2)
    data = crowd([number // 2 for number in range(120)], list(codes))
    recipe = classifiers["one_nn"]()
    curve = learning_curve(recipe, data, train(recipe, data).scores)
    assert [point.labels for point in curve] == [5, 10, 20, 40, 60]
    assert max(point.accuracy for point in curve) < 0.7, "labels by chance stay by chance"


def test_a_rival_is_compared_by_pictures() -> None:
    twins = crowd([number // 2 for number in range(60)], [number // 2 % 2 for number in range(60)])
    found = choose(twins)
    assert found.method == "logistic"
    nearest = next(one for one in found.candidates if one.method == "one_nn")
    assert nearest.gain_low < 0 < nearest.gain_high
    few = choose(crowd([number // 2 for number in range(16)]))
    assert few.reason.startswith("16 labels of 8 different pictures are too few")
    assert Leaks.of(twins).effective == 30


def test_what_is_less_bad_than_guessing_is_not_recommended() -> None:
    usual = Candidate("logistic", -0.33, -0.5, -0.1, 0.0, 0.0, 0.0)
    rival = Candidate("one_nn", -0.06, -0.28, 0.17, 0.27, 0.01, 0.51)
    found = _decided((rival, usual), "logistic")
    assert found.method == "logistic"
    assert found.reason.endswith("-0.06, which may be no better than guessing")


def test_a_learned_order_rests_on_one_label_of_each_picture() -> None:
    rng = np.random.default_rng(0)
    ids = tuple(ImageId(f"{row:016x}") for row in range(30))
    columns = COLUMNS
    vectors = Vectors(ids, rng.normal(size=(30, len(columns))), columns)
    context = Context(
        features=vectors, space=vectors, labels={i: "ab"[n % 2] for n, i in enumerate(ids[:11])},
        order=("a", "b"), is_ordered=True, alike=((ids[0], ids[2]),),
    )  # fmt: skip
    (found,) = checks["learned_order"](context)
    assert found.verdict == "unknown"
    assert "there are 10; label more" in found.note
