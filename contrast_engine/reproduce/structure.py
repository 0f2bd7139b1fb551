"""Maps and clusterings: the commands that make them, edits by hand and names included."""

from dataclasses import replace
from typing import TypeVar

from contrast_engine.arrays import Json
from contrast_engine.clusterings import clusterings
from contrast_engine.options import options_of
from contrast_engine.projections import projections
from contrast_engine.registry import Registry
from contrast_engine.reproduce.command import WS, CannotRebuild, Command, Option, Place
from contrast_engine.reproduce.planner import Builder, Planner
from contrast_engine.simulated import is_simulated
from contrast_engine.steps.in_use import PLACED
from contrast_engine.steps.structure.edit_clusters import STEP as EDITED
from contrast_engine.steps.structure.name_clustering import clustering_names
from contrast_engine.steps.structure.placed import fitted_key
from contrast_engine.steps.structure.taxonomy import fine_cut, taxonomy
from contrast_engine.store import Event, Manifest

T = TypeVar("T")

MOST_NAMED = 50
"""More images than this are named in a file of the record, not on the command line."""


def build_map(planner: Planner, made: Manifest) -> None:
    """`contrast project`."""
    needs_space(planner, made.inputs[0])
    for key in made.inputs[1:]:  # tables of features and attributes that are its axes
        planner.needs(key)
    method = projections.present_name(made.recipe["method"])
    options = method_options(method_of(projections, made.recipe), made)
    planner.add("project", WS, method, options=[*options, *on(made), *seed(made)],
                makes=(made.key,))  # fmt: skip


def build_clustering(planner: Planner, made: Manifest) -> None:
    """`contrast cluster`, after the clustering that it follows."""
    needs_space(planner, made.inputs[0])
    follows: list[Option] = []
    if len(made.inputs) > 1:
        planner.needs(made.inputs[1])
        planner.use("clusterings", made.inputs[1])
        follows = [("--follow", None)]
    method = str(made.recipe["method"])
    options = method_options(method_of(clusterings, made.recipe), made)
    fine = [("--fine", str(n))] if (n := fine_cut(planner.workspace, made.key)) else []
    planner.add("cluster", WS, method, options=[*options, *on(made), *seed(made), *follows, *fine],
                makes=(made.key,))  # fmt: skip


def build_edited(planner: Planner, made: Manifest) -> None:
    """`contrast edit-clusters`, every change and every undoing in the order of the log."""
    if int(made.details.get("placed", 0)):
        refuse_placed(planner, made)
    base = made.inputs[1]
    events = planner.workspace.edits.events(base)
    if made.recipe["edits"] != [event.body for event in events if not event.is_undone]:
        raise CannotRebuild("its clusters were changed further by hand since")
    planner.needs(base)
    planner.use("clusterings", base)
    for _, event, is_undo in _in_order(events):
        who = who_option(event.who)
        if is_undo:
            planner.add("edit-clusters undo", WS, options=who)
        else:
            _add_edit(planner, event, who)
    planner.commands[-1] = replace(planner.commands[-1], makes=(made.key,))


def refuse_placed(planner: Planner, made: Manifest) -> None:
    """Rows that were placed as images came are not made again from all of them at once."""
    n = int(made.details.get("placed", 0))
    raise CannotRebuild(
        f"{n:,} of its images were placed after it was fitted, and all of them come at once when a "
        f"record is run; the one it was fitted as is {fitted_key(made)}"
    )


def build_choose_k(planner: Planner, made: Manifest) -> None:
    """`contrast cluster --choose-k`."""
    needs_space(planner, made.inputs[0])
    method = str(made.recipe["method"])
    options = method_options(method_of(clusterings, made.recipe), made)
    planner.add("cluster", WS, method, options=[*options, *on(made), *seed(made),
                ("--choose-k", None)], makes=(made.key,))  # fmt: skip


BUILDERS: dict[str, Builder] = {
    "project": build_map,
    "cluster": build_clustering,
    EDITED.partition("@")[0]: build_edited,
    "choose-k": build_choose_k,
    PLACED.partition("@")[0]: refuse_placed,
}


