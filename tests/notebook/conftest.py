"""One small workspace with a result of every kind, made once and only read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from contrast_engine import Workspace, steps
from contrast_engine.results import Finding, Report
from contrast_engine.store import Artifact


@pytest.fixture(scope="session")
def whole(photographs: Callable[..., list[Path]], made_once: Callable[..., Path]) -> Workspace:
    def fill(folder: Path) -> None:
        files = photographs(folder / "photos", 14)
        files[0].rename(folder / "photos" / "<b>&.jpg")
        (folder / "photos" / "broken.jpg").write_bytes(b"no picture")
        workspace = Workspace(folder / "w.contrast")
        steps.gather(workspace, [folder / "photos"])
        steps.project(workspace)
        key = steps.cluster(workspace, options={"n_clusters": 2})
        workspace.labels.name_cluster(key, 0, "<i>soft</i>")
        ids = workspace.images.ids
        workspace.labels.add(ids[:4], "low")
        workspace.labels.add(ids[4:8], "high", who="simulated A")
        steps.pseudo_label(workspace, method="logistic")
        finding = Finding("known_answers", 0.5, 14, "<s>", "pass", "a & b", low=0.4, high=0.6)
        report = workspace.save(Artifact("reports", "validate@2"), Report((finding,)))
        workspace.make_current("reports", report)

    return Workspace.open(made_once("notebook", fill) / "w.contrast")
