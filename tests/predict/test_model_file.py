from pathlib import Path

import numpy as np
import pytest

from contrast_engine.errors import ModelError, OptionError
from contrast_engine.images import LinearImage
from contrast_engine.predict import PredictionModel, Predictor, read_model, write_model
from contrast_engine.predict.card import _scores
from contrast_engine.predict.model_file import model_bytes
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.store import Workspace
from tests.predict.conftest import MakeModel


def picture(seed: int) -> LinearImage:
    rng = np.random.default_rng(seed)
    return LinearImage(rng.beta(0.5 + seed, 2, (40 + seed, 64, 3)).astype(np.float32))


@pytest.mark.parametrize("method", classifiers)
def test_a_model_of_a_file_says_to_the_last_bit_what_it_said_before(
    method: str, make_model: MakeModel, tmp_path: Path
) -> None:
    model = make_model(method)
    file = tmp_path / "model.contrast"
    assert write_model(model, file) == file.stat().st_size
    before, after = Predictor(model), Predictor.load(file)
    for seed in range(4):
        assert after.judge(picture(seed)) == before.judge(picture(seed))
    rows = model.tiers["full"].labelled
    ask = [m.tiers["full"].model.predict_proba(rows) for m in (model, after.model)]
    assert ask[0].tobytes() == ask[1].tobytes()


def test_the_same_model_gives_the_same_bytes_also_after_reading(make_model: MakeModel) -> None:
    from contrast_engine.predict.model_file import model_of_bytes

    data = model_bytes(make_model())
    assert model_bytes(make_model()) == data
    assert model_bytes(model_of_bytes(data, "it")) == data


def test_all_that_a_model_is_comes_back(make_model: MakeModel, tmp_path: Path) -> None:
    model, file = make_model(), tmp_path / "m.contrast"
    write_model(model, file)
    found = read_model(file)
    for name in ("key", "classes", "is_ordered", "feature_version", "reading", "card"):
        assert getattr(found, name) == getattr(model, name), name
    assert found.clusters
    assert dict(found.clusters.names) == {0: "soft"}
    assert found.reference
    assert found.scale
    assert found.reference.columns == found.scale.columns
    assert np.array_equal(found.reference.values, model.reference.values)  # type: ignore[union-attr]


def test_a_file_is_replaced_only_if_it_is_a_model_and_asked_to(
    make_model: MakeModel, tmp_path: Path
) -> None:
    model, file = make_model(), tmp_path / "m.contrast"
    write_model(model, file)
    with pytest.raises(OptionError, match="there already"):
        write_model(model, file)
    write_model(model, file, overwrite=True)
    foreign = tmp_path / "thesis.txt"
    foreign.write_text("years of work", encoding="utf-8")
    with pytest.raises(OptionError, match="no model file"):
        write_model(model, foreign, overwrite=True)
    assert foreign.read_text(encoding="utf-8") == "years of work"
    workspace = Workspace(tmp_path / "w.contrast")
    for place in (workspace.root, workspace.root / "m.contrast", tmp_path, tmp_path / "no" / "m"):
        with pytest.raises(OptionError):
            write_model(model, place, overwrite=True)


def test_a_file_is_readable_for_others_whoever_wrote_it(
    make_model: MakeModel, tmp_path: Path
) -> None:
    import os

    before = os.umask(0o077)
    try:
        write_model(make_model(), tmp_path / "m.contrast")
    finally:
        os.umask(before)
    assert (tmp_path / "m.contrast").stat().st_mode & 0o444 == 0o444


def test_a_missing_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"there is no file .*none\.contrast"):
        Predictor.load(tmp_path / "none.contrast")


def test_a_workspace_without_a_model_stays_what_it_is(tmp_path: Path) -> None:
    from contrast_engine.errors import NotEnoughData

    with pytest.raises(NotEnoughData, match="no model"):
        Predictor.load(Workspace(tmp_path / "w").root)
    assert isinstance(PredictionModel, type)


def test_scores_of_too_few_labels_for_an_interval_say_so() -> None:
    scores = {"accuracy": 0.5, "accuracy_low": 0.1, "accuracy_high": 0.9, "kappa": 0.0, "n": 2}
    card = {"promise": "", "scores": {**scores, "kappa_low": None, "kappa_high": None}}
    accuracy, kappa = _scores(card)
    assert accuracy == "- accuracy 0.50 (95 % interval 0.10 to 0.90, n = 2 pictures)"
    assert kappa == "- kappa 0.00 (too few for an interval, n = 2 pictures)"
