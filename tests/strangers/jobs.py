"""Jobs that nobody asked for."""

import json
from pathlib import Path
from typing import Any

from tests.strangers.making import MAKERS, MARKUP


def _job(name: str, **said: Any) -> None:
    def make(root: Path, _: Path) -> None:
        (root / "jobs").mkdir(exist_ok=True)
        job = "00000000000000aa"
        value = {"id": job, "step": "scan", "params": {"paths": ["/etc"]}, "state": "queued",
                 "started": 1.0} | said  # fmt: skip
        (root / "jobs" / f"{job}.json").write_text(json.dumps(value))
        (root / "jobs" / f"{job}.lock").touch()
        (root / "jobs" / f"{job}.metrics.jsonl").write_text('{"x": 1}\nnot json\n[1]\n')
        (root / "jobs" / f"{job}.log").write_text(MARKUP)

    MAKERS[f"jobs: {name}"] = make


_job("one that waits to be run")
_job("one that runs until the end of time", state="running", alive_until=1e300, pid=1)
_job("a state that is a list", state=["running"])
_job("a start that is a word", started="now", done="x", total=[1])
_job("a time that is a word", alive_until="never")
_job("markup", step=MARKUP, note=MARKUP, error=MARKUP, state="failed")
_job("results of another type", state="done", result=[1, 2], params=7)
_job(
    "a share of another type",
    state="running",
    overall="x",
    overall_from=1,
    part_done="x",
    part_at=1,
    updated=2,
    alive_until=1e12,
)
