import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from contrast_engine import Workspace, steps

CONTRAST = [sys.executable, "-m", "contrast_engine"]


@pytest.mark.slow
def test_a_reader_that_goes_away_is_not_an_error_message(photos: Path) -> None:
    file = next(photos.glob("*.jpg"))
    script = (
        f"{sys.executable} -m contrast_engine inspect '{file}' | head -1; exit ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.slow
def test_control_c_is_exit_130_without_a_traceback_and_keeps_what_was_done(
    photos: Path, tmp_path: Path
) -> None:
    root, reads = tmp_path / "w.contrast", tmp_path / "reads"
    reads.touch()
    subprocess.run([*CONTRAST, "scan", root, photos], check=True, capture_output=True)
    slowly = (
        "import sys, time; sys.argv = ['contrast', 'measure', sys.argv[1], '--workers', '1']\n"
        "from contrast_engine.steps.collection import measure as measuring\n"
        "read = measuring.read_image\n"
        "def slow(content, **how):\n"
        f"    open({str(reads)!r}, 'a').write('read\\n'); time.sleep(0.5)\n"
        "    return read(content, **how)\n"
        "measuring.read_image = slow\n"
        "from contrast_engine.cli import progress_line\n"
        "progress_line.LOG_AFTER = 3600.0  # a busy machine takes ten seconds to come so far\n"
        "from contrast_engine.cli import main; sys.exit(main())"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", slowly, root],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # a shell lets its background jobs ignore ctrl-c, and these tests may be one
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    while len(reads.read_text().splitlines()) < 3 and running.poll() is None:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert out == ""
    assert err.splitlines() == ["contrast: stopped; what was finished is kept"]
    rest = steps.measure(Workspace.open(root))
    assert 0 < rest.computed < rest.images


@pytest.mark.slow
def test_an_unexpected_error_is_one_line_unless_asked_for_more(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['contrast', 'inspect', 'x']\n"
        "import contrast_engine.images as images\n"
        "def broken(path, *rest): raise RuntimeError('made to fail')\n"
        "images.examine = broken\n"
        "from contrast_engine.cli import main; sys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert "unexpected error, RuntimeError: made to fail" in done.stderr
    assert "Traceback" not in done.stderr
    asked = {**os.environ, "CONTRAST_TRACEBACK": "1"}
    more = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=asked)
    assert "Traceback" in more.stderr
