"""What a finished queue came to."""

from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.labels.queue_end import queue_summary
from contrast_engine.views.labels.queue_strategies import LabelRequest

IDS = tuple(ImageId(f"{row:016x}") for row in range(4))


def asked(*labels: str) -> tuple[LabelRequest, ...]:
    return tuple(
        LabelRequest(image, "why", "" if label == "?" else label, label == "?")
        for image, label in zip(IDS, labels, strict=False)
    )


def test_a_queue_is_finished_once_no_image_is_open_and_counts_follow_the_label_set(
    tmp_path,
) -> None:
    workspace = Workspace(tmp_path / "w")
    workspace.labels.define(["low", "medium", "high"], is_ordered=True)
    assert queue_summary(workspace, ()) is None
    assert queue_summary(workspace, asked("high", "", "low")) is None
    workspace.labels.add(IDS[:1], "high", "Ada")
    alone = queue_summary(workspace, asked("high", "high"))
    assert alone.words == "All 2 images of this queue are done: low 0, medium 0, high 2."
    assert not alone.is_trainable
    workspace.labels.add(IDS[1:2], "low", "Bob")
    found = queue_summary(workspace, asked("high", "low", "high", "?"))
    assert found.words == (
        "All 4 images of this queue are done: low 1, medium 0, high 2; 1 unsure, from which no "
        "model learns."
    )
    assert found.is_trainable
    assert found.annotators == 2
