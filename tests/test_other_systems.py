"""Windows and macOS, as far as Linux can tell: nothing that only POSIX has is asked for."""

import ast
import ntpath
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from contrast_engine.cli.collection.scan import scan_lines
from contrast_engine.steps import scan
from contrast_engine.steps.output.export_selection import LONGEST_NAME, safe_name
from contrast_engine.store import Workspace, atomic_files, file_table, places, texts
from contrast_engine.store.atomic_files import patiently
from contrast_engine.store.collection import ImageFile
from contrast_engine.store.file_names import holdable

ROOT = Path(__file__).parents[1]
SOURCES = [
    ROOT / "app.py",
    *(ROOT / "contrast_engine").rglob("*.py"),
    *(ROOT / "pages").rglob("*.py"),
]

MODULES = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "posix", "syslog", "crypt"}
"""Modules that Windows lacks."""

NAMES = {
    "os": {
        "fork", "forkpty", "killpg", "setsid", "setpgid", "getpgid", "getuid", "geteuid", "getgid",
        "getegid", "nice", "wait", "wait3", "wait4", "WNOHANG", "O_DIRECTORY", "O_CLOEXEC",
        "O_NOFOLLOW", "O_NONBLOCK", "chown", "fchown", "lchown", "fchmod", "mkfifo", "statvfs",
        "fstatvfs", "sysconf", "uname", "umask", "getloadavg", "sched_getaffinity", "posix_fallocate",
        "posix_fadvise", "pread", "pwrite", "sync", "fdatasync", "register_at_fork", "sendfile",
        "process_cpu_count", "set_blocking", "ttyname", "getpgrp", "tcsetpgrp",
    },
    "signal": {
        "SIGKILL", "SIGSTOP", "SIGCONT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGCHLD",
        "SIGPIPE", "alarm", "pause", "setitimer", "sigwait", "pthread_kill", "pthread_sigmask",
    },
    "time": {"tzset", "clock_gettime"},
    "socket": {"AF_UNIX", "SO_REUSEPORT", "socketpair"},
    "multiprocessing": {"set_start_method"},
}  # fmt: skip
"""What other modules lack there, or in some version of Python that is allowed here."""


SUSPICIOUS = re.compile(
    rf"\b({'|'.join([*MODULES, *(n for names in NAMES.values() for n in names)])})\b"
)
"""Worth parsing: of some four hundred files a dozen."""


def functions(tree: ast.Module) -> Iterator[ast.AST]:
    yield from (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def names_asked_about(tree: ast.AST) -> set[str]:
    """The names in `hasattr(os, "nice")` and the like."""
    return {
        str(node.args[1].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"hasattr", "getattr"}
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
    }


def only_posix(tree: ast.Module) -> list[str]:
    """What of a file Windows lacks, unless the function that uses it first looks whether it is there."""
    found = []
    guards: dict[int, set[str]] = {}
    for whole in functions(tree):
        asked = names_asked_about(whole)
        guards |= {id(part): asked for part in ast.walk(whole)} if asked else {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [a.name for a in node.names if a.name.partition(".")[0] in MODULES]
        elif isinstance(node, ast.ImportFrom) and node.module in {*MODULES, *NAMES}:
            named = NAMES.get(str(node.module))
            found += [a.name for a in node.names if named is None or a.name in named]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            is_lacking = node.attr in NAMES.get(node.value.id, set())
            if is_lacking and node.attr not in guards.get(id(node), set()):
                found.append(f"{node.value.id}.{node.attr}")
    return found


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import fcntl", ["fcntl"]),
        ("from os import fork", ["fork"]),
        ("import os\ndef f():\n os.killpg(1, 2)", ["os.killpg"]),
        ("import os\ndef f():\n if hasattr(os, 'nice'):\n  os.nice(5)", []),
        ("import os\ndef f():\n hasattr(os, 'nice')\ndef g():\n os.nice(5)", ["os.nice"]),
        ("import signal\nsignal.SIGKILL", ["signal.SIGKILL"]),
        ("import signal\nsignal.SIGTERM", []),
    ],
)
def test_the_search_for_what_only_posix_has_finds_it(code, expected):
    assert only_posix(ast.parse(code)) == expected


def test_no_part_uses_what_only_posix_has():
    texts = {source: source.read_text(encoding="utf-8") for source in SOURCES}
    parsed = {name: ast.parse(text) for name, text in texts.items() if SUSPICIOUS.search(text)}
    assert len(parsed) > 3
    found = {str(name.relative_to(ROOT)): only_posix(tree) for name, tree in parsed.items()}
    assert {name: names for name, names in found.items() if names} == {}


