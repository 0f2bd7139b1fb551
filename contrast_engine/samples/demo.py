"""The sample workspace: everything that a page can show, made part by part from the samples.

A part that is made is remembered and never made again, and none is made where there is something
of its kind already. Once a person labelled, compared or chose something there, only what was
measured, mapped and clustered is completed: nothing simulated is mixed with what people said.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from contrast_engine import steps
from contrast_engine.errors import CollectionError, ContrastError
from contrast_engine.monitor import MonitorLog
from contrast_engine.predict.model import TIERS, PredictionModel
from contrast_engine.predict.scoring.logged import log_of
from contrast_engine.predict.tiers.making import with_tiers
from contrast_engine.progress import Progress
from contrast_engine.samples import simulated_annotators as annotators
from contrast_engine.samples.new_images import make_new_images
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.store.sample_mark import finish_part, finished_parts, people_in
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId

ENCODER, EPOCHS = "rank", 3
LONGEST = 60
ASIDES = (" at all scales", " overall")
"""What a short name of a cluster can do without; its card says it in full."""

ALWAYS = "measured"
"""The part that is looked after every time: photographs may be new, and features better."""

Titled = Callable[[str], AbstractContextManager[Progress]]
Make = Callable[[Workspace, Path, Progress], None]


@dataclass(frozen=True)
class Part:
    """One part of the sample workspace.

    Args:
        name: What it is remembered by.
        words: What is being done, for who waits.
        make: Makes it, unless there is something of its kind already.
        is_simulated: It rests on what the simulated annotators say, or shows how that goes on.
    """

    name: str
    words: str
    make: Make
    is_simulated: bool = True


def build(
    workspace: Workspace, photographs: Path, titled: Titled, *, is_bare: bool = False
) -> tuple[str, ...]:
    """Make what is missing of the sample workspace; gives why a part was left out, if one was.

    Args:
        workspace: Where it is kept.
        photographs: The folder of the sample photographs, with `truth.csv`.
        titled: Gives the progress of a part of these words.
        is_bare: Only measure, map and cluster.
    """
    wanted = [part for part in PARTS if not (is_bare and part.is_simulated)]
    done = finished_parts(workspace)
    left_out: list[str] = []
    for number, part in enumerate(wanted, start=1):
        if part.name in done and part.name != ALWAYS:
            continue
        if part.is_simulated and (people := people_in(workspace)):
            return (*left_out, f"{', '.join(people)} worked in it: nothing simulated is added")
        with titled(f"{number} of {len(wanted)}: {part.words}") as progress:
            try:
                part.make(workspace, photographs, progress)
            except ContrastError as problem:
                left_out.append(f"{part.words}: {problem}")
                continue
        finish_part(workspace, part.name)
    return tuple(left_out)


def _gather(workspace: Workspace, photographs: Path, progress: Progress) -> None:
    """Measure them; where that was killed, small copies are missing that haze is told from."""
    steps.gather(workspace, [photographs], progress=progress)
    steps.look_for_haze(workspace, progress=progress)


def _maps(workspace: Workspace, _: Path, progress: Progress) -> None:
    if workspace.current("maps") is None:
        steps.project(workspace, "pca", progress=progress)
        steps.project(workspace, "tsne", use=False, progress=progress)


def _cluster(workspace: Workspace, _: Path, progress: Progress) -> None:
    if workspace.current("clusterings") is None:
        steps.cluster(workspace, "kmeans", progress=progress)


def _annotate(workspace: Workspace, photographs: Path, progress: Progress) -> None:
    """What the two simulated annotators say: names of clusters, labels and comparisons."""
    file = photographs / "truth.csv"
    if not file.is_file():
        raise CollectionError(f"{file} is missing, which says what was done to each photograph")
    of = {Path(path).name: image for image, path in workspace.images.paths.items()}
    changes = annotators.changes(file.read_text(encoding="utf-8"))
    known = {name: change for name, change in changes.items() if name in of}
    _name_clusters(workspace)
    if not workspace.labels.label_set().is_ordered:
        workspace.labels.define(annotators.LABELS, is_ordered=True, who=FIRST)
    _label(workspace, of, known)
    for pair in annotators.comparisons(known):
        workspace.comparisons.add(
            of[pair.left], of[pair.right], pair.answer, pair.who, token=pair.token
        )


def _label(workspace: Workspace, of: dict[str, ImageId], known: dict[str, float]) -> None:
    for one in annotators.labels(known):
        if one.label is None:
            workspace.labels.unsure([of[one.file]], one.who, annotators.WHY, token=one.token)
        else:
            workspace.labels.add([of[one.file]], one.label, one.who, annotators.WHY, one.token)


def _name_clusters(workspace: Workspace) -> None:
    """Name each cluster by what sets it apart most, in few words of the product."""
    key = workspace.current("clusterings")
    if key is None or workspace.labels.cluster_names(key):
        return
    for cluster, words in workspace.manifest(key).details["summary"].items():
        name = words.split(",")[0].strip().capitalize()[:LONGEST]
        for aside in ASIDES:
            name = name.replace(aside, "")
        if name:
            workspace.labels.name_cluster(key, int(cluster), name, FIRST)


def _model(workspace: Workspace, _: Path, progress: Progress) -> None:
    if workspace.current("predictions") is None:
        steps.pseudo_label(workspace, progress=progress)


def _tiers(workspace: Workspace, _: Path, progress: Progress) -> None:
    """Make and time the cheaper tiers of the model; no file of it is written anywhere."""
    with_tiers(workspace, PredictionModel.of(workspace), TIERS, progress=progress)


def _complexity(workspace: Workspace, _: Path, progress: Progress) -> None:
    if "complexity" not in attribute_tables(workspace):
        steps.judge_complexity(workspace, progress=progress)


def _illuminants(workspace: Workspace, _: Path, progress: Progress) -> None:
    steps.estimate_illuminants(workspace, progress=progress)


def _encoder(workspace: Workspace, _: Path, progress: Progress) -> None:
    key = steps.train(
        workspace, ENCODER, options={"epochs": EPOCHS}, precision="float32", progress=progress
    ).key
    steps.embed(workspace, key, use=False, progress=progress)
    steps.sensitivity(workspace, key, progress=progress)
    steps.shortcuts(workspace, key, progress=progress)


def _evidence(workspace: Workspace, _: Path, progress: Progress) -> None:
    if workspace.current("reports") is None:
        steps.validate(workspace, progress=progress)


def _new_images(workspace: Workspace, photographs: Path, progress: Progress) -> None:
    """Score images of two hazy days that were not there before."""
    if MonitorLog(log_of(workspace.root)).batches(last=1):
        return
    for folder in make_new_images(photographs, workspace.root):
        steps.predict_files(workspace, [str(folder)], progress=progress)


FIRST = annotators.ANNOTATORS[0].who

PARTS = (
    Part("measured", "taking in and measuring the sample photographs", _gather, False),
    Part("mapped", "mapping them", _maps, False),
    Part("clustered", "clustering them", _cluster, False),
    Part("annotated", "labelling and comparing them, simulated", _annotate),
    Part("model", "training a model on the simulated labels", _model),
    Part("tiers", "timing the cheaper tiers of the model", _tiers),
    Part("illuminants", "estimating the colour of their light", _illuminants),
    Part("complexity", "measuring their complexity", _complexity),
    Part("encoder", "training a small encoder and auditing it", _encoder),
    Part("evidence", "gathering the evidence", _evidence),
    Part("new images", "scoring simulated new images", _new_images),
)
"""What is made, in order."""
