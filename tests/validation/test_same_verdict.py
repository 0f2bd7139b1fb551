"""Does the verdict flip when it is drawn again?"""

import dataclasses

import numpy as np
import pytest

from contrast_engine.clusterings import Assignment, Clusterer
from contrast_engine.results import Verdict
from contrast_engine.validation import Context, checks
from contrast_engine.validation.same_verdict import same_verdict, same_words
from contrast_engine.vectors import ImageId, Vectors


def judge(mean: float) -> Verdict:
    return "pass" if mean >= 0.75 else "fail"


@pytest.mark.slow
def test_the_share_is_that_of_runs_that_are_really_drawn_again() -> None:
    rng = np.random.default_rng(0)
    told, really = [], []
    for mean in rng.uniform(0.5, 1, 100):
        first, again = np.where(rng.uniform(size=(2, 50)) < mean, 1.0, 0.0)  # nothing like a normal
        told.append(same_verdict(first, judge))
        really.append(judge(float(first.mean())) == judge(float(again.mean())))
    share, happened = np.array(told), np.array(really)
    for low, high in ((0.0, 0.8), (0.8, 0.99), (0.99, 1.01)):
        within = (share >= low) & (share < high)
        error = 3 * (0.25 / within.sum()) ** 0.5
        assert happened[within].mean() == pytest.approx(share[within].mean(), abs=error)


def test_a_share_below_nine_tenths_is_said_to_be_at_the_limit() -> None:
    assert "at the limit" in same_words(0.63)
    assert same_words(0.97) == "Drawn again, 97% of the runs give the same verdict."


@dataclasses.dataclass(frozen=True)
class BySeed(Clusterer):
    """Sabotage: which of two clear cuts it is hangs on the seed alone."""

    n_clusters: int = 2

    def assign(self, values, *, seed=0, progress=None):  # type: ignore[no-untyped-def]
        return Assignment((values[:, seed % 2] > 0).astype(np.int64))


@dataclasses.dataclass(frozen=True)
class Always(Clusterer):
    """Nothing is drawn."""

    n_clusters: int = 2

    def assign(self, values, *, seed=0, progress=None):  # type: ignore[no-untyped-def]
        return Assignment((values[:, 0] > 0).astype(np.int64))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("recipe", "verdict", "runs"), [(BySeed(), "fail", 10), (Always(), "pass", 10)]
)
def test_clusters_that_hang_on_the_seed_are_told(recipe, verdict, runs) -> None:
    values = np.random.default_rng(0).normal(size=(60, 2))
    space = Vectors(tuple(ImageId(f"{row:016x}") for row in range(60)), values, ("a", "b"))
    context = Context(
        space=space, space_name="test", clustering=recipe.cluster(space), clusterer=recipe
    )
    overall, seeds, *_ = checks["stability"](context)
    assert (seeds.verdict, seeds.n) == (verdict, runs)
    assert "Seeds share the images" in seeds.note
    assert f"of {runs} runs" in seeds.note
    assert "of the runs give the same verdict" in overall.note
    assert bool(seeds.next) == (verdict != "pass")
