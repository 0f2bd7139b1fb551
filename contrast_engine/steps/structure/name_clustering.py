"""name_clustering: what people call the clusterings of a workspace."""

from collections.abc import Mapping

from contrast_engine.errors import UnknownName
from contrast_engine.store import Workspace
from contrast_engine.store.label_types import label_name

_TOPIC = "names of runs"


def clustering_names(workspace: Workspace) -> Mapping[str, str]:
    """The names that people gave to clusterings, by key; "" for one that was taken back."""
    events = workspace.edits.events(_TOPIC)
    return {e.body["key"]: e.body["name"] for e in events if not e.is_undone}


def name_clustering(workspace: Workspace, key: str, name: str, who: str = "me") -> None:
    """Call a clustering by a name; an empty one gives it back the name of its method.

    Raises:
        OptionError: The name cannot be one.
        UnknownName: There is no such clustering.
    """
    if key not in {one.key for one in workspace.artifacts("clusterings")}:
        raise UnknownName(f"no clustering {key!r} in this workspace")
    clean = label_name(name) if name.strip() else ""
    workspace.edits.append(_TOPIC, who, {"key": key, "name": clean})
