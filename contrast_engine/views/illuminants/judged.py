"""Methods judged where the light is known: what was found, the table, and where it went wrong."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine import figures
from contrast_engine.arrays import Json
from contrast_engine.figures.illuminants import SYMBOLS, Lights, error_plane, plane
from contrast_engine.illuminants.angles import angular_error
from contrast_engine.illuminants.estimators import ESTIMATORS
from contrast_engine.illuminants.evaluation import N_FOLDS
from contrast_engine.illuminants.planckian import temperature
from contrast_engine.steps.illuminants.evaluate import STEP
from contrast_engine.store.collection import file_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.illuminants.chromaticity import places, plane_of
from contrast_engine.views.illuminants.one_image import Estimate, described
from contrast_engine.views.input_checks import sentence

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

COLUMNS = {
    "mean": "Mean", "median": "Median", "trimean": "Trimean", "best25": "Best 25%",
    "worst25": "Worst 25%", "p95": "P95", "max": "Max",
}  # fmt: skip


@dataclass(frozen=True)
class WorstCase:
    """An image that a method errs on.

    Args:
        file: Its name.
        image: Its id, where it is in the collection.
        error: Degrees.
        truth: Its light.
    """

    file: str
    image: ImageId | None
    error: float
    truth: Estimate


def reports(workspace: Workspace) -> dict[str, str]:
    """The keys of all reports, newest first, each with what it was judged on."""
    found = [made for made in workspace.artifacts("reports") if made.step == STEP]
    return {
        made.key: f"{_on(made.details)}, seed {made.seed}, {made.details['seeds']} fits of each"
        for made in found
    }


def verdict(details: Json) -> str:
    """What to use and why, as a sentence."""
    return sentence(str(details["verdict"]).replace("; synthetic: ", ". Synthetic: "))


def basis_words(details: Json, seed: int | None) -> str:
    """What the numbers rest on: how many images, what was learnt from, seeds and intervals."""
    learnt = (
        f"options were chosen and models fitted on {details['n_train']:,} other images"
        if details["n_train"]
        else f"options were chosen and models fitted on the other folds ({N_FOLDS} folds, blocks "
        "in file order within each camera)"
    )
    shared = details["also_in_train"]
    left = f" {shared:,} of the images to learn from are judged on; left out." if shared else ""
    return (
        f"n = {details['n']:,} {_on(details).partition(' ')[2]}; {learnt}. A learned method was "
        f"fitted {details['seeds']} times (first seed {seed or 0}) and its numbers are means of "
        "these. Intervals: 95% bootstrap of the mean over images, scenes drawn whole where they "
        "are known; the seeds share the images. Of several learned methods that may be found "
        "better, each difference leaves out its share (Bonferroni); the best statistical method "
        f"was chosen on these images, which flatters it. All in degrees, lower is better.{left}"
    )


def rows(details: Json) -> list[Json]:
    """One row per method, the least mean error first."""
    order = sorted(details["methods"].items(), key=lambda named: named[1]["mean"])
    return [
        {
            "Method": _title(name),
            "Offered": "use this" if name == details["best"] else "",
            **{title: one[part] for part, title in COLUMNS.items()},
            "95% interval": f"{one['low']:.2f} to {one['high']:.2f}",
            "Reproduction": one["reproduction_mean"],
            "Against the best": _against(one, details),
        }
        for name, one in order
    ]


def left_out_words(details: Json) -> str:
    """Methods that were not fitted and images that were not used, and why; "" where none."""
    said = [f"{_title(name)} was not fitted: {why}." for name, why in details["left_out"].items()]
    problems = details["problems"]
    if problems:
        first = problems[0]
        said.append(f"{len(problems):,} images were not used; {first['path']}: {first['reason']}.")
    return " ".join(said)


def methods(details: Json) -> dict[str, str]:
    """Every judged method with its words, the one to use first."""
    order = sorted(details["methods"], key=lambda name: name != details["best"])
    return {name: _title(name) for name in order}


def worst(details: Json, method: str, count: int) -> tuple[WorstCase, ...]:
    """The images that a method errs most on, the worst first."""
    errors = details["errors"][method]
    order = sorted(range(len(errors)), key=lambda row: -errors[row])[:count]
    ids = details.get("images") or [None] * len(errors)
    return tuple(
        WorstCase(
            details["files"][row],
            ImageId(ids[row]) if ids[row] else None,
            errors[row],
            described("True light", details["truths"][row]),
        )
        for row in order
    )


def error_map(details: Json, method: str) -> "Figure":
    """Where the true lights lie, each coloured by the error; a click gives the image's id."""
    is_camera = not details["is_synthetic"]
    errors = np.asarray(details["errors"][method], np.float64)
    ids = details.get("images") or [None] * len(errors)
    said = [
        f"{file_name(file)}: {error:.1f}°"
        for file, error in zip(details["files"], errors.tolist(), strict=True)
    ]
    where = places(details["truths"], is_camera=is_camera)
    return error_plane(where, errors, said, [i or "" for i in ids], plane_of(is_camera=is_camera))


