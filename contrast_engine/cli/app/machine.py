"""What this machine has: a free port, a browser, a place for data, the app's own files."""

import os
import socket
import sys

from contrast_engine.app_folder import app_folder
from contrast_engine.browsers import chromium
from contrast_engine.data_folder import data_folder

__all__ = ["app_folder", "chromium", "data_folder", "has_display", "port_is_free"]


def port_is_free(host: str, port: int) -> bool:
    """Whether a server could listen here."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: a port in TIME_WAIT after a restart counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def has_display() -> bool:
    """Whether a browser window could be shown; a text browser in the terminal is no help."""
    if sys.platform == "darwin" or os.name == "nt":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