def needs_space(planner: Planner, space: str) -> None:
    """Have what a space was fitted on made before what comes next."""
    recipe = planner.workspace.models.recipe(space) or {}
    parts = [planner.workspace.models.recipe(part) or {} for part in recipe.get("parts", ())]
    sources = [one.get("input") for one in parts or [recipe]]
    if not all(sources):
        raise CannotRebuild("the space that it was made in is not kept any more")
    for source in sources:
        planner.needs(str(source))


def method_of(methods: Registry[T], recipe: Json) -> T:
    """The method of a stored result, as it was then.

    Raises:
        CannotRebuild: It is of a plugin of another version.
        UnknownName: It is not installed.
    """
    found, then = methods.stored(recipe), recipe.get("plugin", "")
    now = methods.made_by(str(recipe.get("method", recipe.get("encoder")))).get("plugin", "")
    if now != then:
        here = f"{now} is installed" if now else "now this program has one of that name"
        raise CannotRebuild(f"it was made by {then or 'this program'}, and {here}")
    return found


def method_options(method: type, made: Manifest) -> list[Option]:
    """Every option of a method as the command line takes it.

    Raises:
        CannotRebuild: A value that the command line cannot say, or that the method has no more.
    """
    known = {option.name: option for option in options_of(method)}
    said: list[Option] = []
    for name, value in (made.recipe.get("options") or {}).items():
        declared = known.get(name)
        if declared is None:
            raise CannotRebuild(f"{made.recipe.get('method')} has no option {name} any more")
        text = str(value).lower() if isinstance(value, bool) else str(value)
        again = declared.parse(text)
        if (type(again), again) != (type(value), value):
            raise CannotRebuild(
                f"its option {name} was given as {value!r}, which the command line reads as "
                f"{again!r}, another question"
            )
        said.append(("-o", f"{name}={text}"))
    return said


def on(made: Manifest) -> list[Option]:
    """The space that a result was asked in."""
    where = str(made.details.get("on", "features"))
    return [] if where == "features" else [("--on", where)]


def seed(made: Manifest) -> list[Option]:
    """The seed of a result."""
    return [] if made.seed is None else [("--seed", str(made.seed))]


def add_names(planner: Planner, key: str) -> None:
    """Add the names of the clusters in use, of their finer groups, and of every clustering."""
    workspace = planner.workspace
    if planner.in_use.get("clusterings") == key:
        by = workspace.labels.cluster_namers(key)
        for cluster, name in workspace.labels.cluster_names(key).items():
            planner.add("label name", WS, str(cluster), name, options=who_option(by[cluster]))
        kept = taxonomy(workspace, key)
        for place, name in (kept.names if kept else {}).items():
            planner.add("label name", WS, place, name)
    for named, name in clustering_names(workspace).items():
        if name and named in planner.done:
            if name.startswith("-"):
                why = f"no command takes a name that begins with -, as {name!r}"
                planner.refuse(f"the name of clustering {named}", why)
            else:
                planner.commands.append(Command(("clusterings", WS, "--name", named, name)))


def _in_order(events: tuple[Event, ...]) -> list[tuple[int, Event, bool]]:
    """Every change and every undoing of one, as they came."""
    steps = [(event.seq, event, False) for event in events]
    steps += [(event.undone, event, True) for event in events if event.undone is not None]
    return sorted(steps, key=lambda step: step[0])


def _add_edit(planner: Planner, event: Event, who: list[Option]) -> None:
    edit = event.body
    options = list(who)
    if edit["kind"] == "merge":
        options += [("--cluster", str(cluster)) for cluster in edit["clusters"]]
    else:
        options += image_options(planner, edit["images"], f"images-of-edit-{event.seq}.txt")
    if edit["kind"] == "move":
        options.append(("--into", str(edit["into"])))
    planner.add(f"edit-clusters {edit['kind']}", WS, options=options)


def image_options(planner: Planner, images: list[str], file: str) -> list[Option]:
    """Some images as options; many of them in a file."""
    if len(images) <= MOST_NAMED:
        return [("--image", image) for image in images]
    planner.add_file(file, "".join(f"{image}\n" for image in images).encode())
    return [("--from", Place(file))]


def who_option(name: str) -> list[Option]:
    """By whom; a name that no person can have is left to the log that it is in."""
    return [] if is_simulated(name) or name.startswith("(") else [("--who", name)]