def sorted_errors(details: Json) -> "Figure":
    """The errors of every method from the lowest to the highest."""
    series = {}
    for name, errors in details["errors"].items():
        ordered = np.sort(np.asarray(errors, np.float64))
        series[_title(name)] = (100 * (np.arange(len(ordered)) + 0.5) / len(ordered), ordered)
    return figures.curve(
        series, x_title="images, from the lowest error", x_unit="%",
        y_title="angular error", y_unit="degrees",
    )  # fmt: skip


def known_light(
    details: Json, image: ImageId
) -> tuple[Estimate, dict[str, tuple[Estimate, float]]] | None:
    """The true light of an image and every method's estimate with its error, where it is known.

    Only where a table said so: a relit photograph has another light than the picture shown.
    """
    ids = details.get("images") or []
    if details["is_synthetic"] or str(image) not in ids:
        return None
    row = ids.index(str(image))
    truth = described("True light", details["truths"][row])
    found = {}
    for name, every in details["estimates"].items():
        error = float(angular_error(every[row], details["truths"][row])[0])
        found[name] = described(_title(name), every[row]), error
    return truth, found


def known_plane(truth: Estimate, methods: dict[str, tuple[Estimate, float]]) -> "Figure":
    """A true light and the estimates of it on the plane of linear colours of the camera."""
    groups = [_on_camera(truth, "true light", "star", 18)]
    symbols = [*SYMBOLS, *["circle"] * len(methods)]
    groups += [
        _on_camera(one, f"{error:.1f}° off", symbol, 13)
        for (one, error), symbol in zip(methods.values(), symbols, strict=False)
    ]
    return plane(groups, plane_of(is_camera=True))


def put_in(case: WorstCase) -> dict[str, str]:
    """The address of the sliders that relight a photograph as it was relit here."""
    warmth = temperature(case.truth.light)
    if warmth.cct is None or warmth.duv is None:
        return {}
    return {"cct": f"{50 * round(warmth.cct / 50)}", "tint": f"{warmth.duv:.3f}"}


def _on_camera(one: Estimate, said: str, symbol: str, size: int) -> Lights:
    where = places(one.light, is_camera=True)
    return Lights(one.title, where, [one.colour], [f"{one.title}: {said}"],
                  symbol=symbol, size=size)  # fmt: skip


def _title(name: str) -> str:
    return ESTIMATORS[name].title if name in ESTIMATORS else name.replace("-", " ").capitalize()


def _on(details: Json) -> str:
    what = "photographs relit (synthetic)" if details["is_synthetic"] else "images of known light"
    return f"{details['n']:,} {what}"


def _against(one: Json, details: Json) -> str:
    found = one["against_best_statistical"]
    if found is None:
        return "the best" if one is details["methods"][details["best_statistical"]] else ""
    return f"{found['mean']:+.2f} ({found['low']:+.2f} to {found['high']:+.2f})"
