"""Which model scored the new images last, where that is not the one in use."""

from datetime import datetime

from contrast_engine.errors import UnknownName
from contrast_engine.monitor import MonitorLog
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.in_use import result_name


def scored_by_another(workspace: Workspace, log: MonitorLog) -> str:
    """That the last batch was scored by a model that is not in use, in words; empty where it was.

    A service goes on with the model that it was started with, and so does a saved model file.
    """
    last, used = log.batches(last=1), workspace.current("predictions")
    if not last or used is None or last[0].model == used:
        return ""
    try:
        name = result_name(workspace, last[0].model)
    except UnknownName:
        name = "a model that this collection does not hold"
    n, at = last[0].images, datetime.fromisoformat(last[0].at).astimezone()
    return (
        f"Out of date: the last batch ({n:,} {'image' if n == 1 else 'images'}, "
        f"{at:%d %b %Y, %H:%M}) was scored by {name}, which is not in use. In use is "
        f"{result_name(workspace, used)}: this page is about that one alone. Start what scores "
        "new images with it."
    )
