from pathlib import Path

import pytest

from contrast_engine.encoders import encoders
from contrast_engine.options import options_of
from tests.cli.conftest import Contrast

TINY = ("-o", "size=32", "-o", "epochs=1", "-o", "batch_size=8", "-o", "dimensions=8")


@pytest.mark.slow
def test_train_embed_and_the_audits_keep_the_contract(contrast: Contrast, workspace: Path) -> None:
    trained = contrast("train", workspace, "rank", *TINY, "--seed", "2", "--json").json
    assert {
        "key", "encoder", "device", "epochs", "seconds", "images_per_second", "collapsed",
    } <= set(trained)  # fmt: skip
    assert (trained["encoder"], trained["epochs"], trained["collapsed"]) == ("rank", 1, False)
    again = contrast("train", workspace, "rank", *TINY, "--seed", "2", "--json").json
    assert again == trained
    embedded = contrast("embed", workspace, trained["key"], "--json").json
    assert (embedded["images"], embedded["dimensions"]) == (30, 9)
    assert embedded["images_per_second"] > 0
    seen = contrast("sensitivity", workspace, embedded["key"], "--json").json
    assert set(seen["ladders"]) == {"scale", "haze", "s_curve"}
    assert isinstance(seen["passes"], bool)
    assert {"r2", "null"} == set(seen["probe"]["gcf"])
    audit = contrast("shortcuts", workspace, trained["key"], "--json").json
    assert audit["verdict"] in {"pass", "warn", "fail"}
    assert "brightness" in audit["partial"]
    assert "ladder" in contrast("sensitivity", workspace, trained["key"]).out
    assert "brightness" in contrast("shortcuts", workspace, trained["key"]).out
    shown = contrast("views", workspace, "--json").json
    assert (shown["images"], shown["positive"]["against_rule"]) == (30, 0)
    assert "30 of 30 can be used" in contrast("views", workspace).out
    on = f"features+{embedded['key']}"
    assert contrast("project", workspace, "pca", "--on", on, "--json").json["on"] == on
    assert contrast("cluster", workspace, "--on", embedded["key"], "--json").json["clusters"]


def test_train_help_lists_every_encoder_with_its_options(contrast: Contrast) -> None:
    said = contrast("train", "--help").out
    for name in ("vae", "contrastive", "rank", "vicreg", "pretext", "hybrid"):
        assert f"\n  {name} " in said
    declared = options_of(encoders["contrastive"])
    (temperature,) = (option.default for option in declared if option.name == "temperature")
    assert f"-o temperature={temperature} " in said


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["train", "W", "rnk"], "did you mean 'rank'"),
        (["train", "W", "rank", "-o", "epoch=3"], "did you mean 'epochs'"),
        (["train", "W", "rank", "--preset", "slow"], "quick"),
    ],
)
def test_wrong_usage_of_training_is_exit_two(
    contrast: Contrast, workspace: Path, arguments: list[str], hint: str
) -> None:
    said = contrast(*[workspace if a == "W" else a for a in arguments])
    assert said.code == 2
    assert hint in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["embed", "W", "0" * 16],
        ["sensitivity", "W", "nothing"],
        ["project", "W", "--on", "nothing"],
        ["cluster", "W", "--choose-k", "--on", "nothing"],
    ],
)
def test_a_key_that_is_not_there_is_exit_one(
    contrast: Contrast, workspace: Path, arguments: list[str]
) -> None:
    said = contrast(*[workspace if a == "W" else a for a in arguments])
    assert said.code == 1
    assert len(said.err.splitlines()) == 1
