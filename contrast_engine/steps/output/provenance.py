"""What an export was made from, for the footer of its file."""

import json
from importlib.metadata import PackageNotFoundError, version

from contrast_engine.features import FEATURE_VERSION
from contrast_engine.steps.output.issue_summary import issue_summary
from contrast_engine.store import Workspace

FROM = {"model": "predictions", "map": "maps", "clustering": "clusterings", "features": "features"}
"""Kinds of results by the name under which their key stands."""


def provenance(workspace: Workspace, *, with_issues: bool = False) -> dict[str, str]:
    """Product and version, version of the features, and the keys of what was in use.

    The same workspace gives the same; what is not there has no entry.

    Args:
        workspace: The workspace.
        with_issues: Whether to add which issues were looked for, with their thresholds, as JSON.
    """
    keys = {name: workspace.current(kind) for name, kind in FROM.items()}
    said = {
        "product": f"contrast-engine {product_version()}",
        "product_version": product_version(),
        "feature_version": str(FEATURE_VERSION),
        **{name: key for name, key in keys.items() if key},
    }
    if with_issues:
        said["issue_summary"] = json.dumps(list(issue_summary(workspace)), ensure_ascii=False)
    return said


def product_version() -> str:
    """The version of this package; "unknown" where it runs without being installed."""
    try:
        return version("contrast-engine")
    except PackageNotFoundError:
        return "unknown"
