"""What was scored over HTTP joins the log, and a log that fails stops nothing."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from contrast_engine.errors import WorkspaceError
from contrast_engine.features import measure_image
from contrast_engine.images import content_id, read_image
from contrast_engine.monitor import MonitorLog
from contrast_engine.predict import Prediction, Predictor
from contrast_engine.predict.scoring import batch_log
from contrast_engine.service import looking, scored_log
from contrast_engine.service.app import Service
from contrast_engine.service.looking import Looked, predicted
from contrast_engine.service.scored_log import MonitorWriter, ScoredLog
from contrast_engine.service.uploads import Upload
from tests.service.conftest import ask, raw


def test_what_is_predicted_joins_the_log_and_what_is_measured_does_not(
    serving: Callable[..., Service], predictor: Predictor, pictures: dict[str, bytes],
    tmp_path: Path,
) -> None:  # fmt: skip
    service = serving(log=MonitorWriter(tmp_path / "log", predictor.model.key))
    files = [("a", (name, data)) for name, data in pictures.items()]
    ask(service, "POST", "/v1/predict", files=[*files, ("a", ("x.txt", b"Dear all, hello"))])
    ask(service, "POST", "/v1/predict", **raw(b"Dear all, hello"))
    ask(service, "POST", "/v1/features", files=files)
    service.close()
    log = MonitorLog(tmp_path / "log")
    batches = log.batches()
    assert {batch.model for batch in batches} == {predictor.model.key}
    assert {batch.tier for batch in batches} == {"full"}
    assert sum(batch.images for batch in batches) == len(pictures) + 2
    assert sum(batch.problems for batch in batches) == 2
    rows = {row.id: row for row in log.latest(100)}
    assert set(rows) == {content_id(data) for data in pictures.values()}
    for name, data in pictures.items():
        row = rows[content_id(data)]
        assert dict(zip(row.columns, row.features, strict=True)) == measure_image(read_image(data))
        assert (row.path, row.thumbnail[:2]) == (name, b"\xff\xd8")
    log.close()


def test_what_a_cascade_answers_is_logged_under_the_tier_that_answered(
    serving: Callable[..., Service], tiered: Predictor, pictures: dict[str, bytes],
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(batch_log, "ONE_IN", 1)
    service = serving(tiered, log=MonitorWriter(tmp_path / "log", tiered.model.key))
    files = [("a", (name, data)) for name, data in pictures.items()]
    rows = ask(service, "POST", "/v1/predict?tier=cascade", files=files).json()["predictions"]
    service.close()
    log = MonitorLog(tmp_path / "log")
    assert {batch.tier: batch.images for batch in log.batches()} == Counter(
        row["tier"] for row in rows
    )
    logged = log.latest(100)
    assert len(logged) == len(pictures)
    for row in logged:  # whatever the tier looked at, drift is told on the scale of the collection
        whole = measure_image(read_image(pictures[row.path]))
        assert row.features.tolist() == list(whole.values())
    log.close()


def test_of_a_tier_that_looks_at_small_pictures_few_are_measured_again_for_the_log(
    tiered: Predictor, pictures: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = []
    kept_of = looking.kept_of
    monkeypatch.setattr(looking, "kept_of", lambda *a: measured.append(a) or kept_of(*a))
    data = next(iter(pictures.values()))
    uploads = [Upload(f"{at}.jpg", data + b"\0" * at) for at in range(60)]
    found = [predicted(tiered, upload, "fast", for_log=True) for upload in uploads]
    logged = [one for one in found if one.logged is not None]
    assert all(one.prediction.label for one in found)
    assert len(measured) == len(logged)
    assert 0 < len(logged) <= 9, "one in twenty, by content"
    assert all(predicted(tiered, one, "full", for_log=True).logged for one in uploads[:3])
    assert predicted(tiered, uploads[0], "full", for_log=False).logged is None


def test_a_log_that_cannot_be_written_is_said_once_and_stops_nothing(
    serving: Callable[..., Service], predictor: Predictor, pictures: dict[str, bytes],
    tmp_path: Path,
) -> None:  # fmt: skip
    (tmp_path / "file").write_bytes(b"")
    warned: list[str] = []
    writer = MonitorWriter(tmp_path / "file" / "log", predictor.model.key)
    service = serving(log=writer, warn=warned.append)
    data = next(iter(pictures.values()))
    for _ in range(2):
        assert ask(service, "POST", "/v1/predict", **raw(data)).status_code == 200
        service._log.flush()
    assert "contrast_unlogged_total 2.0" in ask(service, "GET", "/metrics").text
    (said,) = warned
    assert said.startswith("scored images are not logged: ")


def looked(count: int) -> list[Looked]:
    return [Looked(Prediction(str(number))) for number in range(count)]


def test_images_are_written_together_in_order_each_tier_by_itself() -> None:
    written: list[tuple[str, list[str]]] = []

    def write(found: Sequence[Looked], tier: str) -> None:
        written.append((tier, [one.prediction.path for one in found]))

    log = ScoredLog(write, lambda *_: None, seconds=60)
    images = looked(10)
    log.add(images[:4], "fast")
    log.add(images[4:6], "full")
    log.add(images[6:], "fast")
    log.close()
    assert written == [("fast", list("01236789")), ("full", list("45"))]


def test_where_the_disk_does_not_keep_up_memory_stays_bounded(monkeypatch) -> None:
    monkeypatch.setattr(scored_log, "MOST_WAITING", 50)
    may_go, begun, lost = threading.Event(), threading.Event(), []
    total: list[int] = []

    def write(found: Sequence[Looked], tier: str) -> None:
        begun.set()
        assert may_go.wait(10)
        total.append(len(found))
        if len(total) == 2:
            raise WorkspaceError("the disk is full")

    log = ScoredLog(write, lambda count, why: lost.append((count, why)), seconds=0.01)
    log.add(looked(5), "full")
    assert begun.wait(10)
    log.add(looked(200), "full")
    may_go.set()
    log.close()
    assert total == [5, 50]
    assert lost == [(150, "the log does not keep up"), (50, "the disk is full")]
    assert np.sum(total) == 55
