"""plan: the commands that make every result in use again, and what none makes."""

from collections.abc import Iterable
from dataclasses import dataclass

from contrast_engine.reproduce import collection, evidence, models, said, structure
from contrast_engine.reproduce.collection import Originals, originals
from contrast_engine.reproduce.command import Cannot, Command
from contrast_engine.reproduce.planner import ENCODERS, Planner
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.store.artifacts import KINDS, Manifest
from contrast_engine.store.in_use import CHOSEN
from contrast_engine.store.workspace import Workspace

PARTS = (ENCODERS,)
"""What can be left out."""

BUILDERS = {
    "measure": collection.build_features,
    **structure.BUILDERS,
    **models.BUILDERS,
    **evidence.BUILDERS,
}

ORDER = ("attributes", "embeddings", "clusterings", "maps", "predictions")
"""In which order the kinds of results are made, as far as they do not need each other."""

ASIDE = ("sensitivity", "shortcuts", "views", "choose-k", "complexity", "judge_illuminants",
         "illuminant_grid", "downstream")  # fmt: skip
"""Reports beside that of the evidence; of each question the newest counts."""


@dataclass(frozen=True)
class Expected:
    """A result that the commands should make, with its key."""

    kind: str
    key: str


@dataclass(frozen=True)
class Plan:
    """How a workspace is made again.

    Args:
        name: Of the workspace.
        commands: In their order.
        cannot: What none of them makes.
        files: The files of the record, by name.
        expected: The results that should be there afterwards, in the order they are made.
        in_use: The results that should be in use then, by kind.
        decisions: Who chose what is in use, and why, in words.
        originals: Whether the files are as they were.
        without: What was left out on request.
    """

    name: str
    commands: tuple[Command, ...]
    cannot: tuple[Cannot, ...]
    files: dict[str, bytes]
    expected: tuple[Expected, ...]
    in_use: dict[str, str]
    decisions: tuple[str, ...]
    originals: Originals
    without: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """How long the training of its encoders took then."""
        return sum(command.seconds for command in self.commands)


def plan(workspace: Workspace, without: Iterable[str] = ()) -> Plan:
    """The commands that make every result in use again; the workspace is only read.

    Args:
        workspace: The workspace.
        without: What is left out: "encoders", with all that is made of them.
    """
    planner = Planner(workspace, BUILDERS, models.train, without)
    collection.add_scan(planner)
    said.add_labels(planner)
    collection.add_removals(planner)
    used = {kind: key for kind in KINDS if (key := workspace.current(kind))}
    if "features" in used:
        planner.make(used["features"])
    for kind in ORDER:
        for key in _of_kind(workspace, kind, used):
            planner.make(key)
    structure.add_names(planner, used.get("clusterings", ""))
    said.add_selections(planner)
    for made in _aside(workspace):
        planner.make(made.key)
    if "reports" in used:
        planner.make(used["reports"])
    for kind in CHOSEN:
        planner.use(kind, used.get(kind))
    now = {kind: key for kind, key in used.items() if key in planner.done}
    return Plan(
        workspace.name,
        tuple(planner.commands),
        tuple(planner.cannot.values()),
        planner.files,
        tuple(Expected(kind, key) for key, kind in planner.done.items()),
        now,
        tuple(_decisions(workspace)),
        originals(workspace),
        tuple(without),
    )


def _of_kind(workspace: Workspace, kind: str, used: dict[str, str]) -> tuple[str, ...]:
    if kind == "attributes":
        return tuple(dict.fromkeys(attribute_tables(workspace).values()))
    return (used[kind],) if kind in used else ()


def _aside(workspace: Workspace) -> list[Manifest]:
    """The newest report of every question beside the evidence, oldest first."""
    found: dict[str, Manifest] = {}
    for made in workspace.artifacts("reports"):
        step = made.step.partition("@")[0]
        if step in ASIDE:
            found.setdefault(f"{step} {sorted(made.recipe.items())!r}", made)
    return list(reversed(found.values()))


def _decisions(workspace: Workspace) -> list[str]:
    words = []
    for kind in CHOSEN:
        decision = workspace.decision(kind)
        if decision is not None and decision.is_choice:
            why = f": {decision.why}" if decision.why else ""
            words.append(f"{kind} {decision.key} chosen by {decision.who}, {decision.at}{why}")
    return words
