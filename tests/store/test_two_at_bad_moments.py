"""Two people label, each in a process of their own, while something else goes wrong."""

import datetime as time_of_day
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from contrast_engine.image_id import ImageId
from contrast_engine.progress import SILENT
from contrast_engine.steps.labels.export_labels import write_labels
from contrast_engine.steps.labels.import_labels import planned_import, take_labels
from contrast_engine.store import Workspace
from contrast_engine.store.collection import ImageFile
from tests.faults_of_disks import full_disk

N = 40
IMAGES = [ImageId(f"{number:016x}") for number in range(1, N + 1)]

SOMEBODY = """
import json, signal, sys, time
from contrast_engine.errors import WorkspaceError
from contrast_engine.store import Workspace

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # as Python has it: a write beyond the end is refused
root, who, label, *images = sys.argv[1:]
labels, refused = Workspace.open(root).labels, 0
print("ready", flush=True)
for number, image in enumerate(images):
    sys.stdin.readline()
    while True:
        try:
            seq = labels.add([image], label, who, token=f"{who}-{number}")
            break
        except WorkspaceError as error:
            refused += 1
            print(json.dumps({"refused": str(error)}), flush=True)
            time.sleep(0.05)
    print(json.dumps({"said": image, "seq": seq}), flush=True)
"""


class Somebody:
    """A person at a computer of their own, who goes on when told to."""

    def __init__(self, root: Path, who: str, label: str) -> None:
        self.who = who
        self.process = subprocess.Popen(
            [sys.executable, "-c", SOMEBODY, str(root), who, label, *IMAGES],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.hears() == "ready"

    def hears(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def go_on(self, times: int = 1) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n" * times)
        self.process.stdin.flush()

    def said(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.hears())
        return found

    def away(self) -> None:
        self.process.kill()
        self.process.communicate()

    def end(self) -> None:
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path / "team.contrast")
    made.save_files([ImageFile(f"/p/{image}.jpg", "/p", id=image) for image in IMAGES])
    made.labels.define(("low", "high"))
    return made


@pytest.fixture
def two(workspace: Workspace) -> Iterator[list[Somebody]]:
    with ExitStack() as opened:
        found = [Somebody(workspace.root, "ann", "low"), Somebody(workspace.root, "bob", "high")]
        for one in found:
            opened.callback(one.away)
        yield found


@pytest.mark.slow
def test_two_whose_disk_fills_up_are_both_told_and_go_on_with_nothing_lost_or_said_twice(
    workspace: Workspace, two: list[Somebody]
) -> None:
    for one in two:
        one.go_on(5)
        assert all("said" in one.said() for _ in range(5))
    with full_disk(pid=two[0].process.pid), full_disk(pid=two[1].process.pid):
        for one in two:
            one.go_on()
        for one in two:
            refused = str(one.said()["refused"])
            assert "full" in refused or "larger" in refused, refused
        assert {who: len(own) for who, own in workspace.labels.by_person().items()} == {
            "ann": 5, "bob": 5,
        }  # fmt: skip
    for one in two:
        one.go_on(N - 6)
    for one in two:
        one.end()
    said = Workspace.open(workspace.root).labels
    for one in two:
        assert set(said.by_person()[one.who]) == set(IMAGES)
    assert [(h.who, h.images) for h in said.history()].count(("ann", (IMAGES[7],))) == 1
    assert len(said.history()) == 2 * N


@pytest.mark.slow
def test_labels_withdrawn_while_their_person_goes_on_count_from_there_on(
    workspace: Workspace, two: list[Somebody]
) -> None:
    ann, bob = two
    for one in two:
        one.go_on(N // 2)
    for _ in range(5):
        ann.said()
    taken = workspace.labels.withdraw("ann", "owner")  # while she labels as fast as she can
    assert taken is not None
    later = [image for image in (ann.said() for _ in range(N // 2 - 5)) if "said" in image]
    ann.go_on(N - N // 2)
    later += [ann.said() for _ in range(N - N // 2)]
    bob.go_on(N - N // 2)
    for one in two:
        one.end()
    counts = {one["said"] for one in later if int(str(one["seq"])) > taken.seq}
    assert len(counts) >= N - N // 2
    own = workspace.labels.by_person()
    assert set(own["ann"]) == counts
    assert set(own["bob"]) == set(IMAGES), "nobody else's"
    assert workspace.labels.give_back(taken.seq, "owner") == N - len(counts)
    assert set(workspace.labels.by_person()["ann"]) == set(IMAGES)


def set_clock(monkeypatch: pytest.MonkeyPatch, hours: float) -> None:
    """The clock of the machine is this many hours off, wherever the store looks at it."""

    class Clock(time_of_day.datetime):
        @classmethod
        def now(cls, tz: time_of_day.tzinfo | None = None) -> "Clock":
            return cls.fromtimestamp(time.time() + 3600 * hours, tz)

    for name, module in list(sys.modules.items()):
        if name.startswith("contrast_engine.store") and hasattr(module, "datetime"):
            monkeypatch.setattr(module, "datetime", Clock)


def test_what_is_said_last_counts_also_where_the_clock_was_set_back_between(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = workspace.labels
    labels.add(IMAGES[:3], "low", "ann")
    with monkeypatch.context() as earlier:
        set_clock(earlier, -1)
        labels.add(IMAGES[:2], "high", "ann")
        labels.unsure(IMAGES[2:3], "bob")
        first, last = labels.history()[0], labels.history()[-1]
        assert first.at > last.at, "or the clock was not set back"
        assert labels.undo("bob") == (IMAGES[2],)
        assert labels.redo("bob") == (IMAGES[2],)
    now = {image: one.label for image, one in labels.current().items()}
    assert now == {IMAGES[0]: "high", IMAGES[1]: "high", IMAGES[2]: "low"}
    assert dict(labels.by_person()["ann"]) == now
    assert labels.current_of(IMAGES[:1])[IMAGES[0]].label == "high"
    write_labels(workspace, tmp_path / "said.csv")
    there = Workspace(tmp_path / "there.contrast")
    there.save_files([ImageFile(f"/p/{image}.jpg", "/p", id=image) for image in IMAGES])
    take_labels(there, planned_import(there, tmp_path / "said.csv"))
    assert there.labels.by_person() == labels.by_person(), "nor does a file go by the clock"
    assert not planned_import(workspace, tmp_path / "said.csv", progress=SILENT).new
    assert labels.undo("ann") == tuple(IMAGES[:2]), "and the last word is the first to go"
    assert {one.label for one in labels.current().values()} == {"low"}
