"""The versions of what computes something."""

import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("contrast-engine", "numpy", "scipy", "scikit-learn", "opencv-python-headless", "pillow",
            "umap-learn", "openTSNE", "torch", "safetensors", "pyarrow")  # fmt: skip
"""What computes something, as far as it is installed."""


def versions() -> dict[str, str]:
    """The version of Python, of this program, and of every package that computes something."""
    found = {"Python": platform.python_version(), "System": platform.platform(terse=True)}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
