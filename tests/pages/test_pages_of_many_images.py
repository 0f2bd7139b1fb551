"""Pages of a collection of very many images make no object for each of them."""

import traceback
from collections.abc import Iterator, Sequence

import pytest

from contrast_engine import steps
from contrast_engine.arrays import Floats
from contrast_engine.imageset import ImageId, ImageIds, ImageSet
from contrast_engine.store import Workspace
from contrast_engine.store.stored_results import StoredVectors
from contrast_engine.vectors import Vectors
from contrast_engine.views.overview import contact_sheet
from tests.benchmarks.many_images import make
from tests.pages.conftest import Visit

N = 12_000
FEW = 5_000
"""Texts of ids that a page may make at once: what it shows, and what a person chose."""

PAGES = (
    "overview/overview.py", "overview/present.py", "structure/map.py", "collection/gallery.py",
    "labels/label.py", "output/export.py", "collection/collection.py", "structure/clusters.py",
    "collection/issues.py", "collection/features.py", "structure/axes.py", "models/model.py",
)  # fmt: skip


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("many") / "many.contrast"
    workspace = make(N, root)
    steps.project(workspace, "pca")
    return workspace


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What made a text for each of very many images, while a test runs."""
    found: list[str] = []
    _watch(monkeypatch, ImageIds, found)
    _watch(monkeypatch, ImageSet, found)
    return found


def _watch(
    monkeypatch: pytest.MonkeyPatch, kind: type[ImageIds] | type[ImageSet], found: list[str]
) -> None:
    before = kind.__iter__

    def iterated(self: Sequence[ImageId]) -> Iterator[ImageId]:
        if len(self) > FEW:
            found.append("".join(traceback.format_stack(limit=4)[:-1]))
        return before(self)  # type: ignore[arg-type]

    monkeypatch.setattr(kind, "__iter__", iterated)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_makes_no_text_for_each_of_very_many_images(
    page: str, many: Workspace, visit: Visit, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTRAST_WORKSPACE", str(many.root))
    app = visit(page)
    assert not app.exception
    assert not counted, "\n".join(counted)


@pytest.mark.parametrize("page", ["output/export.py", "overview/overview.py"])
def test_a_page_that_shows_little_of_them_reads_no_table_of_numbers_whole(
    page: str, many: Workspace, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []

    def watched(vectors: Vectors) -> None:
        if len(vectors) > FEW and len(vectors.columns) > 2:
            found.append("".join(traceback.format_stack(limit=5)[:-1]))

    def values(self: StoredVectors) -> Floats:
        watched(self)
        return before(self)

    def made(self: Vectors) -> None:
        checked(self)
        watched(self)

    before, checked = StoredVectors.values.func, Vectors.__post_init__
    monkeypatch.setattr(StoredVectors, "values", property(values))
    monkeypatch.setattr(Vectors, "__post_init__", made)
    monkeypatch.setattr(contact_sheet, "MOST", FEW)
    monkeypatch.setenv("CONTRAST_WORKSPACE", str(many.root))
    app = visit(page)
    assert not app.exception
    assert not found, "\n".join(found)
