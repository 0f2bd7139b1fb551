import numpy as np
import pytest
import torch

from contrast_engine.encoders import Material, encoders
from contrast_engine.encoders.model import untrained
from contrast_engine.learning.cut_network import ALL, HEAD, LAST_BLOCK, cut
from contrast_engine.learning.fine_tuning import Examples, FineTuning, stops
from contrast_engine.learning.luminance import linear_light
from contrast_engine.learning.panel import log_panel
from contrast_engine.learning.views import KEPT_WITHIN
from contrast_engine.vectors import ImageId, Vectors

N, SIZE = 24, 32


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    """Blotches, the odd ones with a fine pattern of the same strength over them."""
    random = np.random.default_rng(0)
    coarse = np.kron(random.integers(40, 200, (N, 4, 4, 3)), np.ones((1, 8, 8, 1)))
    fine = 40 * (np.indices((SIZE, SIZE)).sum(axis=0) % 2)[None, :, :, None]
    return np.clip(coarse + fine * (np.arange(N) % 2)[:, None, None, None], 0, 255).astype(np.uint8)


def network(name: str, pictures: np.ndarray):
    ids = tuple(ImageId(f"{n:016x}") for n in range(len(pictures)))
    columns = ("gcf", "c_rms", "lc_mean", "hl_ratio", "chroma_contrast")
    features = Vectors(ids, np.random.default_rng(1).normal(size=(len(ids), 5)), columns)
    recipe = encoders[name].of({"size": SIZE, "dimensions": 8})
    return untrained(recipe, Material(pictures, features), 0).eval()


def tuning(pictures: np.ndarray, codes: np.ndarray, shares: np.ndarray | None = None) -> FineTuning:
    objective = network("vicreg", pictures)
    light = linear_light(torch.from_numpy(pictures))
    with torch.no_grad():
        collection = objective.embed(light).double().numpy()
    shares = np.ones(len(codes)) if shares is None else shares
    k = int(codes.max()) + 1
    examples = Examples.of(objective, pictures, codes, shares, k, collection, 0)
    return FineTuning(objective, examples)


@pytest.mark.parametrize("depth", [LAST_BLOCK, ALL])
@pytest.mark.parametrize("name", list(encoders))
def test_both_halves_of_a_cut_network_embed_as_the_whole_does(
    name: str, depth: str, pictures: np.ndarray
) -> None:
    objective = network(name, pictures[:8])
    light = linear_light(torch.from_numpy(pictures[:8]))
    halves = cut(objective, depth)
    with torch.no_grad():
        torch.testing.assert_close(halves.above(halves.below(light)), objective.embed(light))
    every = cut(objective, ALL).weights
    assert {id(w) for w in halves.weights} <= {id(w) for w in every}
    assert 0 < len(halves.weights) <= len(every)
    if depth == LAST_BLOCK and name != "complexity":  # whose embedding is one layer on fixed maps
        assert len(halves.weights) < len(every)


@pytest.mark.parametrize("depth", [HEAD, LAST_BLOCK, ALL])
def test_what_lies_below_the_depth_stays_as_pre_training_left_it(
    depth: str, pictures: np.ndarray
) -> None:
    codes = np.arange(N) % 2
    learning = tuning(pictures, codes)
    before = {name: p.detach().clone() for name, p in learning.objective.named_parameters()}
    arrays, _ = learning.run(np.ones(N, dtype=bool), depth, 2)
    moved = {name for name, p in before.items() if not np.array_equal(p.numpy(), arrays[name])}
    buffers = dict(learning.objective.named_buffers())
    fresh = dict(network("vicreg", pictures).named_buffers())
    assert all(torch.equal(buffers[name], fresh[name]) for name in fresh)  # batch statistics too
    expected = {HEAD: 0, LAST_BLOCK: 5, ALL: 14}[depth]
    assert len(moved) == expected, moved


def test_the_same_seed_gives_the_same_bytes_whatever_was_tuned_before(
    pictures: np.ndarray,
) -> None:
    codes, seen = np.arange(N) % 2, np.arange(N) < 16
    one = tuning(pictures, codes).run(seen, ALL, 3)[0]
    other = tuning(pictures, codes)
    other.run(~seen, LAST_BLOCK, 2)
    again = other.run(seen, ALL, 3)[0]
    assert all(one[name].tobytes() == again[name].tobytes() for name in one)


def test_labels_that_are_not_seen_change_nothing(pictures: np.ndarray) -> None:
    seen = np.arange(N) < 16
    codes = np.arange(N) % 3
    other = np.where(seen, codes, (codes + 1) % 3)
    one, two = (tuning(pictures, each).run(seen, ALL, 3)[0] for each in (codes, other))
    assert all(one[name].tobytes() == two[name].tobytes() for name in one)


def test_views_to_tune_on_keep_the_contrast_of_their_picture(pictures: np.ndarray) -> None:
    versions = tuning(pictures, np.arange(N) % 2).examples.versions
    own = log_panel(versions[0])
    for view in versions[1:]:
        assert float((log_panel(view) - own).abs().max()) <= KEPT_WITHIN + 1e-4
        assert not torch.equal(view, versions[0])


def test_every_class_weighs_the_same_however_few_labels_it_has(pictures: np.ndarray) -> None:
    codes = np.where(np.arange(N) < 20, 0, 1)
    shares = np.where(np.arange(N) < 4, 0.25, 1.0)  # four labels of one picture
    weights = tuning(pictures, codes, shares)._balance(np.ones(N, dtype=bool)).numpy()
    assert weights[codes == 0].sum() == pytest.approx(weights[codes == 1].sum())
    assert weights.sum() == pytest.approx(shares.sum())
    assert weights[0] == pytest.approx(weights[10] / 4)


def test_the_head_is_taken_where_there_is_nothing_to_learn(pictures: np.ndarray) -> None:
    codes = np.random.default_rng(3).permutation(np.arange(N) % 2)
    folds = np.arange(N)[None] % 3 == np.arange(3)[:, None]
    choice = tuning(pictures, codes).choose(np.ones(N, dtype=bool), folds, (HEAD, ALL), 2)
    assert (choice.depth, choice.epochs) == (HEAD, 0)
    assert set(choice.loss[ALL]) == {0, *stops(2)}
