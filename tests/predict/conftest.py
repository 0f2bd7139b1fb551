"""Models for the tests of the model file, made without a single photograph."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from contrast_engine.features import FEATURE_VERSION, core_names
from contrast_engine.images import ReadingOptions
from contrast_engine.placing import Placer, SpacePart
from contrast_engine.predict import (
    FAST,
    FULL,
    HYBRID,
    Cascade,
    NearestCluster,
    PredictionModel,
    TierModel,
)
from contrast_engine.predict.reference import row_names
from contrast_engine.pseudo_labels import Labelled, classifiers, train
from contrast_engine.results import UNASSIGNED
from contrast_engine.scaling import QuantileScaling
from contrast_engine.vectors import Vectors

CLASSES = ("low", "medium", "high")

MakeModel = Callable[..., PredictionModel]


def made_model(method: str = "logistic", n: int = 60, seed: int = 0) -> PredictionModel:
    """A model on features of pictures that never were, skewed and tied as features are."""
    rng = np.random.default_rng(seed)
    columns = core_names()
    values = np.exp(rng.normal(size=(n, len(columns))))
    values[: n // 3, 4] = 0.0
    table = Vectors(row_names(n), values, columns)
    scaling = QuantileScaling.fit(table)
    space = scaling.transform(table)
    rows = np.arange(0, n, 2)
    codes = np.digitize(space.values[rows, 0], [-0.5, 0.5])
    cluster = np.where(np.arange(n) % 7 == 6, UNASSIGNED, np.arange(n) % 3).astype(np.int64)
    labelled = Labelled(space, rows, codes, CLASSES, True, cluster)
    trained = train(classifiers[method](), labelled)
    placer = Placer("a" * 16, (SpacePart(scaling),))
    centres = np.stack([space.values[cluster == c].mean(axis=0) for c in range(3)])
    full = TierModel(
        FULL, 512, placer, method, trained.model,
        {"promise": {**trained.promise.__dict__}, "abstaining": {}}, trained.limit, labelled.values,
    )  # fmt: skip
    return PredictionModel(
        key="b" * 16,
        classes=CLASSES,
        is_ordered=True,
        feature_version=FEATURE_VERSION,
        reading=ReadingOptions("P90"),
        tiers={FULL: full},
        clusters=NearestCluster(placer, np.arange(3), centres, {0: "soft"}),
        card={"promise": trained.promise.words, "labels": 30, "images": n, "space": "made up",
              "classifier": method, "counts": {}},
        reference=Vectors(space.ids, space.values.astype(np.float32), columns),
        scale=scaling,
    )  # fmt: skip


def two_tiers(sureness: float = 0.5) -> PredictionModel:
    """A model whose fast tier learnt something else, so that answers tell which one it was."""
    full, other = made_model(), made_model(seed=1)
    fast = replace(other.tiers[FULL], name=FAST, size=32, clusters=other.clusters, limit=1e9)
    fast = replace(fast, rule={"abstaining": {"sureness": 0.0}})
    return replace(full, tiers={FAST: fast, FULL: full.tiers[FULL]}, same={HYBRID: FULL},
                   cascade=Cascade(FAST, FULL, sureness))  # fmt: skip


@pytest.fixture
def make_model() -> MakeModel:
    """Make a model by the name of its classifier."""
    return made_model
