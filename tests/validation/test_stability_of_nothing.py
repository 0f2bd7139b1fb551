import numpy as np

from contrast_engine.clusterings.hdbscan import Hdbscan
from contrast_engine.validation import Context, checks
from contrast_engine.vectors import ImageId, Vectors


def test_a_clustering_that_found_nothing_is_not_called_stable():
    values = np.random.default_rng(1).normal(size=(60, 12))
    space = Vectors(tuple(ImageId(f"{row:016x}") for row in range(60)), values,
                    tuple(f"c{i}" for i in range(12)))  # fmt: skip
    recipe = Hdbscan()
    context = Context(
        space=space, space_name="noise", clustering=recipe.cluster(space), clusterer=recipe
    )
    (finding,) = checks["stability"](context)
    assert (finding.verdict, finding.value) == ("unknown", None)
    assert "found no clusters" in finding.note
