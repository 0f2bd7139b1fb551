"""The container file: what it installs is there, nobody is root, only this machine is answered."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from contrast_engine import Workspace, steps

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")


def test_it_installs_extras_that_there_are_at_the_versions_that_were_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (extras,) = re.findall(r"'/src\[([\w,]+)\]' -c /src/constraints\.txt", DOCKERFILE)
    assert (
        set(extras.split(",")) == {"all", "serve", "login"} <= set(project["optional-dependencies"])
    )
    lowest = re.search(r"\d+\.\d+", project["requires-python"])
    assert lowest is not None
    assert set(re.findall(r"FROM python:(\S+)-slim", DOCKERFILE)) == {lowest[0]}


def test_what_the_wheel_is_made_of_is_let_through_to_the_build() -> None:
    let_through = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.M))
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"][
        "targets"
    ]["wheel"]
    needed = {name.strip("/") for name in wheel["include"]} | set(wheel["force-include"])
    assert needed | {"pyproject.toml", "constraints.txt", "README.md", "LICENSE"} == let_through
    assert all((ROOT / name).exists() for name in let_through)


def test_nobody_in_the_container_is_root() -> None:
    last = DOCKERFILE.split("\nFROM ")[-1]
    assert last.index("useradd") < last.index("\nUSER contrast\n") < last.index("\nENTRYPOINT")
    assert "USER root" not in last


def test_only_this_machine_reaches_the_published_port_and_the_photographs_stay_as_they_are() -> (
    None
):
    (ports,) = re.findall(r"ports: (\[.*?\])", COMPOSE)
    port = re.search(r'"--port", "(\d+)"', DOCKERFILE)
    assert port is not None
    assert ports == f'["127.0.0.1:{port[1]}:{port[1]}"]'
    assert f"EXPOSE {port[1]}" in DOCKERFILE
    assert f"http://127.0.0.1:{port[1]}/_stcore/health" in DOCKERFILE
    assert re.search(r"- \$\{PHOTOS:-\./photos\}:/photos:ro\n", COMPOSE)
    for wall in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert wall in COMPOSE


STAGES = re.split(r"^FROM ", re.sub(r"\\\n", " ", DOCKERFILE), flags=re.M)[1:]


def test_the_file_is_such_as_a_linter_of_container_files_asks_for() -> None:
    for stage in STAGES:
        image, *lines = stage.splitlines()
        tag = image.split()[0].partition(":")[2]
        assert tag
        assert tag != "latest"
        words = [line.split()[0] for line in lines if line and not line.startswith(("#", " "))]
        assert set(words) <= {
            "COPY", "RUN", "ENV", "USER", "WORKDIR", "VOLUME", "EXPOSE", "HEALTHCHECK",
            "ENTRYPOINT", "CMD",
        }  # fmt: skip
        for line in lines:
            if line.startswith("RUN") and "pip install" in line:
                assert "--no-cache-dir" in line
                assert "-c /src/constraints.txt" in line
            assert not re.search(r"\b(sudo|curl|wget|chmod 777|apt-get)\b", line)
            if line.startswith("WORKDIR"):
                assert line.split()[1].startswith("/")
    last = STAGES[-1]
    assert re.findall(r"^COPY .*", last, re.M) == ["COPY --from=build /opt/contrast /opt/contrast"]
    for form in ("ENTRYPOINT", "CMD"):
        assert re.search(rf'^{form} \["', last, re.M)
    assert re.search(r"^HEALTHCHECK .*CMD \[", last, re.M)


def walls_can_be_built() -> bool:
    if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "setpriv", "mount"))):
        return False
    return (
        subprocess.run(["unshare", "-mnp", "--fork", "true"], capture_output=True).returncode == 0
    )


INSIDE = """
set -e
mount --bind "$CODE" /media
mount --bind "$WORK" /mnt
mount --bind "$PYTHON" "$STAGE"  # a Python that lies in the home of root is seen by nobody else
mount -t tmpfs -o mode=755 tmpfs /root
mkdir -p "$PYTHON"
mount --bind "$STAGE" "$PYTHON"
mount -t tmpfs tmpfs /tmp
mount -o remount,ro,bind /media
mount -o remount,ro,bind /
python3 - <<'UP'
import fcntl, socket, struct
line = socket.socket()
name = struct.pack("16sh", b"lo", 1 | 64)
fcntl.ioctl(line, 0x8914, name)  # SIOCSIFFLAGS: up, running
UP
touch /mnt/by-root 2>/dev/null && rm /mnt/by-root
cd /mnt
run="setpriv --reuid=10001 --regid=10001 --clear-groups --no-new-privs --inh-caps=-all \
  --bounding-set=-all env -i PATH=$BIN:/usr/bin:/bin HOME=/mnt NUMBA_CACHE_DIR=/tmp/numba \
  PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/media OMP_NUM_THREADS=1 $LOGIN"
for place in /media/x /x /root/x; do
  if $run touch $place 2>/dev/null; then echo "$place can be written" >&2; exit 9; fi
done
echo "a phrase of the tests" | $run python -m contrast_engine password owner > /mnt/phrases.txt
$run python -m contrast_engine "$@" >/mnt/out 2>&1 &
app=$!
i=0
until $run python -c "$HEALTH" 2>/dev/null; do
  i=$((i + 1)); [ $i -lt 120 ]; kill -0 $app; sleep 1
done
$run python -c "$ASK"
kill -TERM $app
wait $app
"""


@pytest.mark.slow
@pytest.mark.skipif(
    not walls_can_be_built(), reason="needs root, to make a root like a container's"
)
@pytest.mark.skipif(
    sys.prefix.startswith("/tmp/"), reason="Python lies in /tmp, which is empty in a container"
)
def test_it_runs_for_nobody_in_particular_where_nothing_else_can_be_written(
    tmp_path: Path, photographs: Callable[..., list[Path]]
) -> None:
    """As the container does, of which no daemon is here: same user, walls, command and check."""
    work = tmp_path / "work"
    photographs(work / "photos", 4)
    workspace = Workspace(work / "some.contrast")
    steps.scan(workspace, [work / "photos"])
    workspace.close()
    given = json.loads(re.search(r"^CMD (\[.*\])", DOCKERFILE, re.M)[1])  # type: ignore[index]
    check = re.search(r'HEALTHCHECK .*?CMD \["python", "-c", \s*"(.*?)"\]', STAGES[-1], re.S)
    assert check is not None
    (tmp_path / "stage").mkdir()
    for each in [work, *work.rglob("*")]:
        os.chown(each, 10001, 10001)
    ask = "import os; assert (os.geteuid(), os.getgroups()) == (10001, [])"
    done = subprocess.run(
        ["unshare", "-mnp", "--fork", "--propagation", "private", "sh", "-c", INSIDE, "sh", *given],
        env={
            "CODE": str(ROOT), "WORK": str(work), "HEALTH": check[1], "ASK": ask,
            "PYTHON": sys.base_prefix, "STAGE": str(tmp_path / "stage"),
            "BIN": str(Path(sys.executable).parent), "PATH": os.environ["PATH"],
            "LOGIN": "CONTRAST_PASSWORD_FILE=/mnt/phrases.txt",
        },
        capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    out = work / "out"
    said = out.read_text() if out.exists() else ""
    assert done.returncode == 0, done.stderr + said
    assert "is open at http://127.0.0.1:8501" in said
    assert "Stopped." in said
