"""What everything in a registry has promised, checked without naming any of it.

A new file in a registry's package is tested here at once; a new registry has to bring a contract.
"""

import dataclasses
import importlib
import io
import math
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from contrast_engine.clusterings import clusterings
from contrast_engine.encoders import Material, encoders
from contrast_engine.encoders.model import EncoderModel, train_encoder
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.features import Feature, core_names, features
from contrast_engine.images import LinearImage, read_image
from contrast_engine.options import Recipe, options_of
from contrast_engine.perturb import Perturbation, perturbations
from contrast_engine.progress import SILENT, Cancelled
from contrast_engine.projections import projections
from contrast_engine.pseudo_labels import Labelled, classifiers, gather, train
from contrast_engine.randomness import generator
from contrast_engine.ranking.agreement import Ratings
from contrast_engine.registry import Registry
from contrast_engine.results import Clustering
from contrast_engine.store import Artifact, Workspace
from contrast_engine.validation import Check, Context, checks
from contrast_engine.vectors import ImageId, Vectors

ENGINE = Path(__file__).parents[1] / "contrast_engine"
TINY = (0, 1, 2, 3, 4, 5, 8)
COLUMNS = core_names()


class Stop:
    """A progress that asks to stop at the first word it hears."""

    def __init__(self) -> None:
        self.was_told = False

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        self.was_told = True
        raise Cancelled


def cloud(n: int, *, seed: int = 0) -> Vectors:
    """Three loose groups of rows, with ids that do not sort like the rows."""
    rng = generator(seed, "contracts")
    centres = 2.0 * rng.normal(size=(3, len(COLUMNS)))
    values = centres[np.arange(n) % 3] + rng.normal(size=(n, len(COLUMNS)))
    ids = tuple(ImageId(f"{(i * 7919 + 13) % 2**16:016x}") for i in range(n))
    return Vectors(ids, values, COLUMNS)


@cache
def picture(name: str) -> LinearImage:
    """Pictures that a feature could stumble over, through the door that every file takes."""
    rng = generator(0, "contracts", "picture")
    noise = rng.integers(0, 256, size=(97, 61, 3), dtype=np.uint8)
    pixels = {
        "one pixel": np.full((1, 1, 3), 90, dtype=np.uint8),
        "one row": noise[:1],
        "black": np.zeros((40, 30, 3), dtype=np.uint8),
        "white": np.full((40, 30, 3), 255, dtype=np.uint8),
        "red": np.array([255, 0, 0], dtype=np.uint8) * np.ones((33, 50, 3), dtype=np.uint8),
        "noise": noise,
        "half": np.repeat([[[0] * 3] * 20 + [[255] * 3] * 20], 40, axis=0).astype(np.uint8),
        "thin": np.repeat(noise[:2], 300, axis=1),
    }[name]
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return read_image(file.getvalue())


PICTURES = ("one pixel", "one row", "black", "white", "red", "noise", "half", "thin")


