"""The features as scikit-learn knows transformers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks

from contrast_engine import ContrastFeatures
from contrast_engine.errors import ImageError, OptionError
from contrast_engine.features import core_names, feature_names, measure_image
from contrast_engine.images import read_image


@pytest.fixture
def photos(photographs: Callable[..., list[Path]], tmp_path: Path) -> list[Path]:
    return photographs(tmp_path, 8, side=16)


def test_rows_are_what_measuring_gives_under_the_names_of_features(photos: list[Path]) -> None:
    transformer = ContrastFeatures()
    found = transformer.fit_transform(photos)
    assert found.shape == (8, len(feature_names()))
    assert tuple(transformer.get_feature_names_out()) == feature_names()
    for row, photo in zip(found, photos, strict=True):
        assert row.tolist() == list(measure_image(read_image(photo)).values())


def test_features_and_size_can_be_chosen(photos: list[Path]) -> None:
    assert ContrastFeatures("core").fit_transform(photos).shape == (8, len(core_names()))
    two = ContrastFeatures(["gcf", "c_rms"], size=8, workers=2)
    expected = [
        [measured["gcf"], measured["c_rms"]]
        for measured in (measure_image(read_image(photo, 8)) for photo in photos)
    ]
    assert two.fit_transform(photos).tolist() == expected
    assert two.get_feature_names_out().tolist() == ["gcf", "c_rms"]


def test_every_kind_of_image_is_taken(photos: list[Path]) -> None:
    import pandas as pd

    asked = ContrastFeatures("core").fit_transform(photos)
    given: list[Any] = [
        [str(photo) for photo in photos], np.array([str(photo) for photo in photos]),
        pd.Series([str(photo) for photo in photos]), pd.DataFrame({"path": map(str, photos)}),
        [photo.read_bytes() for photo in photos],
    ]  # fmt: skip
    for images in given:
        assert np.array_equal(ContrastFeatures("core").fit_transform(images), asked)
    arrays = [np.asarray(Image.open(photo)) for photo in photos]
    assert ContrastFeatures("core", space="srgb").fit_transform(arrays).shape == asked.shape
    with pytest.raises(OptionError, match="space"):
        ContrastFeatures().fit_transform(arrays)
    with pytest.raises(OptionError, match="a list of images"):
        ContrastFeatures().fit_transform(str(photos[0]))


def test_unreadable_images_raise_or_become_rows_of_nan(photos: list[Path]) -> None:
    photos[2].write_bytes(b"no image")
    with pytest.raises(ImageError, match=photos[2].name):
        ContrastFeatures().fit_transform(photos)
    found = ContrastFeatures(unreadable="nan").fit_transform([*photos, "none.jpg"])
    assert np.isnan(found).all(axis=1).nonzero()[0].tolist() == [2, 8]


@pytest.mark.parametrize(
    ("options", "why"),
    [({"features": "most"}, "'core'"), ({"features": ["gfc"]}, "'gfc'"), ({"size": 0}, "size"),
     ({"features": []}, "empty"), ({"unreadable": "skip"}, "'nan'"), ({"white": "x"}, "white")],
)  # fmt: skip
def test_wrong_options_are_refused_when_fitting(options: dict[str, Any], why: str) -> None:
    transformer = ContrastFeatures(**options)
    with pytest.raises(OptionError, match=why):
        transformer.fit([])


@pytest.mark.slow
def test_it_is_searched_over_within_a_pipeline(photos: list[Path]) -> None:
    pipeline = make_pipeline(ContrastFeatures("core"), StandardScaler(), LogisticRegression())
    grid = {"contrastfeatures__features": ["core", ["c_rms", "entropy"]],
            "logisticregression__C": [0.1, 1.0]}  # fmt: skip
    search = GridSearchCV(pipeline, grid, cv=2).fit(photos, [0, 1] * 4)
    assert set(search.predict(photos)) <= {0, 1}
    assert search.best_estimator_[0].features in (["c_rms", "entropy"], "core")


def test_its_output_may_be_a_data_frame(photos: list[Path]) -> None:
    frame = ContrastFeatures("core").set_output(transform="pandas").fit_transform(photos)
    assert list(frame.columns) == list(core_names())
    assert clone(ContrastFeatures("core", size=64)).get_params()["size"] == 64


CONVENTIONS = [
    "check_no_attributes_set_in_init", "check_parameters_default_constructible",
    "check_get_params_invariance", "check_set_params", "check_estimator_cloneable",
    "check_estimator_repr", "check_mixin_order", "check_valid_tag_types",
    "check_estimator_tags_renamed", "check_do_not_raise_errors_in_init_or_set_params",
]  # fmt: skip


@pytest.mark.parametrize("check", CONVENTIONS)
def test_it_keeps_the_conventions_of_estimators(check: str) -> None:
    held = getattr(estimator_checks, check, None)
    if held is None:
        pytest.skip(f"this scikit-learn has no {check}")
    held("ContrastFeatures", ContrastFeatures())


@pytest.mark.filterwarnings("ignore:Can't test estimator")  # of images it has no samples
def test_scikit_learns_own_choice_of_checks_passes() -> None:
    estimator_checks.check_estimator(ContrastFeatures())
