"""An image changed more and more, as a slide shows it: its pictures, and where its label flips."""

from collections.abc import Callable, Mapping

from contrast_engine.arrays import Json
from contrast_engine.counterfactual import KNOBS, Flip, Reading, Turned
from contrast_engine.figures import picture_png
from contrast_engine.store.collection import file_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.overview.slide import Picture
from contrast_engine.views.structure.cluster_marks import cluster_name, marks_in_use

NOTHING: Json = {
    "message": "No typical image can be changed now: the model abstains on each of them, or their "
    "files are gone.",
    "foot": "",
    "stops": [],
}


def change(workspace: Workspace, found: Turned | None, put: Callable[[bytes], str]) -> Json:
    """What the slide with a slider is drawn from.

    Args:
        workspace: Where the image is.
        found: The image at every strength; None where there is no such image.
        put: Gives the address of the bytes of a picture.
    """
    if found is None:
        return NOTHING
    names = {cluster: mark.name for cluster, mark in marks_in_use(workspace).items()}
    name = file_name(workspace.images.path(found.image))
    said = [
        {
            "turned": stop.turned,
            "picture": put(picture_png(stop.picture.rgb)),
            "judged": judged(stop.reading, found, names),
            "flipped": stop.reading.judged(found.subject)
            != found.stops[0].reading.judged(found.subject),
        }
        for stop in found.stops
    ]
    return {
        "message": _message(found, names),
        "foot": _foot(found, name, _space(workspace, found)),
        "picture": vars(Picture(found.image, name)),
        "knob": KNOBS[found.knob].title,
        "flip": KNOBS[found.knob].turned(found.flip.flipped) if found.flip else None,
        "stops": said,
    }


def judged(reading: Reading, found: Turned, names: Mapping[int, str]) -> str:
    """How one state of the image is judged: the label with its probability, or the cluster.

    Args:
        reading: What was measured.
        found: Which judgement is watched.
        names: Of the clusters.
    """
    if found.subject == "cluster":
        return _called(str(reading.cluster), found, names)
    said = reading.prediction
    if said is None or said.label is None or said.probability is None:
        return "not judged"
    doubt = ", the model abstains" if said.abstains else ""
    return f"{said.label} ({said.probability:.0%}{doubt})"


def _called(what: str, found: Turned, names: Mapping[int, str]) -> str:
    return what if found.subject == "label" else cluster_name(int(what), dict(names))


def _message(found: Turned, names: Mapping[int, str]) -> str:
    title = KNOBS[found.knob].title.partition(":")[0]
    if found.flip is None:
        return f"{title} does not change the answer on this image."
    at = KNOBS[found.knob].turned(found.flip.flipped)
    before, after = (_called(one, found, names) for one in (found.flip.before, found.flip.after))
    return f"{title} of {at:.2f} turns {_quoted(before)} into {_quoted(after)}."


def _quoted(words: str) -> str:
    return f"\N{LEFT DOUBLE QUOTATION MARK}{words}\N{RIGHT DOUBLE QUOTATION MARK}"


def _space(workspace: Workspace, found: Turned) -> str:
    """The space in which the image is judged, in words."""
    key = workspace.current("predictions" if found.subject == "label" else "clusterings")
    return str(workspace.manifest(key).details.get("space", "")) if key else ""


def _foot(found: Turned, name: str, space: str) -> str:
    who = "label of the model" if found.subject == "label" else "nearest cluster"
    parts = [f"n = 1 image, {name}, measured anew at each strength; {who}, in {space}."]
    if found.flip is not None:
        parts.append(_checked(found.flip))
    parts.append(
        "The most typical image that is judged."
        if found.tried == 1
        else f"The first of {found.tried} typical images whose judgement flips."
        if found.flip
        else f"None of {found.tried} typical images flips."
    )
    return " ".join(parts)


def _checked(flip: Flip) -> str:
    if flip.is_verified:
        return "Read again from the file: confirmed."
    return "Read again from the file it came out otherwise; do not rely on it."
