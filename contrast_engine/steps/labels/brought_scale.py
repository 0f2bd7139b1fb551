"""brought_scale: the order from low to high that labels of another workspace bring along."""

import shlex

from contrast_engine.store import Workspace


def brought_scale(
    workspace: Workspace, scale: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The order that becomes that of the workspace, empty for none, and sentences about it.

    Args:
        workspace: Whose labels; an order is only taken over where there are none yet.
        scale: The labels of the file from low to high; empty where they have no order.
    """
    known = workspace.labels.label_set()
    if not scale or (known.is_ordered and known.labels[: len(scale)] == scale):
        return (), ()
    words = f"the labels of the file go {' < '.join(scale)}"
    if not known.labels:
        return scale, (f"{words}, and so they do here",)
    named = " ".join(f"--label {shlex.quote(name)}" for name in scale)
    return (), (
        f"{words}; here their order is another or none, and agreement counts it: "
        f"contrast label define WS --ordered {named}",
    )
