"""The space in use is asked for what is known, and for what it must not follow."""

import dataclasses

import numpy as np
import pytest

from contrast_engine.validation import Context, checks
from contrast_engine.vectors import ImageId, Vectors

N = 200


def context(values: np.ndarray | None = None, **ladders: list[float]) -> Context:
    rng = np.random.default_rng(0)
    ids = tuple(ImageId(f"{i:016x}") for i in range(N))
    amount = rng.exponential(size=(N, 1))
    contrast = amount + 0.3 * rng.exponential(size=(N, 4))
    others = 0.5 * amount + rng.lognormal(size=(N, 6))
    names = ("brightness", "size", "bytes", "sharpness", "noise", "saturation")
    space = contrast if values is None else values(contrast, others, rng)
    return Context(
        features=Vectors(ids, contrast, ("c_rms", "sigma_l", "gcf", "lc_mean")),
        confounders=Vectors(ids, others, names),
        space=Vectors(ids, space, tuple(f"v{i}" for i in range(space.shape[1]))),
        space_name="test", changes={"ladders": ladders, "by": "axis"} if ladders else {},
    )  # fmt: skip


def said(given: Context) -> dict[str, str]:
    """The verdict of each finding by the first words of its space."""
    return {f.space.partition(";")[0]: f.verdict for f in checks["known_changes"](given)}


@pytest.mark.parametrize(
    ("right", "verdict"), [(10, "pass"), (9, "pass"), (7, "warn"), (4, "warn"), (1, "fail")]
)
def test_a_ladder_passes_by_the_share_of_images_that_are_followed(right: int, verdict: str) -> None:
    given = context(scale=[1.0] * right + [0.5] * (10 - right))
    (finding,) = [f for f in checks["known_changes"](given) if "ladder" in f.space]
    assert (finding.verdict, finding.n) == (verdict, 10)
    assert f"In {right} of 10 photographs (drawn from 200)" in finding.note
    assert finding.low <= finding.value <= finding.high
    assert bool(finding.next) == (verdict != "pass")


def test_an_s_curve_never_fails_because_it_darkens_what_is_dark() -> None:
    for right, verdict in ((10, "pass"), (6, "pass"), (0, "warn")):
        given = context(s_curve=[1.0] * right + [-1.0] * (10 - right))
        (finding,) = [f for f in checks["known_changes"](given) if "ladder" in f.space]
        assert finding.verdict == verdict


def test_ladders_that_could_not_be_run_are_unknown_and_say_why() -> None:
    why = "the vectors were brought along, so altered images cannot be put through what made them"
    given = dataclasses.replace(context(), changes={"ladders": None, "why_not": why})
    first = checks["known_changes"](given)[0]
    assert first.verdict == "unknown"
    assert first.note == f"Ladders not run: {why}."


SPACES = {
    "contrast": (lambda c, o, r: c[:, :2], {"pass", "warn"}),
    "random": (lambda c, o, r: r.normal(size=(N, 8)), {"fail"}),
    "constant": (lambda c, o, r: np.ones((N, 3)), {"fail"}),
    "brightness": (lambda c, o, r: o[:, :1], {"fail"}),
    "bytes": (lambda c, o, r: np.log(o[:, 2:3]), {"fail"}),
}


@pytest.mark.parametrize("name", SPACES)
def test_only_a_space_of_contrast_follows_contrast(name: str) -> None:
    make, expected = SPACES[name]
    found = checks["known_changes"](context(make))
    worst = {f.verdict for f in found if "ladder" not in f.space} - {"unknown"}
    assert worst & expected or (name == "contrast" and worst <= expected), [f.note for f in found]
    assert ("fail" in worst) == (name != "contrast")
