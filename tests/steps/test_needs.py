"""What doctor says of memory and disk, for the collection at hand."""

from pathlib import Path

import pytest

from contrast_engine.cli import main
from contrast_engine.steps import needs
from contrast_engine.store import Workspace

VM_STAT = """Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               10000.
Pages active:                            300000.
Pages inactive:                           20000.
Pages speculative:                          500.
"""


def test_a_mac_says_what_is_free_in_pages() -> None:
    assert needs.pages_free(VM_STAT) == 30_500 * 16_384
    assert needs.pages_free("something else\n") is None


def test_more_images_need_more_and_the_machine_says_what_is_free() -> None:
    for need in needs.NEEDS:
        assert 0 < need.memory(0) < need.memory(10_000) < need.memory(1_000_000)
        assert need.instead
    free = needs.memory_free()
    assert free is None or free > 0


def test_the_disk_of_a_workspace_is_told_by_what_it_is_for(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    for name, size in (
        ("features/a.parquet", 5), ("maps/parts/b.parquet", 7), ("cache/64.npy", 11),
        ("labels.sqlite-wal", 13), ("imports/photo.jpg", 17), ("what.ever", 19),
    ):  # fmt: skip
        path = workspace.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(size))
    found = needs.disk_by_kind(workspace.root)
    assert found["results"] == 12
    assert (found["training copies"], found["labels"], found["originals taken in"]) == (11, 13, 17)
    whole = sum(p.stat().st_size for p in workspace.root.rglob("*") if p.is_file())
    assert sum(found.values()) == whole


def test_doctor_warns_of_what_does_not_fit_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Workspace(tmp_path / "w")
    monkeypatch.setattr(needs, "memory_free", lambda: 200_000_000)
    assert main(["doctor", str(tmp_path / "w")]) == 0
    said = capsys.readouterr().out
    assert "ok    memory         200 MB free" in said
    assert "ok    memory         opening it" in said
    assert "WARN  memory         training" in said
    assert "-> more than is free: train with a smaller batch_size" in said
