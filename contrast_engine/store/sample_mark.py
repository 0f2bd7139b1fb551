"""The small file that says of a workspace that it is the sample, and what of it is made."""

from contrast_engine.simulated import is_simulated
from contrast_engine.store.atomic_files import read_json, write_json
from contrast_engine.store.workspace import Workspace

MARK = "sample.json"


def is_sample(workspace: Workspace) -> bool:
    """Whether a workspace was made from the sample photographs, with simulated annotators."""
    return (workspace.root / MARK).is_file()


def finished_parts(workspace: Workspace) -> tuple[str, ...]:
    """The parts of the sample that are made, in order; none of any other workspace."""
    return tuple((read_json(workspace.root / MARK) or {}).get("parts", ()))


def finish_part(workspace: Workspace, part: str) -> None:
    """Remember that a part is made, so that it is not made again."""
    parts = dict.fromkeys((*finished_parts(workspace), part))
    write_json(workspace.root / MARK, {"parts": list(parts)})


def people_in(workspace: Workspace) -> tuple[str, ...]:
    """Everyone but simulated annotators who labelled, compared, named, chose or saved something."""
    found = {
        *workspace.labels.everyone(),
        *workspace.comparisons.everyone(),
        *(one.who for one in workspace.selections.saved()),
        *(one.who for one in workspace.decisions() if one.before is not None),
    }
    return tuple(sorted(name for name in found if not is_simulated(name)))