def test_every_text_file_has_its_encoding_named():
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--preview", "--no-cache", "-q"]
    done = subprocess.run(
        [*command, "--select", "PLW1514", "app.py", "contrast_engine", "pages", "tests"],
        capture_output=True, text=True, encoding="utf-8", cwd=ROOT,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.jpg", "a.jpg"), ("Ünï cøde 写真.jpg", "Ünï cøde 写真.jpg"), (".hidden.png", ".hidden.png"),
        ("a:b.jpg", "a_b.jpg"), ('<"a|b*?>\\.png', "__a_b____.png"), ("tab\there\x00.jpg", "tab_here_.jpg"),
        ("ends. . ", "ends"), ("...", "_"), ("", "_"), ("con", "_con"), ("CON.jpg", "_CON.jpg"),
        ("nul .tar.gz", "_nul .tar.gz"), ("Aux", "_Aux"), ("com1.png", "_com1.png"), ("COM¹", "_COM¹"),
        ("lpt9.x", "_lpt9.x"), ("conin$", "_conin$"), ("prn.", "_prn"), ("com10.jpg", "com10.jpg"),
        ("console.jpg", "console.jpg"), ("nullable", "nullable"), ("con.", "_con"),
    ],
)  # fmt: skip
def test_names_are_changed_where_windows_cannot_hold_them_and_only_there(name, expected):
    assert holdable(name) == expected
    assert holdable(expected) == expected


@pytest.mark.parametrize(
    "name", ["a" * 200 + ".jpg", "a" * (LONGEST_NAME - 13) + ". .x" + "y" * 40, "CON." + "x" * 300]
)
def test_a_long_name_that_is_cut_is_still_one_that_every_system_holds(name):
    short = safe_name(name)
    assert len(short) <= LONGEST_NAME + 1
    assert holdable(short) == short


def test_what_is_unpacked_lies_under_names_that_every_system_holds_and_the_scan_says_so(
    tmp_path, photographs
):
    names = ["plain.jpg", "con.jpg", "a:b.jpg", "a_b.jpg", "trip ./aux/last.jpg"]
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as packed:
        for name, path in zip(names, photographs(tmp_path / "some", len(names)), strict=True):
            packed.write(path, name)
    workspace = Workspace(tmp_path / "w")
    report = scan(workspace, [tmp_path / "more.zip"])
    assert (report.images, report.problems) == (5, ())
    archive = f"{tmp_path}/more.zip"
    assert report.renamed == {
        f"{archive}/a:b.jpg": "a_b.jpg",
        f"{archive}/con.jpg": "_con.jpg",
        f"{archive}/trip ./aux/last.jpg": "trip/_aux/last.jpg",
    }
    lines = "\n".join(scan_lines(workspace, report))
    assert "3 files unpacked under another name:" in lines
    assert "con.jpg: now _con.jpg" in lines
    assert scan(workspace).renamed == report.renamed  # unpacked before, and still said


class WindowsNames:
    """`os` as far as the table of files uses it, with the paths of Windows."""

    sep, path = "\\", ntpath
    fsencode, fsdecode = staticmethod(os.fsencode), staticmethod(os.fsdecode)
    fspath = staticmethod(os.fspath)


def test_the_table_of_files_names_what_lies_inside_alike_on_every_system(monkeypatch):
    home = r"C:\work\w.contrast"
    inside = ImageFile(home + r"\imports\ab\photo.jpg", home)
    outside = ImageFile(r"D:\photos\a.jpg", r"D:\photos")
    for module in (file_table, places, texts):
        monkeypatch.setattr(module, "os", WindowsNames)
    stored = file_table.encode_files([inside, outside], home)
    assert file_table.decode_files(stored, home) == (inside, outside)
    monkeypatch.undo()
    here = {file.location for file in file_table.decode_files(stored, "/w.contrast")}
    assert "/w.contrast/imports/ab/photo.jpg" in here


@pytest.mark.parametrize("refusals", [0, 1, 4])
def test_a_file_that_somebody_has_open_for_a_moment_is_waited_for(refusals, monkeypatch):
    monkeypatch.setattr(atomic_files, "OPEN_FILES_STAY", True)
    left = [PermissionError(13, "in use")] * refusals

    def act():
        if left:
            raise left.pop()
        return "done"

    assert patiently(act) == "done"


def test_a_file_that_stays_open_is_refused_in_the_end_and_at_once_where_that_is_no_reason(
    monkeypatch,
):
    tries = []

    def act():
        tries.append(1)
        raise PermissionError(13, "not yours")

    with pytest.raises(PermissionError):
        patiently(act)
    assert len(tries) == 1
    monkeypatch.setattr(atomic_files, "OPEN_FILES_STAY", True)
    monkeypatch.setattr(atomic_files, "_WAITS", (0, 0, 0))
    with pytest.raises(PermissionError):
        patiently(act)
    assert len(tries) == 5


@pytest.mark.slow
def test_every_module_and_a_whole_journey_do_without_what_windows_lacks(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", str(ROOT / "tests" / "fixtures" / "as_on_windows.py"), str(tmp_path)],
        capture_output=True, text=True, encoding="utf-8",
        # stated, or scikit-learn counts cores by a call that is taken away here, not on Windows
        env=os.environ | {"PYTHONPATH": str(ROOT), "TZ": "Asia/Kolkata", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "12 images, 3 clusters, 12 rows, 1 renamed"
