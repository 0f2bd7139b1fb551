"""Every score of complexity beside every baseline, judged on what people said."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.complexity.evaluation import Agreement, Difference, Resamples, best_of
from contrast_engine.complexity.with_scores import (
    Scored,
    by_forest,
    by_ridge,
    by_ridge_within,
    held_out,
)
from contrast_engine.progress import SILENT, Progress, in_parts

NAIVE = ("edge_density", "jpeg_bytes", "entropy", "subband_entropy", "gcf", "lc_mean")
"""Single numbers without training: the best of them is what a label-free score has to beat."""

NAIVE_RIDGE = "bytes_edges_regions"
FOREST = "random_forest"
_NAIVE_COLUMNS = ("jpeg_bytes", "edge_density", "regions")


@dataclass(frozen=True, eq=False)
class Inputs:
    """What is known about each scored image without its score.

    Args:
        label_free: Scores (n,) without any human number, by name; the first is the main one.
        features: (n, d) measured features of contrast.
        measures: (n, m) measures of complexity, named by `measure_names`.
        measure_names: m names.
        naive: (n,) each of the naive baselines, by name.
        embedding: (n, k) embedding, or None without one.
    """

    label_free: Mapping[str, Floats]
    features: Floats
    measures: Floats
    measure_names: tuple[str, ...]
    naive: Mapping[str, Floats]
    embedding: Floats | None = None

    @property
    def blocks(self) -> dict[str, Floats]:
        """The inputs of each ridge by name; the last is the main one."""
        both = np.column_stack([self.features, self.measures])
        blocks = {"contrast_features": self.features, "features": both}
        if self.embedding is not None:
            blocks["embedding"] = self.embedding
            blocks["embedding_and_features"] = np.column_stack([both, self.embedding])
        return blocks


def judge(inputs: Inputs, scored: Scored, seed: int, progress: Progress = SILENT) -> Json:
    """How far each score and baseline follows people, with intervals and paired differences.

    Everything fitted is judged on images it was not fitted on.

    Args:
        inputs: What is known about the images.
        scored: What people said about the same images.
        seed: Deals folds, grows trees, draws resamples.
        progress: Told on the way.
    """
    resamples = Resamples(scored, seed)
    *of_blocks, groups, naive, forest = in_parts(progress, *[1] * (len(inputs.blocks) + 2), 20)
    values = dict(inputs.label_free)
    parts = zip(inputs.blocks.items(), of_blocks, strict=True)
    ridges = {name: held_out(block, scored, by_ridge, seed, own) for (name, block), own in parts}
    main = list(ridges)[-1]
    models = {f"ridge_{name}": predicted for name, predicted in ridges.items()}
    models["ridge_within_groups"] = held_out(
        inputs.blocks[main], scored, by_ridge_within, seed, groups
    )
    at = [inputs.measure_names.index(name) for name in _NAIVE_COLUMNS]
    baselines = dict(inputs.naive)
    baselines[NAIVE_RIDGE] = held_out(inputs.measures[:, at], scored, by_ridge, seed, naive)
    baselines[FOREST] = held_out(inputs.features, scored, by_forest(seed), seed, forest)
    values |= models | baselines
    found = {name: resamples.agreement(column) for name, column in values.items()}
    return _document(found, values, resamples, scored, inputs, f"ridge_{main}", list(baselines))


def _document(
    found: dict[str, Agreement], values: dict[str, Floats], resamples: Resamples, scored: Scored,
    inputs: Inputs, main: str, baselines: list[str],
) -> Json:  # fmt: skip
    free = next(iter(inputs.label_free))
    naive = best_of({name: found[name] for name in inputs.naive})
    differences = {
        f"{name} - {naive}": resamples.difference(
            values[name], values[naive], len(inputs.label_free)
        )
        for name in inputs.label_free
    }
    against = resamples.difference(values[main], values[NAIVE_RIDGE])
    also = {f"{main} - {NAIVE_RIDGE}": against}
    added = None
    if inputs.embedding is not None:
        added = resamples.difference(values[main], values["ridge_features"])
        also[f"{main} - ridge_features"] = added
    groups = {name: resamples.per_group(column) for name, column in values.items()}
    return {
        "label_free": asdict(found[free]) | {"score": free},
        "label_free_scores": {name: asdict(found[name]) for name in inputs.label_free},
        "with_scores": asdict(found[main]) | {"model": main},
        "models": {name: asdict(found[name]) for name in values if name.startswith("ridge_")},
        "baselines": {name: asdict(found[name]) for name in baselines},
        "best_naive": naive,
        "differences": {name: asdict(d) for name, d in (differences | also).items()},
        "per_group": {
            group: {name: groups[name][group] for name in values} for group in scored.names
        },
        "verdict": verdict(found, differences, naive, main, against, added),
        "predicted": values[main].tolist(),
    }


def verdict(
    found: Mapping[str, Agreement], differences: Mapping[str, Difference], naive: str, main: str,
    against: Difference, added: Difference | None = None,
) -> str:  # fmt: skip
    """What the numbers allow to be said; first what a label-free score does not do.

    Args:
        found: The agreement of everything.
        differences: Of each label-free score, less that of the best naive baseline.
        naive: That baseline.
        main: The model fitted to scores.
        against: Its difference to the ridge on bytes, edges and regions.
        added: Its difference to the ridge without the embedding, where there is one.
    """
    base = f"{in_words(naive)} ({_number(found[naive].srcc)})"
    surest = max(differences, key=lambda name: differences[name].low)
    gain, score = differences[surest], surest.partition(" - ")[0]
    if any(d.is_sure for d in differences.values()):
        first = (f"The label-free score follows people further than the best naive baseline, "
                 f"{base}: {_number(found[score].srcc)}, by {_interval(gain)}.")  # fmt: skip
    else:
        every = "The label-free score does" if len(differences) == 1 else "No label-free score does"
        no = " not" if len(differences) == 1 else ""
        first = (f"{every}{no} beat the best naive baseline, {base}, on these scores by its "
                 f"interval: {_number(found[score].srcc)}, a difference of {_interval(gain)}; "
                 "take the baseline instead.")  # fmt: skip
    how = "further than" if against.is_sure else "not surely further than"
    inputs = in_words(main.removeprefix("ridge_"))
    second = (
        f"With scores for some images, the ridge on {inputs} follows people at "
        f"{_number(found[main].srcc)} on images it never saw, {how} a ridge on bytes, edges and "
        f"regions: by {_interval(against)}."
    )
    if added is None:
        return f"{first} {second}"
    more = "adds" if added.is_sure else "adds nothing sure"
    return f"{first} {second} The embedding {more}: {_interval(added)}."


_WORDS = {
    "jpeg_bytes": "JPEG bytes",
    "gcf": "global contrast factor",
    "lc_mean": "local contrast",
    "features": "features and measures",
    "embedding_and_features": "embedding, features and measures",
    NAIVE_RIDGE: "ridge on bytes, edges and regions",
}


def in_words(name: str) -> str:
    """A baseline or a block of inputs as text."""
    return _WORDS.get(name, name.replace("_", " "))


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f}"


def _interval(one: Difference) -> str:
    return f"{one.value:+.2f} ({one.low:+.2f} to {one.high:+.2f})"