def every(registry: Registry[Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", sorted(registry))


def everything() -> list[tuple[str, str, Any]]:
    """Every registry found in the source, with every thing in it: (registry, name, thing)."""
    found = []
    for file in sorted(ENGINE.rglob("*.py")):
        made = re.search(r"^(\w+)(?::.*)? = Registry\(", file.read_text(encoding="utf-8"), re.M)
        if made:
            dotted = ".".join(file.relative_to(ENGINE.parent).with_suffix("").parts)
            registry = getattr(importlib.import_module(dotted.removesuffix(".__init__")), made[1])
            found += [(made[1], name, thing) for name, thing in registry.items()]
    return found


EVERYTHING = everything()


def test_every_registry_has_a_contract() -> None:
    known = {
        "features",
        "perturbations",
        "projections",
        "clusterings",
        "classifiers",
        "checks",
        "encoders",
        "learned",
        "formats",  # tests/steps/test_formats.py
    }
    assert {registry for registry, _, _ in EVERYTHING} == known


@pytest.mark.parametrize(("registry", "name", "thing"), EVERYTHING)
def test_everything_says_in_one_line_what_it_is(registry: str, name: str, thing: Any) -> None:
    doc = thing.doc if isinstance(thing, Feature | Perturbation) else thing.__doc__
    first = (doc or "").strip().partition("\n")[0]
    assert 10 < len(first) < 90, f"{registry}.{name}: {first!r}"
    assert re.fullmatch(r"[a-z][a-z0-9_-]*", name)


RECIPES = [(r, n, t) for r, n, t in EVERYTHING if isinstance(t, type) and issubclass(t, Recipe)]


@pytest.mark.parametrize(("registry", "name", "recipe"), RECIPES)
def test_a_recipe_is_its_options(registry: str, name: str, recipe: type[Recipe]) -> None:
    made = recipe()
    assert recipe.of(made.as_json()) == made
    assert hash(recipe()) == hash(made)
    assert made.title  # type: ignore[attr-defined]
    assert len(options_of(recipe)) == len(dataclasses.fields(recipe))  # type: ignore[arg-type]
    with pytest.raises(OptionError):
        recipe.of({"no such option": 1})
    for option in options_of(recipe):
        assert option.help.strip().endswith("."), option.name
        assert option.parse(str(option.default)) == option.default
        for outside in _outside(option.low, option.high, type(option.default)):
            with pytest.raises(OptionError):
                recipe.of({option.name: outside})


def _outside(low: float | None, high: float | None, kind: Callable[[float], Any]) -> list[Any]:
    below = [] if low is None else [kind(low - 1)]
    return below if high is None else [*below, kind(high + 1)]


@every(features)
@pytest.mark.parametrize("kind", PICTURES)
def test_a_feature_is_a_finite_number_within_its_range(name: str, kind: str) -> None:
    feature = features[name]
    value = feature.measure(picture(kind))
    assert math.isfinite(value)
    assert feature.measure(picture(kind)) == value
    assert feature.low is None or value >= feature.low
    assert feature.high is None or value <= feature.high
    assert feature.unit
    assert feature.direction


@every(perturbations)
def test_a_perturbation_keeps_a_picture_a_picture(name: str) -> None:
    change = perturbations[name]
    rgb = generator(0, "contracts", "rgb").uniform(size=(23, 17, 3))
    untouched = rgb.copy()
    for strength in np.linspace(change.low, change.high, 5):
        changed = change(rgb, float(strength))
        assert changed.shape == rgb.shape
        assert np.isfinite(changed).all()
        assert 0 <= changed.min() <= changed.max() <= 1
        assert np.array_equal(change(rgb, float(strength)), changed)
    assert np.array_equal(rgb, untouched)
    assert np.array_equal(change(rgb, change.neutral), rgb)
    assert change.unit
    with pytest.raises(OptionError):
        change(rgb, change.high + 1)


@pytest.mark.slow
@every(projections)
def test_a_projection_is_finite_repeatable_and_indifferent_to_order(name: str) -> None:
    vectors = cloud(60)
    first = projections[name]().project(vectors, seed=3)
    assert first.ids == vectors.ids
    assert first.columns == ("map_x", "map_y")
    assert np.ptp(first.values, axis=0).min() > 0
    assert np.array_equal(projections[name]().project(vectors, seed=3).values, first.values)
    turned = projections[name]().project(vectors.take(vectors.ids[::-1]), seed=3)
    assert np.array_equal(turned.take(vectors.ids).values, first.values)


@pytest.mark.slow
@every(projections)
@pytest.mark.parametrize("n", TINY)
def test_a_projection_of_few_rows_works_or_says_what_is_missing(name: str, n: int) -> None:
    for vectors in (cloud(n), _all_alike(n)):
        _works_or_says_how_many(projections[name]().project, vectors)


@every(projections)
def test_a_projection_says_finite_things_about_itself(name: str) -> None:
    _assert_plain(projections[name]().details(cloud(30)))


@pytest.mark.slow
@every(clusterings)
def test_a_clustering_is_repeatable_and_indifferent_to_order(name: str) -> None:
    vectors = cloud(90)
    first = clusterings[name]().cluster(vectors, seed=3)
    assert first.ids == vectors.ids
    assert np.isfinite(first.distance).all()
    again = clusterings[name]().cluster(vectors, seed=3)
    assert np.array_equal(again.cluster, first.cluster)
    assert clusterings[name]().cluster(vectors.take(vectors.ids[::-1]), seed=3).of == first.of
    sizes = [first.size(c) for c in first.clusters]
    assert first.clusters == tuple(range(len(sizes)))
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.slow
@every(clusterings)
@pytest.mark.parametrize("n", TINY)
def test_a_clustering_of_few_rows_works_or_says_what_is_missing(name: str, n: int) -> None:
    for vectors in (cloud(n), _all_alike(n)):
        _works_or_says_how_many(clusterings[name]().cluster, vectors)


METHODS = [("project", projections, n) for n in sorted(projections)] + [
    ("cluster", clusterings, n) for n in sorted(clusterings)
]


@pytest.mark.slow
@pytest.mark.parametrize(("verb", "registry", "name"), METHODS)
def test_a_method_stops_when_it_is_told_to(verb: str, registry: Registry[Any], name: str) -> None:
    stop = Stop()
    try:
        getattr(registry[name](), verb)(cloud(90), progress=stop)
    except Cancelled:
        assert stop.was_told
    else:
        assert not stop.was_told, "it was told to stop and went on"


@pytest.mark.slow
@pytest.mark.parametrize(("verb", "registry", "name"), METHODS)
def test_a_result_is_the_same_after_saving(
    verb: str, registry: Registry[Any], name: str, tmp_path: Path
) -> None:
    result = getattr(registry[name](), verb)(cloud(60))
    workspace = Workspace(tmp_path / "w.contrast")
    kind = {"project": "maps", "cluster": "clusterings"}[verb]
    key = workspace.save(Artifact(kind, f"{verb}@1", {"method": name}, (), 0), result)
    loaded = Workspace.open(tmp_path / "w.contrast").load(key)
    for field in dataclasses.fields(result):
        before, after = getattr(result, field.name), getattr(loaded, field.name)
        assert np.array_equal(before, after), field.name


def labelled(n: int, each: int, *, ordered: bool = True) -> Labelled:
    """A clustered space with `each` labels of each of three kinds."""
    vectors = cloud(n)
    order = ("low", "medium", "high")
    labels = {image: order[i % 3] for i, image in enumerate(vectors.ids[: 3 * each])}
    clustering = Clustering(vectors.ids, np.arange(n) % 3, np.zeros(n))
    return gather(vectors, labels, order, is_ordered=ordered, clustering=clustering)


@pytest.mark.slow
@every(classifiers)
@pytest.mark.parametrize("each", [1, 2, 6])
def test_a_classifier_gives_every_image_a_probability_twice_the_same(name: str, each: int) -> None:
    try:
        first = train(classifiers[name](), labelled(60, each), seed=3)
    except NotEnoughData:
        assert each == 1
        return
    assert len(first.predictions) == 60
    assert np.isfinite(first.predictions.probability).all()
    again = train(classifiers[name](), labelled(60, each), seed=3)
    assert np.array_equal(again.predictions.probability, first.predictions.probability)
    assert np.array_equal(again.predictions.abstains, first.predictions.abstains)


@pytest.mark.slow
@every(classifiers)
def test_a_classifier_predicts_the_same_after_saving(name: str, tmp_path: Path) -> None:
    task = labelled(60, 6)
    trained = train(classifiers[name](), task)
    models = Workspace(tmp_path / "w.contrast").models
    models.save("0" * 16, trained.model.arrays(), {})
    arrays, _ = models.load("0" * 16)
    loaded = classifiers[name].load(arrays)
    assert np.array_equal(
        loaded.predict_proba(task.space.values, task.cluster), trained.predictions.probability
    )


@pytest.mark.slow
@every(classifiers)
def test_a_classifier_stops_when_it_is_told_to(name: str) -> None:
    with pytest.raises(Cancelled):
        train(classifiers[name](), labelled(60, 6), progress=Stop())


def small_pictures(n: int = 24) -> Material:
    """Soft and harsh pictures of 32 pixels, with features that rows can be told apart by."""
    rng = generator(0, "contracts", "pictures")
    coarse = np.kron(rng.uniform(size=(n, 8, 8, 3)), np.ones((1, 4, 4, 1)))
    spread = rng.uniform(0.2, 1.0, size=(n, 1, 1, 1))
    codes = np.round(255 * (0.5 + spread * (coarse - 0.5))).astype(np.uint8)
    return Material(codes, cloud(n))


def trained(name: str, *, seed: int = 3, n: int = 24, progress: Any = SILENT) -> EncoderModel:
    recipe = encoders[name].of({"size": 32, "epochs": 1, "batch_size": 8, "dimensions": 8})
    return train_encoder(name, recipe, small_pictures(n), seed=seed, progress=progress)[0]


@pytest.mark.slow
@every(encoders)
def test_an_encoder_learns_the_same_from_the_same_seed_and_survives_saving(
    name: str, tmp_path: Path
) -> None:
    model = trained(name)
    codes = small_pictures().codes
    embedded = model.embed(codes)
    assert embedded.shape == (24, len(model.columns))
    assert np.isfinite(embedded).all()
    assert np.ptp(embedded, axis=0).max() > 0
    again = trained(name)
    assert all(np.array_equal(again.arrays()[k], v) for k, v in model.arrays().items())
    assert any(not np.array_equal(trained(name, seed=4).arrays()[k], v)
               for k, v in model.arrays().items())  # fmt: skip
    models = Workspace(tmp_path / "w.contrast").models
    models.save("0" * 16, model.arrays(), {})
    loaded = EncoderModel.load(name, model.recipe.as_json(), models.load("0" * 16)[0])
    assert np.array_equal(loaded.embed(codes), embedded)


@every(encoders)
def test_an_encoder_stops_when_it_is_told_to_and_says_what_it_needs(name: str) -> None:
    with pytest.raises(Cancelled):
        trained(name, progress=Stop())
    with pytest.raises(NotEnoughData, match="8 images"):
        trained(name, n=5)


CONTEXTS = {
    "nothing": Context,
    "features": lambda: Context(features=cloud(40), space=cloud(40), space_name="40 rows"),
    "clusters": lambda: Context(
        features=cloud(40),
        families={"global": COLUMNS[:10], "local": COLUMNS[10:]},
        space=cloud(40),
        space_name="40 rows",
        clustering=clusterings["kmeans"]().cluster(cloud(40)),
        clusterer=clusterings["kmeans"](),
        map=projections["pca"]().project(cloud(40)),
        map_name="pca",
        labels={image: "ab"[i % 2] for i, image in enumerate(cloud(12).ids)},
        order=("a", "b"),
        ratings=Ratings.of(
            {
                "me": {i: "ab"[n % 2] for n, i in enumerate(cloud(12).ids)},
                "ann": {i: "ab"[n % 2] for n, i in enumerate(cloud(9).ids)},
            },
            ("a", "b"),
            is_ordered=False,
        ),
    ),
    "two rows": lambda: Context(features=cloud(2), space=cloud(2), space_name="2 rows"),
}


@pytest.mark.slow
@every(checks)
@pytest.mark.parametrize("state", sorted(CONTEXTS))
def test_a_check_always_has_an_answer_that_can_be_read(name: str, state: str) -> None:
    check: Check = checks[name]
    found = check(CONTEXTS[state]())
    assert found
    assert check(CONTEXTS[state]()) == found
    for finding in found:
        for number in (finding.value, finding.low, finding.high, finding.null):
            assert number is None or math.isfinite(number)
        assert finding.n >= 0
        assert finding.space
        assert finding.verdict in {"pass", "warn", "fail", "unknown"}
        assert finding.note.endswith(".")
        assert finding.value is not None or finding.verdict == "unknown"
        if finding.value is not None and finding.low is not None and finding.high is not None:
            assert finding.low <= finding.high


def _all_alike(n: int) -> Vectors:
    return Vectors(cloud(n).ids, np.zeros((n, len(COLUMNS))), COLUMNS)


def _works_or_says_how_many(method: Callable[[Vectors], Any], vectors: Vectors) -> None:
    try:
        made = method(vectors)
    except NotEnoughData as error:
        said = str(error)
        assert re.search(r"\d", said), f"how many are needed, how many are there? {said}"
    else:
        assert made.ids == vectors.ids


def _assert_plain(value: Any) -> None:
    if isinstance(value, dict):
        assert all(isinstance(key, str) for key in value)
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            _assert_plain(item)
    else:
        assert value is None or isinstance(value, str | bool | int | float)
        assert not isinstance(value, float) or math.isfinite(value)
