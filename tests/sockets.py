"""What a process and its children say to other machines: watched from outside and from inside.

From outside, by /proc: every socket that is neither listening nor joins two ends on this machine.
From inside, by an audit hook that every Python process loads at its start: each connection and each
look-up of a name, those between two looks at /proc too.
"""

import ast
import ipaddress
import json
import os
import sys
import threading
from pathlib import Path
from typing import Self

import pytest

needs_proc = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="sockets of processes are read from /proc"
)

HOOK = """
import json, os, sys

def hook(event, given):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        said = given[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        said = given[0]
    else:
        return
    with open(os.environ["CONTRAST_TEST_SOCKETS"], "a") as file:
        file.write(json.dumps([event, repr(said), sys.argv]) + "\\n")

sys.addaudithook(hook)
"""

LISTENING = "0A"
SECONDS = 0.02
HERE = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "")


class Outgoing:
    """Watches the processes below one, from `start` on until the block ends.

    Args:
        folder: Where the hook and what it writes lie.
    """

    def __init__(self, folder: Path) -> None:
        self._log = folder / "sockets.jsonl"
        self._log.touch()
        hooks = folder / "hooks"
        hooks.mkdir(exist_ok=True)
        (hooks / "sitecustomize.py").write_text(HOOK)
        paths = [str(hooks), *filter(None, [os.environ.get("PYTHONPATH")])]
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(paths),
            "CONTRAST_TEST_SOCKETS": str(self._log),
            "OMP_NUM_THREADS": "1",
        }
        self.seen: set[tuple[str, str, str]] = set()
        self.looks = 0
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, pid: int) -> None:
        """Look at this process and its children from now on."""
        self._thread = threading.Thread(target=self._watch, args=(pid,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread:
            self._thread.join()

    @property
    def calls(self) -> list[list[str]]:
        """Every connection and look-up that a Python process made."""
        return [json.loads(line) for line in self._log.read_text(encoding="utf-8").splitlines()]

    @property
    def left(self) -> list[str]:
        """What was said to other machines, or asked of them."""
        sockets = [f"{kind} to {remote} by {name}" for kind, remote, name in sorted(self.seen)]
        return sockets + [f"{event} {said}" for event, said, _ in self.calls if not _is_here(said)]

    def _watch(self, pid: int) -> None:
        while not self._over.wait(SECONDS):
            self.seen |= outgoing(pid)
            self.looks += 1


def outgoing(pid: int) -> set[tuple[str, str, str]]:
    """Sockets of a process and its children that reach other machines: kind, where to, whose."""
    kinds = _open_sockets()
    found = set()
    for each in _family(pid):
        for inode in _inodes(each):
            if inode in kinds:
                found.add((*kinds[inode], _name(each)))
    return found


def _open_sockets() -> dict[str, tuple[str, str]]:
    found = {}
    for kind in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
        table = Path(f"/proc/net/{kind}")
        for line in table.read_text(encoding="utf-8").splitlines()[1:] if table.exists() else ():
            words = line.split()
            remote, state, inode = words[2], words[3], words[9]
            if state == LISTENING and kind.startswith("tcp"):
                continue
            address = _address(remote.partition(":")[0])
            if kind.startswith("udp") and address.is_unspecified:
                address = _address(words[1].partition(":")[0])  # connected to nobody: bound where?
            if not address.is_loopback:
                found[inode] = (kind, f"{address}:{int(remote.partition(':')[2], 16)}")
    return found


def _address(hexed: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    raw = bytes.fromhex(hexed)
    turned = b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
    found = ipaddress.ip_address(turned)
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped or found


def _family(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            try:
                stat = (each / "stat").read_text(encoding="utf-8")
            except OSError:
                continue
            children.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(each.name))
    found, ahead = [], [pid]
    while ahead:
        one = ahead.pop()
        found.append(one)
        ahead += children.get(one, [])
    return found


def _inodes(pid: int) -> list[str]:
    found = []
    try:
        for each in Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = str(each.readlink())
            except OSError:
                continue
            if target.startswith("socket:["):
                found.append(target[8:-1])
    except OSError:
        pass
    return found


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return "?"


def _is_here(said: str) -> bool:
    """True of an address of this machine, or a path of a socket in its file system."""
    value = ast.literal_eval(said)
    host = value[0] if isinstance(value, tuple) else value
    if host is None or isinstance(host, bytes):
        return True
    return host in HERE or host.startswith(("/", "\0"))
